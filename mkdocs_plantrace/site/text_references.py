"""References in text to documents, tasks and web addresses, and text with their links as HTML."""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.link import Node, NodeKind
from mkdocs_plantrace.model.task import FieldValue, Mapping
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds, find_file_names
from mkdocs_plantrace.site.view import mark
from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.trace.trace import Trace

_WEB = re.compile(r"(?<!\w)\w++://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]]")

Reference = tuple[int, int, str]
"""Start and end of words, and the address of a page or a URL."""
_GAP = re.compile(r"\n\s*\n")
_CODE = re.compile(r"`([^`\n]+)`")


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


def url_of(address: str) -> str | None:
    """Find the URL of a reference: a mark for a page, or an HTTP address."""
    if "://" not in address:
        return mark(address)
    return address if address.startswith(("https://", "http://")) else None


class ProseRenderer:
    """Renders text of one trace; backticks are its only markup."""

    def __init__(self, references: ReferenceFinder) -> None:
        self._references = references

    def render_value(self, value: FieldValue) -> Markup:
        """Render a field: text inline, lists as lists, mappings as definition lists."""
        return Markup(self._value(value))  # noqa: S704 (all text is escaped)

    def render_line(self, text: str, page: str = "") -> Markup:
        """Render inline text; paths are relative to the root, or to the folder of `page`."""
        return Markup(self._line(text, page))  # noqa: S704 (all text is escaped)

    # These return HTML as `str`: `Markup` for each part would cost a third of the time of a page.

    def _value(self, value: FieldValue) -> str:
        if isinstance(value, str):  # paragraphs stay separate
            paragraphs = [part for part in _GAP.split(value) if part.strip()]
            return "<br><br>".join([self._line(" ".join(it.split())) for it in paragraphs])
        if isinstance(value, Mapping):
            rows = [
                f"<div><dt>{escape(key)}</dt><dd>{self._value(item)}</dd></div>"
                for key, item in value.entries
            ]
            return f'<dl class="pt-pairs">{"".join(rows)}</dl>'
        return f"<ul>{''.join([f'<li>{self._value(item)}</li>' for item in value.values])}</ul>"

    def _line(self, text: str, page: str = "") -> str:
        parts = []
        position = 0
        for code in _CODE.finditer(text):
            parts.append(self._linked(text[position : code.start()], page))
            marked = f"<code>{escape(code[1])}</code>"
            address = self._references.find_page(code[1], page)
            parts.append(f'<a href="{escape(mark(address))}">{marked}</a>' if address else marked)
            position = code.end()
        return "".join([*parts, self._linked(text[position:], page)])

    def _linked(self, text: str, page: str) -> str:
        parts: list[str] = []
        position = 0
        for start, end, address in self._references.find_in(text, page):
            if url := url_of(address):
                parts.append(escape(text[position:start]))
                parts.append(f'<a href="{escape(url)}">{escape(text[start:end])}</a>')
                position = end
        return "".join([*parts, escape(text[position:])])
