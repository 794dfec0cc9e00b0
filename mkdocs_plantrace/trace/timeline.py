"""When things happened: the dates of tasks, what changed on each day, and the progress."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.history import Commit, History, StatusChange
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.model.task import Status, StatusKind, Task
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.lazy_property import cached_property
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
    """A plan or log that was written or changed on a day, last by `commit`; each author once."""

    commit: Commit
    path: str
    is_new: bool
    authors: tuple[str, ...]


class Day(NamedTuple):
    """What happened on a day: one change of status for each task, plans and logs, dated errors.

    Of the file of a task whose status changed, the document is left out.
    """

    date: str
    statuses: tuple[StatusChange, ...] = ()
    documents: tuple[DocumentChange, ...] = ()
    entries: tuple[LogEntry, ...] = ()

    @property
    def time(self) -> str:
        """The time of its last commit, or else its start in UTC."""
        commits = [it.commit for it in self.statuses]
        commits += [it.commit for it in self.documents]
        last = max(commits, key=attrgetter("moment"), default=None)
        return last.time if last else f"{self.date}T00:00:00Z"


class ProgressPoint(NamedTuple):
    """How many tasks there were at the end of a day, and how many of them were completed."""

    date: str
    total: int
    completed: int


class Timeline:
    """The dates of a trace; without a history, those of log entries alone."""

    def __init__(self, trace: Trace, history: History | None) -> None:
        self.trace = trace
        self.history = history
        self._statuses = history.statuses if history else ()

    def find_dates(self, task: Task) -> TaskDates:
        """The dates of a task; those that are not committed are absent."""
        if self.history is None:
            return TaskDates()
        changes, files = self._changes.get(task.path, ()), self.history.files
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
        return group_values((change.path, change) for change in self._statuses)

    def _find_files(self, task: Task) -> set[str]:
        index = self.trace.document_index
        records = (index.find_plan(task), index.find_log(task))
        others = (text.value for text in task.documents)
        return {task.path, *(record.path for record in records if record), *others}

    def find_idle(self) -> list[tuple[Task, Commit]]:
        """The tasks in progress with their last activity, those without any for longest first."""
        tasks = (it for it in self.trace.tasks if it.status.kind is StatusKind.ACTIVE)
        found = ((task, self.find_dates(task).active) for task in tasks if not task.archived)
        return sorted(((it, last) for it, last in found if last), key=lambda pair: pair[1].moment)

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The days on which something happened, the last one first."""
        changes = group_values((change.commit.day, change) for change in self._statuses)
        documents = group_values(self._find_written())
        dated = ((it.date, it) for it in self.trace.errors.entries if it.date)
        entries = group_values((day, entry) for day, entry in dated if _is_date(day))
        days = []
        for day in sorted(changes.keys() | documents.keys() | entries.keys(), reverse=True):
            statuses = tuple(_join_changes(changes.get(day, ())))
            shown = {change.path for change in statuses}
            others = tuple(it for it in documents.get(day, ()) if it.path not in shown)
            days.append(Day(day, statuses, others, entries.get(day, ())))
        return tuple(day for day in days if any(day[1:]))

    def find_recent(self, days: int) -> list[Day]:
        """The days with changes among so many up to the last commit."""
        if self.history is None:
            return []
        before = date.fromisoformat(self.history.head.day) - timedelta(days)
        return [day for day in self.days if day.date > before.isoformat()]

    def _find_written(self) -> Iterator[tuple[str, DocumentChange]]:
        """The changes of plans and logs, each with its day."""
        for path, document in self.trace.documents.items():
            commits = self.history.files.get(path, ()) if self.history else ()
            if document.kind not in (DocumentKind.PLAN, DocumentKind.LOG) or not commits:
                continue
            for day, found in group_values((commit.day, commit) for commit in commits).items():
                authors = dict.fromkeys(commit.author for commit in found)
                yield day, DocumentChange(found[-1], path, commits[0] in found, tuple(authors))

    def find_progress(self, paths: Collection[str] | None = None) -> tuple[ProgressPoint, ...]:
        """The progress by day, oldest first, of the tasks in these files, or of all tasks.

        Only days with a difference are there. A dropped task does not count. Where a commit is
        older than the change before it, such as after a rebase, the day of that change counts.
        """
        points: list[ProgressPoint] = []
        count: Counter[bool] = Counter()
        known: dict[str, Status | None] = {}
        for day, found in sorted(group_values(self._find_counted(paths)).items()):
            for change in found:
                # Two branches may both change a status, so the one before is not that of a commit.
                for status, sign in ((known.get(change.path), -1), (change.after, 1)):
                    if status and status.kind is not StatusKind.DROPPED:
                        count[_is_completed(status)] += sign
                known[change.path] = change.after
            point = ProgressPoint(day, count.total(), count[True])
            if point[1:] != (points[-1][1:] if points else (0, 0)):
                points.append(point)
        return tuple(points)

    def _find_counted(self, paths: Collection[str] | None) -> Iterator[tuple[str, StatusChange]]:
        """Yield changes, each with its day; those of a task never go back in time."""
        days: dict[str, str] = {}
        for change in self._statuses:
            if paths is None or change.path in paths:
                days[change.path] = max(change.commit.day, days.get(change.path, ""))
                yield days[change.path], change


def _join_changes(changes: Iterable[StatusChange]) -> Iterator[StatusChange]:
    """Join the changes of each task; what ends as it began is left out."""
    for found in group_values((change.path, change) for change in changes).values():
        joined = found[-1]._replace(before=found[0].before)
        if joined.before != joined.after:
            yield joined


def _is_completed(status: Status | None) -> bool:
    return status is not None and status.kind is StatusKind.COMPLETED


def _is_date(text: str) -> bool:
    """Whether a day exists: a log may say 2026-02-31."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
