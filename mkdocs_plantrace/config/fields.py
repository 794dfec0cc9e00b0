"""The fields of metadata files that plantrace knows: names, keys, shapes and what they mean."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple


class Shape(Enum):
    """What a field holds."""

    ID = "id"
    TEXT = "text"
    STATUS = "status"
    PHASE = "phase"
    FLAG = "flag"
    PATH = "path"
    LIST = "list"
    EVIDENCE = "evidence"
    ANY = "any"


class KnownField(NamedTuple):
    """A field. Rules read those that have a `name`, which a project may give another key.

    The others are shown on the task's page, in the order in which they stand here.
    """

    key: str
    shape: Shape
    text: str
    name: str = ""

    @property
    def is_required(self) -> bool:
        return self.name in ("id", "title", "status", "phase")


def _named(name: str, shape: Shape, text: str, key: str = "") -> KnownField:
    return KnownField(key or name, shape, text, name)


KNOWN_FIELDS: tuple[KnownField, ...] = (
    _named(
        "id",
        Shape.ID,
        "The id of the task: text, or a plain whole number. May hold `/` and `.`.",
        "task_id",
    ),
    _named("title", Shape.TEXT, "What the task is about, in one line."),
    _named(
        "status",
        Shape.STATUS,
        "Where the task stands. Compared without case, with `-` and space as `_`.",
    ),
    _named(
        "phase",
        Shape.PHASE,
        "The group that the task belongs to. A number counts as it is written.",
    ),
    _named("owner", Shape.TEXT, "Who answers for the task.", "owner_role"),
    _named(
        "plan",
        Shape.PATH,
        "The plan, as a path from the project root. Several tasks may share one.",
        "implementation_plan",
    ),
    _named(
        "log",
        Shape.PATH,
        "The execution log, as a path from the project root. Several tasks may share one.",
        "implementation_log",
    ),
    _named("depends_on", Shape.LIST, "The ids of the tasks that must be completed first."),
    _named("blocks", Shape.LIST, "The ids of the tasks that wait for this one."),
    _named(
        "troubleshooting",
        Shape.LIST,
        "Curated pages that grew from this task, as paths from the project root.",
    ),
    _named(
        "decisions", Shape.LIST, "Decision records of this task, as paths from the project root."
    ),
    _named(
        "archived", Shape.FLAG, "`true` keeps the task in the site, marked, and out of the rules."
    ),
    KnownField("priority", Shape.ANY, "How urgent the task is."),
    KnownField("intent", Shape.ANY, "Why the task exists."),
    KnownField("work", Shape.LIST, "The steps to take."),
    KnownField("acceptance_criteria", Shape.LIST, "What must hold for it to be done."),
    KnownField("failure_modes", Shape.LIST, "What may go wrong."),
    KnownField("touches", Shape.LIST, "The files that the task changes."),
    KnownField("invariants", Shape.LIST, "What must stay true."),
    KnownField("verification", Shape.LIST, "The commands that show that it is done."),
    _named(
        "evidence",
        Shape.EVIDENCE,
        "The files that prove it: paths from the project root, or mappings with `path` "
        "and `must_include`, the keys that the JSON file must hold.",
    ),
    _named(
        "must_read", Shape.LIST, "What to read before starting, as paths from the project root."
    ),
    KnownField("notes", Shape.ANY, "Anything else."),
)
"""All known fields, in the order in which pages and the JSON Schema show them."""

FIELDS: Mapping[str, str] = MappingProxyType(
    {field.name: field.key for field in KNOWN_FIELDS if field.name}
)
"""The fields that mean something to plantrace, with their usual keys."""
