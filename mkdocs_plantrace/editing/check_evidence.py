"""Writes the evidence of a check, which says FAIL from the start until the check has ended."""

import json
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from mkdocs_plantrace import __version__
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, replace_file
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.reports.outcome import Report
from mkdocs_plantrace.utils.text_file import UnreadableFileError, read_text

CHECK_ID = "TASK-PLANS-PRESENT"
_UNFINISHED = "the check did not finish"
_PATIENCE_IN_SECONDS = 10
_LARGEST = 64 * 1024 * 1024


class EvidenceWriter:
    """The evidence of a check, if one was begun. All methods raise UnwritableFileError."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._folder = Path()

    def begin(self, path: Path, folder: Path) -> None:
        """Replace what an earlier check left by a FAIL, which stays if this one is killed.

        `folder` lies in the repository whose commit is stated. A file that is no evidence is
        never replaced; evidence that cannot be replaced is taken away.
        """
        _refuse_other_files(path)
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
            errors=list(map(_line, report.new(Severity.ERROR))),
            warnings=list(map(_line, report.new(Severity.WARNING))),
            skipped=list(report.skipped),
            baselined=report.baselined,
        )

    def _write(self, **outcome: object) -> None:
        """Equal trees have equal evidence, but for the time and the commit."""
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


def _refuse_other_files(path: Path) -> None:
    if not path.is_file():
        return
    try:
        text = read_text(path, limit=_LARGEST)
        content = json.loads(text) if text.strip() else {"check_id": CHECK_ID}
    except (UnreadableFileError, ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or content.get("check_id") != CHECK_ID:
        raise UnwritableFileError(f"'{path}' is no evidence of this check; it is not replaced")


def _line(problem: Problem) -> str:
    where, rule = problem.location, problem.rule
    place = f"{where.path}:{where.line}:{where.column}"
    return f"{place}: {rule.code} {rule.name}: {problem.message}"


def run_git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str] | None:
    """How git ended; None if it cannot be run, or does not end in time."""
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(  # noqa: S603 (nothing of it comes from others)
            ["git", *arguments],  # noqa: S607 (whichever git the user has)
            cwd=folder,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE_IN_SECONDS,
        )
    return None
