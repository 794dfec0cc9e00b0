"""Graphs of the dependencies around a task and in a phase."""

from collections.abc import Collection, Iterable
from functools import cache, cached_property
from typing import Any

from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.site.graph_drawing import draw_graph
from mkdocs_plantrace.site.neighborhood import Excerpt, select_around, select_closest
from mkdocs_plantrace.site.text_wrap import shorten, wrap
from mkdocs_plantrace.site.view import View, mark, phase_label
from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.trace.task_index import Phase
from mkdocs_plantrace.trace.task_order import kind_of
from mkdocs_plantrace.trace.trace import Trace, is_open
from mkdocs_plantrace.utils.longest_chains import Chains

_MOST_AROUND_TASK = 12
_MOST_IN_PHASE = 60
_MOST_COUNTED = 200
_LINE_LENGTH = 23.5
_ID_ROOM = 23
"""Characters for the id and the word for the status, side by side."""
_STATE_ROOM = 12


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
        """Draw what is before and after a task, near and far; None if nothing is."""
        if not self._near[task.id]:
            return None
        sides = self._trace.graph.dependencies, self._trace.graph.dependents
        return self._view(
            self._words.text("Dependencies of %(name)s", name=task.id),
            select_around(task.id, sides, self._ranks, _MOST_AROUND_TASK, _MOST_COUNTED),
            self._chains.through(task.id),
            current=task.id,
        )

    def view_phase(self, phase: Phase) -> View | None:
        """Draw the tasks of a phase with dependencies, and their neighbours; None if none."""
        own = dict.fromkeys(task.id for task in phase.tasks)
        linked = [task for task in own if self._near[task]]
        if not linked:
            return None
        neighbours = {other for task in linked for other in self._near[task]}
        shown = sorted(
            neighbours.union(linked), key=lambda task: (task not in own, self._places[task])
        )
        open_ones = {task: self._open[task] for task in linked if task in self._open}
        critical = Chains(open_ones).longest()
        near = {
            task: [other for other in self._near[task] if other in own or task in own]
            for task in shown
        }
        name = phase_label(self._words, phase.name)
        return self._view(
            self._words.text("Dependencies in %(name)s", name=name),
            select_closest(shown, near, open_ones, frozenset(critical), _MOST_IN_PHASE),
            critical,
            outside=neighbours.difference(own),
            unconnected=len(own) - len(linked),
        )

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
    ) -> View:
        drawn = dict.fromkeys(sorted(excerpt.drawn, key=self._places.__getitem__))
        waits = {
            task: [
                waited
                for waited in self._trace.graph.dependencies[task]
                if waited in drawn and not (task in outside and waited in outside)
            ]
            for task in drawn
        }
        nodes = [
            View(
                **self._facts_of(task),
                is_current=task == current,
                is_outside=task in outside,
                is_critical=task in critical,
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
            waits=tuple((task, tuple(waited)) for task, waited in waits.items() if waited),
        )

    def _find_facts(self, key: str) -> dict[str, Any]:
        """Collect what is the same for a task in all graphs."""
        task = self._trace.task_index.by_id[key]
        state = shorten(self._words.text(kind_of(task)), _STATE_ROOM)
        return {
            "id": key,
            "name": shorten(key, _ID_ROOM - len(state)),
            "title": task.title,
            "lines": wrap(task.title, _LINE_LENGTH, 2),
            "url": mark(self._addresses.task(task)),
            "kind": kind_of(task),
            "state": state,
            "archived": task.archived,
        }
