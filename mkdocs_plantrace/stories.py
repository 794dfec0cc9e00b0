"""Joins what the log and the plan of one task tell of errors."""

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
    """The entries of all logs, and what a plan tells where its logs do not.

    The log and the plan of one task are read together: either lends the other the signature in
    its head, and a plan lends a log the cause and the fix that its only entry lacks. Where no
    task has both, the only plan in the folder of a log belongs to it. A plan alone makes an entry
    only under a signature, and with something that was done: plans speak of failures to come.
    """
    pages = [page for page in documents if page.scan.story]
    logs = [page for page in pages if page.kind is DocumentKind.LOG]
    plans = _Plans([page for page in pages if page.kind is DocumentKind.PLAN], tasks_of)
    logs_of: dict[str, list[Document]] = {}
    lent: set[str] = set()
    for log in logs:
        own = plans.of(log)
        for plan in own:
            logs_of.setdefault(plan.path, []).append(log)
        yield from _told_by_log(log, own, tasks_of(log), lent)
    for plan in plans.plans:
        if plan.path in logs_of and plan.path not in lent:
            yield from _told_by_plan(plan, logs_of[plan.path], tasks_of(plan))


class _Plans:
    """The plans, by their tasks and by their folders."""

    def __init__(
        self, plans: list[Document], tasks_of: Callable[[Document], tuple[str, ...]]
    ) -> None:
        self.plans = plans
        self._tasks_of = tasks_of
        self._by_task: dict[str, list[Document]] = {}
        self._by_folder: dict[str, list[Document]] = {}
        for plan in plans:
            self._by_folder.setdefault(dirname(plan.path), []).append(plan)
            for task in tasks_of(plan):
                self._by_task.setdefault(task, []).append(plan)

    def of(self, log: Document) -> list[Document]:
        """The plans that a log is read with."""
        named = {
            plan.path: plan for task in self._tasks_of(log) for plan in self._by_task.get(task, ())
        }
        near = self._by_folder.get(dirname(log.path), [])
        return list(named.values()) or (near if len(near) == 1 else [])


def _story(document: Document) -> Story:
    return document.scan.story or Story()


def _told_by_log(
    log: Document, plans: list[Document], tasks: tuple[str, ...], lent: set[str]
) -> Iterator[LogEntry]:
    """The entries of a log; the path of a plan that has lent it anything is added to `lent`."""
    entries = _story(log).entries
    signature = _signature([log, *plans])
    lenders = (plan for plan in plans if plan.path not in lent and _of_plan(plan))
    plan = next(lenders, None) if len(entries) == 1 else None
    lender = _of_plan(plan) if plan else None
    for entry in entries:
        found = replace(entry, signature=entry.signature or signature, tasks=tasks)
        if plan and lender and _may_be_one(entry, lender):
            lent.add(plan.path)
            found = replace(
                found,
                cause=found.cause or lender.cause,
                fix=found.fix or lender.fix,
                is_fixed=found.is_fixed or (lender.is_fixed and found.outcome is None),
            )
        yield found


def _told_by_plan(
    plan: Document, logs: list[Document], tasks: tuple[str, ...]
) -> Iterator[LogEntry]:
    """What a plan tells of errors, unless its logs tell the same."""
    signature = _signature([plan, *logs])
    told = [entry for log in logs for entry in _story(log).entries]
    least = _LEAST_ALIKE if len(told) == 1 else _ALIKE
    lender = _of_plan(plan)
    if told and lender and signature:
        if not any(_may_be_one(entry, lender, least) for entry in told):
            yield from _completed(lender, logs, signature, tasks)
    elif not told and (signature or _story(plan).is_past):
        for entry in _story(plan).entries or filter(None, [lender]):
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
