"""Changes to files that people write: shown as a diff, made all together or not at all."""

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

from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, create_file, inside_root, swap

try:
    import fcntl
except ImportError:  # Windows: what another process writes meanwhile is noticed, not awaited
    fcntl = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What is to become of a file below the root; `before` is None for one that is not there."""

    path: str
    before: bytes | None
    after: bytes


def read_bytes(root: Path, path: str) -> bytes:
    """What a file holds that is to be edited. Raises UnwritableFileError where it may not be."""
    file = inside_root(root, path)
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnwritableFileError(f"'{path}' is no file")
        if not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
            raise UnwritableFileError(f"'{path}' may not be written: it is read-only")
        return file.read_bytes()
    except OSError as error:
        raise UnwritableFileError(f"'{path}' cannot be read: {error.strerror}") from error


def decoded(path: str, content: bytes) -> tuple[str, str]:
    """The text and its encoding, which says whether there is a byte order mark."""
    encoding = "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise UnwritableFileError(f"'{path}' is not UTF-8") from error


def render_diff(edits: Iterable[Edit]) -> str:
    """The edits as one unified diff, as `git apply` takes it."""
    return "".join(line for edit in edits for line in _diff(edit))


def _diff(edit: Edit) -> Iterator[str]:
    old = "/dev/null" if edit.before is None else f"a/{edit.path}"
    before, after = _lines(edit.before or b""), _lines(edit.after)
    for line in difflib.unified_diff(before, after, old, f"b/{edit.path}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(content: bytes) -> list[str]:
    """The lines with their ends; in a diff only LF ends one. What is no UTF-8 shows as `\ufffd`."""
    return re.findall(r"[^\n]*\n|[^\n]+", content.decode("utf-8", "replace"))


def refuse_blocked(root: Path, edits: Iterable[Edit]) -> None:
    """Raise UnwritableFileError where a file stands in place of a folder that is to be."""
    for edit in edits:
        for folder in Path(edit.path).parents:
            if (root / folder).exists() and not (root / folder).is_dir():
                reason = f"'{folder.as_posix()}' is a file"
                raise UnwritableFileError(f"'{edit.path}' cannot be written: {reason}")


def make(root: Path, edits: Sequence[Edit]) -> None:
    """Make all edits, in order.

    Raises UnwritableFileError where one cannot be made, or a file is not what it was when the
    edit was thought out; then those before it are taken back.
    """
    with making(root, edits):
        pass


@contextmanager
def making(root: Path, edits: Sequence[Edit]) -> Iterator[None]:
    """Make all edits as `make` does, and take them back if what is done with them raises."""
    with ExitStack() as undo:
        for edit in edits:
            _make(root, edit, undo)
        yield
        undo.pop_all()


def _make(root: Path, edit: Edit, undo: ExitStack) -> None:
    path = Path(os.path.realpath(inside_root(root, edit.path)))
    if edit.before is None:
        if os.path.lexists(root / edit.path):
            raise UnwritableFileError(f"'{edit.path}' is there already; it is not replaced")
        missing = [folder for folder in path.parents if not folder.exists()]
        for folder in reversed(missing):  # what is undone last comes first
            undo.callback(_quietly, folder.rmdir)
        create_file(path, edit.after)
        undo.callback(_quietly, path.unlink)
    elif read_bytes(root, edit.path) != edit.before:
        raise UnwritableFileError(f"'{edit.path}' has changed meanwhile; try again")
    elif edit.after != edit.before:
        try:
            swap(path, edit.after)
        except OSError as error:
            reason = error.strerror
            raise UnwritableFileError(f"'{edit.path}' cannot be written: {reason}") from error
        undo.callback(_quietly, partial(swap, path, edit.before))


def _quietly(undo: Callable[[], None]) -> None:
    with suppress(OSError):
        undo()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Wait until no other process edits files of this folder under its lock, and keep it."""
    if fcntl is None:
        yield
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:  # it has gone meanwhile
        raise UnwritableFileError(f"'{folder}' cannot be read: {error.strerror}") from error
    try:
        with suppress(OSError):  # some network file systems know no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_UN)  # a child may have a copy of the handle
        os.close(handle)
