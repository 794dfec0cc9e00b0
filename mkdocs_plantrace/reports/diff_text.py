"""What differs between two commits, as text."""

from collections.abc import Iterable, Iterator

from mkdocs_plantrace.reports.diff_report import DiffReport, format_change, format_reason
from mkdocs_plantrace.reports.nearby_errors import list_nearby_errors
from mkdocs_plantrace.reports.text_report import (
    Lines,
    Paint,
    format_headline,
    format_problem,
    plain,
)
from mkdocs_plantrace.reports.text_table import format_table
from mkdocs_plantrace.utils.terminal import visible

_MOST_GONE = 20
_LONGEST = 120


def render(diff: DiffReport, lines: Lines, paint: Paint = plain) -> str:
    """New problems as in the report of a check, then the rest in short, then a summary."""
    found = diff.comparison
    problems = "".join(f"{format_problem(problem, lines, paint)}\n" for problem in diff.new)
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
    return "".join(f"  {line}\n" for line in lines)


def _list_gone(diff: DiffReport) -> Iterator[str]:
    gone = diff.comparison.gone
    yield from map(format_headline, gone[:_MOST_GONE])
    if len(gone) > _MOST_GONE:
        yield f"and {len(gone) - _MOST_GONE} more"
