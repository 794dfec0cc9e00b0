"""Evidence that completed tasks promise: missing, unreadable, or saying that something failed."""

from __future__ import annotations

from collections.abc import Iterator

from mkdocs_plantrace import rules
from mkdocs_plantrace.checks.finding import did_you_mean, found
from mkdocs_plantrace.checks.suggestions import similar_path
from mkdocs_plantrace.model import EvidenceFile, Promise, StatusKind, Task
from mkdocs_plantrace.paths import Fault
from mkdocs_plantrace.problems import Problem
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
    resolver = trace.resolver
    resolved = resolver.metadata_path(written)
    if resolved.path is None or resolved.path == trace.settings.evidence:
        return  # PT011 tells; the check cannot wait for what it is about to write itself
    if resolved.fault is Fault.MISSING and not trace.file_index.has_match(written):
        yield found(
            rules.MISSING_EVIDENCE,
            promise.path.location,
            f"no evidence '{written}'",
            hint=did_you_mean(similar_path(trace, resolved.path)),
            task=task.id,
            target=written,
        )
    elif resolved.path in trace.evidence:
        yield from _judge_content(task, promise, trace.evidence[resolved.path])


def _judge_content(task: Task, promise: Promise, file: EvidenceFile) -> Iterator[Problem]:
    written = promise.path.value
    if file.fault:
        yield found(
            rules.INVALID_EVIDENCE,
            promise.path.location,
            f"'{written}' {file.fault}",
            task=task.id,
            target=written,
        )
    for key in promise.must_include:
        if key.value in file.missing:
            yield found(
                rules.INVALID_EVIDENCE,
                key.location,
                f"'{written}' lacks '{key.value}'",
                task=task.id,
                target=f"{written} {key.value}",
            )
    if file.status is not None and file.status.upper() not in _GOOD:
        yield found(
            rules.FAILING_EVIDENCE,
            promise.path.location,
            f"'{written}' says '{file.status}'",
            task=task.id,
            target=written,
        )
