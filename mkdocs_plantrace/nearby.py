"""Errors that other tasks met while they touched the same files: a warning for the next plan."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from mkdocs_plantrace.errors import RecordedError
from mkdocs_plantrace.model import Task
from mkdocs_plantrace.touches import Overlap, Shared
from mkdocs_plantrace.trace import Trace

_MOST_TOLD = 5
_MOST_TASKS = 20
"""What more tasks than these touch tells nothing about any of them."""
_WEAKEST = 0.1
"""A file shared by ten tasks, or a folder by five; several weaker overlaps add up."""
_WEIGHT = {Overlap.FILE: 1.0, Overlap.FOLDER: 0.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """An error that another task met, and the path that both touch; a folder ends with `/`."""

    error: RecordedError
    task: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Neighbour:
    task: Task
    shared: tuple[Shared, ...]
    is_same_phase: bool

    @property
    def strength(self) -> float:
        return sum(_WEIGHT[shared.overlap] / shared.spread for shared in self.shared)

    @property
    def closest(self) -> Shared:
        return min(self.shared, key=lambda shared: (-shared.overlap, shared.spread, shared.path))

    @property
    def order(self) -> tuple[bool, int, float]:
        return not self.is_same_phase, -self.closest.overlap, -round(self.strength, 6)


def find_nearby(trace: Trace, tasks: Iterable[Task]) -> tuple[Nearby, ...]:
    """The errors that others met where these tasks work, at most five, each once.

    Those of the same phase come first, then those of the closest tasks, then the newest. What
    these tasks met themselves is left out.
    """
    own = {task.id: task for task in tasks}
    met = {error.key for task in own for error in trace.errors_of_task.get(task, ())}
    pairs = [
        (neighbour, error)
        for neighbour in _neighbours(trace, own)
        for error in trace.errors_of_task[neighbour.task.id]
        if error.key not in met
    ]
    newest = sorted(pairs, key=lambda pair: pair[1].last_seen or "", reverse=True)
    found: dict[str, Nearby] = {}
    for neighbour, error in sorted(newest, key=lambda pair: pair[0].order):
        nearby = Nearby(error=error, task=neighbour.task.id, path=neighbour.closest.path)
        found.setdefault(error.key, nearby)
    return tuple(islice(found.values(), _MOST_TOLD))


def _neighbours(trace: Trace, own: dict[str, Task]) -> Iterator[_Neighbour]:
    phases = {task.phase for task in own.values()}
    overlaps = trace.touches.shared(list(own), _MOST_TASKS)
    for other in sorted(overlaps.keys() & trace.errors_of_task.keys()):
        task = trace.by_id[other]
        neighbour = _Neighbour(
            task=task, shared=overlaps[other], is_same_phase=task.phase in phases
        )
        if neighbour.strength >= _WEAKEST:
            yield neighbour
