"""Python-Markdown's own block syntax, rewritten as CommonMark of the same length.

MkDocs renders pages with Python-Markdown, which differs from CommonMark for some blocks. These are
overwritten in place, so that one CommonMark parser can read the page and all offsets remain valid:

- front matter, and raw HTML in which Markdown is not rendered, become spaces;
- a fence that is never closed is text;
- `!!! note`, `??? note`, `=== "Tab"` and `: definition` have indented content: they become items
  of a list;
- `#Heading` needs no space after its marks, and may have more than six;
- a tag that does not begin raw HTML, and a comment, do not hide the rest of their paragraph;
- a destination may have spaces, and inline code in a table may have pipes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from yaml.nodes import MappingNode

from mkdocs_plantrace.parsing.yaml import yaml_nodes

ITEM = r"(?:[-*+]|\d{1,9}[.)])[ \t]++"
"""The marker of a list item."""
LINE_START = rf"[ \t>]*+(?:{ITEM})?+(?:\[[ xX]?\][ \t]++)?+"
"""Quote marks, a marker and a check box at the start of a line."""
MARKERS = rf"(?:[ \t>]*+{ITEM})*+{LINE_START}"
"""The same with the markers of nested items."""

_FRONT_MATTER = re.compile(r"\A-{3}[ \t]*\n((?:.*\n)*?)(?:-{3}|\.{3})[ \t]*(?:\n|\Z)")
_BLOCKS = (
    "address|article|aside|blockquote|body|canvas|center|colgroup|dd|details|div|dl|dt|fieldset|"
    "figcaption|figure|footer|form|group|h[1-6]|header|hgroup|html|iframe|legend|li|main|map|math|"
    "menu|nav|noscript|object|ol|option|output|p|pre|progress|script|section|style|summary|table|"
    "tbody|td|textarea|tfoot|th|thead|tr|ul|video"
)
"""The elements with raw HTML, as in `markdown.core.Markdown.block_level_elements`."""
_OPENER = re.compile(
    r"`(?P<ticks>`*+)(?P<code>[^`\n]++`(?P=ticks)(?!`))?"
    r"|~(?<=[ \t\n>~]~)~~++"
    r"|<(?:(?<=\n<)|(?<=\n <)|(?<=\n  <)|(?<=\n   <))(?:!--|/?(?P<tag>[A-Za-z][\w-]*+)"
    r"(?P<rest>[^<>\n]{0,2000}))"
)
"""A possible start of a block that differs from CommonMark."""
_FENCE = re.compile(rf"[ \t>]*+(?:{ITEM})?+(?P<run>```+|~~~+)(?P<info>.*)")
_ASKS_FOR_MARKDOWN = re.compile(r"\bmarkdown\b(?!=[\"']?0)")
_BOX = re.compile(
    r"(?m)^(?P<indent>[ \t]*+)(?:(?P<short>!!!|\?\?\?|===|:)(?P<space>[ \t]++)(?=\S)"
    r"|(?P<long>(?:\?\?\?|===)[+!])[ \t](?=\S))"
)
_HEADING = re.compile(r"#(?<![^\s>]#)(?:#{0,4}(?!#)|#{5})[^\s`\[!]")
_BEFORE_HEADING = re.compile(r"(?: {4}|\t|> ?)*+(?:(?:[-*+]|\d{1,9}\.)[ \t]{1,4})?")
_LONGEST_BEFORE_HEADING = 100
_LOOSE_DESTINATION = re.compile(r"\]\([ \t]*+(?P<words>[^\s()<>]++[ \t]++(?![\"'(\s])[^()\n]*+)\)")
_TITLE = re.compile(r"(?<![ \t])[ \t]++(?:\"[^\"]*\"|'[^']*')[ \t]*\Z")
_CODE_WITH_PIPE = re.compile(r"`(?:[^`\n]++|`[^`\n]++`)`")
_NO_LINE_END = re.compile(r"[^\n]")


class Span(NamedTuple):
    """Characters from `start` up to `end`."""

    start: int
    end: int


def to_commonmark(text: str) -> tuple[str, list[Span]]:
    """Rewrite a text with LF line ends, in linear time.

    Also return the raw HTML and the comments that are overwritten, in order.
    """
    front = end_of_front_matter(text)
    if front:
        text = blank(text, [Span(0, front)])
    text, raw = _rewrite_blocks(text)
    if "!!! " in text or "??" in text or "===" in text or "\n:" in text:
        text = _BOX.sub(_rewrite_box, text)
    text = _HEADING.sub(_rewrite_heading, text)
    if "](" in text:
        text = _LOOSE_DESTINATION.sub(_rewrite_destination, text)
    if "`" in text and "|" in text:
        text = _CODE_WITH_PIPE.sub(lambda code: code[0].replace("|", "_"), text)
    return text, raw


@lru_cache(maxsize=2)  # several readers ask for one page
def end_of_front_matter(text: str) -> int:
    """Return the end of front matter that is a YAML mapping, as in MkDocs, or 0."""
    front = _FRONT_MATTER.match(text)
    if front is None:
        return 0
    try:
        is_mapping = isinstance(yaml_nodes.compose(front[1]), MappingNode)
    except yaml_nodes.UnreadableError:
        return 0
    return front.end() if is_mapping else 0


def blank(text: str, spans: Iterable[Span]) -> str:
    """Replace the characters of sorted spans by spaces, except line ends."""
    parts = []
    position = 0
    for start, end in spans:
        parts.append(text[position:start])
        hidden = text[max(start, position) : end]
        parts.append(_NO_LINE_END.sub(" ", hidden) if "\n" in hidden else " " * len(hidden))
        position = max(position, end)
    parts.append(text[position:])
    return "".join(parts)


def _rewrite_blocks(text: str) -> tuple[str, list[Span]]:
    """Blank fences without an end, raw HTML and tags, in one pass from the top."""
    page = f"\n{text}"  # every line has a line end before it
    raw: list[Span] = []
    marks: list[Span] = []
    unclosed: dict[str, int] = {}
    last_comment = page.rfind("-->")
    position = 0
    while opener := _OPENER.search(page, position):
        start, position = opener.span()
        if page[start] != "<":
            if not opener["code"]:
                position = _end_of_fence(page, start, unclosed, marks) or position
            continue
        is_open = opener["tag"] is None and position > last_comment
        end = None if is_open else _end_of_raw(page, opener)
        if end is None:
            marks.append(Span(start - 1, start))
        else:
            raw.append(Span(start - 1, end - 1))
            position = end
    return _separate_lines(blank(text, sorted([*raw, *marks])), raw), raw


def _separate_lines(text: str, raw: list[Span]) -> str:
    """Put a dot before words after raw HTML, so that they are not indented."""
    parts = []
    position = 0
    for start, end in raw:
        line = max(start, text.rfind("\n", start, end) + 1)
        if text[end : end + 1] not in ("", "\n") and line < end:
            parts += [text[position:line], "."]
            position = line + 1
    return "".join([*parts, text[position:]])


def _end_of_fence(page: str, start: int, unclosed: dict[str, int], marks: list[Span]) -> int | None:
    """Find the end of fenced code; a fence without end is added to `marks`."""
    line = page.rfind("\n", 0, start) + 1
    fence = _FENCE.match(page, line)
    if fence is None or fence.start("run") != start:
        return None
    run = fence["run"]
    if run[0] == "`" and "`" in fence["info"]:
        return None
    shortest = unclosed.get(run[0])
    if shortest is None or len(run) < shortest:
        closing = re.compile(rf"(?m)^[ \t>]*+{re.escape(run[0])}{{{len(run)},}}+[ \t]*+$").search(
            page, fence.end()
        )
        if closing:
            return closing.end()
        unclosed[run[0]] = len(run)
    marks.append(Span(start - 1, fence.end("run") - 1))
    return fence.end("run")


def _end_of_raw(page: str, opener: re.Match[str]) -> int | None:
    """Find the end of raw HTML or a comment; None for tags with Markdown inside."""
    tag = opener["tag"]
    if tag is None:
        return page.find("-->", opener.end()) + len("-->")
    is_block = re.fullmatch(_BLOCKS, tag, re.IGNORECASE) is not None
    is_end = page.startswith("</", opener.start())
    if is_end or not is_block or _ASKS_FOR_MARKDOWN.search(opener["rest"]):
        return None
    depth = 1
    for other in re.compile(rf"<(/?){tag}\b[^<>]*>?", re.IGNORECASE).finditer(page, opener.end()):
        depth += -1 if other[1] else 1
        if depth == 0:
            return other.end()
    return len(page)


def _rewrite_box(box: re.Match[str]) -> str:
    """Rewrite the start as that of an item, with text at the fourth column or before."""
    if box["long"]:
        return f"{box['indent']}-   ."
    width = len(box["short"] + box["space"])
    return f"{box['indent']}-{' ' * min(width - 1, 3)}{'.' * (width - 4)}"


def _rewrite_heading(heading: re.Match[str]) -> str:
    """Replace the character after the marks of a heading by a space."""
    text, start = heading.string, heading.start()
    nearest = max(0, start - _LONGEST_BEFORE_HEADING)
    line = max(nearest, text.rfind("\n", nearest, start) + 1)
    return f"{heading[0][:-1]} " if _BEFORE_HEADING.fullmatch(text, line, start) else heading[0]


def _rewrite_destination(link: re.Match[str]) -> str:
    words = link["words"].rstrip()
    title = _TITLE.search(words)
    end = link.start("words") + (title.start() if title else len(words)) - link.start()
    begin = link.start("words") - link.start()
    text = link[0]
    return text[:begin] + re.sub(r"[ \t]", "_", text[begin:end]) + text[end:]
