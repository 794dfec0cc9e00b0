"""The files of layouts: the sources of tasks, and what is published unless Git ignores it."""

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pathspec.gitignore import GitIgnoreSpec

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.parsing.metadata.layout_source import LayoutSource
from mkdocs_plantrace.project.file_tree import Tree, ancestry, is_searched
from mkdocs_plantrace.utils.globs import PathPattern, compile_globs, find_base_folder, is_template
from mkdocs_plantrace.utils.paths import MARKDOWN_SUFFIXES, find_repository, is_utf8, make_relative
from mkdocs_plantrace.utils.text_file import UnreadableFileError, read_text

_NEVER_TASKS = frozenset({"readme.md", "index.md"})
"""Names that a group at the end of a pattern does not match."""
_PUBLISHED = "records"
_MAX_IGNORE_BYTES = 1024 * 1024


class TaskKey(NamedTuple):
    """What files have in common that may have the same task."""

    layout: str
    place: str
    task: str | None


def find_task_folders(settings: Settings) -> list[str]:
    """The folders below which tasks are searched."""
    default = settings.tasks if settings.has_default_layout else ()
    patterns = (pattern for layout in settings.other_layouts for pattern in layout.tasks)
    return [*map(find_base_folder, default), *(pattern.base_folder for pattern in patterns)]


def find_published_folders(settings: Settings) -> list[str]:
    """The folders of the files to publish."""
    return [*map(find_base_folder, _list_globs(settings))] if settings.publish else []


def find_record_folders(settings: Settings, docs_dir: str) -> tuple[str, ...]:
    """The folders of records: docs_dir, and those where files of layouts are; inner ones first."""
    found = {docs_dir, *map(find_base_folder, _list_globs(settings))}
    found.update(pattern.base_folder for it in settings.other_layouts for pattern in it.tasks)
    return tuple(sorted(found, key=lambda folder: (-len(folder), folder)))


def match_published(settings: Settings, paths: Iterable[str]) -> list[str]:
    """The files of layouts that may be published, in any order."""
    globs = _list_globs(settings) if settings.publish else []
    is_wanted = compile_globs(globs) if globs else frozenset[str]().__contains__
    return [path for path in paths if is_wanted(path) and is_utf8(path)]


def _list_globs(settings: Settings) -> list[str]:
    """The globs of the files to publish."""
    return [glob for layout in settings.other_layouts for glob in layout.publish]


def match_sources(settings: Settings, paths: Iterable[str]) -> dict[str, LayoutSource]:
    """The files of tasks in layouts other than the default, sorted by path.

    Templates and files in hidden folders are left out, as in the default layout. Of files in a
    folder that may have the same task, those of the first pattern have it. Beside `a.md`, a file
    such as `a.review.md` is none.
    """
    found: dict[str, LayoutSource] = {}
    patterns: dict[TaskKey, PathPattern] = {}
    for key, source in match_candidates(settings, paths):
        if source.path not in found and patterns.setdefault(key, source.pattern) is source.pattern:
            found[source.path] = source
    return {path: it for path, it in sorted(found.items()) if _find_main_file(it) not in found}


def match_candidates(
    settings: Settings, paths: Iterable[str]
) -> Iterator[tuple[TaskKey, LayoutSource]]:
    """The files in which tasks may be, by pattern, each with a key for its task."""
    listed = list(paths) if settings.other_layouts else []
    for layout in settings.other_layouts:
        for pattern in layout.tasks:
            base = f"{pattern.base_folder}/" if pattern.base_folder else ""
            for path in sorted(it for it in listed if it.startswith(base)):
                groups = pattern.match(path) if path.endswith(pattern.end) else None
                if groups is None or _is_no_task(path, pattern.text, pattern.base_folder):
                    continue
                source = LayoutSource(layout, path, groups, pattern)
                task = source.fill_value("id")
                place = path if task is None else posixpath.dirname(path)
                yield TaskKey(layout.name, place, task), source


