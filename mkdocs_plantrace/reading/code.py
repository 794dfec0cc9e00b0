"""Blanks out what is not prose in Markdown, keeping every other character at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from yaml.nodes import MappingNode

from mkdocs_plantrace.reading import yaml_nodes

_FRONT_MATTER = re.compile(r"\A-{3}[ \t]*\n((?:.*\n)*?)(?:-{3}|\.{3})[ \t]*(?:\n|\Z)")
_FENCE = re.compile(r"(?P<run>```+|~~~+)(?P<info>.*)")
_BEFORE_FENCE = re.compile(r"[ \t]*+(?:>[ \t]*+)*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]++)?")
# What may hold indented text: list items, and the admonitions, tabs, footnotes and definitions
# of extensions in common use.
_LIST_ITEM = re.compile(
    r"(?:[-*+]|\d{1,9}[.)]|!!!|\?\?\?\+?|===[!+]?|:)[ \t]|\[\^[^\[\]\n]{1,100}\]:"
)
_BLOCKS = (
    "address|article|aside|blockquote|center|details|dl|div|fieldset|figcaption|figure|footer|"
    "form|h[1-6]|header|hgroup|main|menu|nav|ol|p|section|summary|table|ul"
)
_LINE_START = "|".join(rf"(?<= {{{n}}}<)(?<![^\n] {{{n}}}<)" for n in range(4))
"""Behind a `<` that has at most three spaces before it in its line."""
# Every branch starts with a plain character: only then does `re` leap from one to the next.
_TOKEN = re.compile(
    # A run of backticks, with its code if that ends in the same line.
    r"`(?P<ticks>`*+)(?P<code>[^`\n]++`(?P=ticks)(?!`))?|<!--|"
    # Markdown inside these is not processed; inside blocks neither, unless they ask for it.
    rf"<(?:(?=(?:pre|script|style|textarea)\b)|(?:{_LINE_START})(?=(?:{_BLOCKS})\b)"
    r"(?![^<>\n]{0,500}\bmarkdown\b(?!=[\"']?0)))(?P<tag>\w+)\b",
    re.IGNORECASE,
)
_INDENTED = re.compile(r"\n(?: {4}|\t)[ \t]*+[^ \t\n]")
_TICKS = re.compile(r"`+")
_GAP = re.compile(r"\n[ \t]*+\n")


class Span(NamedTuple):
    """Characters from `start` up to `end`."""

    start: int
    end: int


class Masked(NamedTuple):
    """Two views of a text, both as long as the text, lines in place, and its raw HTML.

    `visible` lacks front matter, code blocks, comments and the elements in `raw`, in which
    Markdown is not processed; `prose` lacks inline code as well. `comments` are in `raw`, too.
    """

    visible: str
    prose: str
    raw: tuple[str, ...]
    comments: tuple[Span, ...]


def mask(text: str) -> Masked:
    """Blank out what is not prose. `text` has LF line ends; the time is linear in its length."""
    if front := _end_of_front_matter(text):
        text = _blank(text, [Span(0, front)])
    if "```" in text or "~~~" in text:
        text = _blank(text, list(_fences(text)))
    if text.startswith(("    ", "\t")) or _INDENTED.search(text):
        text = _blank(text, list(_indented_code(text)))
    hidden, code = _inline(text)
    visible = _blank(text, hidden)
    raw = tuple(text[start:end] for start, end in hidden)
    comments = tuple(span for span in hidden if text.startswith("<!--", span.start))
    return Masked(visible, _blank(visible, code), raw, comments)


def split_code(text: str) -> Iterator[tuple[str, bool]]:
    """The lines of a text, each with whether it is fenced code or one of its fences."""
    position = 0
    spans = list(_fences(text)) if "```" in text or "~~~" in text else []
    for line in text.split("\n"):
        while spans and spans[0].end < position:
            spans.pop(0)
        yield line, bool(spans) and spans[0].start <= position
        position += len(line) + 1


def without_code(text: str) -> str:
    """The lines of a text that are not fenced code."""
    if "```" not in text and "~~~" not in text:
        return text
    return "\n".join(line for line, is_code in split_code(text) if not is_code)


def without_front_matter(text: str) -> str:
    """What MkDocs takes for the page itself."""
    return text[_end_of_front_matter(text) :]


def _end_of_front_matter(text: str) -> int:
    front = _FRONT_MATTER.match(text)
    return front.end() if front and _is_mapping(front[1]) else 0


def _is_mapping(text: str) -> bool:
    """Whether MkDocs takes the text for front matter; two rules are no front matter."""
    try:
        return isinstance(yaml_nodes.compose(text), MappingNode)
    except yaml_nodes.UnreadableError:
        return False


def _blank(text: str, spans: list[Span]) -> str:
    if not spans:
        return text
    parts = []
    position = 0
    for start, end in spans:
        parts.append(text[position:start])
        if text.find("\n", start, end) == -1:
            parts.append(" " * (end - start))
        else:
            lines = text[start:end].split("\n")
            parts.append("\n".join([" " * len(line) for line in lines]))
        position = end
    parts.append(text[position:])
    return "".join(parts)


def _fences(text: str) -> Iterator[Span]:
    """Fenced code. A fence that is never closed is text, as it is to Python-Markdown."""
    lines = [match for match in _FENCE.finditer(text) if _may_be_fence(text, match.start())]
    unclosed: dict[str, int] = {}
    index = 0
    while index < len(lines):
        opening = lines[index]
        index += 1
        run = opening["run"]
        if run[0] == "`" and "`" in opening["info"]:
            continue
        if len(run) >= unclosed.get(run[0], len(run) + 1):
            continue
        closing = _closing(lines, index, run)
        if closing is None:
            unclosed[run[0]] = len(run)
            continue
        yield Span(_line_start(text, opening.start()), lines[closing].end())
        index = closing + 1


def _may_be_fence(text: str, start: int) -> bool:
    return _BEFORE_FENCE.fullmatch(text, _line_start(text, start), start) is not None


def _line_start(text: str, position: int) -> int:
    return text.rfind("\n", 0, position) + 1


def _closing(lines: list[re.Match[str]], index: int, run: str) -> int | None:
    for later in range(index, len(lines)):
        other = lines[later]["run"]
        if other[0] == run[0] and len(other) >= len(run) and not lines[later]["info"].strip():
            return later
    return None


def _indented_code(text: str) -> Iterator[Span]:
    """Lines indented by four or more after a blank line; deeper inside list items."""
    position = 0
    depth = 0
    after_blank = True
    in_code = False
    for line in text.split("\n"):
        words = line.lstrip(" \t")
        indent = len(line) - len(words)
        if "\t" in line:
            indent = len(line[:indent].expandtabs(4))
        start, position = position, position + len(line) + 1
        if not words:
            after_blank = True
            continue
        in_code = indent >= 4 * (depth + 1) and (after_blank or in_code)
        if in_code:
            yield Span(start, start + len(line))
        elif _LIST_ITEM.match(words):
            depth = indent // 4 + 1
        elif after_blank:
            depth = min(depth, indent // 4)
        after_blank = False


def _inline(text: str) -> tuple[list[Span], list[Span]]:
    """Comments and raw blocks, and the contents of inline code, each in order."""
    hidden: list[Span] = []
    code: list[Span] = []
    unclosed_tags: set[str] = set()
    unmatched: dict[int, int] = {}
    position = paragraph_end = 0
    while token := _TOKEN.search(text, position):
        position = token.end()
        ticks = token.end("ticks")
        if ticks != -1 and _is_escaped(text, token.start()):
            position = ticks
        elif token["code"]:
            code.append(Span(ticks, position - (ticks - token.start())))
        elif ticks != -1:
            if ticks > paragraph_end:
                gap = _GAP.search(text, ticks)
                paragraph_end = gap.start() if gap else len(text)
            end = _end_of_code(text, token, paragraph_end, unmatched)
            if end is not None:
                code.append(Span(ticks, end - (ticks - token.start())))
                position = end
        else:
            tag = (token["tag"] or "").lower()
            end = None if tag in unclosed_tags else _end_of_raw(text, position, tag)
            if end is None:
                unclosed_tags.add(tag)
            else:
                position = end
                hidden.append(Span(token.start(), end))
    return hidden, code


def _end_of_raw(text: str, position: int, tag: str) -> int | None:
    """Where a comment (tag '') or a raw element that was opened before `position` ends."""
    if not tag:
        end = text.find("-->", position)
        return None if end == -1 else end + len("-->")
    depth = 1
    for match in re.compile(rf"<(/?){tag}\b", re.IGNORECASE).finditer(text, position):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.end()
    return None


def _is_escaped(text: str, position: int) -> bool:
    before = position
    while before and text[before - 1] == "\\":
        before -= 1
    return (position - before) % 2 == 1


def _end_of_code(
    text: str, token: re.Match[str], limit: int, unmatched: dict[int, int]
) -> int | None:
    """The end of the run of backticks before `limit` that closes the one in `token`.

    `unmatched` remembers, per length of a run, up to where none of that length was found.
    """
    wanted = token.end() - token.start()
    if token.end() < unmatched.get(wanted, 0):
        return None
    for run in _TICKS.finditer(text, token.end(), limit):
        if len(run.group()) == wanted:
            return run.end()
    unmatched[wanted] = limit
    return None
