"""What templates arrange of errors: each with its entries, its tasks and what to do about it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any
from urllib.parse import quote

from mkdocs_plantrace.model.document import Document, DocumentKind
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.site.entry_html import Written
from mkdocs_plantrace.site.view import Anchor, Links, View
from mkdocs_plantrace.trace.error_groups import (
    RecordedError,
    headline,
    telling_line,
    without_markup,
)
from mkdocs_plantrace.trace.related_errors import Nearby, find_nearby
from mkdocs_plantrace.utils.order import group

_MOST_TASKS = 24
"""Of an error; a log that serves hundreds of tasks would name them all at each of its errors."""
_MOST_TASKS_OF_ENTRY = 3
_MOST_ERRORS = 12
"""On the page of a task or plan; the error index has them all."""
_MOST_ENTRIES = 100
"""Below the first of an error; whoever meets one so often needs no more of them."""

_TEXTS = ("error", "context", "cause", "fix", "outcome")
_AHEAD = frozenset({StatusKind.PLANNED, StatusKind.ACTIVE, StatusKind.BLOCKED})


class ErrorViews:
    """The errors of one trace, and which of them concern a page."""

    def __init__(self, links: Links, written: Written) -> None:
        self._trace = links.trace
        self._links = links
        self._written = written
        self._phases = {phase.name: number for number, phase in enumerate(self._trace.phases)}
        errors = self._trace.errors
        self._ranks = {error.key: rank for rank, error in enumerate(errors)}
        self._curated = group((error.page, error) for error in errors)
        self._told = group(
            (path, error)
            for error in errors
            for path in dict.fromkeys(entry.location.path for entry in error.entries)
        )

    def met_on(self, document: Document) -> Sequence[RecordedError]:
        """The errors of which a log tells, or that the tasks of a plan met, as in the trace."""
        if document.kind is DocumentKind.LOG:
            return self._told.get(document.path, ())
        tasks = self._trace.served_by(document) if document.kind is DocumentKind.PLAN else ()
        of_task = self._trace.errors_of_task
        found = {error.key for task in tasks for error in of_task.get(task.id, ())}
        return [self._trace.errors[rank] for rank in sorted(self._ranks[key] for key in found)]

    def curated_by(self, path: str) -> Sequence[RecordedError]:
        return self._curated.get(path, ())

    def nearby(self, document: Document) -> tuple[Nearby, ...]:
        """What the tasks of a plan that are not completed are warned of."""
        if document.kind is not DocumentKind.PLAN:
            return ()
        served = self._trace.served_by(document)
        ahead = [it for it in served if it.status.kind in _AHEAD and not it.archived]
        return find_nearby(self._trace, ahead)

    def all(self) -> list[View]:
        return [self._error(error) for error in self._trace.errors]

    def of_tasks(self, errors: Sequence[RecordedError], tasks: AbstractSet[str]) -> View:
        """The errors that tasks met, each as their own entry tells it, if that tells a fix."""
        return self._brief(errors, lambda error: _own_entry(error, tasks))

    def of_document(self, document: Document) -> View:
        """The errors that the tasks of a plan met, or of which a log tells.

        Who reads a log has read its entries: only what others did is shown.
        """
        errors = self.met_on(document)
        if document.kind is DocumentKind.LOG:
            return self._brief(errors, lambda error: _fix_from_elsewhere(error, document.path))
        return self.of_tasks(errors, {task.id for task in self._trace.served_by(document)})

    def near(self, document: Document) -> list[View]:
        """The errors met by other tasks that touch what the tasks of a plan are to touch."""
        return [
            View(
                error=self._one(near.error, near.error.by_use[0]),
                task=self._links.task(self._trace.by_id[near.task]),
                path=near.path,
            )
            for near in self.nearby(document)
        ]

    def behind(self, document: Document) -> list[View]:
        """The errors that a curated page is about."""
        return [self._error(error) for error in self.curated_by(document.path)[:_MOST_ERRORS]]

    def pressing(self, most: int) -> View:
        """The first open errors, recurring ones first; fixed ones where there are not enough."""
        errors = sorted(self._trace.errors, key=lambda error: not error.is_open)
        return self._brief(errors, lambda _: None, most)

    def chosen(self, errors: Iterable[RecordedError], tasks: AbstractSet[str] | None) -> list[View]:
        """Errors as the entries of these tasks tell them, if those tell a fix; None for all."""
        return [
            self._one(error, error.by_use[0] if tasks is None else _own_entry(error, tasks))
            for error in errors
        ]

    def _facts(self, error: RecordedError, title: str) -> dict[str, Any]:
        """What the error index and other pages say of an error; `url` leads to the index."""
        addresses = self._links.addresses
        return {
            "url": self._links.url(addresses.errors, f"#{addresses.error(error)}"),
            "signature": error.signature if error.signature != title else None,
            "headline": title,
            "is_open": error.is_open,
            "count": error.count,
            "task_count": len(error.tasks),
            "page": self._page(error),
        }

    def _error(self, error: RecordedError) -> View:
        """All of an error. `entry` is what to read first, `others` are the rest, newest first."""
        first, *others = error.by_use
        registered = error.registered
        phases = {self._phases[self._trace.by_id[task].phase] for task in error.tasks}
        return View(
            **self._facts(error, telling_line(headline(first))),
            id=self._links.addresses.error(error),
            first_seen=error.first_seen,
            last_seen=error.last_seen,
            met_by=list(self._met_by(error.tasks[:_MOST_TASKS])),
            more_tasks=max(0, len(error.tasks) - _MOST_TASKS),
            phases=sorted(phases),
            description=registered.description if registered else "",
            owner=registered.owner if registered else "",
            is_deprecated=registered is not None and registered.is_deprecated,
            entry=self._entry(first),
            others=[self._entry(entry) for entry in others[:_MOST_ENTRIES]],
            more_entries=max(0, len(others) - _MOST_ENTRIES),
        )

    def _entry(self, entry: LogEntry) -> View:
        """An entry with its texts as HTML; `says_more` where the headline is not all of them."""
        place, title = entry.location, telling_line(headline(entry))
        texts = {name: getattr(entry, name) for name in _TEXTS}
        uri = self._links.addresses.document(place.path)
        fragment = f"#{quote(entry.anchor)}" if entry.anchor else ""
        return View(
            **{name: text and self._written.html(text, place.path) for name, text in texts.items()},
            headline=title,
            says_more=without_markup(entry.error or title) != title,
            date=entry.date,
            tasks=self._known(entry.tasks[:_MOST_TASKS_OF_ENTRY]),
            more_tasks=max(0, len(entry.tasks) - _MOST_TASKS_OF_ENTRY),
            place=Anchor(text=f"{place.path}:{place.line}", url=self._links.url(uri, fragment)),
            is_fixed=entry.is_fixed,
        )

    def _brief(
        self,
        errors: Sequence[RecordedError],
        shown: Callable[[RecordedError], LogEntry | None],
        most: int = _MOST_ERRORS,
    ) -> View:
        """The first of several errors; `more` are left out, to be read elsewhere."""
        first = [self._one(error, shown(error)) for error in errors[:most]]
        is_open = sum(error.is_open for error in errors)
        return View(errors=first, more=len(errors) - len(first), open=is_open, total=len(errors))

    def _one(self, error: RecordedError, entry: LogEntry | None) -> View:
        facts = self._facts(error, telling_line(error.error))
        return View(**facts, entry=self._entry(entry) if entry else None)

    def _page(self, error: RecordedError) -> Anchor | None:
        """The curated page, or one on the web that the registry names."""
        playbook = error.registered.playbook if error.registered else None
        words = playbook.value if playbook else ""
        if error.page and self._links.addresses.document(error.page):
            named, _, fragment = words.partition("#")
            is_inside = fragment and named == error.page
            return self._links.document(error.page, f"#{quote(fragment)}" if is_inside else "")
        is_web = words.lower().startswith(("https://", "http://"))
        return Anchor(text=words, url=words) if is_web else None

    def _met_by(self, tasks: Iterable[str]) -> Iterator[View]:
        by_phase = group((self._trace.by_id[task].phase, task) for task in tasks)
        for phase in sorted(by_phase, key=self._phases.__getitem__):
            yield View(phase=self._links.phase(phase), tasks=self._known(by_phase[phase]))

    def _known(self, tasks: Iterable[str]) -> list[Anchor]:
        return [self._links.task(self._trace.by_id[task]) for task in tasks]


def _own_entry(error: RecordedError, tasks: AbstractSet[str]) -> LogEntry | None:
    own = [entry for entry in error.entries if not tasks.isdisjoint(entry.tasks)]
    fixed = [entry for entry in own if entry.fix]
    return fixed[-1] if fixed else error.fixed_by or own[-1]


def _fix_from_elsewhere(error: RecordedError, path: str) -> LogEntry | None:
    """The fix that worked last, where the entries of the page itself tell none."""
    is_told = any(entry.fix for entry in error.entries if entry.location.path == path)
    return None if is_told else error.fixed_by
