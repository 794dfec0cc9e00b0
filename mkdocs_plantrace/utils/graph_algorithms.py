"""Cycles, a topological order and the longest chains in a graph of dependencies."""

from collections.abc import Iterable, Iterator, Mapping

from mkdocs_plantrace.utils.order import group_values, id_order


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


class Chains:
    """The longest chains of ids in which each id depends on the one before it.

    `dependencies` has the dependencies of each id; those that are not keys are ignored. Of chains
    of the same length, the one whose ids come first in it is used. Of a cycle, one dependency is
    ignored. A chain has at least two ids. The time is linear.
    """

    def __init__(self, dependencies: Mapping[str, Iterable[str]]) -> None:
        self._rank = {node: number for number, node in enumerate(dependencies)}
        known = {
            node: [it for it in needed if it in dependencies]
            for node, needed in dependencies.items()
        }
        order = sort_topologically(known)
        position = {node: number for number, node in enumerate(order)}
        before = {
            node: [it for it in known[node] if position[it] < position[node]] for node in order
        }
        after = group_values((needed, node) for node in order for needed in before[node])
        self._to = self._steps(order, before)
        self._from = self._steps(reversed(order), after)

    def longest(self) -> tuple[str, ...]:
        """The longest chain of all, () without dependencies."""
        best = max(self._rank, key=lambda node: self._from[node][0], default="")
        return self.through(best)

    def through(self, node: str) -> tuple[str, ...]:
        """The longest chain with this id, from its first to its last id; () if none."""
        if node not in self._rank:
            return ()
        before = reversed(self._follow(node, self._to))
        chain = (*before, node, *self._follow(node, self._from))
        return chain if len(chain) > 1 else ()

    def _steps(
        self, order: Iterable[str], neighbours: Mapping[str, Iterable[str]]
    ) -> dict[str, tuple[int, str]]:
        """For each id the number of ids that follow, and the first of them, '' if none."""
        steps = {"": (-1, "")}
        for node in order:
            others = sorted(neighbours.get(node, ()), key=self._rank.__getitem__)
            best = max(others, key=lambda other: steps[other][0], default="")
            steps[node] = steps[best][0] + 1, best
        return steps

    @staticmethod
    def _follow(node: str, steps: dict[str, tuple[int, str]]) -> list[str]:
        path = []
        while node := steps[node][1]:
            path.append(node)
        return path
