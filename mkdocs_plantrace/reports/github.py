"""Problems as annotations of GitHub Actions.

The format is that of `packages/core/src/command.ts` in actions/toolkit.
"""

from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.reports.check_report import Report, from_top
from mkdocs_plantrace.reports.text_report import format_headline, format_summary
from mkdocs_plantrace.utils.terminal import visible

_MOST = 10
"""GitHub shows so many annotations of each severity per step and drops the others."""


def render(report: Report, folder: str, summary: str = "") -> str:
    """Annotations for new problems, plain lines for those beyond the limit, then a summary.

    `folder` is the project root relative to the top of the repository, '' for the top itself. The
    default summary is that of a check.
    """
    errors, warnings = report.new(Severity.ERROR), report.new(Severity.WARNING)
    lines = [_annotate(problem, folder) for problem in (*errors[:_MOST], *warnings[:_MOST])]
    others = [*errors[_MOST:], *warnings[_MOST:]]
    lines.extend(_plain(problem) for problem in others)
    hidden = f"; {len(others)} not shown as annotations, see the lines above" if others else ""
    return "\n".join([*lines, (summary or format_summary(report)) + hidden, ""])


def _annotate(problem: Problem, folder: str) -> str:
    where = problem.location
    path = from_top(folder, where.path)
    properties = {"file": path, "line": where.line, "endLine": where.end_line}
    if where.line == where.end_line:  # GitHub refuses columns for more than one line
        properties |= {"col": where.column, "endColumn": where.end_column}
    properties["title"] = f"{problem.rule.code} {problem.rule.name}"
    joined = ",".join(
        f"{name}={_data(str(value)).replace(':', '%3A').replace(',', '%2C')}"
        for name, value in properties.items()
    )
    text = "\n".join(filter(None, (problem.message, problem.hint)))
    return f"::{problem.severity.value} {joined}::{_data(text)}"


def _plain(problem: Problem) -> str:
    """A line of the log, without either notation for commands."""
    line = format_headline(problem)
    if problem.hint:
        line += f" ({visible(problem.hint)})"
    line = line.replace("##[", "## [")
    stripped = line.lstrip()
    return f": {stripped[1:]}" if stripped.startswith("::") else line


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(escaped)
