"""A checked project that is read again when its files change, or while one is edited."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from types import MappingProxyType

from msgspec import structs

from mkdocs_plantrace.checks.error_rules import RECURRING_ERROR
from mkdocs_plantrace.checks.pipeline import Result, check_trace
from mkdocs_plantrace.checks.plan_rules import ORPHAN_LOG, ORPHAN_PLAN
from mkdocs_plantrace.checks.project_check import ProjectFiles, check_files, find_files
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.parsing.mkdocs_yml import SiteConfiguration
from mkdocs_plantrace.project.cache import Cache, find_states
from mkdocs_plantrace.project.inputs import find_files_beside, find_option_files
from mkdocs_plantrace.project.loader import load_record
from mkdocs_plantrace.project.project import Project
from mkdocs_plantrace.trace.partial_trace import PartialTrace, select_around

_OF_WHOLE_PROJECT = (ORPHAN_PLAN, ORPHAN_LOG, RECURRING_ERROR)
"""Rules whose problems depend on everything, and not on the text that is edited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedProject:
    """One state of a project; all parts belong together."""

    files: ProjectFiles
    project: Project
    result: Result


class LiveProject:
    """Reads a project at the first use, and after that only what has changed.

    `open_site` reads the configuration. Threads may share it. Only if `for_search` is true, the
    sections of documents are read.
    """

    def __init__(
        self, open_site: Callable[[], SiteConfiguration], *, for_search: bool = True
    ) -> None:
        self._open_site = open_site
        self._for_search = for_search
        self._cache = Cache(on_disk=True)
        self._lock = Lock()
        self._checked: CheckedProject | None = None
        self._states: dict[str, object] = {}

    def read(self, unsaved: Mapping[str, str] = MappingProxyType({})) -> CheckedProject:
        """The project now, with unsaved texts by absolute path. Raises one of COMMAND_ERRORS."""
        with self._lock:
            files = find_files(self._open_site(), unsaved)
            if self._checked is None or self._has_changed(self._checked.files, files):
                self._checked = self._check(files)
            return self._checked

    def _has_changed(self, before: ProjectFiles, now: ProjectFiles) -> bool:
        """Whether the options, the tree, an unsaved text, or a file that was read differ."""
        if (before.site, before.tree, before.unsaved) != (now.site, now.tree, now.unsaved):
            return True
        return find_states(now.place.root, self._states) != self._states

    def _check(self, files: ProjectFiles) -> CheckedProject:
        settings, root = files.settings, files.place.root
        beside = find_files_beside(settings, files.tree.files)
        states = find_states(root, {*find_option_files(settings, root), *beside})
        project, result = check_files(files, self._cache, for_search=self._for_search)
        self._states = {**states, **self._cache.file_states()}
        return CheckedProject(files=files, project=project, result=result)


def check_edit(
    checked: CheckedProject, path: str, unsaved: Mapping[str, str], alone: Cache, around: Cache
) -> tuple[Problem, ...]:
    """Find the problems in a file with its unsaved text, without a look at all other files.

    What only a check of everything can find is as it was in the project that was checked before.
    The caches are for what is read of the file alone, and of the files around it. Raises
    UnusableFileError.
    """
    before = checked.result.trace
    project = replace(checked.project, unsaved=unsaved)
    project = select_around(before, project, path, alone)
    record, found = load_record(before.settings, project, around)
    trace = PartialTrace(**vars(record), before=before)
    problems = check_trace(trace, found, project.baseline).by_path.get(path, ())
    known = checked.result.by_path.get(path, ())
    return tuple(sorted(_merge(known, problems), key=lambda problem: problem.order))


def _merge(known: tuple[Problem, ...], found: tuple[Problem, ...]) -> Iterator[Problem]:
    """Add the hints of the check before, which may name any file."""
    hints = {problem.fingerprint: problem.hint for problem in known}
    for problem in found:
        if problem.rule not in _OF_WHOLE_PROJECT:
            yield structs.replace(problem, hint=problem.hint or hints.get(problem.fingerprint))
    yield from (problem for problem in known if problem.rule in _OF_WHOLE_PROJECT)
