"""The JSON Schema of the options in `mkdocs.yml`, for editors."""

import json

from mkdocs_plantrace.checks.catalogue import CATALOGUE
from mkdocs_plantrace.config.fields import FIELDS, KNOWN_FIELDS
from mkdocs_plantrace.config.layouts import FIELDS_OF_PATHS, LAYOUT_KEYS, PRESETS
from mkdocs_plantrace.config.option_values import NavMode
from mkdocs_plantrace.config.page_texts import LANGUAGES
from mkdocs_plantrace.config.settings import OPTIONS, Option
from mkdocs_plantrace.config.vocabulary import LOG_FIELDS
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.reports.metadata_schema import DIALECT, in_any_case

_INSIDE = r"^(?![/~])(?!(?:.*/)?\.\.(?:/|$))[^\\]*[^\\\s][^\\]*$"
"""A relative path or glob that does not leave the folder where it starts."""
_GLOB: dict[str, object] = {"type": "string", "pattern": _INSIDE}
_LONGEST = 200
_WORD: dict[str, object] = {"type": "string", "pattern": r"\S"}
_SEVERITY: dict[str, object] = {"enum": ["error", "warning", "off", False]}
_RULES = (word for rule in CATALOGUE for word in (rule.code, rule.name))
_ANY_RULE = f"^\\s*(?:{'|'.join(map(in_any_case, _RULES))})\\s*$"
_PLACE: dict[str, object] = {
    "type": "string",
    "pattern": r"^(?![/~])[^\\#]*[^\\#\s][^\\#]*(?:#.*)?$|^#.*\S",
    "maxLength": _LONGEST,
}
_LAYOUT: dict[str, object] = {"$ref": "#/definitions/layout"}
_SHAPES: dict[str, dict[str, object]] = {
    "true or false": {"type": "boolean"},
    "glob or list of globs": {"anyOf": [_GLOB, {"type": "array", "items": _GLOB, "minItems": 1}]},
    "glob or list of globs, or none": {
        "anyOf": [_GLOB, {"type": ["array", "null"], "items": _GLOB}]
    },
    "folder name": {
        "type": "string",
        "pattern": r"^/*[^\s/.][^\s/]*(?:/[^\s/.][^\s/]*)*/*$",
        "maxLength": _LONGEST,
    },
    "pruned, full or none": {"enum": [*(mode.value for mode in NavMode), None]},
    "language or mapping": {
        "anyOf": [
            {"enum": list(LANGUAGES)},
            {
                "type": "object",
                "properties": {"base": {"enum": list(LANGUAGES)}},
                "additionalProperties": _WORD,
            },
        ]
    },
    "number of days": {"type": ["integer", "null"], "minimum": 0},
    "path": {"type": ["string", "null"], "pattern": _INSIDE, "maxLength": _LONGEST},
    "name or mapping": {"anyOf": [_LAYOUT, {"type": "array", "items": _LAYOUT, "minItems": 1}]},
    "list of names or mappings": {
        "anyOf": [_LAYOUT, {"type": ["array", "null"], "items": _LAYOUT}]
    },
}
"""The shapes of options by declared type, except mappings and the root."""


def _one_or_more(shape: dict[str, object]) -> dict[str, object]:
    return {"anyOf": [shape, {"type": "array", "items": shape}]}


_LAYOUT_SHAPES: dict[str, dict[str, object]] = {
    **dict.fromkeys(
        ("marker", "status_files", "documents", "phases", "archived", "publish"),
        _SHAPES["glob or list of globs, or none"],
    ),
    **dict.fromkeys(("plan", "log", "boxes", "status_words"), _one_or_more(_PLACE)),
    **dict.fromkeys(("title_prefixes", "requirements", "review"), _one_or_more(_WORD)),
    **{
        key: {"type": ["string", "null"]}
        for key in ("tool", "title_tag", "status_with_log", "status_key")
    },
    "title": _WORD,
    "tasks": _SHAPES["glob or list of globs"],
    "prefixes": _one_or_more({"type": "string"}),
    **{key: {"type": "boolean"} for key in ("ignore_case", "short_ids")},
    "status_by_path": {"type": ["object", "null"], "additionalProperties": _WORD},
}
"""The shapes of the keys of a layout, except mappings like those of the options."""


