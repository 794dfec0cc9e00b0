"""The registry of failure signatures: a YAML file, every value with its location."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.log_entry import Signature
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.metadata.field_reader import FieldReader, clean_text
from mkdocs_plantrace.parsing.metadata.keys import find_duplicate_keys
from mkdocs_plantrace.parsing.metadata.metadata_rules import WRONG_TYPE
from mkdocs_plantrace.parsing.yaml import yaml_nodes
from mkdocs_plantrace.utils.text_file import UnreadableFileError, UnusableFileError, read_text

_MAX_BYTES = 4 * 1024 * 1024
_OWN_KEYS = Settings(fields={})
"""The option `fields` applies to metadata, not to the registry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """The signatures by their names, in the order of the file, then by their aliases.

    If two have the same name, a name takes precedence over an alias, and the first over the
    others. `problems` are values of the wrong type and repeated keys.
    """

    signatures: Mapping[str, Signature] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_registry(root: Path, path: str) -> Registry:
    """Read the registry at a root-relative path. Raises UnusableFileError."""
    try:
        text = read_text(root / path, limit=_MAX_BYTES)
    except UnreadableFileError as error:
        raise UnusableFileError(f"signatures '{path}' {error.reason}") from error
    places = LineIndex(path, text)
    try:
        node = yaml_nodes.read(text)
    except yaml_nodes.UnreadableError as error:
        place = places.at(error.offset, error.offset)
        where = f"{path}:{place.line}:{place.column}"
        raise UnusableFileError(
            f"{where}: the signatures cannot be read: {error.reason}"
        ) from error
    if not isinstance(node, MappingNode):
        found = f"holds {yaml_nodes.describe(node)}, not a mapping" if node else "is empty"
        raise UnusableFileError(f"{path}:1:1: the file of signatures {found}")
    return _registry(FieldReader(path, places, _OWN_KEYS, node))


def _registry(reader: FieldReader) -> Registry:
    find_duplicate_keys(reader)
    problems = reader.problems
    by_name: dict[str, Signature] = {}
    for key, value in yaml_nodes.entries(reader.root):
        if not isinstance(key, ScalarNode) or not key.value.strip():
            message = f"a signature is {yaml_nodes.describe(key)}, not text"
            reader.report(WRONG_TYPE, key, message)
            continue
        details = _details(reader, key, value)
        signature = _signature(details, clean_text(key.value.strip()), key)
        problems.extend(details.problems)
        by_name.setdefault(signature.name, signature)
    aliases = {
        alias.value: signature
        for signature in reversed(by_name.values())
        for alias in reversed(signature.aliases)
        if alias.value not in by_name
    }
    return Registry(
        signatures={**by_name, **dict(reversed(aliases.items()))}, problems=tuple(problems)
    )


def _details(reader: FieldReader, key: ScalarNode, value: Node) -> FieldReader:
    """The reader of the details of a signature; null means no details."""
    if not isinstance(value, MappingNode):
        if not yaml_nodes.is_null(value):
            message = f"{key.value} holds {yaml_nodes.describe(value)}, not a mapping"
            reader.report(WRONG_TYPE, value, message)
        value = MappingNode("tag:yaml.org,2002:map", [], value.start_mark, value.end_mark)
    return FieldReader(reader.path, reader.places, _OWN_KEYS, value)


def _signature(details: FieldReader, name: str, key: ScalarNode) -> Signature:
    return Signature(
        name=name,
        location=details.locate(key),
        description=details.words("description"),
        owner=details.words("owner"),
        first_seen=details.words("first_seen"),
        playbook=details.read_path("remediation_playbook"),
        aliases=details.read_list("aliases"),
        superseded_by=details.read_path("superseded_by"),
        causes=_causes(details),
        is_deprecated=details.read_flag("deprecated"),
    )


def _causes(details: FieldReader) -> tuple[str, ...]:
    """The causes: a list, or a single one as text."""
    name = "typical_root_causes"
    if isinstance(details.present(name), ScalarNode):
        return (details.words(name),)
    return tuple(clean_text(" ".join(cause.value.split())) for cause in details.read_list(name))
