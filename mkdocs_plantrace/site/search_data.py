"""The script with what the error index searches, as `assets/errors.js` reads it."""

import json
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.site.view import Href
from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.trace.search.answers import heading_of, searched_sections
from mkdocs_plantrace.trace.trace import Trace


def render_script(
    trace: Trace, addresses: Addresses, href: Href, results: Sequence[str] = ()
) -> str:
    """Render a call of `plantraceErrorIndex` with `passages`, `tasks` and `errors`.

    A passage is a list of its path, first line, heading, text, record, whether it is a log entry,
    its URL, the heading to show, the indexes of its tasks in `tasks`, and its log entries. Of an
    entry that is the index of the error on the page, the index of the entry below it (0 for the
    first), and its first and last line. A task is a list of its id, URL and phase index. `errors`
    are `results`, the HTML of the first errors on the page.

    A script also works where pages are opened as files. Its text is ASCII without `<`, and so
    safe wherever it ends up.
    """
    places = _find_entries(trace)
    task_indexes: dict[str, int] = {}
    passages: list[list[object]] = []
    for passage, section, entries in searched_sections(trace):
        document = trace.documents[passage.path]
        uri = addresses.document(document.path)
        if uri is None:  # not published
            continue
        url = href(uri) + (f"#{quote(section.anchor)}" if section.anchor else "")
        ids = [task.id for task in trace.document_index.find_related_tasks(document)]
        passages.append(
            [
                *(passage.path, passage.line, passage.heading, passage.text),
                *(passage.record, passage.is_entry, url, heading_of(document, section)),
                [task_indexes.setdefault(task, len(task_indexes)) for task in ids],
                [[*places[it], it.location.line, it.location.end_line] for it in entries],
            ]
        )
    data = {
        "passages": passages,
        "tasks": _list_tasks(trace, addresses, href, task_indexes),
        "errors": results,
    }
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    return f"plantraceErrorIndex({text});\n"


def _find_entries(trace: Trace) -> dict[LogEntry, tuple[int, int]]:
    """Map each entry to its error and its place below it, or that of the fix."""
    return {
        entry: (number, below if entry.fix or error.fixed_by is None else 0)
        for number, error in enumerate(trace.errors.all)
        for below, entry in enumerate(error.by_use)
    }


def _list_tasks(
    trace: Trace, addresses: Addresses, href: Href, ids: Iterable[str]
) -> list[tuple[str, str, int]]:
    phases = {phase.name: number for number, phase in enumerate(trace.task_index.phases)}
    tasks = (trace.task_index.by_id[task] for task in ids)
    return [(task.id, href(addresses.task(task)), phases[task.phase]) for task in tasks]
