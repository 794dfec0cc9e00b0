"""A cache of what was read from files: the one place where such values become invalid."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

V = TypeVar("V")


class Cache:
    def __init__(self) -> None:
        self._contexts: dict[str, object] = {}
        self._values: dict[str, dict[str, tuple[object, Any]]] = {}

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
        values: dict[str, tuple[object, V]] = {}
        for path, detail in wanted.items():
            state = detail, file_state(f"{root}/{path}")
            before = cached.get(path)
            values[path] = before if before and before[0] == state else (state, read(path))
        self._contexts[name], self._values[name] = context, values
        return {path: value for path, (_, value) in values.items()}


def file_state(path: str) -> object:
    """A value that changes with the file or its permissions; a missing file never equals."""
    try:
        status = os.stat(path)
    except OSError:
        return object()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
