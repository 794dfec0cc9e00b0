"""`plantrace next`: list the tasks that can be started now."""

from pathlib import Path

import click

from mkdocs_plantrace.checks.project_check import read_metadata
from mkdocs_plantrace.cli.arguments import check_filter
from mkdocs_plantrace.cli.commands.list_tasks import print_tasks
from mkdocs_plantrace.cli.completion import owner_filter, phase_filter
from mkdocs_plantrace.cli.console import print_message
from mkdocs_plantrace.cli.options import config_file, format_option
from mkdocs_plantrace.cli.recognition import open_site
from mkdocs_plantrace.reports.task_list import READY_COLUMNS, RENDERERS, list_ready
from mkdocs_plantrace.reports.text_report import count
from mkdocs_plantrace.trace.list_selection import TaskFilter


@click.command(name="next", short_help="List the tasks that can be started now.")
@config_file
@format_option(*RENDERERS)
@phase_filter
@owner_filter
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    metavar="N",
    help="Show at most N tasks.",
)
def next_tasks(
    config_file: Path | None,
    form: str,
    phases: tuple[str, ...],
    owners: tuple[str, ...],
    limit: int,
) -> None:
    """List the tasks that can be started now. Tasks that unblock the most others come first.

    A task can be started if it is planned and all its dependencies are completed. A dependency
    can also be in `blocks` of the other task. Dropped and archived dependencies do not count. A
    task with an unknown dependency cannot be started. The column `unblocks` is the number of open
    tasks that depend on the task, directly or through other open tasks. The exit code is 1 if no
    task can be started.

    \b
    Examples:
      plantrace next
      plantrace next --phase 1 --owner Anna --limit 1
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
    _, trace = read_metadata(open_site(config_file))
    chosen = TaskFilter(phases=phases, owners=owners)
    check_filter(trace, chosen)
    rows = list_ready(trace, chosen)
    print_tasks(trace, form, rows[:limit], READY_COLUMNS, "no task can be started now")
    if len(rows) > limit:
        print_message(f"{count(len(rows) - limit, 'more task')}, see --limit")
