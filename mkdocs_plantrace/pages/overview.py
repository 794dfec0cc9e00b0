"""What a team lead looks for first: what is blocked, under way, or completed without evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from mkdocs_plantrace.addresses import Addresses
from mkdocs_plantrace.model import StatusKind, Task
from mkdocs_plantrace.pages.proofs import ProofsByTask
from mkdocs_plantrace.pages.prose import Href
from mkdocs_plantrace.pages.task_rows import Rows, TaskRow, is_open
from mkdocs_plantrace.trace import Trace

_MOST = 10
_MOST_REASONS = 4

_Line = TypeVar("_Line")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTasks(Generic[_Line]):
    """The first of `total` tasks; `url` leads to all of them."""

    lines: tuple[_Line, ...]
    total: int
    url: str

    @property
    def more(self) -> int:
        """How many are left out."""
        return self.total - len(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTask:
    """A task, and the first open ones that it waits for; `more` are left out."""

    row: TaskRow
    waits_for: tuple[TaskRow, ...]
    more: int


class Overview:
    """Makes the lists of the overview: `href` gives URLs relative to it."""

    def __init__(
        self, trace: Trace, addresses: Addresses, proofs: ProofsByTask, rows: Rows, href: Href
    ) -> None:
        self._trace = trace
        self._proofs = proofs
        self._rows = rows
        self._tasks = [task for task in trace.tasks if not task.archived]
        self._all = href(addresses.tasks)

    def blocked(self) -> FirstTasks[WaitingTask]:
        """The blocked tasks, each with what it waits for."""
        return self._first(self._of_kind(StatusKind.BLOCKED), self._waiting, "status=blocked")

    def active(self) -> FirstTasks[TaskRow]:
        """The tasks under way."""
        return self._first(self._of_kind(StatusKind.ACTIVE), self._rows.row, "status=active")

    def unproven(self) -> FirstTasks[TaskRow]:
        """The completed tasks of whose evidence nothing is there."""
        tasks = [
            task
            for task in self._of_kind(StatusKind.COMPLETED)
            if self._proofs.of(task).standing == "none"
        ]
        return self._first(tasks, self._rows.row, "status=completed&evidence=none")

    def _of_kind(self, kind: StatusKind) -> list[Task]:
        return [task for task in self._tasks if task.status.kind is kind]

    def _first(
        self, tasks: Sequence[Task], line: Callable[[Task], _Line], query: str
    ) -> FirstTasks[_Line]:
        lines = tuple(line(task) for task in tasks[:_MOST])
        return FirstTasks(lines=lines, total=len(tasks), url=f"{self._all}?{query}")

    def _waiting(self, task: Task) -> WaitingTask:
        waits = self._trace.tasks_by_id(self._trace.dependencies.get(task.id, ()))
        still_open = [other for other in waits if is_open(other)]
        return WaitingTask(
            row=self._rows.row(task),
            waits_for=self._rows.of(still_open[:_MOST_REASONS]),
            more=max(0, len(still_open) - _MOST_REASONS),
        )
