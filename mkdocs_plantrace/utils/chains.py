"""The longest chains in a graph of dependencies."""

from collections.abc import Iterable, Mapping

from mkdocs_plantrace.utils.cycles import in_order
from mkdocs_plantrace.utils.order import group


class Chains:
    """The longest chains of ids of which each waits for the one before it.

    `waits` holds what each id waits for, ids without a place of their own left out. Of chains
    of the same length, the one whose ids come first in `waits` is taken. Of a circle, one
    dependency is left out. A chain has at least two ids. Everything is looked at once.
    """

    def __init__(self, waits: Mapping[str, Iterable[str]]) -> None:
        self._rank = {task: number for number, task in enumerate(waits)}
        known = {task: [it for it in waited if it in waits] for task, waited in waits.items()}
        order = in_order(known)
        place = {task: number for number, task in enumerate(order)}
        behind = {task: [it for it in known[task] if place[it] < place[task]] for task in order}
        ahead = group((waited, task) for task in order for waited in behind[task])
        self._to = self._steps(order, behind)
        self._from = self._steps(reversed(order), ahead)

    def longest(self) -> tuple[str, ...]:
        """The longest chain of all, () if nothing waits."""
        best = max(self._rank, key=lambda task: self._from[task][0], default="")
        return self.through(best)

    def through(self, task: str) -> tuple[str, ...]:
        """The longest chain that this id is in, from the first to the last; () if none."""
        if task not in self._rank:
            return ()
        before = reversed(self._follow(task, self._to))
        chain = (*before, task, *self._follow(task, self._from))
        return chain if len(chain) > 1 else ()

    def _steps(
        self, order: Iterable[str], neighbours: Mapping[str, Iterable[str]]
    ) -> dict[str, tuple[int, str]]:
        """How many ids follow each, and the first of them, '' if none."""
        steps = {"": (-1, "")}
        for task in order:
            others = sorted(neighbours.get(task, ()), key=self._rank.__getitem__)
            best = max(others, key=lambda other: steps[other][0], default="")
            steps[task] = steps[best][0] + 1, best
        return steps

    @staticmethod
    def _follow(task: str, steps: dict[str, tuple[int, str]]) -> list[str]:
        way = []
        while task := steps[task][1]:
            way.append(task)
        return way
