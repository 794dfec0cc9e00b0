"""A parsed Markdown page: blocks, headings, destinations, code and comments.

`commonmark` rewrites the syntax of Python-Markdown, and `blocks` reads the result. Offsets count
characters of a text with LF line ends.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from mkdocs_plantrace.model.document import Heading, PageSection
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.markdown.blocks import Block, BlockKind, BlockReader, HeadingLine
from mkdocs_plantrace.parsing.markdown.commonmark import (
    Span,
    blank,
    end_of_front_matter,
    to_commonmark,
)
from mkdocs_plantrace.parsing.markdown.slugs import (
    number_duplicates,
    slugify,
    split_heading,
    strip_markup,
)
from mkdocs_plantrace.utils.lazy_property import cached_property

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A parsed page.

    `visible` is the text with spaces in place of front matter, code blocks, comments and the raw
    HTML in which Markdown is not rendered; in `prose` also in place of inline code. `raw` is that
    HTML. `destinations` are those of links and images, and of the definitions of used references.
    `places` locates offsets of `text`.
    """

    text: str
    places: LineIndex
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
        texts = [split_heading(line.markup) for line in self.outline]
        plain = [strip_markup(markup) for markup, _ in texts]
        chosen = [identifier for _, identifier in texts]
        slugs = [slugify(text) for text, given in zip(plain, chosen, strict=True) if given is None]
        numbered = number_duplicates(slugs, [given for given in chosen if given])
        return tuple(
            Heading(
                line.level,
                sys.intern(text),  # thousands of logs have the same ones
                sys.intern(next(numbered) if given is None else given),
                self.places.line(line.start),
                line.start,
                line.end,
            )
            for line, text, given in zip(self.outline, plain, chosen, strict=True)
        )

    @cached_property
    def uncommented(self) -> str:
        """The text, with spaces in place of comments."""
        return blank(self.text, self.comments) if self.comments else self.text

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but front matter, comments and white space."""
        text = self.uncommented
        return not text[end_of_front_matter(text) :].strip()


def parse_page(text: str, path: str = "") -> Page:
    """Parse a page with any line ends, in linear time; `path` is for locations."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    rewritten, raw = to_commonmark(text)
    reader = BlockReader(text, rewritten)
    reader.read()
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
        places=LineIndex(path, text),
        outline=tuple(reader.outline),
        blocks=tuple(reader.blocks),
        destinations=tuple(reader.destinations),
        comments=tuple(sorted(comments)),
        raw=tuple(text[start:end] for start, end in raw),
        visible=visible,
        prose=blank(visible, reader.inline_code),
    )


def read_sections(page: Page) -> Iterator[PageSection]:
    """Split a page at its headings; blank sections are left out."""
    above: list[Heading] = []
    start = end_of_front_matter(page.text)
    for heading in [*page.headings, None]:
        end = heading.start if heading else len(page.text)
        body = page.text[start:end].rstrip()
        if body:
            yield PageSection(
                line=page.places.line(start),
                end_line=page.places.line(start + len(body) - 1),
                headings=tuple(over.text for over in above),
                anchor=above[-1].anchor if above else None,
                text=body,
            )
        if heading:
            above = [over for over in above if over.level < heading.level]
            above.append(heading)
            start = min(heading.end + 1, len(page.text))


def split_code(text: str) -> Iterator[tuple[str, bool]]:
    """The lines of a text with LF line ends, each with whether it is in a code block."""
    page = parse_page(text)
    code: set[int] = set()
    for block in page.blocks:
        if block.kind is BlockKind.CODE:
            first, last = page.places.line(block.start), page.places.line(block.end - 1)
            code.update(range(first, last + 1))
    for number, line in enumerate(text.split("\n"), start=1):
        yield line, number in code


def strip_code(text: str) -> str:
    return "\n".join(line for line, is_code in split_code(text) if not is_code)
