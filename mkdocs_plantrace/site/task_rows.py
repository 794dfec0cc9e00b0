"""Rows of tasks, for tables and lists."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.config.layouts import DEFAULT
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.site.view import Anchor, Links, View
from mkdocs_plantrace.trace.evidence_index import EvidenceIndex, Standing
from mkdocs_plantrace.trace.list_selection import KINDS, find_ready_tasks, kind_of
from mkdocs_plantrace.trace.timeline import Timeline
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import group_values, id_order

_ORDER = ("completed", "active", "blocked", "planned", "unknown")
"""The order of the shares in a bar of progress."""
_KINDS_AS_WRITTEN = {
    **{word: word for word in ("planned", "blocked", "completed", "dropped")},
    "in progress": "active",
}
_LEFT_OUT = ("dropped", "archived")
_GAPS = (Standing.NONE, Standing.INCOMPLETE)


class Rows:
    def __init__(self, result: Result, links: Links, timeline: Timeline) -> None:
        self._result = result
        self._links = links
        self._trace = result.trace
        self._timeline = timeline
        self._evidence = EvidenceIndex(result.trace)
        self._words = result.trace.settings.language

    @cached_property
    def _rows(self) -> dict[str, View]:
        return {task.path: self._view_row(task) for task in self._trace.tasks}

    def _view_row(self, task: Task) -> View:
        """View a task in one line; `group_values` is one of `KINDS`."""
        is_blocked = group_of(task) == "blocked"
        return View(
            id=task.id,
            title=task.title,
            url=self._links.link_task(task).url,
            status=self._name_status(task),
            kind=kind_of(task),
            group=group_of(task),
            owner=task.owner,
            owners=task.owners,
            owner_links=list(map(self._links.link_owner, task.owners)),
            boxes=self._view_boxes(task),
            phase=self._links.link_phase(task.phase),
            has_phase=task.layout == DEFAULT or bool(task.phase),
            document=self._link_file(task),
            has_log=self._trace.settings.has_log(task.layout),
            plan=self.link_plan(task),
            log=self.link_log(task),
            errors=len(self._trace.errors.by_task.get(task.id, ())),
            problems=sum(not it.baselined for it in self._result.by_task.get(task.id, ())),
            archived=task.archived,
            proof=(proof := self._evidence.find_proofs(task).standing).value,
            is_gap=proof in _GAPS and needs_evidence(task),
            dates=(dates := self._timeline.find_dates(task)),
            since=View(time=day, day=day)
            if is_blocked and (day := task.blocked_since)
            else dates.since,
            reason=task.blocked_reason if is_blocked else "",
            is_ready=task.path in self.ready,
        )

    @cached_property
    def ready(self) -> dict[str, Task]:
        """The tasks that can start by path, those first that most others depend on."""
        return {found.task.path: found.task for found in find_ready_tasks(self._trace)}

    def _name_status(self, task: Task) -> str:
        """The status as written, but the word for a kind in the language of the pages."""
        text = task.status.text.replace("_", " ")
        known = _KINDS_AS_WRITTEN.get(text) if text else "no status"
        return self._words.text(known) if known else text

    def _view_boxes(self, task: Task) -> View | None:
        """View the progress by boxes; None for a task that has none."""
        boxes = task.progress
        if boxes is None:
            return None
        is_read = boxes.path in self._trace.documents
        url = self._links.link_document(boxes.path).url if is_read else None
        return View(done=boxes.done, total=boxes.total, url=url)

    def _link_file(self, task: Task) -> Anchor | None:
        """Link the file of a task, if plan and log are sections of it."""
        layout = self._trace.settings.find_layout(task.layout)
        is_one = layout is not None and layout.is_in_one_file
        is_read = task.path in self._trace.documents
        return self._links.link_document(task.path) if is_one and is_read else None

    def count_all(self) -> View:
        return count_progress(self._rows.values())

    def view_rows(self, tasks: Iterable[Task]) -> list[View]:
        return [self._rows[task.path] for task in tasks]

    def view_table(self, tasks: Iterable[Task]) -> View:
        """View tasks in the given order, with the values of each filter and their labels."""
        rows = self.view_rows(tasks)
        used = {row.phase.text for row in rows}
        names = (phase.name for phase in self._trace.task_index.phases)
        phases = [
            text for text in (self._links.link_phase(it).text for it in names) if text in used
        ]
        owners = sorted({owner for row in rows for owner in row.owners}, key=id_order)
        proofs = {row.proof for row in rows}
        return View(
            rows=rows,
            statuses=list(self._list_statuses(rows)),
            phases=[(phase, phase) for phase in phases] if len(phases) > 1 else [],
            owners=[(owner, owner) for owner in owners],
            has_logs=any(row.has_log for row in rows),
            has_dates=any(row.dates.changed for row in rows),
            has_ready=any(row.is_ready for row in rows),
            proofs=[
                (it.value, self._words.text(it.value)) for it in Standing if it.value in proofs
            ],
        )

    def _list_statuses(self, rows: Iterable[View]) -> Iterator[tuple[str, str]]:
        """Yield each kind, and below it its words if it has several."""
        words = group_values((row.group, row.status) for row in rows)
        for kind in filter(words.__contains__, KINDS):
            yield kind, self._words.text(kind)
            own = sorted({*words[kind]})
            if len(own) > 1 and kind != "archived":
                yield from ((word, f"– {word}") for word in own if word != kind)

    def count_kinds(self) -> list[tuple[str, int]]:
        """Count the tasks of each kind, without zeros."""
        counted = Counter(map(group_of, self._trace.tasks))
        return [(kind, counted[kind]) for kind in KINDS if counted[kind]]

    def link_plan(self, task: Task) -> Anchor | None:
        plan = self._trace.document_index.find_plan(task)
        return self._links.link_document(plan.path) if plan else None

    def link_log(self, task: Task) -> Anchor | None:
        log = self._trace.document_index.find_log(task)
        return self._links.link_document(log.path) if log else None


def group_of(task: Task) -> str:
    return "archived" if task.archived else kind_of(task)


def needs_evidence(task: Task) -> bool:
    return task.is_completed and task.layout == DEFAULT


def count_progress(rows: Collection[View]) -> View:
    """Count tasks by kind, and their boxes.

    `total`, `percent` and the widths of the shares are without dropped and archived tasks, which
    `left_out` counts.
    """
    counted = Counter(row.group for row in rows)
    left_out = [(kind, counted[kind]) for kind in _LEFT_OUT if counted[kind]]
    total, done = len(rows) - sum(count for _, count in left_out), counted["completed"]
    shares = [
        View(kind=kind, count=counted[kind], percent=f"{100 * counted[kind] / total:.2f}")
        for kind in _ORDER
        if counted[kind]
    ]
    boxes = [row.boxes for row in rows if row.boxes and not row.archived]
    return View(
        shares=shares,
        left_out=left_out,
        done=done,
        total=total,
        percent=100 * done // total if total else 0,
        boxes_done=sum(it.done for it in boxes),
        boxes=sum(it.total for it in boxes),
    )
