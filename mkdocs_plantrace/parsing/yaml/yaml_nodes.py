"""YAML to nodes that know their place, safe against hostile input."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TypeAlias

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import Reader

try:
    from yaml import CSafeLoader as FastLoader
except ImportError:  # a PyYAML without libyaml: same nodes and places, only slower
    from yaml import SafeLoader as FastLoader  # type: ignore[assignment]

MAX_DEPTH = 100
MAX_NODES = 100_000
"""More nodes than this, aliases expanded, and a metadata file is a bomb."""

_Loader: TypeAlias = type[yaml.SafeLoader] | type[yaml.CSafeLoader]
_REFUSALS = (yaml.YAMLError, ValueError, OverflowError, RecursionError)
_MERGE = "tag:yaml.org,2002:merge"
_STRING = "tag:yaml.org,2002:str"
_KNOWN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in (
        *("null", "bool", "int", "float", "binary", "timestamp", "omap", "pairs", "set"),
        *("str", "seq", "map", "merge", "value"),
    )
)
# libyaml's composer recurses in C without a limit, so deep input must never reach it. Open
# brackets, and the longest run of indentation and dashes, bound the depth from above.
_INDENT = re.compile(rf"\n[ \t\-?:]{{{MAX_DEPTH // 2}}}")
_OTHER_LINE_ENDS = "\r\x85\u2028\u2029"
_LONGEST_TO_EXPLAIN = 32 * 1024
"""The pure parser takes a second for this many characters; libyaml's word stands for more."""


class UnreadableError(ValueError):
    """The text is not YAML that we accept; `offset` is where, in characters."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


def read(text: str) -> Node | None:
    """Like `compose`; raises UnreadableError for aliases that expand beyond reason, too.

    A recursive reader of the node graph is safe.
    """
    root = compose(text)
    if root is not None:
        _refuse_bombs(root, text)
    return root


def compose(text: str, loader: _Loader = FastLoader) -> Node | None:
    """The root node of the only YAML document in `text`, None if it is empty.

    Raises UnreadableError for bad syntax, control characters, and files nested too deeply.
    """
    forbidden = _find_forbidden(text)
    if forbidden != -1:
        code = ord(text[forbidden])
        raise UnreadableError(f"the character U+{code:04X} is not allowed", forbidden)
    try:
        if _may_be_deep(text):
            _refuse_depth(text, loader)
        return yaml.compose(text, loader)
    except UnreadableError:
        raise
    except _REFUSALS as error:
        if loader is yaml.SafeLoader or len(text) > _LONGEST_TO_EXPLAIN:
            raise _explain(error) from error
        return _second_opinion(text, error)


def events(text: str) -> list[yaml.Event]:
    """What a text that `compose` has taken is made of: unlike nodes they tell aliases."""
    try:
        return list(yaml.parse(text, FastLoader))
    except _REFUSALS:
        return list(yaml.parse(text, yaml.SafeLoader))


def scalars(text: str) -> Iterator[tuple[int, int]]:
    """Where each scalar of such a text starts and ends, without its tag and anchor."""
    try:
        tokens = list(yaml.scan(text, FastLoader))
    except _REFUSALS:
        tokens = list(yaml.scan(text, yaml.SafeLoader))
    for token in tokens:
        if isinstance(token, yaml.ScalarToken):
            yield extent(token)


def extent(part: yaml.Event | yaml.Token) -> tuple[int, int]:
    """Where a part of a text starts and ends, in characters."""
    start, end = part.start_mark, part.end_mark
    return (start.index, end.index) if start and end else (0, 0)


def _second_opinion(text: str, refusal: Exception) -> Node | None:
    """What the pure parser says of a text that libyaml refuses: it explains itself better."""
    try:
        return yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise _explain(error) from error
    except _REFUSALS as error:  # such as an escape for a character that does not exist
        raise _explain(refusal) from error


def _find_forbidden(text: str) -> int:
    """Where the first character is that PyYAML refuses, -1 if there is none.

    U+FEFF behind the start is one as well: its two parsers disagree on it.
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


def _refuse_depth(text: str, loader: _Loader) -> None:
    try:
        _measure_depth(text, loader)
    except yaml.MarkedYAMLError as error:
        # libyaml looks ahead, and may refuse what comes later before it reports the depth.
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


def _refuse_bombs(root: Node, text: str) -> None:
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


def all_nodes(*roots: Node) -> Iterator[Node]:
    """All nodes of a graph, each once, as an alias stands for one written elsewhere."""
    stack = [*roots]
    seen: set[int] = set()
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            stack.extend(children(node))
            yield node


def children(node: Node) -> list[Node]:
    """The nodes directly below a node, keys included."""
    if isinstance(node, MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, SequenceNode) else []


def entries(node: MappingNode) -> tuple[tuple[Node, Node], ...]:
    """Keys and values in the order written; merged ones (`<<`) last, where not overridden."""
    own = [pair for pair in node.value if pair[0].tag != _MERGE]
    if len(own) == len(node.value):
        return tuple(own)
    seen = {key.value for key, _ in own if isinstance(key, ScalarNode)}
    for key, value in node.value:
        if key.tag != _MERGE:
            continue
        sources = value.value if isinstance(value, SequenceNode) else [value]
        for source in sources:
            if not isinstance(source, MappingNode):
                continue
            for pair in entries(source):
                if isinstance(pair[0], ScalarNode) and pair[0].value not in seen:
                    seen.add(pair[0].value)
                    own.append(pair)
    return tuple(own)


def is_text(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == _STRING


def is_null(node: Node) -> bool:
    return node.tag == "tag:yaml.org,2002:null"


def is_foreign(node: Node) -> bool:
    """Whether the node carries a tag that is not one of YAML's own."""
    return node.tag not in _KNOWN_TAGS


def describe(node: Node) -> str:
    """What YAML takes the node for, as in "found a list"."""
    if is_foreign(node):
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        return f"a value tagged {tag!r}"
    names = {
        "str": "text",
        "int": "a number",
        "float": "a number",
        "bool": "a truth value",
        "null": "nothing",
        "timestamp": "a date",
        "seq": "a list",
        "map": "a mapping",
    }
    return names.get(node.tag.rpartition(":")[2], "another type")
