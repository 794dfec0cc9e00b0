"""Views of the error index, of what its search shows, and of the page of each error."""

from collections import Counter
from collections.abc import Iterator

from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.site.error_views import (
    LARGE_GROUP,
    TEXTS,
    ErrorViews,
    find_symptom,
    find_title,
)
from mkdocs_plantrace.site.view import Links, View
from mkdocs_plantrace.trace.error_groups import RecordedError, headline, summarize
from mkdocs_plantrace.trace.related_errors import SimilarErrors
from mkdocs_plantrace.utils.order import group_values

_MOST_TASKS = 24
"""Of an error; a log can belong to hundreds of tasks."""
_MOST_ENTRIES = 100
"""Of an error, besides the first."""
_MOST_LISTED = 8
"""Of the lines of an error; the others are folded."""
_MOST_SYMPTOMS = 3
_MOST_MONTHS = 24


class ErrorPageViews:
    """Each error of one trace, on the index and on its own page."""

    def __init__(self, links: Links, views: ErrorViews) -> None:
        self._trace = links.trace
        self._links = links
        self._views = views
        self._similar = SimilarErrors(self.list_with_page())

    def list_with_page(self) -> list[RecordedError]:
        errors = self._trace.errors.all
        return [error for error in errors if self._links.addresses.error_page(error)]

    def make_title(self, error: RecordedError) -> str:
        """The title of the page of an error, as text."""
        title = find_title(error, error.by_use[0])
        return f"{error.signature}: {title}" if error.signature not in (None, title) else title

    def view_index(self) -> list[View]:
        """View all errors as lines, most frequent first."""
        return [self._view_line(error) for error in self._trace.errors.all]

    def view_results(self) -> list[View]:
        """View the errors that have a page as the search shows them, in the order of the index."""
        return [
            View(
                **self._views.collect_facts(error, find_title(error, error.by_use[0])),
                entries=[self._views.view_entry(it) for it in error.by_use[: _MOST_ENTRIES + 1]],
            )
            for error in self.list_with_page()
        ]

    def view_page(self, error: RecordedError) -> View:
        """View all of an error: `entry` comes first, then `others`, newest first."""
        first, *others = error.by_use
        title, registered = find_title(error, first), error.registered
        description = registered.description if registered else ""
        shown = sorted(others, key=error.entries.index, reverse=True)[:_MOST_ENTRIES]
        return View(
            **self._views.collect_facts(error, title),
            normalized="" if error.signature else error.key,
            former_names=error.former_names,
            description="" if description.removesuffix(".") == title else description,
            causes=registered.causes if registered else (),
            owner=registered.owner if registered else "",
            is_deprecated=registered is not None and registered.is_deprecated,
            seen_by=list(self._group_tasks(error)),
            more_tasks=max(0, len(error.tasks) - _MOST_TASKS),
            entry=self._view_occurrence(error, first),
            is_latest=first is error.entries[-1],
            is_mixed=len(set(map(find_symptom, error.entries))) > 1,
            others=[self._view_occurrence(error, entry) for entry in shown[:_MOST_LISTED]],
            folded=[self._view_occurrence(error, entry) for entry in shown[_MOST_LISTED:]],
            is_whole=error.count < LARGE_GROUP,
            more_entries=len(others) - len(shown),
            months=_count_months(error),
            undated=sum(entry.date is None for entry in error.entries),
            similar=[self._view_line(it) for it in self._similar.find(error)],
            markdown=_to_markdown(error, first),
        )

    def _view_line(self, error: RecordedError) -> View:
        entry = error.by_use[0]
        is_mixed = error.count >= LARGE_GROUP and error.signature is not None
        symptoms = dict.fromkeys(summarize(headline(it)) for it in reversed(error.entries))
        has_page = self._links.addresses.error_page(error) is not None
        is_title = headline(entry) == entry.fix
        return View(
            **self._views.collect_facts(error, find_title(error, entry)),
            id=self._links.addresses.error(error),
            has_page=has_page,
            phases=self._views.find_phases(error),
            symptoms=list(symptoms)[:_MOST_SYMPTOMS] if is_mixed and len(symptoms) > 1 else [],
            fix=summarize(entry.fix) if entry.fix and has_page and not is_title else "",
            has_working_fix=error.fixed_by is not None,
            place=self._views.link_place(entry),
        )

    def _view_occurrence(self, error: RecordedError, entry: LogEntry) -> View:
        return View(
            whole=self._views.view_entry(entry),
            **vars(self._views.view_line(error, entry)),
        )

    def _group_tasks(self, error: RecordedError) -> Iterator[View]:
        by_id = self._trace.task_index.by_id
        tasks = error.tasks[:_MOST_TASKS]
        for phase, group in group_values((by_id[task].phase, task) for task in tasks).items():
            yield View(phase=self._links.link_phase(phase), tasks=self._views.link_tasks(group))


def _count_months(error: RecordedError) -> list[tuple[str, int]]:
    """Count entries by month, from the first to the last, or by year without empty ones."""
    dates = [entry.date for entry in error.entries if entry.date]
    if not dates:
        return []
    months = [int(date[:4]) * 12 + int(date[5:7]) - 1 for date in dates]
    if max(months) - min(months) >= _MOST_MONTHS:
        years = Counter(int(date[:4]) for date in dates)
        return [(f"{year:04}", number) for year, number in sorted(years.items())]
    counts = Counter(months)
    every = range(min(months), max(months) + 1)
    return [(f"{month // 12:04}-{month % 12 + 1:02}", counts[month]) for month in every]


def _to_markdown(error: RecordedError, entry: LogEntry) -> str:
    """An entry with its labels and its place, to paste elsewhere."""
    texts = {name: getattr(entry, name) for name in TEXTS}
    fields = {name.capitalize(): text for name, text in texts.items() if text}
    if error.signature:
        fields["Signature"] = error.signature
    fields["Log"] = f"{entry.location.path}:{entry.location.line}"
    return "".join(f"- {label}:{_indent(text)}\n" for label, text in fields.items())


def _indent(text: str) -> str:
    """One line after its label; several below it, as they would break the list."""
    if "\n" not in text:
        return f" {text}"
    return "\n\n" + "\n".join(f"    {line}" if line else "" for line in text.split("\n")) + "\n"
