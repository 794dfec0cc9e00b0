"""The Markdown scan: headings, links, plan references and task ids, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from mkdocs_plantrace.folding import fold
from mkdocs_plantrace.model import DocumentKind, Heading, Scan, Story, Text
from mkdocs_plantrace.reading import anchors
from mkdocs_plantrace.reading.code import mask
from mkdocs_plantrace.reading.entries import read_story
from mkdocs_plantrace.reading.filling import read_filling
from mkdocs_plantrace.reading.ids import TaskIds
from mkdocs_plantrace.reading.places import Places
from mkdocs_plantrace.reading.queries import read_queries
from mkdocs_plantrace.reading.written_ids import split_heading, written_ids

# These patterns start with a plain character, though what they find starts with its line: `re`
# leaps from one such character to the next, but tries `^` everywhere.
_ATX = re.compile(r"(?P<marks>#(?<![^\n \t>]#)#{0,5})(?P<text>[^\n]*)")
_ATX_INDENT = re.compile(
    r"(?: {4}|\t)*+(?: {0,3}(?:>[ ]?|(?:[-*+]|\d{1,9}\.)[ ]+|\[\^[^\[\]\n]{1,100}\]:[ ]*)){0,20}"
)
_BLOCK = re.compile(r"!!!|\?\?\?|===|\[\^[^\[\]\n]{1,100}\]:")
_LONGEST_PARAGRAPH = 30
_UNDERLINE = re.compile(r"\n(?P<mark>=|-)(?P=mark)*+[ ]*+$", re.MULTILINE)
_ASSEMBLY = ("--8<--", "{%", "{!", "\n::: ")
"""What extensions and plugins in common use replace by text from elsewhere."""
_RECORDS = (DocumentKind.PLAN, DocumentKind.LOG)
_ERROR_LINE = re.compile(
    r"^[ \t>]*+(?:[-*+][ \t]++)?[*_]{0,2}[Ee]rror(?:[*_]{0,2}:|:[*_]{1,2})[ \t]*+(\S[^\n]{0,2000})",
    re.MULTILINE,
)
_WHOLLY_CODE = re.compile(r"(`{1,9}+) ?+(.*?) ?\1")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\n]{1,100}\]")
_EMOJI = re.compile(r":[\w+-]{1,100}:")
_LONGEST_HEADING = 500
_LONGEST_LABEL = 1000
_OPENING = re.compile(r"\\.|\[", re.DOTALL)
_PLAIN_OPENING = re.compile(r"\[")
_BRACKET = re.compile(r"\\.|\[|\]|\n[ \t]*\n", re.DOTALL)
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
_PLAN_START = re.compile(r"[ \t>]*(?:[-*+][ \t]+)?[*_]{0,2}(?:implementation[ _-])?", re.IGNORECASE)
_PLAN = re.compile(
    r"[Pp](?i:lan(?:[ _-](?:reference|path|file))?)"
    r"[*_]{0,2}[ \t]*:[*_]{0,2}[ \t]*(?P<value>\S[^\n]*)"
)
_PLAN_PATH = re.compile(
    r"[`*_\"'(<@]*+((?![A-Za-z][\w+.-]*:)[^\s`\"'<>]+?\.md(?:#[^\s`\"'<>*]*?)?)"
    r"[`*_\"')>.,;]*(?:<br ?/?>|\{[^{}]*\})?",
    re.IGNORECASE,
)
_PATH_END = re.compile(r"\.(?i:md|ya?ml)(?![\w./+@~-])")
_PATH = re.compile(r"(?<![\w./+@~-])[\w./+@~-]++\Z")


class _Line(NamedTuple):
    """A heading line from `start` up to `end`; `markup` is what stands between the marks."""

    start: int
    end: int
    level: int
    markup: str


def scan(
    path: str,
    text: str,
    ids: TaskIds,
    kind: DocumentKind = DocumentKind.PAGE,
    labels: Mapping[str, str] = MappingProxyType({}),
) -> Scan:
    """Read one page. Line ends may be of any kind; the time is linear in the length.

    `path` only names the file in the places. In plans and logs, errors are told below `labels`:
    folded labels and the names of their fields.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    page = mask(text)
    visible, prose = page.visible, page.prose
    places = Places(path, text)
    underlined = list(_setext(visible))
    outline = sorted([*_atx(visible), *underlined])
    named = ids.named(text)
    headings = _headings(outline, places)
    first = outline[0] if outline else None
    return Scan(
        title=next((heading.text for heading in headings if heading.level == 1), ""),
        title_location=places.at(first.start, first.end) if first else None,
        headings=tuple([heading.text for heading in headings]),
        anchors=frozenset(
            [
                *(heading.anchor for heading in headings),
                *_other_slugs(outline),
                *written_ids(page),
            ]
        ),
        links=tuple(_links(prose, text, places)),
        plan_references=tuple(_plan_references(visible, places)),
        paths=tuple(
            Text(value=visible[start:end], location=places.at(start, end))
            for start, end in _paths(visible)
        ),
        mentions=tuple(_mentions(visible, ids, named, places)),
        named=named,
        is_assembled=visible.startswith("::: ") or any(sign in visible for sign in _ASSEMBLY),
        filling=read_filling(text, page, [(line.start, line.level) for line in underlined], places),
        story=_story(path, text, visible, headings, kind, labels),
        words=_words(text) if kind is DocumentKind.TROUBLESHOOTING else frozenset(),
        queries=tuple(read_queries(text, page, places)),
    )


