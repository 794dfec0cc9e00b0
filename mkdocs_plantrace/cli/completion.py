"""What a shell completes: the ids of tasks, words for statuses, and the rules."""

from collections.abc import Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from mkdocs_plantrace.checks.catalogue import CATALOGUE
from mkdocs_plantrace.cli.options import DEFAULT_CONFIGURATION, UNUSABLE_INPUT
from mkdocs_plantrace.cli.runtime import open_files, read_settings
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.project.loader import read_tasks


def complete_task(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Ids with titles; none where the project cannot be read."""
    try:
        files = open_files(_configuration(ctx))
        tasks = read_tasks(files.settings, files.place.root, files.tree)
    except UNUSABLE_INPUT:
        return []
    titles = {task.id: task.title for task in tasks}
    return _items(sorted(titles.items()), incomplete)


def complete_status(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Words with what they mean; the usual ones without a project."""
    try:
        _, settings = read_settings(_configuration(ctx))
    except UNUSABLE_INPUT:
        settings = Settings()
    return _items(((word, kind.value) for word, kind in settings.statuses.items()), incomplete)


def complete_rule(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Codes with names; names with codes once one is begun."""
    codes = [(rule.code, rule.name) for rule in CATALOGUE]
    return _items([*codes, *((name, code) for code, name in codes if incomplete)], incomplete)


def _configuration(ctx: click.Context) -> Path:
    return ctx.params.get("config_file") or DEFAULT_CONFIGURATION


def _items(pairs: Iterable[tuple[str, str]], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(word, help=text) for word, text in pairs if word.startswith(incomplete)]
