"""What a layout reads from a Markdown text: headings, boxes and labelled lines, with offsets."""

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.task import Progress
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.markdown.slugs import strip_markup
from mkdocs_plantrace.utils.lazy_property import cached_property

_FRONT_MATTER = re.compile(
    r"-{3}[ \t]*\r?\n(?:(?!-{3}[ \t]*\r?(?:\n|\Z))[^\n]*\n)*?(?=(?:-{3}|\.{3})[ \t]*\r?(?:\n|\Z))"
)
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\n|\r)?")
_FENCE = re.compile(
    r"[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]++)*+"
    r"(?P<run>`{3,}+(?=[^`\r\n]*+(?:[\r\n]|\Z))|~{3,}+)"
)
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})[ \t]++(?P<text>[^\r\n]*+)")
_BOX = re.compile(r"[ \t>]*+(?:[-*+]|\d{1,9}[.)])[ \t]+\[(?P<mark>[ xX~/-])\](?=[\s*]|\Z)")
_LABEL = re.compile(
    r" {0,3}+(?:>[ \t]*+)*+(?:[-*+][ \t]+)?(?:[*_]{2}|[*_])?(?P<key>[A-Za-z][\w -]{0,60}?)"
    r"(?:[*_]{1,2}:|:[*_]{1,2}|:)[ \t]*(?P<value>[^\r\n]*)"
)
_TAG = re.compile(r"<[a-z][\w-]*>\s*")
"""A line that opens a part for agents, such as `<context>`."""
_PARAGRAPH = re.compile(r"(?:[^\s<][^\r\n]*(?:\r\n?|\n|\Z))*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s(?![a-z])")
_LONGEST_SENTENCE, _MOST_READ = 100, 1000
_DONE = frozenset("xX")


class Span(NamedTuple):
    """A part of the text, from `start` up to `end`."""

    text: str
    start: int
    end: int


class _Heading(NamedTuple):
    """A heading; `start` and `end` are those of its line."""

    level: int
    title: Span
    start: int
    end: int


class Box(NamedTuple):
    is_done: bool
    is_begun: bool
    span: Span


class Section(NamedTuple):
    """A part of a text; `start` is that of its heading, `body` that of the text below it."""

    level: int
    start: int
    body: int
    end: int


