"""The set of tasks itself: none at all, ids claimed twice, plans and logs nobody names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

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
    plans = _unclaimed(trace, DocumentKind.PLAN)
    logs = _unclaimed(trace, DocumentKind.LOG)
    for task in trace.tasks:
        if not is_under_way(task):
            continue
        if task.plan is None:
            key = trace.settings.fields["plan"]
            yield _missing(task, rules.MISSING_PLAN, key, plans.get(task.id, []))
        if task.log is None:
            key = trace.settings.fields["log"]
            yield _missing(task, rules.MISSING_LOG, key, logs.get(task.id, []))


def _missing(task: Task, rule: Rule, key: str, candidates: Sequence[str]) -> Problem:
    return found(
        rule,
        _place_of(task, key),
        f"task '{task.id}' is {task.status.text} and has no {key}",
        hint=did_you_mean(candidates[0] if len(candidates) == 1 else None),
        task=task.id,
        target=key,
    )


def _place_of(task: Task, key: str) -> Location:
    return next((where for name, where in task.empty_fields if name == key), task.id_location)


def _unclaimed(trace: Trace, kind: DocumentKind) -> Mapping[str, Sequence[str]]:
    """The plans or logs that name a task while no task names them, by its id."""
    found: dict[str, list[str]] = {}
    for document in trace.documents.values():
        if document.kind is kind and document.path not in trace.claimed_documents:
            for task in document.scan.named:
                found.setdefault(task, []).append(document.path)
    return found
