"""Whether people filled a page in: placeholder lines, a final summary, any text at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mkdocs_plantrace.model import Filling, Suspect, Text
from mkdocs_plantrace.reading.code import Masked
from mkdocs_plantrace.reading.places import Places

# Every branch starts with a plain character, so that `re` leaps from one to the next.
_SIGN = re.compile(
    r"<[^<>\n]*>|\{\{|TODO|TBD|XXX|NNN|YYYY|\.\.\.|…|:[*_]*[ \t]*$"
    r"|_[ \t]*$|\*[ \t]*$|\)[ \t]*$|\][ \t]*$",
    re.MULTILINE,
)
"""What a line with a placeholder in a template has: a mark, a label without a value at its end,
or the end of italics or brackets around it all."""
_MARKER = r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:\[[ xX]?\][ \t]+)?"
_LABEL = r"[*_]{0,2}\w[^:|\n]{0,60}:[*_]{0,2}[ \t]*"
_UNFILLED = re.compile(
    r"<\s*fill[ _-]?in\b[^<>]*>|<YYYY-MM-DD[^<>]*>"
    rf"|{_MARKER}(?:{_LABEL})?[*_]{{0,3}}(?:TODO|TBD)[*_]{{0,3}}[ \t]*[.!:]?[ \t]*$",
    re.IGNORECASE,
)
_WRAPPED = re.compile(
    r"[ \t>]*(?:[-*+][ \t]+)?"
    r"(?:_(?!_)[^\n]*_|\*(?![* ])[^*\n]*\*|\([^\n]*\)|\[[^\[\]\n]{4,}\])[ \t]*$"
)
_ITEM = re.compile(r"[-*+][ \t]|\d{1,9}[.)][ \t]")
_ITEM_LABEL = re.compile(rf"(?:[-*+]|\d{{1,9}}[.)])[ \t]+{_LABEL}")
_EMPTY_LABEL = re.compile(rf"{_MARKER}{_LABEL}$")
_HEADING = re.compile(r" {0,3}(?P<level>#{1,6})(?P<title>[^\n]*)")
_NEXT_HEADING = re.compile(r"\n {0,3}(#{1,6})")
_WORDS = re.compile(r"\n(?! {0,3}#)[ \t]*\S")
_SUMMARY = r"(?<![^\W_])(?:summary|final[ _-]outcome|lessons?[ _-]learn(?:ed|t))(?![^\W_])"
_SUMMARY_SIGN = re.compile(
    "summary|Summary|SUMMARY|outcome|Outcome|OUTCOME|lesson|Lesson|LESSON"  # as for `_SIGN`
)
_SUMMARY_TITLE = re.compile(_SUMMARY, re.IGNORECASE)
_SUMMARY_FIELD = re.compile(
    rf"{_MARKER}[*_]{{0,2}}(?:\w{{1,30}}[ _-]){{0,3}}{_SUMMARY}[*_]{{0,2}}:(?P<value>[^\n]*)$",
    re.IGNORECASE,
)
_NEXT_LINE = re.compile(r"\s*\n(?P<indent>[ \t]*)(?P<words>\S[^\n]*)")


def read_filling(text: str, masked: Masked, places: Places) -> Filling:
    """Read one page; `text` has LF line ends, `masked` are its views without code."""
    unfilled: list[Text] = []
    suspects: list[Suspect] = []
    for start, end in _signed_lines(masked.visible):
        line = masked.visible[start:end]
        left = len(line) - len(line.lstrip())
        place = places.at(start + left, start + len(line.rstrip()))
        found = Text(value=line.strip(), location=place)
        if _UNFILLED.search(masked.prose[start:end]):
            unfilled.append(found)
        elif not _EMPTY_LABEL.match(line):
            suspects.append(Suspect(text=found))
        elif not _has_value_below(text, start, end):
            suspects.append(Suspect(text=found, next_label=_next_label(text, end)))
    return Filling(
        unfilled=tuple(unfilled),
        suspects=tuple(suspects),
        is_empty=not text.strip(),
        has_summary=_has_summary(text, masked.visible),
    )


def _signed_lines(visible: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line with a sign of a placeholder."""
    end = -1
    for sign in _SIGN.finditer(visible):
        if sign.start() > end:
            start, end = _line_around(visible, sign.start())
            if sign.group()[0] not in "_*)]" or _WRAPPED.match(visible[start:end]):
                yield start, end


def _line_around(text: str, position: int) -> tuple[int, int]:
    end = text.find("\n", position)
    return text.rfind("\n", 0, position) + 1, len(text) if end == -1 else end


def _has_value_below(text: str, start: int, end: int) -> bool:
    """Whether the value of the empty label from `start` to `end` surely stands below it."""
    line = text[start:end]
    below = _NEXT_LINE.match(text, end)
    if not below or below["words"].startswith("#"):
        return False
    if len(below["indent"]) > len(line) - len(line.lstrip()):
        return True
    is_item = _ITEM.match(below["words"])
    if _ITEM.match(line.lstrip()):
        return not is_item or not _ITEM_LABEL.match(below["words"])
    return bool(is_item) or not re.match(_LABEL, below["words"])


def _next_label(text: str, end: int) -> str | None:
    below = _NEXT_LINE.match(text, end)
    label = _ITEM_LABEL.match(below["words"]) if below else None
    return label.group().strip() if label else None


def _has_summary(text: str, visible: str) -> bool:
    """Whether a section or a field that is called a summary has something in it."""
    end = -1
    for sign in _SUMMARY_SIGN.finditer(visible):
        if sign.start() <= end:
            continue
        start, end = _line_around(visible, sign.start())
        heading = _HEADING.match(visible, start, end)
        if heading and _is_filled_section(text, visible, heading):
            return True
        field = None if heading else _SUMMARY_FIELD.match(visible[start:end])
        if field and (field["value"].strip("*_ \t") or _has_value_below(text, start, end)):
            return True
    return False


def _is_filled_section(text: str, visible: str, heading: re.Match[str]) -> bool:
    level = len(heading["level"])
    if level == 1 or not _SUMMARY_TITLE.search(heading["title"]):
        return False
    return bool(_WORDS.search(text, heading.end(), _end_of_section(visible, heading.end(), level)))


def _end_of_section(visible: str, position: int, level: int) -> int:
    headings = _NEXT_HEADING.finditer(visible, position)
    return next((found.start() for found in headings if len(found[1]) <= level), len(visible))
