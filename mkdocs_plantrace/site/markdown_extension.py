"""The Python-Markdown extension that leads links and words to the pages of tasks and documents."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER

from mkdocs_plantrace.site.elements import Linking
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
_RAW_TAG = re.compile(r"<(\w+)")
_PLACEHOLDER = re.compile(re.escape(HTML_PLACEHOLDER).replace("%s", r"(\d+)"))


@dataclass
class PageLinks:
    """A page whose links and words lead somewhere. URLs are relative to the page.

    `path` is that of the page from the root, `uri` its address from docs_dir. `reported` are the
    links that a problem is about already; those that were met are `hidden` for a while.
    """

    site: TraceSite
    path: str
    uri: str
    reported: frozenset[str]
    hidden: list[tuple[Element, str, str]] = field(default_factory=list)

    def url(self, uri: str | None) -> str | None:
        """The URL of another page."""
        if uri is None or uri == self.uri:
            return None
        return quote(posixpath.relpath(uri, posixpath.dirname(self.uri) or "."))


class TraceLinks(Extension):
    """Resolves the links of `page`, the one that is rendered next; None for one without a trace.

    An instance may be registered with any number of Markdown objects.
    """

    page: PageLinks | None = None

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        """Register the tree processors."""
        # After inline patterns (20), attr_list (8) and toc (5), whose ids must not change;
        # before MkDocs' relpath (0), which turns the addresses we write into URLs.
        md.treeprocessors.register(_Resolve(md, self), "plantrace_links", 3)
        md.treeprocessors.register(_Restore(md, self), "plantrace_restore", -1)


class _Resolve(Linking):
    _page: PageLinks

    def __init__(self, md: Markdown, extension: TraceLinks) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, root: Element) -> None:
        if self._extension.page is not None:
            self._page = self._extension.page
            super().run(root)

    def words(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Of web addresses nothing becomes a link, of names without a folder only plans do."""
        for start, end, address in self._page.site.naming.find(text, self._page.path):
            before = text[max(0, start - _PLAN_WORD_REACH) : start]
            is_bare = "/" not in text[start:end] and text.endswith(_SUFFIXES, start, end)
            url = None if "://" in address else self._page.url(address)
            if url and (not is_bare or _PLAN_WORD.search(before)):
                yield start, end, url

    def code(self, words: str) -> str | None:
        return self._page.url(self._page.site.naming.page_of(words, self._page.path))

    def is_prose(self, element: Element) -> bool:
        """Where an element of inline HTML ends is unknown: beside some nothing is linked."""
        if element.tag in _NOT_PROSE:
            return False
        stash = self.md.htmlStash.rawHtmlBlocks
        texts = (element.text, *(child.tail for child in element)) if stash else ()
        numbers = (int(it) for text in texts for it in _PLACEHOLDER.findall(text or ""))
        inline = (str(raw) for number in numbers for raw in stash[number:][:1])
        opened = (_RAW_TAG.match(raw) for raw in inline)
        return not any(tag and tag[1].lower() in _NOT_PROSE for tag in opened)

    def adapt(self, element: Element, *, is_prose: bool) -> None:  # noqa: ARG002 (links are none)
        if element.tag == "img":
            self._hide_reported(element, "src")
        elif element.tag == "a":
            page, href = self._page, element.get("href", "")
            resolved = page.site.trace.resolver.page_link(href, page.path)
            task = page.site.trace.task_index.by_path.get(resolved.path or "") if resolved else None
            if task and (url := page.url(page.site.addresses.task(task))):
                element.set("href", url)
            else:
                self._hide_reported(element, "href")

    def _hide_reported(self, element: Element, attribute: str) -> None:
        """Keep a link that a problem is about from MkDocs, which would report it a second time."""
        address = element.get(attribute)
        if address and address in self._page.reported:
            self._page.hidden.append((element, attribute, address))
            element.set(attribute, "")


class _Restore(Treeprocessor):
    def __init__(self, md: Markdown, extension: TraceLinks) -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, root: Element) -> None:  # noqa: ARG002 (Python-Markdown gives it)
        hidden = self._extension.page.hidden if self._extension.page else []
        while hidden:
            element, attribute, address = hidden.pop()
            element.set(attribute, address)
