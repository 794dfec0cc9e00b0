"""Fields of tasks in layouts as YAML nodes: front matter, data files, labels, files of statuses."""

import json
import re
from collections.abc import Collection, Container, Mapping
from functools import lru_cache

from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.metadata.task_file import MAX_BYTES
from mkdocs_plantrace.parsing.metadata.text_outline import Span, TextOutline
from mkdocs_plantrace.parsing.yaml import yaml_nodes

_STRING = "tag:yaml.org,2002:str"
_RESERVED = re.compile(r"(?m)(?<=[:,\[-])([ \t]+)([@`])|(?<=\[)()([@`])")
"""A value that starts with a sign which YAML reserves: `assignee: @ann`."""
_REMARK = re.compile(r"\([^()]*\)")
_NOTHING = frozenset({"none", "n/a", "nothing", "-", "\u2013", "\u2014"})
_MOST_STATUS_WORDS = 4
_LONGEST_STATUS = 40
"""Characters; a longer text below a heading `Status` is prose."""
_STATUS_END = re.compile(r"[*_]*(?:\s+[(\u2013\u2014]|[;。]|\.\s|\Z)")
_STAND_IN = {"@": "\ue000", "`": "\ue001"}
_ORIGINAL = {ord(stand_in): sign for sign, stand_in in _STAND_IN.items()}


def read_data(text: str, *, is_json: bool) -> MappingNode:
    """Read the mapping of a YAML or JSON file. Raises UnreadableError."""
    if is_json:
        _require_json(text)
        text = text.replace("\t", " ")
    root = yaml_nodes.require_mapping(yaml_nodes.read(text))
    for node in yaml_nodes.walk_nodes(root) if "\\u" in text else ():
        if isinstance(node, ScalarNode):
            node.value = _join_surrogates(node.value)
    return root


def read_front_matter(front: str) -> MappingNode:
    """Read front matter without the line that closes it. Raises UnreadableError."""
    if len(front) > MAX_BYTES:
        raise yaml_nodes.UnreadableError(f"front matter is over {MAX_BYTES // 1024} KiB", 0)
    text = _RESERVED.sub(_stand_in, front)
    node = yaml_nodes.read(text) if text.strip("- \t\r\n") else None
    is_blank = node is None or yaml_nodes.is_null(node)
    root = make_mapping() if is_blank else yaml_nodes.require_mapping(node)
    for scalar in yaml_nodes.walk_nodes(root) if text != front else ():
        if isinstance(scalar, ScalarNode):
            scalar.value = scalar.value.translate(_ORIGINAL)
    return root


def find_keys(root: MappingNode) -> set[str]:
    """Return the keys of a mapping that are no lists or mappings."""
    return {key.value for key, _ in root.value if isinstance(key, ScalarNode)}


def add_labels(root: MappingNode, outline: TextOutline, settings: Settings) -> None:
    """Add the `Key: value` lines above the first section, or else the sections of that name.

    If a status starts with a known word, the rest is left out; in front matter, only signs and
    remarks in brackets are.
    """
    _adopt_case(root, settings.fields.values())
    known = find_keys(root)
    status = settings.fields["status"]
    root.value[:] = [
        (
            key,
            _narrow_node(value, outline.text, settings.statuses) if key.value == status else value,
        )
        for key, value in root.value
    ]
    wanted = {key.casefold(): key for key in settings.fields.values() if key not in known}
    found = {
        wanted[key.casefold()]: value
        for key, value in reversed(outline.labels)
        if key.casefold() in wanted and value.start < outline.head
    }
    if status not in {*found, *known} and (line := outline.find_value(status)):
        is_prose = len(_narrow_status(line, settings.statuses).text) > _LONGEST_STATUS
        found.update({} if is_prose else {status: line})
    lists = {settings.fields[name] for name in ("depends_on", "blocks")}
    for key, value in found.items():
        node = _narrow_status(value, settings.statuses) if key == status else value
        item = _make_list(node.text, node.start) if key in lists else make_scalar(*node)
        root.value.append((make_scalar(key, value.start), item))


def _adopt_case(root: MappingNode, wanted: Collection[str]) -> None:
    """Change the case of keys to that of the wanted ones, unless these are there as well."""
    missing = {key.casefold(): key for key in {*wanted} - find_keys(root)}
    for key, _ in root.value:
        if isinstance(key, ScalarNode) and key.value not in wanted:
            key.value = missing.get(key.value.casefold(), key.value)


