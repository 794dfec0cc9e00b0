"""Finds the recorded errors that are most like a text, with what fixed them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from mkdocs_plantrace.errors import RecordedError, headline
from mkdocs_plantrace.folding import fold
from mkdocs_plantrace.model import LogEntry
from mkdocs_plantrace.ranking import Index, Indexed

_LONGEST_ERROR, _LONGEST_FIELD = 3000, 1000
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One wording of an error: the entry that tells best how to mend it, and all its tasks."""

    error: RecordedError
    entry: LogEntry
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A sighting that is like the text; scores compare only within one search."""

    score: float
    sighting: Sighting


def sightings(errors: Iterable[RecordedError]) -> tuple[Sighting, ...]:
    """Every wording of every error, in the order of the errors, the newest first.

    Entries of one error whose texts fold to the same are one wording; of them the newest with a
    fix that worked speaks, otherwise the newest.
    """
    found = []
    for error in errors:
        worded: dict[str, list[LogEntry]] = {}
        for entry in reversed(error.entries):
            worded.setdefault(fold(headline(entry)), []).append(entry)
        for entries in worded.values():
            best = next((entry for entry in entries if entry.is_fixed and entry.fix), entries[0])
            tasks = dict.fromkeys(task for entry in entries for task in entry.tasks)
            found.append(Sighting(error=error, entry=best, tasks=tuple(tasks)))
    return tuple(found)


class Searchable(NamedTuple):
    """What is searched, and which of the sightings each of it stands for."""

    entries: tuple[Indexed, ...]
    positions: tuple[int, ...]


def searchable(known: Sequence[Sighting]) -> Searchable:
    """What the search looks at, here and in the browser.

    Every sighting, and the former names of an error as if they were signatures of the first of
    its sightings.
    """
    entries = [_indexed(sighting) for sighting in known]
    positions = list(range(len(known)))
    named: set[str] = set()
    for position, sighting in enumerate(known):
        if sighting.error.key not in named:
            named.add(sighting.error.key)
            for name in sighting.error.former_names:
                entries.append(_called(sighting.error.key, name))
                positions.append(position)
    return Searchable(tuple(entries), tuple(positions))


def find(errors: Iterable[RecordedError], text: str, limit: int) -> tuple[Match, ...]:
    """The sightings most like the text, best first; none if nothing is like it."""
    known = sightings(errors)
    entries, positions = searchable(known)
    best: dict[int, float] = {}
    for hit in Index(entries).search(text, limit=limit + len(entries) - len(known)):
        best.setdefault(positions[hit.position], hit.score)
    matches = (Match(score=score, sighting=known[number]) for number, score in best.items())
    return tuple(islice(matches, limit))


def _indexed(sighting: Sighting) -> Indexed:
    """The texts of a sighting; what tells errors apart comes early."""
    error, entry = sighting.error, sighting.entry
    return Indexed(
        key=error.key,
        signature=error.signature,
        error=_start(entry.error, _LONGEST_ERROR),
        context=_start(entry.context, _LONGEST_FIELD),
        cause=_start(entry.cause, _LONGEST_FIELD),
        fix=_start(entry.fix, _LONGEST_FIELD),
        outcome=_start(entry.outcome, _LONGEST_FIELD),
    )


def _called(key: str, name: str) -> Indexed:
    return Indexed(
        key=key, signature=name, error=None, context=None, cause=None, fix=None, outcome=None
    )


def _start(text: str | None, longest: int) -> str | None:
    return text[:longest] if text else None
