"""Typed links between tasks and documents."""

from enum import Enum
from typing import NamedTuple

from mkdocs_plantrace.model.location import Location


class LinkKind(Enum):
    """The types of links, in the direction in which files contain them."""

    PLAN = "plan"
    LOG = "log"
    FOLLOWS = "follows"
    DEPENDS_ON = "depends_on"
    BLOCKS = "blocks"
    TROUBLESHOOTING = "troubleshooting"
    DECISION = "decision"
    DOCUMENT = "document"
    MENTIONS = "mentions"


class NodeKind(Enum):
    TASK = "task"
    DOCUMENT = "document"


class Node(NamedTuple):
    """An end of a link: a task by its id, or a document by its path from the root."""

    kind: NodeKind
    key: str


class Link(NamedTuple):
    kind: LinkKind
    source: Node
    target: Node
    location: Location
