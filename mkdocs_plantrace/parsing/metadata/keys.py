"""The keys of one file: repeated ones, unknown ones, and ones in another style."""

import re
from bisect import bisect_right
from functools import lru_cache

from yaml.nodes import MappingNode, Node, ScalarNode

from mkdocs_plantrace.config.fields import KNOWN_FIELDS
from mkdocs_plantrace.parsing.metadata.field_reader import FieldReader
from mkdocs_plantrace.parsing.metadata.metadata_rules import DUPLICATE_KEY, KEY_STYLE, UNKNOWN_FIELD
from mkdocs_plantrace.parsing.yaml import yaml_nodes
from mkdocs_plantrace.utils.did_you_mean import find_closest, format_suggestion

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
# Higher than the usual cut-off, because here the similarity itself is the problem.
_SIMILAR = 0.8
"""The least similarity to a field that rules read."""
_VERY_SIMILAR = 0.9
"""The least similarity to a field that is only shown: these have names that are common words."""
_LINE_WITH_TAB = re.compile(r"[^\r\n\t]*+\t[^\r\n]*+")
_SPACES = "indent with spaces"


def find_duplicate_keys(reader: FieldReader) -> None:
    """Report PT002 at repeated keys of all mappings, nested ones included."""
    for mapping in yaml_nodes.walk_nodes(reader.root):
        if not isinstance(mapping, MappingNode):
            continue
        first: dict[str, Node] = {}
        for key, _ in mapping.value:
            if not isinstance(key, ScalarNode):
                continue
            earlier = first.setdefault(key.value, key)
            if earlier is not key:
                line = reader.locate(earlier).line
                message = f"key {key.value!r} is repeated, first in line {line}"
                reader.report(DUPLICATE_KEY, key, message, None, key.value)


def find_odd_keys(reader: FieldReader, declared: frozenset[str] = frozenset()) -> None:
    """Report PT007 and PT008 at the keys at the top of a file.

    `declared` are the properties of the project's own schema.
    """
    read = {reader.key(field.name): field for field in KNOWN_FIELDS if field.name}
    known = declared.union(read, (field.key for field in KNOWN_FIELDS if not field.name))
    unknown = [key for key in reader.nodes if key not in known]
    if not unknown:
        return
    absent = known - reader.nodes.keys()
    # PT003 reports the required ones.
    likely = frozenset(absent - {key for key, field in read.items() if field.is_required})
    for key in unknown:
        if key.isidentifier() and key == key.lower():
            likely_read = likely.intersection(read)
            _report_unknown(reader, key, likely_read, likely - likely_read)
        else:
            snake = "_".join(_WORD.findall(key)).lower()
            hint = format_suggestion(snake if snake in absent else None)
            message = f"key {key!r} is not lower_snake_case"
            reader.report(KEY_STYLE, reader.nodes[key][0], message, hint, key)


def _report_unknown(
    reader: FieldReader, key: str, read: frozenset[str], shown: frozenset[str]
) -> None:
    close = _near_miss(key, read, _SIMILAR) or _near_miss(key, shown, _VERY_SIMILAR)
    if close or reader.settings.severity_of(UNKNOWN_FIELD):
        node, hint = reader.nodes[key][0], format_suggestion(close)
        reader.report(UNKNOWN_FIELD, node, f"unknown field {key!r}", hint, key)


@lru_cache(maxsize=1000)  # the files of a project mostly have the same keys
def _near_miss(key: str, names: frozenset[str], cutoff: float) -> str | None:
    candidates = (
        name
        for name in sorted(names)
        if not _has_more_words(key, name) and not _has_more_words(name, key)
    )
    return find_closest(key, candidates, cutoff)


def _has_more_words(long: str, short: str) -> bool:
    """Whether a key is another one with words before or after it, so a separate field."""
    words = long.strip("_")
    return words.startswith(f"{short}_") or words.endswith(f"_{short}")


def find_stray_tabs(reader: FieldReader, text: str) -> None:
    """Report PT008 at the first tab of each line that is not inside a value."""
    if "\t" not in text:
        return
    ends = {
        node.start_mark.index: node.end_mark.index
        for node in yaml_nodes.walk_nodes(reader.root)
        if isinstance(node, ScalarNode)
    }
    starts = sorted(ends)
    for line in _LINE_WITH_TAB.finditer(text):
        comment = line.group().find("#")  # tabs in comments are valid
        for tab in re.finditer(r"\t", line.group()[: comment if comment >= 0 else None]):
            position = line.start() + tab.start()
            nearest = bisect_right(starts, position) - 1
            if nearest < 0 or ends[starts[nearest]] <= position:
                where = reader.places.at(position, position + 1)
                reader.report_at(KEY_STYLE, where, "a tab outside a value", _SPACES)
                break
