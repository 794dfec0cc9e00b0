"""Where a page is in the trace: its breadcrumb, and the tasks before and after it."""

from collections.abc import Iterable
from itertools import pairwise

from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.site.view import Anchor, Links, View, phase_label, shorten_phase
from mkdocs_plantrace.trace.error_groups import shorten
from mkdocs_plantrace.trace.task_index import Phase
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.lazy_property import cached_property

_LONGEST_TITLE = 40
_WORDS_OF_RECORDS = {DocumentKind.PLAN: "Plan", DocumentKind.LOG: "Execution log"}


class Breadcrumbs:
    """Lists of links from the overview to a page; the last one is the page itself."""

    def __init__(self, trace: Trace, links: Links) -> None:
        self._trace = trace
        self._links = links
        self._words = trace.settings.language

    def view_task(self, task: Task) -> list[Anchor]:
        return [*self._start(task.phase), _this_page(task.id)]

    def view_phase(self, phase: Phase) -> list[Anchor]:
        uri = self._links.addresses.phases
        return [*self._start(), self._link("All phases", uri), _this_page(self._name(phase.name))]

    def view_owner(self, name: str) -> list[Anchor]:
        uri = self._links.addresses.owners
        return [*self._start(), self._link("Owners", uri), _this_page(name)]

    def view_error(self, title: str) -> list[Anchor]:
        uri = self._links.addresses.errors
        start = [*self._start(), self._link("Errors", uri)]
        return [*start, _this_page(shorten(title, _LONGEST_TITLE))]

    def view_document(self, path: str) -> list[Anchor]:
        """The breadcrumb of a plan or log of a task; none for other documents."""
        document = self._trace.documents.get(path)
        words = _WORDS_OF_RECORDS.get(document.kind) if document else None
        tasks = self._trace.document_index.find_tasks(document) if document and words else ()
        if words is None or not tasks:
            return []
        phases = {task.phase for task in tasks}
        start = self._start(*phases) if len(phases) == 1 else self._start()
        only = [self._links.link_task(tasks[0])] if len(tasks) == 1 else []
        return [*start, *only, _this_page(self._words.text(words))]

    def view_neighbors(self, task: Task) -> View | None:
        """View the tasks before and after a task in its phase; None if it is the only one."""
        before, after = self._before.get(task.path), self._after.get(task.path)
        if before is None and after is None:
            return None
        return View(
            previous=before and self._links.link_task(before),
            next=after and self._links.link_task(after),
        )

    def _start(self, *phases: str) -> Iterable[Anchor]:
        yield self._link("Trace", self._links.addresses.overview)
        if self._trace.task_index.has_phases:
            for phase in phases:
                link = self._links.link_phase(phase)
                yield Anchor(text=self._name(phase), url=link.url)

    def _name(self, phase: str) -> str:
        link = self._links.link_phase(phase)
        label = phase_label(self._words, shorten_phase(phase, link.title))
        return f"{label}: {link.title}" if link.title else label

    def _link(self, words: str, uri: str) -> Anchor:
        return Anchor(text=self._words.text(words), url=self._links.make_url(uri))

    @cached_property
    def _after(self) -> dict[str, Task]:
        phases = self._trace.task_index.phases
        return {task.path: other for phase in phases for task, other in pairwise(phase.tasks)}

    @cached_property
    def _before(self) -> dict[str, Task]:
        phases = self._trace.task_index.phases
        return {other.path: task for phase in phases for task, other in pairwise(phase.tasks)}


def _this_page(text: str) -> Anchor:
    return Anchor(text=text, url=None)
