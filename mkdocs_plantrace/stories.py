"""Joins what the log and the plan of one folder tell of errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from posixpath import dirname

from mkdocs_plantrace.model import Document, DocumentKind, LogEntry, Story

_WORD = re.compile(r"[a-z0-9_]{5,}")
_LEAST_ALIKE, _ALIKE = 0.2, 0.35


def collect_entries(
    documents: Iterable[Document], tasks_of: Callable[[Document], tuple[str, ...]]
) -> Iterator[LogEntry]:
    """The entries of all logs, and what a plan tells where its log tells nothing.

    Log and plan of one folder are read together: either lends the other the signature in its
    head, and a plan lends a log the cause and the fix that its only entry lacks. A plan alone
    makes an entry only under a signature, and with something that was done: plans speak of
    failures to come.
    """
    folders: dict[str, list[Document]] = {}
    for document in documents:
        if document.scan.story:
            folders.setdefault(dirname(document.path), []).append(document)
    for pages in folders.values():
        logs = [page for page in pages if page.kind is DocumentKind.LOG]
        plans = [page for page in pages if page.kind is DocumentKind.PLAN]
        telling = [page for page in logs if _story(page).entries]
        for page in telling:
            yield from _told_by_log(page, plans, tasks_of(page))
        if logs and not telling:
            for page in plans:
                yield from _told_by_plan(page, logs, tasks_of(page))


def _story(document: Document) -> Story:
    return document.scan.story or Story()


def _told_by_log(
    log: Document, plans: list[Document], tasks: tuple[str, ...]
) -> Iterator[LogEntry]:
    entries = _story(log).entries
    signature = _signature([log, *plans])
    lender = next((found for plan in plans if (found := _of_plan(plan))), None)
    for entry in entries:
        found = replace(entry, signature=entry.signature or signature, tasks=tasks)
        if lender and len(entries) == 1 and _may_be_one(entry, lender):
            found = replace(
                found,
                cause=found.cause or lender.cause,
                fix=found.fix or lender.fix,
                is_fixed=found.is_fixed or (lender.is_fixed and found.outcome is None),
            )
            lender = None
        yield found
    if (
        lender
        and signature
        and not any(
            _may_be_one(entry, lender, _LEAST_ALIKE if len(entries) == 1 else _ALIKE)
            for entry in entries
        )
    ):
        yield from _completed(lender, [log], signature, tasks)


def _told_by_plan(
    plan: Document, logs: list[Document], tasks: tuple[str, ...]
) -> Iterator[LogEntry]:
    signature = _signature([plan, *logs])
    if signature or _story(plan).is_past:
        for entry in _story(plan).entries or filter(None, [_of_plan(plan)]):
            yield from _completed(entry, logs, signature, tasks)


def _completed(
    entry: LogEntry, logs: list[Document], signature: str | None, tasks: tuple[str, ...]
) -> Iterator[LogEntry]:
    """An entry of a plan with what a log adds, if it is enough for an entry.

    It stands where the log tells what was done, if the plan does not.
    """
    loose = [found for log in logs if (found := _story(log).loose)]
    done = next((found for found in loose if found.fix), None)
    cause = entry.cause or next((found.cause for found in loose if found.cause), None)
    fix = entry.fix or (done.fix if done else None)
    if (fix and cause) or (entry.error and (fix or cause)):
        place = entry if entry.fix or done is None else done
        yield replace(
            entry,
            cause=cause,
            fix=fix,
            location=place.location,
            anchor=place.anchor,
            signature=entry.signature or signature,
            tasks=tasks,
            is_fixed=entry.is_fixed or any(found.is_fixed for found in loose),
        )


def _may_be_one(entry: LogEntry, lender: LogEntry, least: float = _LEAST_ALIKE) -> bool:
    """Whether a plan and a log may tell of the same error."""
    if not (entry.cause or entry.fix):
        return True
    told, lent = _words(entry), _words(lender)
    return len(told & lent) >= least * min(len(told), len(lent))


def _words(entry: LogEntry) -> set[str]:
    texts = (entry.error, entry.cause, entry.fix)
    return set(_WORD.findall(" ".join(text for text in texts if text).lower()))


def _of_plan(plan: Document) -> LogEntry | None:
    story = _story(plan)
    return next(iter(story.entries), story.loose)


def _signature(pages: list[Document]) -> str | None:
    return next((found for page in pages if (found := _story(page).signature)), None)
