"""What MkDocs knows of a site in plantrace's terms, and plantrace's pages in MkDocs' terms."""

import json
import os
import posixpath
import re
import tempfile
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from functools import partial
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import (
    Navigation,
    Section,
    _add_parent_links,
    _add_previous_and_next_links,
    _data_to_navigation,
    _get_by_type,
)
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from mkdocs_plantrace.config.settings import NavMode, Settings
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.parsing.mkdocs_yml import UnusableConfigurationError, read_site_configuration
from mkdocs_plantrace.project.file_tree import ancestry, is_inside
from mkdocs_plantrace.project.path_resolver import Publication
from mkdocs_plantrace.project.project import Project
from mkdocs_plantrace.project.workspace import (
    MisplacedError,
    SitePage,
    Workspace,
    below_root,
    locate,
)
from mkdocs_plantrace.site.generated_pages import GeneratedPage, TraceSite
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.globs import fixed_folder, is_template

_PUBLICATIONS = {
    InclusionLevel.EXCLUDED: Publication.EXCLUDED,
    InclusionLevel.DRAFT: Publication.DRAFT,
}
_PREVIEW = re.compile(r"(?:mkdocs|properdocs)_[a-z0-9_]{8}")
_HEADING = re.compile(r'<h([12]) id="([^"]+)">(.*?)</h\1>')
_TAG = re.compile(r"<[^>]+>")
_ID = re.compile(r' id="([^"]+)"')


def place_of(config: MkDocsConfig, settings: Settings) -> Workspace:
    """The folders of the project. Raises PluginError if they do not fit together."""
    path = Path(config.config_file_path) if config.config_file_path else None
    site_dir = config.site_dir
    if path and is_preview(config):  # then a site built earlier still lies where it did
        with suppress(UnusableConfigurationError):
            site_dir = read_site_configuration(path).site_dir
    try:
        return locate(path, config.docs_dir, site_dir, settings)
    except MisplacedError as error:
        raise PluginError(f"plantrace {error}") from error


def is_preview(config: MkDocsConfig) -> bool:
    """Whether `mkdocs serve` builds, which `serve --clean` does not tell plugins.

    It builds into a folder that mkdtemp names, for the address of the server.
    """
    site_dir = Path(config.site_dir)
    host, port = config.dev_addr
    return (
        site_dir.parent == Path(tempfile.gettempdir())
        and _PREVIEW.fullmatch(site_dir.name) is not None
        and (config.site_url or "").startswith(f"http://{host}:{port}/")
    )


def template_folder(root: Path, settings: Settings) -> Path | None:
    """The folder of the project's own templates. Raises PluginError if there is none."""
    if settings.templates is None:
        return None
    folder = root / settings.templates
    if not is_inside(os.path.realpath(folder), os.path.realpath(root)):
        raise PluginError(
            f"plantrace option 'templates': '{settings.templates}' lies outside the project root"
        )
    if not folder.is_dir():
        raise PluginError(f"plantrace option 'templates': no folder '{settings.templates}'")
    return folder


def input_paths(settings: Settings) -> set[str]:
    """The folders and files to watch that the options name."""
    paths = [settings.templates, settings.baseline, settings.schema, settings.signatures]
    return set(filter(None, [*paths, *map(fixed_folder, settings.tasks)]))


def folders_of(trace: Trace) -> set[str]:
    """The folders to watch for metadata that no option names: those right below the root."""
    if all(fixed_folder(glob) for glob in trace.settings.tasks):
        return set()
    return {path.partition("/")[0] for path in trace.resolver.sources}


def is_ours(file: File) -> bool:
    return file.generated_by == "plantrace"


def site_pages(config: MkDocsConfig, files: Files, place: Workspace) -> dict[str, SitePage]:
    """The files that MkDocs knows, by root-relative path, but for those that we added."""
    themes = frozenset(config.theme.dirs)  # MkDocs keeps their files in the same collection
    return {
        source_path(file, place): _site_page(file, place.root)
        for file in files
        if file.src_dir not in themes and not is_ours(file)
    }


def _site_page(file: File, root: Path) -> SitePage:
    is_page = file.is_documentation_page()
    publication = Publication.PAGE if is_page else Publication.ASSET
    in_tree = file.abs_src_path is not None and below_root(root, file.abs_src_path) is not None
    return SitePage(
        uri=file.src_uri,
        publication=_PUBLICATIONS.get(file.inclusion, publication),
        content=partial(_content_of, file) if is_page and not in_tree else None,
    )


def _content_of(file: File) -> str:
    return file.content_bytes.decode("utf-8-sig", errors="replace")


def source_path(file: File, place: Workspace) -> str:
    """The root-relative path of a file, or where it would lie if it lay in docs_dir."""
    path = below_root(place.root, file.abs_src_path) if file.abs_src_path is not None else None
    return posixpath.join(place.docs_dir, file.src_uri) if path is None else path


def to_files(
    pages: Iterable[GeneratedPage], config: MkDocsConfig, root: Path, nav: NavMode
) -> Iterator[File]:
    """Files without text of their own: their HTML comes when MkDocs has rendered nothing."""
    to_root = os.path.relpath(root, config.docs_dir).replace(os.sep, "/")
    edit_uri = config.edit_uri or config.edit_uri_template or ""
    has_edit_uris = "?" not in edit_uri and "!q" not in edit_uri  # where `..` means nothing
    for page in pages:
        # A title in front matter is HTML to themes; the flag keeps mkdocs-macros off the page.
        title = json.dumps(escape(page.title), ensure_ascii=False)
        content = f"---\ntitle: {title}\nrender_macros: false\n---\n"
        hidden = nav is NavMode.NONE or (nav is NavMode.PRUNED and page.is_single_task)
        inclusion = InclusionLevel.NOT_IN_NAV if hidden else InclusionLevel.INCLUDED
        file = File.generated(config, page.uri, content=content, inclusion=inclusion)
        if page.source is not None:
            source = quote(posixpath.normpath(f"{to_root}/{page.source}"))
            file.edit_uri = source if has_edit_uris else None
        yield file


