"""`plantrace new`: write the metadata, the plan and the log of a new task."""

from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from mkdocs_plantrace.checks.document_rules import UNFILLED_TEMPLATE
from mkdocs_plantrace.checks.project_check import check_task, read_metadata, read_task
from mkdocs_plantrace.cli.arguments import require_status, require_task
from mkdocs_plantrace.cli.completion import complete_status, complete_task
from mkdocs_plantrace.cli.console import exit_with_error, print_text
from mkdocs_plantrace.cli.folder_lock import lock_folder
from mkdocs_plantrace.cli.options import config_file, dry_run
from mkdocs_plantrace.cli.task_log import get_date
from mkdocs_plantrace.config.layouts import Layout
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.edits import (
    Edit,
    check_parent_folders,
    remove_left_files,
    render_diff,
    try_edits,
)
from mkdocs_plantrace.editing.new_task import NewTask, draft_task
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.project.file_tree import ancestry
from mkdocs_plantrace.utils.terminal import visible


@click.command()
@config_file
@click.option("--title", "-t", metavar="TEXT", help="The title, on one line.  [required]")
@click.option(
    "--phase",
    "-p",
    metavar="PHASE",
    help="The phase of the task: a number or a word.  [required]",
)
@click.option(
    "--status",
    "-s",
    shell_complete=complete_status,
    default="planned",
    show_default=True,
    metavar="STATUS",
    help="A status word that does not mean completed.",
)
@click.option(
    "--with-plan-of",
    shell_complete=complete_task,
    metavar="TASK-ID",
    help="Write no plan and log, but share those of this task.",
)
@dry_run
@click.argument("task_id", required=False, metavar="TASK-ID")
def new(
    config_file: Path | None,
    task_id: str | None,
    title: str | None,
    phase: str | None,
    status: str,
    with_plan_of: str | None,
    *,
    dry_run: bool,
) -> None:
    """Write the metadata, the plan and the log of a new task.

    TASK-ID is a new id, such as TSK-042. The files go next to those of other tasks of the phase.
    They are made from the templates of the project (in folders whose names start with `_`) or the
    built-in ones. No existing file is changed. Tasks of other layouts, such as openspec, are
    created by their own tools.

    \b
    Examples:
      plantrace new TSK-042 --title "Refund partial captures" --phase 1
      plantrace new TSK-043 --title "Refund tips" --phase 1 --with-plan-of TSK-042
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
    if task_id is None or title is None or phase is None:
        needed = {"TASK-ID": task_id, "--title TEXT": title, "--phase PHASE": phase}
        missing = ", ".join(name for name, value in needed.items() if value is None)
        raise click.UsageError(f"missing: {missing}")
    task = NewTask(
        id=task_id,
        title=_strip_line("title", title),
        phase=_strip_line("phase", phase),
        status=status,
        date=get_date(),
    )
    _create(config_file, task, with_plan_of, dry_run=dry_run)


def _create(
    config_file: Path | None, task: NewTask, with_plan_of: str | None, *, dry_run: bool
) -> None:
    project, trace = read_metadata(config_file)
    if not trace.settings.has_default_layout:
        _exit_for_layouts(trace.settings.other_layouts)
    if not dry_run:
        remove_left_files(project.tree)
    if require_status(trace.settings, task.status) is StatusKind.COMPLETED:
        exit_with_error("a new task cannot be completed: its plan and log are not written yet")
    shared = _find_documents(config_file, with_plan_of) if with_plan_of else None
    edits = draft_task(trace, task, shared)
    check_parent_folders(project.place.root, edits)
    if dry_run:
        print_text(render_diff(edits))
        return
    root, (metadata, *others) = project.place.root, edits
    with lock_folder(root), try_edits(root, [*others, metadata]):  # no task without its files
        _check_new_files(config_file, task.id, edits)
    lines = [f"task '{visible(task.id)}' is {visible(task.status)}:"]
    lines += [f"  {visible(edit.path)}" for edit in edits]
    print_text("\n".join(lines) + "\n")


def _exit_for_layouts(layouts: Iterable[Layout]) -> NoReturn:
    lines = ["'plantrace new' cannot create tasks in the layouts of this project"]
    for layout in layouts:
        file = f"write a file such as '{layout.tasks[0].text}'"
        way = f"use its command '{layout.tool}'" if layout.tool else file
        lines.append(f"'{layout.name}': {way}")
    exit_with_error("\n".join(lines))


def _strip_line(name: str, text: str) -> str:
    line = text.strip()
    if not line:
        exit_with_error(f"the {name} is empty")
    if not line.isprintable():
        exit_with_error(f"the {name} is not one line of plain text")
    return line


def _find_documents(config_file: Path | None, task_id: str) -> tuple[str, str]:
    """Return the plan and the log of a task to share them."""
    _, trace = read_task(config_file, task_id)
    task = require_task(trace, task_id)
    plan, log = trace.document_index.find_plan(task), trace.document_index.find_log(task)
    if plan is None or log is None:
        missing = "plan" if plan is None else "log"
        where = f"{task.path}:{task.id_location.line}"
        exit_with_error(f"task '{task_id}' has no {missing} that can be shared: '{where}'")
    return plan.path, log.path


def _check_new_files(config_file: Path | None, task_id: str, edits: list[Edit]) -> None:
    """Raise UnwritableFileError if the check reports problems of the new files."""
    _, result = check_task(config_file, task_id)
    written = {part for edit in edits for part in ancestry(edit.path)}
    found = [
        problem
        for problem in result.problems
        if (problem.task == task_id or problem.location.path in written)
        and problem.rule is not UNFILLED_TEMPLATE  # the user still has to fill in the files
    ]
    if found:
        lines = (f"  {p.location.path}:{p.location.line}: {p.rule.code} {p.message}" for p in found)
        message = "nothing was written, because the check would report:"
        raise UnwritableFileError("\n".join([message, *lines]))
