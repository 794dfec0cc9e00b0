"""Dependencies: unknown tasks, cycles, one-sided and incomplete ones."""

from collections.abc import Iterator

from mkdocs_plantrace.checks.hints import find_similar_id, find_tasks_in_range, join_words
from mkdocs_plantrace.model.link import LinkKind
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.did_you_mean import format_suggestion

COMPLETED_TOO_EARLY = Rule(
    "PT203",
    "completed-too-early",
    Severity.WARNING,
    finds="a completed task that depends on one that is not completed",
    why="Either the work is based on something unfinished, or a status or the dependency is wrong.",
    language="yaml",
    example="""\
task_id: TSK-7
status: completed
depends_on: [TSK-6]   # which is in progress
""",
    fix="Correct the wrong status, or remove the dependency if it is wrong.",
)
UNKNOWN_TASK = Rule(
    "PT110",
    "unknown-task",
    Severity.ERROR,
    finds="an entry of `depends_on` or `blocks` that is not the id of a task",
    why="The dependency names a task that does not exist or was renamed.",
    language="yaml",
    example="""\
depends_on: [TSK-P0-50]
""",
    fix="Correct the id. If there is no dependency, write an empty list.",
)
DEPENDENCY_CYCLE = Rule(
    "PT111",
    "dependency-cycle",
    Severity.ERROR,
    finds="tasks that depend on each other in a cycle",
    why="None of them can be started, because each needs another one to be completed first.",
    language="yaml",
    example="""\
# tasks/TSK-7/meta.yml
depends_on: [TSK-8]
# tasks/TSK-8/meta.yml
depends_on: [TSK-7]
""",
    fix="Remove the dependency that is wrong; the message shows the whole cycle.",
)
ONE_SIDED_DEPENDENCY = Rule(
    "PT114",
    "one-sided-dependency",
    None,
    finds="an entry of `blocks` without its counterpart in the `depends_on` of the other task",
    why="""\
plantrace reads both as one dependency, but tools and people who read only `depends_on` start the \
task too early.""",
    language="yaml",
    example="""\
# tasks/TSK-7/meta.yml
blocks: [TSK-8]
# tasks/TSK-8/meta.yml
depends_on: []
""",
    fix="Add the blocking task to the `depends_on` of the blocked one.",
)


def find_unknown_tasks(trace: Trace) -> Iterator[Problem]:
    """Find PT110, at the entry."""
    for reference in trace.links.task_references:
        written = reference.text.value
        if reference.target or reference.task.archived or written in trace.missing_words:
            continue
        key = trace.settings.key_of(reference.kind.value, reference.task.layout)
        yield create_problem(
            UNKNOWN_TASK,
            reference.text,
            f"{key}: no task '{written}'",
            hint=_hint(trace, written),
            task=reference.task.id,
        )


def _hint(trace: Trace, written: str) -> str | None:
    members = find_tasks_in_range(written, trace.task_index.id_series)
    if members:
        return f"write the ids one by one: {join_words(members)}"
    if written.lower() in ("none", "n/a", "nothing", "-"):
        return "for no dependency, write an empty list: []"
    by_path = trace.task_index.by_path.get(written)
    return format_suggestion(
        by_path.id if by_path else find_similar_id(written, trace.task_index.id_series), written
    )


def find_dependency_cycles(trace: Trace) -> Iterator[Problem]:
    """Find PT111, at the dependency of the first task of the cycle."""
    for cycle in trace.graph.cycles:
        yield create_problem(
            DEPENDENCY_CYCLE,
            trace.graph.unarchived_dependencies[cycle[0]][cycle[1]],
            f"dependency cycle: {' → '.join(cycle)}",
            task=cycle[0],
            target=" ".join(cycle),
        )


def find_one_sided(trace: Trace) -> Iterator[Problem]:
    """Find PT114, at the entry of `blocks`."""
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
        yield create_problem(
            ONE_SIDED_DEPENDENCY,
            reference.text,
            f"{blocks} lists '{target.id}', whose {depends_on} does not list '{reference.task.id}'",
            hint=f"add it in {target.path}",
            task=reference.task.id,
            target=target.id,
        )


def find_completed_too_early(trace: Trace) -> Iterator[Problem]:
    """Find PT203, at the dependency."""
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
            yield create_problem(
                COMPLETED_TOO_EARLY,
                where,
                f"'{task.id}' is {task.status.text}, but depends on '{waited}', "
                f"which is {status.text}",
                task=task.id,
                target=waited,
            )
