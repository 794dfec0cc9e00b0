"""What was rendered of a site: made ahead by another process, kept while a server runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from mkdocs_plantrace.spreading import Ahead

Part: TypeAlias = tuple[str, str]
"""A part of a page: what it is, and the address of the page."""
Html: TypeAlias = tuple[str, ...]
_FEWEST = 100
"""Fewer parts are rendered faster than another process starts."""


class Rendered:
    """Keeps parts of pages from build to build, as long as what they show stays the same."""

    def __init__(self) -> None:
        self._facts: object = None
        self._kept: dict[Part, Html] = {}
        self._ahead: Ahead[Part, Html] | None = None
        self._wanted: frozenset[Part] = frozenset()
        self._render: Callable[[Part], Html] = lambda _: ()
        self._keeps = False

    def begin(
        self,
        facts: object,
        render: Callable[[Part], Html],
        parts: Sequence[Part],
        *,
        keeps: bool,
    ) -> bool:
        """Begin a build in which these parts are wanted, in about this order.

        What rests on other `facts` is forgotten; gives whether nothing was. Only where there
        will be more builds, what is rendered is kept.
        """
        self.end()
        is_same = facts == self._facts
        if not is_same:
            self._kept.clear()
        self._facts, self._render, self._keeps = facts, render, keeps
        self._wanted = frozenset(parts)
        if not self._kept and len(parts) >= _FEWEST:
            self._ahead = Ahead(render, parts)
        return is_same

    def get(self, part: Part) -> Html:
        """A part as it was rendered, or rendered now. Raises what `render` does."""
        if part in self._kept:
            return self._kept[part]
        ahead = self._ahead if part in self._wanted else None
        html = ahead.result(part) if ahead else self._render(part)
        if self._keeps:
            self._kept[part] = html
        return html

    def end(self) -> None:
        """End what is still made ahead."""
        if self._ahead:
            self._ahead.end()
        self._ahead = None
