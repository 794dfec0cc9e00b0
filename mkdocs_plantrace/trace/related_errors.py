"""Finds errors of other tasks that touch the same files, as a warning for a plan."""

from collections.abc import Iterable
from dataclasses import dataclass

from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.trace.error_groups import RecordedError
from mkdocs_plantrace.trace.trace import Trace

_MOST_SHOWN = 5
_MOST_TASKS = 20
"""A path that more tasks touch does not relate them."""
_WEAKEST = 0.1
"""As a file that ten tasks touch, or a folder that five touch; weaker overlaps add up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """An error of another task, and the path that both touch; a folder ends with `/`."""

    error: RecordedError
    task: str
    path: str


def find_nearby(trace: Trace, tasks: Iterable[Task]) -> tuple[Nearby, ...]:
    """At most five errors of tasks that touch the same files, without errors of these tasks.

    Those of the same phase come first, then those of the closest tasks, then the newest.
    """
    own = {task.id: task for task in tasks}
    phases = {task.phase for task in own.values()}
    known = {error.key for task in own for error in trace.errors.by_task.get(task, ())}
    found: list[tuple[tuple[bool, bool, float], Nearby]] = []
    for other, shared in sorted(trace.touches.shared(own.keys(), _MOST_TASKS).items()):
        strength = sum((1 if it.is_same_file else 0.5) / it.spread for it in shared)
        if strength >= _WEAKEST:
            closest = min(shared, key=lambda it: (not it.is_same_file, it.spread, it.path))
            is_elsewhere = trace.task_index.by_id[other].phase not in phases
            order = is_elsewhere, not closest.is_same_file, -round(strength, 6)
            found.extend(
                (order, Nearby(error=error, task=other, path=closest.path))
                for error in trace.errors.by_task.get(other, ())
                if error.key not in known
            )
    found.sort(key=lambda pair: pair[1].error.last_seen or "", reverse=True)
    found.sort(key=lambda pair: pair[0])
    first: dict[str, Nearby] = {}
    for _, nearby in found:
        first.setdefault(nearby.error.key, nearby)
    return tuple(first.values())[:_MOST_SHOWN]
