"""Finds tasks that touch the same files, by the field `touches` of their metadata."""

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from mkdocs_plantrace.model.task import FieldValue, Mapping, Task
from mkdocs_plantrace.utils.globs import compile_globs, find_base_folder, has_wildcard
from mkdocs_plantrace.utils.order import group_values

_NOTED = re.compile(r"([^\s<>{}|]+)(?:\s+[\[(#\u2013\u2014-].*)?", re.DOTALL)
"""A path, perhaps followed by a note."""
_NAME = re.compile(r"\.?[\w-]+(?:\.[\w-]+)*\.[A-Za-z]\w*")
_MOST_TASKS = 20
"""A path that more tasks touch does not relate them."""
_MOST_GLOBS = 500
"""If more globs start in one folder, none of them is tried."""


class Shared(NamedTuple):
    """A path that two tasks touch, or that one touches by a folder or glob.

    `spread` is the number of tasks that touch the file, or anything in that folder or glob.
    """

    path: str
    is_same_file: bool
    spread: int


class Touches:
    """An index of the paths that tasks touch.

    `ignored` are paths that do not count, `folders` the folders of the project, since metadata
    may name a folder without a slash.
    """

    def __init__(
        self, tasks: Iterable[Task], ignored: Collection[str], folders: Collection[str]
    ) -> None:
        named = [
            (task.id, path)
            for task in tasks
            for path in (_path(words, folders) for words in _words_of(task))
            if path and path not in ignored
        ]
        self._paths = group_values(named)
        touching = group_values((path, task) for task, path in named)
        self._tasks = {path: frozenset(ids) for path, ids in touching.items()}
        self._globs = group_values(
            (find_base_folder(it), (it, compile_globs([it])))
            for it in self._tasks
            if has_wildcard(it)
        )
        self._holders = {path: tuple(self._find_holders(path)) for path in self._tasks}
        held = ((holder, path) for path, holders in self._holders.items() for holder in holders)
        self._held = group_values(held)
        self._spreads = {
            holder: len(frozenset().union(*(self._tasks[path] for path in paths)))
            for holder, paths in self._held.items()
        }

    def _find_holders(self, path: str) -> Iterator[str]:
        """The touched folders and globs that contain the path; they contain themselves."""
        for folder in _folders(path):
            if f"{folder}/" in self._tasks:
                yield f"{folder}/"
            known = self._globs.get(folder, ())
            for glob, matches in known if len(known) <= _MOST_GLOBS else ():
                if glob == path or matches(path):
                    yield glob

    def shared(self, tasks: Collection[str]) -> dict[str, tuple[Shared, ...]]:
        """For each other task the paths that it shares with one of `tasks`, in their order."""
        found: dict[str, dict[str, Shared]] = {}
        for path in dict.fromkeys(path for task in tasks for path in self._paths.get(task, ())):
            for shared, others in self._find_overlaps(path):
                for other in others.difference(tasks) if shared.spread <= _MOST_TASKS else ():
                    paths = found.setdefault(other, {})
                    if shared.path not in paths or shared.is_same_file:
                        paths[shared.path] = shared
        return {task: tuple(paths.values()) for task, paths in found.items()}

    def touching(self, files: Iterable[str]) -> dict[str, tuple[Shared, ...]]:
        """For each task the files that it touches, itself or by a folder or glob."""
        pairs = (pair for file in files for pair in self._find_touching(file))
        known = ((shared, tasks) for shared, tasks in pairs if shared.spread <= _MOST_TASKS)
        return group_values((task, shared) for shared, tasks in known for task in tasks)

    def _find_touching(self, file: str) -> Iterator[tuple[Shared, frozenset[str]]]:
        if file in self._tasks:
            yield Shared(file, True, len(self._tasks[file])), self._tasks[file]
        for holder in self._find_holders(file):
            yield Shared(file, False, self._spreads[holder]), self._tasks[holder]

    def _find_overlaps(self, path: str) -> Iterator[tuple[Shared, frozenset[str]]]:
        if not path.endswith("/") and not has_wildcard(path):
            yield Shared(path, True, len(self._tasks[path])), self._tasks[path]
        for held in self._held.get(path, ()):
            yield Shared(held, False, self._spreads[path]), self._tasks[held]
        for holder in self._holders[path]:
            yield Shared(path, False, self._spreads[holder]), self._tasks[holder]


def _words_of(task: Task) -> Iterable[str]:
    value = dict(task.fields).get("touches", "")
    return re.split(r"[,\s]+", value) if isinstance(value, str) else _texts(value)


def _texts(value: FieldValue) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = [it for _, it in value.entries] if isinstance(value, Mapping) else value.values
    return [text for part in parts for text in _texts(part)]


def _path(words: str, folders: Collection[str]) -> str:
    """The path in an entry, with a slash at the end of a folder; '' if there is none."""
    folder = posixpath.normpath(words.strip() or ".")
    if folder in folders:
        return f"{folder}/"
    match = _NOTED.fullmatch(words.strip().strip("`'\""))
    name = match[1] if match else ""
    is_path = "/" in name and "://" not in name and name.lower() != "n/a"
    if not (is_path or _NAME.fullmatch(name)) or name.startswith(("/", "~", "..")):
        return ""
    inside, cuts = re.subn(r"(?<!/)(?:/\*{0,2})++$", "", name)
    path = posixpath.normpath(inside)
    if not path.strip(".*"):
        return ""
    if has_wildcard(path):
        return path if find_base_folder(path) else ""
    return f"{path}/" if cuts else path


def _folders(path: str) -> Iterator[str]:
    """The folders that contain the path, innermost first; a folder contains itself."""
    folder = path[:-1] if path.endswith("/") else posixpath.dirname(path)
    if has_wildcard(folder):
        folder = find_base_folder(f"{folder}/")
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
