"""References between tasks and documents, resolved, and the links they make."""

from collections.abc import Iterator
from itertools import chain
from posixpath import dirname, join, normpath
from typing import NamedTuple

from mkdocs_plantrace.model.document import Document, DocumentKind
from mkdocs_plantrace.model.link import Link, LinkKind, Node, NodeKind
from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.project.path_resolver import Fault, Resolved, Resolver
from mkdocs_plantrace.project.project import Record
from mkdocs_plantrace.trace.task_index import TaskIndex
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import group_values


class PathReference(NamedTuple):
    """A path in the metadata of a task, and its target.

    `kind` is None for evidence and required reading: a document there is only mentioned.
    """

    task: Task
    field: str
    kind: LinkKind | None
    text: Text
    resolved: Resolved


class PageReference(NamedTuple):
    document: Document
    text: Text
    resolved: Resolved
    is_plan_line: bool


class TaskReference(NamedTuple):
    """An entry of `depends_on` or `blocks`; `target` is None if there is no such task."""

    task: Task
    kind: LinkKind
    text: Text
    target: Task | None


def find_path_references(task: Task, resolver: Resolver) -> Iterator[PathReference]:
    named = (
        ("plan", LinkKind.PLAN, filter(None, [task.plan])),
        ("log", LinkKind.LOG, filter(None, [task.log])),
        ("troubleshooting", LinkKind.TROUBLESHOOTING, task.troubleshooting),
        ("decisions", LinkKind.DECISION, task.decisions),
        ("evidence", None, (promise.path for promise in task.evidence)),
        ("must_read", None, task.must_read),
        ("documents", LinkKind.DOCUMENT, task.documents),
    )
    for field, kind, texts in named:
        for text in texts:
            yield PathReference(task, field, kind, text, resolver.metadata_path(text.value))


def references_in(document: Document, resolver: Resolver) -> Iterator[PageReference]:
    """The `Plan:` lines of a log, then the links of a document that stay in the project."""
    folder = dirname(document.path)
    if document.kind is DocumentKind.LOG:
        for text in document.scan.plan_references:
            if resolved := resolver.plan_line(text.value, folder):
                yield PageReference(document, text, resolved, is_plan_line=True)
    for text in document.scan.links:
        is_here = text.value.startswith("#")
        link = Resolved(document.path) if is_here else resolver.page_link(text.value, document.path)
        if link is not None:
            yield PageReference(document, text, link, is_plan_line=False)


class LinkIndex:
    def __init__(self, record: Record, task_index: TaskIndex) -> None:
        self._tasks = record.tasks
        self._documents = record.documents
        self._resolver = record.resolver
        self._task_index = task_index

    @cached_property
    def path_references(self) -> tuple[PathReference, ...]:
        return tuple(
            reference
            for task in self._tasks
            for reference in find_path_references(task, self._resolver)
        )

    @cached_property
    def page_references(self) -> tuple[PageReference, ...]:
        return tuple(chain.from_iterable(self._references.values()))

    @cached_property
    def task_references(self) -> tuple[TaskReference, ...]:
        return tuple(
            TaskReference(task, kind, text, self._task_index.by_id.get(text.value))
            for task in self._tasks
            for kind, texts in (
                (LinkKind.DEPENDS_ON, task.depends_on),
                (LinkKind.BLOCKS, task.blocks),
            )
            for text in texts
        )

    @cached_property
    def all(self) -> tuple[Link, ...]:
        """All resolved links; only one of each kind between the same two nodes."""
        found: dict[tuple[LinkKind, Node, Node], Link] = {}
        for link in self._find_links():
            if link.source != link.target:
                found.setdefault((link.kind, link.source, link.target), link)
        return tuple(found.values())

    @cached_property
    def outgoing(self) -> dict[Node, tuple[Link, ...]]:
        return group_values((link.source, link) for link in self.all)

    @cached_property
    def incoming(self) -> dict[Node, tuple[Link, ...]]:
        return group_values((link.target, link) for link in self.all)

    @cached_property
    def targets(self) -> dict[str, tuple[tuple[Text, Node], ...]]:
        """For each document what its links, `Plan:` lines and the paths in its text refer to."""
        return {path: tuple(self._find_targets(page)) for path, page in self._documents.items()}

    def find_document(self, reference: PathReference) -> Document | None:
        is_sound = reference.resolved.fault is None
        return self._documents.get(reference.resolved.path or "") if is_sound else None

    def find_node(self, words: str, page: str) -> Node | None:
        """What a path in the text of a page names, from the root or relative to the page."""
        return self._node_at(normpath(words)) or self._node_at(normpath(join(dirname(page), words)))

    def references_in(self, document: Document) -> tuple[PageReference, ...]:
        return self._references[document.path]

    @cached_property
    def _references(self) -> dict[str, tuple[PageReference, ...]]:
        return {
            path: tuple(references_in(document, self._resolver))
            for path, document in self._documents.items()
        }

    def _find_links(self) -> Iterator[Link]:
        for path in self.path_references:
            if document := self.find_document(path):
                source, target = self._task_nodes[path.task.id], self._page_nodes[document.path]
                yield Link(path.kind or LinkKind.MENTIONS, source, target, path.text.location)
        for task in self.task_references:
            if task.target is not None:
                source, target = (self._task_nodes[it.id] for it in (task.task, task.target))
                yield Link(task.kind, source, target, task.text.location)
        for document in self._documents.values():
            yield from self._links_from(document)

    def _links_from(self, document: Document) -> Iterator[Link]:
        source = self._page_nodes[document.path]
        for text, target in self.targets[document.path]:
            kind = LinkKind.MENTIONS
            if target.kind is NodeKind.DOCUMENT:
                kind = _kind_between(document, self._documents[target.key])
            yield Link(kind, source, target, text.location)
        for mention in document.scan.mentions:
            if task := self._task_nodes.get(mention.value):
                yield Link(LinkKind.MENTIONS, source, task, mention.location)

    def _find_targets(self, document: Document) -> Iterator[tuple[Text, Node]]:
        for reference in self.references_in(document):
            is_there = reference.resolved.fault in (None, Fault.UNPUBLISHED)
            if is_there and (target := self._node_at(reference.resolved.path)):
                yield reference.text, target
        for text in document.scan.paths:
            if target := self.find_node(text.value, document.path):
                yield text, target

    def _node_at(self, path: str | None) -> Node | None:
        if path in self._page_nodes:
            return self._page_nodes[path]
        task = self._task_index.by_path.get(path) if path else None
        return self._task_nodes[task.id] if task else None

    @cached_property
    def _page_nodes(self) -> dict[str, Node]:
        """One node for each document, as there are thousands of links."""
        return {path: Node(NodeKind.DOCUMENT, path) for path in self._documents}

    @cached_property
    def _task_nodes(self) -> dict[str, Node]:
        return {task.id: Node(NodeKind.TASK, task.id) for task in self._tasks}


def _kind_between(source: Document, target: Document) -> LinkKind:
    if source.kind is DocumentKind.LOG and target.kind is DocumentKind.PLAN:
        return LinkKind.FOLLOWS
    is_curated = target.kind in (DocumentKind.TROUBLESHOOTING, DocumentKind.DECISION)
    return LinkKind(target.kind.value) if is_curated else LinkKind.MENTIONS
