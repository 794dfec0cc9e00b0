"""Locations of options in `mkdocs.yml`, for problems of the configuration."""

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.yaml import yaml_nodes


def locate_option(path: str, text: str, option: str) -> Location:
    """Locate an option of plantrace; if it is not set, the entry of the plugin.

    `path` is only used in the location. Without an entry, as in a file that inherits its plugins,
    the location is the start of the file.
    """
    places = LineIndex(path, text)
    try:
        root = yaml_nodes.read(text)
    except yaml_nodes.UnreadableError:  # MkDocs reports it
        root = None
    node = _find(_find(root, "plugins"), "plantrace", option)
    if node is None:
        return Location(path=path)
    return places.at(node.start_mark.index, node.end_mark.index)


def _find(node: Node | None, key: str, inner: str | None = None) -> Node | None:
    """Find the value of `key`, or with `inner` that key in the value, or `key` itself."""
    if isinstance(node, SequenceNode):
        found = (_find(item, key, inner) for item in node.value)
        return next((item for item in found if item is not None), None)
    if isinstance(node, ScalarNode):
        return node if inner is not None and node.value == key else None
    for name, value in yaml_nodes.entries(node) if isinstance(node, MappingNode) else ():
        if isinstance(name, ScalarNode) and name.value == key:
            if inner is None:
                return value
            inside = yaml_nodes.entries(value) if isinstance(value, MappingNode) else ()
            return next((option for option, _ in inside if option.value == inner), name)
    return None
