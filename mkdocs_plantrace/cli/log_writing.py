"""What `plantrace log` writes, once it is known what happened."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click

from mkdocs_plantrace.authoring import log_entry
from mkdocs_plantrace.authoring.command_output import read_output, telling_line_of
from mkdocs_plantrace.authoring.edits import Edit, locked, make, read_bytes, render_diff
from mkdocs_plantrace.authoring.files import UnwritableFileError
from mkdocs_plantrace.authoring.log_entry import Happening
from mkdocs_plantrace.authoring.masking import mask_command
from mkdocs_plantrace.cli.common import (
    find_task,
    run_or_refuse,
    say,
)
from mkdocs_plantrace.cli.options import refuse
from mkdocs_plantrace.errors import RecordedError, shorten
from mkdocs_plantrace.model import LogEntry
from mkdocs_plantrace.reports.text import visible
from mkdocs_plantrace.running import Ending
from mkdocs_plantrace.trace import Trace

_LONGEST_FIX = 300
_LABELS = {
    "Error": "error",
    "Root cause": "cause",
    "Fix applied": "fix",
    "Outcome": "outcome",
    "Signature": "signature",
}
_QUESTION = "# What failed under"
_SHORT = {"Cause": "cause", "Fix": "fix"}
_LABEL = re.compile(
    rf"[ ]{{0,3}}(?:[-*+][ ]+)?[*_]{{0,2}}({'|'.join((*_LABELS, *_SHORT))})"
    r"[*_]{0,2}:[*_]{0,2}[ \t]?(.*)"
)
"""As the template has it, or as people write it in a log."""
_GIT_PATIENCE_IN_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Log:
    """The log of a task, and the trace that knows it."""

    root: Path
    path: str
    trace: Trace

    @property
    def labels(self) -> Mapping[str, str]:
        """The spellings of fields in this project."""
        return self.trace.settings.log_labels


def write(
    config_file: Path, task_id: str, fields: Mapping[str, str | None], *, dry_run: bool
) -> None:
    """Add the entry that the options tell."""
    if not (fields.get("error") or "").strip():
        refuse("an entry tells of an error: say what failed with --error")
    log = _find_log(config_file, task_id)
    try:
        _append(log, _told(fields), dry_run=dry_run)
    except UnwritableFileError as refusal:
        refuse(str(refusal))


def _told(fields: Mapping[str, str | None]) -> Happening:
    error = fields.get("error")
    if not error:
        raise UnwritableFileError("an entry tells of an error, and none was named")
    return Happening(
        date=_today(),
        error=error,
        cause=fields.get("cause"),
        fix=fields.get("fix"),
        outcome=fields.get("outcome"),
        signature=fields.get("signature"),
    )


def edit(config_file: Path, task_id: str, *, dry_run: bool) -> None:
    """Let the user fill in a template of an entry, and add that."""
    log = _find_log(config_file, task_id)
    template = _template(task_id)
    handle, path = tempfile.mkstemp(prefix="plantrace-", suffix=".md")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(template)
    try:
        _open_editor(path)
        fields = _read_template(Path(path).read_text(encoding="utf-8"))
        if fields:
            _append(log, _told(fields), dry_run=dry_run)
        else:
            click.echo("plantrace: nothing was filled in, so nothing was written", err=True)
    except (UnwritableFileError, OSError, UnicodeDecodeError) as refusal:
        _refuse_edited(path, template, refusal)
    with suppress(OSError):
        os.unlink(path)


def _refuse_edited(path: str, template: str, refusal: Exception) -> NoReturn:
    """End the command, and keep what the user has written."""
    reason = (
        "what was written is not UTF-8" if isinstance(refusal, UnicodeDecodeError) else str(refusal)
    )
    try:
        is_untouched = Path(path).read_bytes() == template.encode()
    except OSError:
        refuse(f"nothing was written: the editor left no file that can be read: {reason}")
    if is_untouched:
        os.unlink(path)
        refuse(f"{reason}\nnothing was written")
    refuse(f"{reason}\nnothing was written; what you wrote is kept in '{path}'")


def _template(task_id: str) -> str:
    lines = "".join(f"{label}: \n" for label in _LABELS)
    return f"{_QUESTION} {task_id}? A value may have several lines.\n{lines}"


def _open_editor(path: str) -> None:
    """Raises OSError if there is no such editor, or it says that it failed."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    ended = subprocess.run([*shlex.split(editor), path], check=False)  # noqa: S603 (the user's own)
    if ended.returncode:
        raise UnwritableFileError(f"the editor '{editor}' ended with code {ended.returncode}")


