"""Translation between files, pages and navigation of MkDocs and plantrace."""

import os
import posixpath
import re
import tempfile
from collections.abc import Callable, Container, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils import get_relative_url

from mkdocs_plantrace.config.rendering import Rendering, make_rendering
from mkdocs_plantrace.config.settings import Settings
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
from mkdocs_plantrace.site.other_plugins import TranslatedBuild
from mkdocs_plantrace.site.source_links import RepositorySettings
from mkdocs_plantrace.site.view import Href
from mkdocs_plantrace.utils.file_safety import is_temporary
from mkdocs_plantrace.utils.paths import is_utf8
from mkdocs_plantrace.utils.text_file import UnusableFileError

_PUBLICATIONS = {
    InclusionLevel.EXCLUDED: Publication.EXCLUDED,
    InclusionLevel.DRAFT: Publication.DRAFT,
}
_PREVIEW = re.compile(r"(?:mkdocs|properdocs)_[a-z0-9_]{8}")
_HEADING = re.compile(r'<h([12]) id="([^"]+)">(.*?)</h\1>')
_TAG = re.compile(r"<[^>]+>")
_ID = re.compile(r' id="([^"]+)"')


def find_workspace(config: MkDocsConfig, docs_dir: str, settings: Settings) -> Workspace:
    """Find the folders of the project. Raises PluginError if they do not fit together.

    `docs_dir` is the configured one; monorepo and techdocs-core change it to a temporary folder.
    """
    path = Path(config.config_file_path) if config.config_file_path else None
    site_dir = config.site_dir
    if path and is_preview(config):  # the configured folder may contain an earlier build
        with suppress(UnusableConfigurationError):
            site_dir = read_site_configuration(path).site_dir
    try:
        return locate_folders(path, docs_dir, site_dir, settings)
    except MisplacedError as error:
        raise PluginError(f"plantrace {error}") from error


def find_rendering(config: MkDocsConfig) -> Rendering:
    """What MkDocs knows about the rendering; pages that plugins add are among its files.

    Only static-i18n decides after the check which file an address is.
    """
    extensions = {str(name): config.mdx_configs.get(name) for name in config.markdown_extensions}
    rendering = make_rendering(
        config.plugins,
        extensions,
        use_directory_urls=config.use_directory_urls,
        has_hooks=bool(config.hooks),
    )
    return replace(rendering, adds_pages="i18n" in config.plugins)


def find_repository_settings(config: MkDocsConfig) -> RepositorySettings:
    return RepositorySettings(
        url=config.repo_url or "",
        name=config.repo_name or "",
        edit_uri=config.edit_uri or "",
        edit_uri_template=str(config.edit_uri_template or ""),
    )


def is_preview(config: MkDocsConfig) -> bool:
    """Whether `mkdocs serve` builds: into a temporary folder, for its own address.

    With `serve --clean`, plugins receive the command `build`.
    """
    site_dir = Path(config.site_dir)
    host, port = config.dev_addr
    return (
        _PREVIEW.fullmatch(site_dir.name) is not None
        and site_dir.parent == Path(tempfile.gettempdir())  # there may be none for other builds
        and (config.site_url or "").startswith(f"http://{host}:{port}/")
    )


def find_template_folder(root: Path, settings: Settings) -> Path | None:
    """Find the folder of the option `templates`. Raises UnusableFileError if it is missing."""
    if settings.templates is None:
        return None
    folder = root / settings.templates
    if not is_inside(os.path.realpath(folder), os.path.realpath(root)):
        raise UnusableFileError(
            f"option 'templates': '{settings.templates}' is outside the project root"
        )
    if not os.path.isdir(folder):
        raise UnusableFileError(f"option 'templates': no folder '{settings.templates}'")
    return folder


def is_ours(file: File) -> bool:
    return file.generated_by == "plantrace"


@dataclass(frozen=True, slots=True)
class SourcePaths:
    """Finds the root-relative paths of files; `docs_dir` is where MkDocs reads its files now."""

    place: Workspace
    docs_dir: str

    def find(self, file: File) -> str:
        """A file of docs_dir, or outside the root, has the path that it would have in docs_dir."""
        path = None
        if file.src_dir != self.docs_dir and file.abs_src_path is not None:
            path = below_root(self.place.root, file.abs_src_path)
        return posixpath.join(self.place.docs_dir, file.src_uri) if path is None else path

    def is_original(self, file: File) -> bool:
        """Whether the file is in the root at its path, and not a copy or in memory."""
        path = os.path.join(self.place.root, self.find(file))
        return file.abs_src_path is not None and os.path.normpath(path) == file.abs_src_path


class FileUrls:
    """The URLs of all files by `src_uri`."""

    def __init__(self, files: Files, config: MkDocsConfig) -> None:
        self._files = files
        self._translation = TranslatedBuild(config)
        self.all = {file.src_uri: file.url for file in files if is_utf8(file.src_uri)}

    def find(self, uri: str) -> str:
        """The URL of a file; with static-i18n the file of the language, if it has one."""
        if uri in self.all:
            return self.all[uri]
        file = self._files.get_file_from_path(uri)
        return file.url if file else self._translation.find_url(uri)

    def relative_to(self, page: File) -> Href:
        """URLs relative to a page; most of them are used more than once."""
        return cache(lambda uri: get_relative_url(self.find(uri), page.url))


def collect_site_pages(
    config: MkDocsConfig, files: Files, paths: SourcePaths, ours: Container[str] = ()
) -> dict[str, SitePage]:
    """Collect the files of MkDocs by root-relative path, without our own and those at `ours`."""
    themes = frozenset(config.theme.dirs)  # their files are in the same collection
    return {
        paths.find(file): _make_site_page(file, paths)
        for file in files
        if file.src_dir not in themes and not is_ours(file) and file.src_uri not in ours
    }


def make_exclusion(config: MkDocsConfig) -> Callable[[str], bool]:
    """Whether `exclude_docs` matches a path."""
    patterns = config.exclude_docs
    return patterns.match_file if patterns else frozenset[str]().__contains__


def _make_site_page(file: File, paths: SourcePaths) -> SitePage:
    is_page = file.is_documentation_page()
    publication = Publication.PAGE if is_page else Publication.ASSET
    return SitePage(
        uri=file.src_uri,
        publication=_PUBLICATIONS.get(file.inclusion, publication),
        content=partial(_read_content, file) if is_page and not paths.is_original(file) else None,
    )


def _read_content(file: File) -> str:
    return file.content_bytes.decode("utf-8-sig", errors="replace")


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


def remove_temporary(files: Files) -> None:
    """Remove what commands write at the moment, even if `exclude_docs` includes hidden files."""
    for file in [file for file in files if is_temporary(posixpath.basename(file.src_uri))]:
        files.remove(file)


def exclude(files: Files, paths: SourcePaths, project: Project, unreadable: Container[str]) -> None:
    """Exclude files behind a symbolic link out of the root, and unreadable ones.

    MkDocs, even its server, would stop at a file that it cannot read, such as a broken link or a
    link in a circle, and would wait for a pipe.
    """
    for file in files:
        path = paths.find(file)
        is_escaping = path in project.site and project.tree.escapes(path)
        is_unreadable = path in unreadable if file.is_documentation_page() else _is_no_file(file)
        if is_escaping or is_unreadable or not is_utf8(file.src_uri):
            file.inclusion = InclusionLevel.EXCLUDED


def _is_no_file(asset: File) -> bool:
    return asset.abs_src_path is not None and not os.path.isfile(asset.abs_src_path)
