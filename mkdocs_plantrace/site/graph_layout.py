"""The layout of a directed graph from left to right.

The steps are those of Sugiyama, Tagawa and Toda (1981): assign layers, split edges at each layer,
reduce crossings, align.
"""

from bisect import bisect_right, insort
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from mkdocs_plantrace.utils.graph_algorithms import sort_topologically
from mkdocs_plantrace.utils.order import group_values

Edge = tuple[str, str]
Point = tuple[float, float]

_LAYER_GAP = 40.0
_NODE_GAP = 14.0
_EDGE_GAP = 9.0
_STEEP = 0.06
"""Space between two layers for each unit that an edge rises or falls."""
_STRAIGHT = 6.0
"""Weight between the parts of a long edge, relative to that between nodes."""
_SWEEPS = 12
_ALIGNMENTS = 6


class Layout(NamedTuple):
    """The upper left corner of each node, and the points of each edge, source first.

    An edge changes its height only from the first point to the second, the third to the fourth and
    so on. An edge that closes a cycle runs to the left.
    """

    corners: dict[str, Point]
    routes: dict[Edge, list[Point]]
    width: float
    height: float


def lay_out(heights: Mapping[str, float], edges: Iterable[Edge], width: float) -> Layout:
    """Place nodes of one width, the source of an edge left of its target.

    Connected parts are placed below each other, the largest first. Edges from a node to itself
    and repeated edges are ignored.
    """
    wanted = dict.fromkeys(edge for edge in edges if edge[0] != edge[1])
    corners: dict[str, Point] = {}
    routes: dict[Edge, list[Point]] = {}
    right = bottom = 0.0
    for keys in sorted(_find_parts(heights, wanted), key=len, reverse=True):
        part = _Part(heights, keys, [edge for edge in wanted if edge[0] in keys])
        part.reduce_crossings()
        part.align()
        top = bottom + 2 * _NODE_GAP if corners else 0.0
        starts = part.draw(corners, routes, top, width)
        right = max(right, starts[-1] + width)
        ends = [corners[key][1] + heights[key] for key in keys]
        bottom = max([*ends, *(y for edge in part.ways for _, y in routes[edge])])
    return Layout(corners, {edge: routes[edge] for edge in wanted}, right, bottom)


def _find_parts(keys: Iterable[str], edges: Iterable[Edge]) -> Iterator[list[str]]:
    """Yield the keys of each connected part."""
    near = group_values(pair for edge in edges for pair in (edge, edge[::-1]))
    left = dict.fromkeys(keys)
    while left:
        reached = [next(iter(left))]
        del left[reached[0]]
        for key in reached:
            for other in near.get(key, ()):
                if other in left:
                    del left[other]
                    reached.append(other)
        yield reached


