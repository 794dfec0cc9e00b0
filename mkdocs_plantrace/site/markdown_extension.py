"""The Python-Markdown extension that links ids and paths to pages of the trace."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit, urlunsplit
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER

from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.project.path_resolver import Resolved
from mkdocs_plantrace.site.elements import Linker
from mkdocs_plantrace.site.generated_pages import TraceSite

_NOT_PROSE = frozenset(
    {
        *("a", "code", "pre", "script", "style", "svg", "math", "kbd", "samp", "button", "label"),
        *("option", "summary", "textarea", "h1", "h2", "h3", "h4", "h5", "h6"),
    }
)
_PLAN_WORD = re.compile(r"\bplan\b[^:\n]{0,20}:\W*$", re.IGNORECASE)
_PLAN_WORD_REACH = 40
_SUFFIXES = (".md", ".yml", ".yaml")
_BOX = re.compile(r"\s*\[([ xX])\]\s+")
_BOXES = {" ": "\u2610", "x": "\u2611"}
_RAW_TAG = re.compile(r"<(\w+)")
_PLACEHOLDER = re.compile(re.escape(HTML_PLACEHOLDER).replace("%s", r"(\d+)"))


@dataclass
class PageLinks:
    """The links of a page. URLs are relative to it.

    `path` is relative to the root, `uri` to docs_dir. `reported` are the broken links that have a
    problem. They are `hidden` from MkDocs, which would report them again.
    """

    site: TraceSite
    path: str
    uri: str
    reported: frozenset[str]
    hidden: list[tuple[Element, str, str]] = field(default_factory=list)

    def make_url(self, uri: str | None) -> str | None:
        """Make the URL of another page; None for the page itself."""
        if uri is None or uri == self.uri:
            return None
        return quote(posixpath.relpath(uri, posixpath.dirname(self.uri) or "."))

    def correct(self, link: str) -> str | None:
        """The URL of a task, or of a file that MkDocs would not find; None to leave the link."""
        trace, addresses = self.site.trace, self.site.addresses
        resolved = trace.resolver.page_link(link, self.path)
        if resolved is None:
            name = unquote(link[1:]) if link.startswith("#") else ""
            own = trace.find_record_anchor(self.path, name)
            return f"#{own}" if own else None
        task = trace.task_index.find_at(resolved.path or "")
        if task and not addresses.document(resolved.path or ""):
            return self.make_url(addresses.task(task))
        page, moved = trace.documents.get(self.path), trace.resolver.moved
        is_moved = self.path in moved or resolved.path in moved
        if not is_moved and (page is None or page.kind is DocumentKind.PAGE):
            return None
        uri = self._find_uri(link, resolved)
        if uri is None:
            return None
        parts = urlsplit(link)
        path = posixpath.join(posixpath.dirname(self.uri), unquote(parts.path))
        url = self.make_url(uri) if posixpath.normpath(path) != uri else None
        anchor = trace.find_record_anchor(resolved.path or "", unquote(parts.fragment))
        if not (url or anchor):
            return None
        return urlunsplit(("", "", url or parts.path, parts.query, anchor or parts.fragment))

    def _find_uri(self, link: str, resolved: Resolved) -> str | None:
        """The published file to which a link leads, relative to docs_dir."""
        trace, addresses = self.site.trace, self.site.addresses
        if resolved.fault:
            return addresses.find_generated(link, self.path)
        if resolved.path is None or not trace.resolver.is_public(resolved.path):
            return None
        return addresses.document(resolved.path) or trace.resolver.to_uri(resolved.path)

    @property
    def is_record(self) -> bool:
        """Whether the page is a record outside docs_dir."""
        return self.path in self.site.trace.resolver.moved

    def leads_nowhere(self, link: str) -> bool:
        """Whether a link in a record outside docs_dir leads to what the site does not have."""
        resolver = self.site.trace.resolver
        if not self.is_record:
            return False
        resolved = resolver.page_link(link, self.path)
        return resolved is not None and not resolver.is_public(resolved.path or "")


class TraceLinks(Extension):
    """Resolves the links of `page`, which is rendered next; None for a generated page.

    MkDocs uses an instance for several Markdown objects.
    """

    page: PageLinks | None = None

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        # After inline patterns (20), attr_list (8) and toc (5), whose ids must not change;
        # before MkDocs' relpath (0), which turns our addresses into URLs.
        md.treeprocessors.register(_Resolve(md, self), "plantrace_links", 3)
        md.treeprocessors.register(_Restore(md, self), "plantrace_restore", -1)


class _Resolve(Linker):
    _page: PageLinks

    def __init__(self, md: Markdown, extension: TraceLinks) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, root: Element) -> None:
        if self._extension.page is not None:
            self._page = self._extension.page
            super().run(root)

    def find_links(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Link ids and paths; names without a folder only after the word 'plan'."""
        for start, end, address in self._page.site.references.find_in(text, self._page.path):
            before = text[max(0, start - _PLAN_WORD_REACH) : start]
            is_bare = "/" not in text[start:end] and text.endswith(_SUFFIXES, start, end)
            url = None if "://" in address else self._page.make_url(address)
            if url and (not is_bare or _PLAN_WORD.search(before)):
                yield start, end, url

    def resolve_code(self, words: str) -> str | None:
        return self._page.make_url(self._page.site.references.find_page(words, self._page.path))

    def is_prose(self, element: Element) -> bool:
        """Where inline HTML ends is unknown, so that its siblings count as inside it."""
        if element.tag in _NOT_PROSE:
            return False
        stash = self.md.htmlStash.rawHtmlBlocks
        texts = (element.text, *(child.tail for child in element)) if stash else ()
        numbers = (int(it) for text in texts for it in _PLACEHOLDER.findall(text or ""))
        inline = (str(raw) for number in numbers for raw in stash[number:][:1])
        opened = (_RAW_TAG.match(raw) for raw in inline)
        return not any(tag and tag[1].lower() in _NOT_PROSE for tag in opened)

    def adapt(self, element: Element, *, is_prose: bool) -> None:  # noqa: ARG002 (links are no prose)
        if element.tag == "li" and self._page.is_record:
            _draw_box(element)
        attribute = {"a": "href", "img": "src"}.get(element.tag)
        if attribute is None:
            return
        address = element.get(attribute, "")
        if url := self._page.correct(address):
            element.set(attribute, url)
        elif self._page.leads_nowhere(address):
            element.tag = "span"
            element.text = element.text or element.attrib.pop("alt", None)
            element.attrib.pop(attribute)
        else:
            self._hide_reported(element, attribute)

    def _hide_reported(self, element: Element, attribute: str) -> None:
        """Hide a reported link from MkDocs until it has checked all links."""
        address = element.get(attribute)
        if address and address in self._page.reported:
            self._page.hidden.append((element, attribute, address))
            element.set(attribute, "")


def _draw_box(item: Element) -> None:
    """Draw the box of an item, unless another extension has done it."""
    is_loose = not (item.text or "").strip() and len(item) > 0 and item[0].tag == "p"
    holder = item[0] if is_loose else item
    if holder.text and (box := _BOX.match(holder.text)):
        holder.text = f"{_BOXES[box[1].lower()]} {holder.text[box.end() :]}"


class _Restore(Treeprocessor):
    def __init__(self, md: Markdown, extension: TraceLinks) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, root: Element) -> None:  # noqa: ARG002 (Python-Markdown passes it)
        hidden = self._extension.page.hidden if self._extension.page else []
        while hidden:
            element, attribute, address = hidden.pop()
            element.set(attribute, address)
