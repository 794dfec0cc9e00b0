"""Check the files of a commit, without a checkout."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.checks.project_check import check_project, make_settings
from mkdocs_plantrace.cli.console import COMMAND_ERRORS, print_message
from mkdocs_plantrace.cli.recognition import recognize_site
from mkdocs_plantrace.parsing.mkdocs_yml import (
    SiteConfiguration,
    UnusableConfigurationError,
    read_site_configuration,
)
from mkdocs_plantrace.project.cache import Cache
from mkdocs_plantrace.project.file_tree import is_inside
from mkdocs_plantrace.project.git import GitError
from mkdocs_plantrace.project.git_tree import write_tree
from mkdocs_plantrace.project.project import Project
from mkdocs_plantrace.project.project_markers import find_configuration_in
from mkdocs_plantrace.project.workspace import MisplacedError, below_repository, project_root
from mkdocs_plantrace.utils.file_safety import defer_signals
from mkdocs_plantrace.utils.paths import find_repository


class Place(NamedTuple):
    """A repository, and where in it the configuration is, or else a folder to start from."""

    repository: Path
    folder: str
    name: str | None


class CheckedCommit(NamedTuple):
    """The project and the check of a commit; `folder` is its root in the repository."""

    project: Project
    result: Result
    folder: str


def find_place(config_file: Path | None) -> Place:
    """Find the repository of a configuration, or of the current folder. Raises GitError."""
    shown = config_file.absolute().parent if config_file else Path.cwd()
    folder = Path(os.path.realpath(shown))
    repository = find_repository(folder)
    if repository is None:
        raise GitError(f"'{shown}' is not in a Git repository")
    below = below_repository(folder)
    return Place(repository, below, config_file.name if config_file else None)


@contextmanager
def check_commit(place: Place, revision: str, commit: str) -> Iterator[CheckedCommit | None]:
    """Check the files of a commit; None if it has no record.

    Its files exist until the end of the context. Raises one of COMMAND_ERRORS, which names the
    revision instead of the folder of the files.
    """
    with _make_folder() as folder:
        try:
            write_tree(place.repository, commit, folder)
            checked = _check(folder, place, revision)
        except COMMAND_ERRORS as error:
            message = str(error).replace(f"{folder}{os.sep}", "").replace(str(folder), ".")
            lines = (f"{revision}: {line}" for line in message.splitlines())
            raise type(error)("\n".join(lines)) from error
        yield checked


@contextmanager
def _make_folder() -> Iterator[Path]:
    """Make a temporary folder, which looks like the top of a repository."""
    with ExitStack() as stack:
        try:
            with defer_signals():
                made = tempfile.TemporaryDirectory(prefix="plantrace-", ignore_cleanup_errors=True)
                stack.callback(_remove, made)
        except OSError as error:
            raise GitError(f"there is no temporary folder: {error.strerror}") from error
        folder = Path(os.path.realpath(made.name))
        os.mkdir(folder / ".git")
        yield folder


def _remove(folder: tempfile.TemporaryDirectory[str]) -> None:
    with defer_signals():
        folder.cleanup()


def _check(top: Path, place: Place, revision: str) -> CheckedCommit | None:
    site = _open_site(top, place, revision)
    if site is None:
        return None
    settings = make_settings(site)
    if not is_inside(os.path.realpath(project_root(site.path, settings)), os.fspath(top)):
        raise MisplacedError(f"option 'root': '{settings.root}' is outside the repository")
    project, result = check_project(site, settings, Cache())
    return CheckedCommit(project, result, below_repository(project.place.root))


def _open_site(top: Path, place: Place, revision: str) -> SiteConfiguration | None:
    """Read the configuration, or make one of the layouts in its folder or above."""
    folder = top / place.folder
    if not is_inside(os.path.realpath(folder), os.fspath(top)):  # through a link
        return None
    path = folder / place.name if place.name else None
    if path is None or not path.is_file():
        path = find_configuration_in(folder)
    if path is not None:
        if not is_inside(os.path.realpath(path), os.fspath(top)):
            raise UnusableConfigurationError(f"{path} is a link out of the repository")
        site = read_site_configuration(path, needs_plugin=False)
        if site.has_plugin:
            return site
    recognized = recognize_site(folder)
    if recognized is None:
        return None
    site, description = recognized
    print_message(f"no configuration in '{revision}'; recognized {description}")
    return site
