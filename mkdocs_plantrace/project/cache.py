"""A cache of what was read from files: the one place where such values become invalid."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from mkdocs_plantrace.project.stored_values import StoredValues

V = TypeVar("V")
_TIME_TO_SETTLE = 2_000_000_000
"""Nanoseconds after which another change surely gets another time, on any file system."""


class FileState(NamedTuple):
    """Changes with the file or its permissions."""

    modified: int
    changed: int
    size: int
    number: int


class _Key(NamedTuple):
    """What a value was read for, and the state of its file before."""

    detail: object
    state: FileState | None

    def is_settled(self, oldest: int) -> bool:
        """Whether all files that were read changed before that time: see `_TIME_TO_SETTLE`."""
        states = list(_find_states(self))
        return self.state is not None and all(state.modified < oldest for state in states)


def _find_states(value: object) -> Iterator[FileState]:
    if isinstance(value, FileState):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _find_states(part)


class ValueKind(NamedTuple):
    """What is read from the files of a kind: its name and type, and whether a value is stored.

    A value is not stored if its file could not be read: it may be readable in the next moment.
    """

    name: str
    type: Any
    is_stored: Callable[[Any], bool]


class Cache:
    """Values by what they are, and the root-relative path of their file.

    If `on_disk`, the first values of each name come from those that an earlier command stored.
    """

    def __init__(self, *, on_disk: bool = False) -> None:
        self._on_disk = on_disk
        self._contexts: dict[str, object] = {}
        self._values: dict[str, dict[str, tuple[_Key, Any]]] = {}

    def read(
        self,
        kind: ValueKind,
        root: Path,
        wanted: Mapping[str, object],
        context: object,
        read: Callable[[str], V],
        *,
        is_whole: bool,
    ) -> dict[str, V]:
        """The result of `read` for each path below the root, in the order of `wanted`.

        A cached value is used if the file, the value of its path in `wanted`, and `context`, which
        is common to all paths, are unchanged. Other cached values are removed; stored ones only if
        `is_whole`, so that there are no others in the project.
        """
        name = kind.name
        keys = {path: _Key(detail, file_state(f"{root}/{path}")) for path, detail in wanted.items()}
        is_first = self._on_disk and name not in self._values
        store = StoredValues[V](root, name, context, kind.type) if is_first else None
        if store:
            cached = store.load(keys)
        else:
            cached = self._values.get(name, {}) if self._contexts.get(name) == context else {}
        oldest = time.time_ns() - _TIME_TO_SETTLE
        new: dict[str, tuple[_Key, V]] = {}
        for path, key in keys.items():
            before = cached.get(path)
            if before is None or before[0] != key:
                new[path] = key, read(path)
        values = {path: new.get(path) or cached[path] for path in keys}
        if store:
            lasting = {
                path: (key, value)
                for path, (key, value) in new.items()
                if key.is_settled(oldest) and kind.is_stored(value)
            }
            store.store(lasting, keys if is_whole else None)
        self._contexts[name], self._values[name] = context, values
        return {path: value for path, (_, value) in values.items()}

    def file_states(self) -> dict[str, object]:
        """The states of all cached files when they were read, by root-relative path."""
        values = self._values.values()
        return {path: key[1] for cached in values for path, (key, _) in cached.items()}


def file_state(path: str) -> FileState | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return FileState(status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def find_states(root: Path, paths: Iterable[str]) -> dict[str, object]:
    return {path: file_state(f"{root}/{path}") for path in paths}
