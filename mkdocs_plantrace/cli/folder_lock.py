"""Keep other plantrace processes from editing the files of a folder."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mkdocs_plantrace.cli.console import print_message
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.utils.file_safety import HAS_LOCKS, lock, unlock
from mkdocs_plantrace.utils.paths import make_relative

_PAUSE = 0.05
_SILENT_ATTEMPTS = 20
_MAX_ATTEMPTS = 1200
"""A minute: a command checks the project while it holds the lock."""


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, and report if another process has it for more than a second.

    The lock ends with its process. Where there are none, an edit fails if another process has
    changed the file. Raises UnwritableFileError if the other process does not end in time.
    """
    if not HAS_LOCKS:
        yield
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:  # it was just deleted
        raise UnwritableFileError(f"'{folder}' cannot be read: {error.strerror}") from error
    try:
        _wait_for_lock(handle, f"another plantrace command that edits '{make_relative(folder)}'")
        yield
    finally:
        with suppress(OSError):
            unlock(handle)
        os.close(handle)


def _wait_for_lock(handle: int, other: str) -> None:
    for attempt in range(_MAX_ATTEMPTS):
        with suppress(BlockingIOError):
            lock(handle)
            return
        if attempt == _SILENT_ATTEMPTS:
            print_message(f"waiting for {other}")
        time.sleep(_PAUSE)
    raise UnwritableFileError(f"nothing was written: waited too long for {other}")
