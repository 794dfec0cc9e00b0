"""Bytes on disk to text, within limits and without following anything out of the root."""

from __future__ import annotations

import stat
from pathlib import Path

_BOM = "\ufeff"


class UnreadableFileError(ValueError):
    """The file cannot be taken as text; `line` is where, counted from 1."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class UnusableFileError(ValueError):
    """A file that the configuration names cannot be used; the message names it and says why."""


def read_text(path: Path, *, limit: int) -> str:
    """The text of a UTF-8 file of at most `limit` bytes, without a byte order mark.

    Line ends stay as they are. Raises UnreadableFileError.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # to open a pipe would wait for ever
            raise UnreadableFileError("is no regular file")
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror}") from error
    if len(content) > limit:
        raise UnreadableFileError(f"is larger than {limit // 1024} KiB")
    try:
        return content.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(
            f"is not UTF-8: byte 0x{content[error.start]:02X} at offset {error.start}", line
        ) from error
