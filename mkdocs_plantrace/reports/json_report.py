"""The outcome of a check as JSON, as `schemas/report.schema.json` describes it."""

from mkdocs_plantrace import __version__
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.reports.check_report import Report
from mkdocs_plantrace.reports.json_text import Json, to_json


def render(report: Report) -> str:
    return to_json(
        {
            "version": 1,
            "tool": {"name": "plantrace", "version": __version__},
            "status": "FAIL" if report.is_failing else "PASS",
            "summary": {
                "tasks": len(report.tasks),
                "documents": report.documents,
                "errors": len(report.new(Severity.ERROR)),
                "warnings": len(report.new(Severity.WARNING)),
                "baselined": report.baselined,
            },
            "problems": [describe_problem(problem) for problem in report.problems],
        }
    )


def describe_problem(problem: Problem) -> Json:
    where = problem.location
    spans = ("path", "line", "column", "end_line", "end_column")
    facts = ("message", "hint", "task", "fingerprint", "baselined")
    return {
        "rule": problem.rule.code,
        "name": problem.rule.name,
        "severity": problem.severity.value,
        **{name: getattr(where, name) for name in spans},
        **{name: getattr(problem, name) for name in facts},
    }
