"""One parse of a Markdown page: blocks, headings, destinations, code and comments, with places.

The parser is pyromark, which reads CommonMark; `commonmark` rewrites what Python-Markdown reads in
another way. Offsets count characters of a text with LF line ends.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple, TypeAlias

from pyromark import Markdown, Options

from mkdocs_plantrace.model import Heading
from mkdocs_plantrace.reading.anchors import number_duplicates, plain_text, slugify
from mkdocs_plantrace.reading.commonmark import Span, blank, end_of_front_matter, to_commonmark
from mkdocs_plantrace.reading.places import Places
from mkdocs_plantrace.reading.written_ids import split_heading

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
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_INLINE = frozenset({"Emphasis", "Strong", "Strikethrough", "Link", "Image"})
_IS_WEB = frozenset({"Autolink", "Email"})
_NON_ASCII = re.compile(r"[^\x00-\x7f]")

_Event: TypeAlias = Any


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


@dataclass(frozen=True)
class Page:
    """A page, parsed.

    `visible` is the text without front matter, code blocks, comments and the raw HTML in which
    Markdown is not rendered; `prose` lacks inline code as well. Spaces stand in place of what they
    lack. `raw` is that HTML. `destinations` are those of links and images, and of the definitions
    that a reference uses.
    """

    text: str
    outline: tuple[HeadingLine, ...]
    blocks: tuple[Block, ...]
    destinations: tuple[Span, ...]
    comments: tuple[Span, ...]
    raw: tuple[str, ...]
    visible: str
    prose: str

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """The headings in order, with the anchors that the toc extension makes."""
        places = Places("", self.text)
        texts = [split_heading(line.markup) for line in self.outline]
        plain = [plain_text(markup) for markup, _ in texts]
        chosen = [identifier for _, identifier in texts]
        slugs = [slugify(text) for text, given in zip(plain, chosen, strict=True) if given is None]
        numbered = number_duplicates(slugs, [given for given in chosen if given])
        return tuple(
            Heading(
                line.level,
                text,
                next(numbered) if given is None else given,
                places.line(line.start),
                line.start,
                line.end,
            )
            for line, text, given in zip(self.outline, plain, chosen, strict=True)
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but front matter, comments and blanks."""
        text = blank(self.text, list(self.comments)) if self.comments else self.text
        return not text[end_of_front_matter(text) :].strip()