def _read_template(text: str) -> dict[str, str]:
    """The fields that are filled in.

    Raises UnwritableFileError for words that belong to none: they would be lost.
    """
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        label = _LABEL.fullmatch(line)
        field = {**_LABELS, **_SHORT}[label[1]] if label else ""
        if label and field not in found:  # said again, it is part of what is told
            name = field
            found[name] = [label[2]]
        elif name:
            found[name].append(line)
        elif line.strip() and not line.startswith(_QUESTION):
            raise UnwritableFileError(f"'{visible(line.strip())}' stands before the first label")
    return {name: "\n".join(lines).strip() for name, lines in found.items() if any(lines)}


def record_failure(config_file: Path, task_id: str, command: Sequence[str], ending: Ending) -> None:
    """Add the entry of a command that failed, unless the log has it, and tell a known fix."""
    log = _find_log(config_file, task_id)
    happening = _happening(log, command, ending)
    if known := _known_fix(log.trace, happening):
        _say(f"met before, and fixed by: {known}")
    try:
        with locked(log.root / os.path.dirname(log.path)):
            before = read_bytes(log.root, log.path)
            entries = log_entry.read_entries(log.path, before, log.labels)
            newest = next((entry for entry in reversed(entries) if log_entry.is_open(entry)), None)
            if newest and log_entry.is_same_error(newest, happening.error):
                _say(f"open already, so not logged again: {_place(newest)}")
                return
            made, line = _drafted(log, before, happening)
            make(log.root, [made])
    except UnwritableFileError as refusal:
        refuse(f"the failure was not logged: {refusal}")
    _say(f"logged as {visible(log.path)}:{line}")


def record_success(config_file: Path, task_id: str, command: Sequence[str]) -> None:
    """Give the newest entry of this very command its outcome, if it lacks one."""
    log = _find_log(config_file, task_id)
    line = mask_command(_texts(command))
    try:
        with locked(log.root / os.path.dirname(log.path)):
            before = read_bytes(log.root, log.path)
            entry = log_entry.find_of_command(log.path, before, line, log.labels)
            if entry is None or not log_entry.is_open(entry):
                return
            commit = _commit(log)
            outcome = f"passed on {_today()}" + (f", commit {commit}" if commit else "")
            made = log_entry.add_outcome(log.path, before, entry, outcome, log.labels)
            make(log.root, [made])
    except UnwritableFileError as refusal:
        refuse(f"the outcome was not logged: {refusal}")
    _say(f"outcome added to {_place(entry)}")


