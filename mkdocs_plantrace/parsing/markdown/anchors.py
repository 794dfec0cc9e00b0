"""The ids of a published page: of headings, and in attribute lists, raw HTML and footnotes."""

import html
import re
from collections.abc import Iterable, Iterator

from mkdocs_plantrace.parsing.markdown.page import Page
from mkdocs_plantrace.parsing.markdown.slugs import (
    ID_IN_LIST,
    number_duplicates,
    slugify,
    split_heading,
    strip_markup,
)

_GLUED = re.compile(r"(?m)^#{1,6}(?=[`!\[])([^\n]{1,500})")
"""Headings without a space before their markup, which only Python-Markdown accepts."""
_TAB = re.compile(
    r"(?m)^[ \t]*(?:===[+!]{0,2}[ \t]+\"([^\"\n]{1,200})\""
    r"|/{3,}[ \t]*tab[ \t]*\|[ \t]*(\S[^\n]{0,200}))"
)
"""The title of a tab, from which extensions can make an anchor."""
_FOOTNOTE_MARK = re.compile(r"\[\^[^\[\]\n]{1,100}\]")
_EMOJI = re.compile(r":[\w+-]{1,100}:")
_SYMBOL = re.compile(r"\([cr]\)|<?-->|<--")
_LANGUAGE = re.compile(r"(?<=`)(?:#!|:::)[\w-]{1,100} ")
_SIGNS = (_FOOTNOTE_MARK, _EMOJI, _SYMBOL, _LANGUAGE)
_ANY_SIGN = re.compile("|".join(sign.pattern for sign in _SIGNS))
_FENCE_ATTRIBUTES = re.compile(r"(?:```|~~~) {0,3}(\{.*)")
_LIST = re.compile(r"\{:?([^{}\n]*)\}")
# A tag stops at the next `<`, even inside quotes, so that a page is read only once.
_COMMENT_OR_TAG = re.compile(
    r"<(?:!--|([a-zA-Z][\w:-]*+)(\s(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>)"
)
_ATTRIBUTE = re.compile(
    r"(?<![^\s\"'/])([^\s\"'/=]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'=]++))"
)
_FOOTNOTE = re.compile(r"\[\^([^\[\]\n]++)\](:?)")


def find_anchors(page: Page) -> Iterator[str]:
    """All ids that the published page may have, as far as Markdown has them."""
    yield from (heading.anchor for heading in page.headings)
    yield from _other_slugs([line.markup for line in page.outline])
    yield from (slugify(strip_markup(line)) for line in _GLUED.findall(page.visible))
    for titles in _TAB.findall(page.visible):
        yield slugify(strip_markup("".join(titles)))
    attributes = _FENCE_ATTRIBUTES.findall(page.text) if "{" in page.text else []
    yield from _explicit_ids("\n".join([page.prose, *attributes]), page.raw)


def _other_slugs(markups: list[str]) -> Iterator[str]:
    """The anchors of headings if attribute lists are text, or extensions remove signs."""
    readings = [markups] if any(markup.endswith("}") for markup in markups) else []
    split = [split_heading(markup)[0] for markup in markups]
    whole = "\n".join(split)
    readings.extend(
        [sign.sub("", text) for text in split]
        for sign in (*_SIGNS, _ANY_SIGN)
        if sign.search(whole)
    )
    for reading in readings:
        found = [slugify(strip_markup(text)) for text in reading]
        yield from number_duplicates(found, ())


def _explicit_ids(prose: str, raw: Iterable[str]) -> Iterator[str]:
    """The ids in text without code and in raw HTML that are not made from headings."""
    if "{" in prose:
        for attributes in _LIST.finditer(prose):
            yield from ID_IN_LIST.findall(attributes[1])
    for markup in (prose, *raw):
        if "<" in markup:
            yield from _ids_in_html(markup)
    if "[^" in prose:
        yield from _footnotes(prose)


def _ids_in_html(markup: str) -> Iterator[str]:
    """The ids of tags, and the names of `<a>`; an unclosed comment is text."""
    position = 0
    last_end = markup.rfind("-->")
    while token := _COMMENT_OR_TAG.search(markup, position):
        position = token.end()
        tag, attributes = token.groups()
        if tag:
            yield from _ids_in_tag(tag, attributes)
        elif position <= last_end:
            position = markup.find("-->", position)


def _ids_in_tag(tag: str, attributes: str) -> Iterator[str]:
    for name, *values in _ATTRIBUTE.findall(attributes):
        if name.lower() == "id" or (name.lower() == "name" and tag.lower() == "a"):
            yield html.unescape("".join(values))


def _footnotes(prose: str) -> Iterator[str]:
    """The ids of each defined footnote, and of the references to it."""
    marks: dict[str, int] = {}
    defined: set[str] = set()
    for footnote in _FOOTNOTE.finditer(prose):
        label = footnote[1]
        if footnote[2]:
            defined.add(label)
        else:
            marks[label] = marks.get(label, 0) + 1
    for label in defined:
        yield f"fn:{label}"
        yield f"fnref:{label}"
        yield from (f"fnref{count}:{label}" for count in range(2, marks.get(label, 0) + 1))
