"""The index of tasks: by id, by path, by phase."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mkdocs_plantrace.config.layouts import DEFAULT
from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds
from mkdocs_plantrace.project.task_spellings import make_task_ids, map_spellings
from mkdocs_plantrace.utils.did_you_mean import Series
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import group_values, id_order, phase_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    name: str
    title: str
    tasks: tuple[Task, ...]


class TaskIndex:
    def __init__(self, tasks: tuple[Task, ...], phase_titles: Mapping[str, str]) -> None:
        self._tasks = tasks
        self._phase_titles = phase_titles

    @cached_property
    def by_id(self) -> dict[str, Task]:
        """The task of each id; of several, the first by path of those that are not archived."""
        found: dict[str, Task] = {}
        for task in sorted(self._tasks, key=lambda it: (it.archived, it.path.split("/"))):
            found.setdefault(task.id, task)
        return found

    @cached_property
    def by_path(self) -> dict[str, Task]:
        return {task.path: task for task in self._tasks}

    def find(self, task_id: str) -> Task | None:
        """The task of an id in any spelling."""
        return self.by_id.get(task_id) or self._by_spelling.get(task_id)

    @cached_property
    def _by_spelling(self) -> dict[str, Task]:
        spellings = map_spellings(self.by_id.values())
        return {spelling: self.by_id[task] for spelling, task in spellings.items()}

    def find_at(self, path: str) -> Task | None:
        """The task whose file this is, or whose folder in a layout other than the default."""
        return self.by_path.get(path) or self._by_folder.get(path)

    @cached_property
    def _by_folder(self) -> dict[str, Task]:
        """The task of each folder that has only one, without the default layout."""
        found = group_values(
            (task.path.rpartition("/")[0], task) for task in self._tasks if task.layout != DEFAULT
        )
        return {folder: tasks[0] for folder, tasks in found.items() if folder and len(tasks) == 1}

    @cached_property
    def duplicate_ids(self) -> frozenset[str]:
        counted = Counter(task.id for task in self._tasks)
        return frozenset(task for task, times in counted.items() if times > 1)

    @cached_property
    def ids(self) -> TaskIds:
        return make_task_ids(self.by_id.values())

    @cached_property
    def id_series(self) -> Series:
        return Series(self.by_id)

    def select(self, ids: Iterable[str]) -> tuple[Task, ...]:
        """The tasks with these ids, sorted by id."""
        return tuple(self.by_id[task] for task in sorted(ids, key=id_order))

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The phases of all tasks: configured ones first, then numbers, then words."""
        grouped = group_values((task.phase, task) for task in self._tasks)
        titles = {task.phase: task.phase_title for task in self._tasks if task.phase_title}
        titles = {**titles, **self._phase_titles}
        configured = [name for name in self._phase_titles if name in grouped]
        others = sorted(grouped.keys() - self._phase_titles.keys(), key=phase_order)
        return tuple(
            Phase(name=name, title=titles.get(name, ""), tasks=grouped[name])
            for name in [*configured, *others]
        )

    @cached_property
    def phase_ranks(self) -> dict[str, int]:
        """The place of each phase in `phases`."""
        return {phase.name: rank for rank, phase in enumerate(self.phases)}

    @cached_property
    def has_phases(self) -> bool:
        """Whether any task has a phase: some layouts have none."""
        return any(task.phase for task in self._tasks)

    @cached_property
    def phase_titles(self) -> dict[str, str]:
        return {phase.name: phase.title for phase in self.phases}

    @cached_property
    def owners(self) -> frozenset[str]:
        """The owners of all tasks; `''` is among them if a task has none."""
        return frozenset(owner for task in self._tasks for owner in task.owners or ("",))

    @cached_property
    def has_owners(self) -> bool:
        return any(self.owners)

    @cached_property
    def status_words(self) -> frozenset[str]:
        """The statuses of all tasks, normalized."""
        return frozenset(normalize_status(task.status.text) for task in self._tasks)
