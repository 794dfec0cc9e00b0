"""Parts of pages that were rendered, for the next build of a server that shows the same."""

from collections.abc import Callable, Mapping
from pathlib import Path

from mkdocs_plantrace.checks.pipeline import Result


class Rendered:
    """Parts of pages by kind and address, as long as everything that pages show is the same."""

    def __init__(self) -> None:
        self._shown: object = None
        self._html: dict[tuple[str, str], str] = {}

    def begin(self, shown: object) -> None:
        """Begin a build; `shown` is what `shown_on_pages` gives, None to keep nothing."""
        if shown != self._shown:
            self._html.clear()
        self._shown = shown

    def get(self, kind: str, uri: str, render: Callable[[], str]) -> str:
        """A part of the page, rendered now unless it is known."""
        if self._shown is None or (kind, uri) not in self._html:
            self._html[kind, uri] = render()
        return self._html[kind, uri]


def shown_on_pages(
    result: Result, search_version: str, urls: Mapping[str, str], templates: Path | None
) -> object:
    """Everything that boxes, references, graphs and generated pages rest on, to be compared.

    An edit changes one page mostly, and often no other shows it. To find those that do, each
    value that a page reads would have to be tracked; so this is compared as a whole.
    """
    trace = result.trace
    files = sorted(templates.rglob("*")) if templates else ()
    return (
        trace.settings,
        trace.task_index.phases,
        trace.resolver,
        trace.links.path_references,
        trace.evidence,
        trace.signatures,
        trace.errors.all,
        [(link.kind, link.source, link.target) for link in trace.links.all],
        [(page.path, page.kind, page.title, page.uri) for page in trace.documents.values()],
        result.problems,
        search_version,
        urls,
        [(file, file.stat().st_mtime_ns) for file in files],
    )
