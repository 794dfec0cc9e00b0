"""The pipeline from options and files to a trace and its problems."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from msgspec.structs import replace

from mkdocs_plantrace.checks.baseline_rules import find_stale_entries, mark_known
from mkdocs_plantrace.checks.catalogue import CHECKS, find_rule
from mkdocs_plantrace.checks.link_rules import BROKEN_DOCUMENT_LINK
from mkdocs_plantrace.checks.task_rules import DUPLICATE_TASK
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.parsing.baseline_file import Baseline
from mkdocs_plantrace.project.cache import Cache
from mkdocs_plantrace.project.loader import load_record
from mkdocs_plantrace.project.project import Project
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import group_values


@dataclass(frozen=True, kw_only=True)
class Result:
    """The trace and all problems, known ones included, sorted by path, line and code."""

    trace: Trace
    problems: tuple[Problem, ...]

    @cached_property
    def by_task(self) -> dict[str, tuple[Problem, ...]]:
        return group_values((problem.task or "", problem) for problem in self.problems)

    @cached_property
    def by_path(self) -> dict[str, tuple[Problem, ...]]:
        return group_values((problem.location.path, problem) for problem in self.problems)

    @property
    def record_count(self) -> int:
        kinds = (DocumentKind.PLAN, DocumentKind.LOG)
        return sum(document.kind in kinds for document in self.trace.documents.values())

    def reported_links(self, path: str) -> frozenset[str]:
        """Return the links on a page that PT108 reports, as in the file."""
        problems = self.by_path.get(path, ())
        return frozenset(p.target for p in problems if p.rule is BROKEN_DOCUMENT_LINK)

    def failing(self, *, strict: bool) -> bool:
        return any(
            (strict or problem.severity is Severity.ERROR) and not problem.baselined
            for problem in self.problems
        )


def run(settings: Settings, project: Project, cache: Cache | None = None) -> Result:
    """Read, connect and check a project; a `cache` makes further runs fast.

    Metadata, pages, plans and logs that cannot be read, or disappear meanwhile, become problems.
    Raises UnusableFileError for a schema that refers to another file.
    """
    record, found = load_record(settings, project, cache or Cache())
    return check_trace(Trace(**vars(record)), found, project.baseline)


def check_trace(trace: Trace, found: Iterable[Problem], baseline: Baseline) -> Result:
    """Run all checks; `found` are the problems of metadata and registry."""
    order = attrgetter("order")
    found = [*found, *(problem for check in CHECKS for problem in check(trace))]
    problems = sorted(_apply_severities(trace, found), key=order)
    if baseline:
        problems = list(mark_known(baseline, problems))
        stale = find_stale_entries(trace, baseline, problems, find_rule)
        problems = sorted([*problems, *_apply_severities(trace, stale)], key=order)
    return Result(trace=trace, problems=tuple(problems))


def _apply_severities(trace: Trace, found: Iterable[Problem]) -> Iterator[Problem]:
    """Apply the configured severities, and drop problems of archived tasks.

    A duplicate id of an archived task is a warning, because it also concerns the other task.
    """
    archived = {task.path for task in trace.tasks if task.archived}
    for problem in found:
        layout = trace.find_layout_name(problem.location.path, problem.task)
        severity = trace.settings.resolve_severity(problem.rule, problem.severity, layout)
        if severity and problem.location.path in archived:
            severity = Severity.WARNING if problem.rule is DUPLICATE_TASK else None
        if severity is not None:
            yield replace(problem, severity=severity)