class _WithoutMarkdown(Page):
    """A generated page: its HTML is made elsewhere, from no Markdown."""

    def render(self, config: MkDocsConfig, files: Files) -> None:  # noqa: ARG002 (MkDocs names them)
        """Leave out the set-up of all Markdown extensions, which may take longer than the page."""
        self.content = ""
        self.toc = TableOfContents([])


def skip_markdown(page: Page) -> None:
    """Keep MkDocs from rendering the Markdown of a generated page, which has none.

    The page cannot be made as such: MkDocs gives only its own pages the titles of `nav:`.
    """
    if type(page) is Page:  # not one of another plugin
        page.__class__ = _WithoutMarkdown


def fill(page: Page, content: str) -> None:
    """Give a generated page the table of its headings, and MkDocs the places to link to."""
    headings = [
        AnchorLink(_TAG.sub("", title), anchor, int(level))
        for level, anchor, title in _HEADING.findall(content)
    ]
    for heading in headings[:1]:
        heading.children = headings[1:]
    page.toc = TableOfContents(headings[:1])
    page.present_anchor_ids = set(_ID.findall(content))


def find_collisions(pages: Iterable[File], files: Files) -> dict[File, File]:
    """Generated pages that would take the place of a file of the user, with that file.

    Names that differ in case only are one on some systems; a file may also stand where a
    folder must go.
    """
    taken = {
        uri.casefold(): file
        for file in files
        if file.inclusion is not InclusionLevel.EXCLUDED
        for uri in (file.src_uri, file.dest_uri)
    }
    wanted = {page: (*ancestry(page.dest_uri), page.src_uri) for page in pages}
    found = ((page, taken.get(uri.casefold())) for page, uris in wanted.items() for uri in uris)
    return {page: file for page, file in found if file}


def prune(files: Files, project: Project, trace: Trace) -> None:
    """Keep plans, logs and templates out of an automatic navigation."""
    for file in files.documentation_pages(inclusion=lambda level: level is InclusionLevel.INCLUDED):
        path = source_path(file, project.place)
        document = trace.documents.get(path)
        is_record = document and document.kind in (DocumentKind.PLAN, DocumentKind.LOG)
        if is_record or is_template(path, project.place.docs_dir):
            file.inclusion = InclusionLevel.NOT_IN_NAV


def leave_out(files: Files, project: Project, unreadable: Container[str]) -> None:
    """Leave out what lies behind a symbolic link out of the root, and pages of these paths.

    MkDocs would end over pages that cannot be read, server included.
    """
    for file in files:
        path = source_path(file, project.place)
        is_escaping = path in project.site and project.tree.escapes(path)
        if is_escaping or (file.is_documentation_page() and path in unreadable):
            file.inclusion = InclusionLevel.EXCLUDED


def add_to_nav(config: MkDocsConfig, site: TraceSite, nav: NavMode) -> None:
    """Append our pages to an explicit navigation that does not name them yet."""
    if config.nav is None or nav is NavMode.NONE:
        return
    if not _names(config.nav, site.addresses.overview):
        words = site.trace.settings.language
        config.nav.append({words.text("Trace"): nav_entries(site, nav)})


def _names(nav: object, uri: str) -> bool:
    entries = nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ()
    return nav == uri or any(_names(entry, uri) for entry in entries)


def nav_entries(site: TraceSite, nav: NavMode) -> list[Any]:
    """Our pages as they stand in a navigation, in the notation of `nav:`."""
    addresses, words = site.addresses, site.trace.settings.language
    shown = [
        page.uri for page in site.pages.values() if nav is NavMode.FULL or not page.is_single_task
    ]
    phases = [uri for uri in shown if posixpath.dirname(uri) == posixpath.dirname(addresses.phases)]
    tasks = [uri for uri in shown if posixpath.dirname(uri) == posixpath.dirname(addresses.tasks)]
    entries = [
        addresses.overview,
        {words.text("Phases"): phases},
        addresses.tasks if tasks == [addresses.tasks] else {words.text("Tasks"): tasks},
        addresses.errors,
        addresses.problems,
    ]
    return [entry for entry in entries if isinstance(entry, dict) or entry in shown]


def arrange_nav(
    navigation: Navigation, site: TraceSite, files: Files, config: MkDocsConfig, nav: NavMode
) -> None:
    """Put our pages in order in an automatic navigation, which sorts by file name."""
    sections = _get_by_type(navigation.items, Section)
    overview = files.get_file_from_path(site.addresses.overview)
    section = next((it for it in sections if overview and overview.page in it.children), None)
    if section is None:
        return
    ours = _data_to_navigation(nav_entries(site, nav), files, config)
    section.children = [*ours, *_without_ours(section.children)]
    _add_parent_links([section])
    navigation.pages[:] = _get_by_type(navigation.items, Page)
    _add_previous_and_next_links(navigation.pages)


def _without_ours(items: list[StructureItem]) -> Iterator[StructureItem]:
    """What the user put among our pages; it stays when a section of ours goes."""
    for item in items:
        if isinstance(item, Section) and any(map(_is_our_page, item.children)):
            yield from _without_ours(item.children)
        elif not _is_our_page(item):
            yield item


def _is_our_page(item: StructureItem) -> bool:
    return isinstance(item, Page) and is_ours(item.file)
