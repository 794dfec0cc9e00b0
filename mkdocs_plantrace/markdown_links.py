"""The Python-Markdown extension that leads links and words to the pages of tasks and documents."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER

from mkdocs_plantrace.addresses import Addresses
from mkdocs_plantrace.model import Node, NodeKind
from mkdocs_plantrace.pages.elements import link_words, wrap
from mkdocs_plantrace.pages.prose import PATH
from mkdocs_plantrace.reading.ids import TaskIds
from mkdocs_plantrace.trace import Trace

_NOT_PROSE = frozenset(
    {
        *("a", "code", "pre", "script", "style", "svg", "math", "kbd", "samp", "button"),
        *("label", "option", "summary", "textarea"),
        *("h1", "h2", "h3", "h4", "h5", "h6"),
    }
)
_PLAN_WORD = re.compile(r"\bplan\b[^:\n]{0,20}:\W*$", re.IGNORECASE)
_RAW_TAG = re.compile(r"<(\w+)")
_PLACEHOLDER = re.compile(re.escape(HTML_PLACEHOLDER).replace("%s", r"\d+"))
_PLACEHOLDER_START = HTML_PLACEHOLDER.partition("%s")[0]
_PLAN_WORD_REACH = 40
_ADDRESS_REACH = 300
_HIDDEN = "data-plantrace-hidden"


class TraceLinks(Extension):
    """Resolves links of the page that `enter` named last; does nothing before the first call.

    An instance may be registered with any number of Markdown objects.
    """

    def __init__(self) -> None:
        super().__init__()
        self.page: PageLinks | None = None

    def enter(self, page: PageLinks | None) -> None:
        """Set the page that is rendered next; None for one that is not traced."""
        self.page = page

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Register the tree processors."""
        # After inline patterns (20), attr_list (8) and toc (5), whose ids must not change;
        # before MkDocs' relpath (0), which turns the addresses we write into URLs.
        md.treeprocessors.register(_Resolve(md, self), "plantrace_links", 3)
        md.treeprocessors.register(_Restore(md, self), "plantrace_restore", -1)