def _happening(log: _Log, command: Sequence[str], ending: Ending) -> Happening:
    output = read_output(ending.output)
    name = _signal_name(ending.signal) if ending.signal else ""
    end = ("Signal", f"{name} ({ending.signal})") if name else ("Exit code", str(ending.code))
    commit = _commit(log)
    around = (end, ("Commit", f"`{commit}`")) if commit else (end,)
    return Happening(
        date=_today(),
        error=telling_line_of(output) or _general(mask_command(_texts(command)), end),
        command=mask_command(_texts(command)),
        circumstances=around,
        output=output,
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # one of the real-time signals
        return f"SIG{number}"


def _general(command: str, end: tuple[str, str]) -> str:
    """What failed, where the output does not say."""
    return f"{shorten(command, 80)} failed with {end[0].lower()} {end[1]}"


def _drafted(log: _Log, before: bytes, happening: Happening) -> tuple[Edit, int]:
    """The edit, with the words of the output, or else with plain ones."""
    try:
        return log_entry.append_entry(log.path, before, happening, log.labels)
    except UnwritableFileError:
        plain = _general(happening.command or "", happening.circumstances[0])
        fallen_back = replace(happening, error=plain)
        return log_entry.append_entry(log.path, before, fallen_back, log.labels)


def _known_fix(trace: Trace, happening: Happening) -> str | None:
    """The fix that worked last for the same error, in one line, and where it is told."""
    words = {word.strip("`*_.,;:!?()[]<>\"'") for line in happening.output for word in line.split()}
    for error in trace.errors:
        entry = error.fixed_by
        if entry and entry.fix and _is_it(error, happening.error, words):
            return (
                f"{visible(shorten(' '.join(entry.fix.split()), _LONGEST_FIX))} ({_place(entry)})"
            )
    return None


def _is_it(error: RecordedError, words: str, told: set[str]) -> bool:
    if error.signature and error.signature in told:
        return True
    return any(log_entry.is_same_error(entry, words) for entry in error.entries)


def _append(log: _Log, happening: Happening, *, dry_run: bool) -> None:
    with locked(log.root / os.path.dirname(log.path)):
        before = read_bytes(log.root, log.path)
        made, line = log_entry.append_entry(log.path, before, happening, log.labels)
        if dry_run:
            say(render_diff([made]))
            return
        make(log.root, [made])
    _say(f"logged as {visible(log.path)}:{line}")


def _find_log(config_file: Path, task_id: str) -> _Log:
    """The log of a task, or end the command with the reason."""
    project, result = run_or_refuse(config_file)
    task = result.trace.by_id.get(task_id)
    document = result.trace.log_of(task) if task else None
    if document is None:
        _refuse_log(result.trace, task_id)
    return _Log(root=project.place.root, path=document.path, trace=result.trace)


def _refuse_log(trace: Trace, task_id: str) -> NoReturn:
    task = find_task(trace, task_id)
    path = task.log.value if task.log else ""
    if reason := trace.unreadable.get(path):
        refuse(f"the log '{path}' of task '{task_id}' {reason}")
    named = f": no file '{path}'" if task.log else f" in '{task.path}'"
    refuse(f"task '{task_id}' has no log{named}")


def _commit(log: _Log) -> str | None:
    """The commit that is checked out; `-dirty` if more than the log has been changed since."""
    name = _git(log.root, "rev-parse", "--short", "HEAD")
    if name is None or not name[1]:
        return None
    changed = _git(log.root, "diff", "--quiet", "HEAD", "--", ":/", f":(exclude){log.path}")
    return name[1] + ("-dirty" if changed and changed[0] else "")


def _git(folder: Path, *arguments: str) -> tuple[int, str] | None:
    with suppress(OSError, subprocess.SubprocessError):
        ended = subprocess.run(  # noqa: S603 (nothing of it comes from others)
            ["git", *arguments],  # noqa: S607 (whichever git the user has)
            cwd=folder,
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_GIT_PATIENCE_IN_SECONDS,
        )
        return ended.returncode, ended.stdout.decode("utf-8", "replace").strip()
    return None


def _texts(command: Sequence[str]) -> list[str]:
    """The words of a command as text, whatever bytes they are."""
    return [os.fsencode(word).decode("utf-8", "backslashreplace") for word in command]


def _today() -> str:
    return datetime.now(tz=UTC).astimezone().date().isoformat()


def _place(entry: LogEntry) -> str:
    return f"{visible(entry.location.path)}:{entry.location.line}"


def _say(message: str) -> None:
    if sys.stdout is not None:
        sys.stdout.flush()
    click.echo(f"plantrace: {message}", err=True)
