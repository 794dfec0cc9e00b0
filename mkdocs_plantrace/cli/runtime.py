"""What the commands share: the configuration, the project behind it, and how they refuse."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

import click

from mkdocs_plantrace.checks.catalogue import load_settings
from mkdocs_plantrace.checks.hints import similar_id
from mkdocs_plantrace.checks.pipeline import Result, run
from mkdocs_plantrace.cli.options import DEFAULT_CONFIGURATION, UNUSABLE_INPUT, refuse
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.config.vocabulary import fold_status
from mkdocs_plantrace.editing.atomic_file import replace_file
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.parsing.mkdocs_yml import (
    SiteConfiguration,
    UnusableConfigurationError,
    read_site_configuration,
)
from mkdocs_plantrace.project.cache import Cache
from mkdocs_plantrace.project.file_tree import Tree
from mkdocs_plantrace.project.loader import gather
from mkdocs_plantrace.project.project import Project, open_project
from mkdocs_plantrace.project.workspace import SitePage, Workspace, locate, site_pages, survey
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.near_names import Series

FAILED = 1

_COLORS = {"error": "red", "warning": "yellow", "margin": "blue", "mark": "red", "hint": "cyan"}
_BOLD = ("place", "error", "warning", "rule")


def paint(role: str, words: str) -> str:
    """Words in the colour of their role, as reports name roles."""
    return click.style(words, fg=_COLORS.get(role), bold=role in _BOLD or None)


output_file = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write to FILE.", metavar="FILE"
)


def read_settings(config_file: Path) -> tuple[SiteConfiguration, Settings]:
    """The configuration. Raises UnusableConfigurationError with all that is wrong with it."""
    site = read_site_configuration(config_file)
    return site, settings_of(site)


def settings_of(site: SiteConfiguration) -> Settings:
    """The options. Raises UnusableConfigurationError with all that is wrong with them."""
    settings, messages = load_settings(site.options)
    lines = [f"{site.path}: option '{name}': {message}" for name, message in messages]
    if lines:
        raise UnusableConfigurationError("\n".join(lines))
    return settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What a command works on: the configuration, and which files there are."""

    site: SiteConfiguration
    settings: Settings
    place: Workspace
    tree: Tree
    pages: Mapping[str, SitePage]


def open_files(config_file: Path) -> Files:
    """Read the configuration and walk the project. Raises what `UNUSABLE_INPUT` holds."""
    return _files_in(config_file, *read_settings(config_file))


def _files_in(config_file: Path, site: SiteConfiguration, settings: Settings) -> Files:
    place = locate(config_file, site.docs_dir, site.site_dir, settings)
    tree = survey(settings, place)
    pages = site_pages(tree, place, exclude_docs=site.exclude_docs, draft_docs=site.draft_docs)
    return Files(site=site, settings=settings, place=place, tree=tree, pages=pages)


def _project_of(files: Files, *, for_search: bool = False) -> Project:
    return open_project(
        *(files.settings, files.place, files.tree, files.pages),
        has_own_slugs=files.site.has_own_slugs,
        for_search=for_search,
    )


def read_trace(files: Files, *, for_search: bool = False) -> Trace:
    """Read everything, and check nothing. Raises UnusableFileError."""
    project = _project_of(files, for_search=for_search)
    return Trace(**vars(gather(files.settings, project, Cache())[0]))


def run_in(
    config_file: Path, site: SiteConfiguration, settings: Settings, cache: Cache | None = None
) -> tuple[Project, Result]:
    """Read and check everything. Raises what `UNUSABLE_INPUT` holds."""
    project = _project_of(_files_in(config_file, site, settings))
    return project, run(settings, project, cache)


def run_or_refuse(config_file: Path, cache: Cache | None = None) -> tuple[Project, Result]:
    """Read and check everything, or end the command with the reason."""
    try:
        return run_in(config_file, *read_settings(config_file), cache)
    except UNUSABLE_INPUT as error:
        refuse(str(error))


def find_task(trace: Trace, task_id: str) -> Task:
    """The task of an id, or end the command and name the id that was probably meant."""
    task = trace.task_index.by_id.get(task_id)
    if task is None:
        close = similar_id(task_id, trace.task_index.id_series)
        hint = f"; did you mean '{close}'?" if close else ""
        if len(trace.resolver.sources) > len(trace.tasks):
            hint += "; there is metadata that cannot be read, see 'plantrace check'"
        refuse(f"there is no task '{task_id}'{hint}")
    return task


def find_kind(settings: Settings, status: str) -> StatusKind:
    """What a status means in this project, or end the command and name those that there are."""
    kind = settings.statuses.get(fold_status(status))
    if kind is None:
        close = Series(settings.statuses).most_similar(fold_status(status))
        hint = f"; did you mean '{close}'?" if close else ""
        refuse(f"no status '{status}'{hint}\nthere are {', '.join(settings.statuses)}")
    return kind


def print_or_write(text: str, output: Path | None) -> None:
    if output is None:
        say(text)
    else:
        replace_file(output, text)


def say(text: str, *, in_color: bool = False) -> None:
    """Print, in UTF-8 whatever the locale, as all readers of our formats expect."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        click.echo(text, nl=False, color=in_color)
    except BrokenPipeError:
        raise  # click ends quietly
    except OSError as error:
        refuse(f"the output cannot be written: {error.strerror}")


def wants_color() -> bool:
    """Whether to print in colours: as the environment says (no-color.org), or to a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return bool(os.environ.get("FORCE_COLOR")) or is_terminal


def settings_or_defaults(config_file: Path) -> Settings:
    """The options of a project; the defaults where there is none, unless one was named."""
    if config_file == DEFAULT_CONFIGURATION and not config_file.exists():
        return Settings()
    return read_settings(config_file)[1]
