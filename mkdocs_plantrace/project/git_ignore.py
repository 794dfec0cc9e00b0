"""What Git ignores, by the `.gitignore` files of a repository."""

import os
import re
from functools import cache
from pathlib import Path

from pathspec.gitignore import GitIgnoreSpec

from mkdocs_plantrace.project.file_tree import ancestry
from mkdocs_plantrace.utils.paths import find_repository, make_relative
from mkdocs_plantrace.utils.text_file import UnreadableFileError, read_text

_MAX_IGNORE_BYTES = 1024 * 1024


class GitIgnore:
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
