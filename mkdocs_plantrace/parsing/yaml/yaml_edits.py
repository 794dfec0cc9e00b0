"""Edits of single values in YAML that keep every other character."""

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mkdocs_plantrace.parsing.yaml import yaml_nodes

_PLACEHOLDER = re.compile(r"<[^<>\n]{1,80}>|\{\{[^{}\n]{1,80}\}\}")
_HARMLESS = re.compile(r"\w(?:[\w ./()+=;-]*[\w/)+=;.-])?")
"""A text without any character that has a meaning in YAML."""


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
