"""`plantrace list`: list the tasks with their statuses."""

import sys
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import click

from mkdocs_plantrace.checks.project_check import find_files
from mkdocs_plantrace.cli.arguments import require_status, suggest
from mkdocs_plantrace.cli.completion import complete_status
from mkdocs_plantrace.cli.console import FAILED, exit_with_error, print_message, print_text
from mkdocs_plantrace.cli.options import config_file, format_option
from mkdocs_plantrace.cli.recognition import open_site
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.project.loader import find_sources, read_tasks
from mkdocs_plantrace.reports.json_text import Json, to_json
from mkdocs_plantrace.reports.text_table import format_table
from mkdocs_plantrace.utils.did_you_mean import Series
from mkdocs_plantrace.utils.order import id_order, phase_order

_KINDS = {kind.value: kind for kind in StatusKind}


@click.command(name="list", short_help="List the tasks with their statuses.")
@config_file
@format_option("text", "json")
@click.option(
    "--status",
    "-s",
    "statuses",
    multiple=True,
    shell_complete=complete_status,
    metavar="STATUS",
    help="Only tasks with this status, or with a status of this kind: "
    f"{', '.join(_KINDS)}. Can be repeated.",
)
@click.option(
    "--phase",
    "-p",
    "phases",
    multiple=True,
    metavar="PHASE",
    help="Only tasks of this phase. Can be repeated.",
)
def list_tasks(
    config_file: Path | None, form: str, statuses: tuple[str, ...], phases: tuple[str, ...]
) -> None:
    """List the tasks by phase and id, with their statuses and titles.

    The exit code is 1 if there is none.

    \b
    Examples:
      plantrace list
      plantrace list --status active --status blocked --phase 1
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
    files = find_files(open_site(config_file))
    tasks = read_tasks(files.settings, files.place.root, files.tree)
    _check_phases(phases, {task.phase for task in tasks})
    found = _select(files.settings, tasks, statuses, phases)
    if form == "json":
        print_text(to_json({"version": 1, "tasks": [_describe(task) for task in found]}))
    else:
        rows = [(it.id, it.status.text, it.phase, it.title) for it in found]
        print_text(format_table([("id", "status", "phase", "title"), *rows]) if rows else "")
    # In other layouts, a Markdown file that is no task is no fault.
    sources = find_sources(files.settings, files.tree.files)
    if not files.settings.other_layouts and len(sources) > len(tasks):
        print_message("some metadata cannot be read, see 'plantrace check'")
    if not found:
        print_message("no tasks")
        sys.exit(FAILED)


def _check_phases(phases: Iterable[str], known: Iterable[str]) -> None:
    """End the command for a phase that no task has."""
    known = sorted(filter(None, known), key=phase_order)
    for phase in phases:
        if known and phase not in known:
            hint = suggest(Series(known).most_similar(phase))
            exit_with_error(f"no phase '{phase}'{hint}\nthe phases are {', '.join(known)}")


def _select(
    settings: Settings, tasks: Collection[Task], statuses: Iterable[str], phases: Sequence[str]
) -> list[Task]:
    """Return the tasks with one of the statuses in one of the phases; none of them means all."""
    words = [normalize_status(word) for word in statuses]
    known = {normalize_status(task.status.text) for task in tasks}
    for word in words:
        if word not in _KINDS and word not in known:
            require_status(settings, word)
    found = (
        task
        for task in tasks
        if (not phases or task.phase in phases)
        and (not words or any(_has_status(task, word) for word in words))
    )
    return sorted(found, key=lambda task: (phase_order(task.phase), id_order(task.id)))


def _has_status(task: Task, word: str) -> bool:
    kind = _KINDS.get(word)
    return task.status.kind is kind if kind else normalize_status(task.status.text) == word


def _describe(task: Task) -> Json:
    return {
        "id": task.id,
        "title": task.title,
        "status": task.status.text,
        "kind": task.status.kind.value if task.status.kind else None,
        "phase": task.phase,
        "path": task.path,
    }
