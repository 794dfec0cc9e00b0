"""Evidence that completed tasks promise: missing, unreadable, or saying that something failed."""

from collections.abc import Iterator

from mkdocs_plantrace import rules
from mkdocs_plantrace.checks.finding import did_you_mean, found
from mkdocs_plantrace.checks.suggestions import similar_path
from mkdocs_plantrace.model import EvidenceFile, Promise, StatusKind, Task
from mkdocs_plantrace.paths import Fault
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.reading.evidence import is_json
from mkdocs_plantrace.trace import Trace

_GOOD = ("PASS", "SKIPPED")


def find_bad_evidence(trace: Trace) -> Iterator[Problem]:
    """PT205, PT206 and PT207, at the entry in the metadata."""
    for task in trace.tasks:
        if task.status.kind is not StatusKind.COMPLETED or task.archived:
            continue
        for promise in task.evidence:
            yield from _judge(trace, task, promise)


def _judge(trace: Trace, task: Task, promise: Promise) -> Iterator[Problem]:
    written = promise.path.value
    path, fault = trace.resolver.metadata_path(written)
    if path is None or path == trace.settings.evidence:
        return  # PT011 tells; the check cannot wait for what it is about to write itself
    if fault is Fault.MISSING:
        matches = trace.file_index.matches(path)  # of a path with a star
        if not matches:
            hint = did_you_mean(similar_path(trace, path))
            message = f"no evidence '{written}'"
            yield found(rules.MISSING_EVIDENCE, promise.path, message, hint=hint, task=task.id)
        for match in matches:
            if is_json(match) and match in trace.evidence:
                yield from _judge_content(task, promise, trace.evidence[match], match)
    elif fault is Fault.FOLDER and promise.must_include:
        yield _invalid(task, promise, written, fault.value)
    elif path in trace.evidence and (promise.must_include or is_json(path)):
        yield from _judge_content(task, promise, trace.evidence[path], written)


def _invalid(task: Task, promise: Promise, name: str, fault: str) -> Problem:
    message = f"'{name}' {fault}"
    return found(rules.INVALID_EVIDENCE, promise.path, message, task=task.id, target=name)


def _judge_content(
    task: Task, promise: Promise, file: EvidenceFile, name: str
) -> Iterator[Problem]:
    if file.fault:
        yield _invalid(task, promise, name, file.fault)
    for key in promise.must_include:
        if key.value in file.missing:
            yield found(
                rules.INVALID_EVIDENCE,
                key.location,
                f"'{name}' lacks '{key.value}'",
                task=task.id,
                target=f"{name} {key.value}",
            )
    if says_fail(file):
        yield found(
            rules.FAILING_EVIDENCE,
            promise.path,
            f"'{name}' says '{file.status}'",
            task=task.id,
            target=name,
        )


def says_fail(file: EvidenceFile) -> bool:
    return file.status is not None and file.status.upper() not in _GOOD
