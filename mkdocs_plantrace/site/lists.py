"""Lists in pages: their places in the HTML, and their contents."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from mkdocs_plantrace.model.document import Query
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.parsing.markdown.list_comments import DEFAULT_COLUMNS, find_query_spans
from mkdocs_plantrace.site.board_views import MOST_CARDS, BoardViews
from mkdocs_plantrace.site.error_views import ErrorViews
from mkdocs_plantrace.site.graphs import Graphs
from mkdocs_plantrace.site.matrix_views import MatrixViews
from mkdocs_plantrace.site.page_views import Views, sort_by_kind
from mkdocs_plantrace.site.view import View
from mkdocs_plantrace.trace.list_selection import (
    SORT_KEYS,
    errors_for,
    phases_for,
    select_task_ids,
    sort_tasks,
    tasks_for,
)
from mkdocs_plantrace.trace.trace import Trace

_ROW_KEYS: dict[str, Callable[[View], Any]] = {
    "plan": lambda row: row.plan is None,
    "log": lambda row: row.log is None,
    "errors": lambda row: row.errors,
    "problems": lambda row: row.problems,
}


class ListViews:
    def __init__(
        self,
        trace: Trace,
        views: Views,
        boards: BoardViews,
        matrix: MatrixViews,
        errors: ErrorViews,
        graphs: Graphs,
    ) -> None:
        self._trace = trace
        self._graphs = graphs
        self._views = views
        self._boards = boards
        self._matrix = matrix
        self._errors = errors

    def view(self, query: Query) -> View:
        """View the list that a query without faults asks for."""
        views = {
            "tasks": self._view_tasks,
            "board": self._view_board,
            "matrix": self._view_matrix,
            "errors": self._view_errors,
            "progress": self._view_progress,
            "graph": self._view_graph,
        }
        return views[query.kind.value](query)

    def _view_tasks(self, query: Query) -> View:
        rows = self._sort_rows(tasks_for(self._trace, query), query.value("sort") or "id")
        columns = _join_columns(query.values("columns") or DEFAULT_COLUMNS)
        shown = rows[: _limit_of(query)]
        return make_view(query, columns=columns, rows=shown, more=len(rows) - len(shown))

    def _view_board(self, query: Query) -> View:
        tasks = tasks_for(self._trace, query)
        board = self._boards.view_board(tasks, _limit_of(query) or MOST_CARDS)
        return make_view(query, board=board if tasks else None)

    def _view_matrix(self, query: Query) -> View:
        tasks = tasks_for(self._trace, query)
        if wanted := query.values("gaps"):
            tasks = tuple(task for task in tasks if self._matrix.has_gap(task, wanted))
        shown = sort_by_kind(tasks)[: _limit_of(query)]
        matrix = self._matrix.view_matrix(shown) if shown else None
        return make_view(query, matrix=matrix, more=len(tasks) - len(shown))

    def _view_errors(self, query: Query) -> View:
        errors = errors_for(self._trace, query)
        shown = errors[: _limit_of(query)]
        found = self._errors.view_chosen(shown, select_task_ids(self._trace, query))
        return make_view(query, errors=View(errors=found, more=len(errors) - len(found)))

    def _view_progress(self, query: Query) -> View:
        phases = phases_for(self._trace, query)
        return make_view(query, phases=[self._views.view_phase(phase) for phase in phases])

    def _view_graph(self, query: Query) -> View:
        task = self._trace.task_index.find(query.value("task") or "")
        if task:
            return make_view(query, graph=self._graphs.view_task(task))
        phases = phases_for(self._trace, query)
        return make_view(query, graph=self._graphs.view_phase(phases[0]) if phases else None)

    def _sort_rows(self, tasks: Iterable[Task], sort: str) -> list[View]:
        """Sort rows of tasks by a column, then by id."""
        column = sort.removeprefix("-")
        if column in SORT_KEYS:
            return self._views.view_rows(sort_tasks(self._trace.task_index, tasks, sort, {}))
        rows = self._views.view_rows(tasks)
        return sorted(rows, key=_ROW_KEYS[column], reverse=sort != column)


def make_view(query: Query, **shown: object) -> View:
    """Make the view of a list, or of the `faults` of its query; `more` are left out."""
    empty: dict[str, object] = dict.fromkeys(("faults", "columns", "rows", "phases"), ())
    empty |= dict.fromkeys(("errors", "graph", "board", "matrix"))
    return View(**{"kind": query.kind.value, "more": 0, **empty, **shown})


def _limit_of(query: Query) -> int | None:
    limit = query.value("limit")
    return int(limit) if limit else None


def _join_columns(wanted: Sequence[str]) -> tuple[str, ...]:
    """Replace an id and a title after it by one column `task`."""
    columns = " ".join(dict.fromkeys(wanted))
    return tuple(re.sub(r"\bid title\b", "task", columns).split())


def mark_queries(markdown: str, queries: Sequence[Query]) -> str:
    """Replace each comment that is a query with a mark.

    In the HTML, a comment inside raw HTML would look the same.
    """
    if not queries:
        return markdown
    markdown = markdown.replace("\r\n", "\n").replace("\r", "\n")
    marks = {query.text.value: f"<!-- {_make_mark(query)} -->" for query in queries}
    for start, end in reversed([*find_query_spans(markdown)]):
        comment = markdown[start:end]
        markdown = markdown[:start] + marks.get(comment, comment) + markdown[end:]
    return markdown


def fill_marks(html: str, queries: Sequence[Query], render: Callable[[Query], str]) -> str:
    """Replace each mark with its list, or, in code, with its comment."""
    for query in dict.fromkeys(queries):
        mark = _make_mark(query)
        if mark not in html:
            continue
        comment = f"<!-- {mark} -->"
        # Not `re.sub`: text of users may contain a backslash.
        html = render(query).join(re.split(rf"<p>\s*{comment}\s*</p>|{comment}", html))
        inside = query.text.value.removeprefix("<!--").removesuffix("-->").strip()
        html = html.replace(mark, escape(inside, quote=False))
    return html


def _make_mark(query: Query) -> str:
    """Make a word that is in no other comment and that Markdown does not change."""
    return f"plantrace-list-{hashlib.sha256(query.text.value.encode()).hexdigest()[:16]}"
