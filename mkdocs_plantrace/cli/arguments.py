"""Find the task, status or rule of an argument, or end the command."""

from mkdocs_plantrace.checks.catalogue import CATALOGUE, find_rule
from mkdocs_plantrace.checks.hints import find_similar_id
from mkdocs_plantrace.cli.console import exit_with_error
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.rule import Rule
from mkdocs_plantrace.model.task import StatusKind, Task
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.did_you_mean import Series


def require_task(trace: Trace, task_id: str) -> Task:
    task = trace.task_index.by_id.get(task_id)
    if task is None:
        hint = suggest(find_similar_id(task_id, trace.task_index.id_series))
        if len(trace.resolver.sources) > len(trace.tasks):
            hint += "; some metadata cannot be read, see 'plantrace check'"
        exit_with_error(f"no task '{task_id}'{hint}")
    return task


def require_status(settings: Settings, status: str) -> StatusKind:
    """Return the kind of a status word of the project."""
    kind = settings.statuses.get(normalize_status(status))
    if kind is None:
        hint = suggest(Series(settings.statuses).most_similar(normalize_status(status)))
        known = ", ".join(settings.statuses)
        exit_with_error(f"no status '{status}'{hint}\nthe statuses are {known}")
    return kind


def require_rule(name: str) -> Rule:
    """Return the rule of a code or a name."""
    rule = find_rule(name)
    if rule is None:
        names = Series([word for rule in CATALOGUE for word in (rule.code, rule.name)])
        if hint := suggest(names.most_similar(name)):
            exit_with_error(f"no rule '{name}'{hint}")
        rules = "".join(f"\n  {rule.code} {rule.name}" for rule in CATALOGUE)
        exit_with_error(f"no rule '{name}'; the rules are{rules}")
    return rule


def suggest(name: str | None) -> str:
    """Return the end of a message with a similar name, if there is one."""
    return f"; did you mean '{name}'?" if name else ""
