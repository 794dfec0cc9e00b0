"""Run git to read objects and compare commits, without running what a repository configures."""

import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

_TIMEOUT_IN_SECONDS = 10
_LONG_TIMEOUT_IN_SECONDS = 120
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # a missing object is not fetched
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
}
_SETTINGS = (("core.fsmonitor", "false"), ("core.hooksPath", os.devnull))
"""They win over the configuration of the repository."""
_WORDS_OF_OBJECT = len(("id", "type", "size"))
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MOVED = ("R", "C")
"""How the statuses start that have two paths."""


class GitError(ValueError):
    """What git cannot answer; the message has the reason."""


def run_git(
    folder: Path,
    *arguments: str,
    settings: Iterable[tuple[str, str]] = (),
    input: str = "",  # noqa: A002 (as in subprocess)
    timeout: int = _TIMEOUT_IN_SECONDS,
    errors: str = "replace",
) -> subprocess.CompletedProcess[str] | None:
    """Return the result of a command; None if git cannot be run or does not end in time.

    `errors` is for bytes that are not UTF-8: paths need `surrogateescape`.
    Filters, text conversions and external programs of commands are up to the caller: plumbing
    commands, such as `rev-list` and `diff-tree`, run none.
    """
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(  # noqa: S603 (all arguments are our own)
            ["git", *arguments],  # noqa: S607 (any git that the user has)
            cwd=folder,
            capture_output=True,
            check=False,
            encoding="utf-8",
            env=_make_environment(*settings),
            errors=errors,
            input=input,
            timeout=timeout,
        )
    return None


def ask_git(
    folder: Path,
    *arguments: str,
    input: str = "",  # noqa: A002 (as in subprocess)
    codes: tuple[int, ...] = (0,),
) -> str:
    """Return what a command prints, with paths as Python decodes them. Raises GitError.

    `codes` are the exit codes of an answer.
    """
    timeout = _LONG_TIMEOUT_IN_SECONDS
    done = run_git(folder, *arguments, input=input, timeout=timeout, errors="surrogateescape")
    if done is None:
        raise GitError("git cannot be run, or did not end in time")
    if done.returncode not in codes:
        lines = done.stderr.splitlines() or [f"git {arguments[0]} failed"]
        raise GitError(lines[0].removeprefix("fatal: "))
    return done.stdout


class GitObject(NamedTuple):
    id: str
    content: bytes


class GitObjects:
    """Reads objects of a repository one by one, as a context; to enter it may raise OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["git", "cat-file", "--batch"],  # noqa: S607 (any git that the user has)
            cwd=self._folder,
            env=_make_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.__exit__(kind, error, traceback)

    def read(self, name: str) -> GitObject | None:
        """Return an object, such as `HEAD:./README.md` in the folder; None if there is none."""
        assert self._process.stdin  # noqa: S101 (for mypy)
        assert self._process.stdout  # noqa: S101
        if "\n" in name:  # the protocol has lines
            return None
        try:
            self._process.stdin.write(f"{name}\n".encode(errors="surrogateescape"))
            self._process.stdin.flush()
        except OSError:  # git has ended
            return None
        head = self._process.stdout.readline().split()
        if len(head) != _WORDS_OF_OBJECT or not head[-1].isdigit():
            return None
        content = self._process.stdout.read(int(head[-1]))
        self._process.stdout.read(1)
        return GitObject(head[0].decode(), content)


def has_changes(folder: Path, but: str) -> bool:
    """Whether a tracked file other than `but` differs from HEAD; the filters are not run."""
    named = run_git(folder, "config", "-z", "--name-only", "--get-regexp", r"^filter\.")
    filters = [(key, "") for key in named.stdout.split("\0") if key] if named else []
    paths = ("--", ":/", f":(exclude){but}")
    options = ("--quiet", "--no-ext-diff", "--no-textconv", "--ignore-submodules")
    result = run_git(folder, "diff", *options, "HEAD", *paths, settings=filters)
    return result is not None and result.returncode != 0


def _make_environment(*settings: tuple[str, str]) -> dict[str, str]:
    """The environment, with settings for git, whose keys may contain any character."""
    settings = (*_SETTINGS, *settings)
    count = os.environ.get("GIT_CONFIG_COUNT", "")
    first = int(count) if count.isdecimal() else 0  # those of the user stay
    variables = {**os.environ, **_ENVIRONMENT}
    variables |= {"GIT_CONFIG_COUNT": str(first + len(settings))}
    for number, (key, value) in enumerate(settings, first):
        variables[f"GIT_CONFIG_KEY_{number}"] = key
        variables[f"GIT_CONFIG_VALUE_{number}"] = value
    return variables


class FileChanges(NamedTuple):
    """The files that differ, by their path in the repository; `moved` has the new paths."""

    paths: frozenset[str]
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
    return FileChanges(frozenset(paths), moved)


def _parse_revision(repository: Path, revision: str) -> str | None:
    if revision.startswith("-"):  # an option
        return None
    name = f"{revision}^{{commit}}"
    found = ask_git(repository, "rev-parse", "--verify", "--quiet", name, codes=(0, 1)).strip()
    return found if _ID.fullmatch(found) else None


def _explain_shallow(repository: Path) -> str:
    hint = "; the clone is shallow: 'git fetch --unshallow' gets all commits"
    return hint if is_shallow(repository) else ""


def is_shallow(repository: Path) -> bool:
    return ask_git(repository, "rev-parse", "--is-shallow-repository").strip() == "true"
