"""The plans and logs that faulty metadata was most probably meant to name."""

from collections.abc import Iterator, Mapping

from mkdocs_plantrace import rules
from mkdocs_plantrace.checks.suggestions import similar_path
from mkdocs_plantrace.model import DocumentKind
from mkdocs_plantrace.order import group
from mkdocs_plantrace.trace import Trace, is_under_way

BROKEN = {"plan": rules.BROKEN_PLAN_LINK, "log": rules.BROKEN_LOG_LINK}
MISSING = {"plan": rules.MISSING_PLAN, "log": rules.MISSING_LOG}
_KINDS = {"plan": DocumentKind.PLAN, "log": DocumentKind.LOG}


def unclaimed(trace: Trace, field: str) -> Mapping[str, str]:
    """By its id, the plan or log that names a task while no task names it, if there is one only."""
    found = group(
        (task, document.path)
        for document in trace.documents.values()
        if document.kind is _KINDS[field] and document.path not in trace.claimed_documents
        for task in document.scan.named
    )
    return {task: paths[0] for task, paths in found.items() if len(paths) == 1}


def meant_documents(trace: Trace) -> frozenset[str]:
    """The documents that hints name: the fault of the metadata is reported already."""
    return frozenset([*_behind_broken_paths(trace), *_behind_missing_fields(trace)])


def _behind_broken_paths(trace: Trace) -> Iterator[str]:
    for reference in trace.path_references:
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
