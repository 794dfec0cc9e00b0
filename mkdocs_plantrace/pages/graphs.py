"""Graphs of the dependencies around one task and in one phase, ready to be drawn."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil

from mkdocs_plantrace.addresses import Addresses
from mkdocs_plantrace.chains import Chains
from mkdocs_plantrace.model import Task
from mkdocs_plantrace.pages.layout import Point, lay_out
from mkdocs_plantrace.pages.lettering import lines, shortened
from mkdocs_plantrace.pages.neighbourhoods import Excerpt, around, closest
from mkdocs_plantrace.pages.task_rows import is_open, kind_of
from mkdocs_plantrace.pages.view import View, mark, phase_label
from mkdocs_plantrace.trace import Phase, Trace

_MOST_AROUND_TASK = 24
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    label: str
    excerpt: Excerpt
    critical: tuple[str, ...]
    current: str | None = None
    outside: frozenset[str] = frozenset()
    unconnected: int = 0


class Graphs:
    """Makes the graphs of one trace; what pages share is worked out once.

    The critical chain is the longest chain of open tasks, neither completed nor dropped nor
    archived, of which each waits for the one before it.
    """

    def __init__(self, trace: Trace, addresses: Addresses) -> None:
        self._trace = trace
        self._words = trace.settings.language
        self._addresses = addresses

    def has_task(self, task: Task) -> bool:
        return bool(self._near[task.id])

    def has_phase(self, phase: Phase) -> bool:
        return any(self._near[task.id] for task in phase.tasks)

    def of_task(self, task: Task) -> View | None:
        """What a task waits for and what waits for it, near and far; None if nothing does."""
        sides = self._trace.dependencies, self._trace.dependents
        excerpt = around(task.id, sides, self._ranks, _MOST_AROUND_TASK, _MOST_COUNTED)
        if len(excerpt.drawn) == 1:
            return None
        critical = self._chains.through(task.id)
        label = self._words.text("Dependencies of %(name)s", name=task.id)
        return self._view(_Scene(label=label, excerpt=excerpt, critical=critical, current=task.id))

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
        open_ones = [task for task in linked if self._is_open(task)]
        critical = self._chains_of(open_ones).longest()
        near = {
            task: [other for other in self._near[task] if other in own or task in own]
            for task in shown
        }
        scene = _Scene(
            label=self._words.text(
                "Dependencies in %(name)s", name=phase_label(self._words, phase.name)
            ),
            excerpt=closest(shown, near, open_ones, frozenset(critical), _MOST_IN_PHASE),
            critical=critical,
            outside=frozenset(neighbours.difference(own)),
            unconnected=len(own) - len(linked),
        )
        return self._view(scene)

    @cached_property
    def _near(self) -> dict[str, tuple[str, ...]]:
        """For each id those that it waits for and those that wait for it."""
        dependents = self._trace.dependents
        return {
            task: tuple(
                other
                for other in dict.fromkeys((*waits, *dependents.get(task, ())))
                if other != task
            )
            for task, waits in self._trace.dependencies.items()
        }

    @cached_property
    def _places(self) -> dict[str, int]:
        """The place of each id in the order of ids."""
        return {task: place for place, task in enumerate(self._trace.dependencies)}

    @cached_property
    def _ranks(self) -> dict[str, int]:
        """The same with all open tasks before the others."""
        ordered = sorted(self._places, key=lambda task: not self._is_open(task))
        return {task: rank for rank, task in enumerate(ordered)}

    @cached_property
    def _chains(self) -> Chains:
        return self._chains_of(task for task in self._places if self._is_open(task))

    def _chains_of(self, tasks: Iterable[str]) -> Chains:
        return Chains({task: self._trace.dependencies[task] for task in tasks})

    def _is_open(self, task: str) -> bool:
        return is_open(self._trace.by_id[task])

    def _view(self, scene: _Scene) -> View:
        drawn = sorted(scene.excerpt.drawn, key=self._places.__getitem__)
        shown = frozenset(drawn)
        waits = {
            task: [
                other
                for other in self._trace.dependencies[task]
                if other in shown and not scene.outside.issuperset((task, other))
            ]
            for task in drawn
        }
        edges = [(waited, task) for task, waited_ones in waits.items() for waited in waited_ones]
        heights = {task: _HEAD + _LINE * len(self._lettering(task)[1]) for task in drawn}
        layout = lay_out(heights, edges, _WIDTH)
        critical = frozenset(pairwise(scene.critical))
        routes: dict[bool, list[list[Point]]] = {False: [], True: []}
        for edge, points in layout.routes.items():
            routes[edge in critical].append(points)
        corners = sorted(layout.corners.items(), key=lambda item: item[1])
        return View(
            label=scene.label,
            nodes=[self._node(key, at, heights[key], scene) for key, at in corners],
            arrows=[_arrows(found, is_critical=kind) for kind, found in routes.items()],
            width=ceil(layout.width) + 2 * _MARGIN,
            height=ceil(layout.height) + 2 * _MARGIN,
            critical=len(scene.critical),
            critical_drawn=len(shown.intersection(scene.critical)),
            left_out=scene.excerpt.left_out,
            is_more=scene.excerpt.is_more,
            unconnected=scene.unconnected,
            waits=tuple((task, tuple(waited)) for task, waited in waits.items() if waited),
        )

    def _node(self, key: str, corner: Point, height: float, scene: _Scene) -> View:
        task = self._trace.by_id[key]
        name, lettering = self._lettering(key)
        return View(
            id=key,
            name=name,
            title=task.title,
            lines=lettering,
            url=mark(self._addresses.task(task)),
            kind=kind_of(task),
            state=self._state(task),
            archived=task.archived,
            is_current=key == scene.current,
            is_outside=key in scene.outside,
            is_critical=key in scene.critical,
            x=corner[0] + _MARGIN,
            y=corner[1] + _MARGIN,
            width=_WIDTH,
            height=height,
        )

    def _state(self, task: Task) -> str:
        return shortened(self._words.text(kind_of(task)), _STATE_ROOM)

    def _lettering(self, task: str) -> tuple[str, tuple[str, ...]]:
        found = self._trace.by_id[task]
        name = shortened(task, _ID_ROOM - len(self._state(found)))
        return name, lines(found.title, _LINE_LENGTH, 2)


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
