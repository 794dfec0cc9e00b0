"""Plans and logs of tasks, and suggestions for missing and broken ones."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from mkdocs_plantrace.checks.hints import find_similar_path
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.model.task import Task
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
    fix="Correct the path. A hint names an existing file. Paths are case-sensitive everywhere.",
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
    fix="Correct the path. A hint names an existing file. Paths are case-sensitive everywhere.",
)

BROKEN = {"plan": BROKEN_PLAN_LINK, "log": BROKEN_LOG_LINK}
MISSING = {"plan": MISSING_PLAN, "log": MISSING_LOG}
_KINDS = {"plan": DocumentKind.PLAN, "log": DocumentKind.LOG}


def find_unclaimed(trace: Trace, field: str) -> Mapping[str, str]:
    """Map ids of tasks to the only unclaimed plan or log that mentions them or is beside them."""
    unclaimed = [
        document
        for document in trace.documents.values()
        if document.kind is _KINDS[field]
        and document.path not in trace.document_index.claimed_paths
    ]
    naming = group_values(
        (id_, document.path) for document in unclaimed for id_ in document.scan.named
    )
    silent = {document.path for document in unclaimed if not document.scan.named}
    beside = _find_beside(trace, silent)
    return {**{id_: paths[0] for id_, paths in naming.items() if len(paths) == 1}, **beside}


def _find_beside(trace: Trace, paths: Iterable[str]) -> Mapping[str, str]:
    """Map ids of tasks to the only one of these files in a folder that no other task uses."""
    by_folder = group_values((posixpath.dirname(path), path) for path in paths)
    users = group_values(
        (posixpath.dirname(path), task.id)
        for task in trace.tasks
        for path in _list_own_files(trace, task)
    )
    return {
        users[folder][0]: found[0]
        for folder, found in by_folder.items()
        if len(found) == 1 and len(set(users.get(folder, ()))) == 1
    }


def _list_own_files(trace: Trace, task: Task) -> Iterator[str]:
    index = trace.document_index
    documents = (index.find_plan(task), index.find_log(task))
    yield task.path
    yield from (document.path for document in documents if document)


def find_suggested_documents(trace: Trace) -> frozenset[str]:
    """Find the documents in hints of other problems."""
    return frozenset([*_for_broken_paths(trace), *_for_missing_fields(trace)])


def _for_broken_paths(trace: Trace) -> Iterator[str]:
    for reference in trace.links.path_references:
        rule = BROKEN.get(reference.field)
        if rule and reference.resolved.fault and not reference.task.archived:
            path = reference.resolved.path or reference.text.value
            if trace.settings.is_on(rule) and (guess := find_similar_path(trace, path)):
                yield guess


def _for_missing_fields(trace: Trace) -> Iterator[str]:
    for field, rule in MISSING.items():
        if not trace.settings.is_on(rule):
            continue
        candidates = find_unclaimed(trace, field)
        for task in trace.tasks:
            if is_under_way(task) and task.lacks(field) and task.id in candidates:
                yield candidates[task.id]
