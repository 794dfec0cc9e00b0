"""`plantrace status`: changes the status of a task, if the rules allow it."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from mkdocs_plantrace.checks.pipeline import Result, run
from mkdocs_plantrace.cli.completion import complete_status, complete_task
from mkdocs_plantrace.cli.options import config_file, refuse
from mkdocs_plantrace.cli.runtime import (
    FAILED,
    find_kind,
    find_task,
    paint,
    run_or_refuse,
    say,
    wants_color,
)
from mkdocs_plantrace.editing.atomic_file import inside_root
from mkdocs_plantrace.editing.edits import Edit, apply_edits, lock_folder, read_bytes, render_diff
from mkdocs_plantrace.editing.status_change import StatusChange, change_status
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.project.loader import Cache
from mkdocs_plantrace.project.project import Project, line_reader
from mkdocs_plantrace.reports.text_report import count, describe, plain, visible
from mkdocs_plantrace.trace.trace import Trace


@click.command(short_help="Change the status of a task, if the rules allow it.")
@config_file
@click.option("--dry-run", is_flag=True, help="Show the change as a diff, and write nothing.")
@click.argument("task_id", shell_complete=complete_task)
@click.argument("status", shell_complete=complete_status)
def status(config_file: Path, task_id: str, status: str, *, dry_run: bool) -> None:
    """Change the status of a task in its metadata, and nothing else there.

    STATUS is any word that the project knows for a status. One that means completed is refused
    with exit code 1 while the check would then find errors in the task, its plan or its log.

    \b
    Examples:
      plantrace status TSK-042 in_progress
      plantrace status TSK-042 done --dry-run
    """  # noqa: D301 (the mark is click's: lines stay as they are)
    cache = Cache()
    project, result = run_or_refuse(config_file, cache)
    settings = result.trace.settings
    task = _find_only(result.trace, task_id)
    kind = find_kind(settings, status)
    word = " ".join(status.split())
    root = project.place.root
    with lock_folder(inside_root(root, task.path).parent):
        change = change_status(task, read_bytes(root, task.path), word, settings)
        if change and kind is StatusKind.COMPLETED:
            _refuse_errors(project, result, task, change.edit, cache)
        if change and not dry_run:
            apply_edits(root, [change.edit])
    if change and dry_run:
        say(render_diff([change.edit]))
    else:
        say(f"{_outcome(task, word, change)}\n")


def _find_only(trace: Trace, task_id: str) -> Task:
    """The task of an id, or end the command if there is none, or several files claim it."""
    task = find_task(trace, task_id)
    claims = [other.id_location for other in trace.tasks if other.id == task_id]
    if len(claims) > 1:
        places = " and ".join(f"{place.path}:{place.line}" for place in claims)
        refuse(f"'{task_id}' is the id in {places}")
    return task


def _outcome(task: Task, word: str, change: StatusChange | None) -> str:
    if change is None:
        return visible(f"'{task.id}' is {word} already: {task.path}")
    where = f"{change.edit.path}:{change.location.line}"
    was = change.was or "without a status"
    return visible(f"'{task.id}' is now {word} (was {was}): {where}")


def _refuse_errors(project: Project, result: Result, task: Task, edit: Edit, cache: Cache) -> None:
    """End the command if the check would find errors of the task once the change is made."""
    trace = result.trace
    unsaved = replace(project, unsaved={edit.path: edit.after.decode("utf-8-sig")})
    changed = run(trace.settings, unsaved, cache)
    concerned = [problem for problem in _problems_of(task, changed) if not problem.baselined]
    found = [problem for problem in concerned if problem.severity is Severity.ERROR]
    if not found:
        if concerned:  # they fail a strict check only
            told = f"the check has {count(len(concerned), 'warning')} about it"
            click.echo(visible(f"plantrace: {told}: see 'plantrace show {task.id}'"), err=True)
        return
    in_color = wants_color()
    lines = line_reader(unsaved)
    described = (describe(problem, lines, paint if in_color else plain) for problem in found)
    say("".join(f"{part}\n" for part in described), in_color=in_color)
    reason = f"the check would find {count(len(found), 'error')} in a completed task"
    click.echo(visible(f"plantrace: '{task.id}' stays as it is: {reason}"), err=True)
    sys.exit(FAILED)


def _problems_of(task: Task, result: Result) -> Iterator[Problem]:
    """What the check finds in the task, its plan and its log."""
    trace = result.trace
    changed = trace.by_id[task.id]
    records = (record.value for record in (changed.plan, changed.log) if record)
    own = {task.path, *(trace.resolver.metadata_path(record).path for record in records)}
    for problem in result.problems:
        if problem.task == task.id or problem.location.path in own:
            yield problem
