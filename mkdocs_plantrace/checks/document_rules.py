"""Documents: broken paths and links, and missing references to plan and task."""

import posixpath
import re
from collections.abc import Iterator, Mapping

from mkdocs_plantrace.checks.file_rules import UNPUBLISHED_DOCUMENT
from mkdocs_plantrace.checks.hints import find_similar_path, join_words
from mkdocs_plantrace.checks.task_path_rules import BROKEN
from mkdocs_plantrace.checks.template_rules import is_reported_empty
from mkdocs_plantrace.model.document import Document, DocumentKind
from mkdocs_plantrace.model.link import NodeKind
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.parsing.metadata.metadata_rules import OUTSIDE_ROOT
from mkdocs_plantrace.project.path_resolver import LONGEST_PATH, Fault, Publication, Resolver
from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.trace.references import PageReference, PathReference
from mkdocs_plantrace.trace.trace import Trace, is_under_way
from mkdocs_plantrace.utils.did_you_mean import fold, format_suggestion
from mkdocs_plantrace.utils.globs import compile_globs

LOG_WITHOUT_PLAN = Rule(
    "PT106",
    "log-without-plan",
    Severity.WARNING,
    finds="""\
a log of an active or completed task that does not refer to its plan: by a `Plan:` line, by a \
link, or by the plan's path in its text""",
    why="""\
Somebody who finds the log first, in a search or an editor, should be able to find the plan \
without the site.""",
    language="markdown",
    example="""\
# EXEC_LOG for TSK-7

## 2026-03-02
- Created the keys.
""",
    fix="Add a line `Plan: PLAN.md` below the title.",
)
DOCUMENT_WITHOUT_TASK = Rule(
    "PT107",
    "document-without-task",
    Severity.WARNING,
    finds="a plan or log that does not mention its task",
    why="""\
Without the site, a reader cannot see which task the page belongs to. Nobody notices a copied page \
that still mentions another task.""",
    language="markdown",
    example="""\
# Rotate the signing keys

## Scope
""",
    fix="Add the id of the task to the title, or add a line `Task: TSK-7`.",
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
    example="""\
The lock order is explained in [the decision](../../decisions/ADR-003.md).
""",
    fix="""\
Correct the link; it is relative to the page that contains it. Absolute paths and `file:` links \
work only on one machine.""",
)

_LINES = re.compile(r":\d+(?:-\d+)?$")
"""Lines of a file, as editors write them after its path."""
_HOME = re.compile(r"(?:file:)?/*(?:[a-z]:)?[/\\]*(?:home|users|root|~)(?:[/\\]|$)", re.IGNORECASE)


def find_broken_paths(trace: Trace) -> Iterator[Problem]:
    """Find PT011, PT103, PT104, PT105 and, in metadata, PT108; at the path."""
    for reference in trace.links.path_references:
        if not reference.task.archived and (problem := _check_path(trace, reference)):
            yield problem


def _check_path(trace: Trace, reference: PathReference) -> Problem | None:
    fault = reference.resolved.fault
    written = reference.text.value
    rule = BROKEN.get(reference.field, BROKEN_DOCUMENT_LINK)
    if fault is not None and fault.is_outside:
        rule, message = OUTSIDE_ROOT, f"'{written}' {fault.value}"
    elif reference.kind is None:
        return None
    elif fault is not None:
        is_folder = fault is Fault.FOLDER
        message = f"'{written}' is a folder, not a file" if is_folder else f"no file '{written}'"
    elif reference.field not in BROKEN or _is_kept_back(trace, reference):
        return None
    elif reason := _explain_no_page(trace, reference.resolved.path or ""):
        rule, message = UNPUBLISHED_DOCUMENT, f"'{written}' exists, but {reason}"
    else:
        return None
    hint = None
    if fault is Fault.ABSOLUTE:
        tail = _find_tail(trace, written)
        hint = f"write '{tail}'" if tail else None
    elif fault is not None:
        hint = format_suggestion(
            find_similar_path(trace, reference.resolved.path or written), written
        )
    return create_problem(rule, reference.text, message, hint=hint, task=reference.task.id)


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
    broken = [
        reference
        for reference in trace.links.page_references
        if reference.resolved.fault
        and (
            reference.document.kind is not DocumentKind.PAGE
            or reference.document.path in trace.resolver.moved
        )
    ]
    addresses = Addresses(trace)
    for reference in broken:
        if addresses.find_generated(reference.text.value, reference.document.path):
            continue
        if trace.document_index.is_archived(reference.document):
            continue
        yield create_problem(
            BROKEN_DOCUMENT_LINK,
            reference.text,
            _explain_link(trace, reference),
            hint=_suggest_link(trace, reference),
            task=trace.document_index.find_task_id(reference.document),
        )


