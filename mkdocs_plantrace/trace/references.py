"""References of tasks and documents: paths, links and ids, each with its target."""

from collections.abc import Iterator
from posixpath import dirname
from typing import NamedTuple

from mkdocs_plantrace.model.document import Document, DocumentKind
from mkdocs_plantrace.model.link import LinkKind
from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.project.path_resolver import Resolved, Resolver


class PathReference(NamedTuple):
    """A path in the metadata of a task, and its target.

    `kind` is None for evidence and required reading: a document there is only mentioned.
    """

    task: Task
    field: str
    kind: LinkKind | None
    text: Text
    resolved: Resolved


class PageReference(NamedTuple):
    document: Document
    text: Text
    resolved: Resolved
    is_plan_line: bool


class TaskReference(NamedTuple):
    """An entry of `depends_on` or `blocks`; `target` is None if there is no such task."""

    task: Task
    kind: LinkKind
    text: Text
    target: Task | None


def find_path_references(task: Task, resolver: Resolver) -> Iterator[PathReference]:
    named = (
        ("plan", LinkKind.PLAN, filter(None, [task.plan])),
        ("log", LinkKind.LOG, filter(None, [task.log])),
        ("troubleshooting", LinkKind.TROUBLESHOOTING, task.troubleshooting),
        ("decisions", LinkKind.DECISION, task.decisions),
        ("evidence", None, (promise.path for promise in task.evidence)),
        ("must_read", None, task.must_read),
        ("documents", LinkKind.DOCUMENT, task.documents),
    )
    for field, kind, texts in named:
        for text in texts:
            yield PathReference(task, field, kind, text, resolver.metadata_path(text.value))


def references_in(document: Document, resolver: Resolver) -> Iterator[PageReference]:
    """The `Plan:` lines of a log, then the links of a document that stay in the project."""
    folder = dirname(document.path)
    if document.kind is DocumentKind.LOG:
        for text in document.scan.plan_references:
            if resolved := resolver.plan_line(text.value, folder):
                yield PageReference(document, text, resolved, is_plan_line=True)
    for text in document.scan.links:
        is_here = text.value.startswith("#")
        link = Resolved(document.path) if is_here else resolver.page_link(text.value, document.path)
        if link is not None:
            yield PageReference(document, text, link, is_plan_line=False)