def _story(
    path: str,
    text: str,
    visible: str,
    headings: list[Heading],
    kind: DocumentKind,
    labels: Mapping[str, str],
) -> Story | None:
    if kind not in _RECORDS:
        return None
    is_plan = kind is DocumentKind.PLAN
    return read_story(path, text, visible, headings, labels, is_plan=is_plan)


def _words(text: str) -> frozenset[str]:
    """All words, and the errors that `Error:` lines name, as they are and folded."""
    named = [match[1].strip() for match in _ERROR_LINE.finditer(text)]
    texts = {form for name in named for form in (name, name.strip("`*_ "))}
    texts.update(code[2] for name in named if (code := _WHOLLY_CODE.fullmatch(name)))
    words = (word.strip("`*_.,;:!?()[]<>\"'#") for word in text.split())
    return frozenset([*words, *texts, *map(fold, texts)])


def read_headings(text: str) -> list[Heading]:
    """The headings of a page with LF line ends, in order."""
    visible = mask(text).visible
    return _headings(sorted([*_atx(visible), *_setext(visible)]), Places("", text))


def _headings(outline: list[_Line], places: Places) -> list[Heading]:
    texts = [split_heading(line.markup) for line in outline]
    plain = [anchors.plain_text(markup) for markup, _ in texts]
    chosen = [identifier for _, identifier in texts]
    slugs = [
        anchors.slugify(text) for text, given in zip(plain, chosen, strict=True) if given is None
    ]
    numbered = anchors.number_duplicates(slugs, [given for given in chosen if given])
    return [
        Heading(
            line.level,
            text,
            next(numbered) if given is None else given,
            places.line(line.start),
            line.start,
            line.end,
        )
        for line, text, given in zip(outline, plain, chosen, strict=True)
    ]


def _other_slugs(outline: list[_Line]) -> Iterator[str]:
    """The anchors that headings get where attribute lists are words, or marks are none."""
    texts = [line.markup for line in outline]
    readings = [texts] if any(text.endswith("}") for text in texts) else []
    split = [split_heading(text)[0] for text in texts]
    whole = "\n".join(split)
    readings.extend(
        [sign.sub("", text) for text in split] for sign in (_FOOTNOTE, _EMOJI) if sign.search(whole)
    )
    for reading in readings:
        slugs = [anchors.slugify(anchors.plain_text(text)) for text in reading]
        yield from anchors.number_duplicates(slugs, ())


def _atx(visible: str) -> Iterator[_Line]:
    """Lines that start with `#`, also behind marks of quotes and lists, or indented in blocks."""
    for match in _ATX.finditer(visible):
        start = match.start()
        if visible[start - 1 : start] in ("", "\n") or _opens_block(visible, start):
            markup = match["text"][:_LONGEST_HEADING].strip(" \t").rstrip("#").rstrip(" \t")
            yield _Line(start, match.end(), len(match["marks"]), markup)


