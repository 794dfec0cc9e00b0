"""Finds the tasks that touch the same files, as the `touches` of their metadata say."""

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from mkdocs_plantrace.globs import fixed_folder, matcher
from mkdocs_plantrace.model import FieldValue, Mapping, Task

FIELD = "touches"
_NOTED = re.compile(r"([^\s<>{}|]+)(?:\s+[\[(#\u2013\u2014-].*)?", re.DOTALL)
"""A path, perhaps with a note behind it; other words are no path."""
_NAME = re.compile(r"\.?[\w-]+(?:\.[\w-]+)*\.[A-Za-z]\w*")
_NOTHING = frozenset({"n/a", "none", "tbd", "todo"})
_MOST_COMPARED = 500
"""Where more paths or globs than these lie in one folder, a glob is too wide to tell anything."""
_WILD = re.compile(r"[*?\[]")


class Overlap(IntEnum):
    """How two tasks meet: inside one folder, or at one file."""

    FOLDER = 1
    FILE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A path that two tasks touch; `spread` is how many tasks touch it or what it holds."""

    path: str
    overlap: Overlap
    spread: int


class Touches:
    """What each task touches; paths in `ignored` belong to the record itself and do not count.

    `folders` are the folders of the project, as a folder may be written without a slash.
    """

    def __init__(
        self, tasks: Iterable[Task], ignored: Collection[str], folders: Collection[str]
    ) -> None:
        self._ignored = ignored
        self._folders = folders
        self._of_file: dict[str, set[str]] = {}
        self._of_folder: dict[str, set[str]] = {}
        self._of_glob: dict[str, set[str]] = {}
        self._below: dict[str, dict[str, set[str]]] = {}
        self._globs_in: dict[str, dict[str, Callable[[str], bool]]] = {}
        self._paths: dict[str, tuple[str, ...]] = {}
        self._met: dict[tuple[str, int], tuple[tuple[Shared, set[str]], ...]] = {}
        for task in tasks:
            if task.id not in self._paths:
                self._paths[task.id] = tuple(dict.fromkeys(self._read(task)))
                for path in self._paths[task.id]:
                    self._add(path, task.id)

    def _read(self, task: Task) -> Iterator[str]:
        value = next((value for name, value in task.fields if name == FIELD), "")
        words = re.split(r"[,\s]+", value) if isinstance(value, str) else _texts(value)
        for word in words:
            path = _path(word)
            if (folder := posixpath.normpath(word.strip() or ".")) in self._folders:
                path = f"{folder}/"
            if path and path not in self._ignored:
                yield path

    def _add(self, path: str, task: str) -> None:
        if path.endswith("/"):
            self._of_folder.setdefault(path[:-1], set()).add(task)
        elif _WILD.search(path):
            self._of_glob.setdefault(path, set()).add(task)
            self._globs_in.setdefault(fixed_folder(path), {})[path] = matcher([path])
        else:
            self._of_file.setdefault(path, set()).add(task)
        for folder in _folders(path):
            self._below.setdefault(folder, {}).setdefault(path, set()).add(task)

    def shared(self, tasks: Collection[str], most: int) -> dict[str, tuple[Shared, ...]]:
        """For each other task the paths that it shares with one of `tasks`, in their order.

        Paths and folders that more than `most` tasks touch are left out.
        """
        found: dict[str, dict[str, Shared]] = {}
        for path in dict.fromkeys(path for task in tasks for path in self._paths.get(task, ())):
            if (path, most) not in self._met:
                self._met[path, most] = tuple(self._meet(path, most))
            for shared, others in self._met[path, most]:
                for other in others.difference(tasks):
                    known = found.setdefault(other, {}).setdefault(shared.path, shared)
                    if shared.overlap > known.overlap:
                        found[other][shared.path] = shared
        return {task: tuple(paths.values()) for task, paths in found.items()}

    def _meet(self, path: str, most: int) -> Iterator[tuple[Shared, set[str]]]:
        if path.endswith("/"):
            yield from self._inside(path[:-1], None, most)
        elif _WILD.search(path):
            yield from self._inside(fixed_folder(path), matcher([path]), most)
        else:
            yield from self._at_file(path, most)
        yield from self._around(path, most)

    def _at_file(self, path: str, most: int) -> Iterator[tuple[Shared, set[str]]]:
        tasks = self._of_file[path]
        if len(tasks) <= most:
            yield Shared(path=path, overlap=Overlap.FILE, spread=len(tasks)), tasks

    def _inside(
        self, folder: str, matches: Callable[[str], bool] | None, most: int
    ) -> Iterator[tuple[Shared, set[str]]]:
        """What others touch in a folder, all of it or what a glob matches."""
        below = self._below.get(folder, {})
        if matches is None and self._spread(folder, most) > most:
            return
        if len(below) > _MOST_COMPARED:
            return
        inside = {path: tasks for path, tasks in below.items() if matches is None or matches(path)}
        everyone = set().union(*inside.values())
        if 0 < len(everyone) <= most:
            for path, tasks in inside.items():
                yield Shared(path=path, overlap=Overlap.FOLDER, spread=len(everyone)), tasks

    def _around(self, path: str, most: int) -> Iterator[tuple[Shared, set[str]]]:
        """Those who touch a folder that holds the path, or match it by a glob."""
        for folder in _folders(path):
            if tasks := self._of_folder.get(folder):
                spread = self._spread(folder, most)
                if spread <= most:
                    yield Shared(path=path, overlap=Overlap.FOLDER, spread=spread), tasks
            globs = self._globs_in.get(folder, {})
            for glob, matches in globs.items() if len(globs) <= _MOST_COMPARED else ():
                others = self._of_glob[glob]
                if len(others) <= most and (glob == path or matches(path)):
                    yield Shared(path=path, overlap=Overlap.FOLDER, spread=len(others) + 1), others

    def _spread(self, folder: str, most: int) -> int:
        """How many tasks touch something in the folder, as far as one need count."""
        seen: set[str] = set()
        for tasks in self._below.get(folder, {}).values():
            seen |= tasks
            if len(seen) > most:
                break
        return len(seen)


def _texts(value: FieldValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for _, entry in value.entries:
            yield from _texts(entry)
    else:
        for entry in value:
            yield from _texts(entry)


def _path(words: str) -> str:
    """The path that an entry names, a folder with a slash at its end; '' if it names none."""
    match = _NOTED.fullmatch(words.strip().strip("`'\""))
    written = match[1] if match else ""
    if not ("/" in written or _NAME.fullmatch(written)) or "://" in written:
        return ""
    if written.lower() in _NOTHING or written.startswith(("/", "~", "..")):
        return ""
    is_folder = written.endswith(("/", "/**", "/*", "/**/*"))
    path = posixpath.normpath(re.sub(r"(?:/\*{1,2})+$", "", written))
    if not path.strip(".*"):
        return ""
    if _WILD.search(path):
        return path if fixed_folder(path) else ""
    return f"{path}/" if is_folder else path


def _folders(path: str) -> Iterator[str]:
    """The folders that hold the path, innermost first; a folder holds itself."""
    folder = path[:-1] if path.endswith("/") else posixpath.dirname(path)
    if _WILD.search(folder):
        folder = fixed_folder(f"{folder}/")
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
