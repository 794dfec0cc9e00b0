"""A folder of files that a command writes, and later replaces or removes."""

import os
import posixpath
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from mkdocs_plantrace.editing.atomic_file import (
    UnwritableFileError,
    existing_file_error,
    replace_file,
    resolve_in_root,
)

_LIST = ".plantrace-pages"
"""The names of the written files, one per line; MkDocs and Zensical publish no hidden files."""


def replace_files(root: Path, folder: str, files: Mapping[str, str]) -> list[str]:
    """Write files below a folder, and remove those of an earlier call.

    Returns the root-relative paths. Raises UnwritableFileError, before anything is written, if one
    of the files already exists and is not from an earlier call.
    """
    known = set(_read_list(root, folder))
    for name in files:
        path = resolve_in_root(root, posixpath.join(folder, name))
        if name not in known and os.path.lexists(path):
            raise existing_file_error(posixpath.join(folder, name))
    _remove(root, folder, known - files.keys())
    _write_list(root, folder, [*known, *files])  # first, so that nothing is left if this is killed
    for name, text in files.items():
        replace_file(resolve_in_root(root, posixpath.join(folder, name)), text)
    _write_list(root, folder, files)
    return [posixpath.join(folder, name) for name in files]


def remove_files(root: Path, folder: str) -> list[str]:
    """Remove the files of `replace_files`, and folders that are then empty; return their paths."""
    known = _read_list(root, folder)
    _remove(root, folder, {*known, _LIST})
    return [posixpath.join(folder, name) for name in known]


def _read_list(root: Path, folder: str) -> list[str]:
    """The names in the list that lead to a file below the folder."""
    try:
        text = resolve_in_root(root, posixpath.join(folder, _LIST)).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise UnwritableFileError(f"'{folder}/{_LIST}' cannot be read: {error}") from error
    names = (posixpath.normpath(line) for line in text.splitlines() if line)
    return sorted({name for name in names if not name.startswith(("/", ".."))} - {_LIST})


def _write_list(root: Path, folder: str, names: Mapping[str, str] | list[str]) -> None:
    text = "".join(f"{name}\n" for name in sorted(set(names)))
    replace_file(resolve_in_root(root, posixpath.join(folder, _LIST)), text)


def _remove(root: Path, folder: str, names: set[str]) -> None:
    for name in sorted(names):
        path = resolve_in_root(root, posixpath.join(folder, name))
        with suppress(FileNotFoundError):
            path.unlink()
        with suppress(OSError):  # it has other files
            os.removedirs(path.parent)
