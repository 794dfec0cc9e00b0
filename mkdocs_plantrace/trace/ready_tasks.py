"""The tasks that can be started now, and how many others wait for each."""

from collections.abc import Set as AbstractSet
from typing import NamedTuple

from mkdocs_plantrace.model.link import LinkKind
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.trace.trace import Trace, is_open
from mkdocs_plantrace.utils.order import id_order


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
