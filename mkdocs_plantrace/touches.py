"""Finds the tasks that touch the same files, as the `touches` of their metadata say."""

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from mkdocs_plantrace.globs import fixed_folder, is_wild, matcher
from mkdocs_plantrace.model import FieldValue, Mapping, Task

_NOTED = re.compile(r"([^\s<>{}|]+)(?:\s+[\[(#\u2013\u2014-].*)?", re.DOTALL)
"""A path, perhaps with a note behind it; other words are no path."""
_NAME = re.compile(r"\.?[\w-]+(?:\.[\w-]+)*\.[A-Za-z]\w*")
_MOST_GLOBS = 500
"""Where more globs than these start in one folder, they are too many to try them all."""


class Shared(NamedTuple):
    """A path that two tasks touch: both itself, or one of them a folder or glob that holds it.

    `spread` is how many tasks touch the file, or anything in that folder or glob.
    """

    path: str
    is_same_file: bool
    spread: int


class Touches:
    """What each task touches; paths in `ignored` belong to the record itself and do not count.

    `folders` are the folders of the project, as a folder may be written without a slash.
    """

    def __init__(
        self, tasks: Iterable[Task], ignored: Collection[str], folders: Collection[str]
    ) -> None:
        self._paths: dict[str, list[str]] = {}
        self._tasks: dict[str, set[str]] = {}
        for task in tasks:
            paths = [_path(words, folders) for words in _words_of(task)]
            self._paths[task.id] = [path for path in paths if path and path not in ignored]
            for path in self._paths[task.id]:
                self._tasks.setdefault(path, set()).add(task.id)
        globs: dict[str, dict[str, Callable[[str], bool]]] = {}
        for path in filter(is_wild, self._tasks):
            globs.setdefault(fixed_folder(path), {})[path] = matcher([path])
        self._holders = {path: tuple(self._holding(path, globs)) for path in self._tasks}
        self._held: dict[str, list[str]] = {}
        for path, holders in self._holders.items():
            for holder in holders:
                self._held.setdefault(holder, []).append(path)
        self._spreads = {
            holder: len(set().union(*(self._tasks[path] for path in held)))
            for holder, held in self._held.items()
        }

    def _holding(
        self, path: str, globs: dict[str, dict[str, Callable[[str], bool]]]
    ) -> Iterator[str]:
        """The folders and globs that tasks touch and that hold the path; they hold themselves."""
        for folder in _folders(path):
            if f"{folder}/" in self._tasks:
                yield f"{folder}/"
            known = globs.get(folder, {})
            for glob, matches in known.items() if len(known) <= _MOST_GLOBS else ():
                if glob == path or matches(path):
                    yield glob

    def shared(self, tasks: Collection[str], most: int) -> dict[str, tuple[Shared, ...]]:
        """For each other task the paths that it shares with one of `tasks`, in their order.

        Paths and folders that more than `most` tasks touch are left out.
        """
        found: dict[str, dict[str, Shared]] = {}
        for path in dict.fromkeys(path for task in tasks for path in self._paths.get(task, ())):
            for shared, others in self._meet(path):
                for other in others.difference(tasks) if shared.spread <= most else ():
                    paths = found.setdefault(other, {})
                    if shared.path not in paths or shared.is_same_file:
                        paths[shared.path] = shared
        return {task: tuple(paths.values()) for task, paths in found.items()}

    def _meet(self, path: str) -> Iterator[tuple[Shared, set[str]]]:
        if not path.endswith("/") and not is_wild(path):
            yield Shared(path, is_same_file=True, spread=len(self._tasks[path])), self._tasks[path]
        for held in self._held.get(path, ()):
            yield Shared(held, is_same_file=False, spread=self._spreads[path]), self._tasks[held]
        for holder in self._holders[path]:
            yield (
                Shared(path, is_same_file=False, spread=self._spreads[holder]),
                self._tasks[holder],
            )


def _words_of(task: Task) -> Iterable[str]:
    value = dict(task.fields).get("touches", "")
    return re.split(r"[,\s]+", value) if isinstance(value, str) else _texts(value)


def _texts(value: FieldValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        return
    for entry in (it for _, it in value.entries) if isinstance(value, Mapping) else value:
        yield from _texts(entry)


def _path(words: str, folders: Collection[str]) -> str:
    """The path that an entry names, a folder with a slash at its end; '' if it names none."""
    folder = posixpath.normpath(words.strip() or ".")
    if folder in folders:
        return f"{folder}/"
    match = _NOTED.fullmatch(words.strip().strip("`'\""))
    written = match[1] if match else ""
    is_path = "/" in written and "://" not in written and written.lower() != "n/a"
    if not (is_path or _NAME.fullmatch(written)) or written.startswith(("/", "~", "..")):
        return ""
    inside, cuts = re.subn(r"(?:/\*{0,2})+$", "", written)
    path = posixpath.normpath(inside)
    if not path.strip(".*"):
        return ""
    if is_wild(path):
        return path if fixed_folder(path) else ""
    return f"{path}/" if cuts else path


def _folders(path: str) -> Iterator[str]:
    """The folders that hold the path, innermost first; a folder holds itself."""
    folder = path[:-1] if path.endswith("/") else posixpath.dirname(path)
    if is_wild(folder):
        folder = fixed_folder(f"{folder}/")
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
