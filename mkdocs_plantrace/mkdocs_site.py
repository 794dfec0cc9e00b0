"""What MkDocs knows of a site in plantrace's terms, and plantrace's pages in MkDocs' terms."""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections.abc import Iterator
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from mkdocs_plantrace.model import DocumentKind, Location
from mkdocs_plantrace.pages.site import GeneratedPage, TraceSite
from mkdocs_plantrace.paths import Publication
from mkdocs_plantrace.pipeline import Project, SitePage
from mkdocs_plantrace.reading.configuration import locate_option
from mkdocs_plantrace.reading.globs import fixed_folder, is_template
from mkdocs_plantrace.reading.source import UnreadableFileError, read_text
from mkdocs_plantrace.settings import NavMode, Settings
from mkdocs_plantrace.trace import Trace

_PUBLICATIONS = {
    InclusionLevel.EXCLUDED: Publication.EXCLUDED,
    InclusionLevel.DRAFT: Publication.DRAFT,
}
_HEADING = re.compile(r'<h([12]) id="([^"]+)">(.*?)</h\1>')
_TAG = re.compile(r"<[^>]+>")
_MAX_CONFIGURATION_BYTES = 1024 * 1024


def root_of(config: MkDocsConfig, settings: Settings) -> Path:
    """The absolute project root. Raises PluginError if it is no folder."""
    base = os.path.dirname(config.config_file_path or "") or os.getcwd()
    root = Path(os.path.normpath(os.path.join(os.path.abspath(base), settings.root)))
    if not root.is_dir():
        raise PluginError(f"plantrace option 'root': no folder '{settings.root}'")
    return root


def template_folder(config: MkDocsConfig, settings: Settings) -> Path | None:
    """The folder of the project's own templates. Raises PluginError if there is none."""
    if settings.templates is None:
        return None
    folder = root_of(config, settings) / settings.templates
    if not folder.is_dir():
        raise PluginError(f"plantrace option 'templates': no folder '{settings.templates}'")
    return folder


def input_folders(settings: Settings) -> set[str]:
    """The folders to watch that the options name."""
    folders = {fixed_folder(glob) for glob in settings.tasks}
    folders.add(settings.templates or "")
    return folders - {""}


def folders_of(trace: Trace) -> set[str]:
    """The folders to watch for metadata that no option names: those right below the root."""
    if all(fixed_folder(glob) for glob in trace.settings.tasks):
        return set()
    return {path.partition("/")[0] for path in trace.resolver.sources}


def project_of(
    config: MkDocsConfig, files: Files, settings: Settings, own_pages: frozenset[str]
) -> Project:
    """The project that MkDocs is about to build, but for the pages that we added ourselves.

    Raises PluginError if docs_dir is not inside the root.
    """
    root = root_of(config, settings)
    docs_dir = _below(root, config.docs_dir)
    if docs_dir is None:
        raise PluginError(
            f"plantrace option 'root': docs_dir '{config.docs_dir}' does not lie inside "
            f"the project root '{root}'"
        )
    return Project(
        root=root,
        docs_dir=docs_dir,
        site_dir=_below(root, config.site_dir),
        site=dict(_site_pages(files, config, root, docs_dir, own_pages)),
        configuration=_configuration(config, root),
    )


def _below(root: Path, path: str) -> str | None:
    """A path relative to the root, '' for the root itself; None if it is not inside."""
    relative = os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/")
    if relative == ".":
        return ""
    return None if relative == ".." or relative.startswith("../") else relative


def _site_pages(
    files: Files, config: MkDocsConfig, root: Path, docs_dir: str, own_pages: frozenset[str]
) -> Iterator[tuple[str, SitePage]]:
    for file in files:
        # MkDocs keeps the stylesheets of themes in the same collection.
        if file.src_dir in config.theme.dirs or file.src_uri in own_pages:
            continue
        path = source_path(file, root, docs_dir)
        is_page = file.is_documentation_page()
        publication = Publication.PAGE if is_page else Publication.ASSET
        in_tree = file.abs_src_path is not None and _below(root, file.abs_src_path) == path
        yield (
            path,
            SitePage(
                uri=file.src_uri,
                publication=_PUBLICATIONS.get(file.inclusion, publication),
                content=partial(_content_of, file) if is_page and not in_tree else None,
            ),
        )


def _content_of(file: File) -> str:
    return file.content_bytes.decode("utf-8-sig", errors="replace")


def source_path(file: File, root: Path, docs_dir: str) -> str:
    """The root-relative path of a file, or where it would lie if it lay in docs_dir."""
    if file.abs_src_path is not None:
        path = _below(root, file.abs_src_path)
        if path is not None:
            return path
    return posixpath.join(docs_dir, file.src_uri)


def _configuration(config: MkDocsConfig, root: Path) -> Location:
    if not config.config_file_path:
        return Location(path="mkdocs.yml")
    path = Path(config.config_file_path).absolute()
    shown = os.path.relpath(path, root).replace(os.sep, "/")
    try:
        text = read_text(path, limit=_MAX_CONFIGURATION_BYTES)
    except UnreadableFileError:
        return Location(path=shown)
    return locate_option(shown, text, "tasks")


