"""Links to headings that their pages do not have."""

from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote

from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.trace.references import PageReference
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.did_you_mean import Names, format_suggestion

BROKEN_ANCHOR = Rule(
    "PT109",
    "broken-anchor",
    Severity.WARNING,
    finds="""\
a link in a plan, log, troubleshooting page or decision record to a heading that does not exist""",
    why="The browser opens the top of the page, and the reader has to search for the section.",
    language="markdown",
    example="""\
How it was fixed: [the log](EXEC_LOG.md#deadlock-on-mondays)
""",
    fix="""\
Correct the part after `#`: the heading in lower case, words joined by `-`. The second heading \
with the same text has `_1` at its end.""",
)

_NUMBERED = ("__tabbed_", "__codelineno-", "__span-")


def find_broken_anchors(trace: Trace) -> Iterator[Problem]:
    """Find PT109, at the destination."""

    @cache
    def anchors_of(path: str) -> frozenset[str]:
        return frozenset(trace.documents[path].scan.anchors)

    @cache
    def names_in(path: str) -> Names:
        return Names(anchors_of(path))

    for reference in trace.links.page_references:
        anchor = _anchor_of(reference)
        target = trace.documents.get(reference.resolved.path or "")
        if not anchor or target is None or target.scan.is_assembled:
            continue
        if not anchors_of(target.path).isdisjoint((anchor, unquote(anchor))):
            continue
        if trace.find_record_anchor(target.path, unquote(anchor)):
            continue
        # With its own slug function, the exact ids of the site are unknown.
        known = (*target.scan.headings, *target.scan.anchors)
        if trace.rendering.has_own_slugs and _fold(unquote(anchor)) in map(_fold, known):
            continue
        if reference.document.kind is DocumentKind.PAGE or trace.document_index.is_archived(
            reference.document
        ):
            continue
        yield create_problem(
            BROKEN_ANCHOR,
            reference.text,
            f"'{target.path}' has no heading for '#{anchor}'",
            hint=_hint(reference, names_in(target.path).closest(unquote(anchor).lower())),
            task=trace.document_index.find_task_id(reference.document),
        )


def _anchor_of(reference: PageReference) -> str:
    """The part after `#`; '' for the top, text fragments, and ids of extensions."""
    anchor = reference.text.value.partition("#")[2]
    is_everywhere = anchor.lower() == "top" or anchor.startswith((":~:", *_NUMBERED))
    return "" if reference.resolved.fault or is_everywhere else anchor


def _fold(words: str) -> str:
    return "".join(char for char in words.casefold() if char.isalnum())


def _hint(reference: PageReference, anchor: str | None) -> str | None:
    page = reference.text.value.partition("#")[0]
    return format_suggestion(anchor and f"{page}#{anchor}")
