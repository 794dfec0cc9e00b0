"""Whether a page has a final summary with something in it, in whatever style it is written."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from mkdocs_plantrace.reading.labels import has_value_below

_SUMMARY = r"(?<![^\W_])(?:summary|final[ _-]outcome|lessons?[ _-]learn(?:ed|t))(?![^\W_])"
_SIGN = re.compile(
    # Plain characters, so that `re` leaps from one to the next.
    "summary|Summary|SUMMARY|outcome|Outcome|OUTCOME|lesson|Lesson|LESSON"
)
_WORDS = tuple(_SIGN.pattern.split("|"))
_TITLE = re.compile(_SUMMARY, re.IGNORECASE)
_PREFIX = r"[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?"
_BEFORE_HASHES = re.compile(_PREFIX)
_ATX = re.compile(rf"{_PREFIX}(?P<marks>#{{1,6}})(?P<title>[^\n]*)")
_HASHES = re.compile(r"#(?<!##)#{0,5}")
_NAMED = rf"(?:[\w.]{{1,30}}[ _-]){{0,3}}{_SUMMARY}(?:[ \t]*\([^()\n]{{0,80}}\))?"
_FIELD = re.compile(
    rf"{_PREFIX}(?:\[[ xX]?\][ \t]+)?[*_]{{0,3}}{_NAMED}[*_]{{0,3}}[ \t]*"
    r"(?:[:：–—]|-[ \t])(?P<value>[^\n]*)",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"{_PREFIX}(?P<mark>\*{{1,3}}|_{{1,3}})(?P<title>[^\s*][^*\n]{{0,100}}?)(?P=mark):?[ \t]*$"
)
_BOLD_LINE = re.compile(r"\*\*[^\s*][^*\n]{0,100}(?<![.!])\*\*:?[ \t]*$", re.MULTILINE)
_ROW = re.compile(rf"[ \t>]*\|[ \t*_]*{_NAMED}[ \t*_:]*\|(?P<value>[^\n]*)", re.IGNORECASE)
_ADMONITION = re.compile(r"(?P<indent>[ \t]*)(?:!!!|\?\?\?\+?)[ \t]+(?P<title>[^\n]*)")
_HTML_HEADING = re.compile(r"<[hH]([2-6])\b[^<>\n]*>(?P<title>[^<>\n]*)</[hH]\1")
_NOTHING = re.compile(
    r"[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)[ \t]*+)?(?:\[[ xX]?\][ \t]*)?[ \t*_+=|:>#~-]*+"
)
"""A line with marks alone: a rule, an empty item, an empty row of a table."""
_DELIMITER = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_NEXT_LINE = re.compile(r"\s*\n(?P<indent>[ \t]*)(?P<words>\S[^\n]*)")


class Outline:
    """The headings of a page in order, each as its start and level."""

    def __init__(self, visible: str, underlined: Iterable[tuple[int, int]]) -> None:
        self.underlined = dict(underlined)
        found = dict(self.underlined)
        for marks in _HASHES.finditer(visible):
            start = visible.rfind("\n", 0, marks.start()) + 1
            if _BEFORE_HASHES.fullmatch(visible, start, marks.start()):
                found[start] = len(marks.group())
        self._headings = sorted(found.items())
        self._index = {start: index for index, (start, _) in enumerate(self._headings)}

    def end_of_section(self, start: int, level: int, default: int) -> int:
        """Where the next heading of this level or above starts, after the heading at `start`."""
        for index in range(self._index[start] + 1, len(self._headings)):
            if self._headings[index][1] <= level:
                return self._headings[index][0]
        return default

    def next_heading(self, position: int, default: int) -> int:
        """Where the next heading starts, of any level."""
        index = bisect_left(self._headings, (position, 0))
        return self._headings[index][0] if index < len(self._headings) else default


def has_summary(
    text: str, visible: str, raw: tuple[str, ...], underlined: Iterable[tuple[int, int]]
) -> bool:
    """Whether a section, a field, a row or a block that is called a summary is filled.

    `text` lacks comments, `visible` all that is no Markdown, `raw` is what that took away;
    `underlined` are start and level of the headings with a line below them.
    """
    if not any(word in text for word in _WORDS):  # plain searches are fast
        return False
    page = _Page(text, visible, Outline(visible, underlined))
    end = -1
    for sign in _SIGN.finditer(visible):
        if sign.start() > end:
            start = visible.rfind("\n", 0, sign.start()) + 1
            end = _end_of_line(visible, sign.start())
            if page.is_summary(start, end):
                return True
    return any(map(page.is_filled_below, _html_titles(text, raw)))


def _html_titles(text: str, raw: tuple[str, ...]) -> Iterator[int]:
    """The ends of the lines of summary headings in HTML."""
    titles = {block for block in raw if block[:2] in ("<h", "<H") and _TITLE.search(block)}
    if titles:
        for heading in _HTML_HEADING.finditer(text):
            if heading.group() in titles:
                yield _end_of_line(text, heading.end())


def _end_of_line(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end == -1 else end


class _Page:
    """One page, asked about the lines that a word for a summary stands in."""

    def __init__(self, text: str, visible: str, outline: Outline) -> None:
        self._text = text
        self._visible = visible
        self._outline = outline

    def is_summary(self, start: int, end: int) -> bool:
        """Whether the line from `start` up to `end` is a summary, or the title of one."""
        line = self._visible[start:end]
        heading = _ATX.match(line)
        level = len(heading["marks"]) if heading else self._outline.underlined.get(start)
        if level is not None:
            title = heading["title"] if heading else line
            return level > 1 and bool(_TITLE.search(title)) and self._is_section(start, end, level)
        block = _ADMONITION.match(line)
        if block:
            return bool(_TITLE.search(block["title"])) and self._is_block(block, end)
        alone = _ALONE.match(line)
        if alone:
            return bool(_TITLE.search(alone["title"])) and self.is_filled_below(end)
        named = _ROW.match(line) or _FIELD.match(line)
        if named is None:
            return False
        if not is_nothing(named["value"]):
            return True
        is_row = line.lstrip(" \t>").startswith("|")
        return not is_row and has_value_below(self._text, start, end)

    def is_filled_below(self, end: int) -> bool:
        """Whether something follows before the next heading, or the next line that is bold."""
        limit = self._outline.next_heading(end, len(self._text))
        label = _BOLD_LINE.search(self._text, end, limit)
        return self._has_words(end, label.start() if label else limit)

    def _is_section(self, start: int, end: int, level: int) -> bool:
        if start in self._outline.underlined:
            end = _end_of_line(self._text, end + 1)
        limit = self._outline.end_of_section(start, level, len(self._text))
        return self._has_words(end, limit)

    def _is_block(self, opening: re.Match[str], end: int) -> bool:
        below = _NEXT_LINE.match(self._text, end)
        if below is None or len(below["indent"]) <= len(opening["indent"]):
            return False
        return not is_nothing(below["words"])

    def _has_words(self, start: int, end: int) -> bool:
        """Whether there is more than headings, rules, empty items and tables without rows."""
        lines = self._text[start:end].split("\n")
        for line, after in zip(lines, [*lines[1:], ""], strict=True):
            is_header = "|" in line and "-" in after and _DELIMITER.fullmatch(after)
            if not (is_header or _ATX.match(line) or is_nothing(line)):
                return True
        return False


def is_nothing(line: str) -> bool:
    """Whether a line has marks alone: a rule, an empty item, an empty row of a table."""
    return _NOTHING.fullmatch(line) is not None
