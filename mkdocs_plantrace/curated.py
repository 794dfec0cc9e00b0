"""Which curated page is about an error."""

from collections.abc import Callable, Mapping
from functools import cache

from mkdocs_plantrace.model import (
    Document,
    DocumentKind,
    Location,
    LogEntry,
    Node,
    NodeKind,
    Signature,
    Text,
)
from mkdocs_plantrace.paths import Resolver


def page_finder(
    documents: Mapping[str, Document],
    signatures: Mapping[str, Signature],
    resolver: Resolver,
    targets: Mapping[str, tuple[tuple[Text, Node], ...]],
) -> Callable[[str, tuple[LogEntry, ...]], str | None]:
    """Gives the path of the curated page of the key of an error and its entries, oldest first.

    That is the page of the registry, or one that an entry links, of the newest first, or the
    first one, by path, that has the key among its words. `targets` holds what each document
    refers to, and where.
    """
    curated = {
        path: page for path, page in documents.items() if page.kind is DocumentKind.TROUBLESHOOTING
    }
    naming: dict[str, str] = {}
    for path, page in curated.items():
        for word in page.scan.words:
            naming.setdefault(word, path)

    @cache
    def links_in(path: str) -> list[tuple[int, str]]:
        return [
            (text.location.line, target.key)
            for text, target in targets[path]
            if target.kind is NodeKind.DOCUMENT and target.key in curated
        ]

    def linked_in(place: Location) -> str | None:
        within = range(place.line, place.end_line + 1)
        return next((page for line, page in links_in(place.path) if line in within), None)

    def page_of(key: str, entries: tuple[LogEntry, ...]) -> str | None:
        registered = signatures.get(key)
        if registered and registered.playbook:
            resolved = resolver.playbook(registered.playbook.value)
            if resolved and resolved.path in documents:
                return resolved.path
        linked = (linked_in(entry.location) for entry in reversed(entries))
        return next(filter(None, linked), naming.get(key))

    return page_of
