"""The project of an editor: files that are not saved yet, and the problems in all files."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from mkdocs_plantrace.checks.live_project import CheckedProject, LiveProject, check_edit
from mkdocs_plantrace.checks.project_check import make_settings, require_configuration
from mkdocs_plantrace.cli.console import COMMAND_ERRORS
from mkdocs_plantrace.cli.recognition import recognize_site
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.parsing.mkdocs_yml import (
    SiteConfiguration,
    UnusableConfigurationError,
    read_site_configuration,
)
from mkdocs_plantrace.parsing.plugin_options import locate_option
from mkdocs_plantrace.project.cache import Cache
from mkdocs_plantrace.project.project_markers import find_configuration
from mkdocs_plantrace.project.workspace import find_below
from mkdocs_plantrace.utils.order import group_values
from mkdocs_plantrace.utils.text_file import UnreadableFileError, UnusableFileError, read_text

_MAX_BYTES = 16 * 1024 * 1024
_KEY = re.compile(r"^(option ')?(\w*)")
"""What a message about the configuration begins with: the name of an option or key."""


class Finding(NamedTuple):
    """A problem of a rule, or a mistake of the configuration, in the file of an absolute path."""

    path: str
    location: Location
    message: str
    severity: Severity
    problem: Problem | None = None

    @property
    def code(self) -> str | None:
        return self.problem.rule.code if self.problem else None


class EditorProject:
    """Checks a project with the unsaved texts of an editor, all by absolute path.

    While the configuration or a file that it names cannot be used, the last usable one is.
    """

    def __init__(self, folder: Path, config_file: Path | None = None) -> None:
        self.unsaved: dict[str, str] = {}
        self.checked: CheckedProject | None = None
        self._folder = folder
        self._config_file = config_file and Path(os.path.abspath(config_file))
        self._site: SiteConfiguration | None = None
        self._live = LiveProject(self._open_site, for_search=False)
        self._texts: Mapping[str, str] = {}
        self._reasons: list[str] = []
        self._faults: tuple[str, ...] = ()
        self._caches = Cache(), Cache()

    @property
    def configuration(self) -> Path | None:
        if self._config_file:
            return self._config_file
        found = find_configuration(self._folder)
        return found and self._folder / found

    def read_text(self, path: str) -> str:
        """The text of a file in the editor or on disk, '' if it cannot be read."""
        try:
            text = self.unsaved.get(path)
            return read_text(path, limit=_MAX_BYTES) if text is None else text
        except UnreadableFileError:
            return ""

    def locate(self, path: str) -> str | None:
        """The path relative to the root; None outside it, or if nothing was checked yet."""
        return find_below(self.checked.project.place.root, path) if self.checked else None

    def check(self, unsaved: Mapping[str, str]) -> tuple[str, ...]:
        """Check everything, and return why that is not possible. May run in another thread."""
        self._texts, self._reasons = unsaved, []
        try:
            checked = self._live.read(unsaved)
        except (*COMMAND_ERRORS, UnreadableFileError) as error:
            self._reasons.append(str(error))
        else:
            _prepare(checked)
            self.checked = checked
        self._faults = tuple(self._reasons)
        return self._faults

    def check_edit(self, path: str) -> tuple[Finding, ...] | None:
        """Check one unsaved file at once; None if that needs a check of everything."""
        if path == os.fspath(self.configuration or ""):
            try:
                _read_configuration(Path(path), self.unsaved)
            except UnusableConfigurationError as error:
                return self._locate_faults(Path(path), [str(error)])
            return ()
        checked, relative = self.checked, self.locate(path)
        if checked is None or relative is None or path not in self.unsaved:
            return None
        texts = {**checked.project.unsaved, relative: self.unsaved[path]}
        try:
            found = check_edit(checked, relative, texts, *self._caches)
        except UnusableFileError:
            return None
        return tuple(map(self._make_finding, _new(found)))

    def find_problems(self) -> dict[str, tuple[Finding, ...]]:
        """What the last check found, by path, without known problems."""
        found = self.checked.result.problems if self.checked else ()
        findings = [*map(self._make_finding, _new(found))]
        if self.configuration:
            findings.extend(self._locate_faults(self.configuration, self._faults))
        return group_values((finding.path, finding) for finding in findings)

    def _make_finding(self, problem: Problem) -> Finding:
        root = self.checked.project.place.root if self.checked else self._folder
        path = os.path.normpath(root / problem.location.path)
        message = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
        return Finding(path, problem.location, message, problem.severity, problem)

    def _locate_faults(self, configuration: Path, faults: Iterable[str]) -> tuple[Finding, ...]:
        """The mistakes of the configuration, each at its option."""
        path = os.fspath(configuration)
        text = self.read_text(path)
        lines = chain.from_iterable(fault.splitlines() for fault in faults)
        return tuple(
            Finding(path, *_locate_fault(path, text, line), Severity.ERROR) for line in lines
        )

    def _open_site(self) -> SiteConfiguration:
        configuration = self.configuration
        if configuration is None and (recognized := recognize_site(self._folder)):
            return recognized[0]
        try:
            self._site = _read_configuration(require_configuration(configuration), self._texts)
        except UnusableConfigurationError as error:
            if configuration is None or self._site is None:
                raise
            self._reasons.append(str(error))
        return self._site


def _read_configuration(path: Path, unsaved: Mapping[str, str]) -> SiteConfiguration:
    """Read the configuration. Raises UnusableConfigurationError with all its mistakes."""
    site = read_site_configuration(path, text=unsaved.get(os.fspath(path)))
    make_settings(site)
    return site


def _new(problems: Iterable[Problem]) -> Iterator[Problem]:
    return (problem for problem in problems if not problem.baselined)


def _prepare(checked: CheckedProject) -> None:
    """Build the indexes that answers need, which take a while."""
    trace = checked.result.trace
    _ = trace.links.incoming, trace.graph.dependents, trace.task_index.ids, trace.file_index.by_end


def _locate_fault(path: str, text: str, message: str) -> tuple[Location, str]:
    """Find the place of a mistake of the configuration, and its message without the path."""
    if found := re.match(rf"{re.escape(path)}:(\d+):(\d+): ", message):
        line, column = int(found[1]), int(found[2])
        place = Location(path, line, column, line, column)
        return place, message[found.end() :]
    message = message.removeprefix(f"{path}: ")
    is_option, key = _KEY.findall(message)[0]
    if is_option or key in Settings.__dataclass_fields__:
        return locate_option(path, text, key), message
    lines = text.splitlines()
    line = next((n for n, it in enumerate(lines, 1) if key and it.startswith(f"{key}:")), 1)
    return Location(path, line, 1, line, len(key) + 1), message
