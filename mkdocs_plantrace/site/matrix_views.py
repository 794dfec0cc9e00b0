"""The traceability matrix: what each task has, and what it lacks by the rules."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from mkdocs_plantrace.checks.error_rules import RECURRING_ERROR
from mkdocs_plantrace.checks.link_rules import BROKEN_DOCUMENT_LINK
from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.checks.plan_rules import BROKEN, MISSING
from mkdocs_plantrace.checks.status_rules import (
    FAILING_EVIDENCE,
    INVALID_EVIDENCE,
    MISSING_EVIDENCE,
)
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.link import LinkKind, NodeKind
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Rule
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.parsing.metadata.metadata_rules import OUTSIDE_ROOT
from mkdocs_plantrace.site.page_views import Views, sort_by_kind
from mkdocs_plantrace.site.task_rows import needs_evidence
from mkdocs_plantrace.site.view import Anchor, Links, View
from mkdocs_plantrace.trace.evidence_index import EvidenceIndex
from mkdocs_plantrace.trace.link_index import PathReference
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import group_values

COLUMNS = {
    "plan": "Plan",
    "log": "Log",
    "evidence": "Evidence",
    "troubleshooting": "Troubleshooting",
    "decision": "Decisions",
}
"""The columns with their labels."""
_PAGES = {
    "troubleshooting": (DocumentKind.TROUBLESHOOTING, LinkKind.TROUBLESHOOTING),
    "decision": (DocumentKind.DECISION, LinkKind.DECISION),
}
_FIELDS = {"decision": "decisions"}
"""The fields of the metadata that have another name than their column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What a task has in a column: a link, or the `number` of files, of evidence of `total`.

    Its `state` is document, present or pages, or that of a gap: missing, broken, failing or none.
    `url` is None without a page.
    """

    state: str
    url: str | None = None
    number: int = 0
    total: int = 0
    title: str = ""
    is_gap: bool = False


Cells: TypeAlias = Mapping[str, Cell | None]
"""The cells of a task by their columns; None for what is not required."""


class MatrixViews:
    """Gaps are problems of the check, known ones included, and completed tasks without evidence."""

    def __init__(self, result: Result, links: Links, views: Views) -> None:
        self._result = result
        self._trace = result.trace
        self._links = links
        self._views = views
        self._evidence = EvidenceIndex(result.trace)

    def view_matrix(self, tasks: Iterable[Task]) -> View:
        """View tasks, active ones first, with the columns in which any of them has something."""
        ordered = sort_by_kind(tasks)
        cells = [self._cells[task.path] for task in ordered]
        columns = [self._view_column(key, cells) for key in COLUMNS if any(it[key] for it in cells)]
        table = self._views.view_table(ordered)
        return View(
            table=table,
            columns=columns,
            choices=[(it.key, it.label) for it in columns],
            gaps=[(it.key, it.label) for it in columns if it.gaps],
            rows=[_view_row(table, *pair) for pair in zip(table.rows, cells, strict=True)],
        )

    def _view_column(self, key: str, cells: Iterable[Cells]) -> View:
        found = [cell.is_gap for it in cells if (cell := it[key])]
        return View(
            key=key,
            label=self._trace.settings.language.text(COLUMNS[key]),
            total=found.count(False),
            gaps=found.count(True),
        )

    def count_gaps(self) -> int:
        """Count the tasks with a gap."""
        return sum(map(bool, map(_find_gaps, self._cells.values())))

    def has_gap(self, task: Task, columns: Collection[str]) -> bool:
        """Whether a task has a gap in one of the columns; `any` is each of them."""
        gaps = _find_gaps(self._cells[task.path])
        return any(gap in columns for gap in gaps) or bool(gaps and "any" in columns)

    @cached_property
    def _cells(self) -> Mapping[str, Cells]:
        return {task.path: self._view_cells(task) for task in self._trace.tasks}

    def _view_cells(self, task: Task) -> Cells:
        found = {
            "plan": self._view_record(task, "plan", self._views.link_plan(task)),
            "log": self._view_record(task, "log", self._views.link_log(task)),
            "evidence": self._view_evidence(task),
            **{key: self._view_pages(task, key) for key in _PAGES},
        }
        broken = {key: self._gap(task, "broken") for key in found if self._is_broken(task, key)}
        return {**found, **broken}

    def _view_record(self, task: Task, key: str, document: Anchor | None) -> Cell | None:
        if (MISSING[key], task.id) in self._problems_of_tasks:
            return self._gap(task, "missing")
        is_there = any(not it.resolved.fault for it in self._paths.get((task.path, key), ()))
        return Cell(state="document", url=document.url if document else None) if is_there else None

    def _view_evidence(self, task: Task) -> Cell | None:
        missing, failing = (self._bad_evidence[task.path, it] for it in ("missing", "failing"))
        if not task.evidence and needs_evidence(task) and self._uses_evidence:
            return Cell(state="none", is_gap=True)
        total, there = len(task.evidence), self._evidence.find_proofs(task).there
        url = f"{self._links.link_task(task).url}#evidence"
        if failing:
            return Cell(state="failing", url=url, is_gap=True)
        if missing:
            return Cell(state="missing", url=url, number=missing, total=total, is_gap=True)
        return Cell(state="present", url=url, number=there, total=total) if there else None

    def _view_pages(self, task: Task, key: str) -> Cell | None:
        if key == "troubleshooting" and self._has_recurring_error(task):
            return self._gap(task, "missing", "#errors")
        pages = self._pages[key].get(task.id, ())
        if not pages:
            return None
        first, *others = map(self._links.link_document, pages)
        url = self._links.link_task(task).url if others else first.url
        titles = ", ".join(self._trace.documents[path].title for path in pages)
        return Cell(state="pages", url=url, number=len(pages), title=titles)

    def _gap(self, task: Task, state: str, anchor: str = "#problems") -> Cell:
        return Cell(state=state, url=f"{self._links.link_task(task).url}{anchor}", is_gap=True)

    def _is_broken(self, task: Task, key: str) -> bool:
        paths = self._paths.get((task.path, _FIELDS.get(key, key)), ())
        is_misread = key in task.misread and not task.archived
        return is_misread or any(it.text.location in self._broken_places for it in paths)

    def _has_recurring_error(self, task: Task) -> bool:
        errors = self._trace.errors.by_task.get(task.id, ())
        return not task.archived and any(error.key in self._recurring for error in errors)

    @cached_property
    def _paths(self) -> Mapping[tuple[str, str], tuple[PathReference, ...]]:
        paths = self._trace.links.path_references
        return group_values(((it.task.path, it.field), it) for it in paths)

    @cached_property
    def _pages(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """For each column the paths of the pages that belong to each id of a task."""
        return {key: group_values(sorted(set(_find_pages(self._trace, key)))) for key in _PAGES}

    @cached_property
    def _uses_evidence(self) -> bool:
        return any(task.evidence for task in self._trace.tasks)

    @cached_property
    def _problems_of_tasks(self) -> frozenset[tuple[Rule, str | None]]:
        return frozenset(
            (it.rule, it.task) for it in _find_problems(self._result, *MISSING.values())
        )

    @cached_property
    def _broken_places(self) -> frozenset[Location]:
        rules = (*BROKEN.values(), BROKEN_DOCUMENT_LINK, OUTSIDE_ROOT)
        return frozenset(it.location for it in _find_problems(self._result, *rules))

    @cached_property
    def _bad_evidence(self) -> Mapping[tuple[str, str], int]:
        """How many problems the evidence in a metadata file has, missing or failing."""
        found = _find_problems(self._result, MISSING_EVIDENCE, INVALID_EVIDENCE, FAILING_EVIDENCE)
        return Counter(
            (it.location.path, "missing" if it.rule is MISSING_EVIDENCE else "failing")
            for it in found
        )

    @cached_property
    def _recurring(self) -> frozenset[str]:
        """The keys of the recurring errors without a troubleshooting page."""
        return frozenset(it.target for it in _find_problems(self._result, RECURRING_ERROR))


def _view_row(table: View, row: View, cells: Cells) -> View:
    """View a row; phase and owners are the places of their options, counted from 1."""
    return View(
        task=row,
        cells=cells,
        gaps=_find_gaps(cells),
        owners=_find_places(table.owners, row.owners),
        phases=_find_places(table.phases, [row.phase.text]),
    )


def _find_places(options: Iterable[tuple[str, str]], chosen: Collection[str]) -> list[int]:
    return [place for place, (value, _) in enumerate(options, 1) if value in chosen]


def _find_pages(trace: Trace, key: str) -> Iterator[tuple[str, str]]:
    """Find the pages of a column, each with the id of a task to which it belongs."""
    kind, link_kind = _PAGES[key]
    for link in trace.links.all:
        if link.kind is link_kind and link.source.kind is NodeKind.TASK:
            yield link.source.key, link.target.key
    for document in trace.documents.values():
        if document.kind is kind:
            for task in trace.document_index.find_related_tasks(document):
                yield task.id, document.path
    for error in trace.errors.all if key == "troubleshooting" else ():
        if error.page:
            yield from ((task, error.page) for task in error.tasks)


def _find_problems(result: Result, *rules: Rule) -> Iterator[Problem]:
    return (problem for problem in result.problems if problem.rule in rules)


def _find_gaps(cells: Cells) -> list[str]:
    return [key for key, cell in cells.items() if cell and cell.is_gap]
