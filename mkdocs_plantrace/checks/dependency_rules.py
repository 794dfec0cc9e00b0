"""The order of work: dependencies on nothing, and circles."""

from collections.abc import Iterator

from mkdocs_plantrace.checks.hints import similar_id, tasks_in_range
from mkdocs_plantrace.checks.problem_factory import did_you_mean, enumerate_words, found
from mkdocs_plantrace.model.link import LinkKind
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.cycles import find_circles

COMPLETED_TOO_EARLY = Rule(
    "PT203",
    "completed-too-early",
    Severity.WARNING,
    finds="a completed task that depends on one that is not completed",
    why="""\
Either the work rests on something unfinished, or one of the two statuses, or the dependency, is \
wrong.""",
    language="yaml",
    example="""\
task_id: TSK-7
status: completed
depends_on: [TSK-6]   # which is in progress
""",
    fix="Correct the status that is wrong, or remove the dependency that is not real.",
)
UNKNOWN_TASK = Rule(
    "PT110",
    "unknown-task",
    Severity.ERROR,
    finds="an entry of `depends_on` or `blocks` that names no task",
    why="The order of work rests on tasks that do not exist, or on ids that were renamed.",
    language="yaml",
    example="""\
depends_on: [TSK-P0-50]
""",
    fix="Correct the id. For no dependency at all, write an empty list.",
)
DEPENDENCY_CYCLE = Rule(
    "PT111",
    "dependency-cycle",
    Severity.ERROR,
    finds="tasks that wait for each other in a circle",
    why="None of them can ever be started in the order the metadata asks for.",
    language="yaml",
    example="""\
# tasks/TSK-7/meta.yml
depends_on: [TSK-8]
# tasks/TSK-8/meta.yml
depends_on: [TSK-7]
""",
    fix="Remove the dependency that is not real; the message shows the whole circle.",
)
ONE_SIDED_DEPENDENCY = Rule(
    "PT114",
    "one-sided-dependency",
    None,
    finds="an entry of `blocks` whose task does not name the other in `depends_on`",
    why="""\
plantrace reads both as one dependency, but tools and people who read only the `depends_on` of a \
task start it too early.""",
    language="yaml",
    example="""\
# tasks/TSK-7/meta.yml
blocks: [TSK-8]
# tasks/TSK-8/meta.yml
depends_on: []
""",
    fix="Name the blocking task in the `depends_on` of the blocked one.",
)


def find_unknown_tasks(trace: Trace) -> Iterator[Problem]:
    """PT110, at the entry."""
    for reference in trace.links.task_references:
        written = reference.text.value
        if reference.target or reference.task.archived or written in trace.missing_words:
            continue
        key = trace.settings.fields[reference.kind.value]
        yield found(
            UNKNOWN_TASK,
            reference.text,
            f"{key} names no task: '{written}'",
            hint=_hint(trace, written),
            task=reference.task.id,
        )


def _hint(trace: Trace, written: str) -> str | None:
    members = tasks_in_range(written, trace.task_index.id_series)
    if members:
        return f"write the ids one by one: {enumerate_words(members)}"
    if written.lower() in ("none", "n/a", "nothing", "-"):
        return "for no dependency, write an empty list: []"
    by_path = trace.task_index.by_path.get(written)
    return did_you_mean(by_path.id if by_path else similar_id(written, trace.task_index.id_series))


def find_cycles(trace: Trace) -> Iterator[Problem]:
    """PT111, at the dependency that leads from the first task of the circle to the next."""
    for circle in find_circles(trace.graph.unarchived_dependencies):
        message = f"tasks wait for each other: {' → '.join(circle)}"
        yield found(
            DEPENDENCY_CYCLE,
            trace.graph.unarchived_dependencies[circle[0]][circle[1]],
            message,
            task=circle[0],
            target=" ".join(circle),
        )


def find_one_sided(trace: Trace) -> Iterator[Problem]:
    """PT114, at the entry of `blocks`."""
    depends_on, blocks = (trace.settings.fields[name] for name in ("depends_on", "blocks"))
    reported = {
        (reference.task.path, reference.text.value)
        for reference in trace.links.task_references
        if reference.kind is LinkKind.DEPENDS_ON
    }
    for reference in trace.links.task_references:
        target = reference.target
        if reference.kind is not LinkKind.BLOCKS or target is None:
            continue
        if (target.path, reference.task.id) in reported:
            continue
        yield found(
            ONE_SIDED_DEPENDENCY,
            reference.text,
            f"{blocks} names '{target.id}', whose {depends_on} does not name '{reference.task.id}'",
            hint=f"add it in {target.path}",
            task=reference.task.id,
            target=target.id,
        )


def find_completed_too_early(trace: Trace) -> Iterator[Problem]:
    """PT203, where the dependency is written."""
    for task in trace.tasks:
        if (
            task.status.kind is not StatusKind.COMPLETED
            or task.id in trace.task_index.duplicate_ids
        ):
            continue
        for waited, where in trace.graph.unarchived_dependencies[task.id].items():
            status = trace.task_index.by_id[waited].status
            if (
                status.kind in (None, StatusKind.COMPLETED)
                or waited in trace.task_index.duplicate_ids
            ):
                continue
            yield found(
                COMPLETED_TOO_EARLY,
                where,
                f"'{task.id}' is {task.status.text}, but depends on '{waited}', "
                f"which is {status.text}",
                task=task.id,
                target=waited,
            )
