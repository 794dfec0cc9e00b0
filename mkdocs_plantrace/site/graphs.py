"""Graphs of the dependencies around a task and in a phase."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.site.graph_drawing import draw_graph
from mkdocs_plantrace.site.neighborhood import Excerpt, select_around, select_closest
from mkdocs_plantrace.site.view import View, mark, phase_label
from mkdocs_plantrace.trace.list_selection import kind_of
from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.trace.task_index import Phase
from mkdocs_plantrace.trace.trace import Trace, is_open
from mkdocs_plantrace.utils.graph_algorithms import Chains
from mkdocs_plantrace.utils.lazy_property import cached_property

_MOST_AROUND_TASK = 12
_MOST_IN_PHASE = 60
_MOST_COUNTED = 200
_LEVELS = 2
"""How far from a task its graph goes, so that it is in view without scrolling."""
_MOST_IN_ID, _ENDING = 21, 12


class Graphs:
    """The graphs of one trace.

    The critical chain is the longest chain of open tasks that each depend on the one before.
    """

    def __init__(self, trace: Trace, addresses: Addresses) -> None:
        self._trace = trace
        self._words = trace.settings.language
        self._addresses = addresses
        self._facts_of = cache(self._find_facts)

    def view_task(self, task: Task) -> View | None:
        """Draw what is before and after a task, two levels each way; None if nothing is."""
        if not self._near[task.id]:
            return None
        sides = self._trace.graph.dependencies, self._trace.graph.dependents
        return self._view(
            self._words.text("Dependencies of %(name)s", name=task.id),
            select_around(task.id, sides, self._ranks, _LEVELS, _MOST_AROUND_TASK, _MOST_COUNTED),
            self._chains.through(task.id),
            current=task.id,
        )

    def view_phase(self, phase: Phase) -> View | None:
        """Draw the tasks of a phase with dependencies, and their neighbours; None if none.

        If open tasks depend on open ones, the others are only counted.
        """
        own = dict.fromkeys(task.id for task in phase.tasks)
        linked = [task for task in own if self._near[task]]
        if not linked:
            return None
        open_ones = {task: self._open[task] for task in linked if task in self._open}
        is_folded = any(other in self._open for task in open_ones for other in self._near[task])
        drawable = set(self._open) if is_folded else set(self._near)
        listed = [task for task in linked if task in drawable]
        neighbours = {it for task in listed for it in self._near[task] if it in drawable}
        shown = sorted(
            neighbours.union(listed), key=lambda task: (task not in own, self._places[task])
        )
        critical = Chains(open_ones).longest()
        near = {
            task: [it for it in self._near[task] if it in drawable and (it in own or task in own)]
            for task in shown
        }
        shown = [task for task in shown if near[task]]
        name = phase_label(self._words, phase.name)
        return self._view(
            self._words.text("Dependencies in %(name)s", name=name),
            select_closest(shown, near, open_ones, frozenset(critical), _MOST_IN_PHASE),
            critical,
            outside=neighbours.difference(own),
            unconnected=len(own) - len(linked),
            is_folded=is_folded,
        )

    def _count_before(self, task: str) -> int:
        """Count the closed tasks that a task depends on, directly or through closed ones."""
        waits = self._trace.graph.dependencies
        reached = dict.fromkeys(it for it in waits[task] if it not in self._open)
        for one in (queue := list(reached)):
            fresh = [it for it in waits.get(one, ()) if it not in self._open and it not in reached]
            reached.update(dict.fromkeys(fresh))
            queue += fresh
        return len(reached)

    @cached_property
    def _near(self) -> dict[str, dict[str, None]]:
        """The neighbours of each task: its dependencies, then its dependents."""
        dependents = self._trace.graph.dependents
        return {
            task: dict.fromkeys(it for it in (*waits, *dependents.get(task, ())) if it != task)
            for task, waits in self._trace.graph.dependencies.items()
        }

    @cached_property
    def _places(self) -> dict[str, int]:
        """The place of each id in the sorted list of ids."""
        return {task: place for place, task in enumerate(self._trace.graph.dependencies)}

    @cached_property
    def _ranks(self) -> dict[str, int]:
        """The place of each id if open tasks come first."""
        ordered = sorted(self._places, key=lambda task: task not in self._open)
        return {task: rank for rank, task in enumerate(ordered)}

    @cached_property
    def _open(self) -> dict[str, Iterable[str]]:
        """The dependencies of each open task."""
        waits = self._trace.graph.dependencies
        return {task: waits[task] for task in waits if is_open(self._trace.task_index.by_id[task])}

    @cached_property
    def _chains(self) -> Chains:
        return Chains(self._open)

    def _view(
        self,
        label: str,
        excerpt: Excerpt,
        critical: tuple[str, ...],
        *,
        current: str | None = None,
        outside: Collection[str] = (),
        unconnected: int = 0,
        is_folded: bool = False,
    ) -> View:
        drawn = dict.fromkeys(sorted(excerpt.drawn, key=self._places.__getitem__))
        waits = self._select_dependencies(drawn, outside)
        nodes = [
            View(
                **self._facts_of(task),
                is_current=task == current,
                is_outside=task in outside,
                is_critical=task in critical,
                before=self._count_before(task) if is_folded else 0,
            )
            for task in drawn
        ]
        return View(
            **draw_graph(nodes, waits, critical)._asdict(),
            label=label,
            critical=len(critical),
            critical_drawn=sum(task in drawn for task in critical),
            left_out=excerpt.left_out,
            is_more=excerpt.is_more,
            unconnected=unconnected,
            is_folded=is_folded,
            waits=tuple((task, tuple(waited)) for task, waited in waits.items() if waited),
        )

    def _select_dependencies(
        self, drawn: Collection[str], outside: Collection[str]
    ) -> dict[str, list[str]]:
        """The dependencies between drawn tasks, without those between two `outside`."""
        return {
            task: [
                waited
                for waited in self._trace.graph.dependencies[task]
                if waited in drawn and not (task in outside and waited in outside)
            ]
            for task in drawn
        }

    def _find_facts(self, key: str) -> dict[str, Any]:
        """Collect what is the same for a task in all graphs."""
        task = self._trace.task_index.by_id[key]
        return {
            "id": key,
            "name": _shorten(key),
            "title": task.title,
            "url": mark(self._addresses.task(task)),
            "kind": kind_of(task),
            "archived": task.archived,
        }


def _shorten(name: str) -> str:
    """Shorten a long name to its start and its end."""
    start = name[: _MOST_IN_ID - _ENDING - 1]
    return name if len(name) <= _MOST_IN_ID else f"{start}…{name[-_ENDING:]}"
