"""Graphs of the dependencies around one task and in one phase, ready to be drawn."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache, cached_property
from itertools import pairwise
from math import ceil
from typing import Any

from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.utils.chains import Chains
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.site.graph_layout import Point, lay_out
from mkdocs_plantrace.site.text_wrap import lines, shortened
from mkdocs_plantrace.site.neighborhood import Excerpt, around, closest
from mkdocs_plantrace.site.task_rows import is_open, kind_of
from mkdocs_plantrace.site.view import View, mark, phase_label
from mkdocs_plantrace.trace.task_index import Phase
from mkdocs_plantrace.trace.trace import Trace

_MOST_AROUND_TASK = 12
_MOST_IN_PHASE = 60
_MOST_COUNTED = 200
_WIDTH = 168
_LINE = 15
_LINE_LENGTH = 23.5
_HEAD = 32
_ID_ROOM = 23
"""How many characters the id and the word for the status have side by side."""
_STATE_ROOM = 12
_MARGIN = 4
_TIP = 7


class Graphs:
    """Makes the graphs of one trace; what pages share is worked out once.

    The critical chain is the longest chain of open tasks, neither completed nor dropped nor
    archived, of which each waits for the one before it.
    """

    def __init__(self, trace: Trace, addresses: Addresses) -> None:
        self._trace = trace
        self._words = trace.settings.language
        self._addresses = addresses
        self._facts_of = cache(self._find_facts)

    def of_task(self, task: Task) -> View | None:
        """What a task waits for and what waits for it, near and far; None if nothing does."""
        if not self._near[task.id]:
            return None
        sides = self._trace.graph.dependencies, self._trace.graph.dependents
        return self._view(
            self._words.text("Dependencies of %(name)s", name=task.id),
            around(task.id, sides, self._ranks, _MOST_AROUND_TASK, _MOST_COUNTED),
            self._chains.through(task.id),
            current=task.id,
        )

    def of_phase(self, phase: Phase) -> View | None:
        """The tasks of a phase that have dependencies, and their neighbours; None if none has."""
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
            closest(shown, near, open_ones, frozenset(critical), _MOST_IN_PHASE),
            critical,
            outside=neighbours.difference(own),
            unconnected=len(own) - len(linked),
        )

    @cached_property
    def _near(self) -> dict[str, dict[str, None]]:
        """For each id those that it waits for and those that wait for it."""
        dependents = self._trace.graph.dependents
        return {
            task: dict.fromkeys(it for it in (*waits, *dependents.get(task, ())) if it != task)
            for task, waits in self._trace.graph.dependencies.items()
        }

    @cached_property
    def _places(self) -> dict[str, int]:
        """The place of each id in the order of ids."""
        return {task: place for place, task in enumerate(self._trace.graph.dependencies)}

    @cached_property
    def _ranks(self) -> dict[str, int]:
        """The same with all open tasks before the others."""
        ordered = sorted(self._places, key=lambda task: task not in self._open)
        return {task: rank for rank, task in enumerate(ordered)}

    @cached_property
    def _open(self) -> dict[str, Iterable[str]]:
        """For each id of an open task those that it waits for."""
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
            task: tuple(
                it
                for it in self._trace.graph.dependencies[task]
                if it in drawn and not (task in outside and it in outside)
            )
            for task in drawn
        }
        edges = [(waited, task) for task, waited_ones in waits.items() for waited in waited_ones]
        heights = {task: _HEAD + _LINE * len(self._facts_of(task)["lines"]) for task in drawn}
        layout = lay_out(heights, edges, _WIDTH)
        chain = frozenset(pairwise(critical))
        routes: dict[bool, list[list[Point]]] = {False: [], True: []}
        for edge, points in layout.routes.items():
            routes[edge in chain].append(points)
        nodes = [
            View(
                **self._facts_of(key),
                is_current=key == current,
                is_outside=key in outside,
                is_critical=key in critical,
                x=x + _MARGIN,
                y=y + _MARGIN,
                width=_WIDTH,
                height=heights[key],
            )
            for key, (x, y) in sorted(layout.corners.items(), key=lambda item: item[1])
        ]
        return View(
            label=label,
            nodes=nodes,
            arrows=[_arrows(found, is_critical=kind) for kind, found in routes.items()],
            width=ceil(layout.width) + 2 * _MARGIN,
            height=ceil(layout.height) + 2 * _MARGIN,
            critical=len(critical),
            critical_drawn=sum(task in drawn for task in critical),
            left_out=excerpt.left_out,
            is_more=excerpt.is_more,
            unconnected=unconnected,
            waits=tuple((task, waited) for task, waited in waits.items() if waited),
        )

    def _find_facts(self, key: str) -> dict[str, Any]:
        """What is the same of a task in all graphs."""
        task = self._trace.task_index.by_id[key]
        state = shortened(self._words.text(kind_of(task)), _STATE_ROOM)
        return {
            "id": key,
            "name": shortened(key, _ID_ROOM - len(state)),
            "title": task.title,
            "lines": lines(task.title, _LINE_LENGTH, 2),
            "url": mark(self._addresses.task(task)),
            "kind": kind_of(task),
            "state": state,
            "archived": task.archived,
        }


def _arrows(routes: Iterable[list[Point]], *, is_critical: bool) -> View:
    """The lines and the tips of arrows to what waits, each as one path."""
    strokes: list[str] = []
    tips = []
    for route in routes:
        points = [(x + _MARGIN, y + _MARGIN) for x, y in route]
        x, y = points[-1]
        back = -_TIP if points[0][0] < x else _TIP
        points[-1] = x + back / 2, y
        strokes.extend(_strokes(points))
        tips.append(f"M{x:g} {y:g}l{back} -4v8z")
    return View(lines="".join(strokes), tips="".join(tips), is_critical=is_critical)


def _strokes(points: list[Point]) -> Iterator[str]:
    """A path along points that passes layers level and bends between them."""
    x, y = points[0]
    yield f"M{x:g} {y:g}"
    for number, (to_x, to_y) in enumerate(points[1:]):
        if number % 2 == 0 and to_y != y:
            middle = (x + to_x) / 2
            yield f"C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}"
        elif to_x != x:
            yield f"H{to_x:g}"
        x, y = to_x, to_y
