"""Caches what was read from the commits of a repository, in the user's cache directory.

If the file is missing, damaged, or from another version or other options, or if the directory
cannot be used, nothing is cached and there is no error.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from platformdirs import user_cache_dir

from mkdocs_plantrace import __version__
from mkdocs_plantrace.model.history import Commit
from mkdocs_plantrace.model.task import Status, StatusKind
from mkdocs_plantrace.parsing.git_log import FileChange
from mkdocs_plantrace.project.task_versions import TaskChange
from mkdocs_plantrace.utils.temporary_file import create_temporary

_FORMAT = 1
_DAMAGE = (OSError, ValueError, TypeError, LookupError, RecursionError)


class CommitFacts(NamedTuple):
    """What one commit did; `committed` is its date in seconds."""

    commit: Commit
    committed: int
    tasks: tuple[TaskChange, ...]
    files: tuple[FileChange, ...]


class HistoryCache:
    """The facts of a project on disk; `context` is what else they depend on."""

    def __init__(self, root: Path, context: object) -> None:
        name = hashlib.sha256(os.path.realpath(root).encode(errors="surrogatepass")).hexdigest()
        self._folder = user_cache_dir("mkdocs-plantrace", appauthor=False)
        self.path = os.path.join(self._folder, f"history-{name[:32]}.json")
        stamp = repr((_FORMAT, __version__, context)).encode(errors="surrogatepass")
        self._stamp = hashlib.sha256(stamp).hexdigest()

    def read(self) -> tuple[str, dict[str, CommitFacts]]:
        """Return the last commit that was read, '' for none, and the facts by commit."""
        try:
            with open(self.path, encoding="utf-8") as stream:
                content = json.load(stream)
            if content["stamp"] != self._stamp:
                return "", {}
            facts = map(_load_facts, content["commits"])
            return str(content["head"]), {it.commit.id: it for it in facts}
        except _DAMAGE:
            return "", {}

    def write(self, head: str, facts: Mapping[str, CommitFacts]) -> None:
        """Replace the file atomically, if that is possible."""
        content = {
            "stamp": self._stamp,
            "head": head,
            "commits": list(map(_dump_facts, facts.values())),
        }
        with suppress(*_DAMAGE):
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            with create_temporary(self._folder) as (stream, temporary):
                stream.write(json.dumps(content, ensure_ascii=True).encode())
                stream.close()
                os.replace(temporary, self.path)


def _dump_facts(facts: CommitFacts) -> list[Any]:
    tasks = [
        [it.id, it.former_path, it.path, _dump_status(it.before), _dump_status(it.after)]
        for it in facts.tasks
    ]
    return [facts.commit, facts.committed, tasks, facts.files]


def _load_facts(values: list[Any]) -> CommitFacts:
    commit, committed, tasks, files = values
    return CommitFacts(
        Commit(*map(_check_text, commit)),
        int(committed),
        tuple(map(_load_task, tasks)),
        tuple(FileChange(*(it and _check_text(it) for it in pair)) for pair in files),
    )


def _load_task(values: list[Any]) -> TaskChange:
    task_id, former_path, path, before, after = values
    return TaskChange(
        *(_check_text(task_id), _check_text(former_path), _check_text(path)),
        before=_load_status(before),
        after=_load_status(after),
    )


def _dump_status(status: Status | None) -> list[str | None] | None:
    return [status.text, status.kind.value if status.kind else None] if status else None


def _load_status(values: list[Any] | None) -> Status | None:
    if values is None:
        return None
    text, kind = values
    return Status(text=_check_text(text), kind=StatusKind(kind) if kind else None)


def _check_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
