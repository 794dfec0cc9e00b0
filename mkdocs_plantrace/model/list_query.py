"""Queries: comments in pages that become lists."""

from typing import NamedTuple

from msgspec import Struct

from mkdocs_plantrace.model.location import Text


class QueryOption(NamedTuple):
    key: Text
    values: tuple[Text, ...]


class QueryFault(NamedTuple):
    """An error in a query, at one token."""

    text: Text
    message: str
    hint: str | None = None


class Query(Struct, frozen=True, kw_only=True, gc=False):
    """A comment in a page that becomes a list.

    `text` is the whole comment. `kind` is the first word, empty at `plantrace:` if there is none.
    `faults` are syntax errors; an option with one is not in `options`.
    """

    text: Text
    kind: Text
    options: tuple[QueryOption, ...] = ()
    faults: tuple[QueryFault, ...] = ()

    def values(self, key: str) -> tuple[str, ...]:
        given = (option.values for option in self.options if option.key.value == key)
        return tuple(value.value for value in next(given, ()))

    def value(self, key: str) -> str | None:
        """The first value of a key, None without one."""
        return next(iter(self.values(key)), None)
