"""The set of tasks itself: none at all, ids claimed twice, plans and logs nobody names."""

from collections.abc import Iterator

from mkdocs_plantrace import rules
from mkdocs_plantrace.checks.finding import did_you_mean, found
from mkdocs_plantrace.checks.meant import MISSING, unclaimed
from mkdocs_plantrace.problems import Problem
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
                rules.DUPLICATE_TASK, task.id_location, message, task=task.id, target=first.path
            )


def find_missing_documents(trace: Trace) -> Iterator[Problem]:
    """PT101 and PT102, at the id of the task."""
    for field, rule in MISSING.items():
        key = trace.settings.fields[field]
        candidates = unclaimed(trace, field)
        for task in trace.tasks:
            if is_under_way(task) and task.lacks(field):
                yield found(
                    rule,
                    dict(task.empty_fields).get(key, task.id_location),
                    f"task '{task.id}' is {task.status.text} and has no {key}",
                    hint=did_you_mean(candidates.get(task.id)),
                    task=task.id,
                    target=key,
                )
