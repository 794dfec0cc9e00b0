"""Plans and logs: template text, empty pages, no summary, no reference to plan or task."""

from collections.abc import Iterator, Mapping

from mkdocs_plantrace.checks.hints import join_words
from mkdocs_plantrace.checks.link_rules import BROKEN_DOCUMENT_LINK, make_relative_link
from mkdocs_plantrace.model.document import Document
from mkdocs_plantrace.model.link import NodeKind
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.project.path_resolver import Fault
from mkdocs_plantrace.trace.trace import Trace, is_under_way

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
UNFILLED_TEMPLATE = Rule(
    "PT201",
    "unfilled-template",
    Severity.WARNING,
    finds="""\
template text that is left in a plan or log of an active or completed task, or an empty page""",
    why="The task looks documented because the page exists, but the page contains nothing.",
    language="markdown",
    example="""\
# PLAN of TSK-7

## Scope

- <What is in scope>

## Rollback

TBD
""",
    fix="""\
Fill in the line, or delete the section. Template text is `<fill in>`, `<YYYY-MM-DD>`, `TODO` or \
`TBD` alone, and every line that is equal to a line with a placeholder in the template: a file of \
the same name in a folder whose name starts with `_`.""",
)
NO_FINAL_SUMMARY = Rule(
    "PT202",
    "no-final-summary",
    Severity.WARNING,
    finds="the log of a completed task without a final summary",
    why="""\
The next person reads the summary: how the task ended, what is still open, what to do \
differently.""",
    language="markdown",
    example="""\
# EXEC_LOG of TSK-7

Plan: PLAN.md

## 2026-03-02

- Created the keys.
""",
    fix="""\
End the log with a section `## Final summary` (or `Summary`, `Final outcome`, `Lessons \
learned`), or a line `Final summary: …`, with text in it.""",
)


def find_unfilled_templates(trace: Trace) -> Iterator[Problem]:
    """Find PT201, at each line, or at the start of an empty page."""
    for document in trace.documents.values():
        task = _first_under_way(trace, document)
        if task is None:
            continue
        if document.scan.filling.is_empty:
            where, message = document.title_location, f"the {document.kind.value} is empty"
            yield create_problem(UNFILLED_TEMPLATE, where, message, task=task.id)
        else:
            for line in trace.find_unfilled(document):
                message = f"template text is not filled in: '{line.value}'"
                yield create_problem(UNFILLED_TEMPLATE, line, message, task=task.id)


def reported_lines(trace: Trace, document: Document) -> frozenset[int]:
    if not trace.settings.is_on(UNFILLED_TEMPLATE):
        return frozenset()
    return frozenset(line.location.line for line in trace.find_unfilled(document))


def find_missing_summaries(trace: Trace) -> Iterator[Problem]:
    """Find PT202, at the title of the log."""
    for document in trace.documents.values():
        log = document.scan.log
        if log is None or log.has_summary:
            continue
        tasks = trace.document_index.find_tasks(document)
        task = next((it for it in tasks if it.is_completed), None)
        if task and not _is_reported_empty(trace, document):
            yield create_problem(
                NO_FINAL_SUMMARY,
                document.title_location,
                f"the log of completed task '{task.id}' has no final summary",
                hint="end it with a section '## Final summary'",
                task=task.id,
            )


def _is_reported_empty(trace: Trace, document: Document) -> bool:
    return (
        document.scan.filling.is_empty
        and trace.settings.is_on(UNFILLED_TEMPLATE)
        and _first_under_way(trace, document) is not None
    )


def _first_under_way(trace: Trace, document: Document) -> Task | None:
    return next(filter(is_under_way, trace.document_index.find_tasks(document)), None)


def find_logs_without_plan(trace: Trace) -> Iterator[Problem]:
    """Find PT106, at the title of the log: one problem per missing plan."""
    for log_path, plans in _group_plans(trace).items():
        log = trace.documents[log_path]
        if _has_broken_plan_line(trace, log) or _is_reported_empty(trace, log):
            continue
        named = {it.key for _, it in trace.links.targets[log.path] if it.kind is NodeKind.DOCUMENT}
        for plan, task in plans.items():
            if plan not in named:
                yield create_problem(
                    LOG_WITHOUT_PLAN,
                    log.title_location,
                    f"the log does not refer to its plan '{plan}'",
                    hint=f"add a line 'Plan: {make_relative_link(plan, log.path)}'",
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
        if _is_reported_empty(trace, document):
            continue
        ids = [f"'{task.id}'" for task in tasks]
        what = f"task {ids[0]}" if len(ids) == 1 else f"any of its tasks {join_words(ids)}"
        where, first = document.title_location, tasks[0].id
        message = f"the {document.kind.value} does not mention {what}"
        yield create_problem(DOCUMENT_WITHOUT_TASK, where, message, task=first, target=first)
