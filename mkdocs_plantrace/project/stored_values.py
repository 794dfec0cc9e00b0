"""Keeps what was read from a project in the user's cache directory, for the next command.

If the file is missing, damaged, locked or from another version, or if the directory cannot be used,
nothing is stored and there is no error. The file contains only data, which is decoded to the type
that is asked for: a manipulated one can cause a wrong answer and nothing else.
"""

import contextlib
import hashlib
import os
import sqlite3
import sys
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
from msgspec.structs import force_setattr
from platformdirs import user_cache_dir

from mkdocs_plantrace import __file__ as package
from mkdocs_plantrace import __version__

K = TypeVar("K")
V = TypeVar("V")
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS stored"
    " (name TEXT, path TEXT, key BLOB, value BLOB, PRIMARY KEY (name, path)) WITHOUT ROWID"
)
_LOAD = "SELECT value FROM stored WHERE name = ? AND path = ? AND key = ?"
_STORE = "INSERT OR REPLACE INTO stored VALUES (?, ?, ?, ?)"
_LONGEST_WAIT = 0.2
"""Seconds for which another process may lock the file."""
_DAMAGE = (sqlite3.Error, OSError, ValueError, TypeError, RecursionError, msgspec.MsgspecError)


class StoredValues(Generic[V]):
    """The values of one `name` and `kind`, by path.

    `context` is what all of them depend on; equal contexts must have equal representations.
    """

    def __init__(self, root: Path, name: str, context: object, kind: Any) -> None:
        self.path = find_cache_file(root, "record")
        self._name = name
        self._stamp = _digest(repr((__version__, sys.version, _find_code(), context)))
        self._decoder = msgspec.msgpack.Decoder(kind)

    def load(self, keys: Mapping[str, K]) -> dict[str, tuple[K, V]]:
        """The values that were stored with the same key, and these keys."""
        values: dict[str, tuple[K, V]] = {}
        known: dict[str, str] = {}
        with contextlib.suppress(*_DAMAGE), self._connect("ro") as connection:
            connection.execute("BEGIN")  # or else each query locks the file
            for path, key in keys.items():
                named = (self._name, _encode(path), self._digest(key))
                for (value,) in connection.execute(_LOAD, named):
                    with contextlib.suppress(*_DAMAGE):
                        values[path] = key, _share(self._decoder.decode(value), known)
        return values

    def store(
        self, values: Mapping[str, tuple[object, V]], paths: Collection[str] | None = None
    ) -> None:
        """Store values with their keys, if that is possible, and keep only those of `paths`."""
        if not values:
            return
        with contextlib.suppress(*_DAMAGE):
            os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
            try:
                with self._connect("rwc") as connection, connection:
                    connection.execute(_SCHEMA)
                    connection.executemany(_STORE, self._make_rows(values))
                    if paths is not None:
                        self._remove_others(connection, paths)
            except sqlite3.OperationalError:
                pass  # a lock, or a full disk
            except sqlite3.DatabaseError:
                os.unlink(self.path)  # damaged: the next command makes a new one

    def _make_rows(self, values: Mapping[str, tuple[object, V]]) -> Iterator[tuple[Any, ...]]:
        encoder = msgspec.msgpack.Encoder()
        for path, (key, value) in values.items():
            with contextlib.suppress(*_DAMAGE):  # such as a text that is not UTF-8
                yield self._name, _encode(path), self._digest(key), encoder.encode(value)

    def _remove_others(self, connection: sqlite3.Connection, paths: Collection[str]) -> None:
        stored = connection.execute("SELECT path FROM stored WHERE name = ?", (self._name,))
        others = {path for (path,) in stored}.difference(map(_encode, paths))
        rows = ((self._name, path) for path in others)
        connection.executemany("DELETE FROM stored WHERE name = ? AND path = ?", rows)

    def _digest(self, key: object) -> bytes:
        return _digest(f"{self._stamp!r} {key!r}")

    @contextlib.contextmanager
    def _connect(self, mode: str) -> Iterator[sqlite3.Connection]:
        address = f"{Path(self.path).as_uri()}?mode={mode}"
        connection = sqlite3.connect(address, timeout=_LONGEST_WAIT, uri=True)
        with contextlib.closing(connection):
            yield connection


def find_cache_file(root: str | Path, name: str) -> str:
    """The path of a database about the project in `root`, in the user's cache directory.

    Without such a directory it is '', where nothing can be opened or written.
    """
    try:
        folder = user_cache_dir("mkdocs-plantrace", appauthor=False)
    except RuntimeError:  # a user without a home directory
        return ""
    return os.path.join(folder, f"{name}-{_digest(os.path.realpath(root)).hex()}.sqlite")


def _encode(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _digest(text: str) -> bytes:
    return hashlib.blake2b(_encode(text), digest_size=16).digest()


@cache
def _find_code() -> list[tuple[str, int, int]]:
    """The states of the files of this package, and of the folders with all installed packages.

    In a checkout, the package changes without its version.
    """
    paths = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    for folder, _, names in os.walk(os.path.dirname(package)):
        paths += [os.path.join(folder, it) for it in names if it.endswith((".py", ".toml"))]
    states = []
    for path in paths:
        with contextlib.suppress(OSError):
            status = os.stat(path)
            states.append((path, status.st_mtime_ns, status.st_size))
    return sorted(states)


def _share(value: Any, known: dict[str, str]) -> Any:
    """Replace equal texts by one object: thousands of pages have the same headings and ids."""
    if isinstance(value, str):
        return known.setdefault(value, value)
    if isinstance(value, tuple):
        return tuple.__new__(type(value), [_share(item, known) for item in value])
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            force_setattr(value, name, _share(getattr(value, name), known))
    return value
