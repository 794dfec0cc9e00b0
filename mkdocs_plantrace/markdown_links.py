"""The Python-Markdown extension that leads links and words to the pages of tasks and documents."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from mkdocs_plantrace.addresses import Addresses
from mkdocs_plantrace.model import Node, NodeKind
from mkdocs_plantrace.reading.ids import TaskIds
from mkdocs_plantrace.trace import Trace

_NOT_PROSE = frozenset(
    {
        *("a", "code", "pre", "script", "style", "svg", "math", "kbd", "samp", "button"),
        *("h1", "h2", "h3", "h4", "h5", "h6"),
    }
)
_PATH = re.compile(r"(?<![\w./-])[\w./-]++(?:(?<=\.md)|(?<=\.yml)|(?<=\.yaml))")
_PLAN_WORD = re.compile(r"\bplan\b[^:\n]{0,20}:\W*$", re.IGNORECASE)
_HIDDEN = "data-plantrace-hidden"


class TraceLinks(Extension):
    """Resolves links of the page that `enter` named last; does nothing before the first call.

    An instance serves one build and may be registered with any number of Markdown objects.
    """

    def __init__(self) -> None:
        super().__init__()
        self.page: PageLinks | None = None

    def enter(self, page: PageLinks | None) -> None:
        """Say which page is rendered next; None for one that is not traced."""
        self.page = page

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Register the tree processors."""
        # After inline patterns (20), attr_list (8) and toc (5), whose ids must not change;
        # before MkDocs' relpath (0), which turns the addresses we write into URLs.
        md.treeprocessors.register(_Resolve(self), "plantrace_links", 3)
        md.treeprocessors.register(_Restore(), "plantrace_restore", -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedPage:
    """A page by its path from the root and its address from docs_dir.

    `reported` are the links on it that a problem speaks of already.
    """

    path: str
    uri: str
    reported: frozenset[str]


class PageLinks:
    """What the links and words of one page lead to. Addresses are relative to the page."""

    def __init__(
        self,
        trace: Trace,
        addresses: Addresses,
        ids: TaskIds | None,
        page: TracedPage,
    ) -> None:
        self._trace = trace
        self._addresses = addresses
        self._ids = ids
        self._path = page.path
        self._folder = posixpath.dirname(page.uri)
        self._reported = page.reported

    def destination(self, href: str) -> str | None:
        """The address to put in place of a link to a metadata file, None for other links."""
        resolved = self._trace.resolver.page_link(href, self._path)
        task = self._trace.by_source.get(resolved.path or "") if resolved else None
        return self._relative(self._addresses.task(task)) if task else None

    def is_reported(self, href: str) -> bool:
        """Whether PT108 speaks of this link, so that MkDocs need not."""
        return href in self._reported

    def code(self, words: str) -> str | None:
        """The address of what stands in backticks: a path or an id, nothing else."""
        node = self._trace.named_by(words, self._path)
        if node is None and self._ids and words in self._ids.linkable:
            node = Node(NodeKind.TASK, words)
        return self._address(node)

    def words(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and address of the paths and task ids in running text, in order."""
        found = [*self._paths(text), *self._tasks(text)]
        position = 0
        for start, end, address in sorted(found):
            if start >= position:
                yield start, end, address
                position = end

    def _paths(self, text: str) -> Iterator[tuple[int, int, str]]:
        for match in _PATH.finditer(text):
            if "/" not in match.group() and not _PLAN_WORD.search(text, 0, match.start()):
                continue
            address = self._address(self._trace.named_by(match.group(), self._path))
            if address:
                yield match.start(), match.end(), address

    def _tasks(self, text: str) -> Iterator[tuple[int, int, str]]:
        for start, end, task in self._ids.mentions(text) if self._ids else ():
            address = self._address(Node(NodeKind.TASK, task))
            if address:
                yield start, end, address

    def _address(self, node: Node | None) -> str | None:
        if node is None or node == Node(NodeKind.DOCUMENT, self._path):
            return None
        uri = self._addresses.node(node)
        return self._relative(uri) if uri else None

    def _relative(self, uri: str) -> str:
        return quote(posixpath.relpath(uri, self._folder or "."))


class _Resolve(Treeprocessor):
    def __init__(self, extension: TraceLinks) -> None:
        super().__init__()
        self._extension = extension

    def run(self, root: Element) -> None:
        page = self._extension.page
        if page is not None:
            _link_children(root, page)


def _link_children(parent: Element, page: PageLinks) -> None:
    for index, child in reversed(list(enumerate(parent))):
        if child.tag == "img":
            _hide_reported(child, "src", page)
        elif child.tag == "a":
            _resolve_anchor(child, page)
            _link_images(child, page)
        elif child.tag == "code" and parent.tag not in _NOT_PROSE:
            _wrap_code(parent, index, child, page)
        elif child.tag not in _NOT_PROSE:
            _link_children(child, page)
        if parent.tag not in _NOT_PROSE:
            _link_text(parent, index, page)
    if parent.tag not in _NOT_PROSE:
        _link_text(parent, -1, page)


def _resolve_anchor(anchor: Element, page: PageLinks) -> None:
    href = anchor.get("href")
    if href is None:
        return
    destination = page.destination(href)
    if destination:
        anchor.set("href", destination)
    else:
        _hide_reported(anchor, "href", page)


def _link_images(anchor: Element, page: PageLinks) -> None:
    for image in anchor.iter("img"):
        _hide_reported(image, "src", page)


def _hide_reported(element: Element, attribute: str, page: PageLinks) -> None:
    """Keep a link that a problem speaks of from MkDocs, which would report it a second time."""
    address = element.get(attribute)
    if address and page.is_reported(address) and not urlsplit(address).scheme:
        element.set(_HIDDEN, address)
        element.set(attribute, "")


def _wrap_code(parent: Element, index: int, code: Element, page: PageLinks) -> None:
    address = page.code("".join(code.itertext())) if len(code) == 0 else None
    if address is None:
        return
    anchor = Element("a", {"href": address})
    anchor.tail, code.tail = code.tail, None
    anchor.append(code)
    parent[index] = anchor


def _link_text(parent: Element, index: int, page: PageLinks) -> None:
    """Link the words behind the child at `index`, or at the start of the parent for -1."""
    text = parent.text if index < 0 else parent[index].tail
    if not text or isinstance(text, AtomicString):
        return
    anchors: list[Element] = []
    position = 0
    before = text
    for start, end, address in page.words(text):
        anchor = Element("a", {"href": address})
        anchor.text = AtomicString(text[start:end])
        if anchors:
            anchors[-1].tail = text[position:start]
        else:
            before = text[:start]
        anchors.append(anchor)
        position = end
    if not anchors:
        return
    anchors[-1].tail = text[position:]
    if index < 0:
        parent.text = before
    else:
        parent[index].tail = before
    for offset, anchor in enumerate(anchors, start=1):
        parent.insert(index + offset, anchor)


class _Restore(Treeprocessor):
    def run(self, root: Element) -> None:
        for element in root.iter():
            address = element.attrib.pop(_HIDDEN, None)
            if address is not None:
                element.set("src" if element.tag == "img" else "href", address)
