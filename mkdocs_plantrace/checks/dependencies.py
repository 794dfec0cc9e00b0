"""The order of work: dependencies on nothing, and circles."""

from collections.abc import Iterator

from mkdocs_plantrace import rules
from mkdocs_plantrace.checks.finding import did_you_mean, enumerate_words, found
from mkdocs_plantrace.checks.suggestions import similar_id, tasks_in_range
from mkdocs_plantrace.circles import find_circles
from mkdocs_plantrace.model import LinkKind, StatusKind
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.trace import Trace


def find_unknown_tasks(trace: Trace) -> Iterator[Problem]:
    """PT110, at the entry."""
    for reference in trace.task_references:
        written = reference.text.value
        if reference.target or reference.task.archived or written in trace.missing_words:
            continue
        key = trace.settings.fields[reference.kind.value]
        yield found(
            rules.UNKNOWN_TASK,
            reference.text,
            f"{key} names no task: '{written}'",
            hint=_hint(trace, written),
            task=reference.task.id,
        )


def _hint(trace: Trace, written: str) -> str | None:
    members = tasks_in_range(written, trace.id_series)
    if members:
        return f"write the ids one by one: {enumerate_words(members)}"
    if written.lower() in ("none", "n/a", "nothing", "-"):
        return "for no dependency, write an empty list: []"
    by_path = trace.by_source.get(written)
    return did_you_mean(by_path.id if by_path else similar_id(written, trace.id_series))


def find_cycles(trace: Trace) -> Iterator[Problem]:
    """PT111, at the dependency that leads from the first task of the circle to the next."""
    for circle in find_circles(trace.ruled_dependencies):
        message = f"tasks wait for each other: {' → '.join(circle)}"
        yield found(
            rules.DEPENDENCY_CYCLE,
            trace.ruled_dependencies[circle[0]][circle[1]],
            message,
            task=circle[0],
            target=" ".join(circle),
        )


def find_one_sided(trace: Trace) -> Iterator[Problem]:
    """PT114, at the entry of `blocks`."""
    depends_on, blocks = (trace.settings.fields[name] for name in ("depends_on", "blocks"))
    reported = {
        (reference.task.path, reference.text.value)
        for reference in trace.task_references
        if reference.kind is LinkKind.DEPENDS_ON
    }
    for reference in trace.task_references:
        target = reference.target
        if reference.kind is not LinkKind.BLOCKS or target is None:
            continue
        if (target.path, reference.task.id) in reported:
            continue
        yield found(
            rules.ONE_SIDED_DEPENDENCY,
            reference.text,
            f"{blocks} names '{target.id}', whose {depends_on} does not name '{reference.task.id}'",
            hint=f"add it in {target.path}",
            task=reference.task.id,
            target=target.id,
        )


def find_completed_too_early(trace: Trace) -> Iterator[Problem]:
    """PT203, where the dependency is written."""
    for task in trace.tasks:
        if task.status.kind is not StatusKind.COMPLETED or task.id in trace.claimed_twice:
            continue
        for waited, where in trace.ruled_dependencies[task.id].items():
            status = trace.by_id[waited].status
            if status.kind in (None, StatusKind.COMPLETED) or waited in trace.claimed_twice:
                continue
            yield found(
                rules.COMPLETED_TOO_EARLY,
                where,
                f"'{task.id}' is {task.status.text}, but depends on '{waited}', "
                f"which is {status.text}",
                task=task.id,
                target=waited,
            )
