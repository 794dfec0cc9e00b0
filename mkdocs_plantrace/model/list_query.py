"""Comments in pages that ask for a list."""

from dataclasses import dataclass
from typing import NamedTuple

from mkdocs_plantrace.model.location import Text


class QueryOption(NamedTuple):
    key: Text
    values: tuple[Text, ...]


class QueryFault(NamedTuple):
    """What is wrong with a query at one token; `hint` names only what exists."""

    text: Text
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A comment in a page that asks for a list at its place.

    `text` is the whole comment. `kind` is the first word, `plantrace:` itself with an empty value
    where there is none. `faults` are what could not be read; an option among them is left out.
    """

    text: Text
    kind: Text
    options: tuple[QueryOption, ...] = ()
    faults: tuple[QueryFault, ...] = ()

    def values(self, key: str) -> tuple[str, ...]:
        given = (option.values for option in self.options if option.key.value == key)
        return tuple(value.value for value in next(given, ()))

    def value(self, key: str) -> str | None:
        """The value of a key that takes one; None if it is not given."""
        return next(iter(self.values(key)), None)
