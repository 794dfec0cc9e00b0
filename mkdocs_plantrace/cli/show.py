"""`plantrace show`: a task and everything linked to it."""

from pathlib import Path

import click

from mkdocs_plantrace.cli.completion import complete_task
from mkdocs_plantrace.cli.options import config_file
from mkdocs_plantrace.cli.runtime import find_task, run_or_refuse, say
from mkdocs_plantrace.reports import task_card


@click.command(short_help="Show a task and everything linked to it.")
@config_file
@click.argument("task_id", shell_complete=complete_task)
def show(config_file: Path, task_id: str) -> None:
    """Show a task and everything linked to it.

    These are its plan and log, dependencies both ways, the errors it met with what fixed them,
    who mentions it, and its problems.
    """
    _, result = run_or_refuse(config_file)
    task = find_task(result.trace, task_id)
    say(f"{task_card.describe(result, task)}\n")
