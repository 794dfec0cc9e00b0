"""Write a whole file or nothing."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mkdocs_plantrace.project.file_tree import is_inside

_PAUSES = (0.02, 0.1, 0.5) if os.name == "nt" else ()
"""Seconds between attempts to replace a file, which other programs open for a moment."""


class UnwritableFileError(ValueError):
    """A file cannot be written; the message has its path and the reason."""


def replace_file(path: Path, content: str | bytes, name: str = "") -> None:
    """Write a new or an existing file, and create its folder if necessary.

    Other processes see the old file or the new one, never a part. Permissions and symbolic links
    stay. A device or a pipe, such as /dev/stdout, is written to. Raises UnwritableFileError, with
    `name` or else the path; the file is then unchanged.
    """
    if isinstance(content, str):
        content = content.encode("utf-8", "backslashreplace")
    try:
        if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
            path.write_bytes(content)
            return
        target = Path(os.path.realpath(path))
        with _temporary_file(target, content) as temporary:
            _replace(temporary, target)
    except OSError as error:
        reason = f"cannot be written: {error.strerror}"
        raise UnwritableFileError(f"'{name or path}' {reason}") from error


def _replace(temporary: str, target: Path) -> None:
    """Replace a file; on Windows, wait a little if a program has just opened it."""
    for seconds in _PAUSES:
        try:
            os.replace(temporary, target)
        except PermissionError:
            time.sleep(seconds)
        else:
            return
    os.replace(temporary, target)


def create_file(path: Path, content: bytes) -> None:
    """Write a new file, and create its folder if necessary.

    Raises UnwritableFileError, also if another process has just created the file.
    """
    try:
        with _temporary_file(path, content) as temporary:
            try:
                os.link(temporary, path)
            except OSError:  # some file systems have no links
                if os.path.lexists(path):
                    raise
                os.rename(temporary, path)
    except OSError as error:
        if os.path.lexists(path):
            raise existing_file_error(path) from error
        is_blocked = isinstance(error, FileExistsError | NotADirectoryError)
        reason = "one of its parent folders is a file" if is_blocked else error.strerror
        raise UnwritableFileError(f"'{path}' cannot be written: {reason}") from error


def existing_file_error(path: Path | str) -> UnwritableFileError:
    return UnwritableFileError(f"'{path}' already exists and is not replaced")


@contextmanager
def _temporary_file(path: Path, content: bytes) -> Iterator[str]:
    """Create a file in the folder of `path`, with its owner and permissions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        _copy_owner(path, temporary)
        os.chmod(temporary, _find_mode(path))
        yield temporary
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


def _copy_owner(path: Path, temporary: str) -> None:
    """Set the owner if permitted: root can edit the file of a user."""
    with suppress(OSError, AttributeError):  # Windows has no chown
        before, now = path.stat(), os.stat(temporary)
        if (before.st_uid, before.st_gid) != (now.st_uid, now.st_gid):
            os.chown(temporary, before.st_uid, before.st_gid)


def _find_mode(path: Path) -> int:
    if os.path.exists(path):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def resolve_in_root(root: Path, name: str) -> Path:
    """Join a relative path. Raises UnwritableFileError if a link goes out of the root."""
    path = root / name
    if not is_inside(os.path.realpath(path), os.path.realpath(root)):
        raise UnwritableFileError(f"'{name}' is a symbolic link out of the project root")
    return path
