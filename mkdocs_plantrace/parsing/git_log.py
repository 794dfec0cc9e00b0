r"""What commits changed, from the output of `git diff-tree`.

output: (commit change*)*
commit: "\x01" id, author date, author date in seconds, commit date in seconds, author
change: (":" mode)+ … " " letters, path, new path if the letters begin with R or C

All of them end with NUL, see `git help diff-tree`, "RAW OUTPUT FORMAT". A merge has one colon,
mode, letter and path for each parent, and only the files that differ from all of them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from mkdocs_plantrace.model.history import Commit
from mkdocs_plantrace.parsing.metadata.field_reader import clean_text

OPTIONS = (
    *("--stdin", "-r", "-c", "--combined-all-paths", "-M", "--root", "--raw", "-z"),
    *("--no-abbrev", "--relative", "--encoding=UTF-8"),
    "--format=%x01%H%x00%aI%x00%at%x00%ct%x00%aN",
)
"""The options of `git diff-tree` that this module reads the output of."""
_COMMIT = "\x01"
_FIELDS = 4
_REGULAR = "100"
"""How the modes of regular files begin; links and submodules have others."""
_LAST_SECOND = 253402300799
"""The last one of the year 9999."""


class FileChange(NamedTuple):
    """A regular file in the first parent that has it, and in a commit; None where there is none."""

    before: str | None
    after: str | None


class CommitChanges(NamedTuple):
    """The changes of a commit; `committed` is its date in seconds, for the order of commits."""

    commit: Commit
    committed: int
    parent_count: int
    files: tuple[FileChange, ...]


def parse_changes(output: str) -> Iterator[CommitChanges]:
    """Yield the commits in the order of the output, without those that changed no file."""
    fields = iter(output.split("\0"))
    found: list[FileChange] = []
    head: CommitChanges | None = None
    for field in map(str.lstrip, fields):
        if field.startswith(_COMMIT):
            if head and found:
                yield head._replace(files=tuple(found))
            time, seconds, committed, author = islice(fields, _FIELDS)
            commit = make_commit(field[1:], time, seconds, author)
            head, found = CommitChanges(commit, int(committed), 1, ()), []
        elif field.startswith(":") and head:
            head = head._replace(parent_count=len(field) - len(field.lstrip(":")))
            found.append(_make_change(field.lstrip(":"), head.parent_count, fields))
    if head and found:
        yield head._replace(files=tuple(found))


def make_commit(name: str, time: str, seconds: str, author: str) -> Commit:
    """Return a commit; a date that Python does not know, such as one with a wrong zone, is UTC."""
    try:
        datetime.fromisoformat(time)
    except ValueError:
        time = datetime.fromtimestamp(min(int(seconds), _LAST_SECOND), UTC).isoformat()
    return Commit(name, time, clean_text(author))


def _make_change(head: str, parents: int, fields: Iterator[str]) -> FileChange:
    """Read the rest of a change, after the colons."""
    *modes, mode = head.split(" ")[: parents + 1]
    letters = head.rpartition(" ")[2]
    has_all_paths = parents > 1 or letters.startswith(("R", "C"))
    paths = list(islice(fields, parents + 1)) if has_all_paths else [next(fields)] * 2
    old = (
        path
        for path, mode_before, letter in zip(paths, modes, letters, strict=False)
        if mode_before.startswith(_REGULAR) and letter != "C"
    )
    return FileChange(next(old, None), paths[-1] if mode.startswith(_REGULAR) else None)
