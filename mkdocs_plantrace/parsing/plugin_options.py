"""The plugin's entry in `mkdocs.yml`, added without changing anything else."""

import re
from typing import TypeAlias

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mkdocs_plantrace.parsing.yaml import yaml_nodes

_NAME = "plantrace"
_TEXT = "tag:yaml.org,2002:str"
_SEARCH = (_TEXT, "search")
_ENTRIES = ((_TEXT, _NAME), ((_TEXT, _NAME), ()))
"""The entry in a list, and in a mapping."""

_Shape: TypeAlias = tuple[object, ...]


class NoPlaceError(ValueError):
    """The entry cannot be added; the message has the reason, and what to add by hand."""


def set_up_plugin(text: str) -> str:
    """Add an entry for plantrace, and exclude its templates from the site.

    Raises NoPlaceError if that would change anything else in the configuration.
    """
    after = add_plugin(text)
    try:
        after = exclude_templates(after)
        is_safe = after == text or _differs_only_in_entry(text, after)
    except yaml_nodes.UnreadableError:
        is_safe = False
    if not is_safe:
        raise NoPlaceError("its layout is not supported; add '- plantrace' to its plugins by hand")
    return after


def _differs_only_in_entry(before: str, after: str) -> bool:
    pairs = _top_level(before)
    old, new = dict(pairs), dict(_top_level(after))
    if len(old) < len(pairs):  # a key is repeated
        return False
    old_plugins, new_plugins = old.pop("plugins", None), new.pop("plugins")
    others, expected = (
        tuple(item for item in plugins or () if item not in _ENTRIES)
        for plugins in (new_plugins, (_SEARCH,) if old_plugins is None else old_plugins)
    )
    excluded = new.pop("exclude_docs", None)
    is_kept = old.pop("exclude_docs", None) in (None, excluded)
    return is_kept and old == new and others == expected


def _top_level(text: str) -> list[tuple[str, _Shape | None]]:
    """The keys at the top with their values, merged ones included."""
    root = yaml_nodes.read(text)
    pairs = yaml_nodes.entries(root) if isinstance(root, MappingNode) else ()
    return [(str(key.value), _shape(value)) for key, value in pairs]


def _shape(node: Node) -> _Shape | None:
    """The content of a node without locations; None for null."""
    if isinstance(node, MappingNode):
        return tuple((_shape(key), _shape(value)) for key, value in node.value)
    if isinstance(node, SequenceNode):
        return tuple(map(_shape, node.value))
    return None if yaml_nodes.is_null(node) else (node.tag, node.value)


def add_plugin(text: str) -> str:
    """Add an entry for plantrace, unless there is one.

    Raises NoPlaceError if the text is not a YAML mapping, or `plugins` is inherited or does not
    have plugins.
    """
    try:
        root = yaml_nodes.read(text)
    except yaml_nodes.UnreadableError as error:
        raise NoPlaceError(f"it is not YAML: {error.reason}") from error
    end = "\r\n" if "\r\n" in text else "\n"
    if root is not None and not isinstance(root, MappingNode):
        raise NoPlaceError("it is not a mapping")
    values = {key.value: (key, value) for key, value in root.value} if root else {}
    if "plugins" not in values:
        if not values.keys().isdisjoint(("INHERIT", "<<")):
            raise NoPlaceError("its plugins may be inherited; add '- plantrace' to them by hand")
        return _append(text, "plugins:", "  - search", f"  - {_NAME}")
    key, value = values["plugins"]
    if _is_there(value):
        return text
    if yaml_nodes.is_null(value) and value.start_mark.index == value.end_mark.index:
        found = re.compile(r"[^\r\n]*").match(text, key.end_mark.index)
        after = found.end() if found else len(text)
        return f"{text[:after]}{end}  - search{end}  - {_NAME}{text[after:]}"
    if isinstance(value, SequenceNode | MappingNode) and not yaml_nodes.has_custom_tag(value):
        return _insert(text, value, end)
    raise NoPlaceError(f"its plugins are {yaml_nodes.describe(value)}; add plantrace by hand")


def exclude_templates(text: str) -> str:
    """Exclude the templates from the site, in a valid configuration.

    One that already has `exclude_docs`, or may inherit it, is not changed.
    """
    root = yaml_nodes.read(text)
    keys = {key.value for key, _ in root.value} if isinstance(root, MappingNode) else {"INHERIT"}
    if not keys.isdisjoint({"exclude_docs", "INHERIT"}):
        return text
    return _append(text, "exclude_docs: _template/")


def _append(text: str, *lines: str) -> str:
    end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text or text.endswith(("\n", "\r")) else end
    return "".join([text, gap, *(f"{line}{end}" for line in lines)])


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
    # Before the first item, or after the last one if that is a single word: the end of an item
    # with several lines and comments is ambiguous.
    first, last = items[0], items[-1]
    start = text.rfind("\n", 0, first.start_mark.index) + 1
    lead = text[start : first.start_mark.index]
    if is_list and isinstance(last, ScalarNode) and last.style not in ("|", ">"):
        line_end = text.find("\n", last.end_mark.index)
        if line_end == -1:
            return f"{text}{end}{lead}{entry}"
        return f"{text[: line_end + 1]}{lead}{entry}{end}{text[line_end + 1 :]}"
    return f"{text[:start]}{lead}{entry}{end}{text[start:]}"
