"""Lists in the pages people write: where each stands in the HTML, and what it shows."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from mkdocs_plantrace.model.list_query import Query
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.parsing.markdown.list_comments import DEFAULT_COLUMNS, query_spans
from mkdocs_plantrace.site.error_views import ErrorViews
from mkdocs_plantrace.site.graphs import Graphs
from mkdocs_plantrace.site.page_views import Views
from mkdocs_plantrace.site.task_rows import KINDS
from mkdocs_plantrace.site.view import View
from mkdocs_plantrace.trace.list_selection import errors_for, meeting_tasks, phases_for, tasks_for
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.order import id_order

_SORT_KEYS: dict[str, Callable[[View], Any]] = {
    "id": lambda row: id_order(row.id),
    "title": lambda row: row.title.casefold(),
    "status": lambda row: (KINDS.index(row.kind), row.status),
    "owner": lambda row: (not row.owner, row.owner.casefold()),
    "plan": lambda row: row.plan is None,
    "log": lambda row: row.log is None,
    "errors": lambda row: row.errors,
    "problems": lambda row: row.problems,
}


class ListViews:
    def __init__(self, trace: Trace, views: Views, errors: ErrorViews, graphs: Graphs) -> None:
        self._trace = trace
        self._graphs = graphs
        self._views = views
        self._errors = errors

    def view(self, query: Query) -> View:
        kind, limit = query.kind.value, query.value("limit")
        most = int(limit) if limit else None
        if kind == "tasks":
            rows = self._sorted(tasks_for(self._trace, query), query.value("sort") or "id")
            columns = _columns(query.values("columns") or DEFAULT_COLUMNS)
            shown = rows[:most]
            return list_view(kind, columns=columns, rows=shown, more=len(rows) - len(shown))
        if kind == "errors":
            errors = errors_for(self._trace, query)
            found = self._errors.chosen(errors[:most], meeting_tasks(self._trace, query))
            return list_view(kind, errors=View(errors=found, more=len(errors) - len(found)))
        phases = phases_for(self._trace, query)
        if kind == "progress":
            return list_view(kind, phases=[self._views.phase(phase) for phase in phases])
        task = self._trace.by_id.get(query.value("task") or "")
        around = self._graphs.of_phase(phases[0]) if phases and not task else None
        return list_view(kind, graph=self._graphs.of_task(task) if task else around)

    def _sorted(self, tasks: Iterable[Task], sort: str) -> list[View]:
        """The tasks in lines; those that are equal in the column stay sorted by id."""
        column = sort.removeprefix("-")
        if column == "phase":
            ranks = {phase.name: rank for rank, phase in enumerate(self._trace.phases)}
            in_order = sorted(tasks, key=lambda task: ranks[task.phase], reverse=sort != column)
            return self._views.rows(in_order)
        rows = self._views.rows(tasks)
        return sorted(rows, key=_SORT_KEYS[column], reverse=sort != column)


def list_view(kind: str, **shown: object) -> View:
    """One list, with what it shows, or the `faults` of its query.

    `columns` are those of `rows`: a `title` that follows an `id` stands in one cell with it, as
    column `task`. `more` tells how many rows a limit leaves out.
    """
    empty = {"faults": (), "columns": (), "rows": (), "phases": ()}
    return View(**{"kind": kind, "more": 0, "errors": None, "graph": None, **empty, **shown})


def _columns(wanted: Sequence[str]) -> tuple[str, ...]:
    columns = " ".join(dict.fromkeys(wanted))
    return tuple(re.sub(r"\bid title\b", "task", columns).split())


def mark_queries(markdown: str, queries: Sequence[Query]) -> str:
    """The text of a page with a mark in place of each comment that is one of the queries.

    Only here is known which comments count: in the HTML a comment that stands inside of raw HTML
    looks the same.
    """
    if not queries:
        return markdown
    markdown = markdown.replace("\r\n", "\n").replace("\r", "\n")
    marks = {query.text.value: f"<!-- {_mark(query)} -->" for query in queries}
    for start, end in reversed([*query_spans(markdown)]):
        comment = markdown[start:end]
        markdown = markdown[:start] + marks.get(comment, comment) + markdown[end:]
    return markdown


def fill_marks(html: str, queries: Sequence[Query], render: Callable[[Query], str]) -> str:
    """The HTML of a page with the list in place of each mark.

    A mark that Markdown took for code shows the comment again, as it would have without us.
    """
    for query in dict.fromkeys(queries):
        mark = _mark(query)
        if mark not in html:
            continue
        comment = f"<!-- {mark} -->"
        # Not as a template of `re`: what people wrote may hold a backslash.
        html = render(query).join(re.split(rf"<p>\s*{comment}\s*</p>|{comment}", html))
        inside = query.text.value.removeprefix("<!--").removesuffix("-->").strip()
        html = html.replace(mark, escape(inside, quote=False))
    return html


def _mark(query: Query) -> str:
    """Words that stand in no other comment and mean nothing to Markdown."""
    return f"plantrace-list-{hashlib.sha256(query.text.value.encode()).hexdigest()[:16]}"
