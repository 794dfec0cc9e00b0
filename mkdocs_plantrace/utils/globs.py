"""Globs over root-relative POSIX paths, in the dialect of `pathlib`."""

import re
from collections.abc import Callable, Iterable
from itertools import takewhile


def compile_globs(globs: Iterable[str]) -> Callable[[str], bool]:
    """Compile globs into a predicate of paths, which is case-sensitive.

    `*` and `?` stop at a slash, `**` as a whole segment matches any number of folders, `[a-z]`
    and `[!a-z]` one character. Raises re.error for a range such as `[z-a]`.
    """
    pattern = re.compile("|".join(f"(?:{translate_glob(glob)})" for glob in globs), re.DOTALL)
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


def translate_glob(glob: str) -> str:
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
