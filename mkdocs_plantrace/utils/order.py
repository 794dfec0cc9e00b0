"""Natural order of ids and phases, and grouping of values."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


@lru_cache(maxsize=100_000)
def id_order(task: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key for ids in natural order: `TSK-9` before `TSK-10`."""
    return tuple(
        (0, int(part), part) if part.isdecimal() else (1, 0, part)
        for part in re.findall(r"\d{1,18}|\D+|\d", task)
    )


def phase_order(name: str) -> tuple[int, tuple[int, ...], str]:
    """A sort key for phases: `0, 0.1, 0.5, 1, 2, 10`, then words, then no phase."""
    if re.fullmatch(r"\d{1,18}(?:\.\d{1,18})*", name):
        return 0, tuple(int(part) for part in name.split(".")), name
    return (1 if name else 2), (), name


def group_values(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    """Collect the values of each key, both in their original order."""
    grouped: dict[K, list[V]] = {}
    for key, value in pairs:
        grouped.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in grouped.items()}
