"""The index of documents: which tasks each belongs to."""

from collections.abc import Collection, Mapping

from mkdocs_plantrace.model.document import Document, DocumentKind
from mkdocs_plantrace.model.link import LinkKind, Node, NodeKind
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.trace.link_index import LinkIndex, PathReference
from mkdocs_plantrace.trace.task_index import TaskIndex
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import group_values

_CLAIMS = frozenset({LinkKind.PLAN, LinkKind.LOG})
_OTHER_ROLES = frozenset({LinkKind.TROUBLESHOOTING, LinkKind.DECISION, LinkKind.DOCUMENT})


class DocumentIndex:
    def __init__(
        self, documents: Mapping[str, Document], task_index: TaskIndex, links: LinkIndex
    ) -> None:
        self._documents = documents
        self._task_index = task_index
        self._links = links

    @cached_property
    def claimed_paths(self) -> frozenset[str]:
        """The paths that a task names as its plan or log."""
        paths = (reference.resolved.path for reference, _ in self._claims)
        return frozenset(path for path in paths if path)

    @cached_property
    def ordinary_pages(self) -> frozenset[str]:
        """The paths of the pages without a role."""
        pages = self._documents.items()
        return frozenset(path for path, page in pages if page.kind is DocumentKind.PAGE)

    def find_plan(self, task: Task) -> Document | None:
        return self._by_claim.get((task.path, LinkKind.PLAN))

    def find_log(self, task: Task) -> Document | None:
        return self._by_claim.get((task.path, LinkKind.LOG))

    def find_tasks(self, document: Document) -> tuple[Task, ...]:
        """The tasks whose plan or log this is, sorted by id."""
        return self._tasks.get(document.path, ())

    def find_task_id(self, document: Document) -> str | None:
        """The id of the first task that is not archived and whose plan or log this is."""
        return next((it.id for it in self.find_tasks(document) if not it.archived), None)

    def is_archived(self, document: Document) -> bool:
        """Whether this is a plan or log of archived tasks only."""
        return document.path in self._tasks and self.find_task_id(document) is None

    def find_related_tasks(self, document: Document) -> tuple[Task, ...]:
        """The tasks that name this document; of a troubleshooting page or decision, more.

        Those belong also to the tasks whose plan or log refers to them, and to the tasks that
        they mention.
        """
        ids = self._ids_linking_to(document.path, _CLAIMS | _OTHER_ROLES)
        if document.kind in (DocumentKind.TROUBLESHOOTING, DocumentKind.DECISION):
            for link in self._links.incoming.get(Node(NodeKind.DOCUMENT, document.path), ()):
                if link.source.kind is NodeKind.DOCUMENT:
                    ids |= self._ids_linking_to(link.source.key, _CLAIMS)
            ids.update(mention.value for mention in document.scan.mentions)
        return self._task_index.select(ids & self._task_index.by_id.keys())

    def _ids_linking_to(self, path: str, kinds: Collection[LinkKind]) -> set[str]:
        links = self._links.incoming.get(Node(NodeKind.DOCUMENT, path), ())
        of_tasks = (link for link in links if link.source.kind is NodeKind.TASK)
        return {link.source.key for link in of_tasks if link.kind in kinds}

    @cached_property
    def _claims(self) -> list[tuple[PathReference, Document | None]]:
        """The references to plans and logs in metadata, each with its document."""
        claims = (it for it in self._links.path_references if it.kind in _CLAIMS)
        return [(it, self._links.find_document(it)) for it in claims]

    @cached_property
    def _by_claim(self) -> dict[tuple[str, LinkKind | None], Document]:
        return {(it.task.path, it.kind): document for it, document in self._claims if document}

    @cached_property
    def _tasks(self) -> dict[str, tuple[Task, ...]]:
        found = group_values(
            (document.path, reference.task.id)
            for reference, document in self._claims
            if document and document.kind.value == reference.field
        )
        return {path: self._task_index.select(set(ids)) for path, ids in found.items()}
