"""Problems as text: place, severity, rule, message, source line and hint."""

from collections.abc import Callable

from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.reports.check_report import Report
from mkdocs_plantrace.utils.terminal import find_width, visible

Lines = Callable[[str], list[str]]
"""Returns the lines of the file at a root-relative path; none if it cannot be read."""

Paint = Callable[[str, str], str]
"""Colours words by their role: place, error, warning, rule, margin, mark or hint."""

_WIDEST = 160


def plain(_role: str, words: str) -> str:
    return words


def format_problem(problem: Problem, lines: Lines, paint: Paint = plain) -> str:
    """A problem in up to four lines, without a final line end."""
    where = problem.location
    margin = " " * (len(str(where.line)) + 3)
    parts = [format_headline(problem, paint)]
    excerpt = _excerpt(where, lines)
    if excerpt:
        line, indent, marks = excerpt
        parts.append(f"{paint('margin', f'  {where.line} |')} {line}".rstrip())
        parts.append(f"{paint('margin', f'{margin}|')} {indent}{paint('mark', marks)}")
    if problem.hint:
        parts.append(f"{paint('margin', f'{margin}=')} {paint('hint', visible(problem.hint))}")
    return "\n".join(parts)


def format_line(problem: Problem) -> str:
    """The first line, with a mark for a known problem."""
    return format_headline(problem) + (" (known)" if problem.baselined else "")


def format_headline(problem: Problem, paint: Paint = plain) -> str:
    where, rule, severity = problem.location, problem.rule, problem.severity.value
    parts = (
        paint("place", visible(f"{where.path}:{where.line}:{where.column}:")),
        paint(severity, severity),
        paint("rule", f"{rule.code} {rule.name}") + ":",
        visible(problem.message),
    )
    return " ".join(parts)


def render(report: Report, lines: Lines, paint: Paint = plain) -> str:
    problems = [format_problem(problem, lines, paint) for problem in report.new()]
    return "\n".join([*problems, format_summary(report), ""])


def format_summary(report: Report) -> str:
    errors = count(len(report.new(Severity.ERROR)), "error")
    warnings = count(len(report.new(Severity.WARNING)), "warning")
    known = f", {count(report.baselined, 'known problem')}" if report.baselined else ""
    tasks, documents = count(len(report.tasks), "task"), count(report.documents, "document")
    is_strict = report.is_failing and not report.new(Severity.ERROR)
    reason = "; --strict turns warnings into a failure" if is_strict else ""
    return f"{errors}, {warnings}{known} in {tasks} and {documents}{reason}"


def count(number: int, noun: str) -> str:
    """The number with its noun, in the plural if needed."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _excerpt(where: Location, lines: Lines) -> tuple[str, str, str] | None:
    """The line, the space below it up to the value, and the marks below the value."""
    found = lines(where.path)
    if not 1 <= where.line <= len(found):
        return None
    line = found[where.line - 1]
    if not line or line.isspace():
        return None
    start = where.column - 1
    end = where.end_column - 1 if where.end_line == where.line else len(line.rstrip())
    cut = start - _WIDEST // 4 if start > _WIDEST // 2 else 0
    line = line[cut : cut + _WIDEST + 1]  # first of all: a line may have a megabyte
    if cut:  # the value is far to the right
        line, start, end = "…" + line[1:], start - cut, end - cut
    if len(line) > _WIDEST:
        line, end = line[: _WIDEST - 1] + "…", min(end, _WIDEST)
    line = visible(line)
    marks = max(1, find_width(line[start:end]))
    return line, " " * find_width(line[:start]), "^" * marks
