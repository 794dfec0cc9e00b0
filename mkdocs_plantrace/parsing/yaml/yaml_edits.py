"""Changes single values in YAML, so that every other character stays as it is."""

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mkdocs_plantrace.parsing.yaml import yaml_nodes

_PLACEHOLDER = re.compile(r"<[^<>\n]{1,80}>|\{\{[^{}\n]{1,80}\}\}")
_HARMLESS = re.compile(r"\w(?:[\w ./()+=;-]*[\w/)+=;.-])?")
"""Without anything that means something to YAML anywhere in a value."""


def as_scalar(value: str, style: str | None = None) -> str:
    """A value in one line of YAML that reads as this very text, in block and flow alike.

    `style` is how it should be quoted: `'`, `"`, or not at all. What would be read as something
    else without quotes gets them.
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
    """Characters from `start` up to `end`, and what is to stand there."""

    start: int
    end: int
    text: str


def replace(node: ScalarNode, value: str) -> Change:
    """Another value for a scalar in one line, quoted as it is, or as needed for a placeholder."""
    text = as_scalar(value, None if _is_blank(node) else node.style)
    is_empty = node.start_mark.index == node.end_mark.index
    return Change(node.start_mark.index, node.end_mark.index, f" {text}" if is_empty else text)


def drop_item(text: str, sequence: SequenceNode, item: Node) -> Change:
    """Takes an item out of a list: its line, or all that stands in brackets."""
    if sequence.flow_style:
        return Change(sequence.start_mark.index, sequence.end_mark.index, "[]")
    start = text.rfind("\n", 0, item.start_mark.index) + 1
    end = text.find("\n", item.end_mark.index)
    return Change(start, len(text) if end == -1 else end + 1, "")


def apply(text: str, changes: Iterable[Change]) -> str:
    """The text with all changes made; of two that overlap only the first is."""
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
    """A mapping with some keys set, and the scalars of one line below all others filled in.

    Keys that are missing are added at the end. Items of `lists` that are nothing but a
    placeholder such as `<TASK-ID>` go: they would be taken for ids or paths. Raises
    UnreadableError for a text that is no mapping, or where a key to be set has no value in one
    line.
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
    filled = apply(text, changes)
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
    """What changes in the scalars below a node that stand in one line."""
    if not isinstance(node, ScalarNode):
        for child in yaml_nodes.children(node):
            yield from _fill_below(child, fill)
    elif _is_line(node):
        filled = fill(node.value)
        if filled != node.value:
            yield replace(node, filled)
