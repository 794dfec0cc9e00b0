"""The folders of a project, and the files that MkDocs publishes."""

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from pathspec.gitignore import GitIgnoreSpec

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.parsing.plugin_options import locate_option
from mkdocs_plantrace.project.file_tree import Tree, walk
from mkdocs_plantrace.project.layout_files import (
    find_published,
    find_published_folders,
    find_task_folders,
)
from mkdocs_plantrace.project.path_resolver import Publication
from mkdocs_plantrace.utils.paths import MARKDOWN_SUFFIXES, find_repository, make_relative
from mkdocs_plantrace.utils.text_file import UnreadableFileError, read_text

_ALWAYS_EXCLUDED = (".*", "/templates/")
"""What MkDocs excludes unless `exclude_docs` includes it (`structure/files.py`)."""

_Matcher: TypeAlias = Callable[[str], bool]
_never: _Matcher = frozenset[str]().__contains__

_MAX_CONFIGURATION_BYTES = 1024 * 1024
_LONGEST_REASON = 500


class MisplacedError(ValueError):
    """A folder in the configuration is missing or in the wrong place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The folders of a project: `root` is absolute, the others are relative to it.

    `docs_dir` is '' for the root itself, `site_dir` None outside the root. `configuration` is
    the place of the options. Without a configuration, `has_site` is false.
    """

    root: Path
    docs_dir: str
    site_dir: str | None
    configuration: Location
    has_site: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """A file that MkDocs knows; `uri` is from docs_dir, `content` for one only in memory."""

    uri: str
    publication: Publication
    content: Callable[[], str] | None = None


def locate_folders(
    configuration: Path | None,
    docs_dir: str,
    site_dir: str,
    settings: Settings,
    *,
    has_site: bool = True,
) -> Workspace:
    """Find the folders; relative ones start at the folder of the configuration.

    Raises MisplacedError if the root or the docs_dir of a site is not a folder, or docs_dir is
    outside the root.
    """
    base = _folder_of(configuration)
    root = project_root(configuration, settings)
    if not os.path.isdir(root):
        raise MisplacedError(f"option 'root': no folder '{settings.root}'")
    below = below_root(root, os.path.join(base, docs_dir))
    if below is None:
        message = f"docs_dir '{docs_dir}' is not inside the project root '{root}'"
        raise MisplacedError(f"option 'root': {message}")
    if has_site and not os.path.isdir(os.path.join(base, docs_dir)):
        raise MisplacedError(f"docs_dir: no folder '{docs_dir}'")
    return Workspace(
        root=root,
        docs_dir=below,
        site_dir=below_root(root, os.path.join(base, site_dir)),
        configuration=_configuration(configuration, root),
        has_site=has_site,
    )


def project_root(configuration: Path | None, settings: Settings) -> Path:
    return Path(os.path.normpath(_folder_of(configuration) / settings.root))


def _folder_of(configuration: Path | None) -> Path:
    return configuration.absolute().parent if configuration else Path.cwd()


def below_repository(root: Path) -> str:
    """The POSIX path of the root in its Git repository; '' for its top, or without one."""
    return below_root(find_repository(root) or root, os.fspath(root)) or ""


def below_root(root: Path, path: str) -> str | None:
    """The path relative to the root, '' for the root itself, None outside it."""
    try:
        relative = os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/")
    except ValueError:  # on another drive of Windows
        return None
    if relative == ".":
        return ""
    return None if relative == ".." or relative.startswith("../") else relative


def find_below(root: Path, path: str) -> str | None:
    """Like `below_root`, before or after symbolic links are followed."""
    literal = below_root(root, path)
    if literal is not None:
        return literal
    return below_root(Path(os.path.realpath(root)), os.path.realpath(path))


def _configuration(path: Path | None, root: Path) -> Location:
    if path is None:
        return Location(path="mkdocs.yml")
    shown = make_relative(path, root)
    try:
        text = read_text(path, limit=_MAX_CONFIGURATION_BYTES)
    except UnreadableFileError:
        return Location(path=shown)
    return locate_option(shown, text, "tasks")


