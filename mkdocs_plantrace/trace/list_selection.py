"""Selects and sorts the tasks, errors and phases of a list; finds ready tasks."""

from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, NamedTuple

from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.document import Query
from mkdocs_plantrace.model.link import LinkKind
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.trace.error_groups import RecordedError
from mkdocs_plantrace.trace.task_index import Phase, TaskIndex
from mkdocs_plantrace.trace.timeline import TaskDates
from mkdocs_plantrace.trace.trace import Trace, is_open
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


class ReadyTask(NamedTuple):
    """A task, and the number of open tasks that depend on it, directly or through others."""

    task: Task
    unblocks: int


def find_ready_tasks(trace: Trace) -> list[ReadyTask]:
    """Find the planned tasks whose dependencies are all known and closed.

    A task with a ticked box, or that is completed or dropped at another place, such as a folder, is
    not one of them. Those that unblock the most tasks come first, equal ones by phase and id. A
    dropped or archived dependency is closed, as on the pages. If several files have the same id,
    the first one counts.
    """
    index = trace.task_index
    still_open = {
        name for name, task in index.by_id.items() if is_open(task) and not _is_closed(task)
    }
    unsure = {
        reference.task.path
        for reference in trace.links.task_references
        if reference.kind is LinkKind.DEPENDS_ON and reference.target is None
    }
    found = [
        ReadyTask(task, _count_waiting(trace, name, still_open))
        for name, task in index.by_id.items()
        if name in still_open
        and task.status.kind is StatusKind.PLANNED
        and not (task.progress and task.progress.done)
        and task.path not in unsure
        and still_open.isdisjoint(trace.graph.dependencies[name])
    ]
    ranks = index.phase_ranks
    return sorted(found, key=lambda it: (-it.unblocks, ranks[it.task.phase], id_order(it.task.id)))


def find_ready_paths(trace: Trace) -> frozenset[str]:
    return frozenset(found.task.path for found in find_ready_tasks(trace))


def _is_closed(task: Task) -> bool:
    """Whether a task is completed or dropped at another place."""
    return any(it.status.kind and it.status.kind.is_closed for it in task.other_statuses)


def _count_waiting(trace: Trace, task_id: str, still_open: AbstractSet[str]) -> int:
    """Count the open tasks that depend on a task, directly or through open ones."""
    waiting, reached = set[str](), [task_id]
    for one in reached:
        dependents = trace.graph.dependents.get(one, ())
        fresh = [it for it in dependents if it in still_open and it not in waiting]
        waiting.update(fresh)
        reached += fresh
    return len(waiting)
