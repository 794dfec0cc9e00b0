"""The blocks of a Markdown text with their offsets, from the events of pyromark.

The offsets of pyromark count bytes of UTF-8, those of this module characters.
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
_LINKS = {"Link": "[", "Image": "!["}
_INLINE = frozenset({"Emphasis", "Strong", "Strikethrough", *_LINKS})
_LEAVES = frozenset({"CodeBlock", "Heading", "HtmlBlock", "Paragraph", "TableHead", "TableRow"})
_IS_WEB = frozenset({"Autolink", "Email"})
_NON_ASCII = re.compile(r"[^\x00-\x7f]")

_Tag: TypeAlias = Any
"""A tag of pyromark: its name, or a mapping of the name to its values."""


class BlockKind(Enum):
    HEADING = "heading"
    TEXT = "text"
    CODE = "code"
    ROW = "row"
    RULE = "rule"


class Block(NamedTuple):
    """A block without nested blocks, from `start` up to `end`.

    `depth` counts the list items around it. `opens_item` if it is the first block of its item.
    `cells` are those of a table row.
    """

    kind: BlockKind
    start: int
    end: int
    depth: int = 0
    opens_item: bool = False
    cells: tuple[Span, ...] = ()
    is_header: bool = False


class HeadingLine(NamedTuple):
    """A heading from `start` up to `end`; `markup` is its text as Markdown."""

    start: int
    end: int
    level: int
    markup: str


class _Links:
    """Finds destinations of links and of the definitions that references use.

    `last` is the end of the label as far as it was read, in bytes.
    """

    def __init__(self, text: str, place: Callable[[int], int]) -> None:
        self._text = text
        self._place = place
        self.open_links: list[tuple[dict[str, str], int]] = []
        self._found: list[Span] = []
        self._used: set[str] = set()
        self.last = 0

    def open(self, link: dict[str, str], start: int, end: int) -> None:
        self.open_links.append((link, end))
        self.last = start

    def close(self) -> None:
        link, end = self.open_links.pop()
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
    """Reads a text as CommonMark; `original` is the page before it was rewritten."""

    def __init__(self, original: str, text: str) -> None:
        self._original = original
        self._text = text
        self._place = _place_of(text)
        self.blocks: list[Block] = []
        self.outline: list[HeadingLine] = []
        self.code_blocks: list[Span] = []
        self.inline_code: list[Span] = []
        self.html: list[Span] = []
        self.destinations: list[Span] = []
        self._links = _Links(text, self._place)
        self._items: list[bool] = []
        """Whether each item around a block is one in the page, not a rewritten block."""
        self._is_fresh = False
        """Whether an item has no block yet."""
        self._cells: list[Span] = []
        self._run: Span | None = None
        self._is_leaf = False

    def read(self) -> None:
        events: Iterable[tuple[Any, Any]] = _PARSER.events_with_range(self._text, merge_text=True)
        open_links = self._links.open_links
        for event, span in events:
            if "Text" in event:
                if open_links or not self._is_leaf:
                    self._grow(span["start"], span["end"])
            elif "Start" in event:
                self._start(event["Start"], span["start"], span["end"])
            elif "End" in event:
                self._end(event["End"], span["end"])
            else:
                self._inline(event, span["start"], span["end"])
        self._flush()
        self.destinations = self._links.destinations()

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
        depth = len(self._items)
        self.blocks.append(Block(kind, *span, depth, self._is_fresh, cells, is_header))
        self._is_fresh = False

    def _flush(self) -> None:
        """End a text that is in an item, but not in a paragraph."""
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
            if name in _LINKS:
                self._links.open(tag[name], start + len(_LINKS[name]), end)
            return
        self._flush()
        if name == "Item":
            self._items.append(self._original[self._place(start)] not in "!?=:")
            self._is_fresh = True
        elif name == "TableCell":
            self._cells.append(self._span(start, end))
        elif name in _LEAVES:
            self._is_leaf = True
            self._start_leaf(name, tag, self._span(start, end))

    def _start_leaf(self, name: str, tag: _Tag, span: Span) -> None:
        if name == "Paragraph":
            self._add(BlockKind.TEXT, span)
        elif name == "Heading":
            self._start_heading(_LEVELS[tag["Heading"]["level"]], span)
        elif name == "CodeBlock":
            self.code_blocks.append(Span(_line_start(self._text, span.start), span.end))
            self._add(BlockKind.CODE, span)
        elif name == "HtmlBlock":
            self.html.append(span)
        else:
            self._cells = []

    def _start_heading(self, level: int, span: Span) -> None:
        if not self._is_heading(span):
            self._add(BlockKind.TEXT, span)
            return
        line = self._text[span.start : span.end].partition("\n")[0]
        markup = self._original[span.start : span.start + min(len(line), _LONGEST_HEADING)]
        markup = markup.lstrip("#").strip(" \t").rstrip("#").rstrip(" \t")
        self._add(BlockKind.HEADING, span)
        self.outline.append(HeadingLine(span.start, span.start + len(line), level, markup))

    def _end(self, tag: _Tag, end: int) -> None:
        name = _name_of(tag)
        if name in _INLINE:
            if name in _LINKS:
                self._links.close()
            self._links.last = end
        elif name != "TableCell":
            self._flush()
            self._is_leaf = False
            if name == "Item":
                self._items.pop()
                self._is_fresh = False
            elif name in ("TableHead", "TableRow") and self._cells:
                span = Span(self._cells[0].start, self._cells[-1].end)
                self._add(BlockKind.ROW, span, tuple(self._cells), is_header=name == "TableHead")

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

    def _is_heading(self, span: Span) -> bool:
        """Whether a heading is one in Python-Markdown as well.

        It needs one line above an underline, and in an item a blank line before the heading.
        """
        text, start = self._text, span.start
        if not text.startswith("#", start):
            return text[start : span.end].rstrip("\n").count("\n") <= 1
        line = _line_start(text, start)
        above = text[_line_start(text, max(line - 1, 0)) : line]
        is_indented = start > line and not text[line:start].strip()
        is_in_item = bool(self._items) and self._items[-1]
        return self._is_fresh or not (is_in_item and is_indented and above.strip())


def _line_start(text: str, position: int) -> int:
    return text.rfind("\n", 0, position) + 1


def _destination(found: re.Match[str]) -> Span:
    return Span(*found.span("bare" if found["angled"] is None else "angled"))


def _name_of(tag: _Tag) -> str:
    return tag if isinstance(tag, str) else next(iter(tag))


def _fold_label(label: str) -> str:
    return " ".join(label.split()).casefold()


def _place_of(text: str) -> Callable[[int], int]:
    """Create the conversion of offsets in bytes of UTF-8 to offsets in characters."""
    if text.isascii():
        return lambda offset: offset
    # The byte offset of each character beyond ASCII, and the surplus of bytes before it.
    extra = [len(found[0].encode()) - 1 for found in _NON_ASCII.finditer(text)]
    surplus = [0, *accumulate(extra)]
    starts = [
        found.start() + before
        for found, before in zip(_NON_ASCII.finditer(text), surplus, strict=False)
    ]
    return lambda offset: offset - surplus[bisect_left(starts, offset)]
