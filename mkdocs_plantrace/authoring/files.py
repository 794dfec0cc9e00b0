"""Writes a whole file or nothing."""

from __future__ import annotations

import os
from pathlib import Path


class UnwritableFileError(ValueError):
    """A file cannot be written; the message names it and says why."""


def replace_file(path: Path, text: str) -> None:
    """Put `text` in place of the file at `path`, making its folder where there is none.

    Other processes see the old file or the new one, never a part. The permissions of a file
    that is there stay. Raises UnwritableFileError, and then nothing has changed.
    """
    import tempfile  # noqa: PLC0415 (slow to load, and most commands write nothing)

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise UnwritableFileError(f"'{path}' cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8", "backslashreplace"))
        os.chmod(scratch, _mode(path))
        os.replace(scratch, path)
    except OSError as error:
        os.unlink(scratch)
        raise UnwritableFileError(f"'{path}' cannot be written: {error.strerror}") from error


def _mode(path: Path) -> int:
    """The permissions of the file; those of a new file if there is none."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
