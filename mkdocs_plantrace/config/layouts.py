"""Layouts: where a project keeps tasks, plans and logs, as data.

Each file in `presets/` declares a layout in the keys that the option `layout` has.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from typing import Any

from mkdocs_plantrace.config.fields import FIELDS
from mkdocs_plantrace.config.option_values import (
    InvalidOptionError,
    read_any_globs,
    read_fields,
    read_flag,
    read_mapping,
    read_rules,
    read_statuses,
    read_text,
    read_texts,
    reject,
    suggest,
)
from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.utils.path_patterns import InvalidPatternError, PathPattern

DEFAULT = "plantrace"
"""The layout whose metadata names plan and log; the other options describe it."""
_OFF = (
    *("missing-plan", "missing-log", "log-without-plan", "document-without-task"),
    *("no-final-summary", "error-without-fix", "orphan-plan", "orphan-log", "key-style"),
)
"""Rules that are off in every layout but the default: its files need not refer to each other."""
_PATHS = frozenset({"plan", "log", "troubleshooting", "decisions", "evidence", "must_read"})
"""Fields without a key of their own in other layouts, whose files use these words differently."""


def _read_patterns(value: object) -> tuple[PathPattern, ...]:
    patterns = []
    for text in read_any_globs(value):
        try:
            patterns.append(PathPattern(text))
        except (InvalidPatternError, re.error) as error:
            raise reject(text, "a glob with groups such as {id}") from error
    if not patterns:
        raise reject(value, "a glob or a list of globs")
    return tuple(patterns)


def _read_keys(value: object) -> Mapping[str, str]:
    return read_fields(value, {name: f"#{name}" if name in _PATHS else name for name in FIELDS})


def _read_values(value: object) -> Mapping[str, str]:
    values = read_mapping(value, str)
    for name, template in values.items():
        if name not in FIELDS:
            raise InvalidOptionError(f"no field {name!r}{suggest(name, FIELDS)}")
        if not isinstance(template, str) or not template:
            raise reject(template, f"a text with groups of the path for {name!r}")
    return values


def _read_status_by_path(value: object) -> tuple[tuple[PathPattern, str], ...]:
    return tuple(
        (_read_patterns([glob])[0], read_text(word)) for glob, word in read_mapping(value).items()
    )


def _key(read: Callable[[object], object], default: object, text: str) -> Any:
    value = read(default)
    return field(default_factory=lambda: value, metadata={"read": read, "text": text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A declared layout. Equal declarations are equal.

    A place is a path relative to the folder of the task's file, with groups such as `{id}`, or
    `#Section` for the section of that file, or `tasks.md#Section`.
    """

    name: str
    title: str = _key(read_text, "own", "The name of the layout.")
    tool: str = _key(
        lambda value: read_text(value) if value else "",
        "",
        "The command that creates tasks and changes statuses in this layout, if there is one.",
    )
    marker: tuple[str, ...] = _key(
        read_any_globs, [], "Files or folders, as globs from the root, that show that it is used."
    )
    tasks: tuple[PathPattern, ...] = _key(
        _read_patterns,
        "tasks/**/meta.yml",
        "The file of each task, as globs from the root with named groups: `{name}`, "
        "`{name:int}`, `{name:number}`, `{name:date}` or `{name:glob}`. If two of them match in "
        "one folder for one id, the first counts.",
    )
    fields: Mapping[str, str] = _key(
        _read_keys,
        {},
        "Other keys for the known fields, in front matter, YAML, JSON and `Key: value` lines.",
    )
    values: Mapping[str, str] = _key(
        _read_values,
        {},
        "Fields from groups of the path, such as `{id: '{number}-{slug}'}`, where the file has "
        "none. A group that is named like a field needs no entry.",
    )
    title_prefixes: tuple[str, ...] = _key(
        read_texts, [], "What is left out at the start of a title, such as `Specification:`."
    )
    statuses: Mapping[str, StatusKind] = _key(
        read_statuses, {}, "More words for the kinds of status."
    )
    status_by_path: tuple[tuple[PathPattern, str], ...] = _key(
        _read_status_by_path,
        {},
        "Statuses by a glob that the task's file matches; the first counts.",
    )
    status_with_log: str = _key(
        lambda value: read_text(value) if value else "",
        "",
        "The status of a task whose log exists; without one it is planned.",
    )
    review: tuple[str, ...] = _key(
        read_texts, [], "Statuses of work that waits for a review: all boxes may be ticked."
    )
    status_files: tuple[str, ...] = _key(
        read_any_globs, [], "YAML or JSON files, from the root, that map ids to statuses."
    )
    status_key: str = _key(
        lambda value: read_text(value) if value else "", "", "The key of that mapping."
    )
    plan: tuple[str, ...] = _key(read_texts, [], "Places of the plan; the first that exists.")
    log: tuple[str, ...] = _key(
        read_texts, [], "Places of the log; the first file that exists, all its sections."
    )
    boxes: tuple[str, ...] = _key(read_texts, [], "Places of the boxes that show the progress.")
    documents: tuple[str, ...] = _key(
        read_any_globs, [], "Other documents of the task, as globs from its folder."
    )
    requirements: tuple[str, ...] = _key(
        read_texts, [], "Prefixes of requirement ids, such as `FR-`, that the boxes should cite."
    )
    archived: tuple[str, ...] = _key(
        read_any_globs, [], "Tasks that no rule applies to, as globs from the root."
    )
    prefixes: tuple[str, ...] = _key(
        read_texts, [], "Prefixes of ids that mean the same: `task-7` is `back-7`."
    )
    short_ids: bool = _key(
        read_flag,
        False,
        "Whether a dependency may leave out what comes before the last `-` of an id in the same "
        "folder: `02` is `20-02`.",
    )
    ignore_case: bool = _key(read_flag, False, "Whether ids that differ in case are the same.")
    publish: tuple[str, ...] = _key(
        read_any_globs, [], "Files outside `docs_dir`, as globs from the root, that are published."
    )
    rules: Mapping[str, Severity | None] = _key(
        read_rules, {}, "Severities of rules in this layout, unless the option `rules` has them."
    )

    @property
    def is_default(self) -> bool:
        return self.name == DEFAULT

    def is_review(self, word: str) -> bool:
        return normalize_status(word) in map(normalize_status, self.review)

    def find_status(self, word: str) -> StatusKind | None:
        return self.statuses.get(normalize_status(word))


