"""Markdown pages, with what one parse of each gave."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from mkdocs_plantrace.model.list_query import Query
from mkdocs_plantrace.model.location import Location, Text
from mkdocs_plantrace.model.log_entry import LogRecord


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
