"""Entries of execution logs, and failure signatures."""

from msgspec import Struct

from mkdocs_plantrace.model.location import Location, Text


class LogEntry(Struct, frozen=True, kw_only=True, gc=False):
    """One error in a log, from its labelled fields.

    The texts are Markdown as in the file, without indentation, None without a label; an entry
    without `error` has a cause or a fix. `title` is the heading above, '' if that is a label or
    the title of the page. `location` is from the first line to the last. `date` is ISO 8601,
    `anchor` the id of the nearest heading, None above the first one. `tasks` are the ids of the
    tasks of the log. An observation, such as one with its evidence, asks for no fix.
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
    is_observation: bool = False


class LogRecord(Struct, frozen=True, kw_only=True, gc=False):
    """The labelled content of a log: its entries, and what applies to all of them.

    `signature` is from the head of the page. `tasks` are the words labelled as ids of its tasks.
    `has_summary` is true if a field or section is a summary with text.
    """

    entries: tuple[LogEntry, ...] = ()
    signature: str | None = None
    tasks: tuple[str, ...] = ()
    has_summary: bool = False


class Signature(Struct, frozen=True, kw_only=True, gc=False):
    """A failure signature of the registry.

    `playbook` is the path of its troubleshooting page as in the file: from the root, possibly with
    an anchor, or a web address. `superseded_by` is the name of the signature that replaces it.
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
