"""Change the status of a task and no other byte, and note why it was forced."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.command_output import remove_controls
from mkdocs_plantrace.editing.edits import Edit, decode
from mkdocs_plantrace.editing.entry_writer import LogText
from mkdocs_plantrace.editing.markdown_excerpt import format_block, format_code, format_literal
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.rule import Rule
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.parsing.metadata.task_file import MAX_BYTES, parse_metadata
from mkdocs_plantrace.parsing.yaml.yaml_edits import (
    FixedValueError,
    WrittenValue,
    as_scalar,
    differs_only_in,
    find_value,
)

_AMBIGUOUS = re.compile(
    r"[yn]|[-+]?(?:0o[0-7]+|(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?)", re.IGNORECASE
)
"""Text for PyYAML, but a boolean or a number for other YAML parsers."""


class StatusChange(NamedTuple):
    """The change of a status and its location; `was` is '' without a status."""

    edit: Edit
    was: str
    location: Location


def change_status(task: Task, before: bytes, word: str, settings: Settings) -> StatusChange | None:
    """Return the change that makes `word` the status of a task; `before` is its file.

    None if the task already has this status. Raises UnwritableFileError, with location and
    reason, if the value cannot be replaced without other changes.
    """
    text, encoding = decode(task.path, before)
    now = parse_metadata(task.path, text, settings).task
    if now is None or now.id != task.id:
        raise UnwritableFileError(f"'{task.path}' was changed by another process; try again")
    if normalize_status(now.status.text) == normalize_status(word):
        return None
    key = settings.fields["status"]
    try:
        value = find_value(task.path, text, key)
    except FixedValueError as error:
        raise UnwritableFileError(str(error)) from error
    for form in _format_word(value, word):
        changed = f"{text[: value.start]}{form}{text[value.end :]}"
        if not differs_only_in(text, changed, key, word):
            continue
        after = changed.encode(encoding)
        if len(after) <= MAX_BYTES:
            edit = Edit(path=task.path, before=before, after=after)
            return StatusChange(edit, now.status.text, value.location)
    where = f"{task.path}:{value.location.line}"
    raise UnwritableFileError(
        f"{where}: '{word}' cannot be written here so that YAML reads it as text"
    )


def _format_word(value: WrittenValue, word: str) -> Iterator[str]:
    """Yield the word in the quotes of the current value, then in others."""
    is_ambiguous = not value.quote and _AMBIGUOUS.fullmatch(word)
    styles = ("'" if is_ambiguous else value.quote, "'", '"')
    space = " " if value.is_empty else ""
    yield from dict.fromkeys(space + as_scalar(word, style) for style in styles)


def append_override(
    log: LogText, date: str, task: Task, word: str, reason: str, rules: Iterable[Rule]
) -> Edit:
    """Return the edit that adds the reason and the rules that report a problem, once a day.

    Raises UnwritableFileError if the log's entries would be read differently.
    """
    heading = f"### {date} — {format_literal(task.id)} set to {format_literal(word)}"
    words = " ".join(remove_controls(reason).split())
    open_rules = ", ".join(sorted({f"{rule.code} {rule.name}" for rule in rules}))
    reported = [f"- Reported by the check: {open_rules}"] if open_rules else []
    label = "- Completed with `--force`, because:"
    forms = (
        [f"{label} {format_literal(words)}"],
        [f"{label} {format_code(words)}"],
        [label, "", *format_block(words)],
    )
    written = "\n".join(["", *decode(log.path, log.content)[0].splitlines(), ""])
    for form in forms:
        lines = [heading, "", *reported, *form]
        if "\n".join(["", *lines, ""]) in written:  # from a command that was killed before it ended
            return Edit(path=log.path, before=log.content, after=log.content)
        if edit := log.append_section(lines):
            return edit
    raise UnwritableFileError(
        f"the reason would change how an entry of the log is read: '{log.path}' was not changed"
    )
