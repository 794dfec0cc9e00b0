"""Broken paths, links and anchors."""

import posixpath
import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote

from mkdocs_plantrace.checks.file_rules import UNPUBLISHED_DOCUMENT
from mkdocs_plantrace.checks.hints import find_similar_path, suggest_path
from mkdocs_plantrace.checks.plan_rules import BROKEN
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.parsing.metadata.metadata_rules import OUTSIDE_ROOT
from mkdocs_plantrace.project.path_resolver import (
    LONGEST_PATH,
    Fault,
    Publication,
    Resolved,
    Resolver,
)
from mkdocs_plantrace.trace.link_index import PageReference, PathReference
from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.did_you_mean import Names, fold, format_suggestion
from mkdocs_plantrace.utils.globs import compile_globs

BROKEN_ANCHOR = Rule(
    "PT109",
    "broken-anchor",
    Severity.WARNING,
    finds="""\
a link in a plan, log, troubleshooting page or decision record to a heading that does not exist""",
    why="The browser opens the top of the page, and the reader has to search for the section.",
    language="markdown",
    example="How it was fixed: [the log](EXEC_LOG.md#deadlock-on-mondays)\n",
    fix="""\
Correct the part after `#`: the heading in lower case, words joined by `-`. The second heading \
with the same text has `_1` at its end.""",
)
BROKEN_DOCUMENT_LINK = Rule(
    "PT108",
    "broken-document-link",
    Severity.ERROR,
    finds="""\
a broken link in a plan, log, troubleshooting page or decision record; also a path to a missing \
file in a `Plan:` line, in `troubleshooting`, in `decisions`, or in the registry of signatures""",
    why="Readers cannot open what the page refers to.",
    language="markdown",
    example="The lock order is explained in [the decision](../../decisions/ADR-003.md).\n",
    fix="""\
Correct the link; it is relative to the page that contains it. Absolute paths and `file:` links \
work only on one machine.""",
)

_NUMBERED = ("__tabbed_", "__codelineno-", "__span-")
_LINES = re.compile(r":\d+(?:-\d+)?$")
"""Lines of a file, as editors write them after its path."""
_HOME = re.compile(r"(?:file:)?/*(?:[a-z]:)?[/\\]*(?:home|users|root|~)(?:[/\\]|$)", re.IGNORECASE)


def find_broken_paths(trace: Trace) -> Iterator[Problem]:
    """Find PT011, PT103, PT104, PT105 and, in metadata, PT108; at the path."""
    for reference in trace.links.path_references:
        if not reference.task.archived and (problem := _check_path(trace, reference)):
            yield problem


def _check_path(trace: Trace, reference: PathReference) -> Problem | None:
    task, field, kind, text, resolved = reference
    if resolved.fault and resolved.fault.is_outside:
        message = f"'{text.value}' {resolved.fault.value}"
        if resolved.fault is Fault.ABSOLUTE:
            tail = _find_tail(trace, text.value)
            hint = f"write '{tail}'" if tail else None
        else:
            hint = suggest_path(trace, text.value, resolved.path)
        return create_problem(OUTSIDE_ROOT, text, message, hint=hint, task=task.id)
    if kind is None:
        return None
    if resolved.fault:
        rule = BROKEN.get(field, BROKEN_DOCUMENT_LINK)
        return report_no_file(trace, rule, text, resolved, task.id)
    reason = _explain_no_page(trace, resolved.path or "") if field in BROKEN else None
    if reason is None or _is_kept_back(trace, reference):
        return None
    message = f"'{text.value}' exists, but {reason}"
    return create_problem(UNPUBLISHED_DOCUMENT, text, message, task=task.id)


def report_no_file(
    trace: Trace, rule: Rule, text: Text, resolved: Resolved, task: str | None = None
) -> Problem:
    """Report a path that leads to no file."""
    is_folder = resolved.fault is Fault.FOLDER
    message = f"'{text.value}' is a folder, not a file" if is_folder else f"no file '{text.value}'"
    hint = suggest_path(trace, text.value, resolved.path)
    return create_problem(rule, text, message, hint=hint, task=task)


def _is_kept_back(trace: Trace, reference: PathReference) -> bool:
    """Whether the file of a layout is left out of the site on purpose, or reported as the plan."""
    task, path = reference.task, reference.resolved.path or ""
    layout = trace.settings.find_layout(task.layout)
    if layout is None or path in trace.unreadable:
        return False
    is_plan_too = reference.field == "log" and task.plan is not None and task.plan.value == path
    is_deliberate = not trace.settings.publish or compile_globs(layout.publish)(path)
    return is_plan_too or (is_deliberate and not trace.resolver.is_public(path))


def _explain_no_page(trace: Trace, path: str) -> str | None:
    """Return the reason why a plan or log is not a page of the site, None if it is."""
    resolver = trace.resolver
    if path in trace.unreadable:
        return trace.unreadable[path]
    if resolver.is_template(path):
        return "is a template: a folder in its path starts with '_'"
    if not resolver.is_public(path):
        return _explain_unpublished(resolver, path)
    return None if resolver.published[path] is Publication.PAGE else "is not a Markdown page"


def _explain_unpublished(resolver: Resolver, path: str) -> str:
    docs_dir, publication = resolver.docs_dir, resolver.published.get(path)
    if publication is Publication.DRAFT:
        return "is a draft (draft_docs)"
    if publication is Publication.EXCLUDED:
        return "is excluded from the site (exclude_docs)"
    if docs_dir and not path.startswith(f"{docs_dir}/"):
        return f"is outside docs_dir ('{docs_dir}')"
    if posixpath.basename(path) == "README.md":
        return "is not published: MkDocs ignores a README.md beside an index.md"
    return "is not published"


