"""Files below docs_dir that cannot be published: not text, or links out of the root."""

from collections.abc import Iterator

from mkdocs_plantrace.model.link import LinkKind
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.parsing.metadata.metadata_rules import OUTSIDE_ROOT
from mkdocs_plantrace.project.file_tree import ancestry, find_folders_within
from mkdocs_plantrace.project.path_resolver import Fault
from mkdocs_plantrace.trace.trace import Trace

UNPUBLISHED_DOCUMENT = Rule(
    "PT105",
    "unpublished-document",
    Severity.ERROR,
    finds="""\
a plan or log that exists, but that MkDocs does not publish: outside `docs_dir`, excluded, a \
draft, a template, or not a Markdown page in UTF-8; also a page of the site that is not UTF-8, \
a file whose path is not UTF-8, and a folder that cannot be read""",
    why="The page exists in the repository, but readers of the site do not see it.",
    language="yaml",
    example="implementation_plan: tasks/TSK-7/PLAN.md\n",
    fix="""\
Move the file into `docs_dir`, or remove it from `exclude_docs` or `draft_docs`. Turn the rule \
off if these documents are not intended for the site.""",
)


def find_links_out(trace: Trace) -> Iterator[Problem]:
    """Find PT011, at the start of a link that is not already reported in metadata."""
    resolver = trace.resolver
    reported = {
        _link_on_the_way(trace, reference.resolved.path or "")
        for reference in trace.links.path_references
        if reference.resolved.fault is Fault.ESCAPING and not reference.task.archived
    }
    links = resolver.tree.escaping - reported - resolver.sources - _unpublished_links(trace)
    for link in find_folders_within(links, [resolver.docs_dir]):
        message = "symbolic link out of the project root; its target is not published"
        yield create_problem(OUTSIDE_ROOT, Location(path=link), message, target=link)


def _link_on_the_way(trace: Trace, path: str) -> str | None:
    escaping = trace.resolver.tree.escaping
    return next((parent for parent in ancestry(path) if parent in escaping), None)


def _unpublished_links(trace: Trace) -> set[str]:
    """Find links with only unpublished files of MkDocs behind them."""
    resolver = trace.resolver
    links: dict[bool, set[str]] = {True: set(), False: set()}
    for path in resolver.published if resolver.tree.escaping else ():
        link = _link_on_the_way(trace, path)
        if link is not None:
            links[resolver.is_public(path)].add(link)
    return links[False] - links[True]


def find_unreadable_pages(trace: Trace) -> Iterator[Problem]:
    """Find PT105, at the start of a page that is not already reported in metadata.

    Also at a folder below docs_dir that may not be read, which MkDocs leaves out without a word.
    """
    tree, docs_dir = trace.resolver.tree, trace.resolver.docs_dir
    for folder in find_folders_within(tree.locked, [docs_dir]):
        message = "the pages of this folder cannot be published: the folder cannot be read"
        yield create_problem(UNPUBLISHED_DOCUMENT, Location(path=folder), message, target=folder)
    reported = {
        reference.resolved.path
        for reference in trace.links.path_references
        if reference.kind in (LinkKind.PLAN, LinkKind.LOG) and not reference.task.archived
    }
    for path, reason in sorted(trace.unreadable.items()):
        if path not in reported and trace.resolver.is_public(path):
            message = f"this file cannot be published: it {reason}"
            yield create_problem(UNPUBLISHED_DOCUMENT, Location(path=path), message, target=path)
