"""Cycles in a graph of dependencies, and a topological order that tolerates them."""

from collections.abc import Iterable, Iterator, Mapping

from mkdocs_plantrace.utils.order import id_order


def find_cycles(dependencies: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Find cycles without a common node, each from its smallest id back to it, sorted.

    Every cycle of the graph has a node in one of them. The time is linear.
    """
    done: set[str] = set()
    cycles = (it for node in dependencies for it in _cycles_from(node, dependencies, done))
    return tuple(sorted(map(_rotate, cycles)))


def _cycles_from(
    first: str, dependencies: Mapping[str, Iterable[str]], done: set[str]
) -> Iterator[list[str]]:
    """Search depth-first; a cycle is removed from the path, and the search goes on.

    Nodes in `done` are in no further cycle; the search adds to them.
    """
    path = {} if first in done else {first: iter(dependencies[first])}
    while path:
        node = next(next(reversed(path.values())), None)
        if node is None:
            done.add(path.popitem()[0])
        elif node in path:
            cycle = list(path)[list(path).index(node) :]
            for one in cycle:
                del path[one]
            done.update(cycle)
            yield cycle
        elif node not in done:
            path[node] = iter(dependencies[node])


def _rotate(cycle: list[str]) -> tuple[str, ...]:
    start = cycle.index(min(cycle, key=id_order))
    return (*cycle[start:], *cycle[:start], cycle[start])


def sort_topologically(dependencies: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Sort ids so that each comes after its dependencies, except in cycles.

    Without the dependencies on a later id the graph has no cycle.
    """
    done: dict[str, None] = {}
    for first in dependencies:
        path = {} if first in done else {first: iter(dependencies[first])}
        while path:
            node = next(next(reversed(path.values())), None)
            if node is None:
                done[path.popitem()[0]] = None
            elif node not in done and node not in path:
                path[node] = iter(dependencies[node])
    return tuple(done)
