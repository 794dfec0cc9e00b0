"""The files of layouts: the sources of tasks, and what is published."""

import os
import posixpath
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from itertools import chain
from pathlib import Path

from pathspec.gitignore import GitIgnoreSpec

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.parsing.metadata.layout_file import LayoutSource
from mkdocs_plantrace.project.file_tree import Tree, is_searched
from mkdocs_plantrace.utils.globs import compile_globs, find_base_folder, is_template
from mkdocs_plantrace.utils.path_patterns import fill_groups
from mkdocs_plantrace.utils.paths import is_utf8
from mkdocs_plantrace.utils.text_file import UnreadableFileError, read_text

_NEVER_TASKS = frozenset({"readme.md", "index.md"})
"""Names that a group at the end of a pattern does not match."""
_MAX_IGNORE_BYTES = 1024 * 1024
_PUBLISHED = "records"


def find_task_folders(settings: Settings) -> list[str]:
    """The folders below which tasks are searched."""
    default = settings.tasks if settings.has_default_layout else ()
    patterns = chain.from_iterable(layout.tasks for layout in settings.other_layouts)
    return [*map(find_base_folder, default), *(pattern.base_folder for pattern in patterns)]


def find_published_folders(settings: Settings) -> list[str]:
    """The folders of the files to publish."""
    if not settings.publish:
        return []
    layouts = settings.other_layouts
    return [find_base_folder(glob) for layout in layouts for glob in layout.publish]


def match_sources(settings: Settings, paths: Iterable[str]) -> dict[str, LayoutSource]:
    """The files of tasks in layouts other than the default, sorted by path.

    Templates and files in hidden folders are left out, as in the default layout.
    """
    found: dict[str, LayoutSource] = {}
    listed = list(paths) if settings.other_layouts else []
    for layout in settings.other_layouts:
        taken: set[tuple[str, str | None]] = set()
        for pattern in layout.tasks:
            base = f"{pattern.base_folder}/" if pattern.base_folder else ""
            for path in sorted(it for it in listed if it.startswith(base)):
                groups = pattern.match(path) if path.endswith(pattern.end) else None
                if groups is None or _is_no_task(path, pattern.text, pattern.base_folder):
                    continue
                task = fill_groups(layout.values.get("id", "{id}"), groups)
                key = posixpath.dirname(path), task
                if path not in found and (task is None or key not in taken):
                    found[path] = LayoutSource(layout, path, groups)
                    taken.add(key)
    return dict(sorted(found.items()))


def _is_no_task(path: str, pattern: str, folder: str) -> bool:
    has_group = "{" in posixpath.basename(pattern)
    return (
        (has_group and posixpath.basename(path).lower() in _NEVER_TASKS)
        or is_template(path, folder)
        or not is_searched(path, folder)
        or not is_utf8(path)
    )


class TreeFiles:
    """The files of a tree for the reader of layouts."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def has_file(self, path: str) -> bool:
        return path in self._tree.files

    def below(self, folder: str) -> Iterator[str]:
        """The files below a folder, sorted."""
        start = f"{folder}/"
        for number in range(bisect_left(self._sorted, start), len(self._sorted)):
            path = self._sorted[number]
            if not path.startswith(start):
                break
            yield path

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(filter(is_utf8, self._tree.files))


def find_published(
    settings: Settings,
    tree: Tree,
    is_public: Callable[[str], bool],
    is_excluded: Callable[[str], bool],
) -> dict[str, str]:
    """The files of layouts to publish besides those of MkDocs, by path, with their addresses.

    `is_public` tells whether MkDocs publishes a path, `is_excluded` whether `exclude_docs` matches
    one. What Git ignores is left out. An address is relative to docs_dir, without the dots of
    hidden folders, which some servers do not deliver.
    """
    globs = [glob for layout in settings.other_layouts for glob in layout.publish]
    if not settings.publish or not globs:
        return {}
    is_wanted, ignored = compile_globs(globs), _Ignored(tree.root)
    paths = (path for path in sorted(tree.files) if is_wanted(path) and is_utf8(path))
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for path in paths:
        uri = posixpath.join(
            settings.prefix, _PUBLISHED, re.sub(r"(?:^|(?<=/))\.+(?=[^/])", "", path)
        )
        if uri.casefold() in taken or is_public(path) or is_excluded(path) or ignored.match(path):
            continue
        taken.add(uri.casefold())
        chosen[path] = uri
    return chosen


class _Ignored:
    """What the `.gitignore` files of a repository ignore; Git itself is not run."""

    def __init__(self, root: Path) -> None:
        found = (one for one in (root, *root.parents) if os.path.exists(one / ".git"))
        self._top = next(found, root)
        below = os.path.relpath(root, self._top).replace(os.sep, "/")
        self._prefix = "" if below == "." else f"{below}/"
        self._read = cache(self._read_patterns)

    def match(self, path: str) -> bool:
        """Whether a root-relative path is ignored: the innermost file that says so decides."""
        path = f"{self._prefix}{path}"
        folder = posixpath.dirname(path)
        while True:
            patterns = self._read(folder)
            inside = path[len(folder) + 1 :] if folder else path
            if patterns and (included := patterns.check_file(inside).include) is not None:
                return included
            if not folder:
                return False
            folder = posixpath.dirname(folder)

    def _read_patterns(self, folder: str) -> GitIgnoreSpec | None:
        names = [".gitignore"] if folder else [".git/info/exclude", ".gitignore"]
        lines: list[str] = []
        for name in names:
            try:
                text = read_text(self._top / folder / name, limit=_MAX_IGNORE_BYTES)
                GitIgnoreSpec.from_lines(text.splitlines())
                lines += text.splitlines()
            except (UnreadableFileError, ValueError, re.error, OverflowError, RecursionError):
                continue
        return GitIgnoreSpec.from_lines(lines) if lines else None


def map_spellings(settings: Settings, ids: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map each spelling of an id to the first id that it may mean; `ids` are with their layouts."""
    spellings: dict[str, str] = {}
    first: set[str] = set()
    for task, name in ids:
        if task in spellings:
            continue
        first.add(task)
        layout = settings.find_layout(name)
        if layout is None or not (layout.prefixes or layout.ignore_case):
            continue
        for spelling in _spell(task, layout.prefixes, ignore_case=layout.ignore_case):
            spellings.setdefault(spelling, task)
    return {spelling: task for spelling, task in spellings.items() if spelling not in first}


def _spell(task: str, prefixes: tuple[str, ...], *, ignore_case: bool) -> Iterator[str]:
    fold = str.casefold if ignore_case else str
    own = next((it for it in prefixes if it and fold(task).startswith(fold(it))), "")
    forms = [task, *(f"{prefix}{task[len(own) :]}" for prefix in prefixes if own)]
    for form in forms:
        yield form
        if ignore_case:
            yield from (form.lower(), form.upper(), form.capitalize())
