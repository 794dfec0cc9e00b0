"""`plantrace log`: adds an entry to a log, by hand or from a command that it runs."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from mkdocs_plantrace.cli.completion import complete_task
from mkdocs_plantrace.cli.log_template import edited_fields
from mkdocs_plantrace.cli.options import config_file, refuse
from mkdocs_plantrace.cli.runtime import find_task, run_or_refuse, say
from mkdocs_plantrace.editing import entry_writer
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.command_output import find_error_line, read_output
from mkdocs_plantrace.editing.edits import apply_edits, lock_folder, read_bytes, render_diff
from mkdocs_plantrace.editing.entry_writer import NewEntry
from mkdocs_plantrace.editing.git import run_git
from mkdocs_plantrace.editing.secret_mask import mask_command
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.reports.text_report import visible
from mkdocs_plantrace.trace.error_groups import shorten
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils import command_runner
from mkdocs_plantrace.utils.command_runner import CommandResult

_COMMAND = "mkdocs_plantrace.command"
_FIELDS = ("error", "cause", "fix", "outcome", "signature")
_LONGEST_FIX = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Log:
    """The log of a task, and the trace that knows it."""

    root: Path
    path: str
    trace: Trace

    @property
    def labels(self) -> Mapping[str, str]:
        return self.trace.settings.log_fields

    @contextmanager
    def locked(self) -> Iterator[bytes]:
        """What the log holds, while no other process edits it."""
        with lock_folder((self.root / self.path).parent):
            yield read_bytes(self.root, self.path)


class _BeforeCommand(click.Command):
    """Leaves what comes after the first `--` alone: it is the command to run."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            place = args.index("--")
            args, ctx.meta[_COMMAND] = args[:place], tuple(args[place + 1 :])
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
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
    is_given = any(value is not None for value in fields.values())
    if command is not None:
        if is_given or dry_run:
            refuse("a command is logged as it ends: options for an entry do not go with it")
        if not command:
            refuse("there is no command after '--'")
        _run(config_file, task_id, command)
    elif is_given:
        if not (fields["error"] or "").strip():
            refuse("an entry tells of an error: say what failed with --error")
        try:
            _append(_find_log(config_file, task_id), fields, dry_run=dry_run)
        except UnwritableFileError as refusal:
            refuse(str(refusal))
    elif sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty():
        found = _find_log(config_file, task_id)
        with edited_fields(task_id) as edited:
            if edited:
                _append(found, edited, dry_run=dry_run)
            else:
                _report("nothing was filled in, so nothing was written")
    else:
        options = ", ".join(f"--{name}" for name in _FIELDS)
        refuse(f"there is nothing to write; say it with {options}, or name a command after '--'")


def _append(found: _Log, fields: Mapping[str, str | None], *, dry_run: bool) -> None:
    """Add the entry, or show it. Raises UnwritableFileError."""
    if not fields.get("error"):
        raise UnwritableFileError("an entry tells of an error, and none was named")
    happening = NewEntry(date=_today(), **fields)  # type: ignore[arg-type] # the error is there
    with found.locked() as before:
        made, line = entry_writer.append_entry(found.path, before, happening, found.labels)
        if dry_run:
            say(render_diff([made]))
            return
        apply_edits(found.root, [made])
    _report(f"logged as {visible(found.path)}:{line}")


def _run(config_file: Path, task_id: str, command: Sequence[str]) -> None:
    """Run the command, read the project as it is then, log the result, and end as it did."""
    if not command_runner.CAN_RUN:
        refuse("to run a command takes Linux, macOS or another system with POSIX terminals")
    result = command_runner.run(command)
    if result.start_error:
        _report(result.start_error)
    elif result.signal != signal.SIGPIPE:  # as in `… | head`: the reader has seen enough
        with suppress(SystemExit, KeyboardInterrupt, OSError):  # the exit code is the command's
            try:
                found = _find_log(config_file, task_id)
                if result.code:
                    _record_failure(found, command, result)
                else:
                    _record_success(found, command)
            except UnwritableFileError as refusal:
                what = "failure" if result.code else "outcome"
                refuse(f"the {what} was not logged: {refusal}")
    command_runner.end_like(result)


