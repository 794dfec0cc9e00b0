"""Links in a tree of elements that Markdown gave."""

from abc import abstractmethod
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString


class Linking(Treeprocessor):
    """Makes links of what words and code name; what they are is up to the classes below."""

    @abstractmethod
    def words(self, text: str) -> Iterable[tuple[int, int, str]]:
        """Start, end and URL of what is to be a link in running text, in order."""

    @abstractmethod
    def code(self, words: str) -> str | None:
        """The URL of what stands in backticks."""

    @abstractmethod
    def is_prose(self, element: Element) -> bool:
        """Whether words in an element may become links."""

    @abstractmethod
    def adapt(self, element: Element, *, is_prose: bool) -> None:
        """Change an element that stands in prose, or not."""

    def run(self, root: Element) -> None:
        left = [(root, True)]
        while left:
            parent, is_prose = left.pop()
            is_prose = is_prose and self.is_prose(parent)
            children: list[Element] = []
            if is_prose:
                parent.text, children = self._linked(parent.text)
            for child in parent:
                self.adapt(child, is_prose=is_prose)
                if is_prose and child.tag == "code":
                    children.append(self._wrapped(child))
                else:
                    children.append(child)
                    left.append((child, is_prose))
                if is_prose:
                    children[-1].tail, anchors = self._linked(children[-1].tail)
                    children += anchors
            if children:
                parent[:] = children

    def _linked(self, text: str | None) -> tuple[str | None, list[Element]]:
        """The text up to the first link, and all links, each with what follows as its tail."""
        if not text or text.isspace() or isinstance(text, AtomicString):
            return text, []
        found = list(self.words(text))
        starts = [*(start for start, _, _ in found), len(text)]
        anchors: list[Element] = []
        for (start, end, url), following in zip(found, starts[1:], strict=True):
            anchor = Element("a", {"href": url})
            anchor.text, anchor.tail = AtomicString(text[start:end]), text[end:following]
            anchors.append(anchor)
        return text[: starts[0]], anchors

    def _wrapped(self, code: Element) -> Element:
        """Code inside a link, or as it is if it names nothing."""
        url = None if len(code) else self.code(code.text or "")
        if url is None:
            return code
        anchor = Element("a", {"href": url})
        anchor.tail, code.tail = code.tail, None
        anchor.append(code)
        return anchor