@dataclass(slots=True, kw_only=True)
class PageLinks:
    """What the links and words of one page lead to. Addresses are relative to the page.

    `path` is that of the page from the root, `uri` its address from docs_dir. `ids` are those to
    be found in text; `reported` are the links that a problem is about already. `has_hidden` is
    set when one of these was met.
    """

    trace: Trace
    addresses: Addresses
    ids: TaskIds | None
    path: str
    uri: str
    reported: frozenset[str]
    has_hidden: bool = False

    def destination(self, href: str) -> str | None:
        """The address to put in place of a link to a metadata file, None for other links."""
        resolved = self.trace.resolver.page_link(href, self.path)
        task = self.trace.by_source.get(resolved.path or "") if resolved else None
        return self._relative(self.addresses.task(task)) if task else None

    def code(self, words: str) -> str | None:
        """The address of what stands in backticks: a path or an id, nothing else."""
        node = self.trace.named_by(words, self.path)
        if node is None and self.ids and words in self.ids.linkable:
            node = Node(NodeKind.TASK, words)
        return self._address(node)

    def may_hold_links(self, text: str | None) -> bool:
        """Whether `words` could find anything in a text."""
        if not text:
            return False
        return _may_hold_paths(text) or (self.ids is not None and self.ids.may_be_in(text))

    def words(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and address of the paths and task ids in running text, in order."""
        found = list(self._tasks(text))
        if _may_hold_paths(text):
            found.extend(self._paths(text))
        position = 0
        for start, end, address in sorted(found):
            if start >= position and not _is_in_address(text, start, end):
                yield start, end, address
                position = end

    def _paths(self, text: str) -> Iterator[tuple[int, int, str]]:
        for match in PATH.finditer(text):
            before = text[max(0, match.start() - _PLAN_WORD_REACH) : match.start()]
            if "/" not in match.group() and not _PLAN_WORD.search(before):
                continue
            address = self._address(self.trace.named_by(match.group(), self.path))
            if address:
                yield match.start(), match.end(), address

    def _tasks(self, text: str) -> Iterator[tuple[int, int, str]]:
        for start, end, task in self.ids.mentions(text) if self.ids else ():
            address = self._address(Node(NodeKind.TASK, task))
            if address:
                yield start, end, address

    def _address(self, node: Node | None) -> str | None:
        if node is None or node == Node(NodeKind.DOCUMENT, self.path):
            return None
        uri = self.addresses.node(node)
        return self._relative(uri) if uri else None

    def _relative(self, uri: str) -> str:
        return quote(posixpath.relpath(uri, posixpath.dirname(self.uri) or "."))


def _may_hold_paths(text: str) -> bool:
    return ".md" in text or ".y" in text


def _is_in_address(text: str, start: int, end: int) -> bool:
    """Whether the words are part of a web or mail address."""
    before = re.split(r"[\s<>(]", text[max(0, start - _ADDRESS_REACH) : start])[-1]
    return "://" in before or before.endswith("@") or text.startswith("@", end)


class _Resolve(Treeprocessor):
    def __init__(self, md: Markdown, extension: TraceLinks) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, root: Element) -> None:
        page = self._extension.page
        if page is None:
            return
        _link_below(root, page, frozenset(self._raw_elements()))

    def _raw_elements(self) -> Iterator[str]:
        """The placeholders of inline HTML that opens an element in which nothing is linked."""
        for number, raw in enumerate(self.md.htmlStash.rawHtmlBlocks):
            opened = _RAW_TAG.match(raw) if isinstance(raw, str) else None
            if opened and opened[1].lower() in _NOT_PROSE:
                yield self.md.htmlStash.get_placeholder(number)


def _link_below(root: Element, page: PageLinks, raw: AbstractSet[str]) -> None:
    """Link what stands in an element and below."""
    left = [root]
    while left:
        element = left.pop()
        if not len(element) and not page.may_hold_links(element.text):
            continue  # as most do
        children = list(element)  # without the links to come
        is_prose = not _holds(element, raw)
        _link_inside(element, page, is_prose=is_prose)
        if is_prose:
            left.extend([child for child in children if child.tag not in _NOT_PROSE])


def _link_inside(parent: Element, page: PageLinks, *, is_prose: bool) -> None:
    """Link what stands directly in an element."""
    children: list[Element] = []
    if is_prose:
        parent.text, children = link_words(parent.text, page.words)
    for child in parent:
        if child.tag == "img":
            _hide_reported(child, "src", page)
        elif child.tag == "a":
            _resolve_anchor(child, page)
        is_code = is_prose and child.tag == "code" and len(child) == 0
        placed = wrap(child, page.code(child.text or "")) if is_code else child
        children.append(placed)
        if is_prose:
            placed.tail, anchors = link_words(placed.tail, page.words)
            children.extend(anchors)
    parent[:] = children


def _holds(parent: Element, raw: AbstractSet[str]) -> bool:
    """Whether such an element stands among the words of the parent: where it ends is unknown."""
    if not raw:
        return False
    texts = (parent.text, *(child.tail for child in parent))
    return any(
        placeholder in raw
        for text in texts
        if text and _PLACEHOLDER_START in text
        for placeholder in _PLACEHOLDER.findall(text)
    )


def _resolve_anchor(anchor: Element, page: PageLinks) -> None:
    for image in anchor.iter("img"):
        _hide_reported(image, "src", page)
    destination = page.destination(anchor.get("href", ""))
    if destination:
        anchor.set("href", destination)
    else:
        _hide_reported(anchor, "href", page)


def _hide_reported(element: Element, attribute: str, page: PageLinks) -> None:
    """Keep a link that a problem is about from MkDocs, which would report it a second time."""
    address = element.get(attribute)
    if address and address in page.reported:
        element.set(_HIDDEN, address)
        element.set(attribute, "")
        page.has_hidden = True


class _Restore(Treeprocessor):
    def __init__(self, md: Markdown, extension: TraceLinks) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, root: Element) -> None:
        page = self._extension.page
        if page is None or not page.has_hidden:
            return
        for element in root.iter():
            address = element.attrib.pop(_HIDDEN, None)
            if address is not None:
                element.set("src" if element.tag == "img" else "href", address)