class _Part:
    """A connected part: numbered nodes, and points of long edges, in layers.

    `left` and `right` are the neighbours of each with the weights of the edges.
    """

    def __init__(
        self, heights: Mapping[str, float], keys: Iterable[str], edges: Sequence[Edge]
    ) -> None:
        before = {
            **dict.fromkeys(keys, ()),
            **group_values((target, source) for source, target in edges),
        }
        place = {key: number for number, key in enumerate(sort_topologically(before))}
        forward = {(a, b): (a, b) if place[a] < place[b] else (b, a) for a, b in edges}
        layer_of = _assign_layers(place, forward.values())
        self.layers: list[list[int]] = [[] for _ in range(max(layer_of.values()) + 1)]
        self.left: list[list[tuple[int, float]]] = []
        self.right: list[list[tuple[int, float]]] = []
        self.heights: list[float] = []
        self.nodes = {key: self._add(layer, heights[key]) for key, layer in layer_of.items()}
        trunks: dict[tuple[str, bool], list[int]] = {}
        self.ways: dict[Edge, list[int]] = {}
        for edge, (tail, head) in forward.items():
            first, last = layer_of[tail], layer_of[head]
            trunk = trunks.setdefault((tail, tail == edge[0]), [self.nodes[tail]])
            for layer in range(first + len(trunk), last):  # long edges share a path
                trunk.append(self._add(layer, 0.0))
                self._join(trunk[-2], trunk[-1])
            way = [*trunk[: last - first], self.nodes[head]]
            self._join(way[-2], way[-1])
            self.ways[edge] = way if tail == edge[0] else way[::-1]

    def _add(self, layer: int, height: float) -> int:
        self.left.append([])
        self.right.append([])
        self.heights.append(height)
        self.layers[layer].append(len(self.heights) - 1)
        return len(self.heights) - 1

    def _join(self, tail: int, head: int) -> None:
        weight = _STRAIGHT ** [self.heights[tail], self.heights[head]].count(0.0)
        self.right[tail].append((head, weight))
        self.left[head].append((tail, weight))

    def reduce_crossings(self) -> None:
        """Sort layers by the mean of their neighbours, in both directions; keep the best."""
        best, fewest = [list(layer) for layer in self.layers], self._count_crossings()
        for sweep in range(_SWEEPS if fewest else 0):
            near = self.right if sweep % 2 else self.left
            layers = self.layers[::-1] if sweep % 2 else self.layers
            for fixed, layer in pairwise(layers):
                _sort_by_neighbours(fixed, layer, near)
            crossings = self._count_crossings()
            if crossings < fewest:
                best, fewest = [list(layer) for layer in self.layers], crossings
        self.layers = best

    def _count_crossings(self) -> int:
        crossings = 0
        for left, right in pairwise(self.layers):
            place = {number: index for index, number in enumerate(right)}
            seen: list[int] = []
            for number in left:
                for end in sorted(place[other] for other, _ in self.right[number]):
                    crossings += len(seen) - bisect_right(seen, end)
                    insort(seen, end)
        return crossings

    def align(self) -> None:
        """Move each as near to its neighbours as the order of its layer permits."""
        self.middles = [0.0] * len(self.heights)
        rows = [(layer, self._offsets(layer)) for layer in self.layers]
        for layer, offsets in rows:
            for number, offset in zip(layer, offsets, strict=True):
                self.middles[number] = offset - offsets[-1] / 2
        either, both = ((self.left,), (self.right,)), (self.left, self.right)
        for turn in range(_ALIGNMENTS):
            sides = either[turn] if turn < len(either) else both
            for layer, offsets in rows if turn % 2 == 0 else reversed(rows):
                wanted = [self._wanted(number, sides) for number in layer]
                for number, middle in zip(layer, _separate(wanted, offsets), strict=True):
                    self.middles[number] = middle

    def _offsets(self, layer: Sequence[int]) -> list[float]:
        """The least distances from the first of a layer."""
        heights = [self.heights[number] for number in layer]
        steps = (
            (one + other) / 2 + (_NODE_GAP if one and other else _EDGE_GAP)
            for one, other in pairwise(heights)
        )
        return list(accumulate(steps, initial=0.0))

    def _wanted(
        self, number: int, sides: Iterable[list[list[tuple[int, float]]]]
    ) -> tuple[float, float]:
        """The mean of the neighbours, and its weight."""
        pulls = [(self.middles[other], force) for near in sides for other, force in near[number]]
        weight = sum(force for _, force in pulls)
        if not weight:
            return self.middles[number], 0.1
        return sum(middle * force for middle, force in pulls) / weight, weight

    def draw(
        self, corners: dict[str, Point], routes: dict[Edge, list[Point]], top: float, width: float
    ) -> list[float]:
        """Add corners and routes below `top`; return the start of each layer."""
        halves = [height / 2 for height in self.heights]
        upper = min(middle - half for middle, half in zip(self.middles, halves, strict=True))
        levels = [round(middle - upper + top, 1) for middle in self.middles]
        starts = [0.0]
        for layer in self.layers[:-1]:
            rises = [abs(levels[n] - levels[m]) for n in layer for m, _ in self.right[n]]
            room = _LAYER_GAP + round(min(_LAYER_GAP, _STEEP * max(rises)))
            starts.append(starts[-1] + width + room)
        start_of = {n: x for layer, x in zip(self.layers, starts, strict=True) for n in layer}
        for key, number in self.nodes.items():
            corners[key] = start_of[number], round(levels[number] - halves[number], 1)
        for edge, way in self.ways.items():
            points = [(x, levels[n]) for n in way for x in (start_of[n], start_of[n] + width)]
            if start_of[way[0]] > start_of[way[-1]]:
                points = [(x, levels[n]) for n in way for x in (start_of[n] + width, start_of[n])]
            routes[edge] = points[1:-1]
        return starts


def _assign_layers(place: dict[str, int], edges: Collection[Edge]) -> dict[str, int]:
    """Assign each node the first layer after its predecessors.

    A node with more edges to its right than to its left is moved to the right.
    """
    before = group_values((head, tail) for tail, head in edges)
    after = group_values(edges)
    layer: dict[str, int] = {}
    for key in place:
        layer[key] = max((layer[other] + 1 for other in before.get(key, ())), default=0)
    for key in reversed(place):
        if len(after.get(key, ())) > len(before.get(key, ())):
            layer[key] = min(layer[other] for other in after[key]) - 1
    return layer


def _sort_by_neighbours(
    fixed: list[int], layer: list[int], near: list[list[tuple[int, float]]]
) -> None:
    place = {number: index for index, number in enumerate(fixed)}
    scale = len(fixed) / len(layer)
    mean = {}
    for index, number in enumerate(layer):
        places = [place[other] for other, _ in near[number]]
        mean[number] = sum(places) / len(places) if places else index * scale
    layer.sort(key=mean.__getitem__)


def _separate(wanted: Iterable[tuple[float, float]], offsets: Iterable[float]) -> Iterator[float]:
    """Find the places nearest to the wanted ones that keep the distances.

    Least squares by pool adjacent violators: what would overlap moves as one block.
    """
    blocks: list[tuple[float, float, list[float]]] = []
    for (middle, weight), offset in zip(wanted, offsets, strict=True):
        place, members = middle - offset, [offset]
        while blocks and blocks[-1][0] >= place:
            other, other_weight, others = blocks.pop()
            place = (place * weight + other * other_weight) / (weight + other_weight)
            weight, members = weight + other_weight, others + members  # noqa: PLW2901 (the block grows)
        blocks.append((place, weight, members))
    return (place + offset for place, _, members in blocks for offset in members)
