"""Errors of other tasks that touch the same files, as text."""

from collections.abc import Iterable, Iterator

from mkdocs_plantrace.trace.error_groups import shorten, summarize
from mkdocs_plantrace.trace.related_errors import Nearby
from mkdocs_plantrace.utils.terminal import visible


def list_nearby_errors(errors: Iterable[Nearby], longest: int) -> Iterator[str]:
    """Lines for each error: its title, its fix in at most `longest` characters, and places."""
    for nearby in errors:
        error, entry = nearby.error, nearby.error.by_use[0]
        title = summarize(error.error, longest)
        state = f"({error.state.value}; {nearby.task} touches {nearby.path})"
        yield visible(f"{title}  {state}")
        if entry.fix:
            yield f"  fix: {visible(shorten(' '.join(entry.fix.split()), longest))}"
        yield f"  logged in {visible(entry.location.path)}:{entry.location.line}"
        if error.page:
            yield f"  see {visible(error.page)}"
