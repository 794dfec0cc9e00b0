"""Known problems: those in the baseline, and entries of it that are fixed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from mkdocs_plantrace.checks.task_rules import NO_TASKS
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.parsing.baseline_file import Baseline, KnownProblem
from mkdocs_plantrace.parsing.metadata.metadata_rules import INVALID_YAML, OUTSIDE_ROOT
from mkdocs_plantrace.trace.trace import Trace

STALE_BASELINE = Rule(
    "PT012",
    "stale-baseline",
    Severity.WARNING,
    finds="a known problem in the baseline that is fixed",
    why="While the problem is in the baseline, it can come back without being reported.",
    language="json",
    example="""\
{"rule": "PT104", "task": "TSK-7", "path": "tasks/TSK-7/meta.yml", …}
""",
    fix="Run `plantrace baseline --prune`, which removes fixed problems and adds none.",
)

NEVER_KNOWN = (NO_TASKS, STALE_BASELINE)
"""Rules whose problems a baseline cannot contain: nothing was checked, and the baseline itself."""


def mark_known(baseline: Baseline, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Mark the problems in the baseline; of equal ones at most the count of the entry."""
    left = Counter({entry.fingerprint: entry.count for entry in baseline})
    for problem in problems:
        is_known = left[problem.fingerprint] > 0 and problem.rule not in NEVER_KNOWN
        left[problem.fingerprint] -= is_known
        yield replace(problem, baselined=True) if is_known else problem


def find_stale_entries(
    trace: Trace,
    baseline: Baseline,
    problems: Iterable[Problem],
    find_rule: Callable[[str], Rule | None],
) -> Iterator[Problem]:
    """Find PT012, at the entry. `find_rule` finds a rule by its code."""
    for entry, fixed in find_fixed_entries(trace, baseline, problems, find_rule):
        rule = find_rule(entry.rule)
        name = f"{entry.rule} {rule.name}" if rule else entry.rule
        times = f" ({fixed} of {entry.count})" if entry.count > 1 else ""
        yield create_problem(
            STALE_BASELINE,
            entry.location,
            f"{name} in '{entry.path}' is fixed{times}",
            hint="run 'plantrace baseline --prune'",
            task=entry.task,
            target=entry.fingerprint,
        )


def find_fixed_entries(
    trace: Trace,
    baseline: Baseline,
    problems: Iterable[Problem],
    find_rule: Callable[[str], Rule | None],
) -> Iterator[tuple[KnownProblem, int]]:
    """Find entries with a higher count than problems, and the difference.

    `problems` are marked. Problems that may be in a file that cannot be read do not count as fixed.
    """
    marked = tuple(problems)
    known = Counter(problem.fingerprint for problem in marked if problem.baselined)
    unread = {p.location.path for p in marked if p.rule in (INVALID_YAML, OUTSIDE_ROOT)}
    unread.update(trace.unreadable)
    for entry in baseline:
        fixed = entry.count - known[entry.fingerprint]
        rule = find_rule(entry.rule)
        is_on = rule is None or trace.settings.resolve_severity(rule, Severity.WARNING) is not None
        is_lost = entry.task is not None and entry.task not in trace.task_index.by_id
        is_hidden = not trace.tasks or entry.path in unread or (bool(unread) and is_lost)
        if fixed > 0 and is_on and not is_hidden:
            yield entry, fixed
