"""`plantrace log`: writes down what failed, by hand or by running the command that fails."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import click

from mkdocs_plantrace.cli.completion import complete_task
from mkdocs_plantrace.cli.options import config_file, refuse

if TYPE_CHECKING:
    from mkdocs_plantrace.cli.log_writing import Record

_COMMAND = "mkdocs_plantrace.command"
_FIELDS = ("error", "cause", "fix", "outcome", "signature")


class _BeforeCommand(click.Command):
    """Leaves what comes after the first `--` alone: it is the command to run."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the arguments apart."""
        if "--" in args:
            place = args.index("--")
            args, ctx.meta[_COMMAND] = args[:place], tuple(args[place + 1 :])
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What the help shows behind the name."""
        return [*super().collect_usage_pieces(ctx), "[-- COMMAND…]"]


@click.command(cls=_BeforeCommand, short_help="Write down an error, or run a command and log it.")
@config_file
@click.option("--error", metavar="TEXT", help="What failed, as it was seen.")
@click.option("--cause", metavar="TEXT", help="Why it failed.")
@click.option("--fix", metavar="TEXT", help="What was changed.")
@click.option("--outcome", metavar="TEXT", help="Whether that helped.")
@click.option("--signature", metavar="NAME", help="The failure signature.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.argument("task_id", shell_complete=complete_task)
@click.pass_context
def log(
    context: click.Context,
    /,
    config_file: Path,
    task_id: str,
    *,
    dry_run: bool,
    **fields: str | None,
) -> None:
    """Add an entry to the execution log of a task.

    With options, the entry says what they say. Without, on a terminal, $VISUAL or $EDITOR opens
    a template of an entry. With a COMMAND, that is run as if plantrace were not there; when it
    fails, an entry tells how, with the last lines of its output and without its secrets, and
    when it succeeds later, the entry gets its outcome. The exit code is that of the command.

    \b
    Examples:
      plantrace log TSK-7 --error "connection refused" --fix "start the database first"
      plantrace log TSK-7
      plantrace log TSK-7 -- make test
    """  # noqa: D301 (the mark is click's: lines stay as they are)
    command = context.meta.get(_COMMAND)
    is_told = any(value is not None for value in fields.values())
    if command is not None:
        if is_told or dry_run:
            refuse("a command is logged as it ends: options for an entry do not go with it")
        if not command:
            refuse("there is no command after '--'")
        _run(config_file, task_id, command)
    # What follows needs the project, which is slow to load.
    from mkdocs_plantrace.cli import log_writing  # noqa: PLC0415

    if is_told:
        log_writing.write(config_file, task_id, fields, dry_run=dry_run)
    elif sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty():
        log_writing.edit(config_file, task_id, dry_run=dry_run)
    else:
        options = ", ".join(f"--{name}" for name in _FIELDS)
        refuse(f"there is nothing to write; say it with {options}, or name a command after '--'")


def _run(config_file: Path, task_id: str, command: Sequence[str]) -> None:
    """Run the command, log its end, and end as it did.

    The record is looked at afterwards, whatever state it is in: the command comes first.
    """
    from mkdocs_plantrace import running  # noqa: PLC0415 (of no use to the rest)

    if not running.CAN_RUN:
        refuse("to run a command takes Linux, macOS or another system with POSIX terminals")
    ahead = _Ahead(config_file)
    ending = running.run(command, started=ahead.start)
    if ending.refusal:
        click.echo(f"plantrace: {ending.refusal}", err=True)
        sys.exit(ending.code)
    with suppress(SystemExit, KeyboardInterrupt, OSError):  # the end of the command is ours
        if ending.code == 0:
            _settle(config_file, task_id, command)
        elif ending.signal != signal.SIGPIPE:  # as in `… | head`: the reader has seen enough
            ahead.join()
            from mkdocs_plantrace.cli import log_writing  # noqa: PLC0415 (slow to load)

            log_writing.record_failure(config_file, task_id, command, ending, ahead.record)
    running.end_like(ending)


class _Ahead(Thread):
    """Loads what a failure will take while the command runs, as that is slow.

    `record` is the record as it was then, None if that is too large to be kept, or at fault.
    """

    def __init__(self, config_file: Path) -> None:
        super().__init__(daemon=True)
        self.record: Record | None = None
        self._config_file = config_file

    def run(self) -> None:
        """Load it."""
        with suppress(Exception):  # whatever is wrong is told when it is needed
            from mkdocs_plantrace.cli import log_writing  # noqa: PLC0415 (slow to load)

            self.record = log_writing.read_ahead(self._config_file)


def _settle(config_file: Path, task_id: str, command: Sequence[str]) -> None:
    """Give the open entry of a command that works its outcome; mostly there is none."""
    from mkdocs_plantrace.reading.glance import may_be_open  # noqa: PLC0415 (of no use to the rest)

    if may_be_open(config_file, task_id, command):
        from mkdocs_plantrace.cli import log_writing  # noqa: PLC0415 (slow to load)

        log_writing.record_success(config_file, task_id, command)
