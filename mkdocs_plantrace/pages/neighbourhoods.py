"""Which tasks a graph of dependencies shows where there are too many for one drawing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, zip_longest
from typing import NamedTuple

Neighbours = Mapping[str, Collection[str]]

_FAR = 1_000_000
"""Further than any task is from another."""


class Excerpt(NamedTuple):
    """The ids to draw, and how many are left out; with `is_more` that is not all of them."""

    drawn: tuple[str, ...]
    left_out: int
    is_more: bool = False


def around(
    task: str, sides: tuple[Neighbours, Neighbours], order: Mapping[str, int], most: int, count: int
) -> Excerpt:
    """What a task waits for and what waits for it, the nearest first, from either side in turn.

    Of what is equally near, the first in `order` comes first. Not more than `count` on either
    side are looked at, so that the cost of all tasks does not grow with the square.
    """
    ways = [list(_levels(task, side, count + 1)) for side in sides]
    reached = {task}
    found = [task]
    for level in zip_longest(*ways, fillvalue=()):
        ordered = [sorted(ids, key=order.__getitem__) for ids in level]
        for other in chain.from_iterable(zip_longest(*ordered)):
            if other is not None and other not in reached:
                reached.add(other)
                found.append(other)
    is_more = any(sum(map(len, way)) > count for way in ways)
    return Excerpt(tuple(found[:most]), len(found[most:]) - is_more, is_more=is_more)


def _levels(task: str, near: Neighbours, count: int) -> Iterator[tuple[str, ...]]:
    reached = {task}
    level: tuple[str, ...] = (task,)
    while level and len(reached) <= count:
        following = dict.fromkeys(other for one in level for other in near.get(one, ()))
        level = tuple(other for other in following if other not in reached)
        level = level[: count + 1 - len(reached)]
        reached.update(level)
        yield level


def closest(
    ids: Collection[str],
    near: Neighbours,
    starts: Iterable[str],
    preferred: Collection[str],
    most: int,
) -> Excerpt:
    """The preferred ids and those next to the starts; of equally near ones the first in `ids`.

    Each has a neighbour in `near`, and of each that is drawn a neighbour is drawn as well.
    """
    if len(ids) <= most:
        return Excerpt(tuple(ids), 0)
    distance = dict.fromkeys(starts, 0)
    reached = list(distance)
    for one in reached:
        for other in near[one]:
            if other not in distance:
                distance[other] = distance[one] + 1
                reached.append(other)
    ranked = sorted(ids, key=lambda one: (one not in preferred, distance.get(one, _FAR)))
    ranks = {one: rank for rank, one in enumerate(ranked)}
    chosen: set[str] = set()
    for one in ranked:
        is_alone = chosen.isdisjoint(near[one])
        more = {one, min(near[one], key=ranks.__getitem__)} if is_alone else {one}
        if len(chosen) + len(more - chosen) <= most:
            chosen |= more
    drawn = tuple(one for one in ids if one in chosen)
    return Excerpt(drawn, len(ids) - len(drawn))
