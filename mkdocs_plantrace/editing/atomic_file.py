"""Writes a whole file or nothing."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mkdocs_plantrace.project.file_tree import is_inside


class UnwritableFileError(ValueError):
    """A file cannot be written; the message names it and says why."""


def replace_file(path: Path, text: str) -> None:
    """Put `text` in place of the file at `path`, making its folder where there is none.

    Other processes see the old file or the new one, never a part. The permissions of a file
    that is there stay, and so does a symbolic link to it. What is no file, such as /dev/stdout
    or a pipe, is written to. Raises UnwritableFileError, and then nothing has changed.
    """
    content = text.encode("utf-8", "backslashreplace")
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(content)
        else:
            swap(Path(os.path.realpath(path)), content)
    except OSError as error:
        raise UnwritableFileError(f"'{path}' cannot be written: {error.strerror}") from error


def swap(path: Path, content: bytes) -> None:
    """Put `content` in place of a file, which is no link, or raise OSError and change nothing."""
    with _written_beside(path, content) as scratch:
        os.replace(scratch, path)


def create_file(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, making its folder, wholly or not at all.

    Raises UnwritableFileError, also when the file has come to be meanwhile.
    """
    try:
        with _written_beside(path, content) as scratch:
            try:
                os.link(scratch, path)
            except OSError:  # some file systems have no links
                if os.path.lexists(path):
                    raise
                os.rename(scratch, path)
    except OSError as error:
        if os.path.lexists(path):
            raise UnwritableFileError(f"'{path}' is there already; it is not replaced") from error
        is_blocked = isinstance(error, FileExistsError | NotADirectoryError)
        reason = "what should be a folder above it is a file" if is_blocked else error.strerror
        raise UnwritableFileError(f"'{path}' cannot be written: {reason}") from error


@contextmanager
def _written_beside(path: Path, content: bytes) -> Iterator[str]:
    """A file with this content beside `path`, for the time that it takes to put it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        _keep_owner(path, scratch)
        os.chmod(scratch, _mode(path))
        yield scratch
    finally:
        with suppress(FileNotFoundError):
            os.unlink(scratch)


def _keep_owner(path: Path, scratch: str) -> None:
    """Where another owner may be set: a file of a user is not to become that of root."""
    with suppress(OSError, AttributeError):  # Windows has no chown
        before, now = path.stat(), os.stat(scratch)
        if (before.st_uid, before.st_gid) != (now.st_uid, now.st_gid):
            os.chown(scratch, before.st_uid, before.st_gid)


def _mode(path: Path) -> int:
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def inside_root(root: Path, name: str) -> Path:
    """The file that an option names; raises UnwritableFileError if a link leads out of the root."""
    path = root / name
    if not is_inside(os.path.realpath(path), os.path.realpath(root)):
        raise UnwritableFileError(f"'{name}' leads out of the project root by a symbolic link")
    return path
