"""The order of tasks by a column of a list."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.trace.task_index import TaskIndex
from mkdocs_plantrace.trace.timeline import TaskDates
from mkdocs_plantrace.utils.order import id_order

KINDS = ("active", "blocked", "planned", "completed", "dropped", "unknown", "archived")
"""The groups that tasks are counted in: kinds of status, active first, and archived tasks."""

SORT_KEYS: dict[str, Callable[[TaskIndex, Task], Any]] = {
    "id": lambda _, task: id_order(task.id),
    "status": lambda _, task: (KINDS.index(kind_of(task)), task.status.text),
    "phase": lambda index, task: index.phase_ranks[task.phase],
    "owner": lambda _, task: (not task.owner, task.owner.casefold()),
    "title": lambda _, task: task.title.casefold(),
}


DATE_NAMES = ("created", "started", "completed", "since", "changed")
"""The dates of tasks that a list can be sorted by."""


def sort_tasks(
    index: TaskIndex, tasks: Iterable[Task], sort: str, dates: Mapping[str, TaskDates] | None = None
) -> list[Task]:
    """Sort by a column, in descending order after `-`; equal tasks keep their order.

    `dates` are those of the tasks by path. Tasks without the date come last in both orders.
    """
    column = sort.removeprefix("-")
    is_reversed = sort != column
    if column in SORT_KEYS:
        key = SORT_KEYS[column]
        return sorted(tasks, key=lambda task: key(index, task), reverse=is_reversed)
    found = [(getattr((dates or {})[task.path], column), task) for task in tasks]
    dated = sorted(
        (it for it in found if it[0]), key=lambda it: it[0].moment, reverse=sort != column
    )
    return [task for _, task in (*dated, *(it for it in found if not it[0]))]


def kind_of(task: Task) -> str:
    """The kind of its status, `unknown` if the status has none."""
    return task.status.kind.value if task.status.kind else "unknown"