_DECLARED = {key.name: key.metadata for key in fields(Layout) if key.metadata}
LAYOUT_KEYS: Mapping[str, str] = {name: data["text"] for name, data in _DECLARED.items()}
"""The keys of a layout with their texts, in order."""
PRESETS = tuple(
    sorted(
        (
            entry.name.removesuffix(".toml")
            for entry in (files(__package__) / "presets").iterdir()
            if entry.name.endswith(".toml")
        ),
        key=lambda name: (name != DEFAULT, name),
    )
)
"""The names of the presets, the default first."""


@cache
def load_preset(name: str) -> Layout:
    """Load a preset by its name."""
    text = (files(__package__) / "presets" / f"{name}.toml").read_text(encoding="utf-8")
    return make_layout(name, tomllib.loads(text))


def make_layout(name: str, declared: Mapping[str, object]) -> Layout:
    """Validate a declaration. Raises InvalidOptionError."""
    values: dict[str, Any] = {}
    for key, value in declared.items():
        if key not in _DECLARED:
            raise InvalidOptionError(f"a layout has no key {key!r}{suggest(key, _DECLARED)}")
        try:
            values[key] = _DECLARED[key]["read"](value)
        except InvalidOptionError as error:
            raise InvalidOptionError(f"{key} of a layout: {error}") from error
    off = {} if name == DEFAULT else dict.fromkeys(_OFF)
    values["rules"] = {**off, **values.get("rules", {})}
    return Layout(name=name, **values)


def read_layout(value: object) -> Layout:
    """Read the name of a preset, or a declaration, which may change a preset that it `extends`."""
    if isinstance(value, str):
        if value not in PRESETS:
            known = ", ".join(PRESETS)
            raise InvalidOptionError(f"no layout {value!r}{suggest(value, PRESETS)} ({known})")
        return load_preset(value)
    declared = dict(read_mapping(value, str))
    if "tasks" not in declared:
        raise InvalidOptionError("a layout needs the key 'tasks', or is the name of a preset")
    name = declared.pop("name", "own")
    if name in PRESETS:
        raise reject(name, "another name than that of a preset")
    return make_layout(read_text(name), declared)


def read_layouts(value: object) -> tuple[Layout, ...]:
    """Read a list of layouts; a single one is a list as well."""
    layouts = tuple(map(read_layout, value if isinstance(value, list) else [value]))
    names = [layout.name for layout in layouts]
    if len(set(names)) < len(names):
        raise InvalidOptionError("two layouts have one name; give each its own 'name'")
    if not layouts:
        raise reject(value, "a layout or a list of layouts")
    return layouts
