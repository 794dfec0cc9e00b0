"""Links in a tree of elements that Markdown gave."""

from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element

from markdown.util import AtomicString

FindLinks = Callable[[str], Iterable[tuple[int, int, str]]]
"""Gives start, end and address of what is to be a link in a text, in order."""


def link_words(text: str | None, links: FindLinks) -> tuple[str | None, list[Element]]:
    """The text up to the first link, and all links, each with the text that follows as tail."""
    if not text or text.isspace() or isinstance(text, AtomicString):
        return text, []
    anchors: list[Element] = []
    before, position = text, 0
    for start, end, address in links(text):
        anchor = Element("a", {"href": address})
        anchor.text = AtomicString(text[start:end])
        if anchors:
            anchors[-1].tail = text[position:start]
        else:
            before = text[:start]
        anchors.append(anchor)
        position = end
    if anchors:
        anchors[-1].tail = text[position:]
    return before, anchors


def wrap(element: Element, address: str | None) -> Element:
    """The element inside a link, or as it is if there is no address."""
    if address is None:
        return element
    anchor = Element("a", {"href": address})
    anchor.tail, element.tail = element.tail, None
    anchor.append(element)
    return anchor
