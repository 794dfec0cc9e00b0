"""Selects the tasks, errors and phases that a valid query asks for."""

from collections.abc import Iterable

from mkdocs_plantrace.model.document import Query
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.trace.error_groups import RecordedError
from mkdocs_plantrace.trace.ready_tasks import find_ready_paths
from mkdocs_plantrace.trace.task_filter import TaskFilter
from mkdocs_plantrace.trace.task_index import Phase
from mkdocs_plantrace.trace.trace import Trace


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
