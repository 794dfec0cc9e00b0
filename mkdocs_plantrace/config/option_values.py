"""Readers of option values: each validates the value as in YAML and returns what it means."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from mkdocs_plantrace.config.fields import FIELDS
from mkdocs_plantrace.config.page_texts import LANGUAGES, Words
from mkdocs_plantrace.config.vocabulary import (
    LOG_FIELDS,
    LOG_LABELS,
    STATUSES,
    normalize_label,
    normalize_status,
)
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.utils.did_you_mean import find_closest, format_suggestion
from mkdocs_plantrace.utils.globs import compile_globs
from mkdocs_plantrace.utils.terminal import short_repr


class NavMode(Enum):
    """How much of the generated and traced pages the site navigation shows."""

    PRUNED = "pruned"
    FULL = "full"
    NONE = "none"


class InvalidOptionError(ValueError):
    """An invalid value of an option; the message completes "option 'x': …"."""


LONGEST_TEXT = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NOT_TEXT = re.compile(r"[\x00\ud800-\udfff]")
"""Characters that no file can hold: half of a surrogate pair, and NUL."""
_LARGEST_NUMBER = 10**100


def reject(value: object, expected: str) -> InvalidOptionError:
    """Return the error for a value of the wrong type or form."""
    return InvalidOptionError(f"expected {expected}, found {short_repr(value)}")


def read_texts(value: object) -> tuple[str, ...]:
    """Read a text, or a list of texts that may be empty."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise reject(value, "a text or a list of texts")
    return tuple(texts)


def _is_outside(path: str) -> bool:
    return path.startswith(("/", "~")) or "\\" in path or ".." in path.split("/")


def refuse_unprintable(value: object) -> None:
    """Refuse a value with a text or number that can be neither printed nor written to a page."""
    left = [value]
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
            raise reject(value, "text that can be written to a file")
        elif isinstance(value, int) and abs(value) >= _LARGEST_NUMBER:
            raise reject(value, "a number of at most 100 digits")


def read_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise reject(value, "true or false")
    return value


def read_days(value: object) -> int:
    """Read a number of days; none is 0."""
    days = 0 if value is None else value
    if not isinstance(days, int) or isinstance(days, bool) or days < 0:
        raise reject(value, "a whole number of days")
    return days


def read_text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise reject(value, "text")
    if len(value) > LONGEST_TEXT or _CONTROL.search(value):
        raise InvalidOptionError("expected a shorter text without control characters")
    return value


def read_globs(value: object) -> tuple[str, ...]:
    globs = [value] if isinstance(value, str) else value
    if not isinstance(globs, list) or not globs:
        raise reject(value, "a glob or a list of globs")
    for glob in globs:
        if not isinstance(glob, str) or not glob.strip():
            raise reject(glob, "a glob")
        if len(glob) > LONGEST_TEXT or _CONTROL.search(glob):
            raise InvalidOptionError("expected a shorter glob without control characters")
        if _is_outside(glob):
            raise reject(glob, "a relative glob with forward slashes and without '..'")
        try:
            compile_globs([glob])
        except (re.error, OverflowError, RecursionError) as error:
            raise reject(glob, "a glob with ascending ranges") from error
    return tuple(glob.removeprefix("./") for glob in globs)


def read_any_globs(value: object) -> tuple[str, ...]:
    return () if value in (None, []) else read_globs(value)


