"""Limit the report of a check to files and folders."""

import os
from collections.abc import Iterable
from pathlib import Path

from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.checks.task_rules import NO_TASKS
from mkdocs_plantrace.project.workspace import MisplacedError, below_root
from mkdocs_plantrace.reports.check_report import Report, report_on


def make_report(result: Result, paths: list[str], *, strict: bool) -> Report:
    """Report on these files and folders; `no-tasks` is always reported."""
    if not paths:
        return report_on(result, result.problems, strict=strict)
    problems = tuple(
        problem
        for problem in result.problems
        if _is_in(problem.location.path, paths) or problem.rule is NO_TASKS
    )
    tasks = tuple(task.id for task in result.trace.tasks if _is_in(task.path, paths))
    return report_on(result, problems, strict=strict, judged=tasks)


def _is_in(file: str, paths: list[str]) -> bool:
    return any(path in ("", file) or file.startswith(f"{path}/") for path in paths)


def resolve_paths(root: Path, paths: Iterable[Path]) -> list[str]:
    """Return paths relative to the root, before and after symbolic links are followed.

    Raises MisplacedError.
    """
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
