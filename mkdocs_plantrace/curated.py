"""Which curated page tells of an error."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

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


class CuratedPages:
    """The curated pages of a trace, found by the errors that they tell of.

    `targets_of` gives what a document refers to, and where.
    """

    def __init__(
        self,
        documents: Mapping[str, Document],
        signatures: Mapping[str, Signature],
        resolver: Resolver,
        targets_of: Callable[[Document], Iterable[tuple[Text, Node]]],
    ) -> None:
        self._documents = documents
        self._signatures = signatures
        self._resolver = resolver
        self._targets_of = targets_of

    def page_of(self, key: str, entries: tuple[LogEntry, ...]) -> str | None:
        """The page of the registry, or one that an entry links, or one that names the key.

        The newest entry, the last one, has the first say.
        """
        registered = self._signatures.get(key)
        if registered and registered.playbook:
            resolved = self._resolver.playbook(registered.playbook.value)
            if resolved and resolved.path in self._documents:
                return resolved.path
        for entry in reversed(entries):
            if linked := self._linked_in(entry.location):
                return linked
        return self._naming.get(key)

    def _linked_in(self, place: Location) -> str | None:
        for text, target in self._linked.get(place.path, ()):
            if place.line <= text.location.line <= place.end_line:
                return target
        return None

    @cached_property
    def _linked(self) -> dict[str, tuple[tuple[Text, str], ...]]:
        """For each plan and log the curated pages that it refers to, and where."""
        return {
            document.path: tuple(
                (text, target.key)
                for text, target in self._targets_of(document)
                if target.kind is NodeKind.DOCUMENT
                and self._documents[target.key].kind is DocumentKind.TROUBLESHOOTING
            )
            for document in self._documents.values()
            if document.scan.log
        }

    @cached_property
    def _naming(self) -> dict[str, str]:
        """The first curated page, by path, that has each word."""
        found: dict[str, str] = {}
        for document in self._documents.values():
            if document.kind is DocumentKind.TROUBLESHOOTING:
                for word in document.scan.words:
                    found.setdefault(word, document.path)
        return found
