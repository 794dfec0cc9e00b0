"""The outcome of a check, common to all formats."""

import posixpath
from dataclasses import dataclass, replace

from mkdocs_plantrace.checks.catalogue import CATALOGUE
from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Rule, Severity

FAMILIES = ("metadata", "links", "content", "progress")
"""The families of rules, in the order of the hundreds of their codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of a check.

    `problems` are sorted by path, line and code, known ones included. `tasks` are the sorted ids
    of all tasks, `judged` those that the report covers if paths narrow it. `documents` is the
    number of plans and logs. `skipped` are the sorted codes of the rules that are turned off.
    """

    problems: tuple[Problem, ...]
    tasks: tuple[str, ...]
    documents: int
    is_failing: bool
    judged: tuple[str, ...] | None = None
    skipped: tuple[str, ...] = ()

    def new(self, severity: Severity | None = None) -> list[Problem]:
        """The problems that are not in the baseline, of one severity or of both."""
        new = (problem for problem in self.problems if not problem.baselined)
        return [problem for problem in new if severity in (None, problem.severity)]

    @property
    def baselined(self) -> int:
        return sum(problem.baselined for problem in self.problems)


def report_on(
    result: Result,
    problems: tuple[Problem, ...],
    *,
    strict: bool,
    judged: tuple[str, ...] | None = None,
) -> Report:
    """The report on some problems and tasks of a check."""
    trace = result.trace
    return Report(
        problems=problems,
        tasks=tuple(sorted(trace.task_index.by_id)),
        documents=result.record_count,
        judged=judged,
        is_failing=replace(result, problems=problems).failing(strict=strict),
        skipped=tuple(rule.code for rule in CATALOGUE if trace.settings.is_turned_off(rule)),
    )


def family_of(rule: Rule) -> str:
    return FAMILIES[int(rule.code[2])]


def from_top(folder: str, path: str) -> str:
    """The path relative to the repository; `folder` is the project root in the repository."""
    return posixpath.normpath(posixpath.join(folder, path))
