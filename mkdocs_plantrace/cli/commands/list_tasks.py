"""`plantrace list`: list the tasks with their statuses."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from mkdocs_plantrace.checks.project_check import read_metadata
from mkdocs_plantrace.cli.arguments import check_filter, require_status
from mkdocs_plantrace.cli.completion import complete_status, owner_filter, phase_filter
from mkdocs_plantrace.cli.console import FAILED, print_message, print_text
from mkdocs_plantrace.cli.options import config_file, format_option
from mkdocs_plantrace.cli.recognition import open_site
from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.project.git import GitError
from mkdocs_plantrace.project.history_reader import read_history
from mkdocs_plantrace.reports.task_list import (
    DATED_COLUMNS,
    RENDERERS,
    TASK_COLUMNS,
    Columns,
    Row,
    make_row,
)
from mkdocs_plantrace.trace.evidence_index import EvidenceIndex, Standing
from mkdocs_plantrace.trace.list_selection import (
    DATE_NAMES,
    SORT_KEYS,
    STATUS_KINDS,
    TaskFilter,
    find_ready_paths,
    sort_tasks,
)
from mkdocs_plantrace.trace.timeline import TaskDates, Timeline
from mkdocs_plantrace.trace.trace import Trace


@click.command(name="list", short_help="List the tasks with their statuses.")
@config_file
@format_option(*RENDERERS)
@click.option(
    "--status",
    "-s",
    "statuses",
    multiple=True,
    shell_complete=complete_status,
    metavar="STATUS",
    help="Only tasks with this status, or with a status of this kind: "
    f"{', '.join(STATUS_KINDS)}. Can be repeated.",
)
@phase_filter
@owner_filter
@click.option(
    "--find", "text", default="", metavar="TEXT", help="Only tasks with these words in id or title."
)
@click.option(
    "--evidence",
    "standings",
    multiple=True,
    type=click.Choice([standing.value for standing in Standing]),
    help="Only tasks whose evidence is in this state. Can be repeated.",
)
@click.option(
    "--ready",
    "is_ready",
    is_flag=True,
    help="Only planned tasks whose dependencies are all completed, as in 'plantrace next'.",
)
@click.option(
    "--sort",
    default="phase",
    type=click.Choice([sign + name for name in (*SORT_KEYS, *DATE_NAMES) for sign in ("", "-")]),
    metavar="COLUMN",
    show_default=True,
    help=f"Sort by {', '.join(SORT_KEYS)}, or by one of the dates {', '.join(DATE_NAMES)}; tasks "
    "with equal values are sorted by id. A leading - reverses the order.",
)
@click.option(
    "--dates",
    "has_dates",
    is_flag=True,
    help="Add dates from Git: of the last status change and the last change; more in JSON and CSV.",
)
def list_tasks(
    config_file: Path | None,
    *,
    form: str,
    text: str,
    standings: tuple[str, ...],
    is_ready: bool,
    sort: str,
    has_dates: bool,
    **filters: tuple[str, ...],
) -> None:
    """List the tasks by phase and id, with their statuses, owners and titles.

    A task must match all filters. The exit code is 1 if no task matches.

    \b
    Examples:
      plantrace list
      plantrace list --status active --status blocked --phase 1
      plantrace list --owner '' --find "seat hold"
      plantrace list --status completed --evidence none --format csv
      plantrace list --status active --sort changed
      plantrace list --ready --sort owner
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
    _, trace = read_metadata(open_site(config_file), with_evidence=bool(standings))
    chosen = TaskFilter(text=text, **filters)
    _check_statuses(trace, chosen)
    check_filter(trace, chosen)
    found = _find_tasks(trace, chosen, standings, is_ready=is_ready)
    dates = _find_dates(trace, found) if has_dates or sort.lstrip("-") in DATE_NAMES else {}
    rows = [
        make_row(trace, task, dates.get(task.path))
        for task in sort_tasks(trace.task_index, found, sort, dates)
    ]
    print_tasks(trace, form, rows, DATED_COLUMNS if dates else TASK_COLUMNS, "no tasks")


def _find_tasks(
    trace: Trace, chosen: TaskFilter, standings: tuple[str, ...], *, is_ready: bool
) -> list[Task]:
    """The tasks that match all filters."""
    evidence = EvidenceIndex(trace)
    ready = find_ready_paths(trace) if is_ready else None
    return [
        task
        for task in trace.tasks
        if chosen.matches(task)
        and (not standings or evidence.find_proofs(task).standing in standings)
        and (ready is None or task.path in ready)
    ]


def _find_dates(trace: Trace, tasks: Iterable[Task]) -> dict[str, TaskDates]:
    """The dates of tasks by path; if there are none, the reason is printed."""
    try:
        history = read_history(trace)
    except GitError as error:
        print_message(f"no dates: {error}")
        history = None
    timeline = Timeline(trace, history)
    return {task.path: timeline.find_dates(task) for task in tasks}


def _check_statuses(trace: Trace, chosen: TaskFilter) -> None:
    """End the command for a status that neither the project knows nor a task has."""
    for word in map(normalize_status, chosen.statuses):
        if word not in STATUS_KINDS and word not in trace.task_index.status_words:
            require_status(trace.settings, word)


def print_tasks(trace: Trace, form: str, rows: Sequence[Row], columns: Columns, none: str) -> None:
    """Print a list; if it is empty, print the message `none` and end the command with 1."""
    print_text(RENDERERS[form](rows, columns))
    if len(trace.resolver.sources) > len(trace.tasks):
        print_message("some metadata cannot be read, see 'plantrace check'")
    if not rows:
        print_message(none)
        sys.exit(FAILED)
