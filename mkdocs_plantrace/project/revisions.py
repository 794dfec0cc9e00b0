"""Revisions of a repository: their commits, and the files in which two commits differ."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mkdocs_plantrace.project.git import GitError, ask_git

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MOVED = ("R", "C")
"""How the statuses start that have two paths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChanges:
    """The files that differ, by their path in the repository; `moved` has the new paths."""

    paths: frozenset[str] = frozenset()
    moved: Mapping[str, str]


def find_commit(repository: Path, revision: str) -> str:
    """Return the full id of a commit. Raises GitError."""
    if found := _parse_revision(repository, revision):
        return found
    remote = f"origin/{revision}"
    if _parse_revision(repository, remote):
        raise GitError(f"no commit '{revision}'; did you mean '{remote}'?")
    raise GitError(f"no commit '{revision}'{_explain_shallow(repository)}")


def find_merge_base(repository: Path, one: str, other: str) -> str:
    """Return the best common ancestor of two commits. Raises GitError."""
    found = ask_git(repository, "merge-base", one, other, codes=(0, 1)).strip()
    if not _ID.fullmatch(found):
        raise GitError(f"the two commits have no common ancestor{_explain_shallow(repository)}")
    return found


def find_changes(repository: Path, base: str, head: str) -> FileChanges:
    """Compare the files of two commits. Raises GitError."""
    options = ("-r", "-M", "-z", "--name-status", "--no-ext-diff", "--no-textconv")
    words = iter(ask_git(repository, "diff-tree", *options, base, head).split("\0"))
    paths: set[str] = set()
    moved: dict[str, str] = {}
    for status in filter(None, words):
        path = next(words)
        paths.add(path)
        if status.startswith(_MOVED):
            moved[path] = next(words)
            paths.add(moved[path])
    return FileChanges(paths=frozenset(paths), moved=moved)


def _parse_revision(repository: Path, revision: str) -> str | None:
    """Return the id of a commit; None if there is none."""
    if revision.startswith("-"):  # an option
        return None
    name = f"{revision}^{{commit}}"
    found = ask_git(repository, "rev-parse", "--verify", "--quiet", name, codes=(0, 1)).strip()
    return found if _ID.fullmatch(found) else None


def _explain_shallow(repository: Path) -> str:
    is_shallow = ask_git(repository, "rev-parse", "--is-shallow-repository").strip() == "true"
    hint = "; the clone is shallow: 'git fetch --unshallow' gets all commits"
    return hint if is_shallow else ""
