"""The trace: every link resolved and known at both ends, tasks grouped by phase."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from posixpath import dirname, join, normpath

from mkdocs_plantrace.config.settings import fold_status
from mkdocs_plantrace.model.document import Document, DocumentKind
from mkdocs_plantrace.model.link import Link, LinkKind, Node, NodeKind
from mkdocs_plantrace.model.location import Location, Text
from mkdocs_plantrace.model.log_entry import LogEntry, LogRecord
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds
from mkdocs_plantrace.project.file_index import FileIndex
from mkdocs_plantrace.project.path_resolver import Fault
from mkdocs_plantrace.project.record import Record
from mkdocs_plantrace.trace.error_groups import RecordedError, group_errors
from mkdocs_plantrace.trace.references import (
    PageReference,
    PathReference,
    TaskReference,
    paths_named_by,
    references_in,
)
from mkdocs_plantrace.trace.touched_files import Touches
from mkdocs_plantrace.trace.troubleshooting_pages import page_finder
from mkdocs_plantrace.utils.near_names import Series
from mkdocs_plantrace.utils.order import group, id_order, phase_order

_RECORDS = ("plan", "log")
"""The fields of a task whose documents are its own; the kinds of documents are called the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    name: str
    title: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, kw_only=True)
class Trace(Record):
    """All that was read, connected."""

    @cached_property
    def by_id(self) -> dict[str, Task]:
        """The task of each id; where two files claim one id, the first by path."""
        found: dict[str, Task] = {}
        for task in sorted(self.tasks, key=lambda task: task.path.split("/")):
            found.setdefault(task.id, task)
        return found

    @cached_property
    def claimed_twice(self) -> frozenset[str]:
        """The ids that two files claim, so that nobody can tell which task is meant."""
        counted = Counter(task.id for task in self.tasks)
        return frozenset(task for task, times in counted.items() if times > 1)

    @cached_property
    def ids(self) -> TaskIds:
        return TaskIds(self.by_id)

    @cached_property
    def id_series(self) -> Series:
        return Series(self.by_id)

    @cached_property
    def file_index(self) -> FileIndex:
        return FileIndex(self.resolver.tree, self.resolver.docs_dir)

    @cached_property
    def by_source(self) -> dict[str, Task]:
        return {task.path: task for task in self.tasks}

    @cached_property
    def path_references(self) -> tuple[PathReference, ...]:
        return tuple(
            reference for task in self.tasks for reference in paths_named_by(task, self.resolver)
        )

    @cached_property
    def page_references(self) -> tuple[PageReference, ...]:
        return tuple(chain.from_iterable(self._references.values()))

    @cached_property
    def task_references(self) -> tuple[TaskReference, ...]:
        return tuple(
            TaskReference(task, kind, text, self.by_id.get(text.value))
            for task in self.tasks
            for kind, texts in (
                (LinkKind.DEPENDS_ON, task.depends_on),
                (LinkKind.BLOCKS, task.blocks),
            )
            for text in texts
        )

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """All resolved links, each kind between two nodes once."""
        found: dict[tuple[LinkKind, Node, Node], Link] = {}
        for link in self._find_links():
            if link.source != link.target:
                found.setdefault((link.kind, link.source, link.target), link)
        return tuple(found.values())

    @cached_property
    def outgoing(self) -> dict[Node, tuple[Link, ...]]:
        return group((link.source, link) for link in self.links)

    @cached_property
    def incoming(self) -> dict[Node, tuple[Link, ...]]:
        return group((link.target, link) for link in self.links)

    @cached_property
    def claimed_documents(self) -> frozenset[str]:
        """The paths of the documents that a task names as its plan or log."""
        return frozenset(
            reference.resolved.path
            for reference in self.path_references
            if reference.field in _RECORDS and reference.resolved.path
        )

    @cached_property
    def ordinary_pages(self) -> frozenset[str]:
        """The paths of the pages that are neither plan, log, curated page nor decision."""
        pages = self.documents.items()
        return frozenset(path for path, page in pages if page.kind is DocumentKind.PAGE)

    def plan_of(self, task: Task) -> Document | None:
        return self._own_documents.get((task.path, "plan"))

    def log_of(self, task: Task) -> Document | None:
        return self._own_documents.get((task.path, "log"))

    @cached_property
    def _own_documents(self) -> dict[tuple[str, str], Document]:
        return {
            (reference.task.path, reference.field): document
            for reference in self.path_references
            if (document := self._document_of(reference))
        }

    def tasks_of(self, path: str, *kinds: LinkKind) -> tuple[Task, ...]:
        """The tasks that name the document in one of these roles, sorted by id."""
        links = self.incoming.get(Node(NodeKind.DOCUMENT, path), ())
        of_tasks = (link for link in links if link.source.kind is NodeKind.TASK)
        return self.tasks_by_id({link.source.key for link in of_tasks if link.kind in kinds})

    def served_by(self, document: Document) -> tuple[Task, ...]:
        """The tasks whose plan or log this is, sorted by id."""
        return self._served.get(document.path, ())

    def first_served_by(self, document: Document) -> str | None:
        """The id of the first task that is not archived and whose plan or log this is."""
        return next((it.id for it in self.served_by(document) if not it.archived), None)

    def is_archived(self, document: Document) -> bool:
        """Whether this is a plan or log of archived tasks only."""
        return document.path in self._served and self.first_served_by(document) is None

    @cached_property
    def _served(self) -> dict[str, tuple[Task, ...]]:
        found = group(
            (document.path, reference.task.id)
            for reference in self.path_references
            if reference.field in _RECORDS
            and (document := self._document_of(reference))
            and document.kind.value == reference.field
        )
        return {path: self.tasks_by_id(set(ids)) for path, ids in found.items()}

    def _document_of(self, reference: PathReference) -> Document | None:
        is_sound = reference.resolved.fault is None
        return self.documents.get(reference.resolved.path or "") if is_sound else None

    def tasks_around(self, document: Document) -> tuple[Task, ...]:
        """The tasks a document belongs to.

        A plan or log belongs to the tasks that name it. A troubleshooting page or decision
        record belongs to those too, to the tasks whose plan or log refers to it, and to the
        tasks that it names itself.
        """
        roles = (LinkKind.PLAN, LinkKind.LOG, LinkKind.TROUBLESHOOTING, LinkKind.DECISION)
        ids = {task.id for task in self.tasks_of(document.path, *roles)}
        if document.kind in (DocumentKind.TROUBLESHOOTING, DocumentKind.DECISION):
            node = Node(NodeKind.DOCUMENT, document.path)
            for link in self.incoming.get(node, ()):
                if link.source.kind is NodeKind.DOCUMENT:
                    of_record = self.tasks_of(link.source.key, LinkKind.PLAN, LinkKind.LOG)
                    ids.update(task.id for task in of_record)
            ids.update(mention.value for mention in document.scan.mentions)
        return self.tasks_by_id(ids & self.by_id.keys())

    def tasks_by_id(self, ids: Iterable[str]) -> tuple[Task, ...]:
        return tuple(self.by_id[task] for task in sorted(ids, key=id_order))

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The phases that tasks belong to: configured ones first, then numbers, then words."""
        grouped = group((task.phase, task) for task in self.tasks)
        titles = self.settings.phases
        configured = [name for name in titles if name in grouped]
        others = sorted(grouped.keys() - titles.keys(), key=phase_order)
        return tuple(
            Phase(name=name, title=titles.get(name, ""), tasks=grouped[name])
            for name in [*configured, *others]
        )

    @cached_property
    def dependencies(self) -> dict[str, dict[str, Location]]:
        """For each id the ids it waits for, and where that is written.

        Of several files that claim one id only the first speaks for it.
        """
        return self._graph(self.task_references)

    @cached_property
    def ruled_dependencies(self) -> dict[str, dict[str, Location]]:
        """The same without what archived tasks say: they are out of the rules."""
        return self._graph(
            reference for reference in self.task_references if not reference.task.archived
        )

    def _graph(self, references: Iterable[TaskReference]) -> dict[str, dict[str, Location]]:
        graph: dict[str, dict[str, Location]] = {task.id: {} for task in self.tasks}
        # Where both say it, the task that waits has said it in its own words.
        for reference in sorted(references, key=lambda found: found.kind is LinkKind.BLOCKS):
            waiting, waited = reference.task, reference.target
            if waited and self.by_id[waiting.id] is waiting:
                if reference.kind is LinkKind.BLOCKS:
                    waiting, waited = waited, waiting
                graph[waiting.id].setdefault(waited.id, reference.text.location)
        return graph

    @cached_property
    def dependents(self) -> dict[str, tuple[str, ...]]:
        """For each id the ids that wait for it; ids nobody waits for are left out."""
        waits = self.dependencies.items()
        return group((waited, task) for task, waited_for in waits for waited in waited_for)

    @cached_property
    def owners(self) -> frozenset[str]:
        """Those who answer for tasks, `''` where nobody does."""
        return frozenset(task.owner for task in self.tasks)

    @cached_property
    def status_words(self) -> frozenset[str]:
        """The folded words for statuses that the tasks use."""
        return frozenset(fold_status(task.status.text) for task in self.tasks)

    @cached_property
    def entries(self) -> tuple[LogEntry, ...]:
        return tuple(
            replace(entry, tasks=self._tasks_of_log(document, document.scan.log))
            for document in self.documents.values()
            if document.scan.log
            for entry in document.scan.log.entries
        )

    def _tasks_of_log(self, document: Document, log: LogRecord) -> tuple[str, ...]:
        """The tasks of a log; one that no task names may name its tasks itself."""
        served = tuple(task.id for task in self.served_by(document))
        return served or tuple(dict.fromkeys(it for it in log.tasks if it in self.by_id))

    @cached_property
    def errors(self) -> tuple[RecordedError, ...]:
        page_of = page_finder(self.documents, self.signatures, self.resolver, self._targets)
        return group_errors(self.entries, self.signatures, page_of)

    @cached_property
    def error_of(self) -> dict[LogEntry, RecordedError]:
        return {entry: error for error in self.errors for entry in error.entries}

    @cached_property
    def errors_of_task(self) -> dict[str, tuple[RecordedError, ...]]:
        """For each id of a task the errors it met, most often met first."""
        return group((task, error) for error in self.errors for task in error.tasks)

    @cached_property
    def touches(self) -> Touches:
        own = {
            reference.resolved.path or ""
            for reference in self.path_references
            if reference.field in (*_RECORDS, "evidence")
        }
        return Touches(self.by_id.values(), own | self.by_source.keys(), self.resolver.tree.folders)

    def references_in(self, document: Document) -> tuple[PageReference, ...]:
        return self._references[document.path]

    @cached_property
    def _references(self) -> dict[str, tuple[PageReference, ...]]:
        return {
            path: tuple(references_in(document, self.resolver))
            for path, document in self.documents.items()
        }

    def _find_links(self) -> Iterator[Link]:
        for path in self.path_references:
            if document := self._document_of(path):
                source, kind = Node(NodeKind.TASK, path.task.id), path.kind or LinkKind.MENTIONS
                target = Node(NodeKind.DOCUMENT, document.path)
                yield Link(kind, source, target, path.text.location)
        for task in self.task_references:
            if task.target is not None:
                source, waited = (Node(NodeKind.TASK, it.id) for it in (task.task, task.target))
                yield Link(task.kind, source, waited, task.text.location)
        for document in self.documents.values():
            yield from self._links_from(document)

    def _links_from(self, document: Document) -> Iterator[Link]:
        source = Node(NodeKind.DOCUMENT, document.path)
        for text, target in self.targets_of(document):
            kind = LinkKind.MENTIONS
            if target.kind is NodeKind.DOCUMENT:
                kind = _kind_between(document, self.documents[target.key])
            yield Link(kind, source, target, text.location)
        for task, location in document.scan.mentions:
            if task in self.by_id:
                yield Link(LinkKind.MENTIONS, source, Node(NodeKind.TASK, task), location)

    def targets_of(self, document: Document) -> tuple[tuple[Text, Node], ...]:
        """What a document refers to by a link, a `Plan:` line or a path in its text."""
        return self._targets[document.path]

    @cached_property
    def _targets(self) -> dict[str, tuple[tuple[Text, Node], ...]]:
        return {path: tuple(self._find_targets(page)) for path, page in self.documents.items()}

    def _find_targets(self, document: Document) -> Iterator[tuple[Text, Node]]:
        for reference in self.references_in(document):
            is_there = reference.resolved.fault in (None, Fault.UNPUBLISHED)
            if is_there and (target := self._node_at(reference.resolved.path)):
                yield reference.text, target
        for text in document.scan.paths:
            if target := self.named_by(text.value, document.path):
                yield text, target

    def named_by(self, words: str, page: str) -> Node | None:
        """What a path in running text names: from the root, or relative to the page."""
        return self._node_at(normpath(words)) or self._node_at(normpath(join(dirname(page), words)))

    def _node_at(self, path: str | None) -> Node | None:
        if path in self.documents:
            return Node(NodeKind.DOCUMENT, path)
        task = self.by_source.get(path) if path else None
        return Node(NodeKind.TASK, task.id) if task else None


def is_under_way(task: Task) -> bool:
    """Whether the rules expect a plan and a log: work has begun, and is not archived."""
    return task.status.kind in (StatusKind.ACTIVE, StatusKind.COMPLETED) and not task.archived


def _kind_between(source: Document, target: Document) -> LinkKind:
    if source.kind is DocumentKind.LOG and target.kind is DocumentKind.PLAN:
        return LinkKind.FOLLOWS
    is_curated = target.kind in (DocumentKind.TROUBLESHOOTING, DocumentKind.DECISION)
    return LinkKind(target.kind.value) if is_curated else LinkKind.MENTIONS
