"""The trace: tasks and documents, with the links, dependencies and errors between them."""

from collections.abc import Iterator
from dataclasses import dataclass

from mkdocs_plantrace.model.document import Document
from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.parsing.markdown.slugs import map_github_slugs
from mkdocs_plantrace.project.file_index import FileIndex
from mkdocs_plantrace.project.project import Record
from mkdocs_plantrace.trace.dependency_graph import DependencyGraph
from mkdocs_plantrace.trace.document_index import DocumentIndex
from mkdocs_plantrace.trace.error_index import ErrorIndex
from mkdocs_plantrace.trace.link_index import LinkIndex
from mkdocs_plantrace.trace.task_index import TaskIndex
from mkdocs_plantrace.trace.touched_files import Touches
from mkdocs_plantrace.utils.globs import compile_globs
from mkdocs_plantrace.utils.lazy_property import cached_property


@dataclass(frozen=True, kw_only=True)
class Trace(Record):
    @cached_property
    def file_index(self) -> FileIndex:
        return FileIndex(self.resolver.tree, self.resolver.is_template)

    @cached_property
    def task_index(self) -> TaskIndex:
        return TaskIndex(self.tasks, self.settings.phases)

    @cached_property
    def document_index(self) -> DocumentIndex:
        return DocumentIndex(self.documents, self.task_index, self.links)

    @cached_property
    def links(self) -> LinkIndex:
        return LinkIndex(self, self.task_index)

    @cached_property
    def graph(self) -> DependencyGraph:
        return DependencyGraph(self.tasks, self.task_index.by_id, self.links.task_references)

    @cached_property
    def errors(self) -> ErrorIndex:
        return ErrorIndex(self, self.task_index, self.document_index, self.links)

    def find_layout_name(self, path: str, task_id: str | None) -> str:
        """The name of the layout that a path or an id belongs to, '' if it is unknown."""
        task = self.task_index.by_path.get(path) or self.task_index.by_id.get(task_id or "")
        if task is None and (document := self.documents.get(path)):
            task = next(iter(self.document_index.find_tasks(document)), None)
        if task:
            return task.layout
        layouts = self.settings.other_layouts
        return next((it.name for it in layouts if compile_globs(it.publish)(path)), "")

    def find_record_anchor(self, path: str, anchor: str) -> str | None:
        """The id of a heading of a record outside docs_dir by its id on GitHub, if they differ."""
        page = self.documents.get(path) if anchor and path in self.resolver.moved else None
        if page is None or anchor in page.scan.anchors or self.resolver.rendering.has_own_slugs:
            return None
        return map_github_slugs(page.scan.headings, page.scan.anchors).get(anchor)

    def find_unfilled(self, document: Document) -> Iterator[Text]:
        """The lines that are not filled in, such as those that are still as in the template."""
        filling = document.scan.filling
        of_template = self.template_lines.get(document.path.rpartition("/")[2], frozenset())
        yield from filling.unfilled
        for suspect in filling.suspects:
            if suspect.text.value in of_template and (
                suspect.next_label is None or suspect.next_label in of_template
            ):
                yield suspect.text

    @cached_property
    def touches(self) -> Touches:
        own = {
            reference.resolved.path or ""
            for reference in self.links.path_references
            if reference.field in ("plan", "log", "evidence")
        }
        index = self.task_index
        return Touches(index.by_id.values(), own | index.by_path.keys(), self.resolver.tree.folders)


def is_open(task: Task) -> bool:
    kind = task.status.kind
    return not (kind and kind.is_closed) and not task.archived


def is_under_way(task: Task) -> bool:
    """Whether the rules expect a plan and a log: work has begun, and is not archived."""
    return task.status.kind in (StatusKind.ACTIVE, StatusKind.COMPLETED) and not task.archived
