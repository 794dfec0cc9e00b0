"""Plans and logs that are not filled in: template text, empty pages, no final summary."""

from collections.abc import Iterator

from mkdocs_plantrace.model.document import Document
from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.trace.trace import Trace, is_under_way

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
            yield create_problem(
                UNFILLED_TEMPLATE,
                document.title_location,
                f"the {document.kind.value} is empty",
                task=task.id,
                target="",
            )
        else:
            for line in _unfilled(trace, document):
                message = f"template text is not filled in: '{line.value}'"
                yield create_problem(UNFILLED_TEMPLATE, line, message, task=task.id)


def _unfilled(trace: Trace, document: Document) -> Iterator[Text]:
    filling = document.scan.filling
    of_template = trace.template_lines.get(document.path.rpartition("/")[2], frozenset())
    yield from filling.unfilled
    for suspect in filling.suspects:
        if suspect.text.value in of_template and (
            suspect.next_label is None or suspect.next_label in of_template
        ):
            yield suspect.text


def reported_lines(trace: Trace, document: Document) -> frozenset[int]:
    if not trace.settings.is_on(UNFILLED_TEMPLATE):
        return frozenset()
    return frozenset(line.location.line for line in _unfilled(trace, document))


def find_missing_summaries(trace: Trace) -> Iterator[Problem]:
    """Find PT202, at the title of the log."""
    for document in trace.documents.values():
        log = document.scan.log
        if log is None or log.has_summary:
            continue
        completed = [
            task
            for task in trace.document_index.find_tasks(document)
            if task.status.kind is StatusKind.COMPLETED and not task.archived
        ]
        if completed and not is_reported_empty(trace, document):
            yield create_problem(
                NO_FINAL_SUMMARY,
                document.title_location,
                f"the log of completed task '{completed[0].id}' has no final summary",
                hint="end it with a section '## Final summary'",
                task=completed[0].id,
            )


def is_reported_empty(trace: Trace, document: Document) -> bool:
    return (
        document.scan.filling.is_empty
        and trace.settings.is_on(UNFILLED_TEMPLATE)
        and _first_under_way(trace, document) is not None
    )


def _first_under_way(trace: Trace, document: Document) -> Task | None:
    return next(
        (task for task in trace.document_index.find_tasks(document) if is_under_way(task)), None
    )
