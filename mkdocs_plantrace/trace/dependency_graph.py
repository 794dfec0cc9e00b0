"""The graph of dependencies between tasks."""

from collections.abc import Iterable, Mapping

from mkdocs_plantrace.model.link import LinkKind
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.trace.link_index import TaskReference
from mkdocs_plantrace.utils.graph_algorithms import find_cycles
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import group_values


class DependencyGraph:
    """If several files have the same id, only the dependencies of the first count."""

    def __init__(
        self,
        tasks: tuple[Task, ...],
        by_id: Mapping[str, Task],
        references: tuple[TaskReference, ...],
    ) -> None:
        self._tasks = tasks
        self._by_id = by_id
        self._references = references

    @cached_property
    def dependencies(self) -> dict[str, dict[str, Location]]:
        """For each id the ids that it depends on, with the location of each dependency."""
        return self._connect(self._references)

    @cached_property
    def unarchived_dependencies(self) -> dict[str, dict[str, Location]]:
        """The same without the dependencies that archived tasks declare: no rule checks them."""
        return self._connect(it for it in self._references if not it.task.archived)

    @cached_property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """The cycles of unarchived dependencies, as `find_cycles` returns them."""
        return find_cycles(self.unarchived_dependencies)

    @cached_property
    def dependents(self) -> dict[str, tuple[str, ...]]:
        """For each id the ids that depend on it; ids without dependents are left out."""
        return group_values(
            (target, task) for task, targets in self.dependencies.items() for target in targets
        )

    def _connect(self, references: Iterable[TaskReference]) -> dict[str, dict[str, Location]]:
        graph: dict[str, dict[str, Location]] = {task.id: {} for task in self._tasks}
        # `depends_on` first: if both files declare a dependency, its location is there.
        for reference in sorted(references, key=lambda it: it.kind is LinkKind.BLOCKS):
            dependent, dependency = reference.task, reference.target
            if dependency and self._by_id[dependent.id] is dependent:
                if reference.kind is LinkKind.BLOCKS:
                    dependent, dependency = dependency, dependent
                graph[dependent.id].setdefault(dependency.id, reference.text.location)
        return graph
