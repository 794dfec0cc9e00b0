"""What is searched, as the script of the error index reads it."""

import json
from urllib.parse import quote

from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.trace.search_answers import heading_of, searched_sections
from mkdocs_plantrace.site.view import Href
from mkdocs_plantrace.trace.trace import Trace


def as_script(trace: Trace, addresses: Addresses, href: Href) -> str:
    """A call with the passages to search, and with what to show of each; URLs are from `href`.

    Of each passage that is its URL, its heading, the numbers of its tasks in `tasks`, and for
    each of its log entries the number of the error on the page, that of the entry below it (0 for
    the first), and its first and last line. A script works where pages are opened as files. All
    but ASCII is escaped, and `<`, so that the text is safe wherever it ends up.
    """
    phases = {phase.name: number for number, phase in enumerate(trace.task_index.phases)}
    places = {  # of an entry without a fix, that of the one that was fixed
        entry: (number, below if entry.fix or error.fixed_by is None else 0)
        for number, error in enumerate(trace.errors.all)
        for below, entry in enumerate(error.by_use)
    }
    tasks: dict[str, int] = {}
    passages = []
    for passage, section, entries in searched_sections(trace):
        document = trace.documents[passage.path]
        uri = addresses.document(document.path)
        if uri is None:  # what is not published stays off the site
            continue
        anchor = f"#{quote(section.anchor)}" if section.anchor else ""
        own = [
            tasks.setdefault(task.id, len(tasks))
            for task in trace.document_index.find_related_tasks(document)
        ]
        passages.append(
            [
                *passage[:2],
                *passage[3:5],
                passage.record,
                passage.is_entry,
                href(uri) + anchor,
                heading_of(document, section),
                own,
                [[*places[it], it.location.line, it.location.end_line] for it in entries],
            ]
        )
    data = {
        "passages": passages,
        "tasks": [
            [task.id, href(addresses.task(task)), phases[task.phase]]
            for task in map(trace.task_index.by_id.__getitem__, tasks)
        ],
    }
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    return f"plantraceErrorIndex({text});\n"
