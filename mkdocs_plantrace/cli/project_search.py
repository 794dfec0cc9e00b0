"""Search the record of a project."""

from collections.abc import Callable
from dataclasses import replace

from mkdocs_plantrace.checks.project_check import ProjectFiles
from mkdocs_plantrace.trace.search.answers import Answer, search_store, search_trace, store_of
from mkdocs_plantrace.trace.trace import Trace


def search_project(
    files: ProjectFiles, text: str, limit: int, read: Callable[[], Trace]
) -> tuple[Answer, ...]:
    """Search the cached index if no file has changed, or else the trace that `read` returns."""
    store = store_of(files.tree, replace(files.site, path=files.site.path.resolve()))
    found = search_store(store, text, limit)
    return search_trace(read(), store, text, limit) if found is None else found
