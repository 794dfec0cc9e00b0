"""Selects and sorts the tasks, errors and phases that a list contains."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.list_query import Query
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.trace.error_groups import RecordedError
from mkdocs_plantrace.trace.ready_tasks import find_ready_paths
from mkdocs_plantrace.trace.task_index import Phase, TaskIndex
from mkdocs_plantrace.trace.timeline import TaskDates
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.order import id_order

STATUS_KINDS = {kind.value: kind for kind in StatusKind}
KINDS = ("active", "blocked", "planned", "completed", "dropped", "unknown", "archived")
"""The groups that tasks are counted in: kinds of status, active first, and archived tasks."""
DATE_NAMES = ("created", "started", "completed", "since", "changed")
"""The dates of tasks that a list can be sorted by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """A task must match each filter that is not empty.

    It matches one of `statuses` (words, or kinds), `phases` and `owners`, where '' is a task
    without one, and all words of `text` are in its id and title.
    """

    statuses: Collection[str] = ()
    phases: Collection[str] = ()
    owners: Collection[str] = ()
    text: str = ""

    def matches(self, task: Task) -> bool:
        return (
            (not self.phases or task.phase in self.phases)
            and (not self.owners or any(it in self.owners for it in task.owners or ("",)))
            and (not self.statuses or self._has_status(task))
            and self._has_words(task)
        )

    def _has_status(self, task: Task) -> bool:
        for word in map(normalize_status, self.statuses):
            kind = STATUS_KINDS.get(word)
            if task.status.kind is kind if kind else normalize_status(task.status.text) == word:
                return True
        return False

    def _has_words(self, task: Task) -> bool:
        shown = f"{task.id} {task.title}".lower()
        return all(word in shown for word in self.text.lower().split())


def tasks_for(trace: Trace, query: Query) -> tuple[Task, ...]:
    phases, owners, statuses = (query.values(key) for key in ("phase", "owner", "status"))
    chosen = TaskFilter(statuses=statuses, phases=phases, owners=owners)
    ids = query.values("id")
    wanted = _find_ids(trace, ids)
    ready = find_ready_paths(trace) if query.value("ready") else frozenset()
    return tuple(
        task
        for task in trace.tasks
        if (not ids or task.id in wanted)
        and chosen.matches(task)
        and query.value("ready") in (None, "yes" if task.path in ready else "no")
    )


def errors_for(trace: Trace, query: Query) -> tuple[RecordedError, ...]:
    state, meeting = query.value("state"), select_task_ids(trace, query)
    return tuple(
        error
        for error in trace.errors.all
        if (state is None or error.state.value == state)
        and (meeting is None or not meeting.isdisjoint(error.tasks))
    )


def select_task_ids(trace: Trace, query: Query) -> frozenset[str] | None:
    """The ids of the tasks whose errors are asked for; None for those of all tasks."""
    phases, ids = query.values("phase"), query.values("task")
    if not phases and not ids:
        return None
    wanted = _find_ids(trace, ids)
    return frozenset(
        task.id
        for task in trace.tasks
        if (not phases or task.phase in phases) and (not ids or task.id in wanted)
    )


def _find_ids(trace: Trace, written: Iterable[str]) -> frozenset[str]:
    """The ids of tasks that are written in any spelling."""
    return frozenset(task.id for it in written if (task := trace.task_index.find(it)))


def phases_for(trace: Trace, query: Query) -> tuple[Phase, ...]:
    names = query.values("phase")
    return tuple(phase for phase in trace.task_index.phases if not names or phase.name in names)


SORT_KEYS: dict[str, Callable[[TaskIndex, Task], Any]] = {
    "id": lambda _, task: id_order(task.id),
    "status": lambda _, task: (KINDS.index(kind_of(task)), task.status.text),
    "phase": lambda index, task: index.phase_ranks[task.phase],
    "owner": lambda _, task: (not task.owner, task.owner.casefold()),
    "title": lambda _, task: task.title.casefold(),
}


def sort_tasks(
    index: TaskIndex, tasks: Iterable[Task], sort: str, dates: Mapping[str, TaskDates]
) -> list[Task]:
    """Sort by a column, in descending order after `-`; equal tasks keep their order.

    `dates` are those of the tasks by path. Tasks without the date come last in both orders.
    """
    column = sort.removeprefix("-")
    is_reversed = sort != column
    if column in SORT_KEYS:
        key = SORT_KEYS[column]
        return sorted(tasks, key=lambda task: key(index, task), reverse=is_reversed)
    found = [(getattr(dates[task.path], column), task) for task in tasks]
    dated = [pair for pair in found if pair[0]]
    dated.sort(key=lambda pair: pair[0].moment, reverse=is_reversed)
    return [task for _, task in (*dated, *(pair for pair in found if not pair[0]))]


def kind_of(task: Task) -> str:
    """The kind of its status, `unknown` if the status has none."""
    return task.status.kind.value if task.status.kind else "unknown"
