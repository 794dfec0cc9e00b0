"""The longest chains in a graph of dependencies."""

from collections.abc import Iterable, Mapping

from mkdocs_plantrace.circles import in_order


class Chains:
    """The longest chains of ids of which each waits for the one before it.

    `waits` holds what each id waits for, ids without a place of their own left out. Of chains
    of the same length, the one whose ids come first in `waits` is taken. Of a circle, one
    dependency is left out. A chain has at least two ids. Everything is looked at once.
    """

    def __init__(self, waits: Mapping[str, Iterable[str]]) -> None:
        self._rank = {task: number for number, task in enumerate(waits)}
        known = {task: [it for it in waits[task] if it in self._rank] for task in waits}
        order = in_order(known)
        place = {task: number for number, task in enumerate(order)}
        behind = {task: [it for it in known[task] if place[it] < place[task]] for task in order}
        ahead: dict[str, list[str]] = {task: [] for task in order}
        for task in order:
            for waited in behind[task]:
                ahead[waited].append(task)
        self._to = self._steps(order, behind)
        self._from = self._steps(reversed(order), ahead)

    def longest(self) -> tuple[str, ...]:
        """The longest chain of all, () if nothing waits."""
        best = max(
            self._rank, key=lambda task: (self._from[task][0], -self._rank[task]), default=None
        )
        return self.through(best) if best is not None else ()

    def through(self, task: str) -> tuple[str, ...]:
        """The longest chain that this id is in, from the first to the last; () if none."""
        if task not in self._rank:
            return ()
        before = self._follow(task, self._to)
        chain = (*reversed(before), task, *self._follow(task, self._from))
        return chain if len(chain) > 1 else ()

    def _steps(
        self, order: Iterable[str], neighbours: Mapping[str, list[str]]
    ) -> dict[str, tuple[int, str | None]]:
        steps: dict[str, tuple[int, str | None]] = {}
        for task in order:
            best = max(
                neighbours[task],
                key=lambda other: (steps[other][0], -self._rank[other]),
                default=None,
            )
            steps[task] = (0 if best is None else steps[best][0] + 1), best
        return steps

    @staticmethod
    def _follow(task: str, steps: dict[str, tuple[int, str | None]]) -> list[str]:
        way = []
        following = steps[task][1]
        while following is not None:
            way.append(following)
            following = steps[following][1]
        return way
