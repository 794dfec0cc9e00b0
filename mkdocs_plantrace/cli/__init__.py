"""The command line: one module per command."""

import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

from mkdocs_plantrace import __version__
from mkdocs_plantrace.cli.console import COMMAND_ERRORS, exit_with_error

_COMMANDS = (
    *("baseline", "check", "errors", "explain", "export", "init", "log", "new", "pages"),
    *("promote", "schema", "show", "status"),
)


class _Commands(click.Group):
    """Imports the module of a command when it is used, and reports its exceptions."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"{__name__}.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # such as a pipe in an old encoding of Windows
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except COMMAND_ERRORS as error:
            exit_with_error(str(error))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="plantrace")
def main() -> None:
    """Check the record of tasks, plans and execution logs.

    All commands read the options of the plugin from mkdocs.yml, without building the site.

    \b
    Start with
      plantrace check              reports all problems, with places and hints
      plantrace errors TEXT        searches past errors and their fixes
      plantrace explain PT104      explains a rule and how to fix a problem
      plantrace log TSK-7 -- make  runs a command and logs its failure
      plantrace baseline           records known problems, so that only new ones fail

    Exit codes: 0 nothing fails, 1 there are problems that fail, 2 the command or its
    configuration is wrong.
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
