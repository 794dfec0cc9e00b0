"""The built-in words for statuses and for the fields of log entries."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from mkdocs_plantrace.model.task import StatusKind

STATUSES: Mapping[str, StatusKind] = MappingProxyType(
    {
        word: kind
        for kind, words in {
            StatusKind.PLANNED: ("planned", "ready", "todo", "to_do", "draft"),
            StatusKind.ACTIVE: ("active", "in_progress", "started", "doing"),
            StatusKind.BLOCKED: ("blocked",),
            StatusKind.COMPLETED: ("completed", "complete", "done", "closed"),
            StatusKind.DROPPED: (
                *("dropped", "deferred", "cancelled", "canceled", "superseded", "retired"),
            ),
        }.items()
        for word in words
    }
)
"""The built-in words for statuses, the names of the kinds included."""


VOWEL_SIGNS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u0957"
    "\u0981-\u0dff\u0e31-\u0e4e\u0eb1-\u0ece\u0f71-\u0fbc\u102b-\u103e\u17b4-\u17d3\u3099\u309a"
)
"""Characters of words that `\\w` does not match, for a character class."""
_ACCENT = re.compile("[\u0300-\u036f]")
_EDGE = rf"[^\w{VOWEL_SIGNS}+]"
_EDGES = re.compile(rf"^[^\w{VOWEL_SIGNS}]+|(?<!{_EDGE}){_EDGE}++$")


def normalize_status(word: str) -> str:
    """Normalize a status for comparison: lower case, `-` and space as `_`."""
    return re.sub(r"[-\s]+", "_", unicodedata.normalize("NFC", word).strip().lower())


LOG_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "error": (
            *("error", "issue", "failure", "symptom", "finding", "defect", "problem", "bug"),
            *("observation", "trigger", "exception", "error excerpt", "what failed"),
            *("what went wrong", "observed failure", "captured error"),
        ),
        "context": (
            *("context", "command", "repro command", "failing command", "where", "file"),
            *("found during", "repro", "first failing signal"),
        ),
        "cause": (
            *("cause", "root cause", "root cause analysis", "reason", "evidence", "caused by"),
            *("diagnosis", "analysis", "why"),
        ),
        "fix": (
            *("fix", "fix applied", "applied fix", "change", "change applied", "change made"),
            *("solution", "resolution", "repair", "repair applied", "remediation", "workaround"),
            *("corrective action", "mitigation", "fixed by", "fixed", "resolved", "resolved by"),
            *("what changed", "action taken", "solved", "corrected", "repaired"),
        ),
        "outcome": (
            *("outcome", "result", "final status", "status", "verification"),
            *("verification result", "post repair validation", "validation"),
        ),
        "signature": ("signature", "failure signature"),
    }
)
"""The fields of a log entry, each with its labels."""

WEAK_LABELS = frozenset(
    {"bug", "finding", "observation", "trigger", "reason", "evidence"}
    | {"resolved", "resolved by", "fixed", "fixed by", "solved", "corrected", "repaired"}
    | {"change", "change applied", "change made", "what changed", "action taken"}
    | {"diagnosis", "analysis", "why", "what went wrong", "mitigation"}
)
"""Labels that are also used for other things: alone they do not make an entry."""

RUNBOOK_LABELS = frozenset({"diagnosis", "mitigation"})
"""Weak labels that do not make an entry with another weak one: runbooks and risks have both."""


def normalize_label(label: str) -> str:
    """Normalize a label: without case, accents, and signs at its ends; `_` and `-` as spaces."""
    if not label.isascii():
        parts = unicodedata.normalize("NFKD", label)
        label = unicodedata.normalize("NFC", _ACCENT.sub("", parts)).replace("\u0131", "i")
    return " ".join(re.split(r"[-_\s]+", _EDGES.sub("", label.casefold())))


_OTHER_LABELS = {
    "summary": ("summary", "final summary", "final outcome", "lessons learned", "lessons learnt"),
    "task": ("task", "task id", "origin task id"),
}
"""Labels outside of entries; no option changes them."""
LOG_LABELS: Mapping[str, str] = MappingProxyType(
    {label: name for name, labels in {**LOG_FIELDS, **_OTHER_LABELS}.items() for label in labels}
)
"""The field of each normalized label."""
