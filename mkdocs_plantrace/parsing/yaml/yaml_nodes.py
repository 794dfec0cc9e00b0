"""YAML to nodes with locations, safe for hostile input."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import TypeAlias, TypeVar

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import Reader

try:
    from yaml import CSafeLoader as FastLoader
except ImportError:  # a PyYAML without libyaml: same nodes and places, only slower
    from yaml import SafeLoader as FastLoader  # type: ignore[assignment]

MAX_DEPTH = 100
MAX_NODES = 100_000
"""The largest accepted number of nodes, aliases expanded."""

_TYPES = {
    "str": "text",
    "int": "a number",
    "float": "a number",
    "bool": "a truth value",
    "null": "nothing",
    "timestamp": "a date",
    "seq": "a list",
    "map": "a mapping",
}
_Part = TypeVar("_Part", yaml.Event, yaml.Token)
_Loader: TypeAlias = type[yaml.SafeLoader] | type[yaml.CSafeLoader]
_PARSER_ERRORS = (yaml.YAMLError, ValueError, OverflowError, RecursionError)
_MERGE = "tag:yaml.org,2002:merge"
_STRING = "tag:yaml.org,2002:str"
_KNOWN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in (
        *("null", "bool", "int", "float", "binary", "timestamp", "omap", "pairs", "set"),
        *("str", "seq", "map", "merge", "value"),
    )
)
# libyaml's composer recurses in C without a limit, so deep input must never reach it. The number
# of open brackets and the longest run of indentation and dashes are upper bounds of the depth.
_INDENT = re.compile(rf"\n[ \t\-?:]{{{MAX_DEPTH // 2}}}")
_OTHER_LINE_ENDS = "\r\x85\u2028\u2029"
_LONGEST_TO_EXPLAIN = 32 * 1024
"""The pure parser takes a second for this many characters; for more, libyaml's error is used."""


