"""The options: names, defaults, types and texts, for plugin, commands and documentation."""

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from functools import partial
from typing import Any, NamedTuple

from mkdocs_plantrace.config.fields import FIELDS
from mkdocs_plantrace.config.page_texts import LANGUAGES, Words
from mkdocs_plantrace.config.vocabulary import (
    LOG_FIELDS,
    LOG_LABELS,
    STATUSES,
    normalize_label,
    normalize_status,
)
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.utils.did_you_mean import find_closest, format_suggestion
from mkdocs_plantrace.utils.globs import compile_globs
from mkdocs_plantrace.utils.short_repr import short_repr


class NavMode(Enum):
    """How much of the generated and traced pages the site navigation shows."""

    PRUNED = "pruned"
    FULL = "full"
    NONE = "none"


class InvalidOptionError(ValueError):
    """An invalid value of an option; the message completes "option 'x': …"."""


_LONGEST_TEXT = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NOT_TEXT = re.compile(r"[\x00\ud800-\udfff]")
"""Characters that no file can hold: half of a surrogate pair, and NUL."""
_LARGEST_NUMBER = 10**100


def _reject(value: object, expected: str) -> InvalidOptionError:
    return InvalidOptionError(f"expected {expected}, found {short_repr(value)}")


def _is_outside(path: str) -> bool:
    return path.startswith(("/", "~")) or "\\" in path or ".." in path.split("/")


def _refuse_unprintable(*values: object) -> None:
    """Refuse a value with a text or number that can be neither printed nor written to a page."""
    left: list[object] = [*values]
    seen: set[int] = set()  # aliases of YAML are the same object many times
    while left:
        value = left.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, dict):
            left += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            left += value
        elif isinstance(value, str) and _NOT_TEXT.search(value):
            raise _reject(value, "text that can be written to a file")
        elif isinstance(value, int) and abs(value) >= _LARGEST_NUMBER:
            raise _reject(value, "a number of at most 100 digits")


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _reject(value, "true or false")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _reject(value, "text")
    if len(value) > _LONGEST_TEXT or _CONTROL.search(value):
        raise InvalidOptionError("expected a shorter text without control characters")
    return value


def _globs(value: object) -> tuple[str, ...]:
    globs = [value] if isinstance(value, str) else value
    if not isinstance(globs, list) or not globs:
        raise _reject(value, "a glob or a list of globs")
    for glob in globs:
        if not isinstance(glob, str) or not glob.strip():
            raise _reject(glob, "a glob")
        if len(glob) > _LONGEST_TEXT or _CONTROL.search(glob):
            raise InvalidOptionError("expected a shorter glob without control characters")
        if _is_outside(glob):
            raise _reject(glob, "a relative glob with forward slashes and without '..'")
        try:
            compile_globs([glob])
        except (re.error, OverflowError, RecursionError) as error:
            raise _reject(glob, "a glob with ascending ranges") from error
    return tuple(glob.removeprefix("./") for glob in globs)


def _any_globs(value: object) -> tuple[str, ...]:
    return () if value in (None, []) else _globs(value)


