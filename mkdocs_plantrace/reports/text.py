"""Problems as text: place, severity, rule, message, the line with the value underlined, hint."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from mkdocs_plantrace.model import Location
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.rules import Severity

Lines = Callable[[str], list[str]]
"""Gives the lines of a root-relative path, none if it cannot be read."""

_WIDEST = 160
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def describe(problem: Problem, lines: Lines) -> str:
    """One problem in up to four lines, without a final line end."""
    where = problem.location
    parts = [headline(problem)]
    margin = " " * (len(str(where.line)) + 3)
    excerpt = _excerpt(where, lines)
    if excerpt:
        line, underline = excerpt
        parts.append(f"  {where.line} | {line}".rstrip())
        parts.append(f"{margin}| {underline}")
    if problem.hint:
        parts.append(f"{margin}= {visible(problem.hint)}")
    return "\n".join(parts)


def headline(problem: Problem) -> str:
    """One problem in one line: place, severity, rule, message."""
    where = problem.location
    rule = problem.rule
    return visible(
        f"{where.path}:{where.line}:{where.column}: {problem.severity.value} "
        f"{rule.code} {rule.name}: {problem.message}"
    )


def summarise(problems: Iterable[Problem], tasks: int, documents: int) -> str:
    """The closing line: how much was found in how much."""
    severities = [problem.severity for problem in problems]
    errors = count(severities.count(Severity.ERROR), "error")
    warnings = count(severities.count(Severity.WARNING), "warning")
    return f"{errors}, {warnings} in {count(tasks, 'task')} and {count(documents, 'document')}"


def count(number: int, noun: str) -> str:
    """The number with its noun, in the plural where it needs one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def visible(text: str) -> str:
    """Control characters shown as a mark: a terminal must not obey what a file says."""
    return _CONTROL.sub(lambda match: " " if match.group() == "\t" else "\ufffd", text)


def _excerpt(where: Location, lines: Lines) -> tuple[str, str] | None:
    found = lines(where.path)
    if not 1 <= where.line <= len(found):
        return None
    line = found[where.line - 1]
    if not line.strip():
        return None
    start = where.column - 1
    end = where.end_column - 1 if where.end_line == where.line else len(line.rstrip())
    if start > _WIDEST // 2:  # keep the value in sight of a very long line
        cut = start - _WIDEST // 4
        line, start, end = "…" + line[cut + 1 :], start - cut, end - cut
    if len(line) > _WIDEST:
        line, end = line[: _WIDEST - 1] + "…", min(end, _WIDEST)
    line = visible(line)
    marks = max(1, _width(line[start:end]))
    return line, " " * _width(line[:start]) + "^" * marks


def _width(text: str) -> int:
    """The columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
