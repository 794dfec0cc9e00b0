"""Writes the evidence of a check, which says FAIL from the start until the check has ended."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from mkdocs_plantrace.authoring.files import replace_file
from mkdocs_plantrace.reports.evidence import Circumstances, render, render_unfinished
from mkdocs_plantrace.reports.report import Report

_UNFINISHED = "the check did not finish"
_PATIENCE_IN_SECONDS = 10


def begin(path: Path) -> None:
    """Replace what an earlier check left by a FAIL, which stays if this one is killed."""
    fail(path, _UNFINISHED)


def fail(path: Path, reason: str) -> None:
    """Say that the check could not be made. Raises UnwritableFileError, as all here do."""
    replace_file(path, render_unfinished(reason, _circumstances(path)))


def finish(path: Path, report: Report) -> None:
    """Say what the check found."""
    replace_file(path, render(report, _circumstances(path)))


def _circumstances(path: Path) -> Circumstances:
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Circumstances(timestamp_utc=now, git_sha=_commit(path))


def _commit(path: Path) -> str | None:
    """The commit that is checked out where the file lies; None where there is none."""
    import subprocess  # noqa: PLC0415 (slow to load, and few checks write evidence)

    folder = next((parent for parent in path.absolute().parents if parent.is_dir()), path.parent)
    try:
        ended = subprocess.run(
            ["git", "rev-parse", "--verify", "HEAD"],  # noqa: S607 (whichever git people use)
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE_IN_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout.strip() or None if ended.returncode == 0 else None