def _record_failure(found: _Log, command: Sequence[str], result: CommandResult) -> None:
    """Add the entry of a command that failed, unless the log has it, and show a known fix."""
    happening = _happening(found, command, result)
    if known := _known_fix(found.trace, happening):
        _report(f"met before, and fixed by: {known}")
    with found.locked() as before:
        entries = entry_writer.read_entries(found.path, before, found.labels)
        newest = next((entry for entry in reversed(entries) if entry_writer.is_open(entry)), None)
        if newest and entry_writer.is_same_error(newest, happening.error):
            _report(f"open already, so not logged again: {_place(newest)}")
            return
        try:
            made, line = entry_writer.append_entry(found.path, before, happening, found.labels)
        except UnwritableFileError:  # with plain words instead of those of the output
            error = _general_error(happening.command or "", happening.details[0])
            plain = replace(happening, error=error)
            made, line = entry_writer.append_entry(found.path, before, plain, found.labels)
        apply_edits(found.root, [made])
    _report(f"logged as {visible(found.path)}:{line}")


def _record_success(found: _Log, command: Sequence[str]) -> None:
    """Give the newest entry of this very command its outcome, if it lacks one."""
    line = _command_line(command)
    with found.locked() as before:
        entry = entry_writer.find_command_entry(found.path, before, line, found.labels)
        if entry is None or not entry_writer.is_open(entry):
            return
        commit = _commit(found)
        outcome = f"passed on {_today()}" + (f", commit {commit}" if commit else "")
        made = entry_writer.add_outcome(found.path, before, entry, outcome, found.labels)
        apply_edits(found.root, [made])
    _report(f"outcome added to {_place(entry)}")


def _happening(found: _Log, command: Sequence[str], result: CommandResult) -> NewEntry:
    line = _command_line(command)
    output = read_output(result.output)
    end = ("Exit code", str(result.code))
    if result.signal:
        end = ("Signal", f"{_signal_name(result.signal)} ({result.signal})")
    commit = _commit(found)
    return NewEntry(
        date=_today(),
        error=find_error_line(output) or _general_error(line, end),
        command=line,
        details=(end, ("Commit", f"`{commit}`")) if commit else (end,),
        output=output,
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # one of the real-time signals
        return f"SIG{number}"


def _general_error(command: str, end: tuple[str, str]) -> str:
    """What failed, where the output does not say."""
    return f"{shorten(command, 80)} failed with {end[0].lower()} {end[1]}"


def _known_fix(trace: Trace, happening: NewEntry) -> str | None:
    """The fix that worked last for the same error, in one line, and where it stands."""
    words = {word.strip("`*_.,;:!?()[]<>\"'") for line in happening.output for word in line.split()}
    for error in trace.errors:
        entry = error.fixed_by
        if (
            entry
            and entry.fix
            and (
                error.signature in words
                or any(entry_writer.is_same_error(met, happening.error) for met in error.entries)
            )
        ):
            fix = shorten(" ".join(entry.fix.split()), _LONGEST_FIX)
            return f"{visible(fix)} ({_place(entry)})"
    return None


def _find_log(config_file: Path, task_id: str) -> _Log:
    """The log of a task, or end the command with the reason."""
    project, result = run_or_refuse(config_file)
    trace = result.trace
    task = find_task(trace, task_id)
    document = trace.log_of(task)
    if document is None:
        path = task.log.value if task.log else ""
        if reason := trace.unreadable.get(path):
            refuse(f"the log '{path}' of task '{task_id}' {reason}")
        named = f": no file '{path}'" if task.log else f" in '{task.path}'"
        refuse(f"task '{task_id}' has no log{named}")
    return _Log(root=project.place.root, path=document.path, trace=trace)


def _commit(found: _Log) -> str | None:
    """The commit that is checked out; `-dirty` if more than the log has been changed since."""
    name = run_git(found.root, "rev-parse", "--short", "HEAD")
    if name is None or not name.stdout:
        return None
    others = ("--", ":/", f":(exclude){found.path}")
    changed = run_git(found.root, "diff", "--quiet", "HEAD", *others)
    return name.stdout.strip() + ("-dirty" if changed and changed.returncode else "")


def _command_line(command: Sequence[str]) -> str:
    """The command as text, whatever bytes it has, without its secrets."""
    words = [os.fsencode(word).decode("utf-8", "backslashreplace") for word in command]
    return mask_command(words)


def _today() -> str:
    return datetime.now(tz=UTC).astimezone().date().isoformat()


def _place(entry: LogEntry) -> str:
    return f"{visible(entry.location.path)}:{entry.location.line}"


def _report(message: str) -> None:
    if sys.stdout is not None:
        sys.stdout.flush()
    click.echo(f"plantrace: {message}", err=True)
