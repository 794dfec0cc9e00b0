"""References in text: documents and tasks by path or id, and web addresses."""

import re
from collections.abc import Iterator

from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.link import Node, NodeKind
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds, find_file_names
from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.trace.trace import Trace

_WEB = re.compile(r"(?<!\w)\w++://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]]")

Reference = tuple[int, int, str]
"""Start and end of words, and the address of a page or a URL."""


class ReferenceFinder:
    """Finds references; paths are relative to the root or the folder of `page`."""

    def __init__(self, trace: Trace, addresses: Addresses) -> None:
        self._trace = trace
        self._addresses = addresses
        self._ids = trace.task_index.ids if trace.settings.autolink else TaskIds(())

    def find_page(self, words: str, page: str = "") -> str | None:
        """Find the address of a document or task if the words are only its path or id.

        Links between two pages that are not part of the record are left to the user.
        """
        node = self._trace.links.find_node(words, page)
        if node and not self._is_record(node.key) and not self._is_record(page):
            node = None
        if node is None and words in self._ids.linkable:
            node = Node(NodeKind.TASK, words)
        return self._addresses.node(node) if node else None

    def _is_record(self, path: str) -> bool:
        document = self._trace.documents.get(path)
        return document is None or document.kind is not DocumentKind.PAGE

    def find_in(self, text: str, page: str = "") -> Iterator[Reference]:
        """Find all references in a text, in order, without overlaps."""
        position = 0
        found = ((start, end, it) for start, end, it in self._find_all(text, page) if it)
        for start, end, address in sorted(found):
            is_mail = "@" in (text[end : end + 1], text[max(0, start - 1) : start])
            if start >= position and not is_mail:
                yield start, end, address
                position = end

    def _find_all(self, text: str, page: str) -> Iterator[tuple[int, int, str | None]]:
        for start, end, task in self._ids.mentions(text):
            yield start, end, self._addresses.node(Node(NodeKind.TASK, task))
        for start, end in find_file_names(text):
            yield start, end, self.find_page(text[start:end], page)
        for match in _WEB.finditer(text) if "://" in text else ():
            yield *match.span(), match.group()
