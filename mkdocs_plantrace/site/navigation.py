"""The place of generated pages, plans and logs in the navigation of MkDocs."""

import posixpath
from collections.abc import Iterator
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import Files, InclusionLevel
from mkdocs.structure.nav import (
    Navigation,
    Section,
    _add_parent_links,
    _add_previous_and_next_links,
    _data_to_navigation,
    _get_by_type,
)
from mkdocs.structure.pages import Page

from mkdocs_plantrace.config.option_values import NavMode
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.site.generated_pages import TraceSite
from mkdocs_plantrace.site.mkdocs_files import SourcePaths, is_ours
from mkdocs_plantrace.trace.trace import Trace


def prune(files: Files, paths: SourcePaths, trace: Trace) -> list[str]:
    """Remove plans, logs and templates from an automatic navigation; return their addresses."""
    pruned = []
    for file in files.documentation_pages(inclusion=lambda level: level is InclusionLevel.INCLUDED):
        path = paths.find(file)
        document = trace.documents.get(path)
        is_record = document and document.kind in (DocumentKind.PLAN, DocumentKind.LOG)
        if is_record or trace.resolver.is_template(path):
            file.inclusion = InclusionLevel.NOT_IN_NAV
            pruned.append(file.src_uri)
    return pruned


def add_to_nav(config: MkDocsConfig, site: TraceSite, nav: NavMode) -> None:
    """Append our pages to an explicit navigation, unless it contains the overview."""
    if config.nav is None or nav is NavMode.NONE:
        return
    if not _contains(config.nav, site.addresses.overview):
        words = site.trace.settings.language
        config.nav.append({words.text("Trace"): make_nav_entries(site, nav)})


def _contains(nav: object, uri: str) -> bool:
    entries = nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ()
    return nav == uri or any(_contains(entry, uri) for entry in entries)


def make_nav_entries(site: TraceSite, nav: NavMode) -> list[Any]:
    """Make entries of our pages in the notation of `nav:`."""
    addresses, words = site.addresses, site.trace.settings.language
    shown = [page.uri for page in site.pages.values() if nav is NavMode.FULL or page.is_listed]
    phases = [uri for uri in shown if posixpath.dirname(uri) == posixpath.dirname(addresses.phases)]
    tasks = [uri for uri in shown if posixpath.dirname(uri) == posixpath.dirname(addresses.tasks)]
    owners = [uri for uri in shown if posixpath.dirname(uri) == posixpath.dirname(addresses.owners)]
    errors = [
        uri for uri in shown if posixpath.dirname(uri) == addresses.errors.removesuffix(".md")
    ]
    entries = [
        addresses.overview,
        *([{words.text("Phases"): phases}] if phases else []),
        *_make_group(words.text("Tasks"), tasks),
        addresses.board,
        addresses.matrix,
        *_make_group(words.text("Owners"), owners),
        *_make_group(words.text("Errors"), [addresses.errors, *errors]),
        addresses.changes,
        addresses.problems,
    ]
    return [entry for entry in entries if isinstance(entry, dict) or entry in shown]


def _make_group(title: str, uris: list[str]) -> list[Any]:
    """Make a section of several pages."""
    return [{title: uris}] if len(uris) > 1 else uris


def arrange_nav(
    navigation: Navigation, site: TraceSite, files: Files, config: MkDocsConfig, nav: NavMode
) -> None:
    """Sort our pages in an automatic navigation, which MkDocs sorts by file name."""
    if config.nav is not None or nav is NavMode.NONE:
        return
    sections = _get_by_type(navigation.items, Section)
    overview = files.get_file_from_path(site.addresses.overview)
    section = next((it for it in sections if overview and overview.page in it.children), None)
    if section is None:
        return
    ours = _data_to_navigation(make_nav_entries(site, nav), files, config)
    section.children = [*ours, *_without_ours(section.children)]
    _add_parent_links([section])
    navigation.pages[:] = _get_by_type(navigation.items, Page)
    _add_previous_and_next_links(navigation.pages)


def _without_ours(items: list[StructureItem]) -> Iterator[StructureItem]:
    """Yield the items of the user, also those inside our sections."""
    for item in items:
        if isinstance(item, Section) and any(map(_is_our_page, item.children)):
            yield from _without_ours(item.children)
        elif not _is_our_page(item):
            yield item


def _is_our_page(item: StructureItem) -> bool:
    return isinstance(item, Page) and is_ours(item.file)
