"""The index of errors that logs record."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.project.record import Record
from mkdocs_plantrace.trace.document_index import DocumentIndex
from mkdocs_plantrace.trace.error_groups import RecordedError, group_errors
from mkdocs_plantrace.trace.link_index import LinkIndex
from mkdocs_plantrace.trace.task_index import TaskIndex
from mkdocs_plantrace.trace.troubleshooting_pages import page_finder
from mkdocs_plantrace.utils.order import group


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

    def _find_entries(self) -> Iterator[LogEntry]:
        for document in self._record.documents.values():
            if log := document.scan.log:
                # A log that no task names may name its tasks itself.
                tasks = tuple(task.id for task in self._document_index.find_tasks(document))
                named = dict.fromkeys(it for it in log.tasks if it in self._task_index.by_id)
                for entry in log.entries:
                    yield replace(entry, tasks=tasks or tuple(named))

    @cached_property
    def all(self) -> tuple[RecordedError, ...]:
        record = self._record
        page_of = page_finder(
            record.documents, record.signatures, record.resolver, self._links.targets
        )
        return group_errors(self.entries, record.signatures, page_of)

    @cached_property
    def by_entry(self) -> dict[LogEntry, RecordedError]:
        return {entry: error for error in self.all for entry in error.entries}

    @cached_property
    def by_task(self) -> dict[str, tuple[RecordedError, ...]]:
        """For each id of a task its errors, in the order of all errors."""
        return group((task, error) for error in self.all for task in error.tasks)
