"""Graphs of the dependencies around one task and in one phase, ready to be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil

from mkdocs_plantrace.addresses import Addresses
from mkdocs_plantrace.chains import Chains
from mkdocs_plantrace.model import Task
from mkdocs_plantrace.pages.layered import Box, Point, Route, Spacing, lay_out
from mkdocs_plantrace.pages.lettering import lines, shortened
from mkdocs_plantrace.pages.neighbourhoods import Excerpt, around, closest
from mkdocs_plantrace.pages.prose import Href
from mkdocs_plantrace.pages.task_rows import is_open, kind_of, phase_label
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
_SPACING = Spacing()


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphNode:
    """A task as a box. `name` and `lines` are its id and title as far as there is room.

    `kind` is the value of its kind of status, or `unknown`, `state` the word for it;
    `is_outside` says that it is of another phase than the one that is drawn.
    """

    id: str
    name: str
    title: str
    lines: tuple[str, ...]
    url: str
    kind: str
    state: str
    archived: bool
    is_current: bool
    is_outside: bool
    is_critical: bool
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrows:
    """Arrows to what waits that look alike: their lines and their tips, each as one path."""

    lines: str
    tips: str
    is_critical: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphView:
    """A drawing with what stands below it.

    `critical` is the length of the critical chain in tasks, 0 without one; `critical_drawn` of
    them are in the drawing. `left_out` tasks are not, and perhaps `is_more`. `unconnected`
    tasks have no dependency. `waits` tells the arrows as text: each id with those it waits for.
    """

    label: str
    nodes: tuple[GraphNode, ...]
    arrows: tuple[Arrows, ...]
    width: int
    height: int
    critical: int
    critical_drawn: int
    left_out: int
    is_more: bool
    unconnected: int
    waits: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """What a graph is to show."""

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
        self._letters: dict[str, tuple[str, tuple[str, ...]]] = {}

    def has_task(self, task: Task) -> bool:
        """Whether there is a graph of a task."""
        return bool(self._near[task.id])

    def has_phase(self, phase: Phase) -> bool:
        """Whether there is a graph of a phase."""
        return any(self._near[task.id] for task in phase.tasks)

    def of_task(self, task: Task, href: Href) -> GraphView | None:
        """What a task waits for and what waits for it, near and far; None if nothing does."""
        sides = self._trace.dependencies, self._trace.dependents
        excerpt = around(task.id, sides, self._ranks, _MOST_AROUND_TASK, _MOST_COUNTED)
        if len(excerpt.drawn) == 1:
            return None
        critical = self._chains.through(task.id)
        label = self._words.text("Dependencies of %(name)s", name=task.id)
        return self._view(
            _Scene(label=label, excerpt=excerpt, critical=critical, current=task.id), href
        )

    def of_phase(self, phase: Phase, href: Href) -> GraphView | None:
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
        return self._view(scene, href)

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

    def _view(self, scene: _Scene, href: Href) -> GraphView:
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
        layout = lay_out({task: self._size(task) for task in drawn}, edges, _SPACING)
        critical = frozenset(pairwise(scene.critical))
        routes: dict[bool, list[Route]] = {False: [], True: []}
        for route in layout.routes:
            routes[(route.source, route.target) in critical].append(route)
        boxes = sorted(layout.boxes, key=lambda box: (box.x, box.y))
        return GraphView(
            label=scene.label,
            nodes=tuple(self._node(box, scene, href) for box in boxes),
            arrows=tuple(_arrows(found, is_critical=kind) for kind, found in routes.items()),
            width=ceil(layout.width) + 2 * _MARGIN,
            height=ceil(layout.height) + 2 * _MARGIN,
            critical=len(scene.critical),
            critical_drawn=len(shown.intersection(scene.critical)),
            left_out=scene.excerpt.left_out,
            is_more=scene.excerpt.is_more,
            unconnected=scene.unconnected,
            waits=tuple((task, tuple(waited)) for task, waited in waits.items() if waited),
        )

    def _node(self, box: Box, scene: _Scene, href: Href) -> GraphNode:
        task = self._trace.by_id[box.key]
        name, lettering = self._lettering(task.id)
        return GraphNode(
            id=task.id,
            name=name,
            title=task.title,
            lines=lettering,
            url=href(self._addresses.task(task)),
            kind=kind_of(task),
            state=self._state(task),
            archived=task.archived,
            is_current=task.id == scene.current,
            is_outside=task.id in scene.outside,
            is_critical=task.id in scene.critical,
            x=box.x + _MARGIN,
            y=box.y + _MARGIN,
            width=box.width,
            height=box.height,
        )

    def _size(self, task: str) -> tuple[float, float]:
        return _WIDTH, _HEAD + _LINE * len(self._lettering(task)[1])

    def _state(self, task: Task) -> str:
        return shortened(self._words.text(kind_of(task)), _STATE_ROOM)

    def _lettering(self, task: str) -> tuple[str, tuple[str, ...]]:
        if task not in self._letters:
            found = self._trace.by_id[task]
            name = shortened(task, _ID_ROOM - len(self._state(found)))
            self._letters[task] = name, lines(found.title, _LINE_LENGTH, 2)
        return self._letters[task]


def _arrows(routes: Iterable[Route], *, is_critical: bool) -> Arrows:
    strokes: list[str] = []
    tips = []
    for route in routes:
        points = [(x + _MARGIN, y + _MARGIN) for x, y in route.points]
        x, y = points[-1]
        back = -_TIP if points[0][0] < x else _TIP
        points[-1] = x + back / 2, y
        strokes.extend(_strokes(points))
        tips.append(f"M{x:g} {y:g}l{back} -4v8z")
    return Arrows(lines="".join(strokes), tips="".join(tips), is_critical=is_critical)


def _strokes(points: list[Point]) -> Iterator[str]:
    """A path along points that passes layers level and bends between them."""
    x, y = points[0]
    yield f"M{x:g} {y:g}"
    for number, (to_x, to_y) in enumerate(points[1:]):
        if number % 2 and to_y != y:
            middle = (x + to_x) / 2
            yield f"C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}"
        elif to_x != x:
            yield f"H{to_x:g}"
        x, y = to_x, to_y
