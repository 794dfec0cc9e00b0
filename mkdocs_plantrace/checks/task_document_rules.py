"""The plans and logs that faulty metadata was most probably meant to name."""

from collections.abc import Iterator, Mapping

from mkdocs_plantrace.checks.hints import similar_path
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.trace.trace import Trace, is_under_way
from mkdocs_plantrace.utils.order import group

MISSING_PLAN = Rule(
    "PT101",
    "missing-plan",
    Severity.ERROR,
    finds="an active or completed task that names no implementation plan",
    why="""\
Work that began without a plan has no agreed scope, and nobody can later tell what was meant.""",
    language="yaml",
    example="""\
task_id: TSK-7
status: in_progress
""",
    fix="""\
Write the plan and name it in `implementation_plan`. Tasks of a group may share one plan.""",
)
MISSING_LOG = Rule(
    "PT102",
    "missing-log",
    Severity.ERROR,
    finds="an active or completed task that names no execution log",
    why="""\
What was done, and which errors were met and mended, is lost with the memory of whoever did it.""",
    language="yaml",
    example="""\
task_id: TSK-7
status: completed
implementation_plan: docs/plans/TSK-7/PLAN.md
""",
    fix="Keep a log and name it in `implementation_log`. Tasks of a group may share one log.",
)
BROKEN_PLAN_LINK = Rule(
    "PT103",
    "broken-plan-link",
    Severity.ERROR,
    finds="an `implementation_plan` that names no file",
    why="The plan was moved, renamed or never committed: readers of the task cannot reach it.",
    language="yaml",
    example="""\
implementation_plan: docs/plans/phase0/TSK-7_rotate_key/PLAN.md
""",
    fix="""\
Correct the path; the hint names the file that was probably meant. Upper and lower case count on \
every system.""",
)
BROKEN_LOG_LINK = Rule(
    "PT104",
    "broken-log-link",
    Severity.ERROR,
    finds="an `implementation_log` that names no file",
    why="""\
The log was moved, renamed or never committed: what fixed the errors of this task cannot be \
found.""",
    language="yaml",
    example="""\
implementation_log: docs/plans/phase0/TSK-7_rotate_key/EXEC_LOG.md
""",
    fix="""\
Correct the path; the hint names the file that was probably meant. Upper and lower case count on \
every system.""",
)

BROKEN = {"plan": BROKEN_PLAN_LINK, "log": BROKEN_LOG_LINK}
MISSING = {"plan": MISSING_PLAN, "log": MISSING_LOG}
_KINDS = {"plan": DocumentKind.PLAN, "log": DocumentKind.LOG}


def unclaimed(trace: Trace, field: str) -> Mapping[str, str]:
    """By its id, the plan or log that names a task while no task names it, if there is one only."""
    found = group(
        (task, document.path)
        for document in trace.documents.values()
        if document.kind is _KINDS[field]
        and document.path not in trace.document_index.claimed_paths
        for task in document.scan.named
    )
    return {task: paths[0] for task, paths in found.items() if len(paths) == 1}


def meant_documents(trace: Trace) -> frozenset[str]:
    """The documents that hints name: the fault of the metadata is reported already."""
    return frozenset([*_behind_broken_paths(trace), *_behind_missing_fields(trace)])


def _behind_broken_paths(trace: Trace) -> Iterator[str]:
    for reference in trace.links.path_references:
        rule = BROKEN.get(reference.field)
        if rule and reference.resolved.fault and not reference.task.archived:
            path = reference.resolved.path or reference.text.value
            if trace.settings.severity_of(rule) and (guess := similar_path(trace, path)):
                yield guess


def _behind_missing_fields(trace: Trace) -> Iterator[str]:
    for field, rule in MISSING.items():
        if trace.settings.severity_of(rule) is None:
            continue
        candidates = unclaimed(trace, field)
        for task in trace.tasks:
            if is_under_way(task) and task.lacks(field) and task.id in candidates:
                yield candidates[task.id]
