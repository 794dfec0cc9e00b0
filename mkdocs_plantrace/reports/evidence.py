"""The evidence of a check, as JSON that a pipeline can keep."""

import json
from dataclasses import asdict, dataclass

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
    return _render(
        circumstances,
        status="FAIL" if report.is_failing else "PASS",
        checked_tasks=list(report.tasks),
        errors=list(map(_line, report.new(Severity.ERROR))),
        warnings=list(map(_line, report.new(Severity.WARNING))),
        skipped=list(report.skipped),
        baselined=report.baselined,
    )


def render_unfinished(reason: str, circumstances: Circumstances) -> str:
    """The evidence of a check that could not end: FAIL."""
    return _render(circumstances, status="FAIL", errors=[reason])


def _render(circumstances: Circumstances, **outcome: object) -> str:
    content = {
        "check_id": CHECK_ID,
        "status": "FAIL",
        **asdict(circumstances),
        "tool_version": __version__,
        "checked_tasks": [],
        "errors": [],
        "warnings": [],
        "skipped": [],
        "baselined": 0,
    }
    return json.dumps({**content, **outcome}, indent=2) + "\n"


def _line(problem: Problem) -> str:
    where = problem.location
    rule = problem.rule
    place = f"{where.path}:{where.line}:{where.column}"
    return f"{place}: {rule.code} {rule.name}: {problem.message}"
