"""Errors as logs label them, and the registry of failure signatures."""

from dataclasses import dataclass

from mkdocs_plantrace.model.location import Location, Text


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
