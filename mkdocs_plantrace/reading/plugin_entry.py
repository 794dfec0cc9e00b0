"""The plugin's entry in `mkdocs.yml`: put in without touching anything else."""

from __future__ import annotations

import re

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mkdocs_plantrace.reading import yaml_nodes

_NAME = "plantrace"


class NoPlaceError(ValueError):
    """The entry cannot be put in; the message says why, and what to write by hand."""


def add_plugin(text: str) -> str:
    """The configuration with an entry for plantrace; as it is if there is one.

    Raises NoPlaceError for what is not YAML, or no mapping, and where `plugins` is inherited or
    holds something else than plugins.
    """
    try:
        root = yaml_nodes.read(text)
    except yaml_nodes.UnreadableError as error:
        raise NoPlaceError(f"it is not YAML: {error.reason}") from error
    end = "\r\n" if "\r\n" in text else "\n"
    if root is not None and not isinstance(root, MappingNode):
        raise NoPlaceError("it holds no mapping")
    values = {key.value: (key, value) for key, value in root.value} if root else {}
    if "plugins" not in values:
        if "INHERIT" in values:
            raise NoPlaceError("its plugins may be inherited; add '- plantrace' to them by hand")
        gap = "" if not text or text.endswith(("\n", "\r")) else end
        return f"{text}{gap}plugins:{end}  - search{end}  - {_NAME}{end}"
    key, value = values["plugins"]
    if _is_there(value):
        return text
    if yaml_nodes.is_null(value) and value.start_mark.index == value.end_mark.index:
        found = re.compile(r"[^\r\n]*").match(text, key.end_mark.index)
        after = found.end() if found else len(text)
        return f"{text[:after]}{end}  - search{end}  - {_NAME}{text[after:]}"
    if isinstance(value, SequenceNode | MappingNode):
        return _insert(text, value, end)
    raise NoPlaceError(f"its plugins are {yaml_nodes.describe(value)}; add plantrace by hand")


def exclude_templates(text: str) -> str:
    """The configuration, which can be read, without the templates on the site.

    One that excludes anything already, or may inherit that, is left alone.
    """
    root = yaml_nodes.read(text)
    keys = {key.value for key, _ in root.value} if isinstance(root, MappingNode) else {"INHERIT"}
    if not keys.isdisjoint({"exclude_docs", "INHERIT"}):
        return text
    end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if text.endswith(("\n", "\r")) else end
    return f"{text}{gap}exclude_docs: _template/{end}"


def _is_there(plugins: Node) -> bool:
    if isinstance(plugins, SequenceNode):
        return any(_is_there(item) for item in plugins.value)
    if isinstance(plugins, MappingNode):
        return any(_is_there(key) for key, _ in plugins.value)
    return isinstance(plugins, ScalarNode) and plugins.value == _NAME


def _insert(text: str, plugins: SequenceNode | MappingNode, end: str) -> str:
    is_list = isinstance(plugins, SequenceNode)
    entry = _NAME if is_list else f"{_NAME}: {{}}"
    items = plugins.value if is_list else [key for key, _ in plugins.value]
    if plugins.flow_style:
        after = plugins.start_mark.index + 1
        if is_list and items:
            after = items[-1].end_mark.index
            return f"{text[:after]}, {entry}{text[after:]}"
        return f"{text[:after]}{entry}{', ' if items else ''}{text[after:]}"
    # Before the first item, or behind the last one if that is a single word: what ends an item
    # of several lines, comments among them, is hard to tell.
    first, last = items[0], items[-1]
    start = text.rfind("\n", 0, first.start_mark.index) + 1
    lead = text[start : first.start_mark.index]
    if is_list and isinstance(last, ScalarNode) and last.style not in ("|", ">"):
        line_end = text.find("\n", last.end_mark.index)
        if line_end == -1:
            return f"{text}{end}{lead}{entry}"
        return f"{text[: line_end + 1]}{lead}{entry}{end}{text[line_end + 1 :]}"
    return f"{text[:start]}{lead}{entry}{end}{text[start:]}"
