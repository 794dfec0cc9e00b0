"""The file of known problems: its format, and its entries with their locations."""

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.problem import Problem, compute_fingerprint
from mkdocs_plantrace.parsing.line_index import split_lines
from mkdocs_plantrace.utils.terminal import short_repr
from mkdocs_plantrace.utils.text_file import UnreadableFileError, UnusableFileError, read_text

VERSION = 1
_MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProblem:
    """A problem that does not fail for now; `count` is how often it may occur."""

    rule: str
    task: str | None
    path: str
    target: str
    fingerprint: str
    count: int
    location: Location


Baseline: TypeAlias = tuple[KnownProblem, ...]
"""The known problems, in the order of the file."""


def read_baseline(root: Path, path: str) -> Baseline:
    """Read the baseline at a root-relative path. Raises UnusableFileError."""
    try:
        text = read_text(root / path, limit=_MAX_BYTES)
    except UnreadableFileError as error:
        hint = "" if os.path.exists(root / path) else "; 'plantrace baseline' creates it"
        raise UnusableFileError(f"baseline '{path}' {error.reason}{hint}") from error
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"{path}:{error.lineno}:{error.colno}"
        raise UnusableFileError(f"{place}: the baseline is not JSON: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise UnusableFileError(f"baseline '{path}' cannot be read as JSON") from error
    if not isinstance(content, dict) or not isinstance(content.get("problems"), list):
        raise UnusableFileError(f"baseline '{path}' has no list 'problems'")
    if content.get("version") != VERSION:
        found = short_repr(content.get("version"))
        raise UnusableFileError(f"baseline '{path}' has version {found}, expected {VERSION}")
    places = _places(path, text)
    entries = (
        _entry(path, number, values, places)
        for number, values in enumerate(content["problems"], start=1)
    )
    return _merge(entries)


def _merge(entries: Iterable[KnownProblem]) -> Baseline:
    """Keep one entry per fingerprint; a merge of branches can result in equal lines."""
    merged: dict[str, KnownProblem] = {}
    for entry in entries:
        known = merged.setdefault(entry.fingerprint, entry)
        if entry.count > known.count:
            merged[entry.fingerprint] = entry
    return tuple(merged.values())


def _places(path: str, text: str) -> dict[str, Location]:
    """Locate each fingerprint; the file has one entry per line."""
    places: dict[str, Location] = {}
    for number, line in enumerate(split_lines(text), start=1):
        end = len(line.rstrip().rstrip(",")) + 1
        start = len(line) - len(line.lstrip()) + 1
        where = Location(path, number, start, number, max(start, end))
        for word in line.split('"'):
            places.setdefault(word, where)
    return places


def _entry(path: str, number: int, values: object, places: dict[str, Location]) -> KnownProblem:
    entry = values if isinstance(values, dict) else {}
    texts = [entry.get(key) for key in ("rule", "path", "target", "fingerprint")]
    task, count = entry.get("task"), entry.get("count", 1)
    if not all(isinstance(text, str) for text in texts) or not isinstance(task, str | None):
        raise UnusableFileError(f"baseline '{path}': entry {number} has a missing or invalid key")
    if not isinstance(count, int) or count < 1:
        raise UnusableFileError(
            f"baseline '{path}': entry {number} has the count {short_repr(count)}"
        )
    rule, where, target, fingerprint = map(str, texts)
    if fingerprint != compute_fingerprint(rule, task, where, target):
        raise UnusableFileError(
            f"baseline '{path}': entry {number} does not match its fingerprint; "
            "do not edit the file by hand"
        )
    return KnownProblem(
        rule=rule,
        task=task,
        path=where,
        target=target,
        fingerprint=fingerprint,
        count=count,
        location=places.get(fingerprint, Location(path=path)),
    )


def create_baseline(problems: Iterable[Problem]) -> Baseline:
    found = tuple(problems)
    counted = Counter(problem.fingerprint for problem in found)
    first = {problem.fingerprint: problem for problem in reversed(found)}
    return tuple(
        KnownProblem(
            rule=problem.rule.code,
            task=problem.task,
            path=problem.location.path,
            target=problem.target,
            fingerprint=fingerprint,
            count=counted[fingerprint],
            location=problem.location,
        )
        for fingerprint, problem in first.items()
    )


def render_baseline(entries: Iterable[KnownProblem]) -> str:
    """Render a baseline: one entry per line, sorted without line numbers."""
    ordered = sorted(entries, key=lambda e: (e.path, e.rule, e.target, e.fingerprint))
    names = ("rule", "task", "path", "target", "fingerprint")
    body = ",\n".join(
        json.dumps(
            {name: getattr(entry, name) for name in names}
            | ({"count": entry.count} if entry.count > 1 else {})
        )
        for entry in ordered
    )
    return f'{{"version": {VERSION}, "problems": [\n{body}\n]}}\n'
