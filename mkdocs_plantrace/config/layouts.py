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
from mkdocs_plantrace.utils.globs import InvalidPatternError, PathPattern, find_groups, has_wildcard
from mkdocs_plantrace.utils.terminal import short_repr

DEFAULT = "plantrace"
"""The layout whose metadata names plan and log; the other options describe it."""
_OFF = (
    *("missing-plan", "missing-log", "log-without-plan", "document-without-task"),
    *("no-final-summary", "error-without-fix", "orphan-plan", "orphan-log", "key-style"),
)
"""Rules that are off in every layout but the default: its files need not refer to each other."""
FIELDS_OF_PATHS = ("id", "title", "phase", "owner", "status")
"""The fields that a path can give."""
_PATHS = frozenset({"plan", "log", "troubleshooting", "decisions", "evidence", "must_read"})
"""Fields without a key of their own in other layouts, whose files use these words differently."""


def _read_patterns(value: object) -> tuple[PathPattern, ...]:
    patterns = []
    for text in read_any_globs(value):
        try:
            patterns.append(PathPattern(text))
        except (InvalidPatternError, re.error) as error:
            raise reject(text, "a glob with up to four groups such as {id} in a name") from error
    if not patterns:
        raise reject(value, "a glob or a list of globs")
    return tuple(patterns)


def _read_keys(value: object) -> Mapping[str, str]:
    return read_fields(value, {name: f"#{name}" if name in _PATHS else name for name in FIELDS})


def _read_values(value: object) -> Mapping[str, tuple[str, ...]]:
    values = {}
    for name, template in read_mapping(value, str).items():
        if name not in FIELDS_OF_PATHS:
            raise reject(name, f"a field that a path can give ({', '.join(FIELDS_OF_PATHS)})")
        try:
            values[name] = _read_words(template)
        except InvalidOptionError as error:
            raise reject(template, f"a text with groups of the path for {name!r}") from error
    return values


def _read_places(value: object) -> tuple[str, ...]:
    places = tuple(map(read_text, read_texts(value)))
    for place in places:
        path, _, section = place.partition("#")
        if path.startswith(("/", "~")) or "\\" in path or not (path or section.strip()):
            raise reject(place, "a relative path with forward slashes, or '#Section'")
    return places


def _read_optional_text(value: object) -> str:
    return read_text(value) if value else ""


def _read_words(value: object) -> tuple[str, ...]:
    return tuple(map(read_text, read_texts(value)))