@dataclass
class TextOutline:
    """The outline of a text with line ends of any kind, in linear time, without code blocks.

    `front` is the end of the front matter, before the line that closes it; 0 without one. `top` is
    the end of the part before the first line that is a tag.
    """

    text: str
    headings: list[_Heading] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    labels: list[tuple[str, Span]] = field(default_factory=list)

    def __post_init__(self) -> None:
        front = _FRONT_MATTER.match(self.text)
        self.front = front.end() if front else 0
        self.top = len(self.text)
        for start, line in self._lines():
            self._read_line(start, line)

    def find_section(self, name: str) -> Section | None:
        """Find a section by its heading, without case; it ends at one that is not below it."""
        number = self._numbers.get(name.casefold().strip())
        if number is None:
            return None
        heading, rest = self.headings[number], islice(self.headings, number + 1, None)
        ends = (it.start for it in rest if it.level <= heading.level)
        return Section(heading.level, heading.start, heading.end, next(ends, len(self.text)))

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The number of the first heading of each name."""
        numbers: dict[str, int] = {}
        for number, heading in enumerate(self.headings):
            numbers.setdefault(_plain(heading.title.text), number)
        return numbers

    @cached_property
    def head(self) -> int:
        """The end of the part before the first heading below the title."""
        has_title = bool(self.headings) and self.headings[0].level == 1
        return min([self.top, *(it.start for it in self.headings[has_title : has_title + 1])])

    @cached_property
    def title(self) -> Span | None:
        """The first heading of level 1 in the top."""
        found = (it.title for it in self.headings if it.level == 1 and it.start < self.top)
        return next(found, None)

    def first_sentence(self, tag: str) -> str:
        """The first sentence of the first part in these tags, shortened; '' if there is none."""
        opening = re.compile(rf"^<{re.escape(tag)}>\s*", re.MULTILINE).search(self.text, self.top)
        lines = _PARAGRAPH.match(self.text, opening.end()) if opening else None
        start = strip_markup(lines.group()[:_MOST_READ]) if lines else ""
        sentence = _SENTENCE_END.split(start, maxsplit=1)[0]
        return textwrap.shorten(sentence.removesuffix("."), _LONGEST_SENTENCE, placeholder=" …")

    def find_value(self, name: str) -> Span | None:
        """The first line of a section, or the text of its heading: `## Status: done`."""
        if section := self.find_section(name):
            found = re.compile(r"\S[^\r\n]*").search(self.text, section.body, section.end)
            return Span(found.group().strip(), found.start(), found.end()) if found else None
        for title in (heading.title for heading in self.headings):
            key, _, value = title.text.partition(":")
            if (text := value.strip()) and _plain(key) == name.casefold():
                return Span(text, title.end - len(text), title.end)
        return None

    def _lines(self) -> Iterator[tuple[int, str]]:
        """The lines outside front matter, fenced code and comments, with their offsets."""
        fence, is_comment = "", False
        for found in _LINE.finditer(self.text, self.front):
            line = found.group()
            mark = _FENCE.match(line) if "```" in line or "~~~" in line else None
            if fence:
                rest = line.strip(" \t>\r\n")
                if rest.startswith(fence) and not rest.strip(fence[0]):
                    fence = ""
            elif is_comment:
                is_comment = "-->" not in line
            elif mark:
                fence = mark["run"]
            elif "<!--" in line and "-->" not in line.partition("<!--")[2]:
                is_comment = True
            elif line:
                yield found.start(), line

    def _read_line(self, start: int, line: str) -> None:
        if "#" in line and (heading := _HEADING.match(line)):
            title, at = _strip_closing(heading["text"]), start + heading.start("text")
            span = Span(title, at, at + len(title))
            level = len(heading["marks"])
            self.headings.append(_Heading(level, span, start, start + len(line)))
        elif "[" in line and (box := _BOX.match(line)):
            mark = box["mark"]
            where = Span(line.strip(), start + box.start("mark") - 1, start + len(line.rstrip()))
            self.boxes.append(Box(mark in _DONE, mark != " ", where))
        elif line.startswith("<") and _TAG.fullmatch(line):
            self.top = min(self.top, start)
        elif ":" in line and (label := _LABEL.match(line)):
            value = label["value"].rstrip()
            at = start + label.start("value")
            self.labels.append((label["key"].strip(), Span(value, at, at + len(value))))


def _strip_closing(title: str) -> str:
    """The text of a heading without the signs that close it, which follow a space: `# C# ##`."""
    title = title.rstrip(" \t")
    text = title.rstrip("#")
    return text.rstrip(" \t") if text.endswith((" ", "\t")) or not text else title


def _plain(heading: str) -> str:
    """The text of a heading without emphasis and case, and without brackets at its end."""
    text = re.sub(r"[*_`]", "", heading).strip()
    before, bracket, inside = text.rpartition("(")
    is_note = bracket and text.endswith(")") and ")" not in inside[:-1]
    return (before if is_note else text).casefold().strip()


class Boxes(NamedTuple):
    """Boxes of a file, and the text of the part that they are in."""

    all: list[Box]
    places: LineIndex
    text: str

    def make_progress(self) -> Progress | None:
        if not self.all:
            return None
        left = next((box.span for box in self.all if not box.is_done), None)
        return Progress(
            self.places.path,
            sum(box.is_done for box in self.all),
            len(self.all),
            Text(left.text, self.places.at(left.start, left.end)) if left else None,
        )

    def find_uncited(
        self, prefixes: Iterable[str], plans: Iterable[tuple[str, str]]
    ) -> Iterator[Text]:
        """The requirements in the plans, pairs of a path and its text, that no box names."""
        requirement = re.compile(rf"\b(?:{'|'.join(map(re.escape, prefixes))})\d+\b")
        seen = set(requirement.findall(self.text))
        for path, text in plans if self.all else ():
            places = LineIndex(path, text)
            for found in requirement.finditer(text):
                if found.group() not in seen:
                    seen.add(found.group())
                    yield Text(found.group(), places.at(*found.span()))


def find_boxes(path: str, outline: TextOutline, name: str) -> Boxes | None:
    """The boxes of a file, or of its section of this name; None if there are none."""
    section = outline.find_section(name) if name else None
    if name and section is None:
        return None
    start, end = (section.body, section.end) if section else (0, len(outline.text))
    found = [box for box in outline.boxes if start <= box.span.start < end]
    return Boxes(found, LineIndex(path, outline.text), outline.text[start:end]) if found else None
