"""The set of tasks itself: none at all, ids claimed twice, plans and logs nobody names."""

from __future__ import annotations

from collections.abc import Iterator

from mkdocs_plantrace import rules
from mkdocs_plantrace.checks.finding import did_you_mean, found
from mkdocs_plantrace.model import DocumentKind, Location, Task
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.rules import Rule
from mkdocs_plantrace.trace import Trace, is_under_way


def find_no_tasks(trace: Trace) -> Iterator[Problem]:
    """PT010, at the configuration."""
    if trace.resolver.sources:
        return
    globs = ", ".join(f"'{glob}'" for glob in trace.settings.tasks)
    yield found(rules.NO_TASKS, trace.configuration, f"no metadata file matches {globs}")


def find_duplicate_tasks(trace: Trace) -> Iterator[Problem]:
    """PT005, at every file but the first."""
    for task in trace.tasks:
        first = trace.by_id[task.id]
        if first is not task:
            where = first.id_location
            message = f"id '{task.id}' is already the id in {where.path}:{where.line}"
            yield found(
                rules.DUPLICATE_TASK,
                task.id_location,
                message,
                task=task.id,
                target=first.path,
            )


def find_missing_documents(trace: Trace) -> Iterator[Problem]:
    """PT101 and PT102, at the id of the task."""
    for task in trace.tasks:
        if not is_under_way(task):
            continue
        if task.plan is None:
            yield _missing(trace, task, rules.MISSING_PLAN, "plan", DocumentKind.PLAN)
        if task.log is None:
            yield _missing(trace, task, rules.MISSING_LOG, "log", DocumentKind.LOG)


def _missing(trace: Trace, task: Task, rule: Rule, field: str, kind: DocumentKind) -> Problem:
    key = trace.settings.fields[field]
    return found(
        rule,
        _place_of(task, key),
        f"task '{task.id}' is {task.status.text} and has no {key}",
        hint=did_you_mean(_unclaimed(trace, task, kind)),
        task=task.id,
        target=key,
    )


def _place_of(task: Task, key: str) -> Location:
    return next((where for name, where in task.empty_fields if name == key), task.id_location)


def _unclaimed(trace: Trace, task: Task, kind: DocumentKind) -> str | None:
    """A plan or log that names the task while no task names it."""
    candidates = [
        document.path
        for document in trace.documents.values()
        if document.kind is kind
        and task.id in document.scan.named
        and document.path not in trace.claimed_documents
    ]
    return candidates[0] if len(candidates) == 1 else None
