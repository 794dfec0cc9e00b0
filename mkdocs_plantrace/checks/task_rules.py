"""The set of tasks: no task at all, duplicate ids, and wrong dependencies."""

from collections.abc import Iterator

from mkdocs_plantrace.checks.hints import suggest_task
from mkdocs_plantrace.model.link import LinkKind
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.did_you_mean import format_suggestion

DUPLICATE_TASK = Rule(
    "PT005",
    "duplicate-task",
    Severity.ERROR,
    finds="two metadata files with one id",
    why="""\
A link by id can only refer to one of them, and it is not clear which. The usual reason is a \
copied folder.""",
    language="yaml",
    example="""\
# tasks/TSK-7/meta.yml and tasks/TSK-8/meta.yml
task_id: TSK-7
""",
    fix="""\
Give the copy its own id, or delete it. The message names both files. If one of them is archived, \
the other keeps the id, and the problem is only a warning.""",
)
NO_TASKS = Rule(
    "PT010",
    "no-tasks",
    Severity.ERROR,
    finds="a configuration whose `tasks` globs match no file",
    why="A check that looked at nothing must not pass.",
    language="yaml",
    example="""\
plugins:
  - plantrace:
      tasks: task/**/meta.yml
""",
    fix="""\
Correct `tasks` or `root`. Globs are relative to the project root; folders whose names start \
with `_` contain templates and are ignored.""",
)
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
    example="depends_on: [TSK-P0-50]\n",
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


def find_no_tasks(trace: Trace) -> Iterator[Problem]:
    """Find PT010, at the configuration."""
    if trace.resolver.sources:
        return
    settings = trace.settings
    globs = [*(settings.tasks if settings.has_default_layout else ())]
    globs += [pattern.text for layout in settings.other_layouts for pattern in layout.tasks]
    message = f"no metadata file matches {', '.join(map(repr, globs))}"
    yield create_problem(NO_TASKS, trace.configuration, message)


def find_duplicate_tasks(trace: Trace) -> Iterator[Problem]:
    """Find PT005, at every file except the first."""
    for task in trace.tasks:
        first = trace.task_index.by_id[task.id]
        if first is not task:
            where = first.id_location
            message = f"id '{task.id}' is already the id in {where.path}:{where.line}"
            yield create_problem(
                DUPLICATE_TASK, task.id_location, message, task=task.id, target=first.path
            )


def find_unknown_tasks(trace: Trace) -> Iterator[Problem]:
    """Find PT110, at the entry."""
    for reference in trace.links.task_references:
        written = reference.text.value
        if reference.target or reference.task.archived or written in trace.missing_words:
            continue
        key = trace.settings.key_of(reference.kind.value, reference.task.layout)
        message, hint = f"{key}: no task '{written}'", _hint(trace, written)
        yield create_problem(
            UNKNOWN_TASK, reference.text, message, hint=hint, task=reference.task.id
        )


def _hint(trace: Trace, written: str) -> str | None:
    if written.lower() in ("none", "n/a", "nothing", "-"):
        return "for no dependency, write an empty list: []"
    if task := trace.task_index.by_path.get(written):
        return format_suggestion(task.id, written)
    return suggest_task(trace, written)


def find_dependency_cycles(trace: Trace) -> Iterator[Problem]:
    """Find PT111, at the dependency of the first task of the cycle."""
    for cycle in trace.graph.cycles:
        where = trace.graph.unarchived_dependencies[cycle[0]][cycle[1]]
        message = f"dependency cycle: {' → '.join(cycle)}"
        yield create_problem(
            DEPENDENCY_CYCLE, where, message, task=cycle[0], target=" ".join(cycle)
        )


def find_one_sided(trace: Trace) -> Iterator[Problem]:
    """Find PT114, at the entry of `blocks`."""
    depends_on, blocks = (trace.settings.fields[name] for name in ("depends_on", "blocks"))
    references = trace.links.task_references
    reported = {
        (it.task.path, it.text.value) for it in references if it.kind is LinkKind.DEPENDS_ON
    }
    for kind, target, task, text in ((it.kind, it.target, it.task, it.text) for it in references):
        if kind is LinkKind.BLOCKS and target and (target.path, task.id) not in reported:
            yield create_problem(
                ONE_SIDED_DEPENDENCY,
                text,
                f"{blocks} lists '{target.id}', whose {depends_on} does not list '{task.id}'",
                hint=f"add it in {target.path}",
                task=task.id,
                target=target.id,
            )


def find_completed_too_early(trace: Trace) -> Iterator[Problem]:
    """Find PT203, at the dependency."""
    unclear = trace.task_index.duplicate_ids
    for task in trace.tasks:
        if task.status.kind is not StatusKind.COMPLETED or task.id in unclear:
            continue
        for waited, where in trace.graph.unarchived_dependencies[task.id].items():
            status = trace.task_index.by_id[waited].status
            if status.kind in (None, StatusKind.COMPLETED) or waited in unclear:
                continue
            message = (
                f"'{task.id}' is {task.status.text}, but depends on '{waited}', "
                f"which is {status.text}"
            )
            yield create_problem(COMPLETED_TOO_EARLY, where, message, task=task.id, target=waited)
