"""The Markdown scan: headings, links, plan references and task ids, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mkdocs_plantrace.model import Heading, Scan, Text
from mkdocs_plantrace.reading import anchors
from mkdocs_plantrace.reading.code import mask
from mkdocs_plantrace.reading.filling import read_filling
from mkdocs_plantrace.reading.ids import TaskIds
from mkdocs_plantrace.reading.places import Places
from mkdocs_plantrace.reading.written_ids import split_heading, written_ids

_ATX = re.compile(r"^(?P<indent>(?: {4}|\t)*+)(#{1,6})(?P<text>[^\n]*)$", re.MULTILINE)
_UNDERLINE = re.compile(r"^(?:=++|-++)[ ]*+$", re.MULTILINE)
_ASSEMBLY = re.compile(r"--8<--|\{%|\{!|^::: ", re.MULTILINE)
"""What extensions and plugins in common use replace by text from elsewhere."""
_LONGEST_HEADING = 500
_LONGEST_LABEL = 1000
_BRACKET = re.compile(r"\\.|(?P<open>!?\[)|(?P<close>\])|(?P<gap>\n[ \t]*\n)", re.DOTALL)
_DESTINATION = re.compile(
    r"""\(\s*+(?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s()<>"']*(?:\([^\s()]*\)[^\s()]*)*))"""
    r"""(?:\s++(?:"[^"\n]*"|'[^'\n]*'))?\s*+\)"""
)
_LOOSE_DESTINATION = re.compile(r"\(([^()\n]*+)\)")
_LABEL = re.compile(r"[ ]?\[([^\[\]\n]*)\]")
_DEFINITION = re.compile(
    r"^ {0,3}\[(?!\^)([^\[\]\n]+)\]:[ \t]*+\n?[ \t]*+(?:<([^<>\n]+)>|(\S++))"
    r"[ \t]*+(?:\n?[ \t]*+(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\))[ \t]*+)?$",
    re.MULTILINE,
)
_PLAN_LINE = re.compile(
    r"^[ \t>]*(?:[-*+][ \t]+)?[*_]{0,2}(?:implementation[ _-])?plan"
    r"(?:[ _-](?:reference|path|file))?"
    r"[*_]{0,2}[ \t]*:[*_]{0,2}[ \t]*(?P<value>\S[^\n]*)$",
    re.MULTILINE | re.IGNORECASE,
)
_PLAN_PATH = re.compile(
    r"[`*_\"'(<@]*+((?![A-Za-z][\w+.-]*:)[^\s`\"'<>]+?\.md(?:#[^\s`\"'<>*]*?)?)"
    r"[`*_\"')>.,;]*(?:<br ?/?>|\{[^{}]*\})?",
    re.IGNORECASE,
)
_PATH = re.compile(
    r"(?<![\w./+@~-])[\w./+@~-]++(?:(?<=\.md)|(?<=\.yml)|(?<=\.yaml))", re.IGNORECASE
)


class _Line(NamedTuple):
    """A heading line from `start` up to `end`; `markup` is what stands between the marks."""

    start: int
    end: int
    level: int
    markup: str


def scan(path: str, text: str, ids: TaskIds) -> Scan:
    """Read one page. Line ends may be of any kind; the time is linear in the length.

    `path` only names the file in the places.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    page = mask(text)
    visible, prose, _ = page
    places = Places(path, text)
    outline = sorted([*_atx(visible), *_setext(visible)])
    headings = tuple(_headings(outline, places))
    return Scan(
        headings=headings,
        anchors=frozenset(
            [
                *(heading.anchor for heading in headings),
                *_slugs_with_lists(outline),
                *written_ids(page),
            ]
        ),
        links=tuple(_links(prose, text, places)),
        plan_references=tuple(_plan_references(visible, places)),
        paths=tuple(
            Text(value=match.group(), location=places.at(match.start(), match.end()))
            for match in _PATH.finditer(visible)
        ),
        mentions=tuple(_mentions(visible, ids, places)),
        named=ids.named(text),
        is_assembled=_ASSEMBLY.search(visible) is not None,
        filling=read_filling(text, page, places),
    )


def _headings(outline: list[_Line], places: Places) -> Iterator[Heading]:
    texts = [split_heading(line.markup) for line in outline]
    plain = [anchors.plain_text(markup) for markup, _ in texts]
    chosen = [identifier for _, identifier in texts]
    slugs = [
        anchors.slugify(text) for text, given in zip(plain, chosen, strict=True) if given is None
    ]
    numbered = anchors.number_duplicates(slugs, [given for given in chosen if given])
    for line, text, given in zip(outline, plain, chosen, strict=True):
        anchor = next(numbered) if given is None else given
        where = places.at(line.start, line.end)
        yield Heading(level=line.level, text=text, anchor=anchor, location=where)


def _slugs_with_lists(outline: list[_Line]) -> Iterator[str]:
    """The anchors that headings get where attribute lists are not read, but taken for words."""
    if any(line.markup.endswith("}") for line in outline):
        slugs = [anchors.slugify(anchors.plain_text(line.markup)) for line in outline]
        yield from anchors.number_duplicates(slugs, ())


def _atx(visible: str) -> Iterator[_Line]:
    """Lines that start with `#`; indented ones only in list items, at the start of a block."""
    for match in _ATX.finditer(visible):
        if match["indent"] and not visible.endswith("\n\n", 0, match.start()):
            continue
        markup = match["text"][:_LONGEST_HEADING].strip(" \t").rstrip("#").rstrip(" \t")
        yield _Line(match.start(2), match.end(), len(match[2]), markup)


def _setext(visible: str) -> Iterator[_Line]:
    """A line with `===` or `---` below it, at the start of a block."""
    for underline in _UNDERLINE.finditer(visible):
        end = underline.start() - 1
        start = visible.rfind("\n", 0, max(end, 0)) + 1
        before = visible[visible.rfind("\n", 0, max(start - 1, 0)) + 1 : max(start - 1, 0)]
        markup = visible[start : start + _LONGEST_HEADING].partition("\n")[0].strip()
        if end > 0 and markup and not markup.startswith("#") and _ends_block(before):
            yield _Line(start, end, 1 if underline.group()[0] == "=" else 2, markup)


def _ends_block(line: str) -> bool:
    return not line.strip() or line.startswith("#")


def _links(prose: str, text: str, places: Places) -> Iterator[Text]:
    used: set[str] = set()
    inline = list(_inline_links(prose, used))
    defined = [
        (match.start(group), match.end(group))
        for match in _DEFINITION.finditer(prose)
        if _fold_label(match[1]) in used
        for group in ((2,) if match[2] else (3,))
    ]
    for start, end in sorted([*inline, *defined]):
        yield Text(value=text[start:end], location=places.at(start, end))


def _inline_links(prose: str, used: set[str]) -> Iterator[tuple[int, int]]:
    """Where destinations stand; the labels that references use are added to `used`."""
    opened: list[int] = []
    position = 0
    while token := _BRACKET.search(prose, position):
        position = token.end()
        if token["gap"]:
            opened.clear()
            position -= 1
        elif token["open"]:
            opened.append(token.end())
        elif token["close"] and opened:
            start = opened.pop()
            destination = _destination(prose, position)
            if destination is not None:
                yield destination[:2]
                position = destination[2]
            elif not prose.startswith(":", position):
                label = _LABEL.match(prose, position)
                own = prose[start : min(token.start(), start + _LONGEST_LABEL)]
                used.add(_fold_label((label and label[1]) or own))


def _destination(prose: str, position: int) -> tuple[int, int, int] | None:
    """Start and end of the destination in `(…)` at `position`, and where the bracket ends."""
    if not prose.startswith("(", position):
        return None
    match = _DESTINATION.match(prose, position)
    if match:
        group = "angled" if match["angled"] is not None else "bare"
        return match.start(group), match.end(group), match.end()
    match = _LOOSE_DESTINATION.match(prose, position)
    if match is None:
        return None
    start = match.start(1) + len(match[1]) - len(match[1].lstrip())
    return start, start + len(_without_title(match[1].strip())), match.end()


def _without_title(words: str) -> str:
    """A destination with spaces, which Python-Markdown allows, without the title after it."""
    if not words.endswith(('"', "'")):
        return words
    opening = words.find(f" {words[-1]}")
    return words[:opening].rstrip() if opening > 0 else words


def _fold_label(label: str) -> str:
    return " ".join(label.split()).lower()


def _plan_references(visible: str, places: Places) -> Iterator[Text]:
    """The paths of Markdown files that stand alone on a `Plan:` line; links count as links."""
    for line in _PLAN_LINE.finditer(visible):
        path = _PLAN_PATH.fullmatch(line["value"].rstrip())
        if path and "](" not in line["value"]:
            start = line.start("value")
            where = places.at(start + path.start(1), start + path.end(1))
            yield Text(value=path[1], location=where)


def _mentions(visible: str, ids: TaskIds, places: Places) -> Iterator[Text]:
    seen: set[str] = set()
    for start, end, task in ids.mentions(visible):
        if task not in seen:
            seen.add(task)
            yield Text(value=task, location=places.at(start, end))
