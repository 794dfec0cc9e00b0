"""The layers of a graph whose nodes all hang together: which is in which, in what order, how high.

The steps are those of Sugiyama, Tagawa and Toda (1981): give each node a layer, take edges
through every layer between, reduce crossings, align.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

_SWEEPS = 12
_PATIENCE = 4
_ALIGNMENTS = 6
_STRAIGHT = 6.0
"""How much more the pieces of one long edge pull at each other than neighbouring nodes do."""


class Grid:
    """The nodes, and the points where long edges pass a layer, as numbers in layers.

    `left` and `right` hold the neighbours of each with the weight of the edge between.
    """

    def __init__(self, layer_of: Mapping[str, int]) -> None:
        self.layers: list[list[int]] = [[] for _ in range(max(layer_of.values()) + 1)]
        self.left: list[list[tuple[int, float]]] = []
        self.right: list[list[tuple[int, float]]] = []
        self.nodes = {key: self._add(layer) for key, layer in layer_of.items()}
        self._layer_of = layer_of
        self._trunks: dict[tuple[str, bool], list[int]] = {}

    def is_node(self, number: int) -> bool:
        """Whether this is a node, not a point where an edge passes."""
        return number < len(self.nodes)

    def connect(self, tail: str, head: str, *, is_turned: bool) -> list[int]:
        """The way of an edge; long edges of one node take the same way as far as they can."""
        first, last = self._layer_of[tail], self._layer_of[head]
        trunk = self._trunks.setdefault((tail, is_turned), [])
        for layer in range(first + len(trunk) + 1, last):
            passing = self._add(layer)
            self._join(trunk[-1] if trunk else self.nodes[tail], passing)
            trunk.append(passing)
        way = [self.nodes[tail], *trunk[: last - first - 1], self.nodes[head]]
        self._join(way[-2], way[-1])
        return way

    def _add(self, layer: int) -> int:
        number = len(self.left)
        self.left.append([])
        self.right.append([])
        self.layers[layer].append(number)
        return number

    def _join(self, tail: int, head: int) -> None:
        weight = 1.0
        for end in (tail, head):
            weight *= 1.0 if self.is_node(end) else _STRAIGHT
        self.right[tail].append((head, weight))
        self.left[head].append((tail, weight))


def layers_of(place: Mapping[str, int], edges: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The layer of each node: as far left as what comes before it lets.

    A node with more edges to its right than to its left is drawn towards the right.
    """
    before: dict[str, list[str]] = {key: [] for key in place}
    after: dict[str, list[str]] = {key: [] for key in place}
    for source, target in edges:
        tail, head = sorted((source, target), key=place.__getitem__)
        before[head].append(tail)
        after[tail].append(head)
    layer: dict[str, int] = {}
    for key in place:
        layer[key] = max((layer[other] + 1 for other in before[key]), default=0)
    for key in reversed(tuple(place)):
        if len(after[key]) > len(before[key]):
            layer[key] = min(layer[other] for other in after[key]) - 1
    return layer


def reduce_crossings(grid: Grid) -> None:
    """Sorts each layer by the mean of its neighbours, to and fro, and keeps the best."""
    best, fewest, patience = [list(layer) for layer in grid.layers], _crossings(grid), _PATIENCE
    for sweep in range(_SWEEPS):
        if not fewest or not patience:
            break
        forth = sweep % 2 == 0
        near = grid.left if forth else grid.right
        layers = grid.layers if forth else grid.layers[::-1]
        for fixed, layer in pairwise(layers):
            _sort_by_neighbours(fixed, layer, near)
        crossings = _crossings(grid)
        patience -= 1
        if crossings < fewest:
            best, fewest, patience = [list(layer) for layer in grid.layers], crossings, _PATIENCE
    grid.layers = best


def _sort_by_neighbours(
    fixed: list[int], layer: list[int], near: list[list[tuple[int, float]]]
) -> None:
    place = {number: index for index, number in enumerate(fixed)}
    scale = len(fixed) / len(layer)
    mean = {
        number: sum(place[other] for other, _ in near[number]) / len(near[number])
        if near[number]
        else index * scale
        for index, number in enumerate(layer)
    }
    layer.sort(key=mean.__getitem__)


def _crossings(grid: Grid) -> int:
    crossings = 0
    for left, right in pairwise(grid.layers):
        place = {number: index for index, number in enumerate(right)}
        seen: list[int] = []
        for number in left:
            ends = sorted(place[other] for other, _ in grid.right[number])
            crossings += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return crossings


def align(grid: Grid, heights: Sequence[float], gaps: tuple[float, float]) -> list[float]:
    """The middle of each node and passing edge, as near to its neighbours as their order lets.

    `gaps` are the least distances between two nodes, and beside an edge that passes.
    """
    middles = [0.0] * len(heights)
    offsets = [_offsets(grid, layer, heights, gaps) for layer in grid.layers]
    for layer, offset in zip(grid.layers, offsets, strict=True):
        for number, place in zip(layer, offset, strict=True):
            middles[number] = place - offset[-1] / 2
    rows = list(zip(grid.layers, offsets, strict=True))
    for turn in range(_ALIGNMENTS):
        sides = [(grid.left,), (grid.right,)][turn % 2] if turn < 2 else (grid.left, grid.right)  # noqa: PLR2004 first from either side, then from both
        for layer, offset in rows if turn % 2 == 0 else reversed(rows):
            wanted = [_wanted(number, sides, middles) for number in layer]
            for number, middle in zip(layer, _apart(wanted, offset), strict=True):
                middles[number] = middle
    return middles


def _offsets(
    grid: Grid, layer: Sequence[int], heights: Sequence[float], gaps: tuple[float, float]
) -> list[float]:
    """How far below the first of its layer each must be at least."""
    steps = (
        (heights[one] + heights[other]) / 2
        + (gaps[0] if grid.is_node(one) and grid.is_node(other) else gaps[1])
        for one, other in pairwise(layer)
    )
    return list(accumulate(steps, initial=0.0))


def _wanted(
    number: int, sides: Iterable[list[list[tuple[int, float]]]], middles: list[float]
) -> tuple[float, float]:
    """Where neighbours pull something to, and how strongly."""
    pull = weight = 0.0
    for near in sides:
        for other, strength in near[number]:
            pull += middles[other] * strength
            weight += strength
    return (pull / weight, weight) if weight else (middles[number], 0.1)


def _apart(wanted: Iterable[tuple[float, float]], offsets: Iterable[float]) -> Iterator[float]:
    """The places nearest to the wanted ones that keep the distances.

    Least squares by pooling adjacent violators: those that would overlap move as one block.
    """
    blocks: list[tuple[float, float, list[float]]] = []
    for (middle, weight), offset in zip(wanted, offsets, strict=True):
        place, members = middle - offset, [offset]
        while blocks and blocks[-1][0] >= place:
            other, other_weight, others = blocks.pop()
            place = (place * weight + other * other_weight) / (weight + other_weight)
            weight, members = weight + other_weight, others + members  # noqa: PLW2901 the block grows
        blocks.append((place, weight, members))
    return (place + offset for place, _, members in blocks for offset in members)
