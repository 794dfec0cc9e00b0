"""Views of what changed: by day for the page and the feed, in short, and as a drawing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate

from mkdocs_plantrace.model.history import StatusChange
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.model.task import Status
from mkdocs_plantrace.site.view import Anchor, Links, View
from mkdocs_plantrace.trace.error_groups import ErrorState, find_state, headline, summarize
from mkdocs_plantrace.trace.task_index import Phase
from mkdocs_plantrace.trace.timeline import Day, DocumentChange, ProgressPoint, Timeline
from mkdocs_plantrace.utils.order import group_values

_MOST_OPEN = 60
"""Days that are not folded."""
_MOST_LINES = 1_000
"""Of the page: each has about 400 bytes."""
_MOST_OF_KIND = 40
"""Lines of a kind on one day, such as tasks that were imported together."""
_MOST_TASKS_OF_ENTRY = 3
_RECENT = 7
_WIDTH, _HEIGHT = 600, 160
_MOST_ROWS = 60
"""Of the table; more points are shown by month."""


class ChangeViews:
    def __init__(self, timeline: Timeline, links: Links) -> None:
        self._timeline = timeline
        self._trace = timeline.trace
        self._links = links
        self._words = self._trace.settings.language

    def view_all(self) -> View:
        """View the days of the page; older ones by year, and `more` of them not at all."""
        days = self._timeline.days
        lines = accumulate(map(_count_lines, days))
        last = sum(count <= _MOST_LINES for count in lines) or 1
        older = group_values((it.date[:4], self.view_day(it)) for it in days[_MOST_OPEN:last])
        return View(
            days=list(map(self.view_day, days[:last][:_MOST_OPEN])),
            years=list(older.items()),
            more=max(0, len(days) - last),
        )

    def view_recent(self) -> list[View]:
        return list(map(self.view_day, self._timeline.find_recent(_RECENT)))

    def view_burn_up(self, phase: Phase | None = None) -> View | None:
        """Draw the progress of the tasks of a phase, or of all; None if there is none."""
        history = self._timeline.history
        paths = {task.path for task in phase.tasks} if phase else None
        points = self._timeline.find_progress(paths)
        drawing = _draw_burn_up(points, history.head.day) if history else None
        if drawing:
            tasks = phase.tasks if phase else self._trace.tasks
            drawing.has_archived = any(task.archived for task in tasks)
        return drawing

    def view_day(self, day: Day) -> View:
        kinds = Counter(_kind_of(change.after) for change in day.statuses if change.after)
        return View(
            date=day.date,
            url=self._links.make_url(self._links.addresses.changes, f"#{day.date}"),
            counts=list(kinds.items()),
            removed=sum(change.after is None for change in day.statuses),
            statuses=[self._view_status(it) for it in day.statuses[:_MOST_OF_KIND]],
            documents=[self._view_document(it) for it in day.documents[:_MOST_OF_KIND]],
            entries=[self._view_entry(it) for it in day.entries[:_MOST_OF_KIND]],
            changed_documents=len(day.documents),
            met_errors=len(day.entries),
            more=sum(max(0, len(it) - _MOST_OF_KIND) for it in day[1:]),
        )

    def _view_status(self, change: StatusChange) -> View:
        index = self._trace.task_index
        task = index.by_path.get(change.path) or index.by_id.get(change.task)
        return View(
            task=self._links.link_task(task) if task else Anchor(text=change.task, url=None),
            before=self._view_badge(change.before),
            after=self._view_badge(change.after),
            author=change.commit.author,
        )

    def _view_badge(self, status: Status | None) -> View | None:
        if status is None:
            return None
        text = status.text.replace("_", " ") or self._words.text("no status")
        return View(status=text, kind=_kind_of(status), archived=False)

    def _view_document(self, change: DocumentChange) -> View:
        """View a change; `kind` is `task` for the file of a task that has plan and log in it."""
        task = self._trace.task_index.by_path.get(change.path)
        link = self._links.link_document(change.path)
        return View(
            link=self._links.link_task(task) if task else link,
            kind="task" if task else self._trace.documents[change.path].kind.value,
            is_new=change.is_new,
            authors=", ".join(change.authors),
        )

    def _view_entry(self, entry: LogEntry) -> View:
        error, state = self._trace.errors.by_entry[entry], find_state(entry)
        by_id = self._trace.task_index.by_id
        return View(
            url=self._links.make_error_url(error, entry),
            headline=summarize(headline(entry)),
            state="met" if state is ErrorState.OPEN else state.value,
            tasks=[self._links.link_task(by_id[it]) for it in entry.tasks[:_MOST_TASKS_OF_ENTRY]],
            more_tasks=max(0, len(entry.tasks) - _MOST_TASKS_OF_ENTRY),
        )


def _kind_of(status: Status) -> str:
    return status.kind.value if status.kind else "unknown"


def _count_lines(day: Day) -> int:
    return sum(min(len(found), _MOST_OF_KIND) for found in day[1:])


def _draw_burn_up(points: Sequence[ProgressPoint], end: str) -> View | None:
    """Draw the points up to the day `end`, or the last point; None for less than two points."""
    if len(points) <= 1:
        return None
    first, last = points[0].date, max(end, points[-1].date)
    days = max(1, _count_days(first, last))
    places = [_WIDTH * _count_days(first, point.date) / days for point in points]
    # One point for each unit of the width, the last one.
    shown = {round(place): point for place, point in zip(places, points, strict=True)}
    top = max(point.total for point in points)
    return View(
        width=_WIDTH,
        height=_HEIGHT,
        total_line=_draw_steps({x: point.total for x, point in shown.items()}, top),
        completed_line=_draw_steps({x: point.completed for x, point in shown.items()}, top),
        top=top,
        first=first,
        last=last,
        now=points[-1],
        rows=_select_rows(points),
    )


def _count_days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _draw_steps(values: dict[int, int], top: int) -> str:
    """Draw a path that keeps each value until the next one, and the last until the end."""

    def steps() -> Iterator[str]:
        for x, value in values.items():
            y = _HEIGHT - _HEIGHT * value / top
            yield f"H{x}V{y:g}" if x else f"M0 {y:g}"
        yield f"H{_WIDTH}"

    return "".join(steps())


def _select_rows(points: Sequence[ProgressPoint]) -> list[ProgressPoint]:
    if len(points) <= _MOST_ROWS:
        return list(points)
    return list({point.date[:7]: point for point in points}.values())
