"""`plantrace log`: add an entry to a log, by hand or from a command."""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NoReturn

import click

from mkdocs_plantrace.cli.command_log import run_and_log
from mkdocs_plantrace.cli.completion import complete_task
from mkdocs_plantrace.cli.console import exit_with_error, print_message, print_text
from mkdocs_plantrace.cli.options import config_file, dry_run
from mkdocs_plantrace.cli.task_log import TaskLog, get_date, require_log
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.edits import render_diff
from mkdocs_plantrace.editing.entry_writer import NewEntry
from mkdocs_plantrace.utils.terminal import visible

_COMMAND = "mkdocs_plantrace.command"


class _LogCommand(click.Command):
    """Takes all arguments after the first `--` as the command to run."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            position = args.index("--")
            args, ctx.meta[_COMMAND] = args[:position], tuple(args[position + 1 :])
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- COMMAND...]"]


@click.command(cls=_LogCommand, short_help="Add a log entry, by hand or from a command that fails.")
@config_file
@click.option(
    "--error", metavar="TEXT", help="What failed, as it was seen, such as a line of output."
)
@click.option("--cause", metavar="TEXT", help="Why it failed.")
@click.option("--fix", metavar="TEXT", help="What was changed.")
@click.option("--outcome", metavar="TEXT", help="How it ended.")
@click.option(
    "--signature", metavar="NAME", help="A name for this kind of failure, such as DB.DEADLOCK."
)
@dry_run
@click.argument("task_id", metavar="TASK-ID", shell_complete=complete_task)
@click.pass_context
def log(
    context: click.Context,
    /,
    config_file: Path | None,
    task_id: str,
    *,
    dry_run: bool,
    **fields: str | None,
) -> None:
    """Add an entry to the execution log of a task.

    Options give the fields of the entry. Without options, a template of an entry opens in
    $VISUAL or $EDITOR. A COMMAND runs as if you had run it without plantrace. If it fails, an
    entry is added with the last lines of its output, in which *** replaces what looks like a
    secret. If it succeeds later, the outcome is added to that entry. The exit code is that of the
    command.

    If the log is a section of a file, as in some layouts, the entry goes to the end of the
    section.

    \b
    Examples:
      plantrace log TSK-7 --error "connection refused" --fix "start the database first"
      plantrace log TSK-7
      plantrace log TSK-7 -- make test
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
    command = context.meta.get(_COMMAND)
    has_fields = any(value is not None for value in fields.values())
    if command is None:
        _log_by_hand(config_file, task_id, fields if has_fields else None, dry_run=dry_run)
    elif has_fields or dry_run:
        exit_with_error("options of an entry cannot be used with a command")
    elif not command:
        exit_with_error("no command after '--'")
    else:
        run_and_log(config_file, task_id, command)


def _log_by_hand(
    config_file: Path | None,
    task_id: str,
    fields: Mapping[str, str | None] | None,
    *,
    dry_run: bool,
) -> None:
    if fields is not None:
        if not (fields["error"] or "").strip():
            exit_with_error("an entry needs an error: add --error")
        _append(require_log(config_file, task_id), fields, dry_run=dry_run)
    elif sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty():
        log = require_log(config_file, task_id)
        with _edit_fields(task_id) as edited:
            if edited:
                _append(log, edited, dry_run=dry_run)
            else:
                print_message("nothing was filled in, so nothing was written")
    else:
        options = "--error, --cause, --fix, --outcome, --signature"
        exit_with_error(f"nothing to write; use {options}, or a command after '--'")


def _append(log: TaskLog, fields: Mapping[str, str | None], *, dry_run: bool) -> None:
    """Add the entry, or show it. Raises UnwritableFileError."""
    if not fields.get("error"):
        raise UnwritableFileError("the entry has no error")
    entry = NewEntry(date=get_date(), **fields)  # type: ignore[arg-type] # there is an error
    if dry_run:
        with log.lock() as before:
            edit, _ = before.append_entry(entry)
        print_text(render_diff([edit]))
        return
    line = log.add(entry)
    print_message(f"log entry added: {log.path}:{line}")


_LABELS = ("Error", "Root cause", "Fix applied", "Outcome", "Signature")
_FIELDS = {"Root cause": "cause", "Cause": "cause", "Fix applied": "fix", "Fix": "fix"}
_QUESTION = "# What failed in"
_LABEL = re.compile(
    rf"[ ]{{0,3}}(?:[-*+][ ]+)?[*_]{{0,2}}({'|'.join((*_LABELS, *_FIELDS))})[*_]{{0,2}}:"
    r"[*_]{0,2}[ \t]?(.*)"
)
"""A label as in the template or as in a log."""


@contextmanager
def _edit_fields(task_id: str) -> Iterator[dict[str, str]]:
    """Open a template and yield its fields; keep the file if the block raises."""
    lines = "".join(f"{label}: \n" for label in _LABELS)
    template = f"{_QUESTION} {task_id}? A value may have several lines.\n{lines}"
    path = _write_template(template)
    try:
        click.edit(filename=str(path), editor=_find_editor())
        yield _read_fields(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        _exit(path, template, "the text is not UTF-8")
    except (UnwritableFileError, OSError, click.ClickException) as error:
        _exit(path, template, str(error))
    path.unlink(missing_ok=True)


def _write_template(template: str) -> Path:
    """Write a temporary file. Raises UnwritableFileError where there is no place for it."""
    try:
        with NamedTemporaryFile(
            "w", encoding="utf-8", newline="\n", prefix="plantrace-", suffix=".md", delete=False
        ) as stream:
            stream.write(template)
    except OSError as error:
        raise UnwritableFileError(f"no temporary file for the editor: {error.strerror}") from error
    return Path(stream.name)


def _find_editor() -> str | None:
    """The editor of the user, None for the default; click takes a backslash for an escape."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    return editor.replace("\\", "/") if editor and os.name == "nt" else editor


def _read_fields(text: str) -> dict[str, str]:
    """Parse the fields with a value. Raises UnwritableFileError for text before them."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        label = _LABEL.fullmatch(line)
        field = _FIELDS.get(label[1], label[1].lower()) if label else ""
        if label and field not in found:  # a second one is part of the value
            name = field
            found[name] = [label[2]]
        elif name:
            found[name].append(line)
        elif line.strip() and not line.startswith(_QUESTION):
            raise UnwritableFileError(f"'{visible(line.strip())}' comes before the first label")
    return {name: "\n".join(lines).strip() for name, lines in found.items() if any(lines)}


def _exit(path: Path, template: str, reason: str) -> NoReturn:
    """End the command, but keep the file if the user has changed it."""
    try:
        is_untouched = path.read_text(encoding="utf-8", errors="replace") == template
    except OSError:
        exit_with_error(f"nothing was written: the file of the editor cannot be read: {reason}")
    if is_untouched:
        path.unlink()
        exit_with_error(f"{reason}\nnothing was written")
    exit_with_error(f"{reason}\nnothing was written; your text is in '{path}'")
