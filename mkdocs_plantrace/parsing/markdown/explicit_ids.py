"""Explicit ids of a page: in attribute lists, raw HTML and footnotes."""

import html
import re
from collections.abc import Iterable, Iterator

_LIST = re.compile(r"\{:?([^{}\n]*)\}")
_TRAILING_LIST = re.compile(r"[ ]*\{:?[ ]*([^}\n ][^}\n]*)[ ]*\}[ ]*$")
_ID_IN_LIST = re.compile(r"(?:^|\s)(?:#|id=[\"']?)([^\s\"'}]+)")
# A tag stops at the next `<`, even inside quotes, so that a page is read only once.
_COMMENT_OR_TAG = re.compile(
    r"<(?:!--|([a-zA-Z][\w:-]*+)(\s(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>)"
)
_ATTRIBUTE = re.compile(
    r"(?<![^\s\"'/])([^\s\"'/=]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'=]++))"
)
_FOOTNOTE = re.compile(r"\[\^([^\[\]\n]++)\](:?)")


def split_heading(heading: str) -> tuple[str, str | None]:
    """Split a heading into its text and the id in its attribute list."""
    attributes = _TRAILING_LIST.search(heading) if "{" in heading else None
    if attributes is None:
        return heading, None
    named = _ID_IN_LIST.search(attributes.group(1))
    return heading[: attributes.start()], named.group(1) if named else None


def find_explicit_ids(prose: str, raw: Iterable[str]) -> Iterator[str]:
    """Find all ids of a page that are not made from its headings.

    `prose` is its text without code, `raw` its raw HTML.
    """
    if "{" in prose:
        for attributes in _LIST.finditer(prose):
            yield from _ID_IN_LIST.findall(attributes[1])
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
