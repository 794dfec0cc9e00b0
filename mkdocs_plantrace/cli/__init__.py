"""The command line edge: arguments in, text and an exit code out."""

from importlib import import_module
from typing import Any

import click

from mkdocs_plantrace import __version__
from mkdocs_plantrace.cli.options import UNUSABLE_INPUT, refuse
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError

_COMMANDS = (
    *("baseline", "check", "errors", "explain", "export", "init", "log", "new", "promote"),
    *("schema", "show", "status"),
)
"""Each has a module of its own, which is loaded when the command is used."""


class _Commands(click.Group):
    """Loads a command when it is asked for, and ends it where it cannot go on."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"{__name__}.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (*UNUSABLE_INPUT, UnwritableFileError) as error:
            refuse(str(error))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="plantrace")
def main() -> None:
    """Check the record of tasks, plans and execution logs.

    All commands read the options of the plugin from mkdocs.yml, without building the site.

    \b
    Start with
      plantrace check              what is wrong, where, and what was probably meant
      plantrace errors TEXT        whether an error was met before, and what fixed it
      plantrace explain PT104      what a rule means, and how to mend what it finds
      plantrace log TSK-7 -- make  run a command, and write down how it fails
      plantrace baseline           leave today's problems for later, fail on new ones

    Exit codes: 0 nothing that fails, 1 problems that fail, 2 the command or its
    configuration is wrong.
    """  # noqa: D301 (the mark is click's: lines stay as they are)
