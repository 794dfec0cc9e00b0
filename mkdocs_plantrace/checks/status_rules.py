"""Statuses that evidence, boxes or other places contradict; requirements that no box cites."""

from collections.abc import Container, Iterator

from mkdocs_plantrace.checks.hints import suggest_path
from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.model.task import (
    FOLDER,
    LOG,
    EvidenceFile,
    Progress,
    Promise,
    StatusKind,
    Task,
)
from mkdocs_plantrace.parsing.evidence_file import is_json
from mkdocs_plantrace.project.path_resolver import Fault
from mkdocs_plantrace.trace.evidence_index import says_fail
from mkdocs_plantrace.trace.trace import Trace

MISSING_EVIDENCE = Rule(
    "PT205",
    "missing-evidence",
    Severity.WARNING,
    finds="evidence of a completed task that does not exist",
    why="The task was completed with evidence that nobody can read.",
    language="yaml",
    example="""\
status: completed
evidence: [evidence/phase0/key_rotation.json]
""",
    fix="""\
Run the check that writes the file and commit it, or correct the path. Turn the rule off if each \
pipeline creates the evidence again and nothing is committed.""",
)
INVALID_EVIDENCE = Rule(
    "PT206",
    "invalid-evidence",
    Severity.WARNING,
    finds="evidence of a completed task that is invalid JSON or lacks a key of `must_include`",
    why="An incomplete report, or one without the agreed figures, proves nothing.",
    language="yaml",
    example="""\
evidence:
  - path: evidence/phase0/key_rotation.json
    must_include: [git_sha, checks]
""",
    fix="""\
Run the check that writes the file again. `must_include` lists keys at the top of the file; \
`checks.total` is the key `total` in `checks`.""",
)
FAILING_EVIDENCE = Rule(
    "PT207",
    "failing-evidence",
    Severity.WARNING,
    finds="evidence of a completed task whose `status` is neither PASS nor SKIPPED",
    why="The task is marked as completed, but its evidence shows a failure.",
    language="json",
    example="""\
{"check_id": "KEY-ROTATION", "status": "FAIL"}
""",
    fix="Fix the cause and run the check again, or change the status of the task.",
)
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


def find_bad_evidence(trace: Trace) -> Iterator[Problem]:
    """Find PT205, PT206 and PT207, at the entry in the metadata."""
    for task in trace.tasks:
        for promise in task.evidence if task.is_completed else ():
            yield from _check_evidence(trace, task, promise)


def _check_evidence(trace: Trace, task: Task, promise: Promise) -> Iterator[Problem]:
    written = promise.path.value
    path, fault = trace.resolver.metadata_path(written)
    if path is None or path == trace.settings.evidence:
        return  # reported as PT011, or the file that this check is about to write
    if fault is Fault.MISSING:
        matches = trace.file_index.matches(path)  # of a path with a star
        if not matches:
            message, hint = f"no evidence '{written}'", suggest_path(trace, written, path)
            yield create_problem(MISSING_EVIDENCE, promise.path, message, hint=hint, task=task.id)
        for match in matches:
            if is_json(match) and match in trace.evidence:
                yield from _check_content(task, promise, trace.evidence[match], match)
    elif fault is Fault.FOLDER and promise.must_include:
        yield _invalid(task, promise, written, fault.value)
    elif path in trace.evidence and (promise.must_include or is_json(path)):
        yield from _check_content(task, promise, trace.evidence[path], written)


def _invalid(task: Task, promise: Promise, name: str, fault: str) -> Problem:
    message = f"'{name}' {fault}"
    return create_problem(INVALID_EVIDENCE, promise.path, message, task=task.id, target=name)


def _check_content(
    task: Task, promise: Promise, file: EvidenceFile, name: str
) -> Iterator[Problem]:
    if file.fault:
        yield _invalid(task, promise, name, file.fault)
    for key in promise.must_include:
        if key.value in file.missing:
            message, target = f"'{name}' has no key '{key.value}'", f"{name} {key.value}"
            yield create_problem(INVALID_EVIDENCE, key, message, task=task.id, target=target)
    if says_fail(file):
        message = f"'{name}' has status '{file.status}'"
        yield create_problem(FAILING_EVIDENCE, promise.path, message, task=task.id, target=name)


def find_boxes_and_statuses(trace: Trace) -> Iterator[Problem]:
    """Find PT301 at the first open box, PT302 and PT303 at the status."""
    for task in trace.tasks:
        if task.archived:
            continue
        if task.progress and task.progress.open and task.status.kind is StatusKind.COMPLETED:
            boxes = _count_open(task.progress)
            message = f"task '{task.id}' is {task.status.text}, but {boxes} not ticked"
            where = task.progress.open.location
            yield create_problem(COMPLETED_WITH_OPEN_BOXES, where, message, task=task.id)
        where = task.status_location or task.id_location
        if task.progress and task.progress.is_done and _is_open(trace, task):
            total = task.progress.total
            boxes = "the only box is" if total == 1 else f"all {total} boxes are"
            message = f"task '{task.id}' is {task.status.text}, but {boxes} ticked"
            yield create_problem(FINISHED_BUT_OPEN, where, message, task=task.id)
            continue
        for text, place in _find_disagreements(trace, task):
            message = f"task '{task.id}' is {task.status.text}, but {text} according to {place}"
            yield create_problem(STATUS_DISAGREES, where, message, task=task.id, target=place)


def _count_open(progress: Progress) -> str:
    if progress.total == 1:
        return "the only box is"
    left = progress.total - progress.done
    return f"{left} of {progress.total} boxes {'is' if left == 1 else 'are'}"


def _is_open(trace: Trace, task: Task) -> bool:
    """Whether a task is planned or active, and does not wait for a review."""
    layout = trace.settings.find_layout(task.layout)
    is_review = layout is not None and layout.is_review(task.status.text)
    return task.status.kind in (StatusKind.PLANNED, StatusKind.ACTIVE) and not is_review


def _find_disagreements(trace: Trace, task: Task) -> Iterator[tuple[str, str]]:
    """The statuses that contradict that of a task, each with the place that states it."""
    for status, place, _ in task.other_statuses:
        own, other = task.status.kind, status.kind
        if own and other and own is not other:
            are_open = not own.is_closed and not other.is_closed
            if not are_open or own in _find_kinds(trace, task, place):
                yield status.text, place


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
