"""Edit files of a project: all edits or none, with a diff to show before."""

import codecs
import difflib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mkdocs_plantrace.editing.atomic_file import (
    UnwritableFileError,
    create_file,
    existing_file_error,
    replace_file,
    resolve_in_root,
)

try:
    import fcntl
except ImportError:  # Windows: the edit fails if another process has changed the file
    fcntl = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change of a file below the root; `before` is None for a new file."""

    path: str
    before: bytes | None
    after: bytes


def read_bytes(root: Path, path: str) -> bytes:
    """Read a file that is to be edited. Raises UnwritableFileError if it is read-only."""
    file = resolve_in_root(root, path)
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnwritableFileError(f"'{path}' is not a file")
        if not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
            raise UnwritableFileError(f"'{path}' cannot be written: it is read-only")
        return file.read_bytes()
    except OSError as error:
        raise UnwritableFileError(f"'{path}' cannot be read: {error.strerror}") from error


def decode(path: str, content: bytes) -> tuple[str, str]:
    """Return the text and its encoding, with or without a byte order mark."""
    encoding = "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise UnwritableFileError(f"'{path}' is not UTF-8") from error


def render_diff(edits: Iterable[Edit]) -> str:
    """Render all edits as one unified diff for `git apply`."""
    return "".join(line for edit in edits for line in _render_edit(edit))


def _render_edit(edit: Edit) -> Iterator[str]:
    old = "/dev/null" if edit.before is None else f"a/{edit.path}"
    before, after = _split_lines(edit.before or b""), _split_lines(edit.after)
    for line in difflib.unified_diff(before, after, old, f"b/{edit.path}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _split_lines(content: bytes) -> list[str]:
    """Split at LF only, as diffs do, and keep the line ends."""
    return re.findall(r"[^\n]*\n|[^\n]+", content.decode("utf-8", "replace"))


def check_parent_folders(root: Path, edits: Iterable[Edit]) -> None:
    """Raise UnwritableFileError if a file has the path of a folder that an edit needs."""
    for edit in edits:
        for folder in Path(edit.path).parents:
            if os.path.exists(root / folder) and not os.path.isdir(root / folder):
                reason = f"'{folder.as_posix()}' is a file"
                raise UnwritableFileError(f"'{edit.path}' cannot be written: {reason}")


def apply_edits(root: Path, edits: Sequence[Edit]) -> None:
    """Make all edits, in order.

    Raises UnwritableFileError if an edit fails or a file has changed since it was read. The edits
    before it are then undone.
    """
    with try_edits(root, edits):
        pass


@contextmanager
def try_edits(root: Path, edits: Sequence[Edit]) -> Iterator[None]:
    """Make all edits, and undo them if the block raises. Raises as `apply_edits` does."""
    with ExitStack() as undo:
        for edit in edits:
            _apply_edit(root, edit, undo)
        yield
        undo.pop_all()


def _apply_edit(root: Path, edit: Edit, undo: ExitStack) -> None:
    path = Path(os.path.realpath(resolve_in_root(root, edit.path)))
    if edit.before is None:
        if os.path.lexists(root / edit.path):
            raise existing_file_error(edit.path)
        missing = [folder for folder in path.parents if not os.path.exists(folder)]
        for folder in reversed(missing):  # callbacks run in reverse order
            undo.callback(_undo, folder.rmdir)
        create_file(path, edit.after)
        undo.callback(_undo, path.unlink)
    elif read_bytes(root, edit.path) != edit.before:
        raise UnwritableFileError(f"'{edit.path}' was changed by another process; try again")
    elif edit.after != edit.before:
        replace_file(path, edit.after, edit.path)
        undo.callback(_undo, partial(replace_file, path, edit.before))


def _undo(step: Callable[[], None]) -> None:
    with suppress(OSError, UnwritableFileError):
        step()


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Wait until no other process has the lock of a folder, and hold it."""
    if fcntl is None:
        yield
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:  # it was just deleted
        raise UnwritableFileError(f"'{folder}' cannot be read: {error.strerror}") from error
    try:
        with suppress(OSError):  # some network file systems have no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_UN)  # a child may have a copy of the handle
        os.close(handle)
