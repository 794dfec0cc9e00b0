"""Tasks and their metadata."""

from enum import Enum
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from mkdocs_plantrace.model.location import Location, Text


class StatusKind(Enum):
    """The meaning of a status for rules, in the order of work."""

    PLANNED = "planned"
    ACTIVE = "active"
    BLOCKED = "blocked"
    COMPLETED = "completed"
    DROPPED = "dropped"

    @property
    def is_closed(self) -> bool:
        return self in (StatusKind.COMPLETED, StatusKind.DROPPED)


class Status(Struct, frozen=True, kw_only=True, gc=False):
    """A status as in the file; `kind` is None for an unknown word."""

    text: str
    kind: StatusKind | None


class Items(Struct, frozen=True, tag=True, gc=False):
    values: "tuple[FieldValue, ...]" = ()

    def __len__(self) -> int:
        return len(self.values)


class Mapping(Struct, frozen=True, tag=True, gc=False):
    entries: "tuple[tuple[str, FieldValue], ...]"


FieldValue: TypeAlias = "str | Items | Mapping"
"""The value of a metadata field, for display: text as in the file, lists, mappings."""


class Promise(Struct, frozen=True, kw_only=True, gc=False):
    """An entry of `evidence`: a file, and the keys that it must have."""

    path: Text
    must_include: tuple[Text, ...] = ()


class EvidenceFile(Struct, frozen=True, kw_only=True, gc=False):
    """The content of an evidence file.

    `fault` is the reason why it is not JSON. `status` is the value of its key `status`, as text.
    `missing` are the required keys that it does not have.
    """

    fault: str | None = None
    status: str | None = None
    missing: frozenset[str] = frozenset()


class Progress(NamedTuple):
    """The boxes of a task in the file `path`: how many are ticked, and the first that is not."""

    path: str
    done: int
    total: int
    open: Text | None

    @property
    def is_done(self) -> bool:
        return self.total > 0 and self.open is None


FOLDER, LOG = "the folder", "the log"


class StatedStatus(NamedTuple):
    """A status and the place that states it, such as FOLDER or LOG, as after "according to"."""

    status: Status
    place: str
    location: Location


class Task(Struct, frozen=True, kw_only=True, gc=False):
    """One metadata file, or the file of a task in another layout.

    A field that is absent or empty is None, an empty text or an empty tuple. `id` is never
    empty, but two files may have the same. `misread` are those of `plan` and `log` that are not a
    path. `empty_fields` are the keys without a value. `fields` are the remaining fields: the known
    ones in the order of their declaration, then the others in the order of the file.
    `blocked_since` is a day, ISO 8601.

    `layout` is the name of its layout. In layouts other than the default, `status_location` is
    where the status is, `other_statuses` are those at other places, `documents` what belongs to the
    task besides plan and log, `phase_title` the title of its phase, `log_sections` the only
    sections of its log that are one, `spellings` other forms of its id, and `uncited` the
    requirements that nothing cites.
    """

    id: str
    id_location: Location
    title: str
    status: Status
    phase: str
    owners: tuple[str, ...]
    path: str
    plan: Text | None
    log: Text | None
    depends_on: tuple[Text, ...]
    blocks: tuple[Text, ...]
    troubleshooting: tuple[Text, ...]
    decisions: tuple[Text, ...]
    evidence: tuple[Promise, ...]
    must_read: tuple[Text, ...]
    archived: bool
    misread: frozenset[str]
    empty_fields: tuple[tuple[str, Location], ...]
    fields: tuple[tuple[str, FieldValue], ...]
    layout: str = "plantrace"
    status_location: Location | None = None
    other_statuses: tuple[StatedStatus, ...] = ()
    progress: Progress | None = None
    documents: tuple[Text, ...] = ()
    phase_title: str = ""
    log_sections: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    uncited: tuple[Text, ...] = ()
    blocked_reason: str = ""
    blocked_since: str = ""

    @property
    def owner(self) -> str:
        """The owners as one text, '' without one."""
        return ", ".join(self.owners)

    @property
    def is_completed(self) -> bool:
        """Whether the rules about completed tasks apply."""
        return self.status.kind is StatusKind.COMPLETED and not self.archived

    def lacks(self, field: str) -> bool:
        """Whether the task has no plan or log, not even an invalid one."""
        path = self.plan if field == "plan" else self.log
        return path is None and field not in self.misread
