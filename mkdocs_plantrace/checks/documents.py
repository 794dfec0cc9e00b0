"""Plans and logs: paths that lead nowhere, links that lead nowhere, pages that name nothing."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from mkdocs_plantrace import rules
from mkdocs_plantrace.addresses import Addresses
from mkdocs_plantrace.checks.filling import is_told_empty
from mkdocs_plantrace.checks.finding import did_you_mean, enumerate_words, found
from mkdocs_plantrace.checks.suggestions import similar_path
from mkdocs_plantrace.globs import is_template
from mkdocs_plantrace.model import Document, DocumentKind, NodeKind
from mkdocs_plantrace.paths import Fault, Publication, Resolved
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.trace import PageReference, PathReference, Trace, is_under_way

_BROKEN = {"plan": rules.BROKEN_PLAN_LINK, "log": rules.BROKEN_LOG_LINK}
_WHY_UNPUBLISHED = {
    Publication.PAGE: None,
    Publication.ASSET: "is no Markdown page",
    Publication.DRAFT: "is a draft (draft_docs)",
    Publication.EXCLUDED: "is left out of the site (exclude_docs)",
    None: "is left out of the site, as MkDocs does with a README beside an index",
}


def find_broken_paths(trace: Trace) -> Iterator[Problem]:
    """PT011, PT103, PT104 and PT105, and PT108 for curated pages and decisions; at the path."""
    for reference in trace.path_references:
        if reference.task.archived:
            continue
        problem = _judge_path(trace, reference)
        if problem:
            yield problem


def _judge_path(trace: Trace, reference: PathReference) -> Problem | None:
    fault = reference.resolved.fault
    written = reference.text.value
    if fault is not None and fault.is_outside:
        rule, message = rules.OUTSIDE_ROOT, f"'{written}' {fault.value}"
    elif reference.kind is None:
        return None
    elif fault is Fault.FOLDER:
        rule = _BROKEN.get(reference.field, rules.BROKEN_DOCUMENT_LINK)
        message = f"'{written}' is a folder, not a file"
    elif fault is not None:
        rule = _BROKEN.get(reference.field, rules.BROKEN_DOCUMENT_LINK)
        message = f"no file '{written}'"
    elif reference.field not in _BROKEN:
        return None
    else:
        return _judge_publication(trace, reference)
    return found(
        rule,
        reference.text.location,
        message,
        hint=did_you_mean(_better_path(trace, reference.resolved, written)),
        task=reference.task.id,
        target=written,
    )


def _judge_publication(trace: Trace, reference: PathReference) -> Problem | None:
    path = reference.resolved.path or ""
    reason = _why_unpublished(trace, path)
    if reason is None:
        return None
    return found(
        rules.UNPUBLISHED_DOCUMENT,
        reference.text.location,
        f"'{reference.text.value}' exists, but {reason}",
        task=reference.task.id,
        target=reference.text.value,
    )


def _why_unpublished(trace: Trace, path: str) -> str | None:
    docs_dir = trace.resolver.docs_dir
    publication = trace.resolver.published.get(path)
    if path in trace.unreadable:
        return trace.unreadable[path]
    if is_template(path, docs_dir):
        return "is a template: a folder on the way to it starts with '_'"
    if publication is None and docs_dir and not path.startswith(f"{docs_dir}/"):
        return f"lies outside docs_dir ('{docs_dir}')"
    return _WHY_UNPUBLISHED[publication]


def find_broken_links(trace: Trace) -> Iterator[Problem]:
    """PT108, at the destination."""
    broken = [
        reference
        for reference in trace.page_references
        if reference.resolved.fault and reference.document.kind is not DocumentKind.PAGE
    ]
    generated = Addresses(trace).generated if broken else frozenset()
    for reference in broken:
        target = reference.resolved.path or ""
        if target in generated or posixpath.join(target, "index.md") in generated:
            continue
        if trace.is_archived(reference.document):
            continue
        yield found(
            rules.BROKEN_DOCUMENT_LINK,
            reference.text.location,
            _explain(trace, reference),
            hint=_better_link(trace, reference),
            task=trace.first_served_by(reference.document),
            target=reference.text.value,
        )


def _explain(trace: Trace, reference: PageReference) -> str:
    written, fault = reference.text.value, reference.resolved.fault
    if fault is Fault.MISSING:
        return f"no file '{written}'"
    if fault is Fault.FOLDER:
        return f"'{written}' is a folder without an index page"
    if fault is Fault.ABSOLUTE:
        return f"'{written}' is an absolute path, which no reader can follow"
    if fault is Fault.UNPUBLISHED and trace.resolver.published.get(reference.resolved.path or ""):
        return f"'{written}' exists, but MkDocs leaves it out of the site"
    if fault is Fault.UNPUBLISHED:
        return f"'{written}' exists, but MkDocs does not publish it: it lies outside docs_dir"
    return f"'{written}' {fault.value}" if fault else written


def _better_link(trace: Trace, reference: PageReference) -> str | None:
    if reference.resolved.fault is Fault.UNPUBLISHED:
        return None
    folder = posixpath.dirname(reference.document.path)
    guess = _better_path(trace, reference.resolved, reference.text.value)
    return did_you_mean(posixpath.relpath(guess, folder or ".") if guess else None)


def _better_path(trace: Trace, resolved: Resolved, written: str) -> str | None:
    if resolved.fault is Fault.ABSOLUTE:
        return _tail_in_tree(trace, re.sub(r"^file:", "", written, flags=re.IGNORECASE))
    return similar_path(trace, resolved.path or written)


def _tail_in_tree(trace: Trace, written: str) -> str | None:
    """The longest end of an absolute path that is a file of the project, wherever it was cloned."""
    segments = written.partition("#")[0].replace("\\", "/").strip("/").split("/")
    tails = ("/".join(segments[start:]) for start in range(len(segments) - 1))
    return next((tail for tail in tails if tail in trace.resolver.tree.files), None)


def find_logs_without_plan(trace: Trace) -> Iterator[Problem]:
    """PT106, at the title of the log: one problem for each plan it does not refer to."""
    for log_path, plans in _plans_by_log(trace).items():
        log = trace.documents[log_path]
        if _has_broken_plan_line(trace, log) or is_told_empty(trace, log):
            continue
        named = _pages_named_in(trace, log)
        for plan_path, task in plans.items():
            if plan_path not in named:
                yield _log_without_plan(log, plan_path, task)


def _plans_by_log(trace: Trace) -> Mapping[str, Mapping[str, str]]:
    """For each log the plans of its tasks under way, each with the id of the first such task."""
    plans: dict[str, dict[str, str]] = {}
    for task in trace.tasks:
        plan, log = trace.plan_of(task), trace.log_of(task)
        if is_under_way(task) and plan and log and plan.path != log.path:
            plans.setdefault(log.path, {}).setdefault(plan.path, task.id)
    return plans


def _log_without_plan(log: Document, plan: str, task: str) -> Problem:
    relative = posixpath.relpath(plan, posixpath.dirname(log.path) or ".")
    return found(
        rules.LOG_WITHOUT_PLAN,
        log.title_location,
        f"the log does not refer to its plan '{plan}'",
        hint=f"add a line 'Plan: {relative}'",
        task=task,
        target=plan,
    )


def _pages_named_in(trace: Trace, document: Document) -> set[str]:
    return {
        target.key for _, target in trace.targets_of(document) if target.kind is NodeKind.DOCUMENT
    }


def _has_broken_plan_line(trace: Trace, log: Document) -> bool:
    """Then PT108 says so, and to say it twice would not help."""
    return any(
        reference.is_plan_line and reference.resolved.fault not in (None, Fault.UNPUBLISHED)
        for reference in trace.references_in(log)
    )


def find_documents_without_task(trace: Trace) -> Iterator[Problem]:
    """PT107, at the title: a page that names none of the tasks it serves."""
    for document in trace.documents.values():
        tasks = [task for task in trace.served_by(document) if not task.archived]
        if not tasks or any(task.id in document.scan.named for task in tasks):
            continue
        if is_told_empty(trace, document):
            continue
        ids = [f"'{task.id}'" for task in tasks]
        what = f"task {ids[0]}" if len(ids) == 1 else f"any of its tasks {enumerate_words(ids)}"
        yield found(
            rules.DOCUMENT_WITHOUT_TASK,
            document.title_location,
            f"the {document.kind.value} never names {what}",
            task=tasks[0].id,
            target=tasks[0].id,
        )
