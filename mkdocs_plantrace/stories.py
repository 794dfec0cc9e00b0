"""Joins what the log and the plan of one folder tell of errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from posixpath import dirname

from mkdocs_plantrace.model import Document, DocumentKind, LogEntry, Story


def collect_entries(
    documents: Iterable[Document], tasks_of: Callable[[Document], tuple[str, ...]]
) -> Iterator[LogEntry]:
    """The entries of all logs, and what plans tell instead of them, by path and line.

    A plan belongs to the logs in its folder: it lends them its signature, and the cause and fix
    that their only entry lacks. Where no log of the folder has an entry, the plan's own count.
    """
    folders: dict[str, list[Document]] = {}
    for document in documents:
        if document.scan.story:
            folders.setdefault(dirname(document.path), []).append(document)
    for pages in folders.values():
        logs = [page for page in pages if page.kind is DocumentKind.LOG]
        plans = [page for page in pages if page.kind is DocumentKind.PLAN]
        for page in _telling(logs, plans):
            tasks = tasks_of(page)
            for entry in _entries(page, plans, logs):
                yield replace(entry, tasks=tasks)


def _telling(logs: list[Document], plans: list[Document]) -> list[Document]:
    telling = [page for page in logs if page.scan.story and page.scan.story.entries]
    return telling or (plans if logs else [])


def _entries(page: Document, plans: list[Document], logs: list[Document]) -> Iterator[LogEntry]:
    story = page.scan.story or Story()
    others = [other.scan.story or Story() for other in (*plans, *logs) if other is not page]
    signature = story.signature or next((o.signature for o in others if o.signature), None)
    entries = story.entries
    if page.kind is DocumentKind.PLAN and not entries and story.remedy and signature:
        entries = (story.remedy,)
    remedy = next((other.remedy for other in others if other.remedy), None)
    for entry in entries:
        found = replace(entry, signature=entry.signature or signature)
        if remedy and len(entries) == 1 and page.kind is DocumentKind.LOG:
            found = replace(
                found,
                cause=found.cause or remedy.cause,
                fix=found.fix or remedy.fix,
                is_fixed=found.is_fixed or (remedy.is_fixed and found.outcome is None),
            )
        yield found
