"""Finds the troubleshooting page of an error."""

from collections.abc import Callable, Mapping
from functools import cache

from mkdocs_plantrace.model.document import Document, DocumentKind
from mkdocs_plantrace.model.link import Node, NodeKind
from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.log_entry import LogEntry, Signature
from mkdocs_plantrace.project.path_resolver import Resolver


def page_finder(
    documents: Mapping[str, Document],
    signatures: Mapping[str, Signature],
    resolver: Resolver,
    targets: Mapping[str, tuple[tuple[Text, Node], ...]],
) -> Callable[[str, tuple[LogEntry, ...]], str | None]:
    """A function from the key of an error and its entries, oldest first, to the path of its page.

    That is the page in the registry, or else the page that the newest entry with such a link
    refers to, or else the first page by path whose words contain the key. `targets` has for each
    document what it refers to.
    """
    curated = [it for it in documents.values() if it.kind is DocumentKind.TROUBLESHOOTING]
    naming = {word: page.path for page in reversed(curated) for word in page.scan.words}
    nodes = {Node(NodeKind.DOCUMENT, page.path) for page in curated}

    @cache
    def links_in(path: str) -> list[tuple[int, str]]:
        return [(text.location.line, to.key) for text, to in targets[path] if to in nodes]

    def page_of(key: str, entries: tuple[LogEntry, ...]) -> str | None:
        registered = signatures.get(key)
        if registered and registered.playbook:
            resolved = resolver.playbook(registered.playbook.value)
            if resolved and resolved.path in documents:
                return resolved.path
        linked = (
            page
            for entry in reversed(entries)
            for line, page in links_in(entry.location.path)
            if entry.location.line <= line <= entry.location.end_line
        )
        return next(linked, naming.get(key))

    return page_of
