"""What is searched, as the script of the error index reads it."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from mkdocs_plantrace.addresses import Addresses
from mkdocs_plantrace.answers import heading_of, searched_sections
from mkdocs_plantrace.errors import RecordedError
from mkdocs_plantrace.model import LogEntry
from mkdocs_plantrace.pages.view import Href
from mkdocs_plantrace.trace import Trace


def as_script(trace: Trace, addresses: Addresses, href: Href) -> str:
    """A call with the passages to search, and with what to show of each; URLs are from `href`.

    Of each passage that is its URL, its heading, the numbers of its tasks in `tasks`, and for
    each of its log entries the number of the error on the page, that of the entry below it (0 for
    the first), and its first and last line. A script works where pages are opened as files. All
    but ASCII is escaped, and `<`, so that the text is safe wherever it ends up.
    """
    phases = {phase.name: number for number, phase in enumerate(trace.phases)}
    places = _places_of(trace.errors)
    tasks: dict[str, int] = {}
    passages = []
    for passage, section, entries in searched_sections(trace):
        document = trace.documents[passage.path]
        uri = addresses.document(document.path)
        if uri is None:  # what is not published stays off the site
            continue
        anchor = f"#{quote(section.anchor)}" if section.anchor else ""
        own = [tasks.setdefault(task.id, len(tasks)) for task in trace.tasks_around(document)]
        passages.append(
            [
                *passage[:2],
                *passage[3:5],
                passage.record,
                passage.is_entry,
                href(uri) + anchor,
                heading_of(document, section),
                own,
                [
                    [*_place(trace, places, entry), entry.location.line, entry.location.end_line]
                    for entry in entries
                ],
            ]
        )
    data: dict[str, Any] = {
        "passages": passages,
        "tasks": [
            [task, href(addresses.task(trace.by_id[task])), phases[trace.by_id[task].phase]]
            for task in tasks
        ],
    }
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    return f"plantraceErrorIndex({text});\n"


def _place(
    trace: Trace, places: dict[LogEntry, tuple[int, int]], entry: LogEntry
) -> tuple[int, int]:
    """Where the page shows an entry, or in place of one without a fix the one that was fixed."""
    number, below = places[entry]
    return number, below if entry.fix or trace.error_of[entry].fixed_by is None else 0


def _places_of(errors: Sequence[RecordedError]) -> dict[LogEntry, tuple[int, int]]:
    """The number of the error of each entry on the page, and that of the entry below it."""
    return {
        entry: (number, below)
        for number, error in enumerate(errors)
        for below, entry in enumerate(error.by_use)
    }
