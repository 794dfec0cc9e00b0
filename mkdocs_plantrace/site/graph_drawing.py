"""The drawing of a graph: boxes with coordinates, and arrows as SVG paths."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from mkdocs_plantrace.site.graph_layout import Point, lay_out
from mkdocs_plantrace.site.view import View

_WIDTH = 168
_HEIGHT = 76
"""Of a box with an id, two lines of a title, and a status."""
_LINE = 15
_MARGIN = 4
_TIP = 7


class Drawing(NamedTuple):
    """A graph and its size; `arrows` outside the critical chain come first."""

    nodes: list[View]
    arrows: list[View]
    width: int
    height: int


def draw_graph(
    nodes: Sequence[View], waits: Mapping[str, Iterable[str]], critical: Sequence[str]
) -> Drawing:
    """Draw nodes, which get coordinates, and arrows to each id from its dependencies."""
    edges = [(waited, task) for task, waited_ones in waits.items() for waited in waited_ones]
    heights = {node.id: _HEIGHT + (_LINE if node.before else 0) for node in nodes}
    layout = lay_out(heights, edges, _WIDTH)
    for node in nodes:
        x, y = layout.corners[node.id]
        node.x, node.y = x + _MARGIN, y + _MARGIN
        node.width, node.height = _WIDTH, heights[node.id]
    chain = frozenset(pairwise(critical))
    routes: dict[bool, list[list[Point]]] = {False: [], True: []}
    for edge, points in layout.routes.items():
        routes[edge in chain].append(points)
    return Drawing(
        nodes=sorted(nodes, key=lambda node: (node.x, node.y)),
        arrows=[_draw_arrows(found, is_critical=kind) for kind, found in routes.items()],
        width=ceil(layout.width) + 2 * _MARGIN,
        height=ceil(layout.height) + 2 * _MARGIN,
    )


def _draw_arrows(routes: Iterable[list[Point]], *, is_critical: bool) -> View:
    """Join the lines of arrows in one path, and their tips in another."""
    lines: list[str] = []
    tips = []
    for route in routes:
        points = [(x + _MARGIN, y + _MARGIN) for x, y in route]
        x, y = points[-1]
        back = -_TIP if points[0][0] < x else _TIP
        points[-1] = x + back / 2, y
        lines.extend(_draw_line(points))
        tips.append(f"M{x:g} {y:g}l{back} -4v8z")
    return View(lines="".join(lines), tips="".join(tips), is_critical=is_critical)


def _draw_line(points: list[Point]) -> Iterator[str]:
    """Draw a path along points that is level across layers and curved between them."""
    x, y = points[0]
    yield f"M{x:g} {y:g}"
    for number, (to_x, to_y) in enumerate(points[1:]):
        if number % 2 == 0 and to_y != y:
            middle = (x + to_x) / 2
            yield f"C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}"
        elif to_x != x:
            yield f"H{to_x:g}"
        x, y = to_x, to_y
