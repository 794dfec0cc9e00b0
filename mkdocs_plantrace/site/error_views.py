"""Views of errors: each with its entries, its tasks and its fix."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any
from urllib.parse import quote

from mkdocs_plantrace.model.document import Document, DocumentKind
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.site.entry_html import EntryRenderer
from mkdocs_plantrace.site.view import Anchor, Links, View, occurrence_id
from mkdocs_plantrace.trace import related_errors
from mkdocs_plantrace.trace.error_groups import (
    ErrorState,
    RecordedError,
    find_state,
    headline,
    summarize,
    without_markup,
    wording,
)
from mkdocs_plantrace.trace.trace import is_open
from mkdocs_plantrace.utils.error_normalization import normalize_error
from mkdocs_plantrace.utils.order import group_values

_MOST_TASKS_OF_ENTRY = 3
_MOST_ERRORS = 12
"""On the page of a task or plan; the error index has all."""
_MOST_ON_PAGE = 3
"""Entries of an error that a troubleshooting page shows whole."""
_MOST_LINES = 100
LARGE_GROUP = 5
"""From so many entries on, they are folded, and those of one signature may be unlike."""

TEXTS = ("error", "context", "cause", "fix", "outcome")


class ErrorViews:
    """The errors of one trace, as templates show them."""

    def __init__(self, links: Links, entry_renderer: EntryRenderer) -> None:
        self._trace = links.trace
        self._links = links
        self._entry_renderer = entry_renderer
        self._phases = {
            phase.name: number for number, phase in enumerate(self._trace.task_index.phases)
        }
        self._first_fixed: dict[str, dict[str, str | None]] = {}
        errors = self._trace.errors.all
        self._ranks = {error.key: rank for rank, error in enumerate(errors)}
        self._by_curated_page = group_values((error.page, error) for error in errors)
        self._by_log = group_values(
            (path, error)
            for error in errors
            for path in dict.fromkeys(entry.location.path for entry in error.entries)
        )

    def find_seen_on(self, document: Document) -> Sequence[RecordedError]:
        """Find the errors in a log, or of the tasks of a plan, in the order of the trace."""
        if document.kind is DocumentKind.LOG:
            return self._by_log.get(document.path, ())
        if document.kind is not DocumentKind.PLAN:
            return ()
        tasks, of_task = self._trace.document_index.find_tasks(document), self._trace.errors.by_task
        found = {error.key for task in tasks for error in of_task.get(task.id, ())}
        return [self._trace.errors.all[rank] for rank in sorted(self._ranks[key] for key in found)]

    def find_covered_by(self, path: str) -> Sequence[RecordedError]:
        return self._by_curated_page.get(path, ())

    def find_nearby(self, document: Document) -> tuple[related_errors.Nearby, ...]:
        """Find errors in the same files as the open tasks of a plan."""
        if document.kind is not DocumentKind.PLAN:
            return ()
        served = self._trace.document_index.find_tasks(document)
        return related_errors.find_nearby(self._trace, filter(is_open, served))

    def view_of_tasks(self, errors: Sequence[RecordedError], tasks: AbstractSet[str]) -> View:
        """View errors of tasks, open ones first, each with their own entry if it has a fix."""
        return self._view_first(_open_first(errors), lambda error: _choose_own_entry(error, tasks))

    def view_of_document(self, document: Document) -> View:
        """View the errors of a plan or log, open ones first; on a log, only entries of others."""
        errors = _open_first(self.find_seen_on(document))
        if document.kind is DocumentKind.LOG:
            return self._view_first(
                errors, lambda error: _choose_fix_of_others(error, document.path)
            )
        return self.view_of_tasks(
            errors, {task.id for task in self._trace.document_index.find_tasks(document)}
        )

    def view_nearby(self, document: Document) -> list[View]:
        """View errors of other tasks that touch the same files as those of a plan."""
        return [
            View(
                error=self._view_briefly(near.error, near.error.by_use[0]),
                task=self._links.link_task(self._trace.task_index.by_id[near.task]),
                path=near.path,
            )
            for near in self.find_nearby(document)
        ]

    def view_covered_by(self, document: Document) -> list[View]:
        """View the errors that a troubleshooting page is about: three entries whole, then lines."""
        return [
            View(
                **self.collect_facts(error, find_title(error, error.by_use[0])),
                entries=[self.view_entry(entry) for entry in error.by_use[:_MOST_ON_PAGE]],
                lines=[self.view_line(error, it) for it in error.by_use[_MOST_ON_PAGE:_MOST_LINES]],
                more_entries=max(0, error.count - _MOST_LINES),
            )
            for error in self.find_covered_by(document.path)[:_MOST_ERRORS]
        ]

    def view_open(self, most: int) -> View:
        """View the first open errors, frequent ones first."""
        errors = [error for error in self._trace.errors.all if error.is_open]
        return self._view_first(errors, lambda _: None, most)

    def view_chosen(
        self, errors: Iterable[RecordedError], tasks: AbstractSet[str] | None
    ) -> list[View]:
        """View errors, each with an entry of these tasks, or of any for None."""
        return [
            self._view_briefly(
                error, error.by_use[0] if tasks is None else _choose_own_entry(error, tasks)
            )
            for error in errors
        ]

    def collect_facts(self, error: RecordedError, title: str) -> dict[str, Any]:
        """Collect what all pages show of an error."""
        return {
            "url": self._links.make_error_url(error),
            "signature": error.signature if error.signature != title else None,
            "headline": title,
            "is_open": error.is_open,
            "state": error.state.value,
            "standing": error.standing.value,
            "count": error.count,
            "task_count": len(error.tasks),
            "first_seen": error.first_seen,
            "last_seen": error.last_seen,
            "page": self._link_curated_page(error),
        }

    def find_phases(self, error: RecordedError) -> list[int]:
        """The numbers of the phases of the tasks of an error."""
        by_id = self._trace.task_index.by_id
        return sorted({self._phases[by_id[task].phase] for task in error.tasks})

    def link_place(self, entry: LogEntry) -> Anchor:
        place = entry.location
        uri = self._links.addresses.document(place.path)
        fragment = f"#{quote(entry.anchor)}" if entry.anchor else ""
        url = self._links.make_url(uri, fragment)
        return Anchor(text=f"{place.path}:{place.line}", url=url)

    def view_line(self, error: RecordedError, entry: LogEntry) -> View:
        """View an entry in one line."""
        return View(
            url=self._links.make_error_url(error, entry),
            id=occurrence_id(error, entry),
            headline=summarize(headline(entry)),
            fix=summarize(entry.fix) if entry.fix else "",
            date=entry.date,
            place=self.link_place(entry),
            is_fixed=entry.is_fixed,
            is_open=find_state(entry) is ErrorState.OPEN,
            is_again=self._is_seen_again(error, entry),
        )

    def view_entry(self, entry: LogEntry) -> View:
        """View an entry; `says_more` if its error is longer than the headline."""
        place, title = entry.location, summarize(headline(entry))
        texts = {name: getattr(entry, name) for name in TEXTS}
        return View(
            **{
                name: text and self._entry_renderer.render(text, place.path)
                for name, text in texts.items()
            },
            headline=title,
            says_more=without_markup(entry.error or title) != title,
            date=entry.date,
            tasks=self.link_tasks(entry.tasks[:_MOST_TASKS_OF_ENTRY]),
            more_tasks=max(0, len(entry.tasks) - _MOST_TASKS_OF_ENTRY),
            place=self.link_place(entry),
            path=place.path,
            line=place.line,
            is_fixed=entry.is_fixed,
        )

    def _view_first(
        self,
        errors: Sequence[RecordedError],
        shown: Callable[[RecordedError], LogEntry | None],
        most: int = _MOST_ERRORS,
    ) -> View:
        """View the first of several errors; `more` are left out."""
        first = [self._view_briefly(error, shown(error)) for error in errors[:most]]
        is_open = sum(error.is_open for error in errors)
        return View(errors=first, more=len(errors) - len(first), open=is_open, total=len(errors))

    def _view_briefly(self, error: RecordedError, entry: LogEntry | None) -> View:
        facts = self.collect_facts(error, find_title(error, error.entries[-1]))
        return View(**facts, entry=self.view_entry(entry) if entry else None)

    def _is_seen_again(self, error: RecordedError, entry: LogEntry) -> bool:
        """Whether an entry has a later date than one with the same symptom that was fixed."""
        if error.key not in self._first_fixed:
            fixed = [it for it in error.entries if it.is_fixed and it.date]
            # Entries are sorted by date, so the first one of each symptom is set last.
            self._first_fixed[error.key] = {find_symptom(it): it.date for it in reversed(fixed)}
        date = self._first_fixed[error.key].get(find_symptom(entry))
        return bool(date and entry.date and date < entry.date)

    def _link_curated_page(self, error: RecordedError) -> Anchor | None:
        """Link the troubleshooting page, or a page on the web from the registry."""
        playbook = error.registered.playbook if error.registered else None
        words = playbook.value if playbook else ""
        if error.page and self._links.addresses.document(error.page):
            named, _, fragment = words.partition("#")
            is_inside = fragment and named == error.page
            return self._links.link_document(error.page, f"#{quote(fragment)}" if is_inside else "")
        is_web = words.lower().startswith(("https://", "http://"))
        return Anchor(text=words, url=words) if is_web else None

    def link_tasks(self, tasks: Iterable[str]) -> list[Anchor]:
        return [self._links.link_task(self._trace.task_index.by_id[task]) for task in tasks]


def find_title(error: RecordedError, entry: LogEntry) -> str:
    """The title of an error: that of an entry, or of the signature of many."""
    if error.signature is None or error.count < LARGE_GROUP:
        return summarize(headline(entry))
    described = error.registered.description if error.registered else ""
    return summarize(described).removesuffix(".") if described else error.signature


def find_symptom(entry: LogEntry) -> str:
    """What an entry says went wrong, for comparison with other entries."""
    return normalize_error(wording(headline(entry)))


def _open_first(errors: Iterable[RecordedError]) -> list[RecordedError]:
    return sorted(errors, key=lambda error: not error.is_open)


def _choose_own_entry(error: RecordedError, tasks: AbstractSet[str]) -> LogEntry | None:
    own = [entry for entry in error.entries if not tasks.isdisjoint(entry.tasks)]
    fixed = [entry for entry in own if entry.fix]
    return fixed[-1] if fixed else error.fixed_by or own[-1]


def _choose_fix_of_others(error: RecordedError, path: str) -> LogEntry | None:
    """Choose the last fix that worked, unless the page itself has a fix."""
    has_fix = any(entry.fix for entry in error.entries if entry.location.path == path)
    return None if has_fix else error.fixed_by
