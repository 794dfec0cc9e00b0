"""The errors of a trace as the script of the error index searches them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from mkdocs_plantrace import folding
from mkdocs_plantrace.errors import RecordedError

_FIELDS = ("context", "cause", "fix", "outcome")
_LONGEST_ERROR = 3000
_LONGEST_FIELD = 1000
"""Characters; what tells errors apart comes early, and every reader has to load it."""


def as_script(errors: Iterable[RecordedError]) -> str:
    """A call with the table of folding and the errors, in their order.

    A script works where pages are opened as files. All but ASCII is escaped, and `<`, so that
    the text is safe wherever it ends up.
    """
    data = {"table": folding.table(), "errors": [_searched(error) for error in errors]}
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    return f"plantraceErrorIndex({text});\n"


def _searched(error: RecordedError) -> dict[str, Any]:
    return {
        "key": error.key,
        "signature": error.signature,
        "error": _joined(error, "error", _LONGEST_ERROR) or error.error,
        **{name: _joined(error, name, _LONGEST_FIELD) for name in _FIELDS},
    }


def _joined(error: RecordedError, name: str, longest: int) -> str:
    """The different words of all entries for a field, the newest first."""
    texts = (getattr(entry, name) or "" for entry in reversed(error.entries))
    return "\n".join(filter(None, dict.fromkeys(texts)))[:longest]
