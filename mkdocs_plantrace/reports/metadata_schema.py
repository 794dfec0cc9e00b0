"""The JSON Schema of metadata files, for completion and checks in editors."""

import json
import re
from collections.abc import Iterable

from mkdocs_plantrace.config.fields import KNOWN_FIELDS, KnownField, Shape
from mkdocs_plantrace.config.settings import Settings

DIALECT = "http://json-schema.org/draft-07/schema#"
"""Draft 7, which the YAML language servers of editors support best."""
_SYNTAX = re.compile(r"[\\^$.|?*+()\[\]{}/]")
_SINGLE = ["string", "number", "boolean"]
"""Accepted as text: YAML reads a version or a date as another type."""
_PATH: dict[str, object] = {
    "type": "string",
    "pattern": r"^(?![/\\]|~(?:[/\\]|$)|[A-Za-z]:[/\\]|[Ff][Ii][Ll][Ee]:|\.\.(?:/|$)).*$",
}
_PATHS: dict[str, object] = {
    "type": ["array", "null"],
    "items": {"anyOf": [_PATH, {"type": "null"}]},
}
_IDS: dict[str, object] = {"type": ["array", "null"], "items": {"type": [*_SINGLE, "null"]}}
_SHAPES: dict[Shape, dict[str, object]] = {
    Shape.ID: {"type": ["string", "integer"], "pattern": r"\S", "minimum": 0},
    Shape.TEXT: {"type": [*_SINGLE, "null"]},
    Shape.PATH: {"anyOf": [_PATH, {"type": "null"}]},
    Shape.FLAG: {"type": ["boolean", "null"]},
    Shape.DATE: {
        "type": ["string", "null"],
        "pattern": r"^\s*(?:\d{4}-\d{2}-\d{2}(?:[Tt\s].*)?)?$",
    },
    Shape.ANY: {},
    Shape.EVIDENCE: {
        "type": ["array", "null"],
        "items": {
            "anyOf": [
                _PATH,
                {"type": "null"},
                {
                    "type": "object",
                    "required": ["path"],
                    "properties": {
                        "path": {"description": "The file, from the project root.", **_PATH},
                        "must_include": {
                            "description": "The keys that the JSON file must contain.",
                            **_IDS,
                        },
                    },
                },
            ]
        },
    },
}


def render(settings: Settings) -> str:
    """The schema of a project, with its keys, statuses and phases."""
    known = {settings.fields.get(field.name, field.key): field for field in KNOWN_FIELDS}
    schema = {
        "$schema": DIALECT,
        "title": "Task metadata",
        "description": "A task, as mkdocs-plantrace reads it.",
        "type": "object",
        "required": [key for key, field in known.items() if field.is_required],
        "properties": {
            key: {"description": field.text, **_shape(settings, field)}
            for key, field in known.items()
        },
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _shape(settings: Settings, field: KnownField) -> dict[str, object]:
    if field.shape is Shape.STATUS:
        return _statuses(settings.statuses)
    if field.shape is Shape.PHASE:
        return {"type": _SINGLE, "pattern": r"\S", "examples": list(settings.phases)}
    if field.name in ("depends_on", "blocks"):
        return _IDS
    if field.shape is Shape.LIST:
        return _PATHS if field.name else {"type": ["array", "null"]}
    if field.is_required and field.shape is Shape.TEXT:
        return {"type": _SINGLE, "pattern": r"\S"}
    return _SHAPES[field.shape]


def _statuses(words: Iterable[str]) -> dict[str, object]:
    """The words to complete, and a pattern of all their accepted spellings."""
    spellings = "|".join("[-_ ]+".join(map(in_any_case, word.split("_"))) for word in words)
    return {"type": "string", "anyOf": [{"enum": list(words)}, {"pattern": f"^(?:{spellings})$"}]}


def in_any_case(word: str) -> str:
    """A pattern of the word in any case, in a syntax that all editors support."""
    return "".join(
        f"[{char.lower()}{char.upper()}]" if char.isalpha() else _SYNTAX.sub(r"\\\g<0>", char)
        for char in word
    )