def _opens_block(visible: str, start: int) -> bool:
    """Whether a heading can stand at `start`, behind marks of quotes and lists or indented."""
    line = visible.rfind("\n", 0, start) + 1
    if not _ATX_INDENT.fullmatch(visible, line, start):
        return False
    if visible[line] not in " \t" or visible.endswith("\n\n", 0, line):
        return True
    if visible[line:start].strip():
        return True
    return _is_in_block(visible, line, start - line)


def _is_in_block(visible: str, line: int, indent: int) -> bool:
    """Whether a block that holds indented text starts in one of the lines before, or at a gap."""
    for _ in range(_LONGEST_PARAGRAPH):
        end = line - 1
        line = visible.rfind("\n", 0, max(end, 0)) + 1
        above = visible[line : min(line + _LONGEST_HEADING, max(end, line))]
        words = above.lstrip()
        if not words:
            return line > 0
        if len(above) - len(words) < indent:
            return _BLOCK.match(words) is not None
    return False


def _setext(visible: str) -> Iterator[_Line]:
    """A line with `===` or `---` below it, at the start of a block."""
    for underline in _UNDERLINE.finditer(visible):
        end = underline.start()
        start = visible.rfind("\n", 0, end) + 1
        before = visible[visible.rfind("\n", 0, max(start - 1, 0)) + 1 : max(start - 1, 0)]
        markup = visible[start : start + _LONGEST_HEADING].partition("\n")[0].strip()
        if end > 0 and markup and not markup.startswith("#") and _ends_block(before):
            yield _Line(start, end, 1 if underline["mark"] == "=" else 2, markup)


def _ends_block(line: str) -> bool:
    return not line.strip() or line.startswith("#")


def _links(prose: str, text: str, places: Places) -> Iterator[Text]:
    used: set[str] = set()
    inline = list(_inline_links(prose, used))
    if not inline and not used:
        return
    defined = [
        (match.start(group), match.end(group))
        for match in (_DEFINITION.finditer(prose) if "]:" in prose else ())
        if _fold_label(match[1]) in used
        for group in ((2,) if match[2] else (3,))
    ]
    for start, end in sorted([*inline, *defined]):
        yield Text(value=text[start:end], location=places.at(start, end))


def _inline_links(prose: str, used: set[str]) -> Iterator[tuple[int, int]]:
    """Where destinations stand; the labels that references use are added to `used`."""
    opened: list[int] = []
    position = 0
    opening = _OPENING if "\\" in prose else _PLAIN_OPENING
    while token := (_BRACKET if opened else opening).search(prose, position):
        position = token.end()
        mark = prose[token.start()]
        if mark == "\n":
            opened.clear()
            position -= 1
        elif mark == "[":
            opened.append(position)
        elif mark == "]":
            start = opened.pop()
            destination = _destination(prose, position)
            if destination is not None:
                yield destination[:2]
                position = destination[2]
            elif not prose.startswith(":", position):
                label = _LABEL.match(prose, position)
                own = prose[start : min(token.start(), start + _LONGEST_LABEL)]
                name = (label and label[1]) or own
                if "[" not in name:  # no definition has a label with brackets
                    used.add(_fold_label(name))


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
    for line in _PLAN.finditer(visible):
        line_start = visible.rfind("\n", 0, line.start()) + 1
        if not _PLAN_START.fullmatch(visible, line_start, line.start()):
            continue
        path = _PLAN_PATH.fullmatch(line["value"].rstrip())
        if path and "](" not in line["value"]:
            start = line.start("value")
            where = places.at(start + path.start(1), start + path.end(1))
            yield Text(value=path[1], location=where)


def _paths(visible: str) -> Iterator[tuple[int, int]]:
    """Where names of Markdown and YAML files stand, found by their ends."""
    position = 0
    for suffix in _PATH_END.finditer(visible):
        end = suffix.end()
        position = max(position, visible.rfind(" ", position, end) + 1)
        position = max(position, visible.rfind("\n", position, end) + 1)
        if path := _PATH.search(visible, position, end):
            yield path.start(), end
        position = end


def _mentions(visible: str, ids: TaskIds, named: frozenset[str], places: Places) -> Iterator[Text]:
    """The first mention of each id; only what is `named` can be mentioned."""
    left = set(named & ids.linkable)
    mentions = ids.mentions(visible)
    while left and (mention := next(mentions, None)):
        start, end, task = mention
        if task in left:
            left.remove(task)
            yield Text(value=task, location=places.at(start, end))
