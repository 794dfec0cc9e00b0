"""Edits of single values in YAML that keep every other character."""

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.yaml import yaml_nodes
from mkdocs_plantrace.parsing.yaml.yaml_nodes import extent, has_custom_tag, is_text

_PLACEHOLDER = re.compile(r"<[^<>\n]{1,80}>|\{\{[^{}\n]{1,80}\}\}")
_HARMLESS = re.compile(r"\w(?:[\w ./()+=;-]*[\w/)+=;.-])?")
"""A text without any character that has a meaning in YAML."""
_LINE_ENDS = frozenset("\r\n\x85\u2028\u2029")
_BLOCKS = frozenset("|>")


def as_scalar(value: str, style: str | None = None) -> str:
    """Format a text as a YAML value on one line, for block and flow style.

    `style` is the preferred quote: `'`, `"` or None. Quotes are added if they are necessary.
    """
    if not value.isprintable():
        style = '"'
    elif not style and not _HARMLESS.fullmatch(value):
        style = "'"
    flow = yaml.safe_dump(
        [value], default_style=style, default_flow_style=True, width=math.inf, allow_unicode=True
    )
    return flow.strip()[1:-1]


class Change(NamedTuple):
    """A replacement of the characters from `start` up to `end`."""

    start: int
    end: int
    text: str


def replace(node: ScalarNode, value: str) -> Change:
    """Replace a value on one line, with the same quotes unless it is a placeholder."""
    text = as_scalar(value, None if _is_blank(node) else node.style)
    is_empty = node.start_mark.index == node.end_mark.index
    return Change(node.start_mark.index, node.end_mark.index, f" {text}" if is_empty else text)


def drop_item(text: str, sequence: SequenceNode, item: Node) -> Change:
    """Remove an item from a list: its line, or everything in brackets."""
    if sequence.flow_style:
        return Change(sequence.start_mark.index, sequence.end_mark.index, "[]")
    start = text.rfind("\n", 0, item.start_mark.index) + 1
    end = text.find("\n", item.end_mark.index)
    return Change(start, len(text) if end == -1 else end + 1, "")


def apply_changes(text: str, changes: Iterable[Change]) -> str:
    """Apply changes to a text; of two that overlap only the first."""
    position = 0
    parts: list[str] = []
    for change in sorted(changes):
        if change.start >= position:
            parts += [text[position : change.start], change.text]
            position = change.end
    return "".join([*parts, text[position:]])


def fill_mapping(
    text: str, keys: Mapping[str, str], lists: Collection[str], fill: Callable[[str], str]
) -> str:
    """Set some keys of a mapping, and apply `fill` to all other values on one line.

    Missing keys are added at the end. Items of `lists` that are only a placeholder such as
    `<TASK-ID>` are removed, because they would be read as ids or paths. Raises UnreadableError if
    the text is not a mapping, or a key to set does not have a value on one line.
    """
    root = yaml_nodes.read(text)
    if not isinstance(root, MappingNode):
        raise yaml_nodes.UnreadableError("it is not a mapping", 0)
    changes: list[Change] = []
    there: set[str] = set()
    for key, node in root.value:
        name = key.value if isinstance(key, ScalarNode) else ""
        if name in keys and name not in there:
            there.add(name)
            if not isinstance(node, ScalarNode) or not _is_line(node):
                reason = f"'{name}' is not a value on one line"
                raise yaml_nodes.UnreadableError(reason, node.start_mark.index)
            changes.append(replace(node, keys[name]))
        elif name in lists and isinstance(node, SequenceNode):
            changes += [drop_item(text, node, item) for item in node.value if _is_blank(item)]
        else:
            changes += _fill_below(node, fill)
    end = "\r\n" if "\r\n" in text else "\n"
    filled = apply_changes(text, changes)
    missing = [(key, value) for key, value in keys.items() if key not in there]
    if missing and root.flow_style:
        raise yaml_nodes.UnreadableError(f"it has no key '{missing[0][0]}'", 0)
    added = "".join(f"{as_scalar(key)}: {as_scalar(value)}{end}" for key, value in missing)
    is_open = bool(added and filled) and not filled.endswith(("\n", "\r"))
    return filled + (end if is_open else "") + added


def _is_line(node: ScalarNode) -> bool:
    return node.start_mark.line == node.end_mark.line and node.style not in ("|", ">")


def _is_blank(item: Node) -> bool:
    return isinstance(item, ScalarNode) and _PLACEHOLDER.fullmatch(item.value.strip()) is not None


def _fill_below(node: Node, fill: Callable[[str], str]) -> Iterator[Change]:
    """The changes of the values on one line below a node."""
    if not isinstance(node, ScalarNode):
        for child in yaml_nodes.children(node):
            yield from _fill_below(child, fill)
    elif _is_line(node):
        filled = fill(node.value)
        if filled != node.value:
            yield replace(node, filled)


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
        first, second = (_locate(places, name) for name, _ in keys[:2])
        raise FixedValueError(second, f"key '{key}' is repeated, first in line {first.line}")
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
    if key in yaml_nodes.values_by_key(yaml_nodes.read(text)):
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
