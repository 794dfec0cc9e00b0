"""The values all other modules speak in: tasks, documents, links, and where each was written."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, TypeAlias


class Location(NamedTuple):
    """A place in a file: `path` relative to the project root, POSIX.

    Lines and columns count from 1, in characters; the end is exclusive.
    """

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


class Text(NamedTuple):
    value: str
    location: Location


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


class DocumentKind(Enum):
    """The role of a Markdown page; `PAGE` is any page without one."""

    PLAN = "plan"
    LOG = "log"
    TROUBLESHOOTING = "troubleshooting"
    DECISION = "decision"
    PAGE = "page"


class Heading(NamedTuple):
    """A heading of a page, in a text with LF line ends: from `start` up to `end`, in `line`.

    `anchor` is the id that the published page gives it.
    """

    level: int
    text: str
    anchor: str
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A line that is unfilled if the template of its page has the same line.

    For an item that is an empty label, `next_label` is the label of the item after it: what
    follows is the value of the first unless the template has that label, too.
    """

    text: Text
    next_label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """Whether a page was filled in.

    `unfilled` are lines that nobody has filled in whatever the page came from. `is_empty` says
    that there is nothing at all.
    """

    unfilled: tuple[Text, ...]
    suspects: tuple[Suspect, ...]
    is_empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One error met while working, as a log labels it.

    The texts are Markdown as written, without indentation, None for what has no label; an entry
    without `error` has a cause or a fix. `title` is the heading that it stands below, '' if that
    is a label or the title of the page. `location` goes from the first line to the last. `date` is
    ISO 8601, `anchor` the id of the nearest heading, None above the first one. `tasks` are the ids
    of the tasks that the log serves.
    """

    location: Location
    title: str = ""
    error: str | None = None
    context: str | None = None
    cause: str | None = None
    fix: str | None = None
    outcome: str | None = None
    signature: str | None = None
    date: str | None = None
    anchor: str | None = None
    tasks: tuple[str, ...] = ()
    is_fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord:
    """What a log labels: its entries in order, and what holds for all of it.

    `signature` stands in the head of the page. `tasks` are the words that it labels as ids of its
    tasks. `has_summary` says that a field or section is a summary with text in it.
    """

    entries: tuple[LogEntry, ...] = ()
    signature: str | None = None
    tasks: tuple[str, ...] = ()
    has_summary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A failure signature that the registry describes.

    `playbook` is the path of its curated page, as written: from the root, perhaps with an
    anchor, or a web address. `aliases` are other names for it, `superseded_by` is the name of
    the signature that took its place. `first_seen` is a date as written.
    """

    name: str
    location: Location
    description: str = ""
    owner: str = ""
    playbook: Text | None = None
    aliases: tuple[Text, ...] = ()
    superseded_by: Text | None = None
    causes: tuple[str, ...] = ()
    is_deprecated: bool = False
    first_seen: str = ""


class QueryOption(NamedTuple):
    key: Text
    values: tuple[Text, ...]


class QueryFault(NamedTuple):
    """What is wrong with a query at one token; `hint` names only what exists."""

    text: Text
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A comment in a page that asks for a list at its place.

    `text` is the whole comment. `kind` is the first word, `plantrace:` itself with an empty value
    where there is none. `faults` are what could not be read; an option among them is left out.
    """

    text: Text
    kind: Text
    options: tuple[QueryOption, ...] = ()
    faults: tuple[QueryFault, ...] = ()

    def values(self, key: str) -> tuple[str, ...]:
        given = (option.values for option in self.options if option.key.value == key)
        return tuple(value.value for value in next(given, ()))

    def value(self, key: str) -> str | None:
        """The value of a key that takes one; None if it is not given."""
        return next(iter(self.values(key)), None)


class PageSection(NamedTuple):
    """What stands below one heading of a page, from the line after it.

    `headings` are the texts of the headings above, the outermost first; `anchor` is the id of the
    last of them.
    """

    line: int
    end_line: int
    headings: tuple[str, ...]
    anchor: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What one Markdown text says, places included; code and comments are already left out.

    `title` is the first heading of level 1, '' without one, `title_location` the place of the
    first heading of any level; `headings` are the texts of all of them.
    `anchors` are all ids that the published page has, as far as Markdown tells: those of the
    headings, with and without their attribute lists, and those that authors wrote themselves.
    `plan_references` are the values of `Plan:` lines, `links` the destinations of links and
    images as written, `paths` the names of Markdown and YAML files that stand in running text
    or in backticks. `mentions` are the known task ids in running text, each at its first place,
    and `named` all ids that occur anywhere, inside code and paths too. `is_assembled` says that
    a part of the page comes from elsewhere, such as a snippet. `log` is what a log labels, `words`
    are all words of a troubleshooting page, and the errors that its `Error:` lines name, folded.
    `queries` are the lists that it asks for, `sections` what search finds in it, if wanted.
    """

    title: str
    title_location: Location | None
    headings: tuple[str, ...]
    anchors: frozenset[str]
    links: tuple[Text, ...]
    plan_references: tuple[Text, ...]
    paths: tuple[Text, ...]
    mentions: tuple[Text, ...]
    named: frozenset[str]
    is_assembled: bool
    filling: Filling
    log: LogRecord | None = None
    words: frozenset[str] = frozenset()
    queries: tuple[Query, ...] = ()
    sections: tuple[PageSection, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A Markdown page: `path` is relative to the root, `uri` to docs_dir (None outside it)."""

    path: str
    uri: str | None
    kind: DocumentKind
    title: str
    scan: Scan

    @property
    def title_location(self) -> Location:
        """The place of the first heading; the start of a page without one."""
        return self.scan.title_location or Location(path=self.path)

    @property
    def queries(self) -> tuple[Query, ...]:
        return self.scan.queries


class LinkKind(Enum):
    """The types of links, in the direction in which they are written."""

    PLAN = "plan"
    LOG = "log"
    FOLLOWS = "follows"
    DEPENDS_ON = "depends_on"
    BLOCKS = "blocks"
    TROUBLESHOOTING = "troubleshooting"
    DECISION = "decision"
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
