"""Plans and logs that no task points to."""

from collections.abc import Iterator

from mkdocs_plantrace import rules
from mkdocs_plantrace.checks.finding import found
from mkdocs_plantrace.checks.meant import meant_documents
from mkdocs_plantrace.model import Document, DocumentKind, Location
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.trace import Trace

_RULES = {
    DocumentKind.PLAN: (rules.ORPHAN_PLAN, "plan"),
    DocumentKind.LOG: (rules.ORPHAN_LOG, "log"),
}


def find_orphans(trace: Trace) -> Iterator[Problem]:
    """PT112 and PT113, at the start of the page."""
    orphans = [
        document
        for document in trace.documents.values()
        if document.kind in _RULES
        and document.path not in trace.claimed_documents
        and document.path not in trace.missing_words
    ]
    meant = meant_documents(trace) if orphans else frozenset()
    for document in orphans:
        if document.path in meant:
            continue
        rule, field = _RULES[document.kind]
        yield found(
            rule,
            Location(path=document.path),
            f"no task points to this {document.kind.value}",
            hint=_hint(trace, document, field),
            target=document.path,
        )


def _hint(trace: Trace, document: Document, field: str) -> str | None:
    """Names the task that this page may belong to: it names one that has no such page."""
    key = trace.settings.fields[field]
    for mention in document.scan.mentions:
        task = trace.by_id.get(mention.value)
        if task and task.lacks(field):
            return f"it names '{task.id}', which has no {key} ({task.path})"
    return None
