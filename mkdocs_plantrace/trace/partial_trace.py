"""A part of a trace: enough to check one file again, in a small part of the time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.project.cache import Cache
from mkdocs_plantrace.project.file_index import FileIndex
from mkdocs_plantrace.project.loader import find_sources, load_record
from mkdocs_plantrace.project.project import Project, Selection
from mkdocs_plantrace.trace.dependency_graph import DependencyGraph
from mkdocs_plantrace.trace.link_index import find_path_references
from mkdocs_plantrace.trace.task_index import TaskIndex
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import id_order


@dataclass(frozen=True, kw_only=True)
class PartialTrace(Trace):
    """A few tasks and documents, with all ids, dependencies and file names of the trace before."""

    before: Trace

    @cached_property
    def file_index(self) -> FileIndex:
        return self.before.file_index

    @cached_property
    def task_index(self) -> TaskIndex:
        return self._whole.task_index

    @cached_property
    def graph(self) -> DependencyGraph:
        is_same = all(map(self._has_same_dependencies, self.tasks))
        return self.before.graph if is_same else self._whole.graph

    def _has_same_dependencies(self, task: Task) -> bool:
        before = self.before.task_index.by_path.get(task.path)
        return before is not None and _dependencies_of(before) == _dependencies_of(task)

    @cached_property
    def _whole(self) -> Trace:
        """The trace before with the tasks of this one."""
        own = {task.path for task in self.tasks}
        others = (task for task in self.before.tasks if task.path not in own)
        tasks = sorted((*others, *self.tasks), key=lambda task: (id_order(task.id), task.path))
        return replace(self.before, tasks=tuple(tasks))


def select_around(before: Trace, project: Project, path: str, cache: Cache) -> Project:
    """Limit a project to a file and to what its problems depend on.

    These are the tasks of the file, their documents, the tasks that share these or depend on them
    or the other way round, and the pages to which the file links. Raises UnusableFileError.
    """
    known = before.resolver.sources.union(find_sources(before.settings, [path]))
    selection = Selection(
        known=tuple(sorted(known)),
        ids=before.task_index.ids,
        sources=known & {path},
        documents=frozenset({path}),
        resolver=before.resolver,
    )
    alone = replace(project, selection=selection)
    record, _ = load_record(before.settings, alone, cache)
    trace = PartialTrace(**vars(record), before=before)
    tasks = [*trace.tasks, *_find_tasks_before(before, path)]
    links = (it.resolved.path for it in trace.links.page_references)
    paths = (
        reference.resolved.path
        for task in tasks
        for reference in find_path_references(task, trace.resolver)
    )
    documents = {path, *filter(None, chain(links, paths))}
    related = {task.path for task in _find_related_tasks(before, tasks, documents)}
    around = replace(selection, sources=known & {path, *related}, documents=frozenset(documents))
    return replace(project, selection=around)


def _dependencies_of(task: Task) -> tuple[object, ...]:
    return task.id, task.archived, task.depends_on, task.blocks


def _find_tasks_before(before: Trace, path: str) -> Iterator[Task]:
    """The task in a file, and the tasks whose plan or log it is."""
    if task := before.task_index.by_path.get(path):
        yield task
    if document := before.documents.get(path):
        yield from before.document_index.find_tasks(document)


def _find_related_tasks(before: Trace, tasks: list[Task], documents: set[str]) -> Iterator[Task]:
    yield from tasks
    ids = {task.id for task in tasks}
    ids.update(text.value for task in tasks for text in (*task.depends_on, *task.blocks))
    for task in tasks:
        ids.update(before.graph.dependencies.get(task.id, ()))
        ids.update(before.graph.dependents.get(task.id, ()))
    yield from (task for task in before.tasks if task.id in ids)
    for page in filter(None, map(before.documents.get, documents)):
        yield from before.document_index.find_tasks(page)