def to_file(page: GeneratedPage, config: MkDocsConfig, root: Path, nav: NavMode) -> File:
    """A file without text of its own: its HTML comes when MkDocs has rendered nothing."""
    # A title in front matter is HTML to themes; the flag keeps mkdocs-macros off the page.
    title = json.dumps(escape(page.title), ensure_ascii=False)
    content = f"---\ntitle: {title}\nrender_macros: false\n---\n"
    hidden = nav is NavMode.NONE or (nav is NavMode.PRUNED and page.is_single_task)
    inclusion = InclusionLevel.NOT_IN_NAV if hidden else InclusionLevel.INCLUDED
    file = File.generated(config, page.uri, content=content, inclusion=inclusion)
    if page.source is not None:
        file.edit_uri = _edit_uri(config, root / page.source)
    return file


def table_of_contents(content: str) -> TableOfContents:
    """The headings of a generated page, which has no Markdown to take them from."""
    headings = [
        AnchorLink(_TAG.sub("", title), anchor, int(level))
        for level, anchor, title in _HEADING.findall(content)
    ]
    top, below = headings[:1], headings[1:]
    for heading in top:
        heading.children = below
    return TableOfContents(top)


def _edit_uri(config: MkDocsConfig, source: Path) -> str | None:
    """The metadata file as seen from docs_dir, where MkDocs' edit links start."""
    template = config.edit_uri_template or ""
    start = config.edit_uri or template
    if "?" in start or "!q" in start:  # `..` has no meaning in a query or when quoted
        return None
    return os.path.relpath(source, config.docs_dir).replace(os.sep, "/")


def collisions(pages: list[File], files: Files) -> list[tuple[File, File]]:
    """Generated pages that would take the place of a file of the user, with that file."""
    taken = {}
    for file in files:
        if file.inclusion is not InclusionLevel.EXCLUDED:
            taken[file.src_uri] = file
            taken[file.dest_uri] = file
    return [
        (page, other)
        for page in pages
        if (other := taken.get(page.src_uri) or taken.get(page.dest_uri))
    ]


def prune(files: Files, trace: Trace, nav: NavMode) -> None:
    """Keep plans, logs and templates out of an automatic navigation.

    Documents that a task names through a link out of the root are kept out of the site.
    """
    escaping = {
        reference.text.value
        for reference in trace.path_references
        if reference.resolved.fault is not None and reference.resolved.fault.is_outside
    }
    for file in files.documentation_pages():
        path = posixpath.join(trace.resolver.docs_dir, file.src_uri)
        document = trace.documents.get(path)
        is_record = document and document.kind in (DocumentKind.PLAN, DocumentKind.LOG)
        if path in escaping:
            file.inclusion = InclusionLevel.EXCLUDED
        elif (
            nav is NavMode.PRUNED
            and file.inclusion is InclusionLevel.INCLUDED
            and (is_record or is_template(path, trace.resolver.docs_dir))
        ):
            file.inclusion = InclusionLevel.NOT_IN_NAV


def add_to_nav(config: MkDocsConfig, site: TraceSite, nav: NavMode) -> None:
    """Append our pages to an explicit navigation that does not name them yet."""
    if config.nav is None or nav is NavMode.NONE:
        return
    if not _names(config.nav, site.addresses.overview):
        config.nav.append({"Trace": nav_entries(site, nav)})


def _names(nav: object, uri: str) -> bool:
    if isinstance(nav, dict):
        return any(_names(entry, uri) for entry in nav.values())
    if isinstance(nav, list):
        return any(_names(entry, uri) for entry in nav)
    return nav == uri


def nav_entries(site: TraceSite, nav: NavMode) -> list[Any]:
    """Our pages as they stand in a navigation, in the notation of `nav:`."""
    addresses = site.addresses
    shown = [
        page.uri for page in site.pages.values() if nav is NavMode.FULL or not page.is_single_task
    ]
    phases = [uri for uri in shown if posixpath.dirname(uri) == posixpath.dirname(addresses.phases)]
    tasks = [uri for uri in shown if posixpath.dirname(uri) == posixpath.dirname(addresses.tasks)]
    entries = [
        addresses.overview,
        {"Phases": phases},
        addresses.tasks if tasks == [addresses.tasks] else {"Tasks": tasks},
        addresses.problems,
    ]
    return [entry for entry in entries if isinstance(entry, dict) or entry in shown]


def arrange_nav(navigation: Navigation, site: TraceSite, files: Files, nav: NavMode) -> None:
    """Put our pages in order in an automatic navigation, which sorts by file name."""
    section = _section_with(navigation.items, site.addresses.overview)
    if section is None:
        return
    section.children = _nav_items(nav_entries(site, nav), files, section)
    navigation.pages[:] = list(_pages_in(navigation.items))
    around = [None, *navigation.pages, None]
    for before, page, after in zip(around, navigation.pages, around[2:], strict=False):
        page.previous_page, page.next_page = before, after


def _section_with(items: list[StructureItem], uri: str) -> Section | None:
    for item in items:
        if not isinstance(item, Section):
            continue
        if any(isinstance(child, Page) and child.file.src_uri == uri for child in item.children):
            return item
        inner = _section_with(item.children, uri)
        if inner is not None:
            return inner
    return None


def _nav_items(entries: list[Any], files: Files, parent: Section) -> list[StructureItem]:
    items: list[StructureItem] = []
    for entry in entries:
        if isinstance(entry, dict):
            ((title, inner),) = entry.items()
            section = Section(title, [])
            section.children = _nav_items(inner, files, section)
            items.append(section)
        else:
            file = files.get_file_from_path(entry)
            if file and file.page:
                items.append(file.page)
    for item in items:
        item.parent = parent
    return items


def _pages_in(items: list[StructureItem]) -> Iterator[Page]:
    for item in items:
        if isinstance(item, Page):
            yield item
        elif isinstance(item, Section):
            yield from _pages_in(item.children)
