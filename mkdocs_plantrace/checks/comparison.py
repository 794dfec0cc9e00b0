"""What differs between the checks of two commits."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.model.problem import Problem, compute_fingerprint
from mkdocs_plantrace.trace.related_errors import Nearby, find_known_errors
from mkdocs_plantrace.trace.task_changes import (
    AffectedTask,
    TaskChange,
    find_affected,
    find_task_changes,
)
from mkdocs_plantrace.trace.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the second commit did to the record.

    `new` and `gone` are problems, sorted, known ones included. `errors` were known before for the
    files that changed.
    """

    new: tuple[Problem, ...] = ()
    gone: tuple[Problem, ...] = ()
    tasks: tuple[TaskChange, ...] = ()
    affected: tuple[AffectedTask, ...] = ()
    errors: tuple[Nearby, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.gone or self.tasks or self.affected or self.errors)


class _Moves(NamedTuple):
    """The new paths of files, and the new ids of tasks."""

    paths: Mapping[str, str]
    ids: Mapping[str, str]


def compare(
    base: Result | None,
    head: Result | None,
    moved: Mapping[str, str] = MappingProxyType({}),
    changed: Collection[str] = (),
) -> Comparison:
    """Compare two checks; None is a commit without a record.

    `moved` has the new paths of files, and `changed` the files that differ, all root-relative.
    """
    if base is None or head is None:
        new, gone = head.problems if head else (), base.problems if base else ()
        tasks = find_task_changes(base.trace if base else None, head.trace if head else None, {})
        return Comparison(new=new, gone=gone, tasks=tasks)
    moves = _find_moves(base.trace, head.trace, moved)
    tasks = find_task_changes(base.trace, head.trace, moves.ids)
    new, gone = _match(base.problems, head.problems, moves)
    known = {error.key for error in base.trace.errors.all}
    errors = find_known_errors(head.trace, changed)
    return Comparison(
        new=new,
        gone=gone,
        tasks=tasks,
        affected=find_affected(base.trace, head.trace, tasks),
        errors=tuple(nearby for nearby in errors if nearby.error.key in known),
    )


def _find_moves(base: Trace, head: Trace, moved: Mapping[str, str]) -> _Moves:
    """The moves of files, and those of metadata, whose id stays if git sees no move.

    An id changes with its file if the title stays: git also takes new metadata for a moved one
    that looks similar.
    """
    before, after = base.task_index, head.task_index
    unclear = before.duplicate_ids | after.duplicate_ids
    by_id = {
        task.path: after.by_id[task.id].path
        for task in base.tasks
        if task.id in after.by_id and task.id not in unclear
    }
    renamed = ((before.by_path.get(old), after.by_path.get(new)) for old, new in moved.items())
    ids = {
        old.id: new.id
        for old, new in renamed
        if old and new and old.title == new.title
        if old.id not in after.by_id and new.id not in before.by_id
    }
    return _Moves(paths={**moved, **by_id}, ids=ids)


_Problems = tuple[Problem, ...]
_Identify = Callable[[Problem], str]
_fingerprint_of = attrgetter("fingerprint")


def _match(base: _Problems, head: _Problems, moves: _Moves) -> tuple[_Problems, _Problems]:
    """The problems that are new and those that are gone.

    They are matched by fingerprint: as it is, then as it would be after the moves, in the end with
    a target that is a moved file.
    """

    def follow(problem: Problem, target: str) -> str:
        task, path = problem.task, problem.location.path
        task, path = task and moves.ids.get(task, task), moves.paths.get(path, path)
        return compute_fingerprint(problem.rule.code, task, path, target)

    identities: tuple[_Identify, ...] = (
        _fingerprint_of,
        lambda it: follow(it, it.target),
        lambda it: follow(it, moves.paths.get(it.target, it.target)),
    )
    new, gone = head, base
    for identify in identities:
        common = Counter(map(identify, gone)) & Counter(map(_fingerprint_of, new))
        new, gone = _leave_out(common, new, _fingerprint_of), _leave_out(common, gone, identify)
    return new, gone


def _leave_out(common: Counter[str], problems: _Problems, identify: _Identify) -> _Problems:
    """The problems beyond the count that both sides have."""
    left = common.copy()
    kept = []
    for problem in problems:
        identity = identify(problem)
        left[identity] -= 1
        if left[identity] < 0:
            kept.append(problem)
    return tuple(kept)
