"""The labelled fields of a log, and the headings that they are below."""

import re
from dataclasses import dataclass
from typing import NamedTuple

_DATE = re.compile(r"(?<![\d.])20\d\d-[01]\d-[0-3]\d(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A labelled value, as Markdown without indentation.

    `name` is the field of the label, `label` the normalized label, `number` its number, as in
    `Fix 2`. `level` is that of a heading that is the label, otherwise 0. `depth` counts the list
    items around it, `section` the headings before it. `items` are the items of a value that is a
    numbered list. Fields of one row of a table have its `row`. `moment` counts the dates and times
    in headings and items before it. `title` is the bold line with a number above it. `inside` are
    the starts of the list items around it, the outermost first.
    """

    name: str
    label: str
    value: str
    line: int
    end_line: int
    section: int
    number: str | None = None
    level: int = 0
    depth: int = 0
    date: str | None = None
    moment: int = 0
    items: tuple[str, ...] = ()
    row: int | None = None
    title: str = ""
    inside: tuple[int, ...] = ()


class Section(NamedTuple):
    """A heading with the fields below it; `date` is ISO 8601.

    `parent` is the index of the enclosing section.
    """

    level: int
    text: str
    anchor: str | None
    date: str | None
    is_label: bool = False
    is_summary: bool = False
    parent: int | None = None


def find_date(text: str) -> str | None:
    """Find the first date of the form 2026-02-07."""
    found = _DATE.search(text)
    return found[0] if found else None
