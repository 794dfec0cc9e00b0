"""Open and check the project of a configuration file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mkdocs_plantrace.checks.catalogue import load_settings
from mkdocs_plantrace.checks.pipeline import Result, run
from mkdocs_plantrace.cli.options import DEFAULT_CONFIGURATION
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.parsing.mkdocs_yml import (
    SiteConfiguration,
    UnusableConfigurationError,
    read_site_configuration,
)
from mkdocs_plantrace.project.cache import Cache
from mkdocs_plantrace.project.file_tree import Tree
from mkdocs_plantrace.project.loader import load_record
from mkdocs_plantrace.project.project import Project, open_project
from mkdocs_plantrace.project.workspace import (
    SitePage,
    Workspace,
    find_site_pages,
    locate_folders,
    walk_project,
)
from mkdocs_plantrace.trace.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFiles:
    """The configuration of a project, and which files it has."""

    site: SiteConfiguration
    settings: Settings
    place: Workspace
    tree: Tree
    pages: Mapping[str, SitePage]


def read_settings(config_file: Path) -> tuple[SiteConfiguration, Settings]:
    """Read the configuration. Raises UnusableConfigurationError with all its mistakes."""
    site = read_site_configuration(config_file)
    return site, make_settings(site)


def make_settings(site: SiteConfiguration) -> Settings:
    """Return the options. Raises UnusableConfigurationError with all their mistakes."""
    settings, messages = load_settings(site.options)
    if messages:
        lines = (f"{site.path}: option '{name}': {message}" for name, message in messages)
        raise UnusableConfigurationError("\n".join(lines))
    return settings


def read_settings_or_defaults(config_file: Path) -> Settings:
    """Read the options; the defaults without a configuration, if none was requested."""
    if config_file == DEFAULT_CONFIGURATION and not config_file.exists():
        return Settings()
    return read_settings(config_file)[1]


def find_files(config_file: Path) -> ProjectFiles:
    """Read the configuration and list the files. Raises one of COMMAND_ERRORS."""
    return _find_files(config_file, *read_settings(config_file))


def read_trace(files: ProjectFiles, *, for_search: bool = False) -> Trace:
    """Read all files, but check nothing. Raises UnusableFileError."""
    project = _open_project(files, for_search=for_search)
    return Trace(**vars(load_record(files.settings, project, Cache())[0]))


def check_project(config_file: Path, cache: Cache | None = None) -> tuple[Project, Result]:
    """Read and check all files. Raises one of COMMAND_ERRORS."""
    return check_with_settings(config_file, *read_settings(config_file), cache)


def check_with_settings(
    config_file: Path, site: SiteConfiguration, settings: Settings, cache: Cache | None = None
) -> tuple[Project, Result]:
    """Read and check all files with changed options. Raises one of COMMAND_ERRORS."""
    project = _open_project(_find_files(config_file, site, settings))
    return project, run(settings, project, cache)


def _find_files(config_file: Path, site: SiteConfiguration, settings: Settings) -> ProjectFiles:
    place = locate_folders(config_file, site.docs_dir, site.site_dir, settings)
    tree = walk_project(settings, place)
    pages = find_site_pages(
        *(tree, place),
        exclude_docs=site.exclude_docs,
        draft_docs=site.draft_docs,
        is_dropped=site.dropped.matches,
    )
    return ProjectFiles(site=site, settings=settings, place=place, tree=tree, pages=pages)


def _open_project(files: ProjectFiles, *, for_search: bool = False) -> Project:
    return open_project(
        *(files.settings, files.place, files.tree, files.pages),
        rendering=files.site.rendering,
        for_search=for_search,
    )
