"""Plans and logs of tasks, and suggestions for missing and broken ones."""

from collections.abc import Iterator, Mapping

from mkdocs_plantrace.checks.hints import find_similar_path
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.trace.trace import Trace, is_under_way
from mkdocs_plantrace.utils.order import group_values

MISSING_PLAN = Rule(
    "PT101",
    "missing-plan",
    Severity.ERROR,
    finds="an active or completed task without an implementation plan",
    why="Without a plan there is no agreed scope, and later nobody knows what was intended.",
    language="yaml",
    example="""\
task_id: TSK-7
status: in_progress
""",
    fix="""\
Write the plan and set `implementation_plan` to its path. Several tasks may share one plan.""",
)
MISSING_LOG = Rule(
    "PT102",
    "missing-log",
    Severity.ERROR,
    finds="an active or completed task without an execution log",
    why="""\
Without a log, nobody can find out later what was done, which errors occurred and what fixed \
them.""",
    language="yaml",
    example="""\
task_id: TSK-7
status: completed
implementation_plan: docs/plans/TSK-7/PLAN.md
""",
    fix="Write a log and set `implementation_log` to its path. Several tasks may share one log.",
)
BROKEN_PLAN_LINK = Rule(
    "PT103",
    "broken-plan-link",
    Severity.ERROR,
    finds="an `implementation_plan` that is not the path of a file",
    why="The plan was moved, renamed or never committed: readers of the task cannot reach it.",
    language="yaml",
    example="""\
implementation_plan: docs/plans/phase0/TSK-7_rotate_key/PLAN.md
""",
    fix="Correct the path; the hint suggests the file. Paths are case-sensitive on every system.",
)
BROKEN_LOG_LINK = Rule(
    "PT104",
    "broken-log-link",
    Severity.ERROR,
    finds="an `implementation_log` that is not the path of a file",
    why="""\
The log was moved, renamed or never committed: what fixed the errors of this task cannot be \
found.""",
    language="yaml",
    example="""\
implementation_log: docs/plans/phase0/TSK-7_rotate_key/EXEC_LOG.md
""",
    fix="Correct the path; the hint suggests the file. Paths are case-sensitive on every system.",
)

BROKEN = {"plan": BROKEN_PLAN_LINK, "log": BROKEN_LOG_LINK}
MISSING = {"plan": MISSING_PLAN, "log": MISSING_LOG}
_KINDS = {"plan": DocumentKind.PLAN, "log": DocumentKind.LOG}


def find_unclaimed(trace: Trace, field: str) -> Mapping[str, str]:
    """Map ids of tasks to the only unclaimed plan or log that mentions them."""
    found = group_values(
        (task, document.path)
        for document in trace.documents.values()
        if document.kind is _KINDS[field]
        and document.path not in trace.document_index.claimed_paths
        for task in document.scan.named
    )
    return {task: paths[0] for task, paths in found.items() if len(paths) == 1}


def find_suggested_documents(trace: Trace) -> frozenset[str]:
    """Find the documents in hints of other problems."""
    return frozenset([*_for_broken_paths(trace), *_for_missing_fields(trace)])


def _for_broken_paths(trace: Trace) -> Iterator[str]:
    for reference in trace.links.path_references:
        rule = BROKEN.get(reference.field)
        if rule and reference.resolved.fault and not reference.task.archived:
            path = reference.resolved.path or reference.text.value
            if trace.settings.severity_of(rule) and (guess := find_similar_path(trace, path)):
                yield guess


def _for_missing_fields(trace: Trace) -> Iterator[str]:
    for field, rule in MISSING.items():
        if trace.settings.severity_of(rule) is None:
            continue
        candidates = find_unclaimed(trace, field)
        for task in trace.tasks:
            if is_under_way(task) and task.lacks(field) and task.id in candidates:
                yield candidates[task.id]
