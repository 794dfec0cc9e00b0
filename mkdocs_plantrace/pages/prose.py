"""Text from metadata as safe HTML: code in backticks, task ids and paths as links."""

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

from mkdocs_plantrace.addresses import Addresses
from mkdocs_plantrace.model import FieldValue, Mapping, Node, NodeKind
from mkdocs_plantrace.reading.ids import TaskIds
from mkdocs_plantrace.trace import Trace

Href = Callable[[str], str]
"""Turns the address of a page into a URL relative to the page that is being written."""

_GAP = re.compile(r"\n\s*\n")
_CODE = re.compile(r"`([^`\n]+)`")
_WEB = re.compile(r"https?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]]")
PATH = re.compile(r"(?<![\w./-])[\w./-]++(?:(?<=\.md)|(?<=\.yml)|(?<=\.yaml))")
"""What may be the path of a document or a metadata file in running text."""


class Prose:
    """Renders text of one trace. Nothing a person wrote is taken for markup but backticks."""

    def __init__(self, trace: Trace, addresses: Addresses) -> None:
        self._trace = trace
        self._addresses = addresses
        self._ids = trace.ids if trace.settings.autolink else TaskIds(())

    def value(self, value: FieldValue, href: Href) -> Markup:
        """A field: text as a line, lists as lists, mappings as definition lists."""
        return Markup(self._value(value, href))  # noqa: S704 (which escapes all text)

    def line(self, text: str, href: Href, page: str = "") -> Markup:
        """Text without layout; paths in it start at the root, or at the folder of `page`."""
        return Markup(self._line(text, href, page))  # noqa: S704 (which escapes all text)

    # What these give is HTML; to say so by `Markup` for each part would take a third of a page.

    def _value(self, value: FieldValue, href: Href) -> str:
        if isinstance(value, str):
            return self._text(value, href)
        if isinstance(value, Mapping):
            rows = [
                f"<div><dt>{escape(key)}</dt><dd>{self._value(item, href)}</dd></div>"
                for key, item in value.entries
            ]
            return f'<dl class="pt-pairs">{"".join(rows)}</dl>'
        items = [f"<li>{self._value(item, href)}</li>" for item in value]
        return f"<ul>{''.join(items)}</ul>"

    def _text(self, text: str, href: Href) -> str:
        """One piece of text, with paragraphs kept apart."""
        paragraphs = [part for part in _GAP.split(text) if part.strip()]
        return "<br><br>".join([self._line(" ".join(part.split()), href) for part in paragraphs])

    def _line(self, text: str, href: Href, page: str = "") -> str:
        parts = []
        position = 0
        for code in _CODE.finditer(text):
            parts.append(self._linked(text[position : code.start()], href, page))
            parts.append(self._code(code.group(1), href, page))
            position = code.end()
        parts.append(self._linked(text[position:], href, page))
        return "".join(parts)

    def _code(self, code: str, href: Href, page: str) -> str:
        marked = f"<code>{escape(code)}</code>"
        url = self.url_of(code, href, page)
        return f'<a href="{escape(url)}">{marked}</a>' if url else marked

    def _linked(self, text: str, href: Href, page: str) -> str:
        parts: list[str] = []
        position = 0
        for start, end, url in self.links(text, href, page):
            parts.append(escape(text[position:start]))
            parts.append(f'<a href="{escape(url)}">{escape(text[start:end])}</a>')
            position = end
        parts.append(escape(text[position:]))
        return "".join(parts)

    def links(self, text: str, href: Href, page: str = "") -> Iterator[tuple[int, int, str]]:
        """Start, end and URL of the paths, ids and web addresses in running text, in order."""
        position = 0
        found = [*self._paths(text, href, page), *self._tasks(text, href), *self._web(text)]
        for start, end, url in sorted(found):
            if start >= position:
                yield start, end, url
                position = end

    def _web(self, text: str) -> Iterator[tuple[int, int, str]]:
        for match in _WEB.finditer(text) if "://" in text else ():
            yield match.start(), match.end(), match.group()

    def _paths(self, text: str, href: Href, page: str) -> Iterator[tuple[int, int, str]]:
        for match in PATH.finditer(text) if ".md" in text or ".y" in text else ():
            url = self.url_of(match.group(), href, page)
            if url:
                yield match.start(), match.end(), url

    def _tasks(self, text: str, href: Href) -> Iterator[tuple[int, int, str]]:
        for start, end, task in self._ids.mentions(text):
            uri = self._addresses.node(Node(NodeKind.TASK, task))
            if uri:
                yield start, end, href(uri)

    def url_of(self, words: str, href: Href, page: str = "") -> str | None:
        """The URL of the document or task that the words name, if they do nothing else."""
        node = self._trace.named_by(words, page)
        if node is None and words in self._ids.linkable:
            node = Node(NodeKind.TASK, words)
        uri = self._addresses.node(node) if node else None
        return href(uri) if uri else None
