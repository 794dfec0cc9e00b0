"""Errors in logs: without a fix, or recurring; and the registry of their signatures."""

from collections.abc import Iterator

from mkdocs_plantrace.checks.document_rules import reported_lines
from mkdocs_plantrace.checks.hints import find_similar_id, join_words
from mkdocs_plantrace.checks.link_rules import BROKEN_DOCUMENT_LINK, report_no_file
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.log_entry import LogEntry, Signature
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.parsing.metadata.metadata_rules import OUTSIDE_ROOT
from mkdocs_plantrace.trace.error_groups import headline, summarize
from mkdocs_plantrace.trace.error_lookup import ShortNames
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.did_you_mean import Series, format_suggestion
from mkdocs_plantrace.utils.graph_algorithms import find_cycles

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

UNCLEAR_SIGNATURE = Rule(
    "PT115",
    "unclear-signature",
    Severity.ERROR,
    finds="""\
a name in the registry of signatures that does not belong to exactly one signature: an alias of \
two signatures, or a `superseded_by` that is not a signature or forms a cycle""",
    why="""\
Entries of old logs are listed under the current name of their signature. If a name is not clear, \
one error counts as two, or two count as one.""",
    language="yaml",
    example="""\
DB.LOCK:
  superseded_by: DB.LOCKS   # not a signature
DB.DEADLOCK:
  aliases: [DB.LOCK]        # which is a signature itself
""",
    fix="""\
Give each alias to one signature, and set `superseded_by` to the signature that is in use.""",
)

_OFTEN = 3
_LONGEST_QUOTE = 80


def find_errors_without_fix(trace: Trace) -> Iterator[Problem]:
    """Find PT204, at the first line of the entry."""
    for entry in trace.errors.entries:
        document = trace.documents[entry.location.path]
        is_solved = entry.fix or entry.outcome
        if not entry.error or is_solved or document.kind is not DocumentKind.LOG:
            continue
        tasks = (trace.task_index.by_id[task] for task in entry.tasks)
        task = next((it for it in tasks if it.is_completed), None)
        if task is None:
            continue
        span = range(entry.location.line, entry.location.end_line + 1)
        if reported_lines(trace, document).isdisjoint(span):
            error = trace.errors.by_entry[entry]
            fixed = error.fixed_by.location if error.fixed_by else None
            yield create_problem(
                ERROR_WITHOUT_FIX,
                _first_line(entry),
                f"{_quote(entry)} has neither fix nor outcome, and task '{task.id}' is completed",
                hint=f"the same error was fixed in '{fixed.path}:{fixed.line}'" if fixed else None,
                task=task.id,
                target=error.key,
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


def find_broken_playbooks(trace: Trace) -> Iterator[Problem]:
    """Find PT108, and PT011 for a path out of the root; at the path."""
    for signature in _registered(trace):
        playbook = signature.playbook
        resolved = trace.resolver.playbook(playbook.value) if playbook else None
        if playbook is None or resolved is None or resolved.fault is None:
            continue
        if resolved.fault.is_outside:
            message = f"'{playbook.value}' {resolved.fault.value}"
            yield create_problem(OUTSIDE_ROOT, playbook, message)
        else:
            yield report_no_file(trace, BROKEN_DOCUMENT_LINK, playbook, resolved)


def find_unclear_names(trace: Trace) -> Iterator[Problem]:
    """Find PT115, at the alias or the name of the successor."""
    names = Series(trace.signatures)
    for signature in _registered(trace):
        yield from _claimed_twice(trace, signature)
        successor = signature.superseded_by
        if successor and successor.value not in trace.signatures:
            message = f"superseded_by: no signature '{successor.value}'"
            hint = format_suggestion(find_similar_id(successor.value, names), successor.value)
            yield create_problem(UNCLEAR_SIGNATURE, successor, message, hint=hint)
    yield from _cycles(trace)


def _registered(trace: Trace) -> Iterator[Signature]:
    """The signatures without aliases, in the order of the registry."""
    return (signature for name, signature in trace.signatures.items() if name == signature.name)


def _claimed_twice(trace: Trace, signature: Signature) -> Iterator[Problem]:
    for alias in signature.aliases:
        holder = trace.signatures[alias.value]
        what = "a signature" if holder.name == alias.value else f"an alias of '{holder.name}'"
        if holder is not signature:
            message = f"alias '{alias.value}' is already {what} in line {holder.location.line}"
            yield create_problem(UNCLEAR_SIGNATURE, alias, message)


def _cycles(trace: Trace) -> Iterator[Problem]:
    successors: dict[str, list[str]] = {}
    for signature in _registered(trace):
        named = signature.superseded_by
        known = trace.signatures.get(named.value) if named else None
        successors[signature.name] = [known.name] if known else []
    for cycle in find_cycles(successors):
        if named := trace.signatures[cycle[0]].superseded_by:
            path = " → ".join(cycle)
            message = f"superseded_by cycle: {path}"
            yield create_problem(UNCLEAR_SIGNATURE, named, message, target=path)
