"""What one check has to tell, in whatever form it is told."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mkdocs_plantrace.pipeline import Result
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.rules import CATALOGUE, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of a check.

    `problems` are sorted by path, line and code, known ones included. `tasks` are the ids that
    were checked, sorted, `judged` those of them of which a pass can be told, which are fewer where
    paths narrow the report; `documents` counts plans and logs. `skipped` are the codes of the
    rules that the configuration turns off, sorted.
    """

    problems: tuple[Problem, ...]
    tasks: tuple[str, ...]
    documents: int
    is_failing: bool
    judged: tuple[str, ...] | None = None
    skipped: tuple[str, ...] = ()

    def count(self, severity: Severity) -> int:
        """How many new problems of this severity there are."""
        return sum(p.severity is severity and not p.baselined for p in self.problems)

    @property
    def baselined(self) -> int:
        """How many problems are known."""
        return sum(problem.baselined for problem in self.problems)


def report_on(
    result: Result,
    problems: tuple[Problem, ...],
    *,
    strict: bool,
    judged: tuple[str, ...] | None = None,
) -> Report:
    """The report on a check, narrowed to some of its problems and tasks."""
    trace = result.trace
    return Report(
        problems=problems,
        tasks=tuple(sorted(trace.by_id)),
        documents=result.record_count,
        judged=judged,
        is_failing=replace(result, problems=problems).failing(strict=strict),
        skipped=tuple(rule.code for rule in CATALOGUE if trace.settings.is_turned_off(rule)),
    )
