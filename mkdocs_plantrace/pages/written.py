"""The Markdown of log entries as safe HTML, with links as seen from another page."""

import posixpath
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString
from markupsafe import Markup, escape

from mkdocs_plantrace.addresses import Addresses
from mkdocs_plantrace.pages.elements import link_words, wrap
from mkdocs_plantrace.pages.prose import Href, Prose
from mkdocs_plantrace.trace import Trace

_LONGEST = 20_000
"""Text with more characters is shown as it is: nobody wrote it by hand."""
_PLAIN = re.compile(r"(?![-+=~#:]|\d+[.)])(?:[^`*_\[\]<>|\\!&\n]|(?<=\w)_(?=\w)|`[^`\n]+`(?!`))*+")
"""One line without Markdown but code in backticks."""
_CODE_BLOCK = Markup('<pre tabindex="0"><code class="nohighlight">{}</code></pre>')
"""Who has no mouse scrolls it by keyboard."""
_FENCE = re.compile(r"([ \t]*)(`{3,}(?=[^`]*$)|~{3,})")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_WEB = re.compile(r"https?://|mailto:", re.IGNORECASE)
_START, _END = "\ufdd0", "\ufdd1"
"""Around the address of a page until it is known where the text is shown; no characters."""
_MARK = re.compile(rf"{_START}([^{_END}]*){_END}")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NOT_PROSE = frozenset({"a", "code", "pre"})


class Written(Treeprocessor):
    """Renders the fields of entries. Each text is rendered once, wherever it is shown.

    Links lead to where they lead from the page that the text was written on.
    """

    def __init__(self, trace: Trace, addresses: Addresses, prose: Prose) -> None:
        super().__init__()
        self._trace = trace
        self._addresses = addresses
        self._prose = prose
        self._page = ""
        self._markdown = _markdown(self)
        self._rendered: dict[tuple[str, str], str] = {}

    def html(self, text: str, page: str, href: Href) -> Markup:
        """The text as blocks of HTML; it was written on the page of this path from the root."""
        marked = self._rendered.get((page, text))
        if marked is None:
            clean = text.replace(_START, "").replace(_END, "").strip()
            marked = self._rendered[page, text] = self._render(clean, page)
        shown = _MARK.sub(lambda uri: escape(href(unescape(uri[1]))), marked)
        return Markup(shown)  # noqa: S704 (it is what `_render` makes safe)

    def _render(self, text: str, page: str) -> str:
        if _PLAIN.fullmatch(text):
            return Markup("<p>{}</p>").format(self._prose.line(text, _mark, page))
        if len(text) <= _LONGEST:
            self._page = page
            try:
                return self._markdown.reset().convert(text)
            except RecursionError:  # lists or quotes in a hundred levels
                pass
        return _CODE_BLOCK.format(text)

    def _destination(self, href: str) -> str | None:
        """Where a link on the page leads, as a URL or a marked address; None for nowhere."""
        if _WEB.match(href):
            return href
        if href.startswith("#"):
            own = self._addresses.document(self._page)
            return _mark(own) + href if own else None
        resolved = self._trace.resolver.page_link(href, self._page)
        if resolved is None or resolved.fault is not None:
            return None
        uri = self._address(resolved.path or "")
        fragment = urlsplit(href).fragment
        return _mark(uri) + (f"#{fragment}" if fragment else "") if uri else None

    def _address(self, path: str) -> str | None:
        if task := self._trace.by_source.get(path):
            return self._addresses.task(task)
        if uri := self._addresses.document(path):
            return uri
        resolver = self._trace.resolver
        inside = resolver.is_public(path) and posixpath.relpath(path, resolver.docs_dir or ".")
        return inside if inside and not inside.startswith("../") else None

    def _words(self, text: str) -> Iterator[tuple[int, int, str]]:
        return self._prose.links(text, _mark, self._page)

    def run(self, parent: Element) -> None:
        is_prose = parent.tag not in _NOT_PROSE
        children: list[Element] = []
        if is_prose:
            parent.text, found = link_words(parent.text, self._words)
            children.extend(found)
        for child in list(parent):
            placed = self._placed(child, is_prose=is_prose)
            children.append(placed)
            if is_prose:
                placed.tail, found = link_words(placed.tail, self._words)
                children.extend(found)
        parent[:] = children

    def _placed(self, child: Element, *, is_prose: bool) -> Element:
        if child.tag == "code" and is_prose:
            return wrap(child, self._prose.url_of(child.text or "", _mark, self._page))
        if child.tag == "img":
            self._show_as_link(child, is_prose=is_prose)
        elif child.tag == "a":
            self._lead(child, child.get("href", ""))
        elif child.tag == "pre":
            child.set("tabindex", "0")
        elif child.tag in _HEADINGS:
            child.tag = "p"
            child.set("class", "pt-subtitle")
        self.run(child)
        return child

    def _lead(self, anchor: Element, href: str) -> None:
        url = self._destination(href)
        anchor.attrib.clear()
        anchor.tag = "a" if url else "span"
        if url:
            anchor.set("href", url)

    def _show_as_link(self, image: Element, *, is_prose: bool) -> None:
        image.text = AtomicString(image.get("alt") or "image")
        self._lead(image, image.get("src", "") if is_prose else "")


def _mark(uri: str) -> str:
    return f"{_START}{uri}{_END}"


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
            if opened is None:
                if fence:
                    opened, code = fence, []
                else:
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
