"""The errors of a trace as the script of the error index searches them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from mkdocs_plantrace import folding
from mkdocs_plantrace.errors import RecordedError, headline
from mkdocs_plantrace.folding import fold
from mkdocs_plantrace.ranking import Indexed

_MOST_WORDINGS = 10
_LONGEST_ERROR = 3000
_LONGEST_FIELD = 1000
"""Characters; what tells errors apart comes early, and every reader has to load it."""


def as_script(errors: Iterable[RecordedError]) -> str:
    """A call with the table of folding, the wordings to search, and the error of each of them.

    A script works where pages are opened as files. All but ASCII is escaped, and `<`, so that
    the text is safe wherever it ends up.
    """
    wordings = [
        (number, wording) for number, error in enumerate(errors) for wording in _wordings(error)
    ]
    data = {
        "table": folding.table(),
        "entries": [wording._asdict() for _, wording in wordings],
        "errors": [number for number, _ in wordings],
    }
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    return f"plantraceErrorIndex({text});\n"


def _wordings(error: RecordedError) -> Iterator[Indexed]:
    """The newest entry of each way in which the error was told: two that differ are two finds."""
    found = {fold(headline(entry)): entry for entry in error.entries[-_MOST_WORDINGS:]}
    for entry in found.values():
        yield Indexed(
            key=error.key,
            signature=error.signature,
            error=(entry.error or "")[:_LONGEST_ERROR] or None,
            context=_short(entry.context),
            cause=_short(entry.cause),
            fix=_short(entry.fix),
            outcome=_short(entry.outcome),
        )


def _short(text: str | None) -> str | None:
    return text[:_LONGEST_FIELD] if text else None
