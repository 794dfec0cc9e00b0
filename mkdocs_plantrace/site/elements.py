"""Base of tree processors that link words and code in rendered Markdown."""

from abc import abstractmethod
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString


class Linker(Treeprocessor):
    """Links words and code in prose; subclasses resolve them."""

    @abstractmethod
    def find_links(self, text: str) -> Iterable[tuple[int, int, str]]:
        """Yield start, end and URL of each link in running text, in order."""

    @abstractmethod
    def resolve_code(self, words: str) -> str | None:
        """Find the URL for the text of inline code."""

    @abstractmethod
    def is_prose(self, element: Element) -> bool:
        """Whether words in an element, but not in its children, may become links."""

    @abstractmethod
    def adapt(self, element: Element, *, is_prose: bool) -> None:
        """Change a child element before its content is linked."""

    def run(self, root: Element) -> None:
        left = [(root, True)]
        while left:
            parent, is_prose = left.pop()
            is_prose = is_prose and self.is_prose(parent)
            children: list[Element] = []
            if is_prose:
                parent.text, children = self._split_at_links(parent.text)
            for child in parent:
                self.adapt(child, is_prose=is_prose)
                if is_prose and child.tag == "code":
                    children.append(self._link_code(child))
                else:
                    children.append(child)
                    left.append((child, is_prose))
                if is_prose:
                    children[-1].tail, anchors = self._split_at_links(children[-1].tail)
                    children += anchors
            if children:
                parent[:] = children

    def _split_at_links(self, text: str | None) -> tuple[str | None, list[Element]]:
        """Return the text before the first link, and the links, each with its tail."""
        if not text or text.isspace() or isinstance(text, AtomicString):
            return text, []
        found = list(self.find_links(text))
        starts = [*(start for start, _, _ in found), len(text)]
        anchors: list[Element] = []
        for (start, end, url), following in zip(found, starts[1:], strict=True):
            anchor = Element("a", {"href": url})
            anchor.text, anchor.tail = AtomicString(text[start:end]), text[end:following]
            anchors.append(anchor)
        return text[: starts[0]], anchors

    def _link_code(self, code: Element) -> Element:
        """Put code inside a link if it resolves."""
        url = None if len(code) else self.resolve_code(code.text or "")
        if url is None:
            return code
        anchor = Element("a", {"href": url})
        anchor.tail, code.tail = code.tail, None
        anchor.append(code)
        return anchor
