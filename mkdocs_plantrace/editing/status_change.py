"""Changes the status in a metadata file, and not one byte beside it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.config.vocabulary import fold_status
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.edits import Edit, decoded
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.parsing.metadata.task_file import MAX_BYTES, parse_metadata
from mkdocs_plantrace.parsing.yaml.scalar import (
    FixedValueError,
    WrittenValue,
    differs_only_in,
    find_value,
)
from mkdocs_plantrace.parsing.yaml.yaml_edits import as_scalar

_SAID_OTHERWISE = re.compile(
    r"[yn]|[-+]?(?:0o[0-7]+|(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?)", re.IGNORECASE
)
"""What other readers of YAML take for a truth value or a number, though PyYAML does not."""


class StatusChange(NamedTuple):
    """What is to become of the status, and where it stands; `was` is '' where there was none."""

    edit: Edit
    was: str
    location: Location


def change_status(task: Task, before: bytes, word: str, settings: Settings) -> StatusChange | None:
    """The change that makes `word` the status of a task, whose file now holds `before`.

    None if it has this status already. Raises UnwritableFileError where the word cannot be put
    in place of the value without touching more; the message says why, with the place.
    """
    text, encoding = decoded(task.path, before)
    now = parse_metadata(task.path, text, settings).task
    if now is None or now.id != task.id:
        raise UnwritableFileError(f"'{task.path}' has changed meanwhile; try again")
    if fold_status(now.status.text) == fold_status(word):
        return None
    key = settings.fields["status"]
    try:
        value = find_value(task.path, text, key)
    except FixedValueError as error:
        raise UnwritableFileError(str(error)) from error
    for form in _forms(value, word):
        changed = f"{text[: value.start]}{form}{text[value.end :]}"
        if not differs_only_in(text, changed, key, word):
            continue
        after = changed.encode(encoding)
        if len(after) <= MAX_BYTES:
            made = Edit(path=task.path, before=before, after=after)
            return StatusChange(made, now.status.text, value.location)
    where = f"{task.path}:{value.location.line}"
    raise UnwritableFileError(f"{where}: no way to write '{word}' there that YAML reads as such")


def _forms(value: WrittenValue, word: str) -> Iterator[str]:
    """Ways to write the word, that in the quotes of the present value first."""
    is_misread = not value.quote and _SAID_OTHERWISE.fullmatch(word)
    styles = ("'" if is_misread else value.quote, "'", '"')
    space = " " if value.is_empty else ""
    yield from dict.fromkeys(space + as_scalar(word, style) for style in styles)