def _is_no_task(path: str, pattern: str, folder: str) -> bool:
    has_group = "{" in posixpath.basename(pattern)
    return (
        (has_group and posixpath.basename(path).lower() in _NEVER_TASKS)
        or is_template(path, folder)
        or not is_searched(path, folder)
        or not is_utf8(path)
    )


def _find_main_file(source: LayoutSource) -> str:
    """The file beside which this one may be: `a.md` for `a.review.md`; '' if there is none.

    `7.1.md` is not beside `7.md`, nor is a file that has its own id inside.
    """
    stem, suffix = posixpath.splitext(source.path)
    main, part = posixpath.splitext(stem)
    is_name = part[1:2].isalpha() and source.fill_value("id") is not None
    return main + suffix if is_name else ""


def find_published(
    settings: Settings,
    tree: Tree,
    public: Mapping[str, str],
    is_excluded: Callable[[str], bool],
) -> dict[str, str]:
    """The files of layouts to publish besides those of MkDocs, by path, with their addresses.

    `public` has what MkDocs publishes, in the same form; `is_excluded` is true for a path that
    `exclude_docs` matches. What Git ignores is left out, and what would overwrite another page. An
    address is relative to docs_dir, without the dots of hidden folders, which some servers do not
    deliver.
    """
    ignored = _GitIgnore(tree.root)
    paths = match_published(settings, tree.files - public.keys())
    chosen: dict[str, str] = {}
    taken = set(map(_find_output, public.values()))
    # MkDocs prefers an index to a README as well.
    for path in sorted(paths, key=lambda path: (posixpath.basename(path) == "README.md", path)):
        visible = re.sub(r"(?:^|(?<=/))\.+(?=[^/])", "", path)
        uri = posixpath.join(settings.prefix, _PUBLISHED, visible)
        output = _find_output(uri)
        if output not in taken and not is_excluded(path) and not ignored.match(path):
            taken.add(output)
            chosen[path] = uri
    return chosen


def _find_output(uri: str) -> str:
    """What is equal for two pages of which one may overwrite the other on some system."""
    stem, suffix = posixpath.splitext(uri.casefold())
    if suffix not in MARKDOWN_SUFFIXES:
        return stem + suffix
    return re.sub(r"(?:^|/)(?:index|readme)\Z", "", stem)


class _GitIgnore:
    """What the `.gitignore` files of a repository ignore; Git itself is not run.

    One that cannot be read ignores its whole folder, so that nothing private is published.
    """

    def __init__(self, root: Path) -> None:
        self._top = find_repository(root) or root
        below = make_relative(root, self._top)
        self._prefix = "" if below == "." else f"{below}/"
        self._read = cache(self._read_patterns)

    def match(self, path: str) -> bool:
        """Whether a root-relative path is ignored: the innermost file that says so decides."""
        path = f"{self._prefix}{path}"
        *folders, _ = ("", *ancestry(path))
        for folder in reversed(folders):
            patterns = self._read(folder)
            inside = path[len(folder) + 1 :] if folder else path
            if patterns and (included := patterns.check_file(inside).include) is not None:
                return included
        return False

    def _read_patterns(self, folder: str) -> GitIgnoreSpec | None:
        names = [".gitignore"] if folder else [".git/info/exclude", ".gitignore"]
        lines: list[str] = []
        for path in (self._top / folder / name for name in names):
            try:
                lines += filter(_is_pattern, read_text(path, limit=_MAX_IGNORE_BYTES).splitlines())
            except UnreadableFileError:
                lines += ["*"] if os.path.isfile(path) else []
        return GitIgnoreSpec.from_lines(lines) if lines else None


def _is_pattern(line: str) -> bool:
    """Whether a line of `.gitignore` means anything; Git skips all others."""
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error, OverflowError, RecursionError):
        return False
    return True
