"""The files of MkDocs for generated pages and assets, and real files behind them."""

import json
import os
import posixpath
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from html import escape
from urllib.parse import quote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, InclusionLevel

from mkdocs_plantrace.config.option_values import NavMode
from mkdocs_plantrace.project.workspace import SitePage, Workspace
from mkdocs_plantrace.site.assets import load_script, load_stylesheet
from mkdocs_plantrace.site.generated_pages import TraceSite
from mkdocs_plantrace.site.other_plugins import needs_sources_in_git
from mkdocs_plantrace.site.page_table import GeneratedPage


class SourceFolder:
    """A temporary folder of source files, which plugins and themes read, stat, copy or date.

    The end of the process removes it. A server and static-i18n build several times with one plugin
    object, and other plugins may hold paths of the previous build, so nothing is removed before.
    """

    def __init__(self) -> None:
        self._folder: str | None = None

    def write(self, uri: str, text: str, modified: int | None = None) -> str:
        """Write a file and return its path; `modified` is its time in nanoseconds.

        Raises PluginError where there is no space for temporary files.

        The name contains the folders of the address: plugins that find files by name would confuse
        `errors.md` with a page of the user.
        """
        try:
            path = os.path.join(self._prepare_folder(), uri.replace("/", "-"))
            with open(path, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            if modified is not None:
                os.utime(path, ns=(modified, modified))
        except OSError as error:
            raise PluginError(f"plantrace: no temporary file: {error}") from error
        return path

    def _prepare_folder(self) -> str:
        """Make the folder, again if the system has removed it among its temporary files."""
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="plantrace-")
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        os.makedirs(self._folder, exist_ok=True)
        return self._folder


class FileFactory:
    """Makes files that have both a content and a real `abs_src_path`.

    The source of a task page is its metadata file. All others get one in a temporary folder, or
    the last metadata file where their source must be in Git.
    """

    def __init__(self, config: MkDocsConfig, place: Workspace, sources: SourceFolder) -> None:
        self._config = config
        self._root = place.root
        self._to_root = posixpath.relpath(".", place.docs_dir or ".")
        self._sources = sources
        edit_uri = config.edit_uri or config.edit_uri_template or ""
        self._has_edit_uris = "?" not in edit_uri and "!q" not in edit_uri  # they allow no `..`

    def make_pages(self, site: TraceSite, nav: NavMode) -> Iterator[File]:
        """Make files without Markdown; their HTML is added to the rendered page."""
        sources = [self._locate(page.source) for page in site.pages.values() if page.source]
        # The time of the last change of metadata: two builds of one tree give equal dates.
        modified = max((os.stat(it).st_mtime_ns for it in sources if os.path.exists(it)), default=0)
        shared = sources[-1] if sources and needs_sources_in_git(self._config) else None
        for page in site.pages.values():
            text = make_source(page)
            hidden = nav is NavMode.NONE or (nav is NavMode.PRUNED and not page.is_listed)
            inclusion = InclusionLevel.NOT_IN_NAV if hidden else InclusionLevel.INCLUDED
            file = File.generated(self._config, page.uri, content=text, inclusion=inclusion)
            if page.source is not None:
                self._set_source(file, page.source)
            else:
                file.abs_src_path = shared or self._sources.write(page.uri, text, modified)
            yield file

    def make_records(self, records: Mapping[str, SitePage], nav: NavMode) -> Iterator[File]:
        """Make files of records outside docs_dir, with the real file behind them."""
        is_shown = nav is NavMode.FULL
        inclusion = InclusionLevel.INCLUDED if is_shown else InclusionLevel.NOT_IN_NAV
        for path, page in records.items():
            file = File(
                page.uri,
                os.fspath(self._root),
                self._config.site_dir,
                self._config.use_directory_urls,
                inclusion=inclusion,
            )
            self._set_source(file, path)
            yield file

    def make_data(self, site: TraceSite) -> Iterator[File]:
        """Make the files of search data and feed, which are empty until URLs are known."""
        yield self._make_asset(site.addresses.search_data, "")
        if site.timeline.days:
            yield self._make_asset(site.addresses.feed, "")

    def make_assets(self) -> Iterator[File]:
        for uri, content in (load_stylesheet(), load_script()):
            yield self._make_asset(uri, content)

    def _make_asset(self, uri: str, content: str) -> File:
        path, inclusion = self._sources.write(uri, content), InclusionLevel.INCLUDED
        return File.generated(self._config, uri, abs_src_path=path, inclusion=inclusion)

    def _set_source(self, file: File, path: str) -> None:
        file.abs_src_path = self._locate(path)
        if self._has_edit_uris:
            file.edit_uri = quote(posixpath.normpath(f"{self._to_root}/{path}"))

    def _locate(self, path: str) -> str:
        return os.path.join(self._root, *path.split("/"))


def make_source(page: GeneratedPage) -> str:
    """Make the Markdown source of a generated page: only front matter.

    A title in front matter is HTML to themes; `render_macros` keeps mkdocs-macros off the page,
    Material and Zensical read `hide`, and the search of Material puts pages of tasks first.
    """
    hidden = "hide: [toc]\n" if page.is_wide else ""
    boost = "search: {boost: 2}\n" if page.source else ""
    title = json.dumps(escape(page.title), ensure_ascii=False)
    return f"---\ntitle: {title}\nrender_macros: false\n{hidden}{boost}---\n"
