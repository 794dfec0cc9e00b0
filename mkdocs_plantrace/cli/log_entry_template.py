"""Let the user write a log entry in an editor."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NoReturn

import click

from mkdocs_plantrace.cli.console import exit_with_error
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.utils.terminal import visible

_LABELS = ("Error", "Root cause", "Fix applied", "Outcome", "Signature")
_FIELDS = {"Root cause": "cause", "Cause": "cause", "Fix applied": "fix", "Fix": "fix"}
_QUESTION = "# What failed in"
_LABEL = re.compile(
    rf"[ ]{{0,3}}(?:[-*+][ ]+)?[*_]{{0,2}}({'|'.join((*_LABELS, *_FIELDS))})[*_]{{0,2}}:"
    r"[*_]{0,2}[ \t]?(.*)"
)
"""A label as in the template or as in a log."""


@contextmanager
def edit_fields(task_id: str) -> Iterator[dict[str, str]]:
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
