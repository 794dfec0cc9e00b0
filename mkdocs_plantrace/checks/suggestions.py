"""Guesses at what was meant; every one of them exists."""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Callable, Iterable
from functools import cache

from mkdocs_plantrace.globs import is_template
from mkdocs_plantrace.reading.tree import Tree

_LONGEST_PATH = 4096
_LONGEST_ID = 200
_CONVENTIONAL = frozenset({"plan.md", "exec_log.md", "meta.yml", "index.md", "readme.md"})
"""Names that tell what a file is but not what it is about: one elsewhere is another thing."""


def similar_path(
    tree: Tree, written: str, docs_dir: str, fits: Callable[[str], bool] = bool
) -> str | None:
    """The file that a broken root-relative path was probably meant to name.

    `fits` says of a guess whether it will do. Below docs_dir a folder that starts with `_`
    holds templates.
    """
    if len(written) > _LONGEST_PATH:
        return None
    cleaned = posixpath.normpath(written.partition("#")[0].replace("\\", "/").strip("/") or ".")
    guesses = (
        _exact(tree, cleaned),
        _document_in(tree, cleaned),
        _near_miss(tree, cleaned, docs_dir),
        _moved(tree, cleaned, docs_dir),
    )
    return next((guess for guess in guesses if guess and guess != written and fits(guess)), None)


def _exact(tree: Tree, path: str) -> str | None:
    if path in tree.files:
        return path
    return tree.by_folded_path.get(path.casefold())


def _document_in(tree: Tree, path: str) -> str | None:
    """The only Markdown file of a folder that was named in its place."""
    if path not in tree.folders:
        return None
    pages = [name for name in tree.children(path) if name.lower().endswith(".md")]
    return f"{path}/{pages[0]}" if len(pages) == 1 else None


def _near_miss(tree: Tree, path: str, docs_dir: str) -> str | None:
    """Follows the path as far as it exists and takes the most similar name where it does not."""
    found = ""
    for segment in path.split("/"):
        folder = f"{found}/" if found else ""
        names = [
            name
            for name in tree.children(found)
            if not name.startswith("_") or f"{docs_dir}/".startswith(f"{folder}{name}/")
        ]
        name = segment if segment in names else _most_similar_name(segment, names)
        if name is None:
            return None
        found = posixpath.join(found, name)
    return found if found in tree.files else None


def _most_similar_name(word: str, names: Iterable[str]) -> str | None:
    """The name most like the word: that two files are of one type makes nothing similar."""
    stem, suffix = posixpath.splitext(word)
    split = [posixpath.splitext(name) for name in names]
    close = _most_similar(stem, [name for name, end in split if end == suffix])
    if close is not None:
        return close + suffix
    return _most_similar(word, [name + end for name, end in split if name == stem])


def _most_similar(word: str, names: Iterable[str]) -> str | None:
    """The name most like the word.

    Names of one series differ in their digits only, so that a near miss in a number is
    another thing, not a slip of the pen.
    """
    numbers, slack = _numbers(word), max(3, len(word) // 2)
    similar = [
        name for name in names if abs(len(name) - len(word)) <= slack and _numbers(name) == numbers
    ]
    return next(iter(difflib.get_close_matches(word, similar, n=1, cutoff=0.75)), None)


def _moved(tree: Tree, path: str, docs_dir: str) -> str | None:
    """The file elsewhere with this name, as long as there is only one that can be meant."""
    folder, name = posixpath.split(path)
    same_name = [found for found in tree.by_name.get(name, ()) if not is_template(found, docs_dir)]
    parent = posixpath.basename(folder)
    same_folder = [
        found for found in same_name if posixpath.basename(posixpath.dirname(found)) == parent
    ]
    if len(same_folder) == 1:
        return same_folder[0]
    return same_name[0] if len(same_name) == 1 and name.lower() not in _CONVENTIONAL else None


def similar_id(written: str, ids: Iterable[str]) -> str | None:
    """The id that a wrong one was probably meant to be."""
    if len(written) > _LONGEST_ID:
        return None
    known = sorted(ids)
    folded = {task.casefold(): task for task in reversed(known)}
    if written.casefold() in folded:
        return folded[written.casefold()]
    return _most_similar(written, known)


@cache
def _numbers(task: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d{1,18}", task)]


def tasks_in_range(written: str, ids: Iterable[str]) -> tuple[str, ...]:
    """The ids that a range written as one id means: `TSK-2..TSK-4` or `TSK-2-4`; () if none."""
    if len(written) > _LONGEST_ID:
        return ()
    match = re.fullmatch(
        r"(.*?)(\d{1,9})\s*(?:\.\.+|\u2013|\u2014| to )\s*(?:(.*?)(\d{1,9}))", written
    )
    if not match or match[3] not in ("", match[1]):
        return ()
    first, last = int(match[2]), int(match[4])
    return tuple(
        task
        for task in sorted(ids)
        if (member := re.fullmatch(rf"{re.escape(match[1])}(\d{{1,9}})", task))
        and first <= int(member[1]) <= last
    )