def read_mapping(value: object, *key_types: type) -> Mapping[str, Any]:
    """Check a mapping; only `key_types`, because YAML reads 0.10 as 0.1."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise reject(value, "a mapping")
    for key in value:
        if key_types and type(key) not in key_types:
            raise InvalidOptionError(
                f"YAML reads a key as {short_repr(key)}, which is not text; quote it"
            )
    return {str(key): item for key, item in value.items()}


def read_fields(value: object, default: Mapping[str, str] = FIELDS) -> Mapping[str, str]:
    """Read other keys for fields; the others keep their `default`."""
    fields = dict(default)
    for name, key in read_mapping(value).items():
        if name not in FIELDS:
            raise InvalidOptionError(f"no field {short_repr(name)}{suggest(name, FIELDS)}")
        if not isinstance(key, str) or not key:
            raise reject(key, f"the key for {short_repr(name)}")
        fields[name] = key
    taken: dict[str, str] = {}
    for name, key in fields.items():
        if (other := taken.setdefault(key, name)) != name:
            raise InvalidOptionError(
                f"key {short_repr(key)} is used for both {short_repr(other)} and {short_repr(name)}"
            )
    return fields


def read_statuses(value: object) -> Mapping[str, StatusKind]:
    statuses = dict(STATUSES)
    kinds = [kind.value for kind in StatusKind]
    for word, kind in read_mapping(value, str).items():
        if kind not in kinds:
            raise reject(kind, f"a kind of status for {short_repr(word)} ({', '.join(kinds)})")
        statuses[normalize_status(word)] = StatusKind(kind)
    return statuses


def read_phases(value: object) -> Mapping[str, str]:
    phases = read_mapping(value, str, int)
    for phase, title in phases.items():
        if not isinstance(title, str | int | float) or isinstance(title, bool):
            raise reject(title, f"a title for phase {short_repr(phase)}")
    return {phase: str(title) for phase, title in phases.items()}


def read_prefix(value: object) -> str:
    prefix = read_text(value).strip("/")
    if not re.fullmatch(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)*", prefix):
        raise reject(value, "a folder name of letters, digits, '-' and '_'")
    return prefix


def read_nav(value: object) -> NavMode:
    modes = [mode.value for mode in NavMode]
    if value is None:  # YAML reads a bare `none` as text, but `null` and `~` as nothing
        return NavMode.NONE
    if value not in modes:
        raise reject(value, " or ".join(modes))
    return NavMode(value)


def read_rules(value: object) -> Mapping[str, Severity | None]:
    words = {"off": None, "warning": Severity.WARNING, "error": Severity.ERROR}
    severities = {}
    for word, severity in read_mapping(value).items():
        chosen = "off" if severity is False else severity
        if not isinstance(chosen, str) or chosen not in words:
            raise reject(severity, f"off, warning or error for {short_repr(word)}")
        severities[word.strip().lower()] = words[chosen]
    return severities


def read_log_fields(value: object) -> Mapping[str, str]:
    labels = dict(LOG_LABELS)
    for name, words in read_mapping(value).items():
        if name not in LOG_FIELDS:
            raise InvalidOptionError(f"no field {short_repr(name)}{suggest(name, LOG_FIELDS)}")
        listed = [words] if isinstance(words, str) else words
        if not isinstance(listed, list):
            raise reject(words, f"a label for {short_repr(name)} or a list of labels")
        for word in listed:
            if not isinstance(word, str) or not (label := normalize_label(word)):
                raise reject(word, f"a label for {short_repr(name)}")
            labels[label] = name
    return labels


def read_optional_path(value: object) -> str | None:
    if value is None:
        return None
    path = read_text(value)
    if _is_outside(path):
        raise reject(value, "a path from the root with forward slashes and without '..'")
    return posixpath.normpath(path)


def read_language(value: object) -> Words:
    declared = value if isinstance(value, dict) else {"base": value}
    renamed = dict(read_mapping(declared, str))
    base = renamed.pop("base", LANGUAGES[0])
    if base not in LANGUAGES:
        raise reject(base, f"{' or '.join(LANGUAGES)}, or a mapping of words")
    for word, new in renamed.items():
        if not isinstance(new, str) or not new.strip():
            raise reject(new, f"a word for {short_repr(word)}")
    words = Words(base, renamed)
    for word in words.unused() if renamed else ():
        raise InvalidOptionError(f"no text on the pages contains {short_repr(word)}")
    return words


def suggest(word: str, known: Iterable[str]) -> str:
    """Return the end of a message that suggests a name, '' if there is none."""
    hint = format_suggestion(find_closest(word, known))
    return f"; {hint}" if hint else ""
