"""Links to headings that their pages do not have."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from urllib.parse import unquote

from mkdocs_plantrace import rules
from mkdocs_plantrace.checks.finding import did_you_mean, found
from mkdocs_plantrace.model import Document, DocumentKind
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.trace import PageReference, Trace

_MOST_ANCHORS = 500
"""A page with more of them gets no hint: to compare them all takes too long."""


def find_broken_anchors(trace: Trace) -> Iterator[Problem]:
    """PT109, at the destination."""
    for reference in trace.page_references:
        anchor = _anchor_of(reference)
        target = trace.documents.get(reference.resolved.path or "")
        if not anchor or target is None or target.scan.is_assembled:
            continue
        if reference.document.kind is DocumentKind.PAGE or _has(trace, target, anchor):
            continue
        if trace.is_archived(reference.document):
            continue
        yield found(
            rules.BROKEN_ANCHOR,
            reference.text.location,
            f"'{target.path}' has no heading for '#{anchor}'",
            hint=_hint(reference, target, anchor),
            task=trace.first_served_by(reference.document),
            target=reference.text.value,
        )


def _anchor_of(reference: PageReference) -> str:
    """The part after `#`; '' for one that every page has (the top), or that names a text."""
    anchor = reference.text.value.partition("#")[2]
    is_everywhere = anchor.lower() == "top" or anchor.startswith(":~:")
    return "" if reference.resolved.fault or is_everywhere else anchor


def _has(trace: Trace, page: Document, anchor: str) -> bool:
    anchors = page.scan.anchors
    if anchor in anchors or unquote(anchor) in anchors:
        return True
    if not trace.has_own_slugs:
        return False
    # How the site makes ids from headings only its own function knows: the letters must agree.
    titles = {_fold(heading.text) for heading in page.scan.headings}
    return _fold(unquote(anchor)) in titles | {_fold(known) for known in anchors}


def _fold(words: str) -> str:
    return "".join(char for char in words.casefold() if char.isalnum())


def _hint(reference: PageReference, page: Document, anchor: str) -> str | None:
    if len(page.scan.anchors) > _MOST_ANCHORS:
        return None
    close = difflib.get_close_matches(unquote(anchor).lower(), sorted(page.scan.anchors), n=1)
    before = reference.text.value.partition("#")[0]
    return did_you_mean(f"{before}#{close[0]}") if close else None