class UnreadableError(ValueError):
    """A text that is not acceptable YAML; `offset` is in characters."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


def read(text: str) -> Node | None:
    """Like `compose`; aliases that expand to too many nodes raise UnreadableError.

    Recursion over the result is safe.
    """
    root = compose(text)
    if root is not None:
        _reject_expansion(root, text)
    return root


def compose(text: str, loader: _Loader = FastLoader) -> Node | None:
    """Return the root node of the only YAML document in `text`, None if it is empty.

    Raises UnreadableError for invalid syntax, control characters and too deep nesting.
    """
    forbidden = _find_forbidden_character(text)
    if forbidden != -1:
        code = ord(text[forbidden])
        raise UnreadableError(f"the character U+{code:04X} is not allowed", forbidden)
    try:
        if _may_be_deep(text):
            _check_depth(text, loader)
        return yaml.compose(text, loader)
    except UnreadableError:
        raise
    except _PARSER_ERRORS as error:
        if loader is yaml.SafeLoader or len(text) > _LONGEST_TO_EXPLAIN:
            raise _explain(error) from error
        return _compose_slowly(text, error)


def events(text: str) -> list[yaml.Event]:
    """Return the events of a text that `compose` accepts; they include aliases."""
    return _read_twice(yaml.parse, text)


def scalars(text: str) -> Iterator[tuple[int, int]]:
    """Find start and end of each scalar of such a text, without its tag and anchor."""
    tokens = _read_twice(yaml.scan, text)
    return (extent(token) for token in tokens if isinstance(token, yaml.ScalarToken))


def _read_twice(read: Callable[[str, _Loader], Iterable[_Part]], text: str) -> list[_Part]:
    """Read with the fast parser, or the pure one if it refuses the text."""
    try:
        return list(read(text, FastLoader))
    except _PARSER_ERRORS:
        return list(read(text, yaml.SafeLoader))


def extent(part: yaml.Event | yaml.Token) -> tuple[int, int]:
    """Return start and end of a part of a text, in characters."""
    start, end = part.start_mark, part.end_mark
    return (start.index, end.index) if start and end else (0, 0)


def _compose_slowly(text: str, error_of_libyaml: Exception) -> Node | None:
    """Use the pure parser for a text that libyaml rejects: its errors are better."""
    try:
        return yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise _explain(error) from error
    except _PARSER_ERRORS as error:  # such as an escape for a character that does not exist
        raise _explain(error_of_libyaml) from error


def _find_forbidden_character(text: str) -> int:
    """Find the first character that PyYAML rejects, -1 if there is none.

    U+FEFF after the start is included, because PyYAML's two parsers differ on it.
    """
    line = text.replace("\n", "").replace("\t", "").replace("\r", "")
    if line.isascii() and line.isprintable():  # faster than the pattern
        return -1
    refused = Reader.NON_PRINTABLE.search(text)
    offsets = (refused.start() if refused else -1, text.find("\ufeff"))
    return min((offset for offset in offsets if offset != -1), default=-1)


def _may_be_deep(text: str) -> bool:
    openers = text.count("[") + text.count("{")
    for end in _OTHER_LINE_ENDS:
        text = text.replace(end, "\n")
    return openers >= MAX_DEPTH // 2 or _INDENT.search(f"\n{text}") is not None


def _check_depth(text: str, loader: _Loader) -> None:
    try:
        _measure_depth(text, loader)
    except yaml.MarkedYAMLError as error:
        # libyaml reads ahead, and may find a later error before it reports the depth.
        if error.problem_mark:
            with suppress(yaml.YAMLError):
                _measure_depth(text[: error.problem_mark.index], loader)
        raise


def _measure_depth(text: str, loader: _Loader) -> None:
    depth = 0
    for event in yaml.parse(text, loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                offset = event.start_mark.index if event.start_mark else 0
                raise UnreadableError(f"nested more than {MAX_DEPTH} deep", offset)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _explain(error: Exception) -> UnreadableError:
    if not isinstance(error, yaml.MarkedYAMLError):
        return UnreadableError(f"not YAML: {error}", 0)
    mark = error.problem_mark or error.context_mark
    words = [word for word in (error.context, error.problem) if word]
    reason = ": ".join(words).replace("\n", " ")
    return UnreadableError(reason or "not YAML", mark.index if mark else 0)


def _reject_expansion(root: Node, text: str) -> None:
    # Without aliases a character makes less than two nodes: `[:,:]` holds two mappings.
    has_aliases = "*" in text and "&" in text
    if not has_aliases and len(text) < MAX_NODES // 2 and not _may_be_deep(text):
        return
    budget = MAX_NODES
    stack = [(root, 1)]
    while stack:
        node, depth = stack.pop()
        budget -= 1
        if budget < 0:
            reason = f"holds more than {MAX_NODES:,} values, aliases expanded"
            raise UnreadableError(reason, node.start_mark.index)
        if depth > MAX_DEPTH:
            reason = f"nested more than {MAX_DEPTH} deep, aliases expanded"
            raise UnreadableError(reason, node.start_mark.index)
        stack.extend((child, depth + 1) for child in children(node))


def walk_nodes(*roots: Node) -> Iterator[Node]:
    """All nodes of a graph, each once: aliases refer to the same node."""
    stack = [*roots]
    seen: set[int] = set()
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            if isinstance(node, MappingNode):  # faster than a call of `children`
                stack.extend(chain.from_iterable(node.value))
            elif isinstance(node, SequenceNode):
                stack.extend(node.value)


def children(node: Node) -> Sequence[Node]:
    """The nodes directly below a node, keys included."""
    if isinstance(node, MappingNode):
        return tuple(chain.from_iterable(node.value))
    return node.value if isinstance(node, SequenceNode) else ()


def entries(node: MappingNode) -> tuple[tuple[Node, Node], ...]:
    """Keys and values in order, then merged ones (`<<`) that are not overridden."""
    own = [pair for pair in node.value if pair[0].tag != _MERGE]
    if len(own) == len(node.value):
        return tuple(own)
    seen = {key.value for key, _ in own if isinstance(key, ScalarNode)}
    for merged in (value for key, value in node.value if key.tag == _MERGE):
        sources = merged.value if isinstance(merged, SequenceNode) else [merged]
        for source in sources:
            for key, value in entries(source) if isinstance(source, MappingNode) else ():
                if isinstance(key, ScalarNode) and key.value not in seen:
                    seen.add(key.value)
                    own.append((key, value))
    return tuple(own)


def values_by_key(node: Node | None) -> dict[str, Node]:
    """The values of a mapping by their keys, the first of each; none for anything else."""
    pairs = entries(node) if isinstance(node, MappingNode) else ()
    return {key.value: value for key, value in reversed(pairs) if isinstance(key, ScalarNode)}


def require_mapping(node: Node | None) -> MappingNode:
    """Return the node of a text that must be a mapping. Raises UnreadableError."""
    if not isinstance(node, MappingNode):
        found = "is empty" if node is None else f"holds {describe(node)}, not a mapping"
        raise UnreadableError(found, 0)
    return node


def is_text(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == _STRING


def is_null(node: Node) -> bool:
    return node.tag == "tag:yaml.org,2002:null"


def is_empty(node: Node) -> bool:
    """Whether a value is null, or a text of white space."""
    return is_null(node) or (isinstance(node, ScalarNode) and not node.value.strip())


def has_custom_tag(node: Node) -> bool:
    return node.tag not in _KNOWN_TAGS


def describe(node: Node) -> str:
    """Describe the type of a node, as in "found a list"."""
    if has_custom_tag(node):
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        return f"a value tagged {tag!r}"
    return _TYPES.get(node.tag.rpartition(":")[2], "another type")
