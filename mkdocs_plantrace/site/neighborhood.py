"""Which tasks a graph of dependencies shows where there are too many for one drawing."""

from collections.abc import Collection, Iterable, Mapping
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

    Of what is equally near, the first in `order` comes first. Not more than `count` are looked
    at, so that the cost of all tasks does not grow with the square.
    """
    found = {task: None}
    levels = [[task] for _ in sides]
    while any(levels) and len(found) <= count:
        reached = [
            {other for one in ids for other in side.get(one, ()) if other not in found}
            for ids, side in zip(levels, sides, strict=True)
        ]
        levels = [sorted(ids, key=order.__getitem__) for ids in reached]
        mixed = chain.from_iterable(zip_longest(*levels))
        found.update(dict.fromkeys(other for other in mixed if other is not None))
    counted = tuple(found)[: count + 1]
    return Excerpt(counted[:most], len(counted[most:]), is_more=len(found) > count)


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
        fresh = dict.fromkeys((it for it in near[one] if it not in distance), distance[one] + 1)
        distance.update(fresh)
        reached += fresh
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
