"""Read text files of limited size."""

import os
import stat

_BOM = "\ufeff"


class UnreadableFileError(ValueError):
    """A file that cannot be read as text; `line` counts from 1."""

    def __init__(self, reason: str, line: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class UnusableFileError(ValueError):
    """A configured file that cannot be used; the message has its name and the reason."""


def read_text(path: str | os.PathLike[str], *, limit: int) -> str:
    """Read a UTF-8 file of at most `limit` bytes, without a byte order mark.

    Line ends are not changed. Raises UnreadableFileError.
    """
    try:
        status = os.stat(path)
        is_regular = stat.S_ISREG(status.st_mode)  # opening a pipe would block
        content = _read_bytes(path, limit, status.st_size) if is_regular else b""
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror}") from error
    except ValueError as error:  # a path with NUL, or with half of a surrogate pair
        raise UnreadableFileError("cannot be read: no file can have such a name") from error
    if not is_regular:
        raise UnreadableFileError("is not a regular file")
    return decode_text(content, limit=limit)


def decode_text(content: bytes, *, limit: int) -> str:
    """Decode the content of a file like `read_text`."""
    if len(content) > limit:
        raise UnreadableFileError(f"is larger than {limit // 1024} KiB")
    try:
        return content.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(
            f"is not UTF-8: byte 0x{content[error.start]:02X} at offset {error.start}", line
        ) from error


def _read_bytes(path: str | os.PathLike[str], limit: int, size: int) -> bytes:
    """Read at most one byte more than the limit; `size` is that of the file before."""
    with open(path, "rb") as stream:
        # Allocating the whole limit would take longer than reading.
        content = stream.read(min(limit, size) + 1)
        if len(content) > size:  # it has grown meanwhile
            content += stream.read(limit + 1 - len(content))
    return content
