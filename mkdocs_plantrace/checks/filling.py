"""Plans and logs that nobody filled in: template text, empty pages, no final summary."""

from collections.abc import Iterator

from mkdocs_plantrace import rules
from mkdocs_plantrace.checks.finding import found
from mkdocs_plantrace.model import Document, StatusKind, Task, Text
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.trace import Trace, is_under_way


def find_unfilled_templates(trace: Trace) -> Iterator[Problem]:
    """PT201, at each line, or at the start of an empty page."""
    for document in trace.documents.values():
        task = _first_under_way(trace, document)
        if task is None:
            continue
        if document.scan.filling.is_empty:
            yield found(
                rules.UNFILLED_TEMPLATE,
                document.title_location,
                f"the {document.kind.value} is empty",
                task=task.id,
                target="",
            )
        else:
            for line in _unfilled(trace, document):
                message = f"template text is left: '{line.value}'"
                yield found(rules.UNFILLED_TEMPLATE, line, message, task=task.id)


def _unfilled(trace: Trace, document: Document) -> Iterator[Text]:
    filling = document.scan.filling
    of_template = trace.template_lines.get(document.path.rpartition("/")[2], frozenset())
    yield from filling.unfilled
    for suspect in filling.suspects:
        if suspect.text.value in of_template and (
            suspect.next_label is None or suspect.next_label in of_template
        ):
            yield suspect.text


def told_lines(trace: Trace, document: Document) -> frozenset[int]:
    """The lines that PT201 says were never filled in."""
    if trace.settings.severity_of(rules.UNFILLED_TEMPLATE) is None:
        return frozenset()
    return frozenset(line.location.line for line in _unfilled(trace, document))


def find_missing_summaries(trace: Trace) -> Iterator[Problem]:
    """PT202, at the title of the log."""
    for document in trace.documents.values():
        log = document.scan.log
        if log is None or log.has_summary:
            continue
        completed = [
            task
            for task in trace.served_by(document)
            if task.status.kind is StatusKind.COMPLETED and not task.archived
        ]
        if completed and not is_told_empty(trace, document):
            yield found(
                rules.NO_FINAL_SUMMARY,
                document.title_location,
                f"the log of completed task '{completed[0].id}' has no final summary",
                hint="end it with a section '## Final summary'",
                task=completed[0].id,
            )


def is_told_empty(trace: Trace, document: Document) -> bool:
    """Whether PT201 says that the page is empty; then nobody need say what it lacks."""
    return (
        document.scan.filling.is_empty
        and trace.settings.severity_of(rules.UNFILLED_TEMPLATE) is not None
        and _first_under_way(trace, document) is not None
    )


def _first_under_way(trace: Trace, document: Document) -> Task | None:
    return next((task for task in trace.served_by(document) if is_under_way(task)), None)
