"""Plans and logs to which no task refers."""

from collections.abc import Iterator

from mkdocs_plantrace.checks.task_path_rules import find_suggested_documents
from mkdocs_plantrace.model.document import Document, DocumentKind
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule, Severity
from mkdocs_plantrace.trace.trace import Trace

ORPHAN_PLAN = Rule(
    "PT112",
    "orphan-plan",
    Severity.WARNING,
    finds="a plan to which no task refers",
    why="Either its task lacks the link, or the plan was abandoned and misleads readers.",
    language="yaml",
    example="""\
# docs/plans/phase0/TSK-7_old/PLAN.md exists, but is in no metadata file
""",
    fix="Set the `implementation_plan` of its task to this path, or delete the plan.",
)
ORPHAN_LOG = Rule(
    "PT113",
    "orphan-log",
    Severity.WARNING,
    finds="a log to which no task refers",
    why="Either its task lacks the link, or readers can find the log only by chance.",
    language="yaml",
    example="""\
# docs/plans/phase0/TSK-7_old/EXEC_LOG.md exists, but is in no metadata file
""",
    fix="Set the `implementation_log` of its task to this path, or delete the log.",
)

_RULES = {
    DocumentKind.PLAN: (ORPHAN_PLAN, "plan"),
    DocumentKind.LOG: (ORPHAN_LOG, "log"),
}


def find_orphans(trace: Trace) -> Iterator[Problem]:
    """Find PT112 and PT113, at the start of the page."""
    orphans = [
        document
        for document in trace.documents.values()
        if document.kind in _RULES
        and document.path not in trace.document_index.claimed_paths
        and document.path not in trace.missing_words
    ]
    suggested = find_suggested_documents(trace) if orphans else frozenset()
    for document in orphans:
        if document.path in suggested:
            continue
        rule, field = _RULES[document.kind]
        yield create_problem(
            rule,
            Location(path=document.path),
            f"no task refers to this {document.kind.value}",
            hint=_hint(trace, document, field),
            target=document.path,
        )


def _hint(trace: Trace, document: Document, field: str) -> str | None:
    """Suggest the first task that the page mentions and that has no such page."""
    for mention in document.scan.mentions:
        task = trace.task_index.by_id.get(mention.value)
        if task and task.lacks(field):
            key = trace.settings.key_of(field, task.layout)
            return f"it mentions '{task.id}', which has no {key} ({task.path})"
    return None
