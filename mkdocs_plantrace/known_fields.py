"""The fields of metadata files that plantrace knows: names, keys, shapes and what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownField:
    """A field. Rules read those that have a `name`, which a project may give another key.

    The others are shown on the task's page, in the order in which they stand here.
    """

    key: str
    shape: Shape
    text: str
    name: str = ""
    is_required: bool = False


KNOWN_FIELDS: tuple[KnownField, ...] = (
    KnownField(
        name="id",
        key="task_id",
        shape=Shape.ID,
        text="The id of the task: text, or a plain whole number. May hold `/` and `.`.",
        is_required=True,
    ),
    KnownField(
        name="title",
        key="title",
        shape=Shape.TEXT,
        text="What the task is about, in one line.",
        is_required=True,
    ),
    KnownField(
        name="status",
        key="status",
        shape=Shape.STATUS,
        text="Where the task stands. Compared without case, with `-` and space as `_`.",
        is_required=True,
    ),
    KnownField(
        name="phase",
        key="phase",
        shape=Shape.PHASE,
        text="The group that the task belongs to. A number counts as it is written.",
        is_required=True,
    ),
    KnownField(name="owner", key="owner_role", shape=Shape.TEXT, text="Who answers for the task."),
    KnownField(
        name="plan",
        key="implementation_plan",
        shape=Shape.PATH,
        text="The plan, as a path from the project root. Several tasks may share one.",
    ),
    KnownField(
        name="log",
        key="implementation_log",
        shape=Shape.PATH,
        text="The execution log, as a path from the project root. Several tasks may share one.",
    ),
    KnownField(
        name="depends_on",
        key="depends_on",
        shape=Shape.LIST,
        text="The ids of the tasks that must be completed first.",
    ),
    KnownField(
        name="blocks",
        key="blocks",
        shape=Shape.LIST,
        text="The ids of the tasks that wait for this one.",
    ),
    KnownField(
        name="troubleshooting",
        key="troubleshooting",
        shape=Shape.LIST,
        text="Curated pages that grew from this task, as paths from the project root.",
    ),
    KnownField(
        name="decisions",
        key="decisions",
        shape=Shape.LIST,
        text="Decision records of this task, as paths from the project root.",
    ),
    KnownField(
        name="archived",
        key="archived",
        shape=Shape.FLAG,
        text="`true` keeps the task in the site, marked, and out of the rules.",
    ),
    KnownField(key="priority", shape=Shape.ANY, text="How urgent the task is."),
    KnownField(key="intent", shape=Shape.ANY, text="Why the task exists."),
    KnownField(key="work", shape=Shape.LIST, text="The steps to take."),
    KnownField(
        key="acceptance_criteria", shape=Shape.LIST, text="What must hold for it to be done."
    ),
    KnownField(key="failure_modes", shape=Shape.LIST, text="What may go wrong."),
    KnownField(key="touches", shape=Shape.LIST, text="The files that the task changes."),
    KnownField(key="invariants", shape=Shape.LIST, text="What must stay true."),
    KnownField(
        key="verification", shape=Shape.LIST, text="The commands that show that it is done."
    ),
    KnownField(
        name="evidence",
        key="evidence",
        shape=Shape.EVIDENCE,
        text="The files that prove it: paths from the project root, or mappings with `path` "
        "and `must_include`, the keys that the JSON file must hold.",
    ),
    KnownField(
        name="must_read",
        key="must_read",
        shape=Shape.LIST,
        text="What to read before starting, as paths from the project root.",
    ),
    KnownField(key="notes", shape=Shape.ANY, text="Anything else."),
)
"""All known fields, in the order in which pages and the JSON Schema show them."""