def walk_project(settings: Settings, place: Workspace, folders: Iterable[str] = ("",)) -> Tree:
    """Walk folders of the project, without the built site, but with hidden folders of docs_dir."""
    return walk(
        place.root,
        folders=folders,
        wanted=[*find_task_folders(settings), *find_published_folders(settings)],
        unwanted=[place.site_dir] if place.site_dir else [],
        whole=place.docs_dir,
    )


def find_site_pages(
    tree: Tree,
    place: Workspace,
    *,
    exclude_docs: str = "",
    draft_docs: str = "",
    is_removed: _Matcher = _never,
) -> dict[str, SitePage]:
    """The files below docs_dir as MkDocs sees them, by root-relative path.

    The patterns are those of `mkdocs.yml`; raises MisplacedError for invalid ones. `is_removed` is
    true for files that another plugin removes. Pages that other plugins add are missing; of a
    symbolic link out of the root, only the link is included.
    """
    try:
        patterns = [*_ALWAYS_EXCLUDED, *exclude_docs.splitlines()]
        excluded = GitIgnoreSpec.from_lines(patterns).match_file
        drafts = compile_ignore_patterns(draft_docs)
    except (ValueError, re.error, OverflowError, RecursionError) as error:
        reason = str(error)[:_LONGEST_REASON]
        raise MisplacedError(f"exclude_docs or draft_docs: {reason}") from error
    start = posixpath.join(place.docs_dir, "")
    pages = {}
    for path in sorted(tree.files | tree.escaping):
        if path.startswith(start):
            uri = path.removeprefix(start)
            pages[path] = SitePage(uri=uri, publication=_publication(uri, excluded, drafts))
    for path in tree.escaping & pages.keys():  # which may be a folder
        inside = _publication(f"{pages[path].uri}/", excluded, drafts)
        if not inside.is_public:
            pages[path] = replace(pages[path], publication=inside)
    for path in [path for path in pages if posixpath.basename(path) == "README.md"]:
        _choose_index(pages, path)
    return {path: page for path, page in pages.items() if not is_removed(page.uri)}


def publish_records(
    settings: Settings, tree: Tree, pages: Mapping[str, SitePage], is_excluded: _Matcher
) -> dict[str, SitePage]:
    """The files of layouts outside docs_dir as pages of the site, by root-relative path."""
    if not find_published_folders(settings):
        return {}
    public = {path: page.uri for path, page in pages.items() if page.publication.is_public}
    hidden = {
        path
        for path, page in pages.items()
        if page.publication is Publication.DRAFT or is_excluded(page.uri)
    }
    published = find_published(
        settings, tree, public, lambda path: path in hidden or is_excluded(path)
    )
    return {
        path: SitePage(uri=uri, publication=_publication(uri, _never, _never))
        for path, uri in published.items()
    }


def compile_ignore_patterns(patterns: str) -> _Matcher:
    """Compile patterns as in `.gitignore`; raises ValueError for invalid ones."""
    spec = GitIgnoreSpec.from_lines(patterns.splitlines())
    return spec.match_file if patterns.strip() else _never  # a match takes time even without any


def find_moved(site: Mapping[str, SitePage], docs_dir: str) -> dict[str, str]:
    """The addresses of files that are not in docs_dir, relative to docs_dir, by path."""
    pages = site.items()
    return {path: page.uri for path, page in pages if path != posixpath.join(docs_dir, page.uri)}


def map_publications(site: Mapping[str, SitePage]) -> dict[str, Publication]:
    return {path: page.publication for path, page in site.items()}


def _publication(uri: str, excluded: _Matcher, drafts: _Matcher) -> Publication:
    if excluded(uri):
        return Publication.EXCLUDED
    if drafts(uri):
        return Publication.DRAFT
    return Publication.PAGE if uri.lower().endswith(MARKDOWN_SUFFIXES) else Publication.ASSET


def _choose_index(pages: dict[str, SitePage], readme: str) -> None:
    """Drop the README or the index of a folder; MkDocs prefers the index if it is published."""
    index = posixpath.join(posixpath.dirname(readme), "index.md")
    if index in pages:
        del pages[readme if pages[index].publication.is_public else index]
