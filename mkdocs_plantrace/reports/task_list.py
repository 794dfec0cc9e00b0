"""Lists of tasks as text, JSON and CSV."""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import TypeAlias

from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.reports.json_text import Json, to_json
from mkdocs_plantrace.trace.list_selection import TaskFilter, find_ready_tasks
from mkdocs_plantrace.trace.timeline import TaskDates
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.terminal import format_table

Row: TypeAlias = Mapping[str, Json]
Columns: TypeAlias = Mapping[str, Sequence[str]]
"""The keys of a row that each format shows, in their order."""

TASK_COLUMNS: Columns = {
    "text": ("id", "status", "archived", "phase", "owner", "title"),
    "json": (
        *("id", "title", "status", "kind", "phase", "path"),
        *("owners", "plan", "log", "depends_on", "archived"),
    ),
    "csv": ("id", "title", "status", "kind", "phase", "owner", "plan", "log", "path", "archived"),
}
READY_COLUMNS: Columns = {
    "text": ("id", "phase", "title", "unblocks"),
    "json": (*TASK_COLUMNS["json"], "unblocks"),
    "csv": (*TASK_COLUMNS["csv"], "unblocks"),
}


_DATES = ("created", "started", "completed", "since", "changed", "changed_by")
DATED_COLUMNS: Columns = {
    "text": ("id", "status", "archived", "phase", "owner", "since", "changed", "title"),
    "json": (*TASK_COLUMNS["json"], *_DATES),
    "csv": (*TASK_COLUMNS["csv"], *_DATES),
}


def make_row(trace: Trace, task: Task, dates: TaskDates | None = None) -> dict[str, Json]:
    """Make a row; `plan` and `log` are root-relative, or as written if outside the root."""
    return {
        **(_make_dates(dates) if dates else {}),
        "id": task.id,
        "title": task.title,
        "status": task.status.text,
        "kind": task.status.kind.value if task.status.kind else None,
        "phase": task.phase,
        "owner": task.owner,
        "owners": [*task.owners],
        "plan": _resolve(trace, task.plan),
        "log": _resolve(trace, task.log),
        "depends_on": [text.value for text in task.depends_on],
        "path": task.path,
        "archived": task.archived,
    }


def list_ready(trace: Trace, chosen: TaskFilter) -> list[Row]:
    """Rows of the tasks that can be started now, those first that unblock the most others."""
    found = (it for it in find_ready_tasks(trace) if chosen.matches(it.task))
    return [{**make_row(trace, it.task), "unblocks": it.unblocks} for it in found]


def _make_dates(dates: TaskDates) -> dict[str, Json]:
    """The values of the columns with dates, ISO 8601."""
    times = {name: commit.time if commit else None for name, commit in dates._asdict().items()}
    return {**times, "changed_by": dates.changed.author if dates.changed else None}


def _resolve(trace: Trace, path: Text | None) -> str | None:
    return (trace.resolver.metadata_path(path.value).path or path.value) if path else None


def render_text(rows: Sequence[Row], columns: Columns) -> str:
    """A table without the columns that are empty in all rows; no text without rows."""
    used = [name for name in columns["text"] if any(_to_cell(row[name]) for row in rows)]
    days = [{name: _shorten_date(name, row[name]) for name in used} for row in rows]
    return format_table([used, *_cells(days, used)]) if rows else ""


def _shorten_date(name: str, value: Json) -> Json:
    return value[:10] if name in _DATES and isinstance(value, str) else value


def render_json(rows: Sequence[Row], columns: Columns) -> str:
    tasks: list[Json] = [{name: row[name] for name in columns["json"]} for row in rows]
    return to_json({"version": 1, "tasks": tasks})


def render_csv(rows: Sequence[Row], columns: Columns) -> str:
    """A line of names, then one for each row, with values as they are in the metadata."""
    text = StringIO()
    names = columns["csv"]
    csv.writer(text, lineterminator="\n").writerows([names, *_cells(rows, names)])
    return text.getvalue()


RENDERERS = {"text": render_text, "json": render_json, "csv": render_csv}


def _cells(rows: Sequence[Row], names: Sequence[str]) -> list[list[str]]:
    return [[_to_cell(row[name]) for name in names] for row in rows]


def _to_cell(value: Json) -> str:
    return "yes" if value is True else "" if value is None or value is False else str(value)
