"""Generated pages as Markdown files, for Zensical, which runs no plugin of MkDocs."""

import posixpath
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from mkdocs.utils import get_relative_url

from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.model.history import History
from mkdocs_plantrace.parsing.mkdocs_yml import SiteConfiguration, read_site_configuration
from mkdocs_plantrace.project.git import GitError
from mkdocs_plantrace.project.history_reader import find_head, read_history
from mkdocs_plantrace.project.project import Project
from mkdocs_plantrace.site.assets import load_script, load_stylesheet
from mkdocs_plantrace.site.generated_files import make_source
from mkdocs_plantrace.site.generated_pages import TraceSite
from mkdocs_plantrace.site.mkdocs_files import find_template_folder
from mkdocs_plantrace.site.source_links import RepositorySettings, make_source_links
from mkdocs_plantrace.site.templating import FaultyTemplateError, put_box, put_graph
from mkdocs_plantrace.site.view import Href
from mkdocs_plantrace.utils.text_file import UnusableFileError


class MarkdownPages:
    """Renders pages and additions to pages.

    Links are relative to the source of their page: Zensical turns them into URLs, and reports
    broken ones. Only what scripts read has URLs.
    """

    def __init__(self, project: Project, result: Result, history: History | None = None) -> None:
        self._place = project.place
        templates = find_template_folder(project.place.root, result.trace.settings)
        configuration = Path(self._place.root, self._place.configuration.path)
        self._configuration = read_site_configuration(configuration, needs_plugin=False)
        commit = history.head.id if history else find_head(result.trace.settings, self._place.root)
        sources = make_source_links(_find_repository(self._configuration), self._place, commit)
        self.site = TraceSite(result, templates, history=history, sources=sources)
        self._prefix = result.trace.settings.prefix
        self._make_url = result.trace.resolver.make_url
        (self._style, _), (self._script, _) = load_stylesheet(), load_script()

    def render_files(self) -> dict[str, str]:
        """The text of all files, by paths below the folder of the generated pages."""
        search = self.site.addresses.search_data
        files = {search: self.site.render_search_data(self._url_from(self.site.addresses.errors))}
        if self.site.timeline.days:
            name, url = self._configuration.name, self._configuration.url
            files[self.site.addresses.feed] = self.site.render_feed(self._make_url, name, url)
        for uri, page in self.site.pages.items():
            files[uri] = f"{make_source(page)}\n{self._render(uri)}\n"
        below = {posixpath.relpath(uri, self._prefix): text for uri, text in files.items()}
        assets = (load_stylesheet(), load_script())
        return {**below, **{posixpath.basename(uri): text for uri, text in assets}}

    def add_to_page(self, path: str, uri: str, html: str) -> str:
        """Add lists, box and references to the HTML of a page of the record."""
        site, href = self.site, self.href(uri)
        html = _with_plain_links(site.fill_lists(path, html, href, with_problems=False))
        box = site.render_box(path, href, with_problems=False)
        references, trail = site.render_references(path, href), site.render_trail(path, href)
        assets = self._link_assets(href) if box or references or "pt-list" in html else ""
        return f"{assets}{trail}{put_box(html, box)}{references}"

    def href(self, page: str) -> Href:
        """Links from the page with this path below docs_dir."""
        folder, as_url = posixpath.dirname(page) or ".", self._url_from(page)
        others = (self.site.addresses.search_data, self.site.addresses.feed)
        return cache(lambda to: as_url(to) if to in others else posixpath.relpath(to, folder))

    def _url_from(self, page: str) -> Href:
        return lambda to: get_relative_url(self._make_url(to), self._make_url(page))

    def _render(self, uri: str) -> str:
        href = self.href(uri)
        html = self.site.render_content(uri, href)
        whole = _with_plain_links(put_graph(html, lambda: self.site.render_graph(uri, href)))
        start, _, rest = whole.partition(">")
        rest, end, _ = rest.rpartition("</div>")
        # One element for the whole page, so that Python-Markdown takes all of it for HTML.
        above, below = self.site.render_start(uri, href), self.site.render_end(uri, href)
        page = f"{start}>{self._link_assets(href)}{above}{rest}{below}"
        return f"{self.site.add_commit(page)}{end}"

    def _link_assets(self, href: Href) -> str:
        style, script = (
            href(posixpath.join(self._prefix, posixpath.basename(uri)))
            for uri in (self._style, self._script)
        )
        return f'<link rel="stylesheet" href="{style}"><script src="{script}" defer></script>'


def _with_plain_links(html: str) -> str:
    """Zensical corrects only links that are an `href`."""
    return html.replace("<a xlink:href=", "<a href=")


def _find_repository(site: SiteConfiguration) -> RepositorySettings:
    return RepositorySettings(
        url=site.repo_url,
        name=site.repo_name,
        edit_uri=site.edit_uri,
        edit_uri_template=site.edit_uri_template,
    )


def render_files(project: Project, result: Result) -> Mapping[str, str]:
    """The text of all files, by paths below the folder of the generated pages.

    Raises UnusableFileError for a template of the project that cannot be rendered.
    """
    history = None
    with suppress(GitError):
        history = read_history(result.trace)
    try:
        return MarkdownPages(project, result, history).render_files()
    except FaultyTemplateError as error:
        raise UnusableFileError(str(error)) from error
