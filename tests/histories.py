"""Histories made by hand."""

from mkdocs_plantrace.model.history import Commit, History, StatusChange
from mkdocs_plantrace.model.task import Status, StatusKind

PLANNED = Status(text="planned", kind=StatusKind.PLANNED)
ACTIVE = Status(text="in_progress", kind=StatusKind.ACTIVE)
DONE = Status(text="completed", kind=StatusKind.COMPLETED)
DROPPED = Status(text="dropped", kind=StatusKind.DROPPED)


def at(day, author="Ann", time="10:00:00+01:00"):
    return Commit(f"{day}-{author}", f"{day}T{time}", author)


def changed(commit, before, after, task="T-1", path=None):
    return StatusChange(commit, task, path or f"tasks/{task}/meta.yml", before, after)


def history(*statuses, files=None, head=None):
    last = statuses[-1].commit if statuses else at("2026-03-31")
    return History(head=head or last, statuses=statuses, files=files or {})