def _narrow_node(node: Node, text: str, statuses: Container[str]) -> Node:
    if not isinstance(node, ScalarNode) or normalize_status(node.value) in statuses:
        return node
    start, end = node.start_mark.index, node.end_mark.index
    narrow = _narrow_status(Span(text[start:end], start, end), statuses)
    has_words = re.search(r"\w", _REMARK.sub("", text[narrow.end : end]))
    return node if has_words or narrow.end - narrow.start == end - start else make_scalar(*narrow)


def _narrow_status(span: Span, statuses: Container[str]) -> Span:
    """The status at the start of a longer text: `✅ Complete (2025-11-01)`.

    An unknown one ends before brackets, a dash or the end of a sentence.
    """
    words = list(re.finditer(r"[^\W_][\w'’-]*", span.text))
    for last in range(min(len(words), _MOST_STATUS_WORDS), 0, -1):
        start, end = words[0].start(), words[last - 1].end()
        text = span.text[start:end]
        if normalize_status(text) in statuses:
            return Span(text, span.start + start, span.start + end)
    text = _STATUS_END.split(span.text, maxsplit=1)[0]
    return Span(text, span.start, span.start + len(text))


def add_absent(
    root: MappingNode, keys: Mapping[str, str], values: Mapping[str, str | None]
) -> None:
    """Add the values of fields that are absent or empty; `keys` are those of the fields."""
    present = {
        key.value
        for key, value in root.value
        if isinstance(key, ScalarNode) and not yaml_nodes.is_empty(value)
    }
    for field, value in values.items():
        if value and keys[field] not in present:
            root.value[:] = [pair for pair in root.value if pair[0].value != keys[field]]
            root.value.append((make_scalar(keys[field]), make_scalar(value)))


def _join_surrogates(text: str) -> str:
    """Join the halves of a character, which JSON escapes one by one."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _require_json(text: str) -> None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise yaml_nodes.UnreadableError(f"not JSON: {error.msg}", error.pos) from error
    except (ValueError, RecursionError) as error:
        raise yaml_nodes.UnreadableError(f"not JSON: {error}", 0) from error


def _stand_in(found: re.Match[str]) -> str:
    text = found.group()
    return f"{text[:-1]}{_STAND_IN[text[-1]]}"


@lru_cache(maxsize=8)
def read_status_words(text: str, key: str) -> Mapping[str, StatusKind]:
    """The kind of each word in a list of statuses, by its place in the list."""
    try:
        node = yaml_nodes.values_by_key(yaml_nodes.read(text)).get(key)
    except yaml_nodes.UnreadableError:
        return {}
    items = node.value if isinstance(node, SequenceNode) else ()
    words = [normalize_status(item.value) for item in items if isinstance(item, ScalarNode)]
    ends = {words[0]: StatusKind.PLANNED, words[-1]: StatusKind.COMPLETED} if words else {}
    return {**dict.fromkeys(words, StatusKind.ACTIVE), **ends}


@lru_cache(maxsize=8)
def read_statuses(path: str, text: str, key: str) -> Mapping[str, Text]:
    """The statuses by id in a file that many tasks share; none if it cannot be read."""
    try:
        node = yaml_nodes.read(text)
    except yaml_nodes.UnreadableError:
        return {}
    listed = yaml_nodes.values_by_key(node).get(key) if key else node
    places = LineIndex(path, text)
    return {
        name: Text(value.value.strip(), places.at(value.start_mark.index, value.end_mark.index))
        for name, value in yaml_nodes.values_by_key(listed).items()
        if isinstance(value, ScalarNode) and value.value.strip()
    }


def make_mapping() -> MappingNode:
    mark = _make_mark(0)
    return MappingNode("tag:yaml.org,2002:map", [], mark, mark)


def _make_list(text: str, start: int) -> SequenceNode:
    """Return the words of a list on one line, with their offsets; none for a word for nothing."""
    word = r"[^][,\s\"']+" if text.startswith("[") and text.endswith("]") else r"[^,\s]+"
    words = [] if text.strip().lower() in _NOTHING else re.finditer(word, text)
    items = [make_scalar(it.group(), start + it.start(), start + it.end()) for it in words]
    mark = _make_mark(start)
    return SequenceNode("tag:yaml.org,2002:seq", items, mark, mark)


def make_scalar(text: str, start: int = 0, end: int = 0) -> ScalarNode:
    """Return a text with its offsets."""
    return ScalarNode(_STRING, text, _make_mark(start), _make_mark(max(start, end)))


def _make_mark(index: int) -> Mark:
    return Mark("", index, 0, 0, None, 0)
