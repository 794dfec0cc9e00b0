"""Evidence of completed tasks: missing, invalid, or failing."""

from collections.abc import Iterator

from mkdocs_plantrace.checks.hints import find_similar_path
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.model.task import EvidenceFile, Promise, StatusKind, Task
from mkdocs_plantrace.parsing.evidence_file import is_json
from mkdocs_plantrace.project.path_resolver import Fault
from mkdocs_plantrace.trace.evidence_index import says_fail
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.did_you_mean import format_suggestion

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


def find_bad_evidence(trace: Trace) -> Iterator[Problem]:
    """Find PT205, PT206 and PT207, at the entry in the metadata."""
    for task in trace.tasks:
        if task.status.kind is not StatusKind.COMPLETED or task.archived:
            continue
        for promise in task.evidence:
            yield from _check_evidence(trace, task, promise)


def _check_evidence(trace: Trace, task: Task, promise: Promise) -> Iterator[Problem]:
    written = promise.path.value
    path, fault = trace.resolver.metadata_path(written)
    if path is None or path == trace.settings.evidence:
        return  # reported as PT011, or the file that this check is about to write
    if fault is Fault.MISSING:
        matches = trace.file_index.matches(path)  # of a path with a star
        if not matches:
            hint = format_suggestion(find_similar_path(trace, path), written)
            message = f"no evidence '{written}'"
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
            yield create_problem(
                INVALID_EVIDENCE,
                key.location,
                f"'{name}' has no key '{key.value}'",
                task=task.id,
                target=f"{name} {key.value}",
            )
    if says_fail(file):
        yield create_problem(
            FAILING_EVIDENCE,
            promise.path,
            f"'{name}' has status '{file.status}'",
            task=task.id,
            target=name,
        )