def _mapping(value: object, *key_types: type) -> Mapping[str, Any]:
    """Check a mapping; only `key_types`, because YAML reads 0.10 as 0.1."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _reject(value, "a mapping")
    for key in value:
        if key_types and type(key) not in key_types:
            raise InvalidOptionError(
                f"YAML reads a key as {short_repr(key)}, which is not text; quote it"
            )
    return {str(key): item for key, item in value.items()}


def _fields(value: object) -> Mapping[str, str]:
    fields = dict(FIELDS)
    for name, key in _mapping(value).items():
        if name not in FIELDS:
            raise InvalidOptionError(f"no field {short_repr(name)}{suggest(name, FIELDS)}")
        if not isinstance(key, str) or not key:
            raise _reject(key, f"the key for {short_repr(name)}")
        fields[name] = key
    taken: dict[str, str] = {}
    for name, key in fields.items():
        if (other := taken.setdefault(key, name)) != name:
            raise InvalidOptionError(
                f"key {short_repr(key)} is used for both {short_repr(other)} and {short_repr(name)}"
            )
    return fields


def _statuses(value: object) -> Mapping[str, StatusKind]:
    statuses = dict(STATUSES)
    kinds = [kind.value for kind in StatusKind]
    for word, kind in _mapping(value, str).items():
        if kind not in kinds:
            raise _reject(kind, f"a kind of status for {short_repr(word)} ({', '.join(kinds)})")
        statuses[normalize_status(word)] = StatusKind(kind)
    return statuses


def _phases(value: object) -> Mapping[str, str]:
    phases = _mapping(value, str, int)
    for phase, title in phases.items():
        if not isinstance(title, str | int | float) or isinstance(title, bool):
            raise _reject(title, f"a title for phase {short_repr(phase)}")
    return {phase: str(title) for phase, title in phases.items()}


def _prefix(value: object) -> str:
    prefix = _text(value).strip("/")
    if not re.fullmatch(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)*", prefix):
        raise _reject(value, "a folder name of letters, digits, '-' and '_'")
    return prefix


def _nav(value: object) -> NavMode:
    modes = [mode.value for mode in NavMode]
    if value is None:  # YAML reads a bare `none` as text, but `null` and `~` as nothing
        return NavMode.NONE
    if value not in modes:
        raise _reject(value, " or ".join(modes))
    return NavMode(value)


def _rules(value: object) -> Mapping[str, Severity | None]:
    words = {"off": None, "warning": Severity.WARNING, "error": Severity.ERROR}
    severities = {}
    for word, severity in _mapping(value).items():
        chosen = "off" if severity is False else severity
        if not isinstance(chosen, str) or chosen not in words:
            raise _reject(severity, f"off, warning or error for {short_repr(word)}")
        severities[word.strip().lower()] = words[chosen]
    return severities


def _log_fields(value: object) -> Mapping[str, str]:
    labels = dict(LOG_LABELS)
    for name, words in _mapping(value).items():
        if name not in LOG_FIELDS:
            raise InvalidOptionError(f"no field {short_repr(name)}{suggest(name, LOG_FIELDS)}")
        listed = [words] if isinstance(words, str) else words
        if not isinstance(listed, list):
            raise _reject(words, f"a label for {short_repr(name)} or a list of labels")
        for word in listed:
            if not isinstance(word, str) or not (label := normalize_label(word)):
                raise _reject(word, f"a label for {short_repr(name)}")
            labels[label] = name
    return labels


def _optional_path(value: object) -> str | None:
    if value is None:
        return None
    path = _text(value)
    if _is_outside(path):
        raise _reject(value, "a path from the root with forward slashes and without '..'")
    return posixpath.normpath(path)


def _language(value: object) -> Words:
    renamed: dict[str, Any] = {"base": value}
    if isinstance(value, dict):
        renamed = dict(_mapping(value, str))
    base = renamed.pop("base", LANGUAGES[0])
    if base not in LANGUAGES:
        raise _reject(base, f"{' or '.join(LANGUAGES)}, or a mapping of words")
    for word, new in renamed.items():
        if not isinstance(new, str) or not new.strip():
            raise _reject(new, f"a word for {short_repr(word)}")
    words = Words(base, renamed)
    for word in words.unused() if renamed else ():
        raise InvalidOptionError(f"no text on the pages contains {short_repr(word)}")
    return words


def suggest(word: str, known: Iterable[str]) -> str:
    """Return the end of a message that suggests a name, '' if there is none."""
    hint = format_suggestion(find_closest(word, known))
    return f"; {hint}" if hint else ""


class Option(NamedTuple):
    """An option: `value` is its default as in YAML, `text` is Markdown."""

    name: str
    type: str
    value: object
    text: str
    read: Callable[[object], object]

    @property
    def default(self) -> str:
        if isinstance(self.value, str):
            return repr(self.value) if self.value.startswith("*") else self.value
        return str(self.value) if isinstance(self.value, list) else json.dumps(self.value)


def _option(
    read: Callable[[object], object], default: object, text: str, takes: str = "mapping"
) -> Any:
    """Declare an option as a field of the settings, with its default as in YAML."""
    value = read(default)
    declared = {"type": takes, "value": default, "text": text, "read": read}
    return field(default_factory=lambda: value, metadata=declared)


_switch = partial(_option, _flag, True, takes="true or false")
_matching = partial(_option, _globs, takes="glob or list of globs")
_optional = partial(_option, _optional_path, None, takes="path")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options after validation.

    `rules` has the configured severities, by code or name in lower case; `log_fields` the field
    of each normalized label.
    """

    enabled: bool = _switch(
        "Turns the plugin on or off. With `!ENV [PLANTRACE, true]` a pipeline can decide.",
    )
    root: str = _option(
        _text,
        ".",
        "The project root, relative to `mkdocs.yml`. All paths in metadata start here; "
        "`docs_dir` must be inside it. Nothing outside the root is read.",
        "path",
    )
    tasks: tuple[str, ...] = _matching(
        "tasks/**/meta.yml",
        "The metadata files, from the root. Folders whose names start with `_` contain "
        "templates and are ignored; hidden folders and `node_modules` are not searched.",
    )
    plans: tuple[str, ...] = _matching(
        "**/PLAN.md",
        "Plans, from `docs_dir`: used to find plans to which no task refers.",
    )
    logs: tuple[str, ...] = _matching(
        "**/EXEC_LOG.md",
        "Execution logs, from `docs_dir`: used to find logs to which no task refers.",
    )
    troubleshooting: tuple[str, ...] = _matching(
        "**/troubleshooting/**/*.md", "Troubleshooting pages, from `docs_dir`."
    )
    decisions: tuple[str, ...] = _matching(
        ["**/adr/**/*.md", "**/adrs/**/*.md", "**/decisions/**/*.md"],
        "Decision records, from `docs_dir`.",
    )
    search: tuple[str, ...] = _option(
        _any_globs,
        [],
        "Further pages, from `docs_dir`, that `plantrace errors` and the error index search, "
        "besides plans, logs, troubleshooting pages and decision records.",
        "glob or list of globs, or none",
    )
    fields: Mapping[str, str] = _option(
        _fields,
        {},
        "Other keys for the known fields, such as `{id: key, plan: design_doc}`. "
        f"The fields are {', '.join(f'`{name}` (`{key}`)' for name, key in FIELDS.items())}.",
    )
    statuses: Mapping[str, StatusKind] = _option(
        _statuses,
        {},
        "More words for the kinds of status (`planned`, `active`, `blocked`, `completed`, "
        "`dropped`), such as `{shipped: completed, parked: dropped}`.",
    )
    phases: Mapping[str, str] = _option(
        _phases,
        {},
        "Titles of phases, such as `{'0': Foundations}`. Phases listed here come first, in "
        "this order; the others follow, numbers (`0, 0.1, 0.5, 1, 2, 10`) before words.",
    )
    prefix: str = _option(
        _prefix, "trace", "The generated pages are below this URL.", "folder name"
    )
    nav: NavMode = _option(
        _nav,
        "pruned",
        "`pruned` keeps plans, logs and task pages out of the site navigation, which then "
        "has the overview, the phases and the problems. Themes render the whole navigation "
        "into every page, so a full one needs quadratic time and space. `full` keeps all pages, "
        "`none` adds nothing. Pages in your own `nav` are never removed.",
        "pruned, full or none",
    )
    autolink: bool = _switch(
        "Turns task ids in running text into links. An id that is a plain word or number is "
        "never linked.",
    )
    rules: Mapping[str, Severity | None] = _option(
        _rules,
        {},
        "Severities by code or name, such as `{orphan-plan: off, PT106: error}`: "
        "`error` fails the build, `warning` fails it under `--strict`, `off` turns the rule off.",
    )
    baseline: str | None = _optional(
        "A file of known problems, from the root, which do not fail. `plantrace baseline` "
        "creates it; fixed problems are reported until they are removed from it.",
    )
    evidence: str | None = _optional(
        "A JSON file, from the root, with the result of the check: `mkdocs build` and "
        "`plantrace check` always write it, `mkdocs serve` never does.",
    )
    schema: str | None = _optional(
        "A JSON Schema for the metadata files, from the root. "
        "Needs `pip install 'mkdocs-plantrace[schema]'`.",
    )
    signatures: str | None = _optional(
        "A registry of failure signatures, a YAML file, from the root: each signature with "
        "its description, owner, troubleshooting page, aliases and successor. Errors in it are "
        "reported as problems, as in metadata.",
    )
    log_fields: Mapping[str, str] = _option(
        _log_fields,
        {},
        "More labels for the fields of log entries, one or a list for each, such as "
        "`{fix: [what helped], error: trouble}`. Case, `_` and `-` do not matter. A label "
        "of another field moves to this one. "
        f"The fields are {', '.join(f'`{name}`' for name in LOG_FIELDS)}.",
    )
    templates: str | None = _optional(
        "A folder, from the root, whose Jinja templates override the built-in ones "
        "of the same name.",
    )
    language: Words = _option(
        _language,
        LANGUAGES[0],
        "The language of generated pages: `en` or `de`. A mapping replaces single words or whole "
        "texts, such as `{phase: milestone}`; its key `base` is the language to start from. "
        "Metadata, messages and rules are not translated.",
        "language or mapping",
    )

    def severity_of(self, rule: Rule) -> Severity | None:
        """Return the severity of a rule, None if it is off."""
        return self.rules.get(rule.code.lower(), self.rules.get(rule.name, rule.default))

    def resolve_severity(self, rule: Rule, found: Severity) -> Severity | None:
        """Return the severity of a problem that its check reports as `found`."""
        is_near_miss = rule.reports_near_misses and not self.sets(rule)
        return found if is_near_miss else self.severity_of(rule)

    def is_turned_off(self, rule: Rule) -> bool:
        """Whether the configuration turns the rule off, not its default."""
        return self.sets(rule) and self.severity_of(rule) is None

    def sets(self, rule: Rule) -> bool:
        """Whether the configuration has a severity for the rule."""
        return not self.rules.keys().isdisjoint((rule.code.lower(), rule.name))


OPTIONS = tuple(Option(declared.name, **declared.metadata) for declared in fields(Settings))


def validate_options(options: Mapping[str, object]) -> tuple[Settings, tuple[tuple[str, str], ...]]:
    """Validate raw options. Returns the settings and pairs of option and message.

    An invalid value is replaced by the default.
    """
    declared = {option.name: option for option in OPTIONS}
    values: dict[str, Any] = {}
    messages = []
    for name, value in options.items():
        if name not in declared:
            is_short = isinstance(name, str) and len(name) <= _LONGEST_TEXT
            shown = name if is_short else short_repr(name)
            messages.append((shown, f"unknown option{suggest(str(name), declared)}"))
            continue
        try:
            _refuse_unprintable(value)
            values[name] = declared[name].read(value)
        except InvalidOptionError as error:
            messages.append((name, str(error)))
    return Settings(**values), tuple(messages)
