"""The files of `plantrace pages`: written into one folder, later replaced or removed."""

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from mkdocs_plantrace.editing.atomic_file import (
    UnwritableFileError,
    existing_file_error,
    replace_file,
    resolve_in_root,
)
from mkdocs_plantrace.project.file_tree import is_inside

_LIST = ".plantrace-pages"
"""The names of the written files, one per line; MkDocs and Zensical publish no hidden files."""


class PageFiles:
    """The files below `folder`, a path relative to the root."""

    def __init__(self, root: Path, folder: str) -> None:
        self._root = root
        self._folder = folder

    def replace(self, files: Mapping[str, str]) -> None:
        """Write files by their names, and remove the others of the last call.

        Raises UnwritableFileError; if a file exists that is not from the last call, before
        anything is written.
        """
        known = self._read_list()
        for name in files:
            if name not in known and os.path.lexists(self._find(name)):
                raise existing_file_error(posixpath.join(self._folder, name))
        self._write_list([*known, *files])  # first, so that nothing is forgotten if this is killed
        self._remove(known - files.keys())
        for name, text in files.items():
            self._write(name, text)
        self._write_list(files)

    def remove(self) -> int:
        """Remove the files of the last call, and folders that are then empty; count the files."""
        known = self._read_list()
        self._remove(known)
        self._remove({_LIST})  # last, so that nothing is forgotten if this is killed
        return len(known)

    def _find(self, name: str) -> Path:
        return resolve_in_root(self._root, posixpath.join(self._folder, name))

    def _read_list(self) -> set[str]:
        """Read the names of the files in the folder; others in the list are ignored."""
        try:
            text = self._find(_LIST).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return set()
        except (OSError, UnicodeDecodeError) as error:
            raise UnwritableFileError(f"'{self._folder}/{_LIST}' cannot be read") from error
        return set(self._select(text.splitlines())) - {_LIST}

    def _select(self, names: Iterable[str]) -> Iterator[str]:
        """Yield the names of regular or missing files that are really in the folder."""
        folder = os.path.realpath(self._root / self._folder)
        for name in names:
            path = os.path.join(folder, name)
            if name.isprintable() and posixpath.normpath(name) == name and not os.path.isdir(path):
                parent = os.path.realpath(os.path.dirname(path))
                if is_inside(parent, folder) and not os.path.islink(path):
                    yield name

    def _write_list(self, names: Iterable[str]) -> None:
        self._write(_LIST, "".join(f"{name}\n" for name in sorted(set(names))))

    def _write(self, name: str, text: str) -> None:
        replace_file(self._find(name), text, posixpath.join(self._folder, name))

    def _remove(self, names: Iterable[str]) -> None:
        top = self._root / self._folder
        for name in sorted(names):
            path = self._find(name)
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                where = posixpath.join(self._folder, name)
                raise UnwritableFileError(
                    f"'{where}' cannot be removed: {error.strerror}"
                ) from error
            with suppress(OSError):  # a folder has other files
                for folder in path.parents:
                    folder.rmdir()
                    if folder == top:
                        break
