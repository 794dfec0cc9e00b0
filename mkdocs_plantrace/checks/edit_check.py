"""Check one file while it is edited."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from msgspec import structs

from mkdocs_plantrace.checks.entry_rules import RECURRING_ERROR
from mkdocs_plantrace.checks.live_project import CheckedProject
from mkdocs_plantrace.checks.orphan_rules import ORPHAN_LOG, ORPHAN_PLAN
from mkdocs_plantrace.checks.pipeline import check_trace
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.project.cache import Cache
from mkdocs_plantrace.project.loader import load_record
from mkdocs_plantrace.trace.partial_trace import PartialTrace, select_around

_OF_WHOLE_PROJECT = (ORPHAN_PLAN, ORPHAN_LOG, RECURRING_ERROR)
"""Rules whose problems depend on everything, and not on the text that is edited."""


class EditCaches(NamedTuple):
    """What was read of the file alone, and of the files around it."""

    alone: Cache
    around: Cache


def check_edit(
    checked: CheckedProject, path: str, unsaved: Mapping[str, str], caches: EditCaches
) -> tuple[Problem, ...]:
    """Find the problems in a file with its unsaved text, without a look at all other files.

    What only a check of everything can find is as it was in the project that was checked before.
    Raises UnusableFileError.
    """
    before = checked.result.trace
    project = replace(checked.project, unsaved=unsaved)
    project = select_around(before, project, path, caches.alone)
    record, found = load_record(before.settings, project, caches.around)
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
