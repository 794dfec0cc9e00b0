"""Write the files of a commit into a folder, from git objects and without a checkout."""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mkdocs_plantrace.project.git import GitError, GitObjects, ask_git
from mkdocs_plantrace.utils.paths import is_device_name

_LARGEST_FILE = 16 * 1024 * 1024
"""A larger page is not read, so its content does not matter."""
_LINK, _SUBMODULE = "120000", "160000"
_RESERVED = ("", ".", "..", ".git")
_NOT_ON_WINDOWS = frozenset('\\:*?"<>|')
_IMPOSSIBLE = (
    *(errno.EEXIST, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL),
    *(errno.ELOOP, errno.ENOENT),
)
"""Two files at one place, or a name that the file system does not have."""


class _Entry(NamedTuple):
    mode: str
    object: str
    size: int
    path: str


def write_tree(repository: Path, commit: str, folder: Path) -> None:
    """Write the files of a commit into an empty folder. Raises GitError.

    No filter of git changes them. Submodules are empty folders. What no file system could have is
    left out. Symbolic links come last, when all folders exist, so nothing is written through one.
    """
    entries = [entry for entry in _list_entries(repository, commit) if _is_safe(entry.path)]
    try:
        _make_folders(folder, entries)
        with GitObjects(repository) as objects:
            for entry in sorted(entries, key=lambda it: it.mode == _LINK):
                with _skip_impossible():
                    _write(entry, folder, objects)
    except OSError as error:
        raise GitError(f"its files cannot be written: {error.strerror}") from error


def _list_entries(repository: Path, commit: str) -> Iterator[_Entry]:
    listed = ask_git(repository, "ls-tree", "-r", "-z", "-l", "--full-tree", commit)
    for line in filter(None, listed.split("\0")):
        facts, _, path = line.partition("\t")
        mode, _, name, size = facts.split()
        yield _Entry(mode, name, int(size) if size.isdigit() else 0, path)


def _is_safe(path: str) -> bool:
    """Whether a path stays in its folder, and is not that of a repository."""
    names = path.split("/")
    is_reserved = any(name.lower() in _RESERVED for name in names)
    is_impossible = os.name == "nt" and any(map(_is_impossible_on_windows, names))
    return not is_reserved and not is_impossible


def _is_impossible_on_windows(name: str) -> bool:
    return name.endswith((".", " ")) or is_device_name(name) or not _NOT_ON_WINDOWS.isdisjoint(name)


def _make_folders(folder: Path, entries: Iterable[_Entry]) -> None:
    paths = {it.path if it.mode == _SUBMODULE else os.path.dirname(it.path) for it in entries}
    for path in sorted(paths):
        with _skip_impossible():
            os.makedirs(folder / path, exist_ok=True)


def _write(entry: _Entry, folder: Path, objects: GitObjects) -> None:
    if entry.mode == _SUBMODULE:
        return
    path = folder / entry.path
    if entry.size > _LARGEST_FILE:
        with open(path, "xb") as stream:
            stream.truncate(entry.size)
        return
    found = objects.read(entry.object)
    if found is None:
        raise GitError(f"the content of '{entry.path}' is not in the repository")
    if entry.mode != _LINK:
        with open(path, "xb") as stream:
            stream.write(found.content)
    elif b"\0" not in found.content:
        os.symlink(os.fsdecode(found.content), path)


@contextmanager
def _skip_impossible() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _IMPOSSIBLE:
            raise
