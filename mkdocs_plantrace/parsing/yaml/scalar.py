"""The location of a single value in a metadata file, to replace nothing but it."""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.yaml import yaml_nodes
from mkdocs_plantrace.parsing.yaml.yaml_nodes import extent, has_custom_tag, is_text

_LINE_ENDS = frozenset("\r\n\x85\u2028\u2029")
_BLOCKS = frozenset("|>")


class FixedValueError(ValueError):
    """A value that cannot be replaced in place; the message begins with its location."""

    def __init__(self, where: Location, reason: str) -> None:
        super().__init__(f"{where.path}:{where.line}: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenValue:
    """A value on one line, from `start` up to `end`, without tag and anchor.

    `quote` is the quote, '' if there is none. Of an empty value `start` is `end`: a new value goes
    there, after a space.
    """

    start: int
    end: int
    quote: str
    location: Location

    @property
    def is_empty(self) -> bool:
        return self.start == self.end


def find_value(path: str, text: str, key: str) -> WrittenValue:
    """Find the value of a key at the top of a valid metadata file.

    Raises FixedValueError if there is not exactly one, or an alias depends on it.
    """
    places = LineIndex(path, text)
    events = yaml_nodes.events(text)
    keys = [
        (name, value)
        for name, value in _pairs(events)
        if isinstance(name, yaml.ScalarEvent) and name.value == key
    ]
    if not keys:
        raise FixedValueError(places.at(0, 0), _absence(text, key))
    if len(keys) > 1:
        lines = [_locate(places, name).line for name, _ in keys]
        raise FixedValueError(
            _locate(places, keys[1][0]), f"key '{key}' is repeated, first in line {lines[0]}"
        )
    event = keys[0][1]
    where = _locate(places, event)
    anchors = {other.anchor for other in events if isinstance(other, yaml.AliasEvent)}
    if not isinstance(event, yaml.ScalarEvent):
        raise FixedValueError(where, f"'{key}' holds {_kind(event)}, not a single value")
    if event.anchor in anchors:
        raise FixedValueError(where, f"'*{event.anchor}' reuses the value of '{key}'")
    return _written(places, text, key, event)


def _written(places: LineIndex, text: str, key: str, event: yaml.ScalarEvent) -> WrittenValue:
    first, end = extent(event)
    spans = yaml_nodes.scalars(text)
    start = next((start for start, last in spans if first <= start < last == end), None)
    if start is None:  # the location of an empty value differs between PyYAML's two parsers
        start = end = len(text[:end].rstrip(" \t"))
    where = places.at(start, end)
    if event.style in _BLOCKS or not _LINE_ENDS.isdisjoint(text[start:end]):
        raise FixedValueError(where, f"the value of '{key}' has more than one line")
    return WrittenValue(start=start, end=end, quote=event.style or "", location=where)


def _pairs(events: list[yaml.Event]) -> Iterator[tuple[yaml.Event, yaml.Event]]:
    """Keys and values at the top of the mapping, by their first events."""
    depth = 0
    starts = []
    for event in events:
        if depth == 1 and isinstance(event, yaml.NodeEvent):
            starts.append(event)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return zip(starts[::2], starts[1::2], strict=True)


def _absence(text: str, key: str) -> str:
    root = yaml_nodes.read(text)
    names = [name for name, _ in yaml_nodes.entries(root)] if isinstance(root, MappingNode) else []
    if any(isinstance(name, ScalarNode) and name.value == key for name in names):
        return f"'{key}' is defined elsewhere in the file, by '<<' or an alias"
    return f"field '{key}' is missing"


def _kind(event: yaml.Event) -> str:
    if isinstance(event, yaml.AliasEvent):
        return f"the alias '*{event.anchor}'"
    return "a list" if isinstance(event, yaml.SequenceStartEvent) else "a mapping"


def _locate(places: LineIndex, event: yaml.Event) -> Location:
    return places.at(*extent(event))


def differs_only_in(before: str, after: str, key: str, word: str) -> bool:
    """Whether two texts have the same content, except that the key now has this value."""
    try:
        old, new = yaml_nodes.read(before), yaml_nodes.read(after)
    except yaml_nodes.UnreadableError:
        return False
    if not isinstance(old, MappingNode) or not isinstance(new, MappingNode):
        return False
    return len(old.value) == len(new.value) and all(
        _same(name, new_name)
        and (_now_holds(value, new_value, word) if name.value == key else _same(value, new_value))
        for (name, value), (new_name, new_value) in zip(old.value, new.value, strict=True)
    )


def _now_holds(old: Node, new: Node, word: str) -> bool:
    """Whether the new value is this word, as text or with the old custom tag."""
    is_word = isinstance(new, ScalarNode) and new.value == word
    return is_word and (is_text(new) or (has_custom_tag(new) and new.tag == old.tag))


def _same(old: Node, new: Node) -> bool:
    if type(old) is not type(new) or old.tag != new.tag:
        return False
    if isinstance(old, ScalarNode):
        return bool(old.value == new.value)
    below, new_below = yaml_nodes.children(old), yaml_nodes.children(new)
    return len(below) == len(new_below) and all(map(_same, below, new_below))
