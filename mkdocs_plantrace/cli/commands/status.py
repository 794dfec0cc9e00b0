"""`plantrace status`: show or change the status of a task, if the rules allow it."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click

from mkdocs_plantrace.checks.pipeline import Result, run
from mkdocs_plantrace.checks.project_check import check_task, read_task
from mkdocs_plantrace.cli.arguments import require_status, require_task
from mkdocs_plantrace.cli.completion import complete_status, complete_task
from mkdocs_plantrace.cli.console import (
    FAILED,
    colorize,
    exit_with_error,
    print_message,
    print_text,
)
from mkdocs_plantrace.cli.folder_lock import lock_folder
from mkdocs_plantrace.cli.options import config_file, dry_run
from mkdocs_plantrace.cli.recognition import open_site
from mkdocs_plantrace.cli.task_log import get_date, open_log
from mkdocs_plantrace.config.layouts import Layout
from mkdocs_plantrace.editing.atomic_file import resolve_in_root
from mkdocs_plantrace.editing.edits import (
    Edit,
    apply_edits,
    read_bytes,
    remove_left_files,
    render_diff,
)
from mkdocs_plantrace.editing.status_change import StatusChange, append_override, change_status
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.project.cache import Cache
from mkdocs_plantrace.project.project import Project, make_line_reader
from mkdocs_plantrace.reports.text_report import count, format_problem
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.terminal import visible


@click.command(short_help="Show the status of a task, or change it if the rules allow it.")
@config_file
@dry_run
@click.option(
    "--force",
    is_flag=True,
    help="Set the task to completed although the check reports problems. Needs --reason.",
)
@click.option(
    "--reason", metavar="TEXT", help="The reason for --force, which is written into the log."
)
@click.argument("task_id", metavar="TASK-ID", shell_complete=complete_task)
@click.argument("status", required=False, shell_complete=complete_status)
def status(
    config_file: Path | None,
    task_id: str,
    status: str | None,
    reason: str | None,
    *,
    force: bool,
    dry_run: bool,
) -> None:
    """Show the status of a task, or change it. Nothing else in the metadata changes.

    STATUS is any status word of the project. A task cannot be set to completed while
    'plantrace check --strict' would report a problem in the task, its plan or its log. The
    problems are then shown, and the exit code is 1. In other layouts, such
    as openspec, the status is only shown.

    \b
    Examples:
      plantrace status TSK-042
      plantrace status TSK-042 in_progress
      plantrace status TSK-042 done --dry-run
      plantrace status TSK-042 done --force --reason "the load test has no machine until May"
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
    if force and not (reason or "").strip():
        raise click.UsageError("--force needs a reason: add --reason TEXT")
    if reason is not None and not force:
        raise click.UsageError("--reason is only for --force")
    if status is not None:
        _change(config_file, task_id, status, reason, dry_run=dry_run)
    elif force or dry_run:
        raise click.UsageError("--force and --dry-run need a STATUS")
    else:
        task = _require_only_task(read_task(open_site(config_file), task_id)[1], task_id)
        now = f"is {task.status.text}" if task.status.text else "has no status"
        print_text(visible(f"'{task.id}' {now}: {task.path}") + "\n")


def _change(
    config_file: Path | None, task_id: str, status: str, reason: str | None, *, dry_run: bool
) -> None:
    cache = Cache(on_disk=True)
    project, result = check_task(config_file, task_id, cache)
    trace, root = result.trace, project.place.root
    if not dry_run:
        remove_left_files(project.tree)
    task = _require_only_task(trace, task_id)
    if layout := trace.settings.find_layout(task.layout):
        _exit_for_layout(task, layout)
    is_completing = require_status(trace.settings, status) is StatusKind.COMPLETED
    if reason and not is_completing:
        exit_with_error(f"--force is only for a status that means completed, not for '{status}'")
    log = open_log(root, trace, task) if reason else None
    word = " ".join(status.split())
    edits: list[Edit] = []
    with _lock(root, [task.path, *([log.path] if log else [])]):
        change = change_status(task, read_bytes(root, task.path), word, trace.settings)
        if change:
            after = change.edit.after.decode("utf-8-sig")
            changed = replace(project, unsaved={task.path: after})
            found = run(trace.settings, changed, cache) if is_completing else None
            problems = _find_problems(task, found) if found else []
            if problems and not log:
                _exit_with_refusal(task, problems, changed)
            if log and reason:  # before the status, which must not be there without its reason
                rules = (problem.rule for problem in problems)
                edits.append(append_override(log.read(), get_date(), task, word, reason, rules))
            edits.append(change.edit)
        if not dry_run:
            apply_edits(root, edits)
    if change and dry_run:
        print_text(render_diff(edits))
        return
    print_text(f"{_format_result(task, word, change)}\n")
    if log and edits:
        print_message(f"the reason is in the log: {log.path}")


def _require_only_task(trace: Trace, task_id: str) -> Task:
    """Return the task of an id, or end the command if several files have this id."""
    task = require_task(trace, task_id)
    locations = [other.id_location for other in trace.tasks if other.id == task_id]
    if len(locations) > 1:
        places = " and ".join(f"{place.path}:{place.line}" for place in locations)
        exit_with_error(f"'{task_id}' is the id in {places}")
    return task


def _exit_for_layout(task: Task, layout: Layout) -> NoReturn:
    place = task.status_location or task.id_location
    edit = f"edit '{place.path}:{place.line}'"
    way = f"use its command '{layout.tool}'" if layout.tool else edit
    exit_with_error(
        f"'{task.id}' was not changed: 'plantrace status' cannot change tasks of the layout "
        f"'{layout.name}'; {way}"
    )


@contextmanager
def _lock(root: Path, paths: Iterable[str]) -> Iterator[None]:
    """Keep other processes from editing these files."""
    folders = {os.path.realpath(resolve_in_root(root, path).parent) for path in paths}
    with ExitStack() as stack:
        for folder in sorted(folders):
            stack.enter_context(lock_folder(Path(folder)))
        yield


def _find_problems(task: Task, result: Result) -> list[Problem]:
    """Return what fails a strict check in a task, its plan or its log."""
    trace = result.trace
    changed = trace.task_index.by_id[task.id]
    records = (record.value for record in (changed.plan, changed.log) if record)
    own = {task.path, *(trace.resolver.metadata_path(record).path for record in records)}
    return [
        problem
        for problem in result.problems
        if (problem.task == task.id or problem.location.path in own) and not problem.baselined
    ]


def _exit_with_refusal(task: Task, problems: Sequence[Problem], project: Project) -> NoReturn:
    """Show all problems, and how to override them."""
    lines = make_line_reader(project)
    described = (format_problem(problem, lines, colorize) for problem in problems)
    print_text("".join(f"{part}\n" for part in described), is_colored=True)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    numbers = (count(len(errors), "error"), count(len(problems) - len(errors), "warning"))
    way = "to set it anyway, and write the reason into the log: --force --reason TEXT"
    print_message(
        f"'{task.id}' was not changed: as completed, it would have {' and '.join(numbers)}\n"
        f"{way if task.log else 'without a log, it cannot be set with --force either'}"
    )
    sys.exit(FAILED)


def _format_result(task: Task, word: str, change: StatusChange | None) -> str:
    if change is None:
        return visible(f"'{task.id}' is already {word}: {task.path}")
    where = f"{change.edit.path}:{change.location.line}"
    was = change.was or "without a status"
    return visible(f"'{task.id}' is now {word} (was {was}): {where}")
