"""The Markdown of log entries as safe HTML, whose links lead where they lead from the log."""

import posixpath
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from markupsafe import Markup

from mkdocs_plantrace.site.elements import Linking
from mkdocs_plantrace.site.inline_text import Prose, url_of
from mkdocs_plantrace.site.text_references import Naming
from mkdocs_plantrace.site.view import mark, without_marks
from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.trace.trace import Trace

_LONGEST = 20_000
"""Text with more characters is shown as it is: nobody wrote it by hand."""
_PLAIN = re.compile(r"(?![-+=~#:]|\d+[.)])(?:[^`*_\[\]<>|\\!&\n]|(?<=\w)_(?=\w)|`[^`\n]+`(?!`))*+")
"""One line without Markdown but code in backticks."""
_CODE_BLOCK = Markup('<pre tabindex="0"><code class="nohighlight">{}</code></pre>')
"""Who has no mouse scrolls it by keyboard."""
_FENCE = re.compile(r"([ \t]*)(`{3,}(?=[^`]*$)|~{3,})")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_WEB = re.compile(r"https?://|mailto:", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class Written(Linking):
    """Renders the fields of entries. Each text is rendered once, wherever it is shown."""

    _page: str

    def __init__(self, trace: Trace, addresses: Addresses, naming: Naming, prose: Prose) -> None:
        super().__init__()
        self._trace = trace
        self._addresses = addresses
        self._naming = naming
        self._prose = prose
        self._markdown = _markdown(self)
        self._render_once = cache(self._render)

    def html(self, text: str, page: str) -> Markup:
        """The text as blocks of HTML; it was written on the page of this path from the root."""
        return Markup(self._render_once(without_marks(text).strip(), page))  # noqa: S704 (it is safe)

    def _render(self, text: str, page: str) -> str:
        if _PLAIN.fullmatch(text):
            return Markup("<p>{}</p>").format(self._prose.line(text, page))
        if len(text) <= _LONGEST:
            self._page = page
            with suppress(RecursionError):  # lists or quotes in a hundred levels
                return self._markdown.reset().convert(text)
        return _CODE_BLOCK.format(text)

    def words(self, text: str) -> Iterator[tuple[int, int, str]]:
        for start, end, address in self._naming.find(text, self._page):
            if url := url_of(address):
                yield start, end, url

    def code(self, words: str) -> str | None:
        address = self._naming.page_of(words, self._page)
        return mark(address) if address else None

    def is_prose(self, element: Element) -> bool:
        return element.tag not in ("a", "code", "pre")

    def adapt(self, element: Element, *, is_prose: bool) -> None:
        if element.tag == "img":
            element.text = AtomicString(element.get("alt") or "image")
            self._lead(element, element.get("src", "") if is_prose else "")
        elif element.tag == "a":
            self._lead(element, element.get("href", ""))
        elif element.tag == "pre":
            element.set("tabindex", "0")
        elif element.tag in _HEADINGS:
            element.tag = "p"
            element.set("class", "pt-subtitle")

    def _lead(self, anchor: Element, href: str) -> None:
        url = self._destination(href)
        anchor.attrib.clear()
        anchor.tag = "a" if url else "span"
        if url:
            anchor.set("href", url)

    def _destination(self, href: str) -> str | None:
        """Where a link on the page leads, as a URL or a mark; None for nowhere."""
        if _WEB.match(href):
            return href
        if href.startswith("#"):
            own = self._addresses.document(self._page)
            return mark(own) + href if own else None
        resolved = self._trace.resolver.page_link(href, self._page)
        if resolved is None or resolved.fault is not None:
            return None
        uri = self._address(resolved.path or "")
        fragment = urlsplit(href).fragment
        return mark(uri) + (f"#{fragment}" if fragment else "") if uri else None

    def _address(self, path: str) -> str | None:
        task, resolver = self._trace.by_source.get(path), self._trace.resolver
        if uri := self._addresses.task(task) if task else self._addresses.document(path):
            return uri
        inside = resolver.is_public(path) and posixpath.relpath(path, resolver.docs_dir or ".")
        return inside if inside and not inside.startswith("../") else None


def _markdown(links: Treeprocessor) -> Markdown:
    """Markdown in which HTML is text."""
    markdown = Markdown(extensions=["tables", "sane_lists"], output_format="html")
    markdown.preprocessors.deregister("html_block")
    markdown.inlinePatterns.deregister("html")
    markdown.inlinePatterns.deregister("automail")
    markdown.preprocessors.register(_Fences(markdown), "plantrace_fences", 25)
    markdown.treeprocessors.register(links, "plantrace_written", 5)  # after inline (20)
    return markdown


class _Fences(Preprocessor):
    """Fenced code, also inside items, without the attributes and ids that its head may give."""

    def run(self, lines: list[str]) -> list[str]:
        kept: list[str] = []
        code: list[str] = []
        opened: re.Match[str] | None = None
        for line in lines:
            fence = _FENCE.match(line)
            if opened is None and fence:
                opened, code = fence, []
            elif opened is None:
                kept.append(line)
            elif fence and fence[2].startswith(opened[2]) and line.strip() == fence[2]:
                kept += self._block(opened, code)
                opened = None
            else:
                code.append(line.removeprefix(opened[1]))
        if opened:
            kept += self._block(opened, code)
        return _COMMENT.sub("", "\n".join(kept)).split("\n")

    def _block(self, opened: re.Match[str], code: list[str]) -> list[str]:
        text = _CODE_BLOCK.format("\n".join(code))
        return ["", opened[1] + self.md.htmlStash.store(str(text)), ""]
