"""The plugin's entry in `mkdocs.yml`: located, and added without changing anything else."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.yaml import yaml_nodes
from mkdocs_plantrace.parsing.yaml.yaml_edits import as_scalar

_NAME = "plantrace"
_TEXT = "tag:yaml.org,2002:str"
_SEARCH = (_TEXT, "search")
_MUST_BE_LAST = "print-site"
"""A plugin that has to come after all others that add pages."""
Options: TypeAlias = Mapping[str, str | Sequence[str]]
_NO_OPTIONS: Options = {}

_Shape: TypeAlias = tuple[object, ...]


class NoPlaceError(ValueError):
    """The entry cannot be added; the message has the reason, and what to add by hand."""


def set_up_plugin(text: str, options: Options = _NO_OPTIONS, *, has_templates: bool = True) -> str:
    """Add an entry for plantrace, and exclude its templates, if any, from the site.

    Raises NoPlaceError if that would change anything else in the configuration.
    """
    after = add_plugin(text, options)
    try:
        after = exclude_templates(after) if has_templates else after
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
        tuple(item for item in plugins or () if not _is_entry(item))
        for plugins in (new_plugins, (_SEARCH,) if old_plugins is None else old_plugins)
    )
    excluded = new.pop("exclude_docs", None)
    is_kept = old.pop("exclude_docs", None) in (None, excluded)
    return is_kept and old == new and others == expected


def _is_entry(item: object) -> bool:
    """Whether this is the name, a mapping with only the name, or a pair of name and options."""
    name = (_TEXT, _NAME)
    if not isinstance(item, tuple):
        return False
    return item == name or item[:1] == (name,) or (len(item) == 1 and _is_entry(item[0]))


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


def add_plugin(text: str, options: Options = _NO_OPTIONS) -> str:
    """Add an entry for plantrace with these options, unless there is one.

    Raises NoPlaceError if the text is not a YAML mapping, or `plugins` is inherited or does not
    have plugins.
    """
    try:
        root = yaml_nodes.read(text)
    except yaml_nodes.UnreadableError as error:
        raise NoPlaceError(f"it is not YAML: {error.reason}") from error
    if root is not None and not isinstance(root, MappingNode):
        raise NoPlaceError("it is not a mapping")
    pairs = root.value if root else ()
    values = {key.value: (key, value) for key, value in pairs if isinstance(key, ScalarNode)}
    if "plugins" not in values:
        if not values.keys().isdisjoint(("INHERIT", "<<")):
            raise NoPlaceError("its plugins may be inherited; add '- plantrace' to them by hand")
        return _append(text, "plugins:", "  - search", f"  - {_format_entry(options)}")
    key, value = values["plugins"]
    if any(name.value == _NAME for _, name, _ in _list_entries(value)):
        return text
    if yaml_nodes.is_null(value) and value.start_mark.index == value.end_mark.index:
        line, *_ = re.split(r"[\r\n]", text[key.end_mark.index :], maxsplit=1)
        after, end = key.end_mark.index + len(line), _find_line_end(text)
        entry = _format_entry(options)
        return f"{text[:after]}{end}  - search{end}  - {entry}{text[after:]}"
    if isinstance(value, SequenceNode | MappingNode) and not yaml_nodes.has_custom_tag(value):
        return _insert(text, value, options)
    raise NoPlaceError(f"its plugins are {yaml_nodes.describe(value)}; add plantrace by hand")


def exclude_templates(text: str) -> str:
    """Exclude the templates from the site, unless `exclude_docs` is set or may be inherited."""
    pairs = _top_level(text)
    keys = {name for name, _ in pairs} if pairs else {"INHERIT"}
    if not keys.isdisjoint({"exclude_docs", "INHERIT"}):
        return text
    return _append(text, "exclude_docs: _template/")


def _find_line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _append(text: str, *lines: str) -> str:
    end = _find_line_end(text)
    gap = "" if not text or text.endswith(("\n", "\r")) else end
    return "".join([text, gap, *(f"{line}{end}" for line in lines)])


def _list_entries(plugins: Node | None) -> Iterator[tuple[Node, Node, Node | None]]:
    """The items of a list, or the keys of a mapping, each with name and options of a plugin."""
    if isinstance(plugins, SequenceNode):
        for item in plugins.value:
            yield from ((item, name, options) for _, name, options in _list_entries(item))
    elif isinstance(plugins, MappingNode):
        yield from ((name, name, options) for name, options in yaml_nodes.entries(plugins))
    elif plugins is not None:
        yield plugins, plugins, None


def _format_entry(options: Options) -> str:
    return f"{_NAME}: {_format_options(options)}" if options else _NAME


def _format_options(options: Options) -> str:
    return f"{{{', '.join(f'{key}: {_format_value(it)}' for key, it in options.items())}}}"


def _format_value(value: str | Sequence[str]) -> str:
    return as_scalar(value) if isinstance(value, str) else f"[{', '.join(map(as_scalar, value))}]"


def _insert(text: str, plugins: SequenceNode | MappingNode, options: Options) -> str:
    if plugins.flow_style:
        return _insert_in_flow(text, plugins, options)
    if isinstance(plugins, MappingNode):
        (first, _), *_ = plugins.value
        return _insert_line(text, first, f"{_NAME}: {_format_options(options)}")
    entry, last = _format_entry(options), plugins.value[-1]
    item = _find_print_site(plugins)
    if item is None and (not isinstance(last, ScalarNode) or last.style in ("|", ">")):
        item = plugins.value[0]  # the end of an item with several lines is ambiguous
    if item:
        return _insert_line(text, item, entry)
    line_end = text.find("\n", last.end_mark.index)
    _, lead = _find_line(text, plugins.value[0])
    if line_end == -1:
        return f"{text}{_find_line_end(text)}{lead}{entry}"
    return f"{text[: line_end + 1]}{lead}{entry}{_find_line_end(text)}{text[line_end + 1 :]}"


def _insert_in_flow(text: str, plugins: SequenceNode | MappingNode, options: Options) -> str:
    after = plugins.start_mark.index + 1
    if isinstance(plugins, MappingNode):
        entry = f"{_NAME}: {_format_options(options)}"
        return f"{text[:after]}{entry}{', ' if plugins.value else ''}{text[after:]}"
    entry = f"{{{_format_entry(options)}}}" if options else _NAME
    if print_site := _find_print_site(plugins):
        before = print_site.start_mark.index
        return f"{text[:before]}{entry}, {text[before:]}"
    if plugins.value:
        after = plugins.value[-1].end_mark.index
        return f"{text[:after]}, {entry}{text[after:]}"
    return f"{text[:after]}{entry}{text[after:]}"


def _find_print_site(plugins: SequenceNode) -> Node | None:
    entries = _list_entries(plugins)
    return next((item for item, name, _ in entries if name.value == _MUST_BE_LAST), None)


def _insert_line(text: str, item: Node, entry: str) -> str:
    """Insert a line before the first line of an item."""
    start, lead = _find_line(text, item)
    return f"{text[:start]}{lead}{entry}{_find_line_end(text)}{text[start:]}"


def _find_line(text: str, item: Node) -> tuple[int, str]:
    """Return where the line of an item starts, and what is there before the item."""
    start = text.rfind("\n", 0, item.start_mark.index) + 1
    return start, text[start : item.start_mark.index]


def locate_option(path: str, text: str, option: str) -> Location:
    """Locate an option of plantrace, else the entry of the plugin, else the start of the file."""
    try:
        root = yaml_nodes.read(text)
    except yaml_nodes.UnreadableError:  # MkDocs reports it
        root = None
    plugins = yaml_nodes.values_by_key(root).get("plugins")
    for _, name, options in _list_entries(plugins):
        if name.value == _NAME:
            inside = yaml_nodes.entries(options) if isinstance(options, MappingNode) else ()
            node = next((key for key, _ in inside if key.value == option), name)
            return LineIndex(path, text).at(node.start_mark.index, node.end_mark.index)
    return Location(path=path)
