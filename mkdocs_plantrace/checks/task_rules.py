"""The set of tasks: no task at all, duplicate ids, tasks without plan or log."""

from collections.abc import Iterator

from mkdocs_plantrace.checks.task_path_rules import MISSING, find_unclaimed
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.trace.trace import Trace, is_under_way
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


def find_missing_documents(trace: Trace) -> Iterator[Problem]:
    """Find PT101 and PT102, at the id of the task."""
    for field, rule in MISSING.items():
        candidates = find_unclaimed(trace, field)
        for task in trace.tasks:
            if is_under_way(task) and task.lacks(field):
                key = trace.settings.key_of(field, task.layout)
                yield create_problem(
                    rule,
                    dict(task.empty_fields).get(key, task.id_location),
                    f"task '{task.id}' is {task.status.text} and has no {key}",
                    hint=format_suggestion(candidates.get(task.id)),
                    task=task.id,
                    target=key,
                )