def render() -> str:
    """The schema; the options alone are `#/definitions/options`."""
    options = {"$ref": "#/definitions/options"}
    schema = {
        "$schema": DIALECT,
        "title": "mkdocs.yml",
        "description": "The part of the MkDocs configuration that mkdocs-plantrace reads.",
        "type": "object",
        "properties": {
            "plugins": {
                "type": ["array", "object", "null"],
                "items": {"type": ["string", "object"], "properties": {"plantrace": options}},
                "properties": {"plantrace": options},
            }
        },
        "definitions": {"options": _options(), "layout": _layout()},
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _options() -> dict[str, object]:
    return {
        "description": "The options of mkdocs-plantrace. All of them are optional.",
        "type": ["object", "null"],
        "properties": {
            option.name: {"description": option.text, "default": option.value, **_shape(option)}
            for option in OPTIONS
        },
        "additionalProperties": False,
    }


def _layout() -> dict[str, object]:
    text: dict[str, object] = {"type": "string", "minLength": 1}
    mappings = {
        "fields": _closed(dict.fromkeys(FIELDS, text)),
        "values": _closed(dict.fromkeys(FIELDS_OF_PATHS, _one_or_more(text))),
        "statuses": _mapping("statuses"),
        "rules": {"patternProperties": {_ANY_RULE: _SEVERITY}, "additionalProperties": False},
    }
    shapes = {
        **_LAYOUT_SHAPES,
        **{key: {"type": ["object", "null"], **shape} for key, shape in mappings.items()},
    }
    own = {
        "type": "object",
        "required": ["tasks"],
        "properties": {
            "name": {"description": "A name of your own.", **_WORD, "not": {"enum": [*PRESETS]}},
            **{key: {"description": text, **shapes[key]} for key, text in LAYOUT_KEYS.items()},
        },
        "additionalProperties": False,
    }
    return {"anyOf": [{"enum": list(PRESETS)}, own]}


def _shape(option: Option) -> dict[str, object]:
    if option.type == "mapping":
        return {"type": ["object", "null"], **_mapping(option.name)}
    if option.name == "root":  # the only path that may be above the configuration
        return {**_WORD, "maxLength": _LONGEST}
    return _SHAPES[option.type]


def _mapping(name: str) -> dict[str, object]:
    if name == "fields":
        key = {"type": "string", "minLength": 1}
        named = (field for field in KNOWN_FIELDS if field.name)
        return _closed({f.name: {"description": f.text, **key, "default": f.key} for f in named})
    if name == "rules":
        return _rules()
    if name == "log_fields":
        spellings = {"anyOf": [_WORD, {"type": "array", "items": _WORD}]}
        return _closed(
            {
                field: {"description": f"Also written as {', '.join(labels)}.", **spellings}
                for field, labels in LOG_FIELDS.items()
            }
        )
    kinds = {"enum": [kind.value for kind in StatusKind]}
    return {"additionalProperties": kinds if name == "statuses" else {"type": ["string", "number"]}}


def _closed(properties: dict[str, dict[str, object]]) -> dict[str, object]:
    return {"properties": properties, "additionalProperties": False}


def _rules() -> dict[str, object]:
    """Each rule by code and by name, in any case and with spaces around."""
    rules: dict[str, dict[str, object]] = {
        word: {
            "description": f"{rule.code} {rule.name}: reports {rule.finds}.",
            "default": rule.default.value if rule.default else "off",
            **_SEVERITY,
        }
        for rule in CATALOGUE
        for word in (rule.code, rule.name)
    }
    return {**_closed(rules), "patternProperties": {_ANY_RULE: _SEVERITY}}
