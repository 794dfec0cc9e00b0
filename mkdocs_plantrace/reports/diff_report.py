"""What differs between two commits, common to all formats, and as text and JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from mkdocs_plantrace.checks.comparison import Comparison
from mkdocs_plantrace.reports.check_report import Report, describe_problem
from mkdocs_plantrace.reports.json_text import Json, to_json
from mkdocs_plantrace.reports.search_results import describe_error
from mkdocs_plantrace.reports.task_card import list_nearby_errors
from mkdocs_plantrace.reports.text_report import (
    Lines,
    Paint,
    count,
    format_headline,
    format_problem,
    plain,
)
from mkdocs_plantrace.trace.related_errors import Nearby
from mkdocs_plantrace.trace.search.answers import labelled_error
from mkdocs_plantrace.trace.task_changes import AffectedTask, TaskChange
from mkdocs_plantrace.utils.terminal import format_table, visible

_MOST_GONE = 20
_LONGEST = 120


class Side(NamedTuple):
    """A commit by the name that the user gave it, and whether it has a record."""

    revision: str
    commit: str
    has_record: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffReport:
    """The comparison of two commits; `report` is on the new problems of the second one."""

    base: Side
    head: Side
    comparison: Comparison
    report: Report

    @property
    def empty_sides(self) -> list[Side]:
        return [side for side in (self.base, self.head) if not side.has_record]

    @property
    def notes(self) -> list[str]:
        return [format_note(f"'{side.revision}'") for side in self.empty_sides]

    @property
    def summary(self) -> str:
        """One line with the numbers that are not zero."""
        found = self.comparison
        if found.is_empty:
            return "no difference in the record"
        new, known = len(self.report.new()), self.report.baselined
        parts = (
            (new, count(new, "new problem")),
            (known, f"{known} new in the baseline"),
            (len(found.gone), f"{len(found.gone)} gone"),
            (len(found.tasks), f"{count(len(found.tasks), 'task')} changed"),
            (len(found.affected), f"{count(len(found.affected), 'task')} affected"),
            (len(found.errors), count(len(found.errors), "known error")),
        )
        return ", ".join(text for number, text in parts if number)


def format_note(revision: str) -> str:
    return f"{revision} has no configuration and no known layout, so it counts as empty"


def format_change(change: TaskChange) -> str:
    """What happened to a task, such as `planned → active`."""
    before = change.before and (change.before.text or "none")
    after = change.after and (change.after.text or "none")
    if before is None:
        return f"added as {after}"
    return f"removed, was {before}" if after is None else f"{before} → {after}"


def format_reason(affected: AffectedTask) -> str:
    """Which task it depends on, and whether work may start."""
    way = "depends on" if affected.is_direct else "depends indirectly on"
    if affected.waits_for:
        state = f"waits for {', '.join(affected.waits_for)}"
    else:
        state = "may start now" if affected.is_ready else "no dependency is open"
    return f"{way} {affected.cause}; {state}"


def render_text(diff: DiffReport, lines: Lines, paint: Paint = plain) -> str:
    """New problems as in the report of a check, then the rest in short, then a summary."""
    found = diff.comparison
    problems = "".join(
        f"{format_problem(problem, lines, paint)}\n" for problem in diff.report.new()
    )
    changes = [(it.task.id, format_change(it), it.task.title) for it in found.tasks]
    affected = [(it.task.id, format_reason(it), it.task.title) for it in found.affected]
    sections = (
        ("Problems that are gone", _indent(_list_gone(diff))),
        ("Tasks that changed", _format_rows(changes)),
        ("Tasks that depend on them", _format_rows(affected)),
        ("Errors known for the changed files", _indent(list_nearby_errors(found.errors, _LONGEST))),
    )
    blocks = [f"{paint('rule', title)}:\n{text}" for title, text in sections if text]
    notes = "".join(f"{visible(note)}\n" for note in diff.notes)
    return "\n".join([*filter(None, [problems]), *blocks, f"{notes}{diff.summary}\n"])


def _format_rows(rows: list[tuple[str, str, str]]) -> str:
    return _indent(format_table(rows).splitlines()) if rows else ""


def _indent(lines: Iterable[str]) -> str:
    return "".join(f"  {visible(line)}\n" for line in lines)


def _list_gone(diff: DiffReport) -> Iterator[str]:
    gone = diff.comparison.gone
    yield from map(format_headline, gone[:_MOST_GONE])
    if len(gone) > _MOST_GONE:
        yield f"and {len(gone) - _MOST_GONE} more"


def render_json(diff: DiffReport) -> str:
    found = diff.comparison
    return to_json(
        {
            "version": 1,
            "base": diff.base.commit,
            "head": diff.head.commit,
            "status": "FAIL" if diff.report.is_failing else "PASS",
            "problems": {
                "new": [describe_problem(problem) for problem in found.new],
                "gone": [describe_problem(problem) for problem in found.gone],
            },
            "tasks": [_describe_change(change) for change in found.tasks],
            "affected": [_describe_affected(affected) for affected in found.affected],
            "errors": [_describe_nearby(nearby) for nearby in found.errors],
            "notes": [*diff.notes],
        }
    )


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
