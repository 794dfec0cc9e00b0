"""Translation between files, pages and navigation of MkDocs and plantrace."""

import json
import os
import posixpath
import re
import tempfile
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path
from urllib.parse import quote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from mkdocs_plantrace.config.rendering import Rendering, make_rendering
from mkdocs_plantrace.config.settings import NavMode, Settings
from mkdocs_plantrace.parsing.mkdocs_yml import UnusableConfigurationError, read_site_configuration
from mkdocs_plantrace.project.file_tree import ancestry, is_inside
from mkdocs_plantrace.project.path_resolver import Publication
from mkdocs_plantrace.project.project import Project
from mkdocs_plantrace.project.workspace import (
    MisplacedError,
    SitePage,
    Workspace,
    below_root,
    locate_folders,
)
from mkdocs_plantrace.site.generated_pages import GeneratedPage
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.globs import find_base_folder

_PUBLICATIONS = {
    InclusionLevel.EXCLUDED: Publication.EXCLUDED,
    InclusionLevel.DRAFT: Publication.DRAFT,
}
_PREVIEW = re.compile(r"(?:mkdocs|properdocs)_[a-z0-9_]{8}")
_HEADING = re.compile(r'<h([12]) id="([^"]+)">(.*?)</h\1>')
_TAG = re.compile(r"<[^>]+>")
_ID = re.compile(r' id="([^"]+)"')


def find_workspace(config: MkDocsConfig, settings: Settings) -> Workspace:
    """Find the folders of the project. Raises PluginError if they do not fit together."""
    path = Path(config.config_file_path) if config.config_file_path else None
    site_dir = config.site_dir
    if path and is_preview(config):  # the configured folder may contain an earlier build
        with suppress(UnusableConfigurationError):
            site_dir = read_site_configuration(path).site_dir
    try:
        return locate_folders(path, config.docs_dir, site_dir, settings)
    except MisplacedError as error:
        raise PluginError(f"plantrace {error}") from error


def find_rendering(config: MkDocsConfig) -> Rendering:
    """What MkDocs knows about the rendering; pages that plugins add are among its files."""
    extensions = {str(name): config.mdx_configs.get(name) for name in config.markdown_extensions}
    rendering = make_rendering(
        config.plugins,
        extensions,
        use_directory_urls=config.use_directory_urls,
        has_hooks=bool(config.hooks),
    )
    return replace(rendering, adds_pages=False)


def is_preview(config: MkDocsConfig) -> bool:
    """Whether `mkdocs serve` builds: into a temporary folder, for its own address.

    With `serve --clean`, plugins receive the command `build`.
    """
    site_dir = Path(config.site_dir)
    host, port = config.dev_addr
    return (
        site_dir.parent == Path(tempfile.gettempdir())
        and _PREVIEW.fullmatch(site_dir.name) is not None
        and (config.site_url or "").startswith(f"http://{host}:{port}/")
    )


def find_template_folder(root: Path, settings: Settings) -> Path | None:
    """Find the folder of the option `templates`. Raises PluginError if it is missing."""
    if settings.templates is None:
        return None
    folder = root / settings.templates
    if not is_inside(os.path.realpath(folder), os.path.realpath(root)):
        raise PluginError(
            f"plantrace option 'templates': '{settings.templates}' is outside the project root"
        )
    if not folder.is_dir():
        raise PluginError(f"plantrace option 'templates': no folder '{settings.templates}'")
    return folder


def list_input_paths(settings: Settings) -> set[str]:
    """List the folders and files of the options, to watch them."""
    paths = [settings.templates, settings.baseline, settings.schema, settings.signatures]
    return set(filter(None, [*paths, *map(find_base_folder, settings.tasks)]))


def find_metadata_folders(trace: Trace) -> set[str]:
    """Find the top folders of metadata, if an option `tasks` has no fixed folder."""
    if all(find_base_folder(glob) for glob in trace.settings.tasks):
        return set()
    return {path.partition("/")[0] for path in trace.resolver.sources}


def is_ours(file: File) -> bool:
    return file.generated_by == "plantrace"


def collect_site_pages(config: MkDocsConfig, files: Files, place: Workspace) -> dict[str, SitePage]:
    """Collect the files of MkDocs by root-relative path, without our own."""
    themes = frozenset(config.theme.dirs)  # their files are in the same collection
    return {
        find_source_path(file, place): _make_site_page(file, place.root)
        for file in files
        if file.src_dir not in themes and not is_ours(file)
    }


def _make_site_page(file: File, root: Path) -> SitePage:
    is_page = file.is_documentation_page()
    publication = Publication.PAGE if is_page else Publication.ASSET
    in_tree = file.abs_src_path is not None and below_root(root, file.abs_src_path) is not None
    return SitePage(
        uri=file.src_uri,
        publication=_PUBLICATIONS.get(file.inclusion, publication),
        content=partial(_read_content, file) if is_page and not in_tree else None,
    )


def _read_content(file: File) -> str:
    return file.content_bytes.decode("utf-8-sig", errors="replace")


def find_source_path(file: File, place: Workspace) -> str:
    """Find the path of a file from the root; a file elsewhere counts as in docs_dir."""
    path = below_root(place.root, file.abs_src_path) if file.abs_src_path is not None else None
    return posixpath.join(place.docs_dir, file.src_uri) if path is None else path


def make_files(
    pages: Iterable[GeneratedPage], config: MkDocsConfig, root: Path, nav: NavMode
) -> Iterator[File]:
    """Make files without Markdown; their HTML is added to the rendered page."""
    to_root = os.path.relpath(root, config.docs_dir).replace(os.sep, "/")
    edit_uri = config.edit_uri or config.edit_uri_template or ""
    has_edit_uris = "?" not in edit_uri and "!q" not in edit_uri  # those cannot contain `..`
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


class _GeneratedPage(Page):
    """A generated page, which has no Markdown."""

    def render(self, config: MkDocsConfig, files: Files) -> None:  # noqa: ARG002 (MkDocs passes them)
        """Skip the set-up of all Markdown extensions, which is slow."""
        self.content = ""
        self.toc = TableOfContents([])


def skip_markdown(page: Page) -> None:
    """Skip the Markdown of a generated page.

    MkDocs sets titles of `nav:` only on pages that it makes itself, so the class is changed.
    """
    if type(page) is Page:  # not one of another plugin
        page.__class__ = _GeneratedPage


def set_headings(page: Page, content: str) -> None:
    """Set the table of contents and the anchors of a generated page."""
    headings = [
        AnchorLink(_TAG.sub("", title), anchor, int(level))
        for level, anchor, title in _HEADING.findall(content)
    ]
    for heading in headings[:1]:
        heading.children = headings[1:]
    page.toc = TableOfContents(headings[:1])
    page.present_anchor_ids = set(_ID.findall(content))


def find_collisions(pages: Iterable[File], files: Files) -> dict[File, File]:
    """Map each generated page to the file of the user with the same address.

    Case is ignored, as on some systems; a file can also have the address of a folder.
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


def exclude(files: Files, project: Project, unreadable: Container[str]) -> None:
    """Exclude files behind a symbolic link out of the root, and unreadable pages.

    MkDocs, even its server, would stop at a page that it cannot read.
    """
    for file in files:
        path = find_source_path(file, project.place)
        is_escaping = path in project.site and project.tree.escapes(path)
        if is_escaping or (file.is_documentation_page() and path in unreadable):
            file.inclusion = InclusionLevel.EXCLUDED
