"""Safe HTML from the Markdown of log entries, with links resolved as in the log."""

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

from mkdocs_plantrace.site.elements import Linker
from mkdocs_plantrace.site.text_references import ProseRenderer, ReferenceFinder, url_of
from mkdocs_plantrace.site.view import mark, remove_marks
from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.trace.trace import Trace

_LONGEST = 20_000
"""Characters; a longer text is shown as code, as nobody wrote it by hand."""
_PLAIN = re.compile(r"(?![-+=~#:]|\d+[.)])(?:[^`*_\[\]<>|\\!&\n]|(?<=\w)_(?=\w)|`[^`\n]+`(?!`))*+")
"""One line whose only Markdown is code in backticks."""
_CODE_BLOCK = Markup('<pre tabindex="0"><code class="nohighlight">{}</code></pre>')
"""It can be focused, to scroll it by keyboard."""
_FENCE = re.compile(r"([ \t]*)(`{3,}(?=[^`]*$)|~{3,})")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_WEB = re.compile(r"https?://|mailto:", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class EntryRenderer(Linker):
    """Renders the fields of entries, each text once for all pages."""

    _page: str

    def __init__(
        self, trace: Trace, addresses: Addresses, references: ReferenceFinder, prose: ProseRenderer
    ) -> None:
        super().__init__()
        self._trace = trace
        self._addresses = addresses
        self._references = references
        self._prose = prose
        self._markdown = _set_up_markdown(self)
        self._render_once = cache(self._render)

    def render(self, text: str, page: str) -> Markup:
        """Render blocks of HTML; links are resolved from `page`, a path from the root."""
        return Markup(self._render_once(remove_marks(text).strip(), page))  # noqa: S704 (it is safe)

    def _render(self, text: str, page: str) -> str:
        if _PLAIN.fullmatch(text):
            return Markup("<p>{}</p>").format(self._prose.render_line(text, page))
        if len(text) <= _LONGEST:
            self._page = page
            with suppress(RecursionError):  # lists or quotes in a hundred levels
                return self._markdown.reset().convert(text)
        return _CODE_BLOCK.format(text)

    def find_links(self, text: str) -> Iterator[tuple[int, int, str]]:
        for start, end, address in self._references.find_in(text, self._page):
            if url := url_of(address):
                yield start, end, url

    def resolve_code(self, words: str) -> str | None:
        address = self._references.find_page(words, self._page)
        return mark(address) if address else None

    def is_prose(self, element: Element) -> bool:
        return element.tag not in ("a", "code", "pre")

    def adapt(self, element: Element, *, is_prose: bool) -> None:
        if element.tag == "img":
            element.text = AtomicString(element.get("alt") or "image")
            self._set_link(element, element.get("src", "") if is_prose else "")
        elif element.tag == "a":
            self._set_link(element, element.get("href", ""))
        elif element.tag == "pre":
            element.set("tabindex", "0")
        elif element.tag in _HEADINGS:
            element.tag = "p"
            element.set("class", "pt-subtitle")

    def _set_link(self, anchor: Element, href: str) -> None:
        url = self._resolve(href)
        anchor.attrib.clear()
        anchor.tag = "a" if url else "span"
        if url:
            anchor.set("href", url)

    def _resolve(self, href: str) -> str | None:
        """Resolve a link of the page to a URL or a mark; None if it is broken."""
        if _WEB.match(href):
            return href
        if href.startswith("#"):
            own = self._addresses.document(self._page)
            return mark(own) + href if own else None
        resolved = self._trace.resolver.page_link(href, self._page)
        if resolved is None or resolved.fault is not None:
            return None
        uri = self._find_address(resolved.path or "")
        fragment = urlsplit(href).fragment
        return mark(uri) + (f"#{fragment}" if fragment else "") if uri else None

    def _find_address(self, path: str) -> str | None:
        task, resolver = self._trace.task_index.by_path.get(path), self._trace.resolver
        if uri := self._addresses.task(task) if task else self._addresses.document(path):
            return uri
        inside = resolver.is_public(path) and posixpath.relpath(path, resolver.docs_dir or ".")
        return inside if inside and not inside.startswith("../") else None


def _set_up_markdown(links: Treeprocessor) -> Markdown:
    """Set up Markdown that escapes HTML."""
    markdown = Markdown(extensions=["tables", "sane_lists"], output_format="html")
    markdown.preprocessors.deregister("html_block")
    markdown.inlinePatterns.deregister("html")
    markdown.inlinePatterns.deregister("automail")
    markdown.preprocessors.register(_Fences(markdown), "plantrace_fences", 25)
    markdown.treeprocessors.register(links, "plantrace_entry", 5)  # after inline (20)
    return markdown


class _Fences(Preprocessor):
    """Renders fenced code, also in list items, without attributes and ids."""

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
