"""Markdown pages, the result of scanning them, and their queries."""

from enum import Enum
from typing import NamedTuple

from msgspec import Struct

from mkdocs_plantrace.model.location import Location, Text
from mkdocs_plantrace.model.log_entry import LogRecord


class QueryOption(NamedTuple):
    key: Text
    values: tuple[Text, ...]


class QueryFault(NamedTuple):
    """An error in a query, at one token."""

    text: Text
    message: str
    hint: str | None = None


class Query(Struct, frozen=True, kw_only=True, gc=False):
    """A comment in a page that becomes a list.

    `text` is the whole comment. `kind` is the first word, empty at `plantrace:` if there is none.
    `faults` are syntax errors; an option with one is not in `options`.
    """

    text: Text
    kind: Text
    options: tuple[QueryOption, ...] = ()
    faults: tuple[QueryFault, ...] = ()

    def values(self, key: str) -> tuple[str, ...]:
        given = (option.values for option in self.options if option.key.value == key)
        return tuple(value.value for value in next(given, ()))

    def value(self, key: str) -> str | None:
        """The first value of a key, None without one."""
        return next(iter(self.values(key)), None)


class DocumentKind(Enum):
    """The role of a Markdown page; `PAGE` is a page without a role."""

    PLAN = "plan"
    LOG = "log"
    TROUBLESHOOTING = "troubleshooting"
    DECISION = "decision"
    PAGE = "page"


class Heading(NamedTuple):
    """A heading, with offsets in a text with LF; `anchor` is its id on the published page."""

    level: int
    text: str
    anchor: str
    line: int
    start: int
    end: int


class Suspect(Struct, frozen=True, kw_only=True, gc=False):
    """A line that is not filled in if the template of its page has the same line.

    For an item that is an empty label, `next_label` is the label of the next item: unless the
    template also has that label, the next item is the value of this one.
    """

    text: Text
    next_label: str | None = None


class Filling(Struct, frozen=True, kw_only=True, gc=False):
    """Whether a page is filled in; `unfilled` lines are not, whatever the template is."""

    unfilled: tuple[Text, ...]
    suspects: tuple[Suspect, ...]
    is_empty: bool


class PageSection(NamedTuple):
    """The text below a heading, from the next line.

    `headings` are the texts of the enclosing headings, the outermost first; `anchor` is the id of
    the last one.
    """

    line: int
    end_line: int
    headings: tuple[str, ...]
    anchor: str | None
    text: str


class Scan(Struct, frozen=True, kw_only=True, gc=False):
    """The content of a Markdown page that the trace uses, without code and comments.

    There are thousands of them: small tuples take a fraction of the memory of sets.

    - `title` is the first heading of level 1, '' without one, `title_location` the location of
      the first heading of any level, `headings` are the texts of all headings.
    - `anchors` are all ids of the published page as far as Markdown has them: those of headings,
      with and without their attribute lists, and explicit ids.
    - `links` are the destinations of links and images as in the file, `plan_references` the values
      of `Plan:` lines, `paths` the names of Markdown and YAML files in running text or backticks.
    - `mentions` are the known task ids in running text, each at its first location, `named` all
      known ids anywhere, also in code and paths.
    - `is_assembled` if a part of the page comes from elsewhere, such as a snippet.
    - `words` are all words of a troubleshooting page and its `Error:` lines, also normalized.
    """

    title: str
    title_location: Location | None
    headings: tuple[str, ...]
    anchors: tuple[str, ...]
    links: tuple[Text, ...]
    plan_references: tuple[Text, ...]
    paths: tuple[Text, ...]
    mentions: tuple[Text, ...]
    named: tuple[str, ...]
    is_assembled: bool
    filling: Filling
    log: LogRecord | None = None
    words: frozenset[str] = frozenset()
    queries: tuple[Query, ...] = ()
    sections: tuple[PageSection, ...] = ()


class Document(Struct, frozen=True, kw_only=True, gc=False):
    """A Markdown page: `path` from the root, `uri` from docs_dir, None outside it."""

    path: str
    uri: str | None
    kind: DocumentKind
    title: str
    scan: Scan

    @property
    def title_location(self) -> Location:
        """The location of the first heading; without one, the start of the page."""
        return self.scan.title_location or Location(path=self.path)
