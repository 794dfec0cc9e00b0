"""Finds errors of other tasks that touch the same files, as a warning for a plan or a change."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.trace.error_groups import RecordedError
from mkdocs_plantrace.trace.touched_files import Shared
from mkdocs_plantrace.trace.trace import Trace, is_open

_MOST_SHOWN = 5
_MOST_KNOWN = 10
_MOST_TASKS = 20
"""A path that more tasks touch does not relate them."""
_WEAKEST = 0.1
"""As a file that ten tasks touch, or a folder that five touch; weaker overlaps add up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """An error of another task, and the path that relates them; a folder ends with `/`."""

    error: RecordedError
    task: str
    path: str


def find_nearby(trace: Trace, tasks: Iterable[Task]) -> tuple[Nearby, ...]:
    """At most five errors of tasks that touch the same files, without errors of these tasks.

    Those of the same phase come first, then those of the closest tasks, then the newest.
    """
    own = {task.id: task for task in tasks}
    known = {error.key for task in own for error in trace.errors.by_task.get(task, ())}
    shared = trace.touches.shared(own.keys(), _MOST_TASKS)
    found = _rank(trace, shared, {task.phase for task in own.values()})
    return tuple(islice((it for it in found if it.error.key not in known), _MOST_SHOWN))


def find_known_errors(trace: Trace, files: Collection[str]) -> tuple[Nearby, ...]:
    """At most ten errors that are known for changed files.

    First those of tasks that touch one of the files, then those that are near a task whose own
    files are among them and which is not finished.
    """
    of_files = _rank(trace, trace.touches.touching(sorted(files), _MOST_TASKS), ())
    of_tasks = find_nearby(trace, filter(is_open, _find_tasks_of(trace, files)))
    first: dict[str, Nearby] = {}
    for nearby in (*of_files, *of_tasks):
        first.setdefault(nearby.error.key, nearby)
    return tuple(first.values())[:_MOST_KNOWN]


def _find_tasks_of(trace: Trace, files: Collection[str]) -> list[Task]:
    """The tasks whose metadata, plan or log is one of the files."""
    documents = (trace.documents[path] for path in sorted(files) if path in trace.documents)
    of_documents = (it for page in documents for it in trace.document_index.find_tasks(page))
    by_path = trace.task_index.by_path
    own = (by_path[path] for path in sorted(files) if path in by_path)
    return [*own, *of_documents]


def _rank(
    trace: Trace, shared: Mapping[str, tuple[Shared, ...]], phases: Collection[str]
) -> list[Nearby]:
    """The errors of the tasks that share paths, each once.

    Those of the phases come first, then those of the closest tasks, then the newest.
    """
    found: list[tuple[tuple[bool, bool, float], Nearby]] = []
    for task, paths in sorted(shared.items()):
        strength = sum((1 if it.is_same_file else 0.5) / it.spread for it in paths)
        if strength >= _WEAKEST:
            closest = min(paths, key=lambda it: (not it.is_same_file, it.spread, it.path))
            is_elsewhere = trace.task_index.by_id[task].phase not in phases
            order = is_elsewhere, not closest.is_same_file, -round(strength, 6)
            found.extend(
                (order, Nearby(error=error, task=task, path=closest.path))
                for error in trace.errors.by_task.get(task, ())
            )
    found.sort(key=lambda pair: pair[1].error.last_seen or "", reverse=True)
    found.sort(key=lambda pair: pair[0])
    first: dict[str, Nearby] = {}
    for _, nearby in found:
        first.setdefault(nearby.error.key, nearby)
    return list(first.values())
