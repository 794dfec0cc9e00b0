"""Runs commands and takes their time and memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_QUIET = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
_BETWEEN_LOOKS = 0.05
_LAST_LINES = 20


class FailedRunError(RuntimeError):
    """A command that is measured failed; the message has its last lines."""


def seconds_of(command: list[str], folder: Path, limit: float | None = None) -> float:
    """Wall-clock seconds of one run; the limit, if it was stopped then. Raises FailedRunError."""
    started = time.perf_counter()
    _finish(_start(command, folder), limit)
    return time.perf_counter() - started


def peak_of(command: list[str], folder: Path) -> int:
    """Bytes of memory that a command holds at once, at most (`/proc`, so this needs Linux)."""
    process = _start(command, folder)
    highest = 0
    ended = threading.Event()

    def look() -> None:
        nonlocal highest
        while not ended.wait(_BETWEEN_LOOKS):
            highest = max(highest, _memory(process.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        _finish(process)
    finally:
        ended.set()
        watcher.join()
    return highest


def in_turn(repeat: int, *measures: Callable[[], float]) -> tuple[list[float], ...]:
    """The figures of each measure; one after the other, so that all meet the same weather."""
    rounds = [tuple(measure() for measure in measures) for _ in range(repeat)]
    return tuple(list(figures) for figures in zip(*rounds, strict=True))


def tool(name: str) -> str:
    """A command of the environment that this runs in."""
    return str(Path(sys.executable).with_name(name))


def size_of(folder: Path) -> int:
    """The bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _start(command: list[str], folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **_QUIET},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,  # so that what it starts can be stopped with it
    )


def _finish(process: subprocess.Popen[str], limit: float | None = None) -> None:
    try:
        output, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        _stop(process)
        return
    except KeyboardInterrupt:
        _stop(process)
        raise
    if process.returncode:
        last = "\n".join(output.splitlines()[-_LAST_LINES:])
        raise FailedRunError(f"{process.args!r} failed:\n{last}")


def _stop(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _memory(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
