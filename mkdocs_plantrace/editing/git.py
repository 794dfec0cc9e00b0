"""Run git."""

import subprocess
from contextlib import suppress
from pathlib import Path

_TIMEOUT_IN_SECONDS = 10


def run_git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str] | None:
    """Return the result; None if git cannot be run or does not end in time."""
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(  # noqa: S603 (all arguments are our own)
            ["git", *arguments],  # noqa: S607 (any git that the user has)
            cwd=folder,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT_IN_SECONDS,
        )
    return None
