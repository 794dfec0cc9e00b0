"""What a shell completes: the ids of tasks, words for statuses, and the rules."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem
from click.types import StringParamType

from mkdocs_plantrace.cli.common import UNUSABLE_INPUT, find_place, read_settings
from mkdocs_plantrace.cli.options import DEFAULT_CONFIGURATION
from mkdocs_plantrace.gathering import read_tasks
from mkdocs_plantrace.rules import CATALOGUE
from mkdocs_plantrace.settings import Settings
from mkdocs_plantrace.workspace import survey


class TaskId(StringParamType):
    """The id of a task; any text will do until the command looks for it."""

    name = "task id"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The ids that start so, with titles; none where the project cannot be read."""
        del param
        titles = _titles(ctx.params.get("config_file") or DEFAULT_CONFIGURATION)
        found = sorted(task for task in titles if task.startswith(incomplete))
        return [CompletionItem(task, help=titles[task]) for task in found]


class StatusWord(StringParamType):
    """A word for a status; any text will do until the command looks for it."""

    name = "status"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The words that start so, with what they mean; the usual ones without a project."""
        del param
        try:
            _, settings = read_settings(ctx.params.get("config_file") or DEFAULT_CONFIGURATION)
        except UNUSABLE_INPUT:
            settings = Settings()
        return [
            CompletionItem(word, help=kind.value)
            for word, kind in settings.statuses.items()
            if word.startswith(incomplete)
        ]


class RuleName(StringParamType):
    """The code or the name of a rule."""

    name = "rule"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Codes with what they find; names once one is begun."""
        del ctx, param
        codes = [(rule.code, rule.name) for rule in CATALOGUE]
        pairs = [*codes, *((name, code) for code, name in codes if incomplete)]
        return [
            CompletionItem(word, help=other) for word, other in pairs if word.startswith(incomplete)
        ]


def _titles(config_file: Path) -> dict[str, str]:
    """The titles of all tasks by id."""
    try:
        site, settings = read_settings(config_file)
        place = find_place(config_file, site, settings)
        tasks = read_tasks(settings, place.root, survey(settings, place))
    except UNUSABLE_INPUT:
        return {}
    return {task.id: task.title for task in tasks}
