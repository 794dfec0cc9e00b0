"""The files and folders of a project, found in one walk."""

import os
import posixpath
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

from mkdocs_plantrace.utils.did_you_mean import fold
from mkdocs_plantrace.utils.file_safety import is_temporary
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import group_values
from mkdocs_plantrace.utils.paths import is_utf8
from mkdocs_plantrace.utils.text_file import read_text

_NEVER_SEARCHED = frozenset({"node_modules", "__pycache__"})
_ENVIRONMENT = "pyvenv.cfg"
"""A file in each virtual environment of Python, see PEP 405."""
_by_name = attrgetter("name")


@dataclass(frozen=True, kw_only=True)
class Tree:
    """The files and folders below `root`, root-relative and POSIX.

    `escaping` are symbolic links out of the root, which are never followed. `skipped` are folders
    that were not searched, such as hidden ones and virtual environments. `others` are neither
    files nor folders, such as pipes and broken links. `locked` are folders that may not be read.
    `temporary` are files that other processes write at the moment, or have left behind.
    """

    root: Path
    files: frozenset[str]
    folders: frozenset[str]
    escaping: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    temporary: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()

    def has_file(self, path: str) -> bool:
        """Whether a file was found."""
        return path in self.files

    def exists(self, path: str) -> bool:
        """Whether a file was found, or is in a folder that was not searched."""
        return path in self.files or (self.is_skipped(path) and self._exists_exactly(path))

    def read_text(self, path: str, *, limit: int) -> str:
        return read_text(self.root / path, limit=limit)

    def starting_with(self, start: str) -> Iterator[str]:
        """The files whose paths start with a text, sorted."""
        for number in range(bisect_left(self._sorted, start), len(self._sorted)):
            if not self._sorted[number].startswith(start):
                break
            yield self._sorted[number]

    def below(self, folder: str) -> Iterator[str]:
        """The files below a folder whose paths are UTF-8, sorted."""
        return filter(is_utf8, self.starting_with(posixpath.join(folder, "")))

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.files)

    def escapes(self, path: str) -> bool:
        """Whether the path passes through a symbolic link out of the root."""
        if path in self.files or path in self.folders:
            return False
        if self.is_skipped(path):
            return not self._is_inside(self.root / path)
        return bool(self.escaping) and not self.escaping.isdisjoint(ancestry(path))

    def is_avoided(self, path: str) -> bool:
        """Whether files are not looked for at this path."""
        return self.is_skipped(path) or self.escapes(path)

    def children(self, folder: str) -> tuple[str, ...]:
        """The names directly below a folder ('' for the root), sorted."""
        return self._children.get(folder, ())

    @cached_property
    def _children(self) -> dict[str, tuple[str, ...]]:
        return group_values(posixpath.split(path) for path in sorted(self.files | self.folders))

    @cached_property
    def by_name(self) -> dict[str, tuple[str, ...]]:
        """Paths of the files by their last segment."""
        return group_values((path.rpartition("/")[2], path) for path in self._sorted)

    @cached_property
    def by_folded_path(self) -> dict[str, str]:
        """Paths of the files by the path without what readers do not see, and without case."""
        return {fold(path): path for path in sorted(self.files, reverse=True)}

    def is_skipped(self, path: str) -> bool:
        """Whether the path is in a folder that was not searched."""
        may_be = path.partition("/")[0] in self._tops_of_skipped
        return may_be and not self.skipped.isdisjoint(ancestry(path))

    @cached_property
    def _tops_of_skipped(self) -> frozenset[str]:
        return frozenset(path.partition("/")[0] for path in self.skipped)

    def _is_inside(self, path: Path) -> bool:
        return is_inside(os.path.realpath(path), os.path.realpath(self.root))

    def _exists_exactly(self, path: str) -> bool:
        where = self.root / path
        try:
            if not where.is_file() or not self._is_inside(where):
                return False
            folder = self.root
            for segment in path.split("/"):
                if segment not in os.listdir(folder):
                    return False
                folder /= segment
        except OSError:  # such as a name too long for the file system
            return False
        return True


def ancestry(path: str) -> Iterator[str]:
    """The path and the folders that contain it, outermost first."""
    end = path.find("/")
    while end != -1:
        yield path[:end]
        end = path.find("/", end + 1)
    yield path


def is_inside(path: str, folder: str) -> bool:
    """Whether an absolute, resolved path is the folder or below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def find_folders_within(folders: Iterable[str], parents: Iterable[str]) -> list[str]:
    """The folders that are one of the parents, inside one or around one; all sorted."""
    wanted = [f"{parent}/" if parent else "" for parent in parents]
    return sorted(
        folder
        for folder in folders
        if any(f"{folder}/".startswith(it) or it.startswith(f"{folder}/") for it in wanted)
    )


def _is_link(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a symbolic link or, on Windows, a junction (known from Python 3.12)."""
    is_junction = getattr(entry, "is_junction", None)
    return entry.is_symlink() or (is_junction is not None and is_junction())


