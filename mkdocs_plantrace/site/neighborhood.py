"""Selection of the tasks that a graph shows if there are too many for one drawing."""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain, zip_longest
from typing import NamedTuple

Neighbours = Mapping[str, Collection[str]]

_FAR = 1_000_000
"""A distance greater than between any two tasks."""


class Excerpt(NamedTuple):
    """The ids to draw and how many are left out, at least that many if `is_more`."""

    drawn: tuple[str, ...]
    left_out: int
    is_more: bool = False


def select_around(
    task: str,
    sides: tuple[Neighbours, Neighbours],
    order: Mapping[str, int],
    depth: int,
    most: int,
    count: int,
) -> Excerpt:
    """Select what is before and after a task to a depth, the nearest first, both sides in turn.

    Among equally near ones, the first in `order` comes first. The search ends after `count`, so
    that the cost for all tasks does not grow with the square.
    """
    found = {task: None}
    levels = [[task] for _ in sides]
    near: tuple[str, ...] = ()
    while any(levels) and len(found) <= count:
        reached = [
            {other for one in ids for other in side.get(one, ()) if other not in found}
            for ids, side in zip(levels, sides, strict=True)
        ]
        levels = [sorted(ids, key=order.__getitem__) for ids in reached]
        mixed = chain.from_iterable(zip_longest(*levels))
        found.update(dict.fromkeys(other for other in mixed if other is not None))
        depth -= 1
        if depth == 0:
            near = tuple(found)
    drawn = (near or tuple(found))[:most]
    left_out = min(len(found), count + 1) - len(drawn)
    return Excerpt(drawn, left_out, is_more=len(found) > count)


def select_closest(
    ids: Collection[str],
    near: Neighbours,
    starts: Iterable[str],
    preferred: Collection[str],
    most: int,
) -> Excerpt:
    """Select preferred ids and those nearest to the starts, equals as in `ids`.

    Each id has a neighbour in `near`, and is drawn only together with a neighbour.
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
