"""The index of errors that logs record."""

from collections import Counter
from collections.abc import Iterator

from msgspec.structs import replace

from mkdocs_plantrace.config.layouts import DEFAULT
from mkdocs_plantrace.model.document import Document, DocumentKind
from mkdocs_plantrace.model.link import Node, NodeKind
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.project.project import Record
from mkdocs_plantrace.trace.document_index import DocumentIndex
from mkdocs_plantrace.trace.error_groups import RecordedError, group_errors
from mkdocs_plantrace.trace.link_index import LinkIndex
from mkdocs_plantrace.trace.task_index import TaskIndex
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import group_values


class ErrorIndex:
    def __init__(
        self,
        record: Record,
        task_index: TaskIndex,
        document_index: DocumentIndex,
        links: LinkIndex,
    ) -> None:
        self._record = record
        self._task_index = task_index
        self._document_index = document_index
        self._links = links

    @cached_property
    def entries(self) -> tuple[LogEntry, ...]:
        return tuple(self._find_entries())

    @cached_property
    def all(self) -> tuple[RecordedError, ...]:
        return group_errors(self.entries, self._record.signatures, self._find_page)

    @cached_property
    def by_entry(self) -> dict[LogEntry, RecordedError]:
        return {entry: error for error in self.all for entry in error.entries}

    @cached_property
    def by_task(self) -> dict[str, tuple[RecordedError, ...]]:
        """For each id of a task its errors, in the order of all errors."""
        return group_values((task, error) for error in self.all for task in error.tasks)

    def _find_entries(self) -> Iterator[LogEntry]:
        shared = self._find_shared_headings()
        for document in self._record.documents.values():
            if log := document.scan.log:
                # A log that no task names may name its tasks itself.
                tasks = self._document_index.find_tasks(document)
                named = dict.fromkeys(it for it in log.tasks if it in self._task_index.by_id)
                ids = tuple(task.id for task in tasks) or tuple(named)
                needs_no_fix = bool(tasks) and all(map(_needs_no_fix, tasks))
                for entry in log.entries:
                    yield replace(
                        entry,
                        title="" if entry.title in shared else entry.title,
                        tasks=ids,
                        is_observation=entry.is_observation or (needs_no_fix and not entry.outcome),
                    )

    def _find_shared_headings(self) -> set[str]:
        """The headings that several logs have: those of a template, not names of errors."""
        scans = (document.scan for document in self._record.documents.values())
        counts = Counter(it for scan in scans if scan.log for it in set(scan.headings))
        return {heading for heading, count in counts.items() if count > 1}

    def _find_page(self, key: str, entries: tuple[LogEntry, ...]) -> str | None:
        """The troubleshooting page of an error, by its key and its entries, oldest first.

        That is the page in the registry, or else the page that the newest entry with such a link
        refers to, or else the first page by path whose words contain the key.
        """
        registered = self._record.signatures.get(key)
        if registered and registered.playbook:
            resolved = self._record.resolver.playbook(registered.playbook.value)
            if resolved and resolved.path in self._record.documents:
                return resolved.path
        linked = (
            page
            for entry in reversed(entries)
            for line, page in self._page_links.get(entry.location.path, ())
            if entry.location.line <= line <= entry.location.end_line
        )
        return next(linked, self._pages_by_word.get(key))

    @cached_property
    def _pages(self) -> list[Document]:
        pages = self._record.documents.values()
        return [page for page in pages if page.kind is DocumentKind.TROUBLESHOOTING]

    @cached_property
    def _pages_by_word(self) -> dict[str, str]:
        return {word: page.path for page in reversed(self._pages) for word in page.scan.words}

    @cached_property
    def _page_links(self) -> dict[str, tuple[tuple[int, str], ...]]:
        """For each log the lines with a link to a troubleshooting page, and the page."""
        nodes = {Node(NodeKind.DOCUMENT, page.path) for page in self._pages}
        return group_values(
            (path, (text.location.line, target.key))
            for path in dict.fromkeys(entry.location.path for entry in self.entries)
            for text, target in self._links.targets[path]
            if target in nodes
        )


def _needs_no_fix(task: Task) -> bool:
    """Whether the logs of a task may leave out how an error ended.

    Other layouts than the default have no rule that asks for a fix.
    """
    return task.layout != DEFAULT and task.status.kind is StatusKind.COMPLETED
