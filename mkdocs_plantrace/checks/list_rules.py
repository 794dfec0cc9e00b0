"""Queries in pages: unknown kinds, keys and values."""

import re
from collections.abc import Callable, Collection, Iterator

from mkdocs_plantrace.checks.hints import find_similar_id, join_words, suggest_task
from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.document import Query, QueryFault, QueryOption
from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.parsing.markdown.list_comments import COLUMNS, GAPS, KEYS, READY, STATES
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.did_you_mean import Series, format_suggestion
from mkdocs_plantrace.utils.order import id_order

INVALID_QUERY = Rule(
    "PT116",
    "invalid-query",
    Severity.ERROR,
    finds="""\
a list in a page, `<!-- plantrace: … -->`, with a mistake: an unknown kind, key, column, status, \
phase, owner or task, a repeated key, a limit that is not a positive whole number, a quote that is \
not closed, a graph without exactly one target""",
    why="The list would be empty or wrong, and readers would not notice.",
    language="html",
    example="<!-- plantrace: tasks phase=0 staus=blocked columns=id,titel -->\n",
    fix="""\
Correct the word at this place; the hint suggests one. The kinds, keys and columns are in the \
guide, on the page about lists.""",
)

_SINGLE = frozenset({"sort", "limit", "state", "ready"})
_OPEN = frozenset({"phase", "status", "owner", "id", "task"})
"""Keys with values that may be in a metadata file that cannot be read."""
_LIMIT = re.compile(r"[1-9][0-9]{0,17}")


def find_invalid_queries(trace: Trace) -> Iterator[Problem]:
    """Find PT116, at the token."""
    for document in trace.documents.values():
        is_archived = trace.document_index.is_archived(document)
        if is_archived or not trace.resolver.is_public(document.path):
            continue
        for query in document.scan.queries:
            task = trace.document_index.find_task_id(document)
            for text, message, hint in find_faults(trace, query):
                yield create_problem(INVALID_QUERY, text, message, hint=hint, task=task)


def find_faults(trace: Trace, query: Query) -> tuple[QueryFault, ...]:
    """Find all errors in a query, in the order of their locations."""
    faults = [*query.faults, *_check_query(trace, query)]
    return tuple(sorted(faults, key=lambda fault: fault.text.location))


def _check_query(trace: Trace, query: Query) -> Iterator[QueryFault]:
    kind = query.kind.value
    if not kind:
        yield QueryFault(query.kind, "the kind of list is missing", _list_values(KEYS))
    elif kind not in KEYS:
        yield QueryFault(query.kind, f"no kind of list '{kind}'", _suggest(kind, KEYS))
    else:
        of_options = list(_check_options(trace, query))
        yield from of_options
        if kind == "graph" and not of_options and not query.faults:
            yield from _check_targets(query)


def _check_options(trace: Trace, query: Query) -> Iterator[QueryFault]:
    seen: set[str] = set()
    keys = KEYS[query.kind.value]
    for option in query.options:
        key = option.key.value
        if key not in keys:
            message = f"'{query.kind.value}' has no key '{key}'"
            yield QueryFault(option.key, message, _suggest(key, keys))
        elif key in seen:
            hint = None if key in _SINGLE else "separate values by commas"
            yield QueryFault(option.key, f"key '{key}' is repeated", hint)
        else:
            seen.add(key)
            yield from _check_values(trace, query, option)


def _check_values(trace: Trace, query: Query, option: QueryOption) -> Iterator[QueryFault]:
    key = option.key.value
    is_single = key in _SINGLE or query.kind.value == "graph"
    if is_single and len(option.values) > 1:
        yield QueryFault(option.values[1], f"'{key}' takes one value")
    for value in option.values[:1] if is_single else option.values:
        if key in _OPEN and value.value in trace.missing_words:
            continue
        if fault := _CHECKS[key](trace, value):
            yield fault


def _check_targets(query: Query) -> Iterator[QueryFault]:
    if not query.options:
        yield QueryFault(query.kind, "a graph needs 'phase' or 'task'")
    for option in query.options[1:]:
        yield QueryFault(option.key, "a graph takes either 'phase' or 'task'")


def _check_phase(trace: Trace, value: Text) -> QueryFault | None:
    known = {phase.name for phase in trace.task_index.phases} | trace.settings.phases.keys()
    return _check_one_of(known, value, "no phase")


def _check_status(trace: Trace, value: Text) -> QueryFault | None:
    word = normalize_status(value.value)
    kinds = [kind.value for kind in StatusKind]
    known = {*kinds, *trace.settings.statuses, *trace.task_index.status_words}
    if word in known:
        return None
    guess = format_suggestion(find_similar_id(word, Series(known)))
    return QueryFault(value, f"no status '{value.value}'", guess or _list_values(kinds))


def _check_task(trace: Trace, value: Text) -> QueryFault | None:
    written = value.value
    if trace.task_index.find(written):
        return None
    return QueryFault(value, f"no task '{written}'", suggest_task(trace, written))


def _check_sort(_: Trace, value: Text) -> QueryFault | None:
    sign = "-" if value.value.startswith("-") else ""
    return _check_one_of([f"{sign}{column}" for column in COLUMNS], value, "no column")


def _check_limit(_: Trace, value: Text) -> QueryFault | None:
    if _LIMIT.fullmatch(value.value):
        return None
    return QueryFault(value, f"limit must be a positive whole number, found '{value.value}'")


_CHECKS: dict[str, Callable[[Trace, Text], QueryFault | None]] = {
    "phase": _check_phase,
    "status": _check_status,
    "owner": lambda trace, value: _check_one_of(
        set(trace.task_index.owners), value, "no task has the owner"
    ),
    "id": _check_task,
    "task": _check_task,
    "columns": lambda _, value: _check_one_of(COLUMNS, value, "no column"),
    "sort": _check_sort,
    "ready": lambda _, value: _check_one_of(READY, value, "no value of ready"),
    "gaps": lambda _, value: _check_one_of(GAPS, value, "no gap"),
    "state": lambda _, value: _check_one_of(STATES, value, "no state"),
    "limit": _check_limit,
}


def _check_one_of(known: Collection[str], value: Text, message: str) -> QueryFault | None:
    if value.value in known:
        return None
    return QueryFault(value, f"{message} '{value.value}'", _suggest(value.value, known))


def _suggest(word: str, known: Collection[str]) -> str | None:
    return format_suggestion(find_similar_id(word, Series(known))) or _list_values(known)


def _list_values(words: Collection[str]) -> str | None:
    """Format the possible values; sets are sorted, other collections keep their order."""
    named = [f'"{word}"' if re.search(r"[\s,]", word) else word for word in words if word]
    if isinstance(words, set):
        named.sort(key=id_order)
    return f"expected one of {join_words(named)}" if named else None
