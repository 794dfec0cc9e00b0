"""Run a command and log its result."""

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from mkdocs_plantrace.checks.project_check import find_files, read_trace
from mkdocs_plantrace.cli.console import (
    COMMAND_ERRORS,
    StoppedError,
    exit_with_error,
    print_message,
)
from mkdocs_plantrace.cli.task_log import TaskLog, get_date, require_log
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.command_output import find_error_line, read_output
from mkdocs_plantrace.editing.entry_writer import NewEntry, is_open, is_same_error
from mkdocs_plantrace.editing.secret_mask import mask_command
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.project.git import has_changes, run_git
from mkdocs_plantrace.trace.error_groups import shorten
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils import command_runner
from mkdocs_plantrace.utils.command_runner import CommandResult

_MAX_FIX_LENGTH = 300
_MAX_COMMAND_LENGTH = 80


def run_and_log(config_file: Path | None, task_id: str, command: Sequence[str]) -> None:
    """Run a command, log its result, and end as the command ended."""
    if not command_runner.CAN_RUN:
        exit_with_error(
            "running a command needs Linux, macOS or another system with POSIX terminals"
        )
    result = command_runner.run_command(command)
    if result.start_error:
        print_message(result.start_error)
    elif result.signal != signal.SIGPIPE:  # as in `… | head`, which is no failure
        with suppress(SystemExit, OSError):  # the exit code is the command's
            _log_result(config_file, task_id, command, result)
    command_runner.exit_like(result)


def _log_result(
    config_file: Path | None, task_id: str, command: Sequence[str], result: CommandResult
) -> None:
    what = "failure" if result.code else "outcome"
    try:
        log = require_log(config_file, task_id)
        if result.code:
            known = read_trace(find_files(config_file))
            _log_failure(log, known, command, result)
        else:
            _log_success(log, command)
    except COMMAND_ERRORS as error:
        print_message(f"the {what} was not logged: {error}")
    except StoppedError:
        print_message(f"the {what} was not logged: stopped by a signal")


def _log_failure(log: TaskLog, known: Trace, command: Sequence[str], result: CommandResult) -> None:
    """Print a known fix; add an entry unless the newest open one has the same error."""
    new = _make_entry(log, command, result)
    if fix := _find_known_fix(known, new):
        print_message(f"seen before, fixed by: {fix}")
    with log.lock() as before:
        newest = next((entry for entry in reversed(before.entries) if is_open(entry)), None)
        if newest and is_same_error(newest, new.error):
            print_message(f"already logged and still open: {_format_place(newest)}")
            return
        try:
            edit, line = before.append_entry(new)
        except UnwritableFileError:  # its line of output breaks the log
            error = _describe_failure(new.command or "", new.details[0])
            edit, line = before.append_entry(replace(new, error=error))
        log.apply(edit)
    print_message(f"log entry added: {log.path}:{line}")


def _log_success(log: TaskLog, command: Sequence[str]) -> None:
    """Add an outcome to the newest entry of this command, if it is open."""
    with log.lock() as before:
        entry = before.find_command_entry(_format_command(command))
        if entry is None or not is_open(entry):
            return
        commit = _find_commit(log)
        outcome = f"passed on {get_date()}" + (f", commit {commit}" if commit else "")
        edit = before.add_outcome(entry, outcome)
        log.apply(edit)
    print_message(f"outcome added to {_format_place(entry)}")


def _make_entry(log: TaskLog, command: Sequence[str], result: CommandResult) -> NewEntry:
    line = _format_command(command)
    output = read_output(result.output)
    end = ("Exit code", str(result.code))
    if result.signal:
        end = ("Signal", f"{_get_signal_name(result.signal)} ({result.signal})")
    commit = _find_commit(log)
    return NewEntry(
        date=get_date(),
        error=find_error_line(output) or _describe_failure(line, end),
        command=line,
        details=(end, ("Commit", f"`{commit}`")) if commit else (end,),
        output=output,
    )


def _get_signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return f"SIG{number}"


def _describe_failure(command: str, end: tuple[str, str]) -> str:
    """Return an error for a command whose output has none."""
    return f"{shorten(command, _MAX_COMMAND_LENGTH)} failed with {end[0].lower()} {end[1]}"


def _find_known_fix(trace: Trace, new: NewEntry) -> str | None:
    """Return the last fix that worked for the same error, with its place."""
    words = {word.strip("`*_.,;:!?()[]<>\"'") for line in new.output for word in line.split()}
    for error in trace.errors.all:
        entry = error.fixed_by
        if entry is None or not entry.fix:
            continue
        if error.signature in words or any(is_same_error(one, new.error) for one in error.entries):
            fix = shorten(" ".join(entry.fix.split()), _MAX_FIX_LENGTH)
            return f"{fix} ({_format_place(entry)})"
    return None


def _find_commit(log: TaskLog) -> str | None:
    """Return the current commit; `-dirty` if other files than the log have changed."""
    commit = run_git(log.root, "rev-parse", "--short", "HEAD")
    if commit is None or not commit.stdout:
        return None
    is_dirty = has_changes(log.root, but=log.path)
    return commit.stdout.strip() + ("-dirty" if is_dirty else "")


def _format_command(command: Sequence[str]) -> str:
    """Return the command line as text, without its secrets."""
    words = [os.fsencode(word).decode("utf-8", "backslashreplace") for word in command]
    return mask_command(words)


def _format_place(entry: LogEntry) -> str:
    return f"{entry.location.path}:{entry.location.line}"
