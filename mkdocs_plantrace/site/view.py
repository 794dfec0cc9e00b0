"""The values that templates receive, and the links between them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from types import SimpleNamespace

from markupsafe import escape

from mkdocs_plantrace.config.page_texts import Words
from mkdocs_plantrace.model.link import Node, NodeKind
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.trace.error_groups import RecordedError
from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.trace.trace import Trace

Href = Callable[[str], str]
"""Turns the address of a page into a URL relative to the rendered page."""

_START, _END = "\ufdd0", "\ufdd1"
_MARK = re.compile(rf"{_START}([^{_START}{_END}]*){_END}")


def mark(uri: str) -> str:
    """Make a placeholder for the URL of a page, so that all pages can share a view.

    The characters around the address are noncharacters of Unicode.
    """
    return f"{_START}{uri}{_END}"


def remove_marks(text: str) -> str:
    return text.replace(_START, "").replace(_END, "")


def insert_urls(html: str, href: Href) -> str:
    """Replace all marks in HTML with URLs."""
    return _MARK.sub(lambda uri: escape(href(unescape(uri[1]))), html)


class View(SimpleNamespace):
    """The values of one thing on a page; the guide (Customising) lists the attributes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A link; `url` is None if there is no page."""

    text: str
    url: str | None
    title: str = ""


class Links:
    """Makes links whose URLs are marks."""

    def __init__(self, trace: Trace, addresses: Addresses) -> None:
        self.trace = trace
        self.addresses = addresses

    def make_url(self, uri: str | None, fragment: str = "") -> str | None:
        return mark(uri) + fragment if uri else None

    def link_task(self, task: Task) -> Anchor:
        return Anchor(text=task.id, url=mark(self.addresses.task(task)), title=task.title)

    def make_error_url(self, error: RecordedError, entry: LogEntry | None = None) -> str:
        """The page of an error, or of one of its entries, or else its line on the index."""
        page = self.addresses.error_page(error)
        if page is None:
            return f"{mark(self.addresses.errors)}#{self.addresses.error(error)}"
        return mark(page) + (f"#{occurrence_id(error, entry)}" if entry else "")

    def link_document(self, path: str, fragment: str = "", text: str = "") -> Anchor:
        url = self.make_url(self.addresses.document(path), fragment)
        return Anchor(text=text or self.trace.documents[path].title, url=url, title=path)

    def link_node(self, node: Node) -> Anchor:
        if node.kind is NodeKind.TASK:
            return self.link_task(self.trace.task_index.by_id[node.key])
        return self.link_document(node.key)

    def link_phase(self, name: str) -> Anchor:
        index = self.trace.task_index
        return Anchor(
            text=phase_label(self.trace.settings.language, name),
            url=mark(self.addresses.phase(name)) if index.has_phases else None,
            title=index.phase_titles.get(name, ""),
        )

    def link_owner(self, name: str) -> Anchor:
        return Anchor(text=name, url=mark(self.addresses.owner(name)))


def occurrence_id(error: RecordedError, entry: LogEntry) -> str:
    """The id of an entry on the page of its error; later entries do not change it."""
    return f"occurrence-{error.entries.index(entry) + 1}"


def shorten_phase(name: str, title: str) -> str:
    """The name of a phase before its title: `01-accounts` with the title *Accounts* is `01`."""
    end = f"-{title}".lower().replace(" ", "-")
    is_repeated = title and name.lower().replace("_", "-").endswith(end)
    return (name[: -len(end)] if is_repeated else "") or name


def phase_label(words: Words, name: str) -> str:
    return words.text("Phase %(name)s", name=name) if name else words.text("No phase")
