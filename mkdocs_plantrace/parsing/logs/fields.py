"""The labelled fields of a log: how labels are found, and values cleaned."""

import re
import textwrap
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import NamedTuple

from mkdocs_plantrace.config.vocabulary import normalize_label
from mkdocs_plantrace.parsing.markdown.commonmark import MARKERS
from mkdocs_plantrace.utils.terminal import strip_escape_sequences

_DATE = re.compile(r"(?<![\d.])20\d\d-[01]\d-[0-3]\d(?!\d)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_STRONG = re.compile(r"(?<!\*)\*\*(?!\*)")
_END_OF_STRONG = re.compile(r"(?<=[^\s*])\*\*(?!\*)")
_QUOTE = re.compile(r"[ \t]*>[ ]?")
_NUMBERED_ITEM = re.compile(r"\d{1,3}[.)][ \t]+")
_MARKERS = re.compile(MARKERS)
_INLINE_CODE = re.compile(r"(`+)(?!`)(.+)(?<!`)\1")
_MOST_CACHED = 2000
_QUALIFIERS = frozenset(
    (
        *("actual", "applied", "confirmed", "correct", "description", "details", "detected"),
        *("discovered", "hit", "met", "noticed", "occurred", "reported", "seen"),
        *("encountered", "final", "known"),
        *("first", "second", "third", "fourth", "fifth", "found", "identified", "implemented"),
        *("implementation", "initial", "likely", "main", "message", "messages", "observed"),
        *("original", "output", "outputs", "possible", "probable", "quick", "the", "typical"),
    )
)
"""Words around a label that do not change its meaning, as in `issue found`."""
_DESCRIPTIONS = frozenset({"description", "details", "message", "output"})
_ORDINAL = re.compile(
    r"(?:(?:step|phase|part|entry|no\.?)[ ]?)?#?\d{1,3}(?:\.\d{1,3})*[.):]?[ ]+(?:[–—:-][ ]*)?"
)
_NUMBER = re.compile(r"(?:[ ]?#?|[ ](?=[a-z]))(?P<number>[a-z]{0,2}\d{1,3})$")
_REMARK = re.compile(r"[ ]?(?:\([^()]*\)|\uff08[^\uff08\uff09]*\uff09)$")


class Label(NamedTuple):
    """The name of a field, '' if unknown, its normalized label, and a number as in `Fix 2`."""

    name: str
    text: str
    number: str | None = None


class Field(NamedTuple):
    """A labelled value, as Markdown without indentation.

    `name`, `label` and `number` are as in `Label`. `level` is that of a heading that is the label,
    otherwise 0. `depth` counts the list items around it, `section` the headings before it. Fields
    of one row of a table have its `row`. `moment` counts the dates and times in headings and items
    before it. `title` is the bold line with a number above it. `inside` are the starts of the list
    items around it, the outermost first.
    """

    name: str
    label: str
    number: str | None
    value: str
    line: int
    end_line: int
    section: int
    level: int
    depth: int
    date: str | None
    moment: int
    row: int | None
    title: str
    inside: tuple[int, ...]


class Section(NamedTuple):
    """A heading; `date` is ISO 8601, `parent` the index of the enclosing section.

    `name` is that of the field that the heading labels, '' for none.
    """

    level: int
    text: str
    anchor: str | None
    date: str | None
    name: str = ""
    parent: int | None = None


def find_date(text: str) -> str | None:
    """Find the first date of the form 2026-02-07."""
    found = _DATE.search(text)
    return found[0] if found else None


def strip_control(text: str) -> str:
    return _CONTROL.sub("", strip_escape_sequences(text))


def clean_value(text: str) -> str:
    """Remove indentation, quote marks and unpaired bold marks from a value."""
    first, _, below = strip_control(text).strip(" \t").partition("\n")
    lines = below.split("\n") if below else []
    if lines and all(line.lstrip().startswith(">") for line in lines if line.strip()):
        lines = [_QUOTE.sub("", line) for line in lines]
    below = textwrap.dedent("\n".join(line.rstrip() for line in lines)).strip("\n")
    first = " ".join(first.split()) if "  " in first else first.strip()
    value = f"{first}\n{below}".strip().rstrip(" |—–→")
    if len(_STRONG.findall(value)) % 2:  # the label is in the same bold words
        value = _END_OF_STRONG.sub("", value, count=1)
    item = _MARKERS.match(value)
    return value[item.end() :] if item and "\n" not in value else value


def unwrap_code(value: str) -> str:
    """Return the text of a value that is one piece of inline code; any other value as it is."""
    found = _INLINE_CODE.fullmatch(value)
    if found is None or found[1] in re.findall("`+", found[2]):
        return value
    text = found[2]
    is_padded = text.startswith(" ") and text.endswith(" ") and text.strip()
    return text[1:-1] if is_padded else text


def split_items(value: str) -> tuple[str, ...]:
    """The items of a value that is a numbered list, () for any other value."""
    items: list[list[str]] = []
    for line in value.split("\n"):
        item = _NUMBERED_ITEM.match(line)
        if item:
            items.append([line[item.end() :]])
        elif items and (not line.strip() or line[0] in " \t"):
            items[-1].append(line)
        else:
            return ()
    return tuple(clean_value("\n".join(lines)) for lines in items)


def is_description(label: str) -> bool:
    """Whether a label belongs to the text of the one above it."""
    return normalize_label(label) in _DESCRIPTIONS


@lru_cache(maxsize=4)
def make_finder(labels: tuple[tuple[str, str], ...]) -> Callable[[str], Label]:
    """Return a function that finds the field of a label with numbers, remarks and qualifiers."""
    return lru_cache(maxsize=_MOST_CACHED)(partial(_find_field, dict(labels)))


def _find_field(labels: Mapping[str, str], label: str) -> Label:
    folded = normalize_label(_REMARK.sub("", re.sub(r"[*`]", "", label).strip()))
    bare = _ORDINAL.sub("", folded).strip(" .#")
    numbered = _NUMBER.search(bare)
    number = numbered["number"] if numbered else None
    words = (bare[: numbered.start()] if numbered else bare).split()
    while words:
        for plural in ("", "s", "es"):
            form = " ".join(word.removesuffix(plural) for word in words)
            if form in labels:
                return Label(labels[form], form, number)
        if len(words) > 1 and words[-1] in _QUALIFIERS:
            words = words[:-1]
        elif len(words) > 1 and words[0] in _QUALIFIERS:
            words = words[1:]
        else:
            break
    return Label("", folded, number)
