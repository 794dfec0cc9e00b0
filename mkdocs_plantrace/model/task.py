"""Tasks, with what their metadata says."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from mkdocs_plantrace.model.location import Location, Text


class StatusKind(Enum):
    """What a status means to the rules, in the order in which work proceeds."""

    PLANNED = "planned"
    ACTIVE = "active"
    BLOCKED = "blocked"
    COMPLETED = "completed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A status as written; `kind` is None for a word that no kind claims."""

    text: str
    kind: StatusKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    entries: "tuple[tuple[str, FieldValue], ...]"


FieldValue: TypeAlias = "str | tuple[FieldValue, ...] | Mapping"
"""What a metadata field holds, for display: text as written, lists, mappings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Evidence that a task promises: a file, and the keys that it must hold."""

    path: Text
    must_include: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """What an evidence file says.

    `fault` tells why it is no JSON, None if it is. `status` is its `status` at the top, as text.
    `missing` are those of the wanted keys that it lacks.
    """

    fault: str | None = None
    status: str | None = None
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One metadata file.

    A field that is absent or empty is None, an empty text or an empty tuple. `id` is never
    empty; it need not be unique when two files claim it. `misread` tells which of `plan` and
    `log` hold something else than a path. `empty_fields` are the keys that were written without
    a value, and where. `fields` are the remaining fields, known ones first, in the order of the
    design, then the others as written.
    """

    id: str
    id_location: Location
    title: str
    status: Status
    phase: str
    owner: str
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

    def lacks(self, field: str) -> bool:
        """Whether nothing stands where the path of the plan or the log belongs."""
        path = self.plan if field == "plan" else self.log
        return path is None and field not in self.misread