def _explain_link(trace: Trace, reference: PageReference) -> str:
    written, fault = reference.text.value, reference.resolved.fault
    if fault is Fault.MISSING:
        return f"no file '{written}'"
    if fault is Fault.FOLDER:
        return f"'{written}' is a folder without an index page"
    if fault is Fault.ABSOLUTE:
        what = "a path in somebody's home folder" if _HOME.match(written) else "an absolute path"
        return f"'{written}' is {what}, which works only on one machine"
    if fault is Fault.UNPUBLISHED:
        reason = _explain_unpublished(trace.resolver, reference.resolved.path or "")
        return f"'{written}' exists, but {reason}"
    return f"'{written}' {fault.value}" if fault else written


def _suggest_link(trace: Trace, reference: PageReference) -> str | None:
    fault, page = reference.resolved.fault, reference.document.path
    if fault is Fault.UNPUBLISHED:
        return None
    if fault is Fault.ABSOLUTE:
        tail = _find_tail(trace, reference.text.value)
        end = "" if trace.resolver.is_reachable(tail or "") else "; the site does not publish it"
        return f"write '{_relative_link(tail, page)}'{end}" if tail else None
    wanted = fold(reference.resolved.path or "")

    def fits(guess: str) -> bool:
        is_other = guess != page or fold(guess) == wanted  # pages rarely link to themselves
        return is_other and (page in trace.resolver.moved or trace.resolver.is_reachable(guess))

    written = reference.text.value.partition("#")[0]
    guess = _find_from_root(trace, _LINES.sub("", written))
    if guess is None or not fits(guess):
        resolved = _LINES.sub("", reference.resolved.path or written)
        guess = find_similar_path(trace, resolved, fits)
    return format_suggestion(_relative_link(guess, page) if guess else None, written)


def _find_from_root(trace: Trace, written: str) -> str | None:
    """The file or folder at a path with folders, if it is one from the root."""
    path, tree = posixpath.normpath(written), trace.resolver.tree
    return path if "/" in path and (path in tree.files or path in tree.folders) else None


def _relative_link(path: str, page: str) -> str:
    return posixpath.relpath(path, posixpath.dirname(page) or ".")


def _find_tail(trace: Trace, written: str) -> str | None:
    """Find the longest end of an absolute path that is a file in the project."""
    if len(written) > LONGEST_PATH:
        return None
    path = re.sub(r"^file:", "", written.partition("#")[0], flags=re.IGNORECASE)
    segments = path.replace("\\", "/").strip("/").split("/")
    tails = ("/".join(segments[start:]) for start in range(len(segments) - 1))
    return next((tail for tail in tails if tail in trace.resolver.tree.files), None)


def find_logs_without_plan(trace: Trace) -> Iterator[Problem]:
    """Find PT106, at the title of the log: one problem per missing plan."""
    for log_path, plans in _group_plans(trace).items():
        log = trace.documents[log_path]
        if _has_broken_plan_line(trace, log) or is_reported_empty(trace, log):
            continue
        named = {it.key for _, it in trace.links.targets[log.path] if it.kind is NodeKind.DOCUMENT}
        for plan, task in plans.items():
            if plan not in named:
                yield create_problem(
                    LOG_WITHOUT_PLAN,
                    log.title_location,
                    f"the log does not refer to its plan '{plan}'",
                    hint=f"add a line 'Plan: {_relative_link(plan, log.path)}'",
                    task=task,
                    target=plan,
                )


def _group_plans(trace: Trace) -> Mapping[str, Mapping[str, str]]:
    """Map each log to the plans of its started tasks, each with its first task."""
    plans: dict[str, dict[str, str]] = {}
    for task in trace.tasks:
        plan, log = trace.document_index.find_plan(task), trace.document_index.find_log(task)
        if is_under_way(task) and plan and log and plan.path != log.path:
            plans.setdefault(log.path, {}).setdefault(plan.path, task.id)
    return plans


def _has_broken_plan_line(trace: Trace, log: Document) -> bool:
    """Whether PT108 reports the `Plan:` line of a log."""
    return trace.settings.is_on(BROKEN_DOCUMENT_LINK) and any(
        reference.is_plan_line and reference.resolved.fault not in (None, Fault.UNPUBLISHED)
        for reference in trace.links.references_in(log)
    )


def find_documents_without_task(trace: Trace) -> Iterator[Problem]:
    """Find PT107, at the title."""
    for document in trace.documents.values():
        tasks = [task for task in trace.document_index.find_tasks(document) if not task.archived]
        if not tasks or any(task.id in document.scan.named for task in tasks):
            continue
        if is_reported_empty(trace, document):
            continue
        ids = [f"'{task.id}'" for task in tasks]
        what = f"task {ids[0]}" if len(ids) == 1 else f"any of its tasks {join_words(ids)}"
        yield create_problem(
            DOCUMENT_WITHOUT_TASK,
            document.title_location,
            f"the {document.kind.value} does not mention {what}",
            task=tasks[0].id,
            target=tasks[0].id,
        )
