"""Plans and logs of tasks: missing, broken, and those to which no task refers."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from mkdocs_plantrace.checks.hints import find_similar_path
from mkdocs_plantrace.model.document import Document
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.trace.trace import Trace, is_under_way
from mkdocs_plantrace.utils.did_you_mean import format_suggestion
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
    example="implementation_plan: docs/plans/phase0/TSK-7_rotate_key/PLAN.md\n",
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
    example="implementation_log: docs/plans/phase0/TSK-7_rotate_key/EXEC_LOG.md\n",
    fix="Correct the path. A hint names an existing file. Paths are case-sensitive everywhere.",
)
ORPHAN_PLAN = Rule(
    "PT112",
    "orphan-plan",
    Severity.WARNING,
    finds="a plan to which no task refers",
    why="Either its task lacks the link, or the plan was abandoned and misleads readers.",
    language="yaml",
    example="# docs/plans/phase0/TSK-7_old/PLAN.md exists, but is in no metadata file\n",
    fix="Set the `implementation_plan` of its task to this path, or delete the plan.",
)
ORPHAN_LOG = Rule(
    "PT113",
    "orphan-log",
    Severity.WARNING,
    finds="a log to which no task refers",
    why="Either its task lacks the link, or readers can find the log only by chance.",
    language="yaml",
    example="# docs/plans/phase0/TSK-7_old/EXEC_LOG.md exists, but is in no metadata file\n",
    fix="Set the `implementation_log` of its task to this path, or delete the log.",
)

BROKEN = {"plan": BROKEN_PLAN_LINK, "log": BROKEN_LOG_LINK}
MISSING = {"plan": MISSING_PLAN, "log": MISSING_LOG}
_ORPHANS = {"plan": ORPHAN_PLAN, "log": ORPHAN_LOG}


def find_missing_documents(trace: Trace) -> Iterator[Problem]:
    """Find PT101 and PT102, at the id of the task."""
    for field, rule in MISSING.items():
        candidates = _find_unclaimed(trace, field)
        for task in trace.tasks:
            if is_under_way(task) and task.lacks(field):
                key = trace.settings.key_of(field, task.layout)
                yield create_problem(
                    rule,
                    dict(task.empty_fields).get(key, task.id_location),
                    f"task '{task.id}' is {task.status.text} and has no {key}",
                    hint=format_suggestion(candidates.get(task.id)),
                    task=task.id,
                    target=key,
                )


def _find_unclaimed(trace: Trace, field: str) -> Mapping[str, str]:
    """Map ids of tasks to the only unclaimed plan or log that mentions them or is beside them."""
    unclaimed = [it for it in _list_unclaimed(trace) if it.kind.value == field]
    naming = group_values((id_, page.path) for page in unclaimed for id_ in page.scan.named)
    beside = _find_beside(trace, [page.path for page in unclaimed if not page.scan.named])
    return {**{id_: paths[0] for id_, paths in naming.items() if len(paths) == 1}, **beside}


def _list_unclaimed(trace: Trace) -> list[Document]:
    """The plans and logs that no task names."""
    claimed, pages = trace.document_index.claimed_paths, trace.documents.values()
    return [it for it in pages if it.kind.value in MISSING and it.path not in claimed]


def _find_beside(trace: Trace, paths: Iterable[str]) -> Mapping[str, str]:
    """Map ids of tasks to the only one of these files in a folder that no other task uses."""
    index = trace.document_index
    users: dict[str, set[str]] = {}
    for task in trace.tasks:
        documents = filter(None, (index.find_plan(task), index.find_log(task)))
        for path in (task.path, *(document.path for document in documents)):
            users.setdefault(posixpath.dirname(path), set()).add(task.id)
    return {
        next(iter(users[folder])): found[0]
        for folder, found in group_values((posixpath.dirname(it), it) for it in paths).items()
        if len(found) == 1 and len(users.get(folder, ())) == 1
    }


def find_orphans(trace: Trace) -> Iterator[Problem]:
    """Find PT112 and PT113, at the start of the page."""
    orphans = [it for it in _list_unclaimed(trace) if it.path not in trace.missing_words]
    suggested = {*_suggest_for_broken(trace), *_suggest_for_missing(trace)} if orphans else ()
    for document in orphans:
        if document.path not in suggested:
            kind, path = document.kind.value, document.path
            message, hint = f"no task refers to this {kind}", _suggest_task(trace, document)
            yield create_problem(
                _ORPHANS[kind], Location(path=path), message, hint=hint, target=path
            )


def _suggest_for_broken(trace: Trace) -> Iterator[str]:
    """The documents in hints for broken paths of plans and logs."""
    for reference in trace.links.path_references:
        rule = BROKEN.get(reference.field)
        if rule and reference.resolved.fault and not reference.task.archived:
            path = reference.resolved.path or reference.text.value
            if trace.settings.is_on(rule) and (guess := find_similar_path(trace, path)):
                yield guess


def _suggest_for_missing(trace: Trace) -> Iterator[str]:
    """The documents in hints for missing plans and logs."""
    for field, rule in MISSING.items():
        if trace.settings.is_on(rule):
            candidates = _find_unclaimed(trace, field)
            lacking = (it for it in trace.tasks if is_under_way(it) and it.lacks(field))
            yield from (candidates[task.id] for task in lacking if task.id in candidates)


def _suggest_task(trace: Trace, document: Document) -> str | None:
    """Suggest the first task that the page mentions and that has no such page."""
    field = document.kind.value
    for mention in document.scan.mentions:
        task = trace.task_index.by_id.get(mention.value)
        if task and task.lacks(field):
            key = trace.settings.key_of(field, task.layout)
            return f"it mentions '{task.id}', which has no {key} ({task.path})"
    return None
