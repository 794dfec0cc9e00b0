"""Open and check the project of a configuration file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from mkdocs_plantrace.checks.catalogue import load_settings
from mkdocs_plantrace.checks.error_rules import RECURRING_ERROR
from mkdocs_plantrace.checks.pipeline import Result, run
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds
from mkdocs_plantrace.parsing.mkdocs_yml import (
    SiteConfiguration,
    UnusableConfigurationError,
    read_site_configuration,
)
from mkdocs_plantrace.project.cache import Cache
from mkdocs_plantrace.project.file_tree import Tree
from mkdocs_plantrace.project.loader import find_sources, load_record
from mkdocs_plantrace.project.project import Project, Selection, open_project
from mkdocs_plantrace.project.project_markers import CONFIGURATION_NAMES
from mkdocs_plantrace.project.workspace import (
    SitePage,
    Workspace,
    compile_ignore_patterns,
    find_below,
    find_site_pages,
    locate_folders,
    publish_records,
    walk_project,
)
from mkdocs_plantrace.trace.selection import Scope, select_files
from mkdocs_plantrace.trace.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFiles:
    """The configuration of a project, and which files it has.

    `unsaved` are the texts of files that an editor has changed and not saved yet.
    """

    site: SiteConfiguration
    settings: Settings
    place: Workspace
    tree: Tree
    pages: Mapping[str, SitePage]
    unsaved: Mapping[str, str]


Source: TypeAlias = Path | SiteConfiguration | None
"""The configuration, its file, or None if there is none."""


def read_settings(source: Source) -> tuple[SiteConfiguration, Settings]:
    """Read the configuration. Raises UnusableConfigurationError with all its mistakes."""
    if not isinstance(source, SiteConfiguration):
        source = read_site_configuration(require_configuration(source))
    return source, make_settings(source)


def require_configuration(config_file: Path | None, hint: str = "") -> Path:
    """Return the configuration. Raises UnusableConfigurationError, with a hint, if it is None."""
    if config_file is None:
        *names, last = (f"'{name}'" for name in CONFIGURATION_NAMES)
        raise UnusableConfigurationError(
            f"there is no {', '.join(names)} or {last} in this folder or a folder above it; "
            "'plantrace init' sets up a project here, and -f names a configuration elsewhere"
            f"{hint}"
        )
    return config_file


def make_settings(site: SiteConfiguration) -> Settings:
    """Return the options. Raises UnusableConfigurationError with all their mistakes."""
    settings, messages = load_settings(site.options)
    if messages:
        lines = (f"{site.path}: option '{name}': {message}" for name, message in messages)
        raise UnusableConfigurationError("\n".join(lines))
    return settings


def read_settings_or_defaults(config_file: Path | None) -> Settings:
    """Read the options; the defaults if there is no configuration."""
    return read_settings(config_file)[1] if config_file else Settings()


def find_files(
    source: Source,
    unsaved: Mapping[str, str] = MappingProxyType({}),
    settings: Settings | None = None,
) -> ProjectFiles:
    """Read the configuration and list the files. Raises one of COMMAND_ERRORS.

    `unsaved` are texts by absolute path; their files need not exist. The options are those of the
    configuration unless there are `settings`.
    """
    site, own = read_settings(source)
    settings = settings or own
    has_site = site.path.exists()
    place = locate_folders(*(site.path, site.docs_dir, site.site_dir, settings), has_site=has_site)
    tree = walk_project(settings, place)
    texts = {find_below(place.root, path) or "": text for path, text in unsaved.items()}
    texts = {path: text for path, text in texts.items() if path and not tree.is_avoided(path)}
    tree = replace(tree, files=tree.files.union(texts)) if texts else tree
    pages = find_site_pages(
        *(tree, place),
        exclude_docs=site.exclude_docs,
        draft_docs=site.draft_docs,
        is_removed=site.removed.matches,
    )
    pages.update(publish_records(settings, tree, pages, compile_ignore_patterns(site.exclude_docs)))
    return ProjectFiles(
        site=site, settings=settings, place=place, tree=tree, pages=pages, unsaved=texts
    )


def read_trace(files: ProjectFiles, *, for_search: bool = False) -> Trace:
    """Read all files, but check nothing. Raises UnusableFileError."""
    project = _open_project(files, for_search=for_search)
    return Trace(**vars(load_record(files.settings, project, Cache(on_disk=True))[0]))


def read_metadata(source: Source, *, with_evidence: bool = False) -> tuple[Project, Trace]:
    """Read all metadata and nothing else; check nothing. Raises one of COMMAND_ERRORS."""
    files = find_files(source)
    sources = tuple(find_sources(files.settings, files.tree.files))
    selection = Selection(sources, TaskIds(()), frozenset(sources), None, evidence=with_evidence)
    project = Project(
        place=files.place,
        tree=files.tree,
        site=files.pages,
        rendering=files.site.rendering,
        selection=selection,
    )
    return project, Trace(**vars(load_record(files.settings, project, Cache(on_disk=True))[0]))


def check_project(
    source: Source,
    settings: Settings | None = None,
    cache: Cache | None = None,
    *,
    for_search: bool = False,
) -> tuple[Project, Result]:
    """Read and check all files, perhaps with changed options. Raises one of COMMAND_ERRORS."""
    return check_files(find_files(source, settings=settings), cache, for_search=for_search)


def check_files(
    files: ProjectFiles, cache: Cache | None = None, *, for_search: bool = False
) -> tuple[Project, Result]:
    """Read and check all files. Raises UnusableFileError."""
    project = _open_project(files, for_search=for_search)
    return project, run(files.settings, project, cache or Cache(on_disk=True))


def read_task(source: Source, task_id: str) -> tuple[Project, Trace]:
    """Read metadata and documents of one task; check nothing. Raises one of COMMAND_ERRORS."""
    files, cache = find_files(source), Cache(on_disk=True)
    opened = _open_project(files)
    project = select_files(files.settings, opened, task_id, cache, Scope.FILES)
    return project, Trace(**vars(load_record(files.settings, project, cache)[0]))


def check_task(
    source: Source, task_id: str, cache: Cache | None = None, *, with_links: bool = False
) -> tuple[Project, Result]:
    """Read and check the files that concern one task. Raises one of COMMAND_ERRORS.

    Its errors and problems are complete; `with_links`, also what mentions it. PT208 suggests a name
    that is unique among all errors: if it is turned on, everything is read.
    """
    files, cache = find_files(source), cache or Cache(on_disk=True)
    project = _open_project(files)
    if not files.settings.is_on(RECURRING_ERROR):
        scope = Scope.LINKS if with_links else Scope.PROBLEMS
        project = select_files(files.settings, project, task_id, cache, scope)
    return project, run(files.settings, project, cache)


def _open_project(files: ProjectFiles, *, for_search: bool = False) -> Project:
    return open_project(
        *(files.settings, files.place, files.tree, files.pages),
        rendering=files.site.rendering,
        unsaved=files.unsaved,
        for_search=for_search,
    )
