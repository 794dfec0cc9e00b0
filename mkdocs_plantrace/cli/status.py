"""`plantrace status`: change the status of a task, if the rules allow it."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from mkdocs_plantrace.checks.pipeline import Result, run
from mkdocs_plantrace.cli.arguments import require_status, require_task
from mkdocs_plantrace.cli.completion import complete_status, complete_task
from mkdocs_plantrace.cli.console import (
    FAILED,
    colorize,
    exit_with_error,
    print_message,
    print_text,
)
from mkdocs_plantrace.cli.options import config_file, dry_run
from mkdocs_plantrace.cli.runtime import check_project
from mkdocs_plantrace.editing.atomic_file import resolve_in_root
from mkdocs_plantrace.editing.edits import Edit, apply_edits, lock_folder, read_bytes, render_diff
from mkdocs_plantrace.editing.status_change import StatusChange, change_status
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.project.cache import Cache
from mkdocs_plantrace.project.project import Project, make_line_reader
from mkdocs_plantrace.reports.text_report import count, format_problem, visible
from mkdocs_plantrace.trace.trace import Trace


@click.command(short_help="Change the status of a task, if the rules allow it.")
@config_file
@dry_run
@click.argument("task_id", shell_complete=complete_task)
@click.argument("status", shell_complete=complete_status)
def status(config_file: Path | None, task_id: str, status: str, *, dry_run: bool) -> None:
    """Change the status of a task in its metadata, and nothing else there.

    STATUS is any status word of the project. A task cannot be set to completed while the check
    finds errors in the task, its plan or its log; the exit code is then 1.

    \b
    Examples:
      plantrace status TSK-042 in_progress
      plantrace status TSK-042 done --dry-run
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
    cache = Cache()
    project, result = check_project(config_file, cache)
    settings = result.trace.settings
    task = _require_only_task(result.trace, task_id)
    kind = require_status(settings, status)
    word = " ".join(status.split())
    root = project.place.root
    with lock_folder(resolve_in_root(root, task.path).parent):
        change = change_status(task, read_bytes(root, task.path), word, settings)
        if change and kind is StatusKind.COMPLETED:
            _exit_if_errors(project, result, task, change.edit, cache)
        if change and not dry_run:
            apply_edits(root, [change.edit])
    if change and dry_run:
        print_text(render_diff([change.edit]))
    else:
        print_text(f"{_format_result(task, word, change)}\n")


def _require_only_task(trace: Trace, task_id: str) -> Task:
    """Return the task of an id, or end the command if several files have this id."""
    task = require_task(trace, task_id)
    locations = [other.id_location for other in trace.tasks if other.id == task_id]
    if len(locations) > 1:
        places = " and ".join(f"{place.path}:{place.line}" for place in locations)
        exit_with_error(f"'{task_id}' is the id in {places}")
    return task


def _format_result(task: Task, word: str, change: StatusChange | None) -> str:
    if change is None:
        return visible(f"'{task.id}' is already {word}: {task.path}")
    where = f"{change.edit.path}:{change.location.line}"
    was = change.was or "without a status"
    return visible(f"'{task.id}' is now {word} (was {was}): {where}")


def _exit_if_errors(project: Project, result: Result, task: Task, edit: Edit, cache: Cache) -> None:
    """End the command if the check would find errors of the task after the change."""
    trace = result.trace
    unsaved = replace(project, unsaved={edit.path: edit.after.decode("utf-8-sig")})
    changed = run(trace.settings, unsaved, cache)
    problems = [problem for problem in _find_problems(task, changed) if not problem.baselined]
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if not errors:
        if problems:  # only a strict check would fail
            warnings = count(len(problems), "warning")
            print_message(f"the check reports {warnings}: see 'plantrace show {task.id}'")
        return
    lines = make_line_reader(unsaved)
    described = (format_problem(problem, lines, colorize) for problem in errors)
    print_text("".join(f"{part}\n" for part in described), is_colored=True)
    reason = f"as completed, it would have {count(len(errors), 'error')}"
    print_message(f"'{task.id}' was not changed: {reason}")
    sys.exit(FAILED)


def _find_problems(task: Task, result: Result) -> Iterator[Problem]:
    """Yield the problems in a task, its plan and its log."""
    trace = result.trace
    changed = trace.task_index.by_id[task.id]
    records = (record.value for record in (changed.plan, changed.log) if record)
    own = {task.path, *(trace.resolver.metadata_path(record).path for record in records)}
    for problem in result.problems:
        if problem.task == task.id or problem.location.path in own:
            yield problem
