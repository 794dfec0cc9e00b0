"""The keys of one metadata file: names that nobody declared, and names in another style."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from yaml.nodes import Node, ScalarNode

from mkdocs_plantrace import rules
from mkdocs_plantrace.known_fields import KNOWN_FIELDS
from mkdocs_plantrace.reading import yaml_nodes
from mkdocs_plantrace.reading.fields import FieldReader

_LOWER_SNAKE = re.compile(r"_?[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
_SIMILAR = 0.8
_LINE_WITH_TAB = re.compile(r"[^\r\n\t]*+\t[^\r\n]*+")
_SPACES = "indent with spaces"


def find_odd_keys(reader: FieldReader, declared: frozenset[str] = frozenset()) -> None:
    """Report PT007 and PT008 at the keys at the top of a file.

    `declared` are the keys that the project's own schema names.
    """
    known = declared.union(reader.key(field.name or field.key) for field in KNOWN_FIELDS)
    required = {reader.key(field.name) for field in KNOWN_FIELDS if field.is_required}
    absent = known - reader.nodes.keys()
    likely = absent - required  # PT003 speaks of the required ones
    for key in [key for key in reader.nodes if key not in known]:
        if _LOWER_SNAKE.fullmatch(key):
            _report_unknown(reader, key, likely)
        else:
            _report_style(reader, key, absent)


def _report_unknown(reader: FieldReader, key: str, absent: frozenset[str]) -> None:
    """A near miss of a field that is there is a field of its own."""
    close = _near_miss(key, absent)
    if close or reader.settings.severity_of(rules.UNKNOWN_FIELD):
        hint = f"did you mean {close!r}?" if close else None
        node = reader.nodes[key][0]
        reader.report(rules.UNKNOWN_FIELD, node, f"nobody declared field {key!r}", hint, key)


def _near_miss(key: str, names: Iterable[str]) -> str | None:
    letters = set(key)
    # What only one of the two has cannot match, which rules most names out at once.
    candidates = [
        name
        for name in names
        if abs(len(key) - len(name)) <= (slack := (1 - _SIMILAR) * (len(key) + len(name)))
        and len(letters.symmetric_difference(name)) <= slack
    ]
    if not candidates:
        return None
    close = difflib.get_close_matches(key, sorted(candidates), n=1, cutoff=_SIMILAR)
    return close[0] if close else None


def _report_style(reader: FieldReader, key: str, absent: frozenset[str]) -> None:
    snake = "_".join(_WORD.findall(key)).lower()
    hint = f"did you mean {snake!r}?" if snake in absent else None
    node = reader.nodes[key][0]
    reader.report(rules.KEY_STYLE, node, f"key {key!r} is not lower_snake_case", hint, key)


def find_stray_tabs(reader: FieldReader, text: str) -> None:
    """Report PT008 at the first tab of each line that is not inside a value."""
    if "\t" not in text:
        return
    ends = {node.start_mark.index: node.end_mark.index for node in _scalars(reader.root)}
    starts = sorted(ends)
    for line in _LINE_WITH_TAB.finditer(text):
        comment = line.group().find("#")  # behind it a tab does no harm
        for tab in re.finditer(r"\t", line.group()[: comment if comment >= 0 else None]):
            position = line.start() + tab.start()
            nearest = bisect_right(starts, position) - 1
            if nearest < 0 or ends[starts[nearest]] <= position:
                where = reader.places.at(position, position + 1)
                reader.report_at(rules.KEY_STYLE, where, "a tab outside a value", _SPACES)
                break


def _scalars(root: Node) -> Iterator[ScalarNode]:
    stack = [root]
    seen: set[int] = set()
    while stack:
        node = stack.pop()
        if id(node) in seen:  # an alias
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            yield node
        stack.extend(yaml_nodes.children(node))
