"""Views of the board, of owners and of their tasks."""

from collections import Counter
from collections.abc import Iterable, Iterator

from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.site.page_views import Views
from mkdocs_plantrace.site.task_rows import count_progress, group_of
from mkdocs_plantrace.site.view import Links, View
from mkdocs_plantrace.trace.trace import Trace, is_open
from mkdocs_plantrace.utils.order import group_values, id_order

_COLUMNS = ("planned", "active", "blocked", "completed", "dropped", "unknown")
_ALWAYS = ("planned", "active", "blocked", "completed")
"""The columns that a board also has if they are empty."""
MOST_CARDS = 20


class BoardViews:
    def __init__(self, trace: Trace, links: Links, views: Views) -> None:
        self._trace = trace
        self._links = links
        self._views = views

    def view_board(self, tasks: Iterable[Task], limit: int = MOST_CARDS) -> View:
        """View tasks by kind of status, without archived ones; those that may start come first."""
        ready = self._views.ready
        ordered = sorted(tasks, key=lambda task: task.path not in ready)
        grouped = group_values((group_of(task), task) for task in ordered)
        return View(
            columns=[
                self._view_column(kind, grouped.get(kind, ()), limit)
                for kind in _COLUMNS
                if kind in _ALWAYS or kind in grouped
            ],
            ready=ready,
            archived=len(grouped.get("archived", ())),
        )

    def _view_column(self, kind: str, tasks: tuple[Task, ...], limit: int) -> View:
        rows = self._views.view_rows(tasks[:limit])
        url = self._links.make_url(self._links.addresses.tasks)
        return View(
            kind=kind,
            total=len(tasks),
            rows=[(row, task.path) for row, task in zip(rows, tasks, strict=False)],
            more=len(tasks) - len(rows),
            url=url,
        )

    def view_owners(self) -> list[View]:
        """View the owners, those with the most open tasks first."""
        owned = group_values((name, task) for task in self._trace.tasks for name in task.owners)
        views = [self._view_owner(name, tasks) for name, tasks in owned.items()]
        return sorted(views, key=lambda view: (-view.open, id_order(view.link.text)))

    def view_owner(self, name: str) -> View:
        """View an owner with a table of all tasks, active ones first."""
        tasks = [task for task in self._trace.tasks if name in task.owners]
        view = self._view_owner(name, tasks)
        view.table = self._views.view_sorted(tasks)
        view.progress = count_progress(view.table.rows)
        if all(len(row.owners) == 1 for row in view.table.rows):
            view.table.owners = []  # the title says it
        return view

    def _view_owner(self, name: str, tasks: Iterable[Task]) -> View:
        rows = self._views.view_rows(tasks)
        return View(
            link=self._links.link_owner(name),
            open=sum(map(is_open, tasks)),
            counts=Counter(row.group for row in rows),
            problems=sum(row.problems for row in rows),
        )

    def list_names(self) -> Iterator[str]:
        """The names of all owners, sorted."""
        yield from sorted(filter(None, self._trace.task_index.owners), key=id_order)
