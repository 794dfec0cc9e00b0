"""What differs between two commits, as JSON."""

from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.reports.diff_report import DiffReport
from mkdocs_plantrace.reports.json_report import describe_problem
from mkdocs_plantrace.reports.json_text import Json, to_json
from mkdocs_plantrace.reports.search_results import describe_error
from mkdocs_plantrace.trace.related_errors import Nearby
from mkdocs_plantrace.trace.search.answers import labelled_error
from mkdocs_plantrace.trace.task_changes import AffectedTask, TaskChange


def render(diff: DiffReport) -> str:
    found = diff.comparison
    return to_json(
        {
            "version": 1,
            "base": diff.base.commit,
            "head": diff.head.commit,
            "status": "FAIL" if diff.report.is_failing else "PASS",
            "problems": {"new": _list_problems(found.new), "gone": _list_problems(found.gone)},
            "tasks": [_describe_change(change) for change in found.tasks],
            "affected": [_describe_affected(affected) for affected in found.affected],
            "errors": [_describe_nearby(nearby) for nearby in found.errors],
            "notes": [*diff.notes],
        }
    )


def _list_problems(problems: tuple[Problem, ...]) -> list[Json]:
    return [describe_problem(problem) for problem in problems]


def _describe_change(change: TaskChange) -> Json:
    return {
        "id": change.task.id,
        "title": change.task.title,
        "path": change.task.path,
        "before": change.before.text if change.before else None,
        "after": change.after.text if change.after else None,
    }


def _describe_affected(affected: AffectedTask) -> Json:
    task = affected.task
    return {
        "id": task.id,
        "title": task.title,
        "path": task.path,
        "status": task.status.text,
        "cause": affected.cause,
        "direct": affected.is_direct,
        "ready": affected.is_ready,
        "waits_for": [*affected.waits_for],
    }


def _describe_nearby(nearby: Nearby) -> Json:
    error = labelled_error(nearby.error, nearby.error.by_use[0])
    return {**describe_error(error), "state": error.state, "touches": nearby.path}
