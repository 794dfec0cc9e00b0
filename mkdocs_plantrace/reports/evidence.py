"""The evidence of a check, as JSON that a pipeline can keep."""

from __future__ import annotations

import json
from dataclasses import dataclass

from mkdocs_plantrace import __version__
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.reports.report import Report
from mkdocs_plantrace.rules import Severity

CHECK_ID = "TASK-PLANS-PRESENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What evidence states besides the outcome: the time in ISO 8601, UTC, and the commit."""

    timestamp_utc: str
    git_sha: str | None


def render(report: Report, circumstances: Circumstances) -> str:
    """The evidence of a check that ended; equal but for the circumstances for equal trees."""
    new = [problem for problem in report.problems if not problem.baselined]
    return _render(
        circumstances,
        status="FAIL" if report.is_failing else "PASS",
        tasks=report.tasks,
        errors=[_line(problem) for problem in new if problem.severity is Severity.ERROR],
        warnings=[_line(problem) for problem in new if problem.severity is Severity.WARNING],
        skipped=report.skipped,
        baselined=report.baselined,
    )


def render_unfinished(reason: str, circumstances: Circumstances) -> str:
    """The evidence of a check that could not end: FAIL."""
    return _render(circumstances, status="FAIL", errors=[reason])


def _render(
    circumstances: Circumstances,
    *,
    status: str,
    errors: list[str],
    tasks: tuple[str, ...] = (),
    warnings: list[str] | None = None,
    skipped: tuple[str, ...] = (),
    baselined: int = 0,
) -> str:
    content = {
        "check_id": CHECK_ID,
        "status": status,
        "timestamp_utc": circumstances.timestamp_utc,
        "git_sha": circumstances.git_sha,
        "tool_version": __version__,
        "checked_tasks": list(tasks),
        "errors": errors,
        "warnings": warnings or [],
        "skipped": list(skipped),
        "baselined": baselined,
    }
    return json.dumps(content, indent=2) + "\n"


def _line(problem: Problem) -> str:
    where = problem.location
    rule = problem.rule
    place = f"{where.path}:{where.line}:{where.column}"
    return f"{place}: {rule.code} {rule.name}: {problem.message}"
