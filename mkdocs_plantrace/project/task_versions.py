"""The ids and statuses of tasks in the commits of a repository."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import NamedTuple, TypeAlias

from mkdocs_plantrace.config.layouts import DEFAULT
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.task import Status
from mkdocs_plantrace.parsing.git_log import CommitChanges
from mkdocs_plantrace.parsing.metadata.layout_file import read_layout_status
from mkdocs_plantrace.parsing.metadata.layout_source import LayoutSource
from mkdocs_plantrace.parsing.metadata.task_file import MAX_BYTES, parse_status
from mkdocs_plantrace.project.git import GitObject, GitObjects
from mkdocs_plantrace.project.layout_files import TaskKey, match_candidates
from mkdocs_plantrace.project.loader import find_default_sources
from mkdocs_plantrace.project.task_spellings import fold_id
from mkdocs_plantrace.utils.order import group_values
from mkdocs_plantrace.utils.text_file import UnreadableFileError, decode_text


class TaskVersion(NamedTuple):
    """A task in one commit; `key` is what is the same for all spellings of its id."""

    id: str
    key: str
    status: Status
    path: str


_Versions: TypeAlias = Mapping[TaskKey, TaskVersion]
UNREADABLE = Status(text="", kind=None)
"""The status of a task that cannot be read; its id is ''."""


class TaskChange(NamedTuple):
    """A change of the status or the file of a task in one commit.

    `former_path` is where it was before. `before` is None for a new task, `after` for one that is
    removed.
    """

    id: str
    former_path: str
    path: str
    before: Status | None
    after: Status | None


class CommitFiles:
    """The files of one commit, by paths from the folder of `objects`.

    `read_ids` has the ids of the objects that were asked for, None for one that is absent.
    """

    def __init__(self, objects: GitObjects, commit: str) -> None:
        self._read = cache(lambda path: objects.read(f"{commit}:./{path}"))
        self.read_ids: dict[str, str | None] = {}

    def find_id(self, path: str) -> str | None:
        found = self._find(path)
        return found and found.id

    def has_file(self, path: str) -> bool:
        return self._find(path) is not None

    def below(self, folder: str) -> Iterable[str]:  # noqa: ARG002 (no status needs them)
        return ()

    def read_text(self, path: str, *, limit: int) -> str:
        found = self._find(path)
        if found is None:
            raise UnreadableFileError("cannot be read: there is no such file")
        return decode_text(found.content, limit=limit)

    def _find(self, path: str) -> GitObject | None:
        found = self._read(path)
        self.read_ids[path] = found.id if found else None
        return found


class TaskVersions:
    """Reads the tasks in commits; `paths` are all files that any of the commits may have."""

    def __init__(self, settings: Settings, paths: Iterable[str]) -> None:
        self._settings = settings
        listed = sorted(set(paths))
        default = find_default_sources(settings, listed)
        self._sources: Mapping[TaskKey, tuple[str | LayoutSource, ...]] = group_values(
            [
                *((TaskKey(DEFAULT, path, None), path) for path in default),
                *match_candidates(settings, listed),
            ]
        )
        self._keys = group_values(
            (path, key)
            for key, sources in self._sources.items()
            for path in dict.fromkeys(path for source in sources for path in _find_paths(source))
        )
        self._known: dict[str, tuple[dict[str, str | None], TaskVersion]] = {}

    def is_metadata(self, path: str) -> bool:
        """Whether a task is read from this file."""
        return path in self._keys

    def find_changes(self, objects: GitObjects, commit: CommitChanges) -> Iterator[TaskChange]:
        """Find the tasks whose id or status a commit changed; a merge differs from all parents."""
        touched = dict.fromkeys(path for file in commit.files for path in file if path)
        keys = dict.fromkeys(key for path in touched for key in self._keys.get(path, ()))
        name = commit.commit.id
        before, *others = (
            self._read_all(keys, CommitFiles(objects, f"{name}^{parent}"))
            for parent in range(1, commit.parent_count + 1)
        )
        merged = [{it.key: it.status for it in versions.values()} for versions in others]
        renames = {file.after: file.before for file in commit.files if file.before and file.after}
        for old, new in _pair(before, self._read_all(keys, CommitFiles(objects, name)), renames):
            change = _make_change(old, new)
            is_merged = new is not None and any(it.get(new.key) == new.status for it in merged)
            is_moved = change.former_path != change.path and not merged
            if is_moved or (change.before != change.after and not is_merged):
                yield change

    def _read_all(self, keys: Iterable[TaskKey], files: CommitFiles) -> _Versions:
        found = ((key, self._read(key, files)) for key in keys)
        return {key: version for key, version in found if version}

    def _read(self, key: TaskKey, files: CommitFiles) -> TaskVersion | None:
        """Read a task from the first of its files that there is."""
        for source in self._sources[key]:
            path = source if isinstance(source, str) else source.path
            if files.has_file(path):
                ids, known = self._known.get(path, ({}, None))
                if known and all(files.find_id(it) == ids[it] for it in ids):
                    return known
                files.read_ids = {}
                version = self._parse(source, path, files)
                self._known[path] = dict(files.read_ids), version
                return version
        return None

    def _parse(self, source: str | LayoutSource, path: str, files: CommitFiles) -> TaskVersion:
        found, layout = None, DEFAULT
        if isinstance(source, LayoutSource):
            found, layout = read_layout_status(source, self._settings, files), source.layout.name
        else:
            with suppress(UnreadableFileError):
                text = files.read_text(path, limit=MAX_BYTES)
                found = parse_status(path, text, self._settings)
        task_id, status = found or ("", UNREADABLE)
        return TaskVersion(task_id, fold_id(self._settings, task_id, layout), status, path)


def _find_paths(source: str | LayoutSource) -> list[str]:
    return [source] if isinstance(source, str) else [source.path, *source.status_beside]


def _pair(
    before: _Versions, after: _Versions, renames: Mapping[str, str]
) -> Iterator[tuple[TaskVersion | None, TaskVersion | None]]:
    """Pair the versions of each task: by file and id, else by id, else by file."""
    olds, news = dict(before), dict(after)
    ways: tuple[Callable[[str, str], object], ...] = (
        lambda path, key: (path, key),
        lambda path, key: key or (path, key),
        lambda path, _: path,
    )
    for way in ways:
        found = {way(old.path, old.key): name for name, old in olds.items()}
        for name, new in tuple(news.items()):
            other = found.pop(way(renames.get(new.path, new.path), new.key), None)
            if other:
                yield olds.pop(other), news.pop(name)
    yield from ((None, new) for new in news.values())
    yield from ((old, None) for old in olds.values())


def _make_change(old: TaskVersion | None, new: TaskVersion | None) -> TaskChange:
    """Make a change of one or two versions; an unreadable one has the id of the other."""
    versions = [it for it in (new, old) if it]
    return TaskChange(
        id=next((it.id for it in versions if it.id), ""),
        former_path=versions[-1].path,
        path=versions[0].path,
        before=old.status if old else None,
        after=new.status if new else None,
    )
