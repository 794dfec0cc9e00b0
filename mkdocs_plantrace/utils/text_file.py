"""Bytes on disk to text, within limits and without following anything out of the root."""

import os
import stat

_BOM = "\ufeff"


class UnreadableFileError(ValueError):
    """The file cannot be taken as text; `line` is where, counted from 1."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class UnusableFileError(ValueError):
    """A file that the configuration names cannot be used; the message names it and says why."""


def read_text(path: str | os.PathLike[str], *, limit: int) -> str:
    """The text of a UTF-8 file of at most `limit` bytes, without a byte order mark.

    Line ends stay as they are. Raises UnreadableFileError.
    """
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):  # to open a pipe would wait for ever
            raise UnreadableFileError("is not a regular file")
        with open(path, "rb") as stream:
            # Memory for the whole limit would cost more than the reading.
            content = stream.read(min(limit, status.st_size) + 1)
            if len(content) > status.st_size:  # it has grown meanwhile
                content += stream.read(limit + 1 - len(content))
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
