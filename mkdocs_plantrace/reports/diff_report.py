"""What differs between two commits, common to all formats."""

from dataclasses import dataclass
from typing import NamedTuple

from mkdocs_plantrace.checks.comparison import Comparison
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.reports.check_report import Report
from mkdocs_plantrace.reports.text_report import count
from mkdocs_plantrace.trace.task_changes import AffectedTask, TaskChange

_ID_LENGTH = 10


class Side(NamedTuple):
    """A commit by the name that the user gave it, and whether it has a record."""

    revision: str
    commit: str
    has_record: bool

    @property
    def short_id(self) -> str:
        return self.commit[:_ID_LENGTH]


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
    def new(self) -> list[Problem]:
        """The new problems that are not in the baseline."""
        return self.report.new()

    @property
    def summary(self) -> str:
        """One line with the numbers that are not zero."""
        found = self.comparison
        if found.is_empty:
            return "no difference in the record"
        known = self.report.baselined
        parts = (
            (len(self.new), count(len(self.new), "new problem")),
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
