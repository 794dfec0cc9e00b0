"""Log entries: errors without a fix, and recurring errors."""

from collections.abc import Iterator

from mkdocs_plantrace.checks.hints import join_words
from mkdocs_plantrace.checks.template_rules import reported_lines
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.trace.error_groups import headline, summarize
from mkdocs_plantrace.trace.error_lookup import ShortNames
from mkdocs_plantrace.trace.trace import Trace

ERROR_WITHOUT_FIX = Rule(
    "PT204",
    "error-without-fix",
    Severity.WARNING,
    finds="a log entry of a completed task with an error, but neither a fix nor an outcome",
    why="""\
The task is completed, so somebody solved the error. The next person who sees it finds that it \
occurred, but not what to do.""",
    language="markdown",
    example="""\
## 2026-03-02

- Error: deadlock detected while two bookings hold seats
- Root cause: the order of locks
""",
    fix="""\
Add a line `Fix applied: …`, or `Outcome: …` if nothing was fixed. If the same error was fixed \
elsewhere, the hint names the place.""",
)
RECURRING_ERROR = Rule(
    "PT208",
    "recurring-error",
    None,
    finds="an error with three or more entries and tasks, but without a troubleshooting page",
    why="""\
Somebody who sees an error for the third time should read one page, not three logs. Write down \
once what helps against a recurring error.""",
    language="markdown",
    example="""\
# in the logs of TSK-3, TSK-7 and TSK-9
- Error: deadlock detected while two bookings hold seats
""",
    fix="""\
`plantrace promote` drafts the page from the entries; the hint has the command. A page belongs to \
an error if it mentions the signature, or the text of the error in a line `Error: …`, if an entry \
links to the page, or if the page is the `remediation_playbook` in the registry.""",
)

_OFTEN = 3
_LONGEST_QUOTE = 80


def find_errors_without_fix(trace: Trace) -> Iterator[Problem]:
    """Find PT204, at the first line of the entry."""
    for entry in trace.errors.entries:
        if not entry.error or entry.fix or entry.outcome:
            continue
        task = _completed(trace, entry)
        if task is None:
            continue
        unfilled = reported_lines(trace, trace.documents[entry.location.path])
        span = range(entry.location.line, entry.location.end_line + 1)
        if unfilled.isdisjoint(span):
            error = trace.errors.by_entry[entry]
            hint = None
            if error.fixed_by:
                fixed = error.fixed_by.location
                hint = f"the same error was fixed in '{fixed.path}:{fixed.line}'"
            yield create_problem(
                ERROR_WITHOUT_FIX,
                _first_line(entry),
                f"{_quote(entry)} has neither fix nor outcome, and task '{task}' is completed",
                hint=hint,
                task=task,
                target=error.key,
            )


def _completed(trace: Trace, entry: LogEntry) -> str | None:
    """Find the first completed task of the log of an entry that is not archived."""
    if trace.documents[entry.location.path].kind is not DocumentKind.LOG:
        return None
    tasks = (trace.task_index.by_id[task] for task in entry.tasks)
    return next(
        (t.id for t in tasks if t.status.kind is StatusKind.COMPLETED and not t.archived), None
    )


def find_recurring_errors(trace: Trace) -> Iterator[Problem]:
    """Find PT208, at the newest entry."""
    if not trace.settings.is_on(RECURRING_ERROR):
        return
    names = ShortNames(trace.errors.all)
    for error in trace.errors.all:
        tasks = [task for task in error.tasks if not trace.task_index.by_id[task].archived]
        # An entry in a log that several tasks share is still one occurrence.
        if min(len(tasks), error.count) < _OFTEN or error.page is not None:
            continue
        newest = next(e for e in reversed(error.entries) if set(e.tasks).intersection(tasks))
        seen_by = join_words([f"'{task}'" for task in tasks])
        yield create_problem(
            RECURRING_ERROR,
            _first_line(newest),
            f"{_quote(newest)} was seen by {seen_by} and has no troubleshooting page",
            hint=f"run 'plantrace promote {names.of(error)}'",
            task=next(task for task in newest.tasks if task in tasks),
            target=error.key,
        )


def _first_line(entry: LogEntry) -> Location:
    """Return the location of the whole first line of an entry."""
    line = entry.location.line
    return Location(path=entry.location.path, line=line, end_line=line + 1)


def _quote(entry: LogEntry) -> str:
    return f"'{summarize(headline(entry), _LONGEST_QUOTE)}'"
