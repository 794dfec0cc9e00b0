"""A cache of what was read from files: the one place where such values become invalid."""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

V = TypeVar("V")
_Key: TypeAlias = tuple[object, object]
"""What a value was read for, and the state of its file before."""


class Cache:
    """Values by the name of what they are, and the root-relative path of their file."""

    def __init__(self) -> None:
        self._contexts: dict[str, object] = {}
        self._values: dict[str, dict[str, tuple[_Key, Any]]] = {}

    def read(
        self,
        name: str,
        root: Path,
        wanted: Mapping[str, object],
        context: object,
        read: Callable[[str], V],
    ) -> dict[str, V]:
        """The result of `read` for each path below the root, in the order of `wanted`.

        A value cached under `name` is used if the file, the value of its path in `wanted`, and
        `context`, which is common to all paths, are unchanged. Other cached values are removed.
        """
        cached = self._values.get(name, {}) if self._contexts.get(name) == context else {}
        values: dict[str, tuple[_Key, V]] = {}
        for path, detail in wanted.items():
            key = detail, file_state(f"{root}/{path}")
            before = cached.get(path)
            values[path] = before if before and before[0] == key else (key, read(path))
        self._contexts[name], self._values[name] = context, values
        return {path: value for path, (_, value) in values.items()}

    def file_states(self) -> dict[str, object]:
        """The states of all cached files when they were read, by root-relative path."""
        values = self._values.values()
        return {path: key[1] for cached in values for path, (key, _) in cached.items()}


def file_state(path: str) -> object:
    """A value that changes with the file or its permissions; None if there is no such file."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def find_states(root: Path, paths: Iterable[str]) -> dict[str, object]:
    return {path: file_state(f"{root}/{path}") for path in paths}
