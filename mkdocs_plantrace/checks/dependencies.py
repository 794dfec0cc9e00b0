"""The order of work: dependencies on nothing, and circles."""

from __future__ import annotations

from collections.abc import Iterator

from mkdocs_plantrace import rules
from mkdocs_plantrace.checks.finding import did_you_mean, enumerate_words, found
from mkdocs_plantrace.checks.suggestions import similar_id, tasks_in_range
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.trace import Trace


def find_unknown_tasks(trace: Trace) -> Iterator[Problem]:
    """PT110, at the entry."""
    for reference in trace.task_references:
        written = reference.text.value
        if reference.target or reference.task.archived or trace.is_perhaps_named(written):
            continue
        key = trace.settings.fields[reference.kind.value]
        yield found(
            rules.UNKNOWN_TASK,
            reference.text.location,
            f"{key} names no task: '{written}'",
            hint=_hint(trace, written),
            task=reference.task.id,
            target=written,
        )


def _hint(trace: Trace, written: str) -> str | None:
    members = tasks_in_range(written, trace.by_id)
    if members:
        return f"write the ids one by one: {enumerate_words(members)}"
    if written.lower() in ("none", "n/a", "nothing", "-"):
        return "for no dependency, write an empty list: []"
    by_path = trace.by_source.get(written)
    return did_you_mean(by_path.id if by_path else similar_id(written, trace.by_id))


def find_cycles(trace: Trace) -> Iterator[Problem]:
    """PT111, at the dependency that leads from the first task of the circle to the next."""
    for circle in trace.cycles:
        message = f"tasks wait for each other: {' → '.join(circle)}"
        yield found(
            rules.DEPENDENCY_CYCLE,
            trace.dependencies[circle[0]][circle[1]],
            message,
            task=circle[0],
            target=" ".join(circle),
        )
