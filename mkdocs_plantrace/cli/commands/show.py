"""`plantrace show`: show a task and everything linked to it."""

from pathlib import Path

import click

from mkdocs_plantrace.checks.project_check import check_task
from mkdocs_plantrace.cli.arguments import require_task
from mkdocs_plantrace.cli.completion import complete_task
from mkdocs_plantrace.cli.console import print_text
from mkdocs_plantrace.cli.options import config_file
from mkdocs_plantrace.cli.recognition import open_site
from mkdocs_plantrace.reports import task_card


@click.command(short_help="Show a task and everything linked to it.")
@config_file
@click.argument("task_id", metavar="TASK-ID", shell_complete=complete_task)
def show(config_file: Path | None, task_id: str) -> None:
    """Show a task and everything linked to it.

    This includes its plan and log, dependencies in both directions, its errors with their
    fixes, the pages that mention it, and its problems.
    """
    _, result = check_task(open_site(config_file), task_id, with_links=True)
    print_text(f"{task_card.describe(result, require_task(result.trace, task_id))}\n")
