"""The outcome of a check, common to all formats, and as JSON (`schemas/report.schema.json`)."""

import os
import posixpath
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from mkdocs_plantrace import __version__
from mkdocs_plantrace.checks.catalogue import CATALOGUE
from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.checks.task_rules import NO_TASKS
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.project.workspace import MisplacedError, below_root
from mkdocs_plantrace.reports.json_text import Json, to_json

FAMILIES = ("metadata", "links", "content", "progress")
"""The families of rules, in the order of the hundreds of their codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of a check.

    `problems` are sorted by path, line and code, known ones included. `tasks` are the sorted ids
    of all tasks, `judged` those that the report covers if paths narrow it. `documents` is the
    number of plans and logs. `skipped` are the sorted codes of the rules that are turned off.
    """

    problems: tuple[Problem, ...]
    tasks: tuple[str, ...]
    documents: int
    is_failing: bool
    judged: tuple[str, ...] | None = None
    skipped: tuple[str, ...] = ()

    def new(self, severity: Severity | None = None) -> list[Problem]:
        """The problems that are not in the baseline, of one severity or of both."""
        new = (problem for problem in self.problems if not problem.baselined)
        return [problem for problem in new if severity in (None, problem.severity)]

    @property
    def baselined(self) -> int:
        return sum(problem.baselined for problem in self.problems)


def report_on(
    result: Result,
    problems: tuple[Problem, ...],
    *,
    strict: bool,
    judged: tuple[str, ...] | None = None,
) -> Report:
    """The report on some problems and tasks of a check."""
    trace = result.trace
    return Report(
        problems=problems,
        tasks=tuple(sorted(trace.task_index.by_id)),
        documents=result.record_count,
        judged=judged,
        is_failing=replace(result, problems=problems).failing(strict=strict),
        skipped=tuple(rule.code for rule in CATALOGUE if trace.settings.is_turned_off(rule)),
    )


def family_of(rule: Rule) -> str:
    return FAMILIES[int(rule.code[2])]


def from_top(folder: str, path: str) -> str:
    """The path relative to the repository; `folder` is the project root in the repository."""
    return posixpath.normpath(posixpath.join(folder, path))


def render_json(report: Report) -> str:
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


def report_on_paths(result: Result, root: Path, files: Collection[Path], *, strict: bool) -> Report:
    """Report on files and folders, on all without any; `no-tasks` is always reported.

    Raises MisplacedError.
    """
    if not files:
        return report_on(result, result.problems, strict=strict)
    paths = _resolve_paths(root, files)
    problems = tuple(
        problem
        for problem in result.problems
        if _is_in(problem.location.path, paths) or problem.rule is NO_TASKS
    )
    tasks = tuple(task.id for task in result.trace.tasks if _is_in(task.path, paths))
    return report_on(result, problems, strict=strict, judged=tasks)


def _is_in(file: str, paths: list[str]) -> bool:
    return any(path in ("", file) or file.startswith(f"{path}/") for path in paths)


def _resolve_paths(root: Path, paths: Iterable[Path]) -> list[str]:
    """Return paths relative to the root, before and after symbolic links are followed."""
    found: list[str] = []
    for path in paths:
        if not os.path.exists(path):
            raise MisplacedError(f"no file or folder '{path}'")
        literal = below_root(root, os.fspath(path))
        resolved = below_root(Path(os.path.realpath(root)), os.path.realpath(path))
        if literal is None and resolved is None:
            raise MisplacedError(f"'{path}' is not inside the project root '{root}'")
        found.extend(below for below in (literal, resolved) if below is not None)
    return found