def find_broken_links(trace: Trace) -> Iterator[Problem]:
    """Find PT108, at the destination."""
    addresses = Addresses(trace)
    for reference in trace.links.page_references:
        document, text, fault = reference.document, reference.text, reference.resolved.fault
        is_page = document.kind is DocumentKind.PAGE and document.path not in trace.resolver.moved
        if is_page or fault is None:
            continue
        if addresses.find_generated(text.value, document.path):
            continue
        if not trace.document_index.is_archived(document):
            message, hint = _explain_link(trace, reference, fault)
            task = trace.document_index.find_task_id(document)
            yield create_problem(BROKEN_DOCUMENT_LINK, text, message, hint=hint, task=task)


def _explain_link(trace: Trace, reference: PageReference, fault: Fault) -> tuple[str, str | None]:
    """The message and the hint for a broken link."""
    written = reference.text.value
    if fault is Fault.UNPUBLISHED:
        reason = _explain_unpublished(trace.resolver, reference.resolved.path or "")
        return f"'{written}' exists, but {reason}", None
    if fault is Fault.ABSOLUTE:
        what = "a path in somebody's home folder" if _HOME.match(written) else "an absolute path"
        tail, page = _find_tail(trace, written), reference.document.path
        end = "" if trace.resolver.is_reachable(tail or "") else "; the site does not publish it"
        hint = f"write '{make_relative_link(tail, page)}'{end}" if tail else None
        return f"'{written}' is {what}, which works only on one machine", hint
    hint = _suggest_link(trace, reference)
    if fault is Fault.FOLDER:
        return f"'{written}' is a folder without an index page", hint
    return f"no file '{written}'" if fault is Fault.MISSING else f"'{written}' {fault.value}", hint


def _suggest_link(trace: Trace, reference: PageReference) -> str | None:
    page, path = reference.document.path, reference.resolved.path
    wanted = fold(path or "")

    def fits(guess: str) -> bool:
        is_other = guess != page or fold(guess) == wanted  # pages rarely link to themselves
        return is_other and (page in trace.resolver.moved or trace.resolver.is_reachable(guess))

    written = reference.text.value.partition("#")[0]
    guess = _find_from_root(trace, _LINES.sub("", written))
    if guess is None or not fits(guess):
        guess = find_similar_path(trace, _LINES.sub("", path or written), fits)
    return format_suggestion(make_relative_link(guess, page) if guess else None, written)


def _find_from_root(trace: Trace, written: str) -> str | None:
    """The file or folder at a path with folders, if it is one from the root."""
    path, tree = posixpath.normpath(written), trace.resolver.tree
    return path if "/" in path and (path in tree.files or path in tree.folders) else None


def make_relative_link(path: str, page: str) -> str:
    return posixpath.relpath(path, posixpath.dirname(page) or ".")


def _find_tail(trace: Trace, written: str) -> str | None:
    """Find the longest end of an absolute path that is a file in the project."""
    if len(written) > LONGEST_PATH:
        return None
    path = re.sub(r"^file:", "", written.partition("#")[0], flags=re.IGNORECASE)
    segments = path.replace("\\", "/").strip("/").split("/")
    tails = ("/".join(segments[start:]) for start in range(len(segments) - 1))
    return next((tail for tail in tails if tail in trace.resolver.tree.files), None)


def find_broken_anchors(trace: Trace) -> Iterator[Problem]:
    """Find PT109, at the destination."""

    @cache
    def anchors_of(path: str) -> frozenset[str]:
        return frozenset(trace.documents[path].scan.anchors)

    @cache
    def names_in(path: str) -> Names:
        return Names(anchors_of(path))

    for reference in trace.links.page_references:
        document, anchor = reference.document, _anchor_of(reference)
        if document.kind is DocumentKind.PAGE or trace.document_index.is_archived(document):
            continue
        target = trace.documents.get(reference.resolved.path or "")
        if not anchor or target is None or target.scan.is_assembled:
            continue
        if not anchors_of(target.path).isdisjoint((anchor, unquote(anchor))):
            continue
        if trace.find_record_anchor(target.path, unquote(anchor)):
            continue
        # With its own slug function, the exact ids of the site are unknown.
        known = (*target.scan.headings, *target.scan.anchors)
        if trace.resolver.rendering.has_own_slugs and _fold(unquote(anchor)) in map(_fold, known):
            continue
        close = names_in(target.path).closest(unquote(anchor).lower())
        page = reference.text.value.partition("#")[0]
        yield create_problem(
            BROKEN_ANCHOR,
            reference.text,
            f"'{target.path}' has no heading for '#{anchor}'",
            hint=format_suggestion(close and f"{page}#{close}"),
            task=trace.document_index.find_task_id(document),
        )


def _anchor_of(reference: PageReference) -> str:
    """The part after `#`; '' for the top, text fragments, and ids of extensions."""
    anchor = reference.text.value.partition("#")[2]
    is_everywhere = anchor.lower() == "top" or anchor.startswith((":~:", *_NUMBERED))
    return "" if reference.resolved.fault or is_everywhere else anchor


def _fold(words: str) -> str:
    return "".join(char for char in words.casefold() if char.isalnum())
