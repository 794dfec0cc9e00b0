"""Boxes and statuses that disagree, and requirements that no box cites."""

from collections.abc import Container, Iterator

from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.model.task import FOLDER, LOG, StatusKind, Task
from mkdocs_plantrace.trace.trace import Trace

COMPLETED_WITH_OPEN_BOXES = Rule(
    "PT301",
    "completed-with-open-boxes",
    Severity.WARNING,
    finds="a completed task whose boxes are not all ticked",
    why="""\
Either some work was left out, and readers cannot see whether that was intended, or nobody ticked \
the boxes, and readers cannot rely on them.""",
    language="markdown",
    example="""\
<!-- in openspec/changes/archive/2026-01-09-add-login/tasks.md -->
- [x] 1.1 Add the form
- [ ] 1.2 Lock the account after five failures
""",
    fix="Tick the box if the work is done. Delete it, and say why, if the work is not needed.",
)
FINISHED_BUT_OPEN = Rule(
    "PT302",
    "finished-but-open",
    Severity.WARNING,
    finds="a planned or active task whose boxes are all ticked, unless it waits for a review",
    why="Completed work stays in the lists of open work, so nobody can rely on these lists.",
    language="markdown",
    example="""\
**Status**: Draft

- [x] T001 Create the package
- [x] T002 Add the command
""",
    fix="Set a status that means completed, or archive the task with its tool.",
)
STATUS_DISAGREES = Rule(
    "PT303",
    "status-disagrees",
    Severity.WARNING,
    finds="""\
a task with two different statuses, such as one in its file and another by its folder, unless \
`finished-but-open` reports the task. If a layout has only one folder for open tasks, planned, \
active and blocked tasks may all be in it""",
    why="Readers and tools use the status that they find first, which may be the wrong one.",
    language="yaml",
    example="""\
# conductor/archive/login_20260109/metadata.json
{"track_id": "login_20260109", "status": "new"}
""",
    fix="Correct the status that is out of date, or move the task to the folder of its status.",
)
UNCITED_REQUIREMENT = Rule(
    "PT304",
    "uncited-requirement",
    None,
    finds="a requirement, such as `FR-001`, that no box of the same task cites",
    why="A requirement without a step to implement it is easily forgotten.",
    language="markdown",
    example="""\
<!-- in specs/001-login/spec.md; tasks.md names only FR-001 -->
- **FR-002**: The account MUST be locked after five failures.
""",
    fix="Add a step, or add the id of the requirement to the step that implements it.",
)


def find_boxes_and_statuses(trace: Trace) -> Iterator[Problem]:
    """Find PT301 at the first open box, PT302 and PT303 at the status."""
    for task in trace.tasks:
        if task.archived:
            continue
        kind, progress = task.status.kind, task.progress
        if progress and progress.open and kind is StatusKind.COMPLETED:
            left = progress.total - progress.done
            boxes = (
                "the only box is" if progress.total == 1 else f"{left} of {progress.total} boxes"
            )
            verb = "" if progress.total == 1 else " is" if left == 1 else " are"
            yield create_problem(
                COMPLETED_WITH_OPEN_BOXES,
                progress.open.location,
                f"task '{task.id}' is {task.status.text}, but {boxes}{verb} not ticked",
                task=task.id,
                target="",
            )
        layout = trace.settings.find_layout(task.layout)
        is_open = kind in (StatusKind.PLANNED, StatusKind.ACTIVE)
        if layout and layout.is_review(task.status.text):
            is_open = False
        if progress and progress.is_done and is_open:
            boxes = "the only box is" if progress.total == 1 else f"all {progress.total} boxes are"
            yield create_problem(
                FINISHED_BUT_OPEN,
                task.status_location or task.id_location,
                f"task '{task.id}' is {task.status.text}, but {boxes} ticked",
                task=task.id,
                target="",
            )
        else:
            yield from _find_disagreement(trace, task)


def _find_disagreement(trace: Trace, task: Task) -> Iterator[Problem]:
    for status, place, _ in task.other_statuses:
        own, other = task.status.kind, status.kind
        if not (own and other) or own is other:
            continue
        are_open = not own.is_closed and not other.is_closed
        if not are_open or own in _find_kinds(trace, task, place):
            yield create_problem(
                STATUS_DISAGREES,
                task.status_location or task.id_location,
                f"task '{task.id}' is {task.status.text}, but {status.text} by {place}",
                task=task.id,
                target=place,
            )


def _find_kinds(trace: Trace, task: Task, place: str) -> Container[StatusKind | None]:
    """The kinds that a place distinguishes: a folder `active` is for all open tasks, if alone."""
    layout = trace.settings.find_layout(task.layout)
    if layout is None or place not in (FOLDER, LOG):
        return frozenset(StatusKind)
    folders = (word for _, word in layout.status_by_path)
    words = folders if place == FOLDER else (layout.status_with_log, StatusKind.PLANNED.value)
    statuses = trace.settings.within(layout).statuses
    return {statuses.get(normalize_status(word)) for word in words}


def find_uncited_requirements(trace: Trace) -> Iterator[Problem]:
    """Find PT304, at the requirement."""
    for task in trace.tasks:
        for requirement in () if task.archived else task.uncited:
            message = f"no box of task '{task.id}' cites {requirement.value}"
            yield create_problem(UNCITED_REQUIREMENT, requirement, message, task=task.id)
