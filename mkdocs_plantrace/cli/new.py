"""`plantrace new`: metadata, plan and log of a new task."""

from datetime import UTC, datetime
from pathlib import Path

import click

from mkdocs_plantrace.checks.template_rules import UNFILLED_TEMPLATE
from mkdocs_plantrace.cli.completion import complete_status, complete_task
from mkdocs_plantrace.cli.options import config_file, refuse
from mkdocs_plantrace.cli.runtime import find_kind, find_task, run_or_refuse, say
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.edits import Edit, check_parent_folders, render_diff, try_edits
from mkdocs_plantrace.editing.new_task import NewTask, draft_task
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.project.file_tree import ancestry
from mkdocs_plantrace.reports.text_report import visible
from mkdocs_plantrace.trace.trace import Trace


@click.command()
@config_file
@click.option("--title", "-t", required=True, metavar="TEXT", help="What it is about, in a line.")
@click.option("--phase", "-p", required=True, metavar="PHASE", help="The phase it belongs to.")
@click.option(
    "--status",
    "-s",
    shell_complete=complete_status,
    default="planned",
    show_default=True,
    metavar="STATUS",
    help="Where it stands.",
)
@click.option(
    "--with-plan-of",
    shell_complete=complete_task,
    metavar="TASK",
    help="Join the plan and the log of this task.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.argument("task_id")
def new(
    config_file: Path,
    task_id: str,
    title: str,
    phase: str,
    status: str,
    with_plan_of: str | None,
    *,
    dry_run: bool,
) -> None:
    """Write the metadata, the plan and the log of a new task.

    They go where those of its siblings lie, from the templates of the project (in folders whose
    names start with `_`) or the built-in ones. Nothing that is there is changed.

    \b
    Examples:
      plantrace new TSK-042 --title "Refund partial captures" --phase 1
      plantrace new TSK-043 --title "Refund tips" --phase 1 --with-plan-of TSK-042
    """  # noqa: D301 (the mark is click's: lines stay as they are)
    project, result = run_or_refuse(config_file)
    trace = result.trace
    if find_kind(trace.settings, status) is StatusKind.COMPLETED:
        refuse("a new task is not completed; its plan and log are still to be written")
    task = NewTask(
        id=task_id,
        title=_one_line("title", title),
        phase=_one_line("phase", phase),
        status=status,
        date=datetime.now(tz=UTC).astimezone().date().isoformat(),
    )
    shared = _records_of(trace, with_plan_of) if with_plan_of else None
    edits = draft_task(trace, task, shared)
    check_parent_folders(project.place.root, edits)
    if dry_run:
        say(render_diff(edits))
        return
    with try_edits(project.place.root, edits):
        _refuse_problems(config_file, task_id, edits)
    lines = [f"task '{visible(task_id)}' is {visible(status)}:"]
    lines += [f"  {visible(edit.path)}" for edit in edits]
    say("\n".join(lines) + "\n")


def _one_line(name: str, text: str) -> str:
    words = text.strip()
    if not words:
        refuse(f"the {name} is empty")
    if not words.isprintable():
        refuse(f"the {name} is not one line of plain text")
    return words


def _records_of(trace: Trace, task_id: str) -> tuple[str, str]:
    """The plan and log of a task, to be shared."""
    task = find_task(trace, task_id)
    plan, log = trace.plan_of(task), trace.log_of(task)
    if plan is None or log is None:
        lacking = "plan" if plan is None else "log"
        where = f"{task.path}:{task.id_location.line}"
        refuse(f"task '{task_id}' has no {lacking} that can be shared: '{where}'")
    return plan.path, log.path


def _refuse_problems(config_file: Path, task_id: str, edits: list[Edit]) -> None:
    """Raise UnwritableFileError if the check would find fault with what has been written."""
    _, result = run_or_refuse(config_file)
    written = {part for edit in edits for part in ancestry(edit.path)}
    found = [
        problem
        for problem in result.problems
        if (problem.task == task_id or problem.location.path in written)
        and problem.rule is not UNFILLED_TEMPLATE  # that is to come
    ]
    if found:
        lines = (f"  {p.location.path}:{p.location.line}: {p.rule.code} {p.message}" for p in found)
        told = "\n".join(["nothing was written, for the check would find:", *lines])
        raise UnwritableFileError(told)