def _read_paths(value: object) -> tuple[str, ...]:
    paths = read_any_globs(value)
    for path in paths:
        if has_wildcard(path):
            raise reject(path, "a path without wildcards")
    return paths


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
    title: str = _key(read_text, "own", "The title of the layout in messages.")
    tool: str = _key(
        _read_optional_text,
        "",
        "The command that creates tasks and changes statuses in this layout, if there is one.",
    )
    marker: tuple[str, ...] = _key(
        read_any_globs,
        [],
        "Files or folders, as globs from the root, that show that a project uses the layout.",
    )
    tasks: tuple[PathPattern, ...] = _key(
        _read_patterns,
        "tasks/**/meta.yml",
        "The file of each task, as globs from the root with named groups: `{name}`, "
        "`{name:int}`, `{name:number}`, `{name:date}` or `{name:glob}`. If two globs match for the "
        "same id in one folder, the first glob counts. If there is `a.md`, `a.review.md` is not a "
        "task.",
    )
    fields: Mapping[str, str] = _key(
        _read_keys,
        {},
        "Other keys for the known fields, in front matter, YAML, JSON and `Key: value` lines.",
    )
    values: Mapping[str, tuple[str, ...]] = _key(
        _read_values,
        {},
        "Fields from groups of the path, such as `{id: '{number}-{slug}'}`, if the file does not "
        "have them: id, title, phase, owner or status. In a list of texts, the first text whose "
        "groups are all in the path counts. A group with the name of a field needs no text here, "
        "and also counts if no text here fits the path.",
    )
    title_prefixes: tuple[str, ...] = _key(
        _read_words, [], "Prefixes that are removed from a title, such as `Specification:`."
    )
    title_tag: str = _key(
        _read_optional_text,
        "",
        "The part in tags whose first sentence is the title, such as `objective` for "
        "`<objective>`, if there is no heading above it.",
    )
    statuses: Mapping[str, StatusKind] = _key(
        read_statuses, {}, "More words for the kinds of status."
    )
    status_words: tuple[str, ...] = _key(
        _read_places,
        [],
        "Lists of statuses in YAML files, as paths from the root with a key, such as "
        "`config.yml#statuses`. Unknown words get their kind by position: the first word of the "
        "list is planned, the last is completed, and the others are active.",
    )
    status_by_path: tuple[tuple[PathPattern, str], ...] = _key(
        _read_status_by_path,
        {},
        "Statuses by globs: the first glob that matches the task's file counts.",
    )
    status_with_log: str = _key(
        _read_optional_text,
        "",
        "The status of a task whose log exists. A task without a log is planned.",
    )
    review: tuple[str, ...] = _key(
        _read_words, [], "Statuses of tasks that wait for a review; all their boxes may be ticked."
    )
    status_files: tuple[str, ...] = _key(
        _read_paths, [], "YAML or JSON files, from the root, that map ids to statuses."
    )
    status_key: str = _key(_read_optional_text, "", "The key of this mapping in `status_files`.")
    plan: tuple[str, ...] = _key(_read_places, [], "Places of the plan; the first that exists.")
    log: tuple[str, ...] = _key(
        _read_places,
        [],
        "Places of the log: the first file that exists, with all its sections. `plantrace log` "
        "adds entries to the first section.",
    )
    boxes: tuple[str, ...] = _key(_read_places, [], "Places of the boxes that show the progress.")
    documents: tuple[str, ...] = _key(
        read_any_globs, [], "Other documents of the task, as globs from its folder."
    )
    phases: tuple[PathPattern, ...] = _key(
        lambda value: _read_patterns(value) if value else (),
        [],
        "Files of phases, as globs from the root with the groups `phase` and `phase_title`.",
    )
    requirements: tuple[str, ...] = _key(
        _read_words, [], "Prefixes of requirement ids, such as `FR-`, that the boxes should cite."
    )
    archived: tuple[str, ...] = _key(
        read_any_globs, [], "Archived tasks, to which no rule applies, as globs from the root."
    )
    prefixes: tuple[str, ...] = _key(
        read_texts,
        [],
        "Prefixes of ids that mean the same, such as `task-` and `back-`: `task-7` is `back-7`.",
    )
    short_ids: bool = _key(
        read_flag,
        False,
        "Whether a dependency on a task in the same folder may leave out the part of the id before "
        "its last `-`, or the part after any `-` but the first, if no other id begins so: `02` is "
        "`20-02`, and `4-1` is `4-1-login`.",
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

    @property
    def is_in_one_file(self) -> bool:
        """Whether plan and log are sections of the task's file."""
        places = (*self.plan, *self.log)
        return bool(places) and all(place.startswith("#") for place in places)

    def is_review(self, word: str) -> bool:
        return normalize_status(word) in map(normalize_status, self.review)


_DECLARED = {key.name: key.metadata for key in fields(Layout) if key.metadata}
LAYOUT_KEYS: Mapping[str, str] = {name: data["text"] for name, data in _DECLARED.items()}
"""The keys of a layout with their texts, in order."""
_FOLDER = files(__package__) / "presets"
_FOUND = {it.name.removesuffix(".toml") for it in _FOLDER.iterdir() if it.name.endswith(".toml")}
PRESETS = (DEFAULT, *sorted(_FOUND - {DEFAULT}))
"""The names of the presets, the default first."""


def read_preset(name: str) -> dict[str, Any]:
    """Read the declaration of a preset."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def load_preset(name: str) -> Layout:
    """Load a preset by its name."""
    return make_layout(name, read_preset(name))


def make_layout(name: str, declared: Mapping[str, object]) -> Layout:
    """Validate a declaration. Raises InvalidOptionError."""
    values: dict[str, Any] = {}
    for key, value in declared.items():
        if key not in _DECLARED:
            fact = f"a layout has no key {short_repr(key)}"
            raise InvalidOptionError(f"{fact}{suggest(key, _DECLARED)}")
        try:
            values[key] = _DECLARED[key]["read"](value)
        except InvalidOptionError as error:
            raise InvalidOptionError(f"{key} of a layout: {error}") from error
    off = {} if name == DEFAULT else dict.fromkeys(_OFF)
    values["rules"] = {**off, **values.get("rules", {})}
    layout = Layout(name=name, **values)
    _require_groups(layout)
    return layout


def _require_groups(layout: Layout) -> None:
    """Refuse a group that no path of a task can have."""
    known = sorted(frozenset().union(*(pattern.groups for pattern in layout.tasks)))
    texts = [(key, text) for key in ("plan", "log", "boxes") for text in getattr(layout, key)]
    texts += [("values", text) for listed in layout.values.values() for text in listed]
    for key, text in texts:
        try:
            unknown = [name for name in find_groups(text) if name not in known]
        except InvalidPatternError as error:
            expected = "a text with groups such as {id}"
            raise InvalidOptionError(f"{key} of a layout: {reject(text, expected)}") from error
        if unknown:
            fact = f"{key} of a layout: 'tasks' has no group {short_repr(unknown[0])}"
            raise InvalidOptionError(f"{fact}{suggest(unknown[0], known)}")


def read_layout(value: object) -> Layout:
    """Read the name of a preset, or a declaration of another layout."""
    if isinstance(value, str):
        if value not in PRESETS:
            known = ", ".join(PRESETS)
            fact = f"no layout {short_repr(value)}"
            raise InvalidOptionError(f"{fact}{suggest(value, PRESETS)} ({known})")
        return load_preset(value)
    declared = dict(read_mapping(value, str))
    if "tasks" not in declared:
        raise InvalidOptionError("a layout needs the key 'tasks', or is the name of a preset")
    name = declared.pop("name", "own")
    if name in PRESETS:
        raise reject(name, "another name than that of a preset")
    return make_layout(read_text(name), declared)


def read_layouts(value: object) -> tuple[Layout, ...]:
    """Read one layout or a list of them."""
    layouts = tuple(map(read_layout, value if isinstance(value, list) else [value]))
    names = [layout.name for layout in layouts]
    if len(set(names)) < len(names):
        raise InvalidOptionError("two layouts have one name; give each its own 'name'")
    if not layouts:
        raise reject(value, "a layout or a list of layouts")
    return layouts
