"""Write the evidence of a check: FAIL from its start until it has ended."""

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from mkdocs_plantrace import __version__
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, replace_file
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.project.git import run_git
from mkdocs_plantrace.reports.check_report import Report
from mkdocs_plantrace.utils.text_file import UnreadableFileError, read_text

CHECK_ID = "TASK-PLANS-PRESENT"
_UNFINISHED = "the check did not finish"
_MAX_BYTES = 64 * 1024 * 1024


class EvidenceWriter:
    """Writes evidence once `begin` was called. All methods raise UnwritableFileError."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._folder = Path()

    def begin(self, path: Path, folder: Path) -> None:
        """Replace older evidence by FAIL, which stays if this check is killed.

        `folder` is in the repository whose commit is recorded. A file that is not evidence is
        not replaced. Evidence that cannot be replaced is deleted.
        """
        _require_evidence(path)
        self._path, self._folder = path, folder
        try:
            self.fail(_UNFINISHED)
        except UnwritableFileError:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            raise

    def fail(self, reason: str) -> None:
        self._write(status="FAIL", errors=[reason])

    def finish(self, report: Report) -> None:
        self._write(
            status="FAIL" if report.is_failing else "PASS",
            checked_tasks=list(report.tasks),
            errors=list(map(_format_problem, report.new(Severity.ERROR))),
            warnings=list(map(_format_problem, report.new(Severity.WARNING))),
            skipped=list(report.skipped),
            baselined=report.baselined,
        )

    def _write(self, **outcome: object) -> None:
        if self._path is None:
            return
        git = run_git(self._folder, "rev-parse", "--verify", "HEAD")
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        content: dict[str, object] = {
            "check_id": CHECK_ID,
            "status": "FAIL",
            "timestamp_utc": now,
            "git_sha": (git.stdout.strip() or None) if git and not git.returncode else None,
            "tool_version": __version__,
            "checked_tasks": [],
            "errors": [],
            "warnings": [],
            "skipped": [],
            "baselined": 0,
        }
        replace_file(self._path, json.dumps({**content, **outcome}, indent=2) + "\n")


def _require_evidence(path: Path) -> None:
    """Raise UnwritableFileError for a file that is not evidence, unless it is blank."""
    if not os.path.isfile(path):
        return
    try:
        text = read_text(path, limit=_MAX_BYTES)
        content = json.loads(text) if text.strip() else {"check_id": CHECK_ID}
    except (UnreadableFileError, ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("check_id") != CHECK_ID:
        raise UnwritableFileError(f"'{path}' is not evidence of this check and is not replaced")


def _format_problem(problem: Problem) -> str:
    where, rule = problem.location, problem.rule
    place = f"{where.path}:{where.line}:{where.column}"
    return f"{place}: {rule.code} {rule.name}: {problem.message}"
