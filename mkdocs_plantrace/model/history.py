"""What the commits of a repository did to a record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from mkdocs_plantrace.model.task import Status


class Commit(NamedTuple):
    """A commit; `time` is when its author wrote it, ISO 8601 with an offset."""

    id: str
    time: str
    author: str

    @property
    def day(self) -> str:
        """The date where its author was."""
        return self.time[:10]

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.time)


class StatusChange(NamedTuple):
    """A commit that changed the status of a task.

    `task` is the id that the task has now. `before` is None for a task that the commit created,
    `after` for one that it removed.
    """

    commit: Commit
    task: str
    path: str
    before: Status | None
    after: Status | None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The history up to `head`, oldest first.

    `files` has the commits that changed a metadata file or a document, by its path now: the first
    one wrote it. Renames are followed.
    """

    head: Commit
    statuses: tuple[StatusChange, ...] = ()
    files: Mapping[str, tuple[Commit, ...]] = field(default_factory=dict)
