"""Tasks that differ between two traces, and the open tasks that depend on them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.link import LinkKind
from mkdocs_plantrace.model.task import Status, StatusKind, Task
from mkdocs_plantrace.trace.trace import Trace, is_open
from mkdocs_plantrace.utils.order import group_values, id_order


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChange:
    """A task as it is now, whose status changed.

    `before` is None for a new task, `after` for a removed one.
    """

    task: Task
    before: Status | None
    after: Status | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedTask:
    """An open task that depends on the task with the id `cause`, directly or through others.

    `waits_for` are the ids of its own dependencies that are open or unknown.
    """

    task: Task
    cause: str
    is_direct: bool
    waits_for: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        """Whether work may start now."""
        return not self.waits_for and self.task.status.kind is StatusKind.PLANNED


def find_task_changes(
    base: Trace | None, head: Trace | None, renamed: Mapping[str, str]
) -> tuple[TaskChange, ...]:
    """Compare the tasks by their ids; None is a record without tasks.

    `renamed` has the new ids of tasks with another id.
    """
    tasks = base.task_index.by_id if base else {}
    before = {renamed.get(name, name): task for name, task in tasks.items()}
    after = head.task_index.by_id if head else {}
    changes = (
        _compare(before.get(task), after.get(task))
        for task in sorted(before.keys() | after.keys(), key=id_order)
    )
    return tuple(change for change in changes if change)


def _compare(before: Task | None, after: Task | None) -> TaskChange | None:
    newest = after or before
    if newest is None or (before and after and _means_same(before.status, after.status)):
        return None
    now = after.status if after else None
    return TaskChange(task=newest, before=before.status if before else None, after=now)


def _means_same(one: Status, other: Status) -> bool:
    return one.kind is other.kind and normalize_status(one.text) == normalize_status(other.text)


def find_affected(
    base: Trace, head: Trace, changes: Collection[TaskChange]
) -> tuple[AffectedTask, ...]:
    """Find the open tasks that depend on a task whose status changed or that is gone.

    Direct dependents come first, then sorted by id. New tasks affect no other.
    """
    causes = _find_causes(base, head, changes)
    open_tasks = (task for task in head.task_index.select(causes) if is_open(task))
    found = (
        AffectedTask(
            task=task,
            cause=causes[task.id][0],
            is_direct=causes[task.id][1],
            waits_for=tuple(_find_open_dependencies(head, task)),
        )
        for task in open_tasks
    )
    return tuple(sorted(found, key=lambda it: not it.is_direct))


def _find_causes(
    base: Trace, head: Trace, changes: Collection[TaskChange]
) -> dict[str, tuple[str, bool]]:
    """For each dependent the nearest cause, and whether it depends on it directly."""
    dependents = {**head.graph.dependents, **_find_dependents_of_gone(base, head)}
    causes = [change.task.id for change in changes if change.before]
    frontier = [(task, cause) for cause in causes for task in dependents.get(cause, ())]
    found: dict[str, tuple[str, bool]] = {}
    is_direct = True
    while frontier:
        following: list[tuple[str, str]] = []
        for task, cause in frontier:
            if task not in found and task != cause:
                found[task] = cause, is_direct
                following.extend((it, cause) for it in head.graph.dependents.get(task, ()))
        frontier, is_direct = following, False
    return found


def _find_dependents_of_gone(base: Trace, head: Trace) -> dict[str, tuple[str, ...]]:
    """For each id that only `base` has, the tasks of `head` that still depend on it."""
    references = (
        (base.task_index.find(it.text.value), it.task.id)
        for it in head.links.task_references
        if it.target is None and it.kind is LinkKind.DEPENDS_ON
    )
    return group_values((gone.id, task) for gone, task in references if gone)


def _find_open_dependencies(trace: Trace, task: Task) -> Iterator[str]:
    """The open dependencies, then the ids of no task."""
    by_id = trace.task_index.by_id
    for dependency in sorted(trace.graph.dependencies[task.id], key=id_order):
        if is_open(by_id[dependency]):
            yield dependency
    yield from (text.value for text in task.depends_on if text.value not in by_id)
