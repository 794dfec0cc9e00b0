"""The project's own JSON Schema for metadata, checked against YAML nodes."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from yaml.constructor import SafeConstructor
from yaml.nodes import MappingNode, Node, SequenceNode

from mkdocs_plantrace.parsing.yaml import yaml_nodes
from mkdocs_plantrace.utils.text_file import UnreadableFileError, UnusableFileError, read_text

_MAX_BYTES = 4 * 1024 * 1024
_LONGEST_MESSAGE = 200
_SCHEMA_ERRORS = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What jsonschema raises for a schema that refers to itself, or to what is not a schema."""


class Violation(NamedTuple):
    """A violation of the schema; `target` starts with its path in the file."""

    node: Node
    message: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataSchema:
    """A compiled schema; schemas with equal texts are equal."""

    text: str
    path: str = field(compare=False)
    declared: frozenset[str] = field(compare=False, repr=False)
    validator: Any = field(compare=False, repr=False)

    def violations(self, root: MappingNode) -> Iterator[Violation]:
        """Find all violations of the schema, in the order of the file.

        Raises UnusableFileError if the schema refers to another file.
        """
        from referencing.exceptions import Unresolvable  # noqa: PLC0415 (of the extra `schema`)

        try:
            errors = list(self.validator.iter_errors(_native(root)))
        except (Unresolvable, *_SCHEMA_ERRORS) as error:
            raise UnusableFileError(
                f"schema '{self.path}' has a reference that cannot be resolved: "
                f"{_shorten(str(error))}"
            ) from error
        found = [violation for error in errors for violation in _violations(root, error)]
        yield from sorted(found, key=lambda violation: violation.node.start_mark.index)


def read_schema(root: Path, path: str) -> MetadataSchema:
    """Read the schema at a root-relative path. Raises UnusableFileError."""
    try:
        text = read_text(root / path, limit=_MAX_BYTES)
        if path.endswith(".json"):
            content = json.loads(text)
        else:
            root_node = yaml_nodes.read(text)
            content = root_node and _native(root_node)
    except UnreadableFileError as error:
        raise UnusableFileError(f"schema '{path}' {error.reason}") from error
    except (ValueError, RecursionError) as error:
        message = _shorten(str(error))
        raise UnusableFileError(f"schema '{path}' cannot be read: {message}") from error
    if not isinstance(content, dict):
        raise UnusableFileError(f"schema '{path}' is not a mapping")
    properties = content.get("properties")
    return MetadataSchema(
        text=text,
        path=path,
        declared=frozenset(properties if isinstance(properties, dict) else ()),
        validator=_validator(path, content),
    )


def _validator(path: str, content: dict[str, Any]) -> Any:
    try:
        import jsonschema  # noqa: PLC0415 (of the extra `schema`, and slow to load)
        import referencing  # noqa: PLC0415
    except ImportError as error:
        raise UnusableFileError(
            "option 'schema' needs an extra: pip install 'mkdocs-plantrace[schema]'"
        ) from error
    try:
        kind = jsonschema.validators.validator_for(content, jsonschema.Draft202012Validator)
        kind.check_schema(content)
    except jsonschema.SchemaError as error:
        where = "/".join(map(str, error.absolute_path)) or "the top"
        message = f"schema '{path}': {_shorten(error.message)} (at {where})"
        raise UnusableFileError(message) from error
    except _SCHEMA_ERRORS as error:
        raise UnusableFileError(f"schema '{path}' is not valid: {_shorten(str(error))}") from error
    # With an empty registry jsonschema does not download references.
    empty: referencing.Registry[Any] = referencing.Registry()
    return kind(content, registry=empty, format_checker=kind.FORMAT_CHECKER)


def _native(node: Node) -> object:
    """Convert a node to JSON types: dates and custom tags are text."""
    if isinstance(node, MappingNode):
        return {key: _native(value) for key, value in yaml_nodes.values_by_key(node).items()}
    if isinstance(node, SequenceNode):
        return [_native(item) for item in node.value]
    kind = node.tag.rpartition(":")[2]
    if kind in ("int", "float", "bool", "null"):
        try:
            return SafeConstructor().construct_object(node)
        except (LookupError, ValueError):  # such as `!!bool perhaps`
            return node.value
    return node.value


def _violations(root: MappingNode, error: Any) -> Iterator[Violation]:
    from jsonschema.exceptions import best_match  # noqa: PLC0415 (see above)

    error = best_match([error])  # the most likely one of several alternatives
    path = list(error.absolute_path)
    where = "/".join(map(str, path))
    node = _node_at(root, path)
    message = _shorten(error.message)
    extras = _extras(node, error)
    for key in extras:
        yield Violation(key, f"key '{key.value}' is not allowed here", f"{where}/{key.value}")
    if not extras:
        place = node.value[0][0] if isinstance(node, MappingNode) and node.value else node
        yield Violation(place, message, f"{where} {message}")


def _node_at(node: Node, path: Iterable[str | int]) -> Node:
    """Find the node at a path, or the last one: in some drafts a path ends in a key."""
    for step in path:
        below: dict[Any, Node] = yaml_nodes.values_by_key(node)
        if isinstance(node, SequenceNode):
            below = dict(enumerate(node.value))
        if step not in below:
            break
        node = below[step]
    return node


def _extras(node: Node, error: Any) -> list[Node]:
    """The keys that are not allowed in a closed mapping."""
    if not isinstance(node, MappingNode):
        return []
    keys = [key for key, _ in yaml_nodes.entries(node)]
    if error.validator == "unevaluatedProperties":  # only the message has the keys
        return [key for key in keys if f"'{key.value}'" in error.message]
    if error.validator != "additionalProperties":
        return []
    known = error.schema.get("properties", {})
    patterns = error.schema.get("patternProperties", {})
    return [
        key
        for key in keys
        if key.value not in known and not any(re.search(word, str(key.value)) for word in patterns)
    ]


def _shorten(message: str) -> str:
    flat = " ".join(message.split())
    return flat if len(flat) <= _LONGEST_MESSAGE else f"{flat[: _LONGEST_MESSAGE - 1]}…"
