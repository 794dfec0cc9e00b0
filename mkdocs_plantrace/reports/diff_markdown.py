"""What differs between two commits, as Markdown for a comment on a pull request.

What people wrote is in code spans: there, GitHub and GitLab see no HTML, links or mentions.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from urllib.parse import quote

from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.reports.check_report import from_top
from mkdocs_plantrace.reports.diff_report import (
    DiffReport,
    Side,
    format_change,
    format_note,
    format_reason,
)
from mkdocs_plantrace.reports.text_report import count
from mkdocs_plantrace.trace.error_groups import shorten, summarize
from mkdocs_plantrace.trace.related_errors import Nearby
from mkdocs_plantrace.trace.task_changes import AffectedTask, TaskChange
from mkdocs_plantrace.utils.terminal import visible

MARKER = "<!-- plantrace diff -->"
"""The first line, by which a script finds the comment that it updates."""
_LONGEST_SECTION = 11_000
"""Five of them fit into a comment on GitHub, which has at most 65,536 characters."""
_LONGEST_TEXT = 300
_ID_LENGTH = 10
_BACKTICKS = re.compile(r"`+")


def render(diff: DiffReport, folder: str, link_to: str = "") -> str:
    """The comment; `folder` is the project root in the repository.

    `link_to` is the address of the files of the second commit: with it, their places are links.
    """
    found = diff.comparison
    locate = partial(_link, folder, link_to)
    tasks, affected = count(len(found.tasks), "task"), count(len(found.affected), "open task")
    errors = count(len(found.errors), "error")
    parts = [
        MARKER,
        "### Record",
        _summarize(diff),
        *(format_note(code(side.revision)) for side in diff.empty_sides),
        *_fit(
            [_describe_problem(problem, locate(problem.location)) for problem in diff.report.new()]
        ),
        *_fold(f"{count(len(found.gone), 'problem')} gone", map(_describe_gone, found.gone)),
        *_fold(f"{tasks} changed", map(_describe_change, found.tasks)),
        *_fold(f"{affected} affected through dependencies", map(_describe_task, found.affected)),
        *_fold(
            f"{errors} known for the changed files",
            (_describe_error(it, locate(it.error.by_use[0].location)) for it in found.errors),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _summarize(diff: DiffReport) -> str:
    words = f"{diff.summary[:1].upper()}{diff.summary[1:]}"
    return f"**{words}** ({_name(diff.base)} → {_name(diff.head)})"


def _name(side: Side) -> str:
    return f"{code(side.revision)}, `{side.commit[:_ID_LENGTH]}`"


def _describe_problem(problem: Problem, place: str) -> str:
    icon = "❌" if problem.severity.value == "error" else "⚠️"
    hint = f" ({code(problem.hint)})" if problem.hint else ""
    rule = problem.rule
    return f"{icon} {place} {rule.code} {rule.name}: {code(problem.message)}{hint}"


def _describe_gone(problem: Problem) -> str:
    where, rule = problem.location, problem.rule
    return f"{code(where.path)} {rule.code} {rule.name}: {code(problem.message)}"


def _describe_change(change: TaskChange) -> str:
    return f"{code(f'{change.task.id} {change.task.title}')}: {code(format_change(change))}"


def _describe_task(affected: AffectedTask) -> str:
    task = affected.task
    return f"{code(f'{task.id} {task.title}')}: {code(format_reason(affected))}"


def _describe_error(nearby: Nearby, place: str) -> str:
    error, fix = nearby.error, nearby.error.by_use[0].fix
    cure = f"; fix: {code(fix)}" if fix else ""
    return f"{code(summarize(error.error))} ({error.state.value}){cure}; {place}"


def _link(folder: str, link_to: str, where: Location) -> str:
    text = code(f"{where.path}:{where.line}")
    if not link_to:
        return text
    path = quote(from_top(folder, where.path), errors="surrogatepass")
    return f"[{text}]({link_to.rstrip('/')}/{path}#L{where.line})"


def _fold(title: str, items: Iterable[str]) -> Iterator[str]:
    """A list below a title that opens it; nothing without items."""
    for text in _fit(list(items)):
        yield f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"


def _fit(items: Collection[str]) -> Iterator[str]:
    """A list with as many items as a section holds; nothing without items."""
    lines: list[str] = []
    length = 0
    for item in items:
        length += len(item) + len("- \n")
        if length > _LONGEST_SECTION:
            lines.append(f"- and {len(items) - len(lines)} more")
            break
        lines.append(f"- {item}")
    if lines:
        yield "\n".join(lines)


def code(text: str) -> str:
    """A code span with one line of a text, cut if it is long."""
    words = shorten(" ".join(visible(" ".join(text.split())).split()), _LONGEST_TEXT)
    longest = max(map(len, _BACKTICKS.findall(words)), default=0)
    fence = "`" * (longest + 1)
    space = " " if not words or words[0] == "`" or words[-1] == "`" else ""
    return f"{fence}{space}{words}{space}{fence}"