def is_searched(path: str, below: str) -> bool:
    """Whether no folder between `below` and the file is hidden or else not searched."""
    inside = path[len(below) + 1 :] if below and path.startswith(f"{below}/") else path
    return not any(_is_avoided(name) for name in inside.split("/")[:-1])


def _is_avoided(name: str) -> bool:
    return name.startswith(".") or name in _NEVER_SEARCHED


def walk(
    root: Path,
    *,
    folders: Iterable[str] = ("",),
    wanted: Iterable[str] = (),
    unwanted: Iterable[str] = (),
    whole: str | None = None,
) -> Tree:
    """List all that is in `folders` of `root`, every folder once.

    Hidden folders are searched only if they contain a folder in `wanted` or the folder `whole`, or
    if they are in the latter. Folders in `unwanted`, such as the built site, are not searched.
    Symbolic links are followed if their target is inside the root and does not contain the link.
    """
    ways = frozenset(it for path in (*wanted, whole) if path for it in ancestry(path))
    walker = _Walker(os.path.realpath(root), ways, frozenset(unwanted), whole)
    for folder in sorted(set(folders)):
        if is_inside(os.path.realpath(root / folder), walker.real_root):
            walker.visit(os.path.normpath(root / folder), folder, (walker.real_root,))
    return Tree(
        root=root,
        files=frozenset(walker.files),
        folders=frozenset(walker.folders) - {""},
        escaping=frozenset(walker.escaping),
        skipped=frozenset(walker.skipped),
        others=frozenset(walker.others),
        temporary=frozenset(walker.temporary),
        locked=frozenset(walker.locked),
    )


@dataclass
class _Walker:
    real_root: str
    wanted: frozenset[str]
    unwanted: frozenset[str]
    whole: str | None
    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    escaping: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    temporary: list[str] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)
    followed: set[str] = field(default_factory=set)

    def visit(self, folder: str, path: str, way: tuple[str, ...]) -> None:
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=_by_name)
        except OSError:  # a folder without permission counts as empty
            self.locked.append(path)
            found = []
        if _ENVIRONMENT in map(_by_name, found) and self._is_environment(folder, path):
            self.skipped.append(path)
            return
        self.folders.append(path)
        prefix = f"{path}/" if path else ""
        for entry in found:
            try:
                if is_temporary(entry.name):
                    self.temporary.append(prefix + entry.name)
                elif entry.is_file(follow_symlinks=False):  # most are
                    self.files.append(prefix + entry.name)
                else:
                    self._enter(entry, prefix + entry.name, way)
            except OSError:  # such as a link to itself
                self.others.append(prefix + entry.name)

    def _enter(self, entry: os.DirEntry[str], path: str, way: tuple[str, ...]) -> None:
        real = os.path.realpath(entry.path) if _is_link(entry) else None
        if real and not is_inside(real, self.real_root):
            self.escaping.append(path)
        elif entry.is_file():
            self.files.append(path)
        elif not entry.is_dir():
            self.others.append(path)
        elif self._is_unsearched(entry.name, path):
            self.skipped.append(path)
        elif not real:
            self.visit(entry.path, path, way)
        elif self._is_repeated(entry, real, way):
            self.folders.append(path)
        else:
            self.visit(entry.path, path, (*way, real))

    def _is_repeated(self, entry: os.DirEntry[str], real: str, way: tuple[str, ...]) -> bool:
        """Whether the target of a link contains the link, or was entered in another linked folder.

        The latter keeps folders that link to one another from multiplying.
        """
        here = os.path.realpath(os.path.dirname(entry.path))
        is_nested = len(way) > 1
        is_around = any(is_inside(step, real) for step in (here, *way))
        is_repeated = is_around or (is_nested and real in self.followed)
        if is_nested and not is_repeated:
            self.followed.add(real)
        return is_repeated

    def _is_unsearched(self, name: str, path: str) -> bool:
        if path in self.unwanted:
            return path not in self.wanted
        return _is_avoided(name) and not self._is_wanted(path)

    def _is_environment(self, folder: str, path: str) -> bool:
        return os.path.exists(f"{folder}/{_ENVIRONMENT}") and not self._is_wanted(path)

    def _is_wanted(self, path: str) -> bool:
        """Whether a folder is searched even if it is hidden or a virtual environment."""
        if not path or path in self.wanted:
            return True
        return self.whole is not None and (not self.whole or path.startswith(f"{self.whole}/"))
