"""Log entries: errors that nobody tells how to mend, and errors that keep coming back."""

from collections.abc import Iterator

from mkdocs_plantrace import rules
from mkdocs_plantrace.checks.filling import told_lines
from mkdocs_plantrace.checks.finding import enumerate_words, found
from mkdocs_plantrace.error_names import ShortNames
from mkdocs_plantrace.errors import headline, telling_line
from mkdocs_plantrace.model import DocumentKind, Location, LogEntry, StatusKind
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.trace import Trace

_OFTEN = 3
_LONGEST_QUOTE = 80


def find_errors_without_fix(trace: Trace) -> Iterator[Problem]:
    """PT204, at the first line of the entry."""
    for entry in trace.entries:
        if not entry.error or entry.fix or entry.outcome:
            continue
        task = _completed(trace, entry)
        if task is None:
            continue
        unfilled = told_lines(trace, trace.documents[entry.location.path])
        span = range(entry.location.line, entry.location.end_line + 1)
        if unfilled.isdisjoint(span):
            error = trace.error_of[entry]
            fixed = error.fixed_by.location if error.fixed_by else None
            hint = fixed and f"the same error was fixed in '{fixed.path}:{fixed.line}'"
            yield found(
                rules.ERROR_WITHOUT_FIX,
                _first_line(entry),
                f"{_quote(entry)} has neither fix nor outcome, and task '{task}' is completed",
                hint=hint,
                task=task,
                target=error.key,
            )


def _completed(trace: Trace, entry: LogEntry) -> str | None:
    """The first completed task that the log of an entry serves, archived ones aside."""
    if trace.documents[entry.location.path].kind is not DocumentKind.LOG:
        return None
    tasks = (trace.by_id[task] for task in entry.tasks)
    return next(
        (t.id for t in tasks if t.status.kind is StatusKind.COMPLETED and not t.archived), None
    )


def find_recurring_errors(trace: Trace) -> Iterator[Problem]:
    """PT208, at the newest entry."""
    if trace.settings.severity_of(rules.RECURRING_ERROR) is None:
        return
    names = ShortNames(trace.errors)
    for error in trace.errors:
        tasks = [task for task in error.tasks if not trace.by_id[task].archived]
        # An entry in a log that several tasks share was still met only once.
        if min(len(tasks), error.count) < _OFTEN or error.page is not None:
            continue
        newest = next(e for e in reversed(error.entries) if set(e.tasks).intersection(tasks))
        met = enumerate_words([f"'{task}'" for task in tasks])
        yield found(
            rules.RECURRING_ERROR,
            _first_line(newest),
            f"{_quote(newest)} was met by {met}, and has no curated page",
            hint=f"run 'plantrace promote {names.of(error)}'",
            task=next(task for task in newest.tasks if task in tasks),
            target=error.key,
        )


def _first_line(entry: LogEntry) -> Location:
    """All of the line that an entry starts with."""
    line = entry.location.line
    return Location(path=entry.location.path, line=line, end_line=line + 1)


def _quote(entry: LogEntry) -> str:
    return f"'{telling_line(headline(entry), _LONGEST_QUOTE)}'"
