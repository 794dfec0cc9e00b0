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
    StagedFile,
    UnwritableFileError,
    existing_file_error,
    find_missing_folders,
    replace_file,
    resolve_in_root,
    stage_file,
)
from mkdocs_plantrace.project.file_tree import Tree
from mkdocs_plantrace.utils.file_safety import defer_signals, remove_abandoned


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change of a file below the root; `before` is None for a new file.

    With `may_exist`, a file with this content is as good as a new one.
    """

    path: str
    before: bytes | None
    after: bytes
    may_exist: bool = False


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


def remove_left_files(tree: Tree) -> None:
    """Remove the temporary files of commands that were killed."""
    remove_abandoned(os.path.join(tree.root, path) for path in tree.temporary)


@contextmanager
def try_edits(root: Path, edits: Sequence[Edit]) -> Iterator[None]:
    """Make all edits, and undo them if the block raises. Raises as `apply_edits` does."""
    undo = ExitStack()
    try:
        with defer_signals(), ExitStack() as staging:
            # First all that needs space: a full disk must not stop between two files.
            staged = [_stage_edit(root, edit, staging, undo) for edit in edits]
            for edit, file in zip(edits, staged, strict=True):
                _apply_edit(root, edit, file, undo)
        yield
        undo.pop_all()
    finally:
        with defer_signals():
            undo.close()


def _stage_edit(root: Path, edit: Edit, staging: ExitStack, undo: ExitStack) -> StagedFile | None:
    """Write the new content beside the file; None if the file has it already."""
    path = Path(os.path.realpath(resolve_in_root(root, edit.path)))
    if edit.before is None and os.path.lexists(root / edit.path):
        if edit.may_exist and os.path.isfile(path) and path.read_bytes() == edit.after:
            return None
        raise existing_file_error(edit.path)
    if edit.after == edit.before:
        return None
    for folder in reversed(find_missing_folders(path.parent)):  # callbacks run backwards
        undo.callback(_undo, folder.rmdir)
    staged = staging.enter_context(stage_file(path, [edit.after], edit.path))
    staged.sync()
    return staged


def _apply_edit(root: Path, edit: Edit, file: StagedFile | None, undo: ExitStack) -> None:
    if edit.before is not None and read_bytes(root, edit.path) != edit.before:
        raise UnwritableFileError(f"'{edit.path}' was changed by another process; try again")
    if file is None:
        return
    if edit.before is None:
        file.create()
        undo.callback(_undo, file.path.unlink)
    else:
        file.replace()
        undo.callback(_undo, partial(replace_file, file.path, edit.before))


def _undo(step: Callable[[], None]) -> None:
    with suppress(OSError, UnwritableFileError):
        step()
