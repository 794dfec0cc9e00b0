"""One build of a site: what it knows, and the HTML of its pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from mkdocs_plantrace.site import mkdocs_files
from mkdocs_plantrace.site.markdown_extension import PageLinks
from mkdocs_plantrace.site.render_cache import Rendered
from mkdocs_plantrace.site.generated_pages import GRAPH, TraceSite
from mkdocs_plantrace.site.view import Href
from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.project.project import Project


@dataclass(kw_only=True)
class Build:
    """What one build knows; `urls` are those of all files by address, once they are known."""

    project: Project
    result: Result
    site: TraceSite
    rendered: Rendered
    with_problems: bool
    urls: Mapping[str, str] = field(default_factory=dict)

    def generates(self, page: Page) -> bool:
        return page.file.src_uri in self.site.pages

    def path_of(self, page: Page) -> str:
        return mkdocs_files.source_path(page.file, self.project.place)

    def href(self, file: File) -> Href:
        """URLs relative to a page; most are wanted more than once."""
        return cache(lambda to: get_relative_url(self.urls.get(to, to), file.url))

    def fill_search_data(self, files: Files) -> None:
        """Write what the error index searches, once the URLs of all files are known."""
        self.urls = {file.src_uri: file.url for file in files}
        at = self.site.addresses
        file, page = files.get_file_from_path(at.search_data), files.get_file_from_path(at.errors)
        if file and page and mkdocs_files.is_ours(file):
            file.content_string = self.site.search_data(self.href(page))

    def links_of(self, page: Page) -> PageLinks:
        """What the words and links of a page may lead to."""
        path = self.path_of(page)
        return PageLinks(self.site, path, page.file.src_uri, self.result.reported_links(path))

    def content(self, page: Page) -> str:
        uri, href = page.file.src_uri, self.href(page.file)
        return self.rendered.get("content", uri, lambda: self.site.content(uri, href))

    def with_lists(self, page: Page, html: str) -> str:
        """The HTML of a page that somebody wrote, with the lists it asks for."""
        path, href = self.path_of(page), self.href(page.file)
        return self.site.with_lists(path, html, href, with_problems=self.with_problems)

    def completed(self, page: Page) -> str:
        """The HTML of a page with what search does not read: box and references, or the graph."""
        html, uri, site = page.content or "", page.file.src_uri, self.site
        href, get = self.href(page.file), self.rendered.get
        if self.generates(page):
            before, mark, after = html.partition(GRAPH)
            graph = get("graph", uri, lambda: site.graph(uri, href)) if mark else ""
            return f"{before}{graph}{after}"
        path, with_problems = self.path_of(page), self.with_problems
        above = get("box", uri, lambda: site.box(path, href, with_problems=with_problems))
        below = get("references", uri, lambda: site.references(path, href))
        return f"{above}{html}{below}"
