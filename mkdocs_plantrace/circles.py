"""Circles in a graph of dependencies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from mkdocs_plantrace.order import id_order

_MOST = 1000
"""More circles than this are not told one by one: the tasks in them are a tangle anyway."""


def find_circles(dependencies: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Circles, each starting and ending with its smallest id, sorted.

    Every circle has a task in one of them, up to a thousand circles.
    """
    graph = _without_free_ends(dependencies)
    found: list[tuple[str, ...]] = []
    while len(found) < _MOST:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = error.args[1][:-1][::-1]  # graphlib lists each node after the next
            start = circle.index(min(circle, key=id_order))
            turned = [*circle[start:], *circle[:start]]
            found.append((*turned, turned[0]))
            for task in circle:
                del graph[task]
            for waits in graph.values():
                for task in circle:
                    waits.pop(task, None)
        else:
            break
    return tuple(sorted(found))


def _without_free_ends(dependencies: Mapping[str, Iterable[str]]) -> dict[str, dict[str, None]]:
    """The part of a graph in which every task waits for another one of it: circles and ways in.

    Dictionaries stand for sets that keep their order, on which it depends what graphlib finds.
    """
    graph = {task: dict.fromkeys(waits) for task, waits in dependencies.items()}
    dependents: dict[str, list[str]] = {}
    for task, waits in graph.items():
        for waited in waits:
            dependents.setdefault(waited, []).append(task)
    free = [task for task, waits in graph.items() if not waits]
    while free:
        done = free.pop()
        del graph[done]
        for task in dependents.get(done, ()):
            del graph[task][done]
            if not graph[task]:
                free.append(task)
    return graph
