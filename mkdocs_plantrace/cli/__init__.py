"""The command line: `commands` has a module for each command, `servers` their servers."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

from mkdocs_plantrace import __version__
from mkdocs_plantrace.cli.console import COMMAND_ERRORS, exit_on_signals, exit_with_error
from mkdocs_plantrace.utils.terminal import visible

_COMMANDS = (
    *("baseline", "check", "diff", "errors", "explain", "export", "init", "list", "log", "lsp"),
    *("mcp", "new", "next", "pages", "promote", "schema", "show", "status"),
)
_MODULES = {"list": "list_tasks", "next": "next_tasks"}
"""The modules of commands whose names would hide a name of Python."""


class _Commands(click.Group):
    """Imports the module of a command when it is used, and reports its exceptions."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        name = _MODULES.get(cmd_name, cmd_name)
        command: click.Command = getattr(import_module(f"{__name__}.commands.{name}"), name)
        return command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # such as a pipe in an old encoding of Windows
                stream.reconfigure(errors="backslashreplace")
        with exit_on_signals():
            return super().main(*args, **kwargs)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _visible_errors():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _visible_errors():
                return super().invoke(ctx)
        except COMMAND_ERRORS as error:
            exit_with_error(str(error))


@contextmanager
def _visible_errors() -> Iterator[None]:
    """Replace the control characters of arguments that click quotes."""
    try:
        yield
    except click.ClickException as error:
        message = "\n".join(map(visible, error.message.split("\n")))
        vars(error)["message"] = message  # newer versions of click declare it as final
        raise


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="plantrace")
def main() -> None:
    """Write, check and search the record of a project.

    The record consists of tasks, their plans and execution logs, troubleshooting pages and
    decision records. A log says what a team did, which errors it saw, and what fixed them.

    \b
    A first task, from start to end:
      plantrace init                             set up the project
      plantrace new TSK-1 --title X --phase 0    write its metadata, plan and log
      plantrace next                             list the tasks that can be started
      plantrace status TSK-1 in_progress         start to work
      plantrace log TSK-1 -- make test           run a command, and log a failure
      plantrace errors "connection refused"      search past errors and their fixes
      plantrace check                            report all problems
      plantrace explain PT104                    explain the rule of a problem
      plantrace diff main                        compare with the branch main
      plantrace status TSK-1 completed           finish, if the check reports nothing

    Commands work in any folder of the project, and without building the site.

    Exit codes: 0 nothing fails, 1 there are problems that fail or there is nothing to list, 2 the
    command or its configuration is wrong, 130 Ctrl-C.
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
