"""Circles in a graph of dependencies, and an order in spite of them."""

from collections.abc import Iterable, Iterator, Mapping

from mkdocs_plantrace.utils.order import id_order


def find_circles(dependencies: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Circles without a common task, each starting and ending with its smallest id, sorted.

    Every circle has a task in one of them. Each dependency is looked at once.
    """
    done: set[str] = set()
    circles = (it for task in dependencies for it in _circles_from(task, dependencies, done))
    return tuple(sorted(map(_turned, circles)))


def _circles_from(
    first: str, dependencies: Mapping[str, Iterable[str]], done: set[str]
) -> Iterator[list[str]]:
    """Goes every way from a task; a circle is cut off the way, which goes on before it.

    Tasks in `done` lead to no further circle; those that become so are added.
    """
    way = {} if first in done else {first: iter(dependencies[first])}
    while way:
        task = next(next(reversed(way.values())), None)
        if task is None:
            done.add(way.popitem()[0])
        elif task in way:
            circle = list(way)[list(way).index(task) :]
            for one in circle:
                del way[one]
            done.update(circle)
            yield circle
        elif task not in done:
            way[task] = iter(dependencies[task])


def _turned(circle: list[str]) -> tuple[str, ...]:
    start = circle.index(min(circle, key=id_order))
    return (*circle[start:], *circle[:start], circle[start])


def in_order(dependencies: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The ids, each after all that it waits for; in a circle, one comes before what it waits for.

    Leaving out what waits for a later one leaves no circle.
    """
    done: dict[str, None] = {}
    for first in dependencies:
        way = {} if first in done else {first: iter(dependencies[first])}
        while way:
            task = next(next(reversed(way.values())), None)
            if task is None:
                done[way.popitem()[0]] = None
            elif task not in done and task not in way:
                way[task] = iter(dependencies[task])
    return tuple(done)
