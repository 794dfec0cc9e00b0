"""The HTML of the pages of one build of MkDocs, in part that of the last build of a server."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from html import escape

from mkdocs.structure.pages import Page

from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.site.build_log import BuildLog
from mkdocs_plantrace.site.generated_pages import TraceSite
from mkdocs_plantrace.site.mkdocs_files import FileUrls, SourcePaths, set_headings
from mkdocs_plantrace.site.other_plugins import PrintedPages
from mkdocs_plantrace.site.templating import FaultyTemplateError, put_box, put_graph


class _Part(Enum):
    """The parts of a page that are rendered separately."""

    START = auto()
    CONTENT = auto()
    GRAPH = auto()
    END = auto()
    BOX = auto()
    REFERENCES = auto()


class RenderCache:
    """Parts of pages, valid as long as all values that pages display are equal."""

    def __init__(self) -> None:
        self._values: object = None
        self._html: dict[tuple[_Part, str], str] = {}

    def begin(self, values: object) -> None:
        """Start a build with the `displayed_values`; None disables the cache."""
        if values != self._values:
            self._html.clear()
        self._values = values

    def get(self, part: _Part, uri: str, render: Callable[[], str]) -> str:
        if self._values is None or (part, uri) not in self._html:
            self._html[part, uri] = render()
        return self._html[part, uri]


def displayed_values(
    result: Result, site: TraceSite, urls: Mapping[str, str], option_files: Mapping[str, object]
) -> object:
    """Collect all that boxes, references, graphs and generated pages depend on.

    `option_files` are the states of what the options name, such as the folder of templates.
    """
    trace = result.trace
    return (
        trace.settings,
        trace.task_index.phases,
        trace.resolver,
        trace.links.path_references,
        trace.evidence,
        trace.signatures,
        trace.errors.all,
        site.timeline.history,
        site.sources,
        [(link.kind, link.source, link.target) for link in trace.links.all],
        [(page.path, page.kind, page.title, page.uri) for page in trace.documents.values()],
        result.problems,
        site.search_version,
        site.notices,
        urls,
        option_files,
    )


@dataclass(frozen=True, kw_only=True)
class PageRenderer:
    """Renders pages when all URLs are known; a server shows them `with_problems`."""

    site: TraceSite
    paths: SourcePaths
    urls: FileUrls
    printed: PrintedPages
    cache: RenderCache
    log: BuildLog
    with_problems: bool

    def render_content(self, page: Page, html: str) -> str:
        """Render the HTML of a generated page, or the lists in any other page."""
        site, uri, href = self.site, page.file.src_uri, self.urls.relative_to(page.file)
        try:
            if uri not in site.pages:
                path = self.paths.find(page.file)
                return site.fill_lists(path, html, href, with_problems=self.with_problems)
            html = self.cache.get(_Part.CONTENT, uri, lambda: site.render_content(uri, href))
            set_headings(page, html)
        except FaultyTemplateError as error:
            return self._show_fault(error, html)
        return html

    def complete_content(self, page: Page, html: str) -> str:
        """Add what search must not read: the graph, or box and references."""
        site, uri, href = self.site, page.file.src_uri, self.urls.relative_to(page.file)
        get, path = self.cache.get, self.paths.find(page.file)
        try:
            self.printed.correct(page, partial(self._add_graph, page))
            if uri in site.pages:
                start = get(_Part.START, uri, lambda: site.render_start(uri, href))
                end = get(_Part.END, uri, lambda: site.render_end(uri, href))
                return site.add_commit(f"{start}{self._add_graph(page, html)}{end}")
            start = get(_Part.START, uri, lambda: site.render_trail(path, href))
            render_box = partial(site.render_box, path, href, with_problems=self.with_problems)
            box = get(_Part.BOX, uri, render_box)
            references = get(_Part.REFERENCES, uri, lambda: site.render_references(path, href))
        except FaultyTemplateError as error:
            return self._show_fault(error, html)
        return f"{start}{put_box(html, box)}{references}"

    def _show_fault(self, error: FaultyTemplateError, html: str) -> str:
        """Fail, or add the fault to a page of a server."""
        self.log.fail([str(error)])
        return f"<p>{escape(str(error))}</p>\n{html}"

    def _add_graph(self, page: Page, html: str) -> str:
        """Put the graph in its place in the HTML of a generated page; others have none."""
        uri, href = page.file.src_uri, self.urls.relative_to(page.file)
        if uri not in self.site.pages:
            return html
        render = partial(self.site.render_graph, uri, href)
        return put_graph(html, lambda: self.cache.get(_Part.GRAPH, uri, render))
