"""What the pages of a build show, to be compared with what they showed in the build before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mkdocs_plantrace.model import Document, Scan
from mkdocs_plantrace.pipeline import Result
from mkdocs_plantrace.trace import Trace


@dataclass(frozen=True, eq=False)
class Facts:
    """All that the pages of a build rest on.

    `urls` are those of all files by their address, `templates` is the state of the project's
    own ones. Equal facts make equal pages; where words of a document that no page shows were
    edited, facts stay equal.
    """

    result: Result
    urls: Mapping[str, str]
    templates: object

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Facts):
            return NotImplemented
        return (
            self.urls == other.urls
            and self.templates == other.templates
            and self.result.problems == other.result.problems
            and _is_same(self.result.trace, other.result.trace)
        )

    __hash__ = None  # type: ignore[assignment]


def _is_same(one: Trace, other: Trace) -> bool:
    return (
        one.settings == other.settings
        and one.tasks == other.tasks
        and one.evidence == other.evidence
        and one.signatures == other.signatures
        and one.resolver == other.resolver
        and one.path_references == other.path_references
        and [phase.name for phase in one.phases] == [phase.name for phase in other.phases]
        and one.documents.keys() == other.documents.keys()
        and all(
            _shows_same(document, other.documents[path]) for path, document in one.documents.items()
        )
    )


def _shows_same(one: Document, other: Document) -> bool:
    if (one.kind, one.title, one.uri) != (other.kind, other.title, other.uri):
        return False
    return one.scan is other.scan or _shown(one.scan) == _shown(other.scan)


def _shown(scan: Scan) -> tuple[object, ...]:
    """Without the places, which pages show of log entries only."""
    log = scan.log
    if log and log.entries:
        return (scan,)
    return (
        (scan.title, scan.headings),
        scan.anchors,
        *(
            tuple(text.value for text in texts)
            for texts in (scan.links, scan.plan_references, scan.paths, scan.mentions)
        ),
        scan.named,
        scan.is_assembled,
        log,
        scan.words,
        tuple(query.text.value for query in scan.queries),
        tuple(query.faults for query in scan.queries),
    )
