"""The Python-Markdown extension for Zensical: boxes, references, lists and links in pages.

Zensical gives its page and configuration to a preprocessor of each Markdown object; without it,
such as in MkDocs, the extension does nothing.
"""

import posixpath
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from mkdocs_plantrace.checks.project_check import check_project
from mkdocs_plantrace.project.project_markers import find_configuration_in
from mkdocs_plantrace.site.markdown_extension import PageLinks, TraceLinks
from mkdocs_plantrace.site.markdown_pages import MarkdownPages

_CONTEXT = "rendering_context"
"""The name of Zensical's preprocessor (`zensical/extensions/context.py`)."""


class ZensicalExtension(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Python-Markdown's)
        if _CONTEXT not in md.preprocessors:
            return
        context: Any = md.preprocessors[_CONTEXT]
        written = _read_record(Path(context.config["root_dir"]))
        uri = context.page.path
        if uri in written.site.pages:
            return
        path = posixpath.join(written.site.trace.resolver.docs_dir, uri)
        links = TraceLinks()
        links.page = PageLinks(written.site, path, uri, frozenset())
        links.extendMarkdown(md)
        # Before tabs become spaces, since lists are known by their place.
        md.preprocessors.register(_Mark(md, written, path), "plantrace_lists", 35)
        # After raw HTML is put in again.
        additions = _Add(md, written, path, uri)
        md.postprocessors.register(additions, "plantrace_additions", -10)
        md.treeprocessors.register(_Ready(md, additions), "plantrace_ready", -1000)


class _Mark(Preprocessor):
    def __init__(self, md: Markdown, written: MarkdownPages, path: str) -> None:
        super().__init__(md)
        self._written = written
        self._path = path

    def run(self, lines: list[str]) -> list[str]:
        return self._written.site.mark_lists(self._path, "\n".join(lines)).split("\n")


class _Ready(Treeprocessor):
    """Runs after all other tree processors: before, toc runs postprocessors on headings."""

    def __init__(self, md: Markdown, additions: "_Add") -> None:
        super().__init__(md)
        self._additions = additions

    def run(self, root: Element) -> None:  # noqa: ARG002 (Python-Markdown passes it)
        self._additions.is_ready = True


class _Add(Postprocessor):
    is_ready = False

    def __init__(self, md: Markdown, written: MarkdownPages, path: str, uri: str) -> None:
        super().__init__(md)
        self._written = written
        self._path = path
        self._uri = uri

    def run(self, text: str) -> str:
        if not self.is_ready:
            return text
        return self._written.add_to_page(self._path, self._uri, text)


@cache
def _read_record(root: Path) -> MarkdownPages:
    """Read the record once per process, as Zensical renders each page with a new extension."""
    return MarkdownPages(*check_project(find_configuration_in(root) or root / "mkdocs.yml"))


def makeExtension(**options: Any) -> ZensicalExtension:  # noqa: N802 (the name is Python-Markdown's)
    return ZensicalExtension(**options)
