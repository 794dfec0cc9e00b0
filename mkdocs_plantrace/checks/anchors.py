"""Links to headings that their pages do not have."""

import difflib
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import unquote

from mkdocs_plantrace import rules
from mkdocs_plantrace.checks.finding import did_you_mean, found
from mkdocs_plantrace.model import Document, DocumentKind
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.references import PageReference
from mkdocs_plantrace.similar import Names
from mkdocs_plantrace.trace import Trace


def find_broken_anchors(trace: Trace) -> Iterator[Problem]:
    """PT109, at the destination."""
    anchors = {path: _Anchors(page) for path, page in trace.documents.items()}
    for reference in trace.page_references:
        anchor = _anchor_of(reference)
        target = trace.documents.get(reference.resolved.path or "")
        if not anchor or target is None or target.scan.is_assembled:
            continue
        if reference.document.kind is DocumentKind.PAGE:
            continue
        if anchors[target.path].has(anchor, is_folded=trace.has_own_slugs):
            continue
        if trace.is_archived(reference.document):
            continue
        yield found(
            rules.BROKEN_ANCHOR,
            reference.text,
            f"'{target.path}' has no heading for '#{anchor}'",
            hint=_hint(reference, anchors[target.path], anchor),
            task=trace.first_served_by(reference.document),
        )


def _anchor_of(reference: PageReference) -> str:
    """The part after `#`; '' for one that every page has (the top), a text or a tab."""
    anchor = reference.text.value.partition("#")[2]
    is_everywhere = anchor.lower() == "top" or anchor.startswith((":~:", "__tabbed"))
    return "" if reference.resolved.fault or is_everywhere else anchor


def _fold(words: str) -> str:
    return "".join(char for char in words.casefold() if char.isalnum())


class _Anchors:
    """The anchors of one page, made once for all links to it."""

    def __init__(self, page: Document) -> None:
        self._scan = page.scan

    def has(self, anchor: str, *, is_folded: bool) -> bool:
        """Whether the page has it; of folded ones only letters and digits must agree."""
        if anchor in self._scan.anchors or unquote(anchor) in self._scan.anchors:
            return True
        # How the site makes ids from headings only its own function knows.
        return is_folded and _fold(unquote(anchor)) in self._folded

    def most_similar(self, anchor: str) -> str | None:
        word = unquote(anchor).lower()
        return next(iter(difflib.get_close_matches(word, self._names.likely(word), n=1)), None)

    @cached_property
    def _folded(self) -> frozenset[str]:
        return frozenset(map(_fold, (*self._scan.headings, *self._scan.anchors)))

    @cached_property
    def _names(self) -> Names:
        return Names(self._scan.anchors)


def _hint(reference: PageReference, anchors: _Anchors, anchor: str) -> str | None:
    close = anchors.most_similar(anchor)
    before = reference.text.value.partition("#")[0]
    return did_you_mean(f"{before}#{close}") if close else None
