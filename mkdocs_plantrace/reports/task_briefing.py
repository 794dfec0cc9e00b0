"""What to know before work on a task starts, as text."""

from collections.abc import Iterable, Iterator

from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.reports.nearby_errors import list_nearby_errors
from mkdocs_plantrace.reports.task_card import (
    describe_block,
    describe_status,
    format_card,
    list_curated,
    list_errors,
    list_paths,
    list_tasks,
)
from mkdocs_plantrace.reports.text_report import format_line
from mkdocs_plantrace.trace.related_errors import find_nearby
from mkdocs_plantrace.trace.trace import Trace, is_open

_LONGEST_FIX = 400
_CURATED = {
    "Troubleshooting": DocumentKind.TROUBLESHOOTING,
    "Decisions": DocumentKind.DECISION,
}


def describe_start(result: Result, task: Task) -> str:
    """What to read, which dependencies are open, and errors known for the files of the task."""
    return format_card(task, _parts(result, task))


def _parts(result: Result, task: Task) -> Iterator[tuple[str, Iterable[str]]]:
    trace = result.trace
    yield "Status", (describe_status(task),)
    yield "Blocked", describe_block(task)
    yield "Owner", (task.owner,)
    yield "Metadata", (task.path,)
    yield "Plan", list_paths(trace, task, "plan")
    yield "Log", list_paths(trace, task, "log")
    yield "Must read", (it.value for it in task.must_read)
    yield "Depends on", _open_dependencies(trace, task)
    for label, kind in _CURATED.items():
        yield label, list_curated(trace, task, label.lower(), kind)
    yield "Evidence", list_paths(trace, task, "evidence")
    yield "Own errors", list_errors(trace, task, _LONGEST_FIX)
    yield "Known errors", list_nearby_errors(find_nearby(trace, [task]), _LONGEST_FIX)
    yield "Problems", map(format_line, result.by_task.get(task.id, ()))


def _open_dependencies(trace: Trace, task: Task) -> Iterator[str]:
    """The tasks that must be closed first, then unknown ids; one line if there is none."""
    known = trace.task_index.by_id
    needed = trace.graph.dependencies.get(task.id, {})
    still_open = [name for name in needed if is_open(known[name])]
    unknown = [text.value for text in task.depends_on if text.value not in known]
    yield from list_tasks(trace, still_open)
    for name in unknown:
        yield f"{name}  (no such task)"
    if needed and not (still_open or unknown):
        yield "all done"
