"""Entries in the making: what a log has told of one error so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from mkdocs_plantrace.model import Location, LogEntry
from mkdocs_plantrace.reading import telling
from mkdocs_plantrace.reading.statements import Statement

_WORD = re.compile(r"[a-z0-9_]{4,}")
_COMMON = frozenset(
    (
        *("after", "again", "also", "been", "because", "before", "bash", "cause", "caused", "does"),
        *("error", "errors", "failed", "failing", "fails", "failure", "fixed", "from", "have"),
        *("into", "missing", "never", "only", "root", "script", "scripts", "that", "their", "then"),
        *("there", "these", "this", "under", "were", "when", "which", "with"),
    )
)
"""Words that two unlike errors share."""
_MOST_TEXTS = 20
"""What is told of one field after so many texts is not compared."""
_MOST_ALIKE, _FEWEST_SHARED, _FEWEST_WORDS = 0.6, 4, 3


class Failure(NamedTuple):
    """Something that failed, as long as nobody has told what was done about it.

    `position` counts statements. What was merely found is not certain: it takes a labelled cause
    or fix to be an error.
    """

    position: int
    text: str
    statement: Statement
    anchor: str | None
    date: str | None
    is_certain: bool


@dataclass(slots=True, kw_only=True)
class Draft:
    """An entry in the making; `section` is the number of the one that told of it last.

    `chapter` is that of the section with the last heading that is no field, where it began.
    `is_explicit` says that its error stands below a label, `is_titled` that it began with a
    heading, `is_proposed` that its fix is only a proposal, `is_apart` that it has a dated section
    of its own, so that only a label can add to it elsewhere.
    """

    start: int
    end: int
    section: int
    chapter: int
    anchor: str | None
    date: str | None
    is_explicit: bool
    is_titled: bool = False
    label: str = ""
    number: str | None = None
    signature: str | None = None
    is_proposed: bool = False
    is_apart: bool = False
    texts: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, text: str, statement: Statement, section: int | None = None) -> None:
        """Add what a statement tells, perhaps in another section than the rest."""
        self.texts.setdefault(name, []).append(text)
        self.start = min(self.start, statement.line)
        self.end = max(self.end, statement.end)
        self.section = self.section if section is None else section

    def has(self, *names: str) -> bool:
        """Whether any of these fields is told."""
        return any(name in self.texts for name in names)

    def tells(self, text: str, *, as_error: bool = False) -> bool:
        """Whether the draft, or its error alone, already tells what a text does."""
        words = _words(text)
        if len(words) < _FEWEST_WORDS:
            return False
        names = ("error",) if as_error and self.has("error") else tuple(self.texts)
        known = _words("\n".join(text for name in names for text in self.texts[name][:_MOST_TEXTS]))
        shared = len(words & known)
        return shared == len(words) or shared >= max(_FEWEST_SHARED, _MOST_ALIKE * len(words))

    @property
    def is_entry(self) -> bool:
        """Whether enough is told: an error below its label, or anything with cause and fix."""
        if self.has("error"):
            return self.is_explicit or self.has("cause", "fix")
        return self.has("cause") and self.has("fix")

    def entry(self, path: str, page_outcome: str | None, page_context: str | None) -> LogEntry:
        """The entry, with what the head of the page says where it says nothing itself."""
        texts = {name: "\n\n".join(found) for name, found in self.texts.items()}
        outcome = texts.get("outcome")
        if outcome is None and page_outcome and telling.is_good(page_outcome):
            outcome = page_outcome
        last = self.texts["outcome"][-1] if self.has("outcome") else outcome
        verdict = telling.is_good(last) if last else None
        has_fix = "fix" in texts and not self.is_proposed and telling.is_fix(self.texts["fix"][-1])
        return LogEntry(
            location=Location(path=path, line=self.start, end_line=self.end),
            error=texts.get("error"),
            context=texts.get("context") or page_context,
            cause=texts.get("cause"),
            fix=texts.get("fix"),
            outcome=outcome,
            signature=self.signature,
            date=self.date,
            anchor=self.anchor,
            is_fixed=has_fix if verdict is None else verdict,
        )


@lru_cache(maxsize=512)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower())) - _COMMON
