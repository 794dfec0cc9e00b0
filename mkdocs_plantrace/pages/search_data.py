"""The errors of a trace as the script of the error index searches them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from mkdocs_plantrace import folding
from mkdocs_plantrace.errors import RecordedError
from mkdocs_plantrace.lookup import searchable, sightings
from mkdocs_plantrace.ranking import Indexed

_FIELDS = Indexed._fields[1:]
"""All but the key: the script goes by places."""


def as_script(errors: Sequence[RecordedError]) -> str:
    """A call with the table of folding, the wordings to search, and what each of them is.

    That is the number of its error on the page, and of its entry below it, 0 for the first. A
    script works where pages are opened as files. All but ASCII is escaped, and `<`, so that the
    text is safe wherever it ends up.
    """
    known = sightings(errors)
    entries, positions = searchable(known)
    places = {
        entry: (number, below)
        for number, error in enumerate(errors)
        for below, entry in enumerate(error.by_use)
    }
    data = {
        "table": folding.table(),
        "entries": [dict(zip(_FIELDS, entry[1:], strict=True)) for entry in entries],
        "places": [places[known[position].entry] for position in positions],
    }
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    return f"plantraceErrorIndex({text});\n"
