"""The options that several commands have, and how a shell completes their values."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from mkdocs_plantrace.checks.catalogue import CATALOGUE
from mkdocs_plantrace.checks.project_check import find_files, read_settings
from mkdocs_plantrace.cli.console import COMMAND_ERRORS, exit_with_error
from mkdocs_plantrace.config.layouts import PRESETS, load_preset
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.project.configuration_file import find_configuration
from mkdocs_plantrace.project.loader import read_tasks
from mkdocs_plantrace.trace.task_index import TaskIndex
from mkdocs_plantrace.utils.order import id_order


def find_default_configuration() -> Path | None:
    try:
        return find_configuration(Path.cwd())
    except FileNotFoundError:
        exit_with_error("the current folder does not exist any more")


config_file = click.option(
    "-f",
    "--config-file",
    type=click.Path(path_type=Path),
    default=find_default_configuration,
    show_default=False,
    metavar="FILE",
    help="The configuration of the site. Without this option, it is the mkdocs.yml or "
    "properdocs.yml in the current folder or the nearest folder above.",
)
dry_run = click.option(
    "--dry-run", is_flag=True, help="Show the changes as a diff, and write nothing."
)
output_file = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write to FILE instead of the terminal.",
)


def format_option(*formats: str) -> Callable[[Any], Any]:
    """Make an option with these formats; the first one is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="Format of the output.",
    )


def complete_task(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return ids with titles; none if the project cannot be read."""
    titles = ((name, task.title) for name, task in sorted(_read_index(ctx).by_id.items()))
    return _make_items(titles, incomplete)


def complete_phase(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    titles = _read_index(ctx).phase_titles
    return _make_items(((name, title) for name, title in titles.items() if name), incomplete)


def complete_owner(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    owners = sorted(filter(None, _read_index(ctx).owners), key=id_order)
    return _make_items(((owner, "") for owner in owners), incomplete)


def complete_status(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return status words with their kinds; the default ones without a project."""
    try:
        _, settings = read_settings(_find_configuration(ctx))
    except COMMAND_ERRORS:
        settings = Settings()
    return _make_items(((word, kind.value) for word, kind in settings.statuses.items()), incomplete)


def complete_rule(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return codes, and names if the user has begun to type."""
    codes = [(rule.code, rule.name) for rule in CATALOGUE]
    return _make_items([*codes, *((name, code) for code, name in codes if incomplete)], incomplete)


def complete_layout(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    return _make_items(((name, load_preset(name).title) for name in PRESETS), incomplete)


def _read_index(ctx: click.Context) -> TaskIndex:
    """Read the tasks; none if the project cannot be read."""
    try:
        files = find_files(_find_configuration(ctx))
    except COMMAND_ERRORS:
        return TaskIndex((), {})
    tasks = read_tasks(files.settings, files.place.root, files.tree)
    return TaskIndex(tasks, files.settings.phases)


def _find_configuration(ctx: click.Context) -> Path | None:
    return ctx.params.get("config_file") or find_default_configuration()


def _make_items(pairs: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(word, help=text) for word, text in pairs if word.startswith(incomplete)]


phase_filter = click.option(
    "--phase",
    "-p",
    "phases",
    multiple=True,
    shell_complete=complete_phase,
    metavar="PHASE",
    help="Only tasks of this phase, '' for tasks without one. Can be repeated.",
)
owner_filter = click.option(
    "--owner",
    "owners",
    multiple=True,
    shell_complete=complete_owner,
    metavar="NAME",
    help="Only tasks of this owner, '' for tasks without one. Can be repeated.",
)