def parse(text: str) -> Page:
    """Parse a page with line ends of any kind. The time is linear in its length."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    rewritten = to_commonmark(text)
    reader = _Reader(text, rewritten.text)
    reader.read()
    raw = rewritten.raw
    comments = [
        Span(*found.span())
        for span in [*raw, *reader.html]
        if text.startswith("<!--", span.start)
        for found in _COMMENT.finditer(text, *span)
    ]
    front = Span(0, end_of_front_matter(text))
    visible = blank(text, sorted([front, *raw, *reader.code_blocks, *comments]))
    return Page(
        text=text,
        outline=tuple(reader.outline),
        blocks=tuple(reader.blocks),
        destinations=tuple(reader.destinations()),
        comments=tuple(sorted(comments)),
        raw=tuple(text[start:end] for start, end in raw),
        visible=visible,
        prose=blank(visible, reader.inline_code),
    )


def split_code(text: str) -> Iterator[tuple[str, bool]]:
    """The lines of a text with LF line ends, each with whether it stands in a code block."""
    blocks = [block for block in parse(text).blocks if block.kind is BlockKind.CODE]
    blocks.reverse()
    position = 0
    for line in text.split("\n"):
        end = position + len(line)
        while blocks and blocks[-1].end <= position:
            blocks.pop()
        yield line, bool(blocks) and blocks[-1].start <= end
        position = end + 1


def without_code(text: str) -> str:
    """The lines of a text that stand in no code block."""
    return "\n".join(line for line, is_code in split_code(text) if not is_code)


class _Reader:
    """Follows the events of the parser over a text as CommonMark."""

    def __init__(self, original: str, text: str) -> None:
        self._original = original
        self._text = text
        self._place = _place_of(text)
        self.blocks: list[Block] = []
        self.outline: list[HeadingLine] = []
        self.code_blocks: list[Span] = []
        self.inline_code: list[Span] = []
        self.html: list[Span] = []
        self._found: list[Span] = []
        self._used: set[str] = set()
        self._links: list[dict[str, Any]] = []
        self._numbers: list[int | None] = []
        self._items: list[bool] = []
        self._is_fresh = False
        self._cells: list[Span] = []
        self._run: Span | None = None
        self._is_leaf = False
        self._last = 0
        self._starts: dict[str, Callable[[_Event, int, int], None]] = {
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
        events: Iterable[tuple[_Event, _Event]] = _PARSER.events_with_range(
            self._text, merge_text=True
        )
        for event, span in events:
            pair: tuple[str, _Event] = (event, None)
            if isinstance(event, dict):
                (pair,) = event.items()
            kind, value = pair
            start, end = span["start"], span["end"]
            if kind == "Start":
                name = value if isinstance(value, str) else next(iter(value))
                if name in _INLINE:
                    self._grow(start, end)
                else:
                    self._flush()
                if handler := self._starts.get(name):
                    handler(value, start, end)
            elif kind == "End":
                self._end(value if isinstance(value, str) else next(iter(value)), end)
            elif kind == "Rule":
                self._flush()
                self._add(BlockKind.RULE, self._span(start, end))
            else:
                self._inline(kind, start, end)
        self._flush()

    def destinations(self) -> Iterator[Span]:
        """Where destinations stand, in order."""
        found = self._found
        if self._used:
            for name, definition in _PARSER.reference_definitions(self._text).items():
                if _fold_label(name) in self._used:
                    found.append(self._defined(definition["span"]))
        yield from sorted(found)

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
        self.blocks.append(
            Block(
                kind,
                span.start,
                span.end,
                len(self._items),
                self._is_fresh,
                number,
                cells,
                is_header,
            )
        )
        self._is_fresh = False

    def _flush(self) -> None:
        """End the text that stands in an item without being a paragraph."""
        if self._run:
            self._add(BlockKind.TEXT, self._span(*self._run))
            self._run = None

    def _grow(self, start: int, end: int) -> None:
        self._last = end
        if not self._is_leaf:
            run = self._run or Span(start, end)
            self._run = Span(run.start, max(run.end, end))

    def _start_link(self, opened: _Event, start: int, end: int) -> None:
        ((kind, value),) = opened.items()
        self._links.append({"end": end, **value})
        self._last = start + (2 if kind == "Image" else 1)

    def _start_heading(self, opened: _Event, start: int, end: int) -> None:
        self._heading(_LEVELS[opened["Heading"]["level"]], self._span(start, end))
        self._is_leaf = True

    def _start_list(self, opened: _Event, _start: int, _end: int) -> None:
        first = opened["List"]
        self._numbers.append(None if first is None else first - 1)

    def _start_item(self, _opened: _Event, start: int, _end: int) -> None:
        self._items.append(self._original[self._place(start)] not in "!?=:")
        self._is_fresh = True
        if (number := self._numbers[-1]) is not None:
            self._numbers[-1] = number + 1

    def _start_code(self, _opened: _Event, start: int, end: int) -> None:
        span = self._span(start, end)
        self.code_blocks.append(Span(self._line_start(span.start), span.end))
        self._start_leaf(BlockKind.CODE, span)

    def _start_paragraph(self, _opened: _Event, start: int, end: int) -> None:
        self._start_leaf(BlockKind.TEXT, self._span(start, end))

    def _start_leaf(self, kind: BlockKind, span: Span) -> None:
        self._add(kind, span)
        self._is_leaf = True

    def _start_row(self, _opened: _Event, _start: int, _end: int) -> None:
        self._cells = []
        self._is_leaf = True

    def _start_cell(self, _opened: _Event, start: int, end: int) -> None:
        self._cells.append(self._span(start, end))

    def _start_html(self, _opened: _Event, start: int, end: int) -> None:
        self.html.append(self._span(start, end))
        self._is_leaf = True

    def _end(self, kind: str, end: int) -> None:
        if kind in _INLINE:
            if kind in ("Link", "Image"):
                self._link(self._links.pop())
            self._last = end
        if kind in _INLINE or kind == "TableCell":
            return
        self._flush()
        if kind == "Item":
            self._items.pop()
            self._is_fresh = False
        elif kind == "List":
            self._numbers.pop()
        elif kind in ("TableHead", "TableRow") and self._cells:
            span = Span(self._cells[0].start, self._cells[-1].end)
            self._add(BlockKind.ROW, span, tuple(self._cells), is_header=kind == "TableHead")
        self._is_leaf = False

    def _inline(self, kind: str, start: int, end: int) -> None:
        if kind == "Code":
            span = self._span(start, end)
            code = self._text[span.start : span.end]
            ticks = len(code) - len(code.lstrip("`"))
            self.inline_code.append(Span(span.start + ticks, span.end - ticks))
        elif kind == "InlineHtml":
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

    def _link(self, link: dict[str, Any]) -> None:
        kind = link["link_type"]
        if kind in _IS_WEB:
            return
        if kind != "Inline":
            self._used.add(_fold_label(link["id"]))
            return
        end = self._place(link["end"])
        found = _DESTINATION.match(self._text, self._place(self._last), end)
        if found:
            group = "bare" if found["angled"] is None else "angled"
            self._found.append(Span(*found.span(group)))

    def _defined(self, span: _Event) -> Span:
        start, end = self._place(span["start"]), self._place(span["end"])
        found = _DEFINED.match(self._text, start, end)
        if found is None:
            return Span(start, start)
        return Span(*found.span("bare" if found["angled"] is None else "angled"))


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
