"""Errors: log entries that tell of the same failure, grouped, with the fix that worked last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from mkdocs_plantrace.folding import fold
from mkdocs_plantrace.model import LogEntry, Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedError:
    """One error, and every entry that met it, oldest first; entries without a date come first.

    `key` is the signature, or the folded text where there is none. `error` is how the newest
    entry words it. `page` is the root-relative path of its curated page. `fixed_by` is the
    newest entry with a fix that worked.
    """

    key: str
    signature: str | None
    error: str
    entries: tuple[LogEntry, ...]
    tasks: tuple[str, ...]
    is_open: bool
    fixed_by: LogEntry | None
    page: str | None
    registered: Signature | None

    @property
    def count(self) -> int:
        """How often it was met."""
        return len(self.entries)

    @property
    def by_use(self) -> tuple[LogEntry, ...]:
        """The entries as a reader wants them: the fix that worked last, then newest first."""
        first = self.fixed_by or self.entries[-1]
        return (first, *(entry for entry in reversed(self.entries) if entry is not first))

    @property
    def first_seen(self) -> str | None:
        """The earliest date, if any entry has one."""
        return min((entry.date for entry in self.entries if entry.date), default=None)

    @property
    def last_seen(self) -> str | None:
        """The latest date, if any entry has one."""
        return max((entry.date for entry in self.entries if entry.date), default=None)


def headline(entry: LogEntry) -> str:
    """What to call an entry: its error, or else the cause or fix that it tells."""
    return entry.error or entry.cause or entry.fix or entry.signature or ""


def group_errors(
    entries: Iterable[LogEntry],
    registry: Mapping[str, Signature],
    page_of: Callable[[str, tuple[LogEntry, ...]], str | None],
) -> tuple[RecordedError, ...]:
    """Group entries by signature or folded text, most often met first, then newest, then by key.

    `registry` holds the signatures by their names and aliases. `page_of` gives the curated page
    of a key and its entries.
    """
    grouped: dict[str, list[LogEntry]] = {}
    for entry in entries:
        grouped.setdefault(_key(entry, registry), []).append(entry)
    errors = (_error(key, found, registry, page_of) for key, found in grouped.items())
    by_key = sorted(errors, key=lambda error: error.key)
    by_date = sorted(by_key, key=lambda error: error.last_seen or "", reverse=True)
    return tuple(sorted(by_date, key=lambda error: -error.count))


def _key(entry: LogEntry, registry: Mapping[str, Signature]) -> str:
    if entry.signature:
        return current_name(entry.signature, registry)
    return fold(wording(headline(entry)))


def wording(text: str) -> str:
    """The words of an error without the output quoted below them; the output if there are none."""
    words = []
    fence = ""
    for line in text.split("\n"):
        mark = line.lstrip()[:3]
        if mark in ("```", "~~~") and fence in ("", mark):
            fence = "" if fence else mark
        elif not fence:
            words.append(line)
    return "\n".join(words) if any(line.strip() for line in words) else text


def current_name(name: str, registry: Mapping[str, Signature]) -> str:
    """The name that a signature goes by now: aliases and successors are followed.

    A successor that nobody knows has no say; in a circle every signature keeps its own name.
    """
    if name not in registry:
        return name
    own = registry[name]
    signature = own
    seen = {own.name}
    while signature.superseded_by and signature.superseded_by.value in registry:
        signature = registry[signature.superseded_by.value]
        if signature.name in seen:
            return own.name
        seen.add(signature.name)
    return signature.name


def _error(
    key: str,
    found: list[LogEntry],
    registry: Mapping[str, Signature],
    page_of: Callable[[str, tuple[LogEntry, ...]], str | None],
) -> RecordedError:
    entries = tuple(sorted(found, key=_order))
    newest = entries[-1]
    fixes = [entry for entry in entries if entry.is_fixed and entry.fix]
    return RecordedError(
        key=key,
        signature=key if newest.signature else None,
        error=headline(newest),
        entries=entries,
        tasks=tuple(dict.fromkeys(task for entry in entries for task in entry.tasks)),
        is_open=not newest.is_fixed,
        fixed_by=fixes[-1] if fixes else None,
        page=page_of(key, entries),
        registered=registry.get(key),
    )


def _order(entry: LogEntry) -> tuple[str, str, int]:
    return entry.date or "", entry.location.path, entry.location.line
