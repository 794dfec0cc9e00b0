"""When things happened: the dates of tasks, what changed on each day, and the progress."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.history import Commit, History, StatusChange
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.model.task import Status, StatusKind, Task
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.order import group_values


class TaskDates(NamedTuple):
    """The commits that created, started, completed and last changed a task.

    `completed` is absent for a task that is not completed now. `since` gave the task its present
    status. `active` is the last one that changed the task, its plan, its log or another document.
    """

    created: Commit | None = None
    started: Commit | None = None
    completed: Commit | None = None
    changed: Commit | None = None
    since: Commit | None = None
    active: Commit | None = None


class DocumentChange(NamedTuple):
    """A plan or log that was written or changed on a day, and by whom, each person once."""

    path: str
    is_new: bool
    authors: tuple[str, ...]


class Day(NamedTuple):
    """What happened on a day: one change of status for each task, plans and logs, dated errors."""

    date: str
    statuses: tuple[StatusChange, ...]
    documents: tuple[DocumentChange, ...]
    entries: tuple[LogEntry, ...]


class ProgressPoint(NamedTuple):
    """How many tasks there were at the end of a day, and how many of them were completed."""

    date: str
    total: int
    completed: int


class Timeline:
    """The dates of a trace; without a history, those of log entries alone."""

    def __init__(self, trace: Trace, history: History | None) -> None:
        self._trace = trace
        self.history = history

    def find_dates(self, task: Task) -> TaskDates:
        """The dates of a task; those that are not committed are absent."""
        changes = self._find_changes(task)
        files = self.history.files if self.history else {}
        started = (it.commit for it in changes if it.after and it.after.kind is StatusKind.ACTIVE)
        completed = (
            it.commit
            for it in reversed(changes)
            if _is_completed(it.after) and not _is_completed(it.before)
        )
        is_current = bool(changes) and changes[-1].after == task.status
        touched = [files[path] for path in self._find_files(task) if path in files]
        return TaskDates(
            created=changes[0].commit if changes else None,
            started=next(started, None),
            completed=next(completed, None) if is_current and _is_completed(task.status) else None,
            changed=files[task.path][-1] if task.path in files else None,
            since=changes[-1].commit if is_current else None,
            active=max((it[-1] for it in touched), key=attrgetter("moment"), default=None),
        )

    @cached_property
    def _changes(self) -> dict[str, tuple[StatusChange, ...]]:
        changes = self.history.statuses if self.history else ()
        return group_values((change.task, change) for change in changes)

    def _find_changes(self, task: Task) -> tuple[StatusChange, ...]:
        """The changes of the status; of an id that several files claim, those in the file."""
        changes = self._changes.get(task.id, ())
        is_claimed_twice = task.id in self._trace.task_index.duplicate_ids
        return tuple(it for it in changes if not is_claimed_twice or it.path == task.path)

    def _find_files(self, task: Task) -> set[str]:
        index = self._trace.document_index
        records = (index.find_plan(task), index.find_log(task))
        others = (text.value for text in task.documents)
        return {task.path, *(record.path for record in records if record), *others}

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The days on which something happened, the last one first."""
        changes = self.history.statuses if self.history else ()
        statuses = group_values((change.commit.day, change) for change in changes)
        documents = group_values(self._find_written())
        entries = group_values((it.date, it) for it in self._trace.errors.entries if it.date)
        dates = sorted(statuses.keys() | documents.keys() | entries.keys(), reverse=True)
        return tuple(
            Day(
                date,
                tuple(_join_changes(statuses.get(date, ()))),
                documents.get(date, ()),
                entries.get(date, ()),
            )
            for date in dates
        )

    def _find_written(self) -> Iterator[tuple[str, DocumentChange]]:
        """The changes of plans and logs, each with its day."""
        for path, document in self._trace.documents.items():
            commits = self.history.files.get(path, ()) if self.history else ()
            if document.kind not in (DocumentKind.PLAN, DocumentKind.LOG) or not commits:
                continue
            for day, found in group_values((commit.day, commit) for commit in commits).items():
                authors = dict.fromkeys(commit.author for commit in found)
                yield day, DocumentChange(path, commits[0] in found, tuple(authors))

    def find_progress(self, tasks: Collection[str] | None = None) -> tuple[ProgressPoint, ...]:
        """The progress by day, oldest first, of the tasks with these ids, or of all tasks.

        Only days with a difference are there. A dropped task does not count.
        """
        points: list[ProgressPoint] = []
        count: Counter[bool] = Counter()
        changes = self.history.statuses if self.history else ()
        chosen = (it for it in changes if tasks is None or it.task in tasks)
        for day, found in sorted(group_values((it.commit.day, it) for it in chosen).items()):
            for change in found:
                for status, sign in ((change.before, -1), (change.after, 1)):
                    if status and status.kind is not StatusKind.DROPPED:
                        count[status.kind is StatusKind.COMPLETED] += sign
            point = ProgressPoint(day, count.total(), count[True])
            if not points or points[-1][1:] != point[1:]:
                points.append(point)
        return tuple(points)


def _is_completed(status: Status | None) -> bool:
    return status is not None and status.kind is StatusKind.COMPLETED


def _join_changes(changes: Iterable[StatusChange]) -> Iterator[StatusChange]:
    """Join the changes of each task; what ends as it began is left out."""
    for found in group_values((change.task, change) for change in changes).values():
        joined = found[-1]._replace(before=found[0].before)
        if joined.before != joined.after:
            yield joined
