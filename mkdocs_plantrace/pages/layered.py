"""Lays a directed graph out from left to right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mkdocs_plantrace.circles import in_order
from mkdocs_plantrace.pages.layers import Grid, align, layers_of, reduce_crossings

Edge = tuple[str, str]
Point = tuple[float, float]
Size = tuple[float, float]

_STEEP = 0.06
"""How much room between two layers an edge takes for each unit that it rises or falls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """Distances: between layers, between nodes above each other, beside an edge that passes.

    What hangs together not at all stands side by side as long as it is not wider than `width`.
    """

    layer: float = 40
    node: float = 14
    edge: float = 9
    width: float = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node with its left upper corner."""

    key: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An edge with its points, from the side of its source to the side of its target.

    From the second point to the third, the fourth to the fifth and so on it goes from layer to
    layer; elsewhere it is level. An edge against the others, in a circle, runs to the left.
    """

    source: str
    target: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Boxes in the order of the nodes, routes in the order of the edges; both start at 0, 0."""

    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]
    width: float
    height: float


def lay_out(
    sizes: Mapping[str, Size],
    edges: Iterable[Edge],
    spacing: Spacing | None = None,
) -> Layout:
    """Place nodes of these widths and heights; the source of an edge stands left of its target.

    All that hangs together comes as one part, the largest first. An edge from a node to itself
    is left out, the same edge given again as well. A node that an edge names must have a size.
    """
    spacing = spacing or Spacing()
    wanted = tuple(dict.fromkeys(edge for edge in edges if edge[0] != edge[1]))
    parts = [_lay_out_part(part, sizes, spacing) for part in _parts(sizes, wanted)]
    moved = list(_on_shelves(sorted(parts, key=lambda part: -len(part.boxes)), spacing))
    boxes = {box.key: box for part in moved for box in part.boxes}
    routes = {(route.source, route.target): route for part in moved for route in part.routes}
    return _framed(tuple(boxes[key] for key in sizes), tuple(routes[edge] for edge in wanted))


def _framed(boxes: tuple[Box, ...], routes: tuple[Route, ...]) -> Layout:
    """The layout with room for all boxes, and for edges that pass below or beside them."""
    corners = [(box.x + box.width, box.y + box.height) for box in boxes]
    points = [*corners, *(point for route in routes for point in route.points)]
    return Layout(
        boxes=boxes,
        routes=routes,
        width=max((x for x, _ in points), default=0),
        height=max((y for _, y in points), default=0),
    )


@dataclass(slots=True)
class _Part:
    """Nodes that hang together: for each what comes before it, and its edges."""

    before: dict[str, list[str]] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)


def _parts(keys: Iterable[str], edges: Sequence[Edge]) -> list[_Part]:
    near: dict[str, list[str]] = {key: [] for key in keys}
    for source, target in edges:
        near[source].append(target)
        near[target].append(source)
    part_of: dict[str, _Part] = {}
    parts = []
    for first in near:
        if first not in part_of:
            part = part_of[first] = _Part()
            parts.append(part)
            reached = [first]
            for key in reached:
                unseen = [other for other in dict.fromkeys(near[key]) if other not in part_of]
                part_of.update(dict.fromkeys(unseen, part))
                reached += unseen
    for key, part in part_of.items():
        part.before[key] = []
    for source, target in edges:
        part_of[target].before[target].append(source)
        part_of[target].edges.append((source, target))
    return parts


def _lay_out_part(part: _Part, sizes: Mapping[str, Size], spacing: Spacing) -> Layout:
    place = {key: number for number, key in enumerate(in_order(part.before))}
    grid = Grid(layers_of(place, part.edges))
    ways: dict[Edge, list[int]] = {}
    for edge in part.edges:
        tail, head = sorted(edge, key=place.__getitem__)
        ways[edge] = grid.connect(tail, head, is_turned=tail != edge[0])
    reduce_crossings(grid)
    passing = len(grid.left) - len(grid.nodes)
    heights = [sizes[key][1] for key in grid.nodes] + [0.0] * passing
    widths = [sizes[key][0] for key in grid.nodes] + [0.0] * passing
    middles = align(grid, heights, (spacing.node, spacing.edge))
    columns = _columns(grid, widths, middles, spacing)
    return _drawn(grid, heights, middles, columns, widths, ways)


def _columns(
    grid: Grid, widths: Sequence[float], middles: Sequence[float], spacing: Spacing
) -> list[tuple[float, float]]:
    """From where to where the layer of each goes; steep edges get more room."""
    columns = [(0.0, 0.0)] * len(widths)
    start = 0.0
    for layer in grid.layers:
        end = start + max(widths[number] for number in layer)
        rise = 0.0
        for number in layer:
            columns[number] = start, end
            for other, _ in grid.right[number]:
                rise = max(rise, abs(middles[number] - middles[other]))
        start = end + spacing.layer + round(min(spacing.layer, _STEEP * rise))
    return columns


def _drawn(
    grid: Grid,
    heights: Sequence[float],
    middles: Sequence[float],
    columns: Sequence[tuple[float, float]],
    widths: Sequence[float],
    ways: Mapping[Edge, list[int]],
) -> Layout:
    upper = min(middle - height / 2 for middle, height in zip(middles, heights, strict=True))
    levels = [round(middle - upper, 1) for middle in middles]
    sides = [
        (round((start + end - width) / 2, 1), round((start + end + width) / 2, 1))
        if number < len(grid.nodes)
        else (start, end)
        for number, ((start, end), width) in enumerate(zip(columns, widths, strict=True))
    ]
    boxes = tuple(
        Box(
            key=key,
            x=sides[number][0],
            y=round(levels[number] - heights[number] / 2, 1),
            width=widths[number],
            height=heights[number],
        )
        for key, number in grid.nodes.items()
    )
    routes = []
    for (source, target), way in ways.items():
        points = _points(way, levels, sides, columns)
        is_turned = way[0] != grid.nodes[source]
        ordered = tuple(points[::-1] if is_turned else points)
        routes.append(Route(source=source, target=target, points=ordered))
    return _framed(boxes, tuple(routes))


def _points(
    way: Sequence[int],
    levels: Sequence[float],
    sides: Sequence[tuple[float, float]],
    columns: Sequence[tuple[float, float]],
) -> list[Point]:
    first, last = way[0], way[-1]
    points = [(sides[first][1], levels[first]), (round(columns[first][1], 1), levels[first])]
    for number in way[1:-1]:
        points += [(round(x, 1), levels[number]) for x in columns[number]]
    points += [(round(columns[last][0], 1), levels[last]), (sides[last][0], levels[last])]
    return points


def _on_shelves(parts: Iterable[Layout], spacing: Spacing) -> Iterator[Layout]:
    """Moves each part beside the one before it where there is room, else below."""
    x = y = bottom = 0.0
    for part in parts:
        if x and x + part.width > spacing.width:
            x, y = 0.0, bottom
        yield _moved(part, x, y) if x or y else part
        x += part.width + spacing.layer
        bottom = max(bottom, y + part.height + 2 * spacing.node)


def _moved(part: Layout, x: float, y: float) -> Layout:
    return replace(
        part,
        boxes=tuple(
            replace(box, x=round(box.x + x, 1), y=round(box.y + y, 1)) for box in part.boxes
        ),
        routes=tuple(
            replace(
                route,
                points=tuple((round(px + x, 1), round(py + y, 1)) for px, py in route.points),
            )
            for route in part.routes
        ),
    )
