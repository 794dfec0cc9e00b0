"""Views of errors: each with its entries, its tasks and its fix."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any
from urllib.parse import quote

from mkdocs_plantrace.model.document import Document, DocumentKind
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.site.entry_html import EntryRenderer
from mkdocs_plantrace.site.view import Anchor, Links, View
from mkdocs_plantrace.trace import related_errors
from mkdocs_plantrace.trace.error_groups import (
    RecordedError,
    headline,
    summarize,
    without_markup,
)
from mkdocs_plantrace.trace.trace import is_open
from mkdocs_plantrace.utils.order import group_values

_MOST_TASKS = 24
"""Of an error; a log can belong to hundreds of tasks."""
_MOST_TASKS_OF_ENTRY = 3
_MOST_ERRORS = 12
"""On the page of a task or plan; the error index has all."""
_MOST_ENTRIES = 100
"""Of an error, besides the first."""
_MOST_WHOLE = 1_000
"""Errors with their entries on the index; ten thousand of them would make a page of 8 MB."""

_TEXTS = ("error", "context", "cause", "fix", "outcome")


class ErrorViews:
    """The errors of one trace, as templates show them."""

    def __init__(self, links: Links, entry_renderer: EntryRenderer) -> None:
        self._trace = links.trace
        self._links = links
        self._entry_renderer = entry_renderer
        self._phases = {
            phase.name: number for number, phase in enumerate(self._trace.task_index.phases)
        }
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
        tasks = (
            self._trace.document_index.find_tasks(document)
            if document.kind is DocumentKind.PLAN
            else ()
        )
        of_task = self._trace.errors.by_task
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

    def view_all(self) -> tuple[list[View], list[View]]:
        """View the first errors with all their entries, and the others as a title and a place."""
        errors = self._trace.errors.all
        whole = [self._view_error(error) for error in errors[:_MOST_WHOLE]]
        return whole, [self._view_title(error) for error in errors[_MOST_WHOLE:]]

    def view_of_tasks(self, errors: Sequence[RecordedError], tasks: AbstractSet[str]) -> View:
        """View errors of tasks, each with their own entry if it has a fix."""
        return self._view_first(errors, lambda error: _choose_own_entry(error, tasks))

    def view_of_document(self, document: Document) -> View:
        """View the errors of a plan or log; on a log, only entries of other logs."""
        errors = self.find_seen_on(document)
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
        """View the errors that a troubleshooting page is about."""
        return [
            self._view_error(error) for error in self.find_covered_by(document.path)[:_MOST_ERRORS]
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

    def _collect_facts(self, error: RecordedError, title: str) -> dict[str, Any]:
        """Collect what all pages show of an error; `url` is its place in the index."""
        addresses = self._links.addresses
        return {
            "url": self._links.make_url(addresses.errors, f"#{addresses.error(error)}"),
            "signature": error.signature if error.signature != title else None,
            "headline": title,
            "is_open": error.is_open,
            "state": error.state.value,
            "count": error.count,
            "task_count": len(error.tasks),
            "page": self._link_curated_page(error),
        }

    def _view_title(self, error: RecordedError) -> View:
        return View(
            **self._collect_facts(error, summarize(error.error)),
            id=self._links.addresses.error(error),
            phases=self._find_phases(error),
            place=self._link_place(error.by_use[0]),
        )

    def _find_phases(self, error: RecordedError) -> list[int]:
        by_id = self._trace.task_index.by_id
        return sorted({self._phases[by_id[task].phase] for task in error.tasks})

    def _link_place(self, entry: LogEntry) -> Anchor:
        place = entry.location
        uri = self._links.addresses.document(place.path)
        fragment = f"#{quote(entry.anchor)}" if entry.anchor else ""
        url = self._links.make_url(uri, fragment)
        return Anchor(text=f"{place.path}:{place.line}", url=url)

    def _view_error(self, error: RecordedError) -> View:
        """View all of an error: `entry` comes first, then `others`, newest first."""
        first, *others = error.by_use
        registered = error.registered
        return View(
            **self._collect_facts(error, summarize(headline(first))),
            id=self._links.addresses.error(error),
            first_seen=error.first_seen,
            last_seen=error.last_seen,
            met_by=list(self._group_tasks(error.tasks[:_MOST_TASKS])),
            more_tasks=max(0, len(error.tasks) - _MOST_TASKS),
            phases=self._find_phases(error),
            description=registered.description if registered else "",
            owner=registered.owner if registered else "",
            is_deprecated=registered is not None and registered.is_deprecated,
            entry=self._view_entry(first),
            others=[self._view_entry(entry) for entry in others[:_MOST_ENTRIES]],
            more_entries=max(0, len(others) - _MOST_ENTRIES),
        )

    def _view_entry(self, entry: LogEntry) -> View:
        """View an entry; `says_more` if its error is longer than the headline."""
        place, title = entry.location, summarize(headline(entry))
        texts = {name: getattr(entry, name) for name in _TEXTS}
        return View(
            **{
                name: text and self._entry_renderer.render(text, place.path)
                for name, text in texts.items()
            },
            headline=title,
            says_more=without_markup(entry.error or title) != title,
            date=entry.date,
            tasks=self._link_tasks(entry.tasks[:_MOST_TASKS_OF_ENTRY]),
            more_tasks=max(0, len(entry.tasks) - _MOST_TASKS_OF_ENTRY),
            place=self._link_place(entry),
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
        facts = self._collect_facts(error, summarize(error.error))
        return View(**facts, entry=self._view_entry(entry) if entry else None)

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

    def _group_tasks(self, tasks: Iterable[str]) -> Iterator[View]:
        by_phase = group_values((self._trace.task_index.by_id[task].phase, task) for task in tasks)
        for phase in sorted(by_phase, key=self._phases.__getitem__):
            yield View(phase=self._links.link_phase(phase), tasks=self._link_tasks(by_phase[phase]))

    def _link_tasks(self, tasks: Iterable[str]) -> list[Anchor]:
        return [self._links.link_task(self._trace.task_index.by_id[task]) for task in tasks]


def _choose_own_entry(error: RecordedError, tasks: AbstractSet[str]) -> LogEntry | None:
    own = [entry for entry in error.entries if not tasks.isdisjoint(entry.tasks)]
    fixed = [entry for entry in own if entry.fix]
    return fixed[-1] if fixed else error.fixed_by or own[-1]


def _choose_fix_of_others(error: RecordedError, path: str) -> LogEntry | None:
    """Choose the last fix that worked, unless the page itself has a fix."""
    has_fix = any(entry.fix for entry in error.entries if entry.location.path == path)
    return None if has_fix else error.fixed_by
