"""The blocks of a Markdown text, with places, from the events of pyromark.

pyromark reads CommonMark and gives offsets in UTF-8; those of this module count characters.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from enum import Enum
from itertools import accumulate
from typing import Any, NamedTuple, TypeAlias

from pyromark import Markdown, Options

from mkdocs_plantrace.parsing.markdown.commonmark import Span

_PARSER = Markdown(
    options=Options.ENABLE_TABLES | Options.ENABLE_FOOTNOTES | Options.ENABLE_TASKLISTS
)
_LONGEST_HEADING = 500
_LEVELS = {f"H{level}": level for level in range(1, 7)}
_DESTINATION = re.compile(
    r"\s*\]\(\s*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>\S*?)\s*(?:\)\Z|\s[\"'(]|\"[^\"]*\"\s*\)\Z))",
    re.ASCII,
)
_DEFINED = re.compile(r"\[(?:[^\[\]\\]|\\.)*\]:\s*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>\S+))")
_INLINE = frozenset({"Emphasis", "Strong", "Strikethrough", "Link", "Image"})
_IS_WEB = frozenset({"Autolink", "Email"})
_NON_ASCII = re.compile(r"[^\x00-\x7f]")

_Tag: TypeAlias = Any
"""What starts or ends: its name, or a mapping of that to its values."""


class BlockKind(Enum):
    """What a block of a page is."""

    HEADING = "heading"
    TEXT = "text"
    CODE = "code"
    ROW = "row"
    RULE = "rule"


class Block(NamedTuple):
    """A block without blocks in it, from `start` up to `end`.

    `depth` counts the list items around it. `opens_item` says that it is the first block of its
    item, and `number` is the number of that in an ordered list. `cells` are those of a row of a
    table; the header of a table `is_header`.
    """

    kind: BlockKind
    start: int
    end: int
    depth: int = 0
    opens_item: bool = False
    number: int | None = None
    cells: tuple[Span, ...] = ()
    is_header: bool = False


class HeadingLine(NamedTuple):
    """A heading from `start` up to `end`; `markup` is what it says, as Markdown."""

    start: int
    end: int
    level: int
    markup: str


class _Links:
    """Finds destinations: behind the label of a link, or in the definition that it refers to.

    `last` is where the label ends as far as it was read, in UTF-8.
    """

    def __init__(self, text: str, place: Callable[[int], int]) -> None:
        self._text = text
        self._place = place
        self._open: list[tuple[dict[str, str], int]] = []
        self._found: list[Span] = []
        self._used: set[str] = set()
        self.last = 0

    @property
    def are_open(self) -> bool:
        return bool(self._open)

    def open(self, link: dict[str, str], start: int, end: int) -> None:
        self._open.append((link, end))
        self.last = start

    def close(self) -> None:
        link, end = self._open.pop()
        kind = link["link_type"]
        if kind in _IS_WEB:
            return
        if kind != "Inline":
            self._used.add(_fold_label(link["id"]))
        elif found := _DESTINATION.match(self._text, self._place(self.last), self._place(end)):
            self._found.append(_destination(found))

    def destinations(self) -> list[Span]:
        definitions = _PARSER.reference_definitions(self._text) if self._used else {}
        used = [
            self._defined(definition["span"])
            for name, definition in definitions.items()
            if _fold_label(name) in self._used
        ]
        return sorted([*self._found, *used])

    def _defined(self, span: _Tag) -> Span:
        start, end = self._place(span["start"]), self._place(span["end"])
        found = _DEFINED.match(self._text, start, end)
        return _destination(found) if found else Span(start, start)


class BlockReader:
    """Reads a text as CommonMark; `original` is the page that it was rewritten from."""

    def __init__(self, original: str, text: str) -> None:
        self._original = original
        self._text = text
        self._place = _place_of(text)
        self.blocks: list[Block] = []
        self.outline: list[HeadingLine] = []
        self.code_blocks: list[Span] = []
        self.inline_code: list[Span] = []
        self.html: list[Span] = []
        self._links = _Links(text, self._place)
        self._numbers: list[int | None] = []
        self._items: list[bool] = []
        self._is_fresh = False
        self._cells: list[Span] = []
        self._run: Span | None = None
        self._is_leaf = False
        self._starts: dict[str, Callable[[_Tag, int, int], None]] = {
            "CodeBlock": self._start_code,
            "Heading": self._start_heading,
            "HtmlBlock": self._start_html,
            "Image": self._start_link,
            "Item": self._start_item,
            "Link": self._start_link,
            "List": self._start_list,
            "Paragraph": self._start_paragraph,
            "TableCell": self._start_cell,
            "TableHead": self._start_row,
            "TableRow": self._start_row,
        }

    def read(self) -> None:
        events: Iterable[tuple[Any, Any]] = _PARSER.events_with_range(self._text, merge_text=True)
        for event, span in events:
            if "Text" in event:
                if self._links.are_open or not self._is_leaf:
                    self._grow(span["start"], span["end"])
            elif "Start" in event:
                self._start(event["Start"], span["start"], span["end"])
            elif "End" in event:
                self._end(event["End"], span["end"])
            else:
                self._inline(event, span["start"], span["end"])
        self._flush()

    def destinations(self) -> list[Span]:
        """Where the destinations of links and images stand, in order."""
        return self._links.destinations()

    def _span(self, start: int, end: int) -> Span:
        return Span(self._place(start), self._place(end))

    def _add(
        self,
        kind: BlockKind,
        span: Span,
        cells: tuple[Span, ...] = (),
        *,
        is_header: bool = False,
    ) -> None:
        number = self._numbers[-1] if self._numbers else None
        depth = len(self._items)
        self.blocks.append(Block(kind, *span, depth, self._is_fresh, number, cells, is_header))
        self._is_fresh = False

    def _flush(self) -> None:
        """End the text that stands in an item without being a paragraph."""
        if self._run:
            self._add(BlockKind.TEXT, self._span(*self._run))
            self._run = None

    def _grow(self, start: int, end: int) -> None:
        self._links.last = end
        if not self._is_leaf:
            run = self._run
            self._run = Span(run.start, max(run.end, end)) if run else Span(start, end)

    def _start(self, tag: _Tag, start: int, end: int) -> None:
        name = _name_of(tag)
        if name in _INLINE:
            self._grow(start, end)
        elif self._run:
            self._flush()
        if handler := self._starts.get(name):
            handler(tag, start, end)

    def _start_link(self, opened: _Tag, start: int, end: int) -> None:
        ((kind, value),) = opened.items()
        self._links.open(value, start + len("![" if kind == "Image" else "["), end)

    def _start_heading(self, opened: _Tag, start: int, end: int) -> None:
        self._heading(_LEVELS[opened["Heading"]["level"]], self._span(start, end))
        self._is_leaf = True

    def _start_list(self, opened: _Tag, _start: int, _end: int) -> None:
        first = opened["List"]
        self._numbers.append(None if first is None else first - 1)

    def _start_item(self, _opened: _Tag, start: int, _end: int) -> None:
        self._items.append(self._original[self._place(start)] not in "!?=:")
        self._is_fresh = True
        if (number := self._numbers[-1]) is not None:
            self._numbers[-1] = number + 1

    def _start_code(self, _opened: _Tag, start: int, end: int) -> None:
        span = self._span(start, end)
        self.code_blocks.append(Span(self._line_start(span.start), span.end))
        self._start_leaf(BlockKind.CODE, span)

    def _start_paragraph(self, _opened: _Tag, start: int, end: int) -> None:
        self._start_leaf(BlockKind.TEXT, self._span(start, end))

    def _start_leaf(self, kind: BlockKind, span: Span) -> None:
        self._add(kind, span)
        self._is_leaf = True

    def _start_row(self, _opened: _Tag, _start: int, _end: int) -> None:
        self._cells = []
        self._is_leaf = True

    def _start_cell(self, _opened: _Tag, start: int, end: int) -> None:
        self._cells.append(self._span(start, end))

    def _start_html(self, _opened: _Tag, start: int, end: int) -> None:
        self.html.append(self._span(start, end))
        self._is_leaf = True

    def _end(self, tag: _Tag, end: int) -> None:
        name = _name_of(tag)
        if name in _INLINE:
            if name in ("Link", "Image"):
                self._links.close()
            self._links.last = end
        elif name != "TableCell":
            self._end_block(name)

    def _end_block(self, name: str) -> None:
        self._flush()
        if name == "Item":
            self._items.pop()
            self._is_fresh = False
        elif name == "List":
            self._numbers.pop()
        elif name in ("TableHead", "TableRow") and self._cells:
            span = Span(self._cells[0].start, self._cells[-1].end)
            self._add(BlockKind.ROW, span, tuple(self._cells), is_header=name == "TableHead")
        self._is_leaf = False

    def _inline(self, event: _Tag, start: int, end: int) -> None:
        if event == "Rule":
            self._flush()
            self._add(BlockKind.RULE, self._span(start, end))
            return
        if "Code" in event:
            span = self._span(start, end)
            code = self._text[span.start : span.end]
            ticks = len(code) - len(code.lstrip("`"))
            self.inline_code.append(Span(span.start + ticks, span.end - ticks))
        elif "InlineHtml" in event:
            self.html.append(self._span(start, end))
        self._grow(start, end)

    def _heading(self, level: int, span: Span) -> None:
        """A heading, unless it is none to Python-Markdown.

        That wants one line above an underline, and in an item a blank line before the heading.
        """
        words = self._text[span.start : span.end].rstrip("\n")
        line, _, below = words.partition("\n")
        if line.startswith("#"):
            is_heading = self._is_fresh or not self._continues_item(span.start)
        else:
            is_heading = "\n" not in below
        if not is_heading:
            self._add(BlockKind.TEXT, span)
            return
        start, end = span.start, span.start + len(line)
        written = self._original[start : min(end, start + _LONGEST_HEADING)]
        markup = written.lstrip("#").strip(" \t").rstrip("#").rstrip(" \t")
        self._add(BlockKind.HEADING, span)
        self.outline.append(HeadingLine(start, end, level, markup))

    def _continues_item(self, start: int) -> bool:
        """Whether the text of a list item goes on in the line."""
        line = self._line_start(start)
        above = self._text[self._line_start(max(line - 1, 0)) : line]
        is_indented = start > line and not self._text[line:start].strip()
        return bool(self._items and self._items[-1] and is_indented and above.strip())

    def _line_start(self, position: int) -> int:
        return self._text.rfind("\n", 0, position) + 1


def _destination(found: re.Match[str]) -> Span:
    return Span(*found.span("bare" if found["angled"] is None else "angled"))


def _name_of(tag: _Tag) -> str:
    return tag if isinstance(tag, str) else next(iter(tag))


def _fold_label(label: str) -> str:
    return " ".join(label.split()).casefold()


def _place_of(text: str) -> Callable[[int], int]:
    """From offsets in UTF-8 to offsets in the text."""
    if text.isascii():
        return lambda offset: offset
    # Where each character beyond ASCII ends in UTF-8, and how many bytes more than characters
    # there are up to there.
    extra = [len(found[0].encode()) - 1 for found in _NON_ASCII.finditer(text)]
    surplus = [0, *accumulate(extra)]
    starts = [
        found.start() + before
        for found, before in zip(_NON_ASCII.finditer(text), surplus, strict=False)
    ]
    return lambda offset: offset - surplus[bisect_left(starts, offset)]
