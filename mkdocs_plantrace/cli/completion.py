"""How a shell completes values, and the options that need it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias

import click
from click.shell_completion import CompletionItem

from mkdocs_plantrace.checks.catalogue import CATALOGUE
from mkdocs_plantrace.checks.project_check import find_files, read_settings
from mkdocs_plantrace.cli.console import COMMAND_ERRORS
from mkdocs_plantrace.cli.options import find_default_configuration
from mkdocs_plantrace.config.layouts import PRESETS, load_preset
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.project.loader import read_tasks
from mkdocs_plantrace.trace.task_index import TaskIndex
from mkdocs_plantrace.utils.order import id_order

_Complete: TypeAlias = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completion(list_words: Callable[[click.Context], Iterable[tuple[str, str]]]) -> _Complete:
    """Make a completion of words, each with a description."""

    def complete(
        ctx: click.Context, _param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        return _make_items(list_words(ctx), incomplete)

    return complete


def _make_items(words: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(word, help=text) for word, text in words if word.startswith(incomplete)]


@_completion
def complete_task(ctx: click.Context) -> list[tuple[str, str]]:
    return sorted((name, task.title) for name, task in _read_index(ctx).by_id.items())


@_completion
def _complete_phase(ctx: click.Context) -> list[tuple[str, str]]:
    return [(name, title) for name, title in _read_index(ctx).phase_titles.items() if name]


@_completion
def _complete_owner(ctx: click.Context) -> list[tuple[str, str]]:
    return [(owner, "") for owner in sorted(_read_index(ctx).owners, key=id_order) if owner]


@_completion
def complete_status(ctx: click.Context) -> list[tuple[str, str]]:
    """Return status words with their kinds; the default ones without a project."""
    try:
        _, settings = read_settings(_find_configuration(ctx))
    except COMMAND_ERRORS:
        settings = Settings()
    return [(word, kind.value) for word, kind in settings.statuses.items()]


@_completion
def complete_layout(_ctx: click.Context) -> list[tuple[str, str]]:
    return [(name, load_preset(name).title) for name in PRESETS]


def complete_rule(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return codes, and names if the user has begun to type."""
    codes = [(rule.code, rule.name) for rule in CATALOGUE]
    return _make_items([*codes, *((name, code) for code, name in codes if incomplete)], incomplete)


def _read_index(ctx: click.Context) -> TaskIndex:
    """Read the tasks; none if the project cannot be read."""
    try:
        files = find_files(_find_configuration(ctx))
    except COMMAND_ERRORS:
        return TaskIndex((), {})
    tasks = read_tasks(files.settings, files.tree)
    return TaskIndex(tasks, files.settings.phases)


def _find_configuration(ctx: click.Context) -> Path | None:
    return ctx.params.get("config_file") or find_default_configuration()


phase_filter = click.option(
    "--phase",
    "-p",
    "phases",
    multiple=True,
    shell_complete=_complete_phase,
    metavar="PHASE",
    help="Only tasks of this phase, '' for tasks without one. Can be repeated.",
)
owner_filter = click.option(
    "--owner",
    "owners",
    multiple=True,
    shell_complete=_complete_owner,
    metavar="NAME",
    help="Only tasks of this owner, '' for tasks without one. Can be repeated.",
)
