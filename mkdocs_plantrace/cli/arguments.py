"""Find the task, status, rule, phase or owner of an argument."""

import difflib
import re
from collections.abc import Collection, Iterator, Sequence

from mkdocs_plantrace.checks.catalogue import CATALOGUE, find_rule
from mkdocs_plantrace.checks.hints import find_similar_id
from mkdocs_plantrace.cli.console import UnknownNameError
from mkdocs_plantrace.config.layouts import DEFAULT
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.rule import Rule
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.project.task_spellings import fold_id
from mkdocs_plantrace.trace.list_selection import TaskFilter
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.did_you_mean import Series, format_suggestion
from mkdocs_plantrace.utils.order import id_order

_MOST_SIMILAR = 4
_CUTOFF_OF_CODES = 0.8
"""Higher than for names, since all codes are similar."""
_SHORTEST_PART = 3
_WORD = re.compile(r"[^\W_]+")


def require_task(trace: Trace, task_id: str) -> Task:
    """Return the task of an id in any spelling, or abbreviated. Raises UnknownNameError."""
    task = trace.task_index.find(task_id) or _find_abbreviated(trace, task_id)
    if task is None:
        hint = suggest(find_similar_id(task_id, trace.task_index.id_series))
        if len(trace.resolver.sources) > len(trace.tasks):
            hint += "; some metadata cannot be read, see 'plantrace check'"
        raise UnknownNameError(f"no task '{task_id}'{hint}")
    return task


def _find_abbreviated(trace: Trace, task_id: str) -> Task | None:
    """Find the task of another layout whose id begins so, as no other id: `1.1` for `1-1-login`."""
    same: list[Task] = []
    begins: list[Task] = []
    for task in trace.task_index.by_id.values():
        given, words = (
            _WORD.findall(fold_id(trace.settings, an_id, task.layout).casefold())
            for an_id in (task_id, task.id)
        )
        if given and words[: len(given)] == given:
            (same if words == given else begins).append(task)
    found = same or begins
    return found[0] if len(found) == 1 and found[0].layout != DEFAULT else None


def require_status(settings: Settings, status: str) -> StatusKind:
    """Return the kind of a status word of the project. Raises UnknownNameError."""
    kind = settings.statuses.get(normalize_status(status))
    if kind is None:
        hint = suggest(Series(settings.statuses).most_similar(normalize_status(status)))
        known = ", ".join(settings.statuses)
        raise UnknownNameError(f"no status '{status}'{hint}\nthe statuses are {known}")
    return kind


def require_rule(name: str) -> Rule:
    """Return the rule of a code or a name. Raises UnknownNameError with similar ones."""
    rule = find_rule(name)
    if rule is None:
        similar = [f"\n  {rule.code} {rule.name}" for rule in _find_similar_rules(name)]
        hint = f"; did you mean one of these?{''.join(similar)}" if similar else ""
        raise UnknownNameError(f"no rule '{name}'{hint}\n'plantrace explain' lists all rules")
    return rule


def _find_similar_rules(name: str) -> Iterator[Rule]:
    """Yield the rules whose name contains the words or is similar, or whose code is similar."""
    word = "-".join(re.findall(r"[a-z0-9]+", name.casefold()))
    word = re.sub(r"^(?:pt)?-?(?=\d+$)", "pt", word)
    names, codes = zip(*((rule.name, rule.code.lower()) for rule in CATALOGUE), strict=True)
    near = {
        *difflib.get_close_matches(word, names, n=_MOST_SIMILAR),
        *difflib.get_close_matches(word, codes, n=_MOST_SIMILAR, cutoff=_CUTOFF_OF_CODES),
    }
    for rule in CATALOGUE:
        if not near.isdisjoint((rule.name, rule.code.lower())) or (
            len(word) >= _SHORTEST_PART and word in rule.name
        ):
            yield rule


def check_filter(trace: Trace, chosen: TaskFilter) -> None:
    """Raise UnknownNameError for a phase or an owner that no task has."""
    _check_names("phase", chosen.phases, [phase.name for phase in trace.task_index.phases])
    _check_names("owner", chosen.owners, sorted(trace.task_index.owners, key=id_order))


def _check_names(field: str, wanted: Collection[str], found: Sequence[str]) -> None:
    known = [*filter(None, found)]
    for name in filter(None, wanted) if found else ():
        if name not in known:
            hint = suggest(Series(known).most_similar(name))
            names = f"the {field}s are {', '.join(known)}" if known else "no task has one"
            raise UnknownNameError(f"no {field} '{name}'{hint}\n{names}")


def suggest(name: str | None) -> str:
    """Return the end of a message with a similar name, if there is one."""
    return f"; {format_suggestion(name)}" if name else ""
