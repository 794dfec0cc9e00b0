"""Caches the search index of a project in a file of the user's cache directory.

If the file is missing, damaged, or from another version or state of the project, or if the
directory cannot be used, nothing is cached and there is no error. The file contains only text and
numbers: a manipulated one can cause a wrong answer and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import sys
import tempfile
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mkdocs_plantrace import __version__
from mkdocs_plantrace.project.stored_values import find_cache_file
from mkdocs_plantrace.trace.search.bm25 import MOST_ENDINGS, Hit, Indexed, Passage, SearchIndex

_FORMAT = f"4 {__version__} {sys.byteorder}"
_COLUMNS = "path TEXT, line INTEGER, end_line INTEGER, heading TEXT, text TEXT, record TEXT"
_SCHEMA = (
    "CREATE TABLE about (format TEXT, stamp TEXT, lengths BLOB, records BLOB)",
    f"CREATE TABLE passages (number INTEGER PRIMARY KEY, {_COLUMNS}, is_entry INTEGER, shown TEXT)",
    "CREATE TABLE postings (term TEXT PRIMARY KEY, places BLOB) WITHOUT ROWID",
)
_TYPES = [str, int, int, str, str, str, int]
_DAMAGE = (sqlite3.Error, OSError, ValueError, TypeError, ArithmeticError, LookupError)


class Found(NamedTuple):
    """A hit, its best passage, and the text stored with that."""

    hit: Hit
    passage: Passage
    shown: str


class Store:
    """The index of one project on disk; `stamp` identifies the state of the project."""

    def __init__(self, root: str, stamp: str) -> None:
        self.path = find_cache_file(root, "search")
        self._stamp = stamp

    def search(self, text: str, limit: int = 10) -> list[Found] | None:
        """Search like `SearchIndex.search`; None if there is no valid index."""
        try:
            with contextlib.closing(self._open()) as connection:
                corpus = _StoredCorpus(connection, self._stamp)
                return [
                    Found(hit, corpus.passage(hit.passages[0]), corpus.shown(hit.passages[0]))
                    for hit in SearchIndex(corpus).search(text, limit)
                ]
        except _DAMAGE:
            return None

    def write(self, indexed: Indexed, shown: Sequence[str]) -> bool:
        """Replace the file atomically; False if that is impossible.

        `shown` is a text for each passage, which `search` returns unchanged.
        """
        temporary = ""
        try:
            os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=os.path.dirname(self.path), suffix=".tmp")
            os.close(handle)
            with contextlib.closing(sqlite3.connect(temporary)) as connection:
                connection.execute("PRAGMA journal_mode = OFF")
                connection.execute("PRAGMA synchronous = OFF")
                self._fill(connection, indexed, shown)
            os.replace(temporary, self.path)
        except _DAMAGE:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            return False
        return True

    def _open(self) -> sqlite3.Connection:
        # The file is replaced, never changed, so it needs neither locks nor a journal.
        return sqlite3.connect(f"{Path(self.path).as_uri()}?mode=ro&immutable=1", uri=True)

    def _fill(self, connection: sqlite3.Connection, indexed: Indexed, shown: Sequence[str]) -> None:
        for statement in _SCHEMA:
            connection.execute(statement)
        numbers = (_blob(indexed.lengths), _blob(indexed.records))
        connection.execute(
            "INSERT INTO about VALUES (?, ?, ?, ?)", (_FORMAT, self._stamp, *numbers)
        )
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (number, *passage[:6], int(passage.is_entry), text)
                for number, (passage, text) in enumerate(zip(indexed.passages, shown, strict=True))
            ),
        )
        connection.executemany(
            "INSERT INTO postings VALUES (?, ?)",
            ((term, _blob(places)) for term, places in sorted(indexed.postings.items())),
        )
        connection.commit()


class _StoredCorpus:
    """A corpus that reads postings and passages on demand; raises an error of `_DAMAGE`."""

    def __init__(self, connection: sqlite3.Connection, stamp: str) -> None:
        self._connection = connection
        schema = connection.execute("SELECT sql FROM sqlite_master WHERE sql > '' ORDER BY name")
        if tuple(sql for (sql,) in schema) != _SCHEMA:
            raise ValueError("unexpected tables")
        about = self._row("SELECT * FROM about")
        if about[:2] != (_FORMAT, stamp):
            raise ValueError("another version, or another state of the project")
        self.lengths, self.records = map(_numbers, about[2:])

    def places(self, term: str) -> Sequence[int]:
        row = self._connection.execute("SELECT places FROM postings WHERE term = ?", (term,))
        return next((_numbers(places) for (places,) in row), ())

    def beginning(self, start: str) -> list[str]:
        rows = self._connection.execute(
            "SELECT term FROM postings WHERE term >= ? AND term < ? ORDER BY term LIMIT ?",
            (start, f"{start}\U0010ffff", MOST_ENDINGS),
        )
        return [str(term) for (term,) in rows]

    def passage(self, number: int) -> Passage:
        row = self._row(
            "SELECT path, line, end_line, heading, text, record, is_entry FROM passages"
            " WHERE number = ?",
            number,
        )
        if [type(value) for value in row] != _TYPES:
            raise TypeError("unexpected type of a column")
        path, line, end_line, heading, text, record, is_entry = row
        return Passage(path, line, end_line, heading, text, record, bool(is_entry))

    def shown(self, number: int) -> str:
        return str(self._row("SELECT shown FROM passages WHERE number = ?", number)[0])

    def _row(self, query: str, *values: int) -> tuple[Any, ...]:
        row: tuple[Any, ...] | None = self._connection.execute(query, values).fetchone()
        if row is None:
            raise LookupError(query)
        return row


def _blob(numbers: Sequence[int]) -> bytes:
    return array("I", numbers).tobytes()


def _numbers(blob: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(blob)
    return numbers
