"""Globs over root-relative POSIX paths, in the dialect of `pathlib`.

A pattern is a glob with named groups: `specs/{id:[0-9]*}/spec.md`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from mkdocs_plantrace.utils.lazy_property import cached_property

_GROUP = re.compile(r"\{(?P<name>[a-z_]+)(?::(?P<glob>[^{}/]+))?\}")
_KINDS = {"int": r"[0-9]+", "number": r"[0-9]+(?:\.[0-9]+)*", "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}"}
_MARK = "\ue000"
"""A private character in place of a group while the rest of the glob is translated."""
_MOST_GROUPS = 4
"""The time to match a segment grows with its length to the power of its groups."""


def compile_globs(globs: Iterable[str]) -> Callable[[str], bool]:
    """Compile globs into a predicate of paths, which is case-sensitive.

    `*` and `?` stop at a slash, `**` as a whole segment matches any number of folders, `[a-z]`
    and `[!a-z]` one character. Raises re.error for a range such as `[z-a]`.
    """
    pattern = re.compile("|".join(f"(?:{_translate_glob(glob)})" for glob in globs), re.DOTALL)
    return lambda path: pattern.fullmatch(path) is not None


def is_template(path: str, *below: str) -> bool:
    """Whether a file is a template: one of its folders starts with `_`.

    Of the folders `below`, the first that contains the file may have any name.
    """
    starts = (len(folder) for folder in below if folder and path.startswith(f"{folder}/"))
    inside = f"/{path}"[next(starts, -1) + 1 :]
    return "/_" in inside.rpartition("/")[0]


def has_wildcard(name: str) -> bool:
    return re.search(r"[*?\[]", name) is not None


def fill_star(glob: str, name: str) -> str:
    """Replace the first star of a glob by a name."""
    return re.sub(r"\*+", lambda _: name, glob, count=1)


def find_base_folder(glob: str) -> str:
    """Return the part of a glob before the first folder with a wildcard."""
    return "/".join(takewhile(lambda segment: not has_wildcard(segment), glob.split("/")[:-1]))


def _translate_glob(glob: str) -> str:
    """Translate a glob into a regular expression."""
    *folders, last = re.sub(r"(?:\*\*/)+", "**/", glob).split("/")
    runs = [""]
    for folder in folders:
        if folder == "**":
            runs.append("")
        else:
            runs[-1] += f"{_translate_segment(folder)}/"
    tail = ".*" if last == "**" else _translate_segment(last)
    if len(runs) == 1:
        return f"{runs[0]}{tail}"
    # Atomic groups avoid exponential time, as in a segment.
    middle = "".join(f"(?>(?:[^/]+/)*?{run})" for run in runs[1:-1])
    return f"{runs[0]}{middle}(?:[^/]+/)*{runs[-1]}{tail}"


def _translate_segment(segment: str) -> str:
    parts = [""]
    for piece in re.findall(r"\[!?[^\]]+\]|.", segment, re.DOTALL):
        if piece == "*":
            parts.append("")
        elif piece == "?":
            parts[-1] += "[^/]"
        else:
            parts[-1] += _translate_set(piece[1:-1]) if len(piece) > 1 else re.escape(piece)
    if len(parts) == 1:
        return parts[0]
    # Atomic groups avoid exponential time: the leftmost match of a middle part is sufficient.
    middle = "".join(f"(?>[^/]*?{part})" for part in parts[1:-1])
    return f"{parts[0]}{middle}[^/]*{parts[-1]}"


def _translate_set(members: str) -> str:
    negation = "^" if members.startswith("!") else ""
    escaped = re.sub(r"([\\^&~|\[])", r"\\\1", members.removeprefix("!"))
    return f"[{negation}{escaped}]"


class InvalidPatternError(ValueError):
    """A pattern with a brace outside of a group, a repeated group, or too many."""


@dataclass(frozen=True)
class PathPattern:
    """A compiled pattern.

    A group is `{name}`, `{name:int}`, `{name:number}` such as 2.1, `{name:date}` such as
    2026-01-31, or `{name:glob}`. It matches at least one character, no slash, and as few characters
    as possible.
    """

    text: str
    _expression: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        groups = list(_GROUP.finditer(self.text))
        rest = _GROUP.sub(_MARK, self.text)
        names = find_groups(self.text)
        takes_slashes = any(group["glob"] == "**" for group in groups)
        is_slow = max(segment.count(_MARK) for segment in rest.split("/")) > _MOST_GROUPS
        if len(set(names)) < len(names) or takes_slashes or is_slow or _MARK in self.text:
            raise InvalidPatternError(self.text)
        expression = _translate_glob(rest)
        for group in groups:
            expression = expression.replace(_MARK, _translate_group(group), 1)
        object.__setattr__(self, "_expression", re.compile(expression, re.DOTALL))

    def match(self, path: str) -> Mapping[str, str] | None:
        """Return the groups of a path that matches."""
        found = self._expression.fullmatch(path)
        return found.groupdict() if found else None

    @property
    def groups(self) -> frozenset[str]:
        return frozenset(self._expression.groupindex)

    @cached_property
    def end(self) -> str:
        """The end of the last segment after its last wildcard or group: all matches have it."""
        return re.split(r"[*?\]}]", self.text.rpartition("/")[2])[-1]

    @cached_property
    def base_folder(self) -> str:
        return find_base_folder(_GROUP.sub("*", self.text))


def _translate_group(group: re.Match[str]) -> str:
    name, glob = group["name"], group["glob"]
    inner = _KINDS.get(glob) or (_translate_glob(glob) if glob else "[^/]+")
    lazy = re.sub(r"\[\^/\]([*+])(?!\?)", r"[^/]\1?", inner)
    return f"(?P<{name}>{lazy})"


def find_groups(template: str) -> list[str]:
    """The names of the groups in a text; raises InvalidPatternError for any other brace."""
    if re.search(r"[{}]", _GROUP.sub("", template)):
        raise InvalidPatternError(template)
    return [group["name"] for group in _GROUP.finditer(template)]


def fill_groups(template: str, groups: Mapping[str, str]) -> str | None:
    """Fill in `{name}`; None if the path did not have a group of that name."""
    names = [group["name"] for group in _GROUP.finditer(template)]
    if any(not groups.get(name) for name in names):
        return None
    return _GROUP.sub(lambda group: groups[group["name"]], template)
