"""The known fields of metadata files: names, keys, shapes and meanings."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple


class Shape(Enum):
    ID = "id"
    TEXT = "text"
    STATUS = "status"
    PHASE = "phase"
    FLAG = "flag"
    DATE = "date"
    PATH = "path"
    LIST = "list"
    EVIDENCE = "evidence"
    ANY = "any"


class KnownField(NamedTuple):
    """A field of metadata.

    Rules read the fields with a `name`; a project may give them another key. The others are only
    shown on the page of the task, in this order.
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
        "The id of the task: text, or a plain whole number. It can contain `/` and `.`.",
        "task_id",
    ),
    _named("title", Shape.TEXT, "What the task is about, in one line."),
    _named(
        "status",
        Shape.STATUS,
        "The state of the work. Case does not matter; `-` and space count as `_`.",
    ),
    _named(
        "phase",
        Shape.PHASE,
        "The group that the task belongs to. The text of a number is compared: `0.10` is not "
        "`0.1`.",
    ),
    _named("owner", Shape.TEXT, "Who is responsible for the task.", "owner_role"),
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
    _named("blocks", Shape.LIST, "The ids of the tasks that depend on this one."),
    _named(
        "troubleshooting",
        Shape.LIST,
        "Troubleshooting pages about errors of this task, as paths from the project root.",
    ),
    _named(
        "decisions", Shape.LIST, "Decision records of this task, as paths from the project root."
    ),
    _named(
        "archived",
        Shape.FLAG,
        "`true` keeps the task in the site, marked as archived, and exempts it from the rules.",
    ),
    _named("blocked_reason", Shape.TEXT, "Why the task cannot go on, in a sentence."),
    _named(
        "blocked_since", Shape.DATE, "The day when the task became blocked, such as `2026-03-05`."
    ),
    KnownField("priority", Shape.ANY, "How urgent the task is."),
    KnownField("intent", Shape.ANY, "Why the task exists."),
    KnownField("work", Shape.LIST, "The steps to take."),
    KnownField("acceptance_criteria", Shape.LIST, "What must be true at the end."),
    KnownField("failure_modes", Shape.LIST, "What may go wrong."),
    KnownField("touches", Shape.LIST, "The files that the task changes."),
    KnownField("invariants", Shape.LIST, "What must stay true."),
    KnownField("verification", Shape.LIST, "The commands that prove that the work is done."),
    _named(
        "evidence",
        Shape.EVIDENCE,
        "The files that prove that the work was done: paths from the project root, or mappings "
        "with `path` and `must_include`, the keys that the JSON file must have.",
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
"""The names of the fields that rules read, with their default keys."""
