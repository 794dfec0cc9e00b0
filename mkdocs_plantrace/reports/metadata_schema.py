"""The JSON Schema of metadata files, with which editors complete and check them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from mkdocs_plantrace.known_fields import KNOWN_FIELDS, KnownField, Shape
from mkdocs_plantrace.settings import Settings

_DIALECT = "http://json-schema.org/draft-07/schema#"
"""Draft 7, since that is what the YAML language servers of editors speak best."""
_TEXT: dict[str, object] = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_PATH = {"type": "string", "pattern": r"^(?![/~\\\\])(?!.*(?:^|/)\.\./).+"}
_SHAPES: dict[Shape, dict[str, object]] = {
    Shape.ID: {"type": ["string", "integer"], "minLength": 1, "minimum": 0},
    Shape.TEXT: _TEXT,
    Shape.PATH: {"type": ["string", "null"], "pattern": _PATH["pattern"]},
    Shape.FLAG: {"type": "boolean"},
    Shape.ANY: {},
    Shape.EVIDENCE: {
        "type": ["array", "null"],
        "items": {
            "anyOf": [
                _PATH,
                {
                    "type": "object",
                    "required": ["path"],
                    "properties": {"path": _PATH, "must_include": _TEXTS},
                },
            ]
        },
    },
}


def render(settings: Settings) -> str:
    """The schema of a project: its own keys, the statuses it uses, the phases it has named."""
    known = {settings.fields.get(field.name, field.key): field for field in KNOWN_FIELDS}
    schema = {
        "$schema": _DIALECT,
        "title": "Task metadata",
        "description": "A task, as mkdocs-plantrace reads it.",
        "type": "object",
        "required": [key for key, field in known.items() if field.is_required],
        "properties": {key: _property(settings, field) for key, field in known.items()},
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _property(settings: Settings, field: KnownField) -> dict[str, object]:
    return {"description": field.text, **_shape(settings, field)}


def _shape(settings: Settings, field: KnownField) -> dict[str, object]:
    if field.shape is Shape.STATUS:
        return _statuses(settings.statuses)
    if field.shape is Shape.PHASE:
        return {"type": ["string", "number"], "examples": list(settings.phases)}
    if field.shape is Shape.LIST:
        return {"type": ["array", "null"], "items": {} if not field.name else _list_item(field)}
    return _SHAPES[field.shape]


def _list_item(field: KnownField) -> dict[str, object]:
    ids = field.name in ("depends_on", "blocks")
    return {"type": ["string", "integer"]} if ids else _TEXT


def _statuses(words: Iterable[str]) -> dict[str, object]:
    """The words to complete, and the pattern of every spelling that counts as one of them."""
    spellings = "|".join(_any_spelling(word) for word in words)
    return {
        "type": "string",
        "anyOf": [{"enum": list(words)}, {"pattern": f"^(?:{spellings})$"}],
    }


def _any_spelling(word: str) -> str:
    return "".join(_any_case(char) for char in word)


def _any_case(char: str) -> str:
    if char == "_":
        return "[-_ ]+"
    return f"[{char.lower()}{char.upper()}]" if char.isalpha() else f"[{char}]"
