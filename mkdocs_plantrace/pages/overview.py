"""What a team lead looks for first: what is blocked, under way, or completed without evidence."""

from collections.abc import Callable

from mkdocs_plantrace.model import StatusKind, Task
from mkdocs_plantrace.pages.proofs import ProofsByTask
from mkdocs_plantrace.pages.task_rows import Rows, is_open
from mkdocs_plantrace.pages.view import View
from mkdocs_plantrace.trace import Trace

_MOST = 10
_MOST_REASONS = 4


def first_tasks(trace: Trace, proofs: ProofsByTask, rows: Rows, url: str) -> dict[str, View]:
    """The lists of the overview by name, each cut short; at `url` stand all tasks."""

    def waiting(task: Task) -> View:
        waits = trace.tasks_by_id(trace.dependencies.get(task.id, ()))
        still_open = [other for other in waits if is_open(other)]
        return View(
            row=rows.row(task),
            waits_for=rows.of(still_open[:_MOST_REASONS]),
            more=max(0, len(still_open) - _MOST_REASONS),
        )

    def first(tasks: list[Task], line: Callable[[Task], object], query: str) -> View:
        lines = [line(task) for task in tasks[:_MOST]]
        more = len(tasks) - len(lines)
        return View(lines=lines, total=len(tasks), more=more, url=f"{url}?{query}")

    def of_kind(kind: StatusKind) -> list[Task]:
        return [task for task in trace.tasks if task.status.kind is kind and not task.archived]

    unproven = [t for t in of_kind(StatusKind.COMPLETED) if proofs.of(t).standing == "none"]
    return {
        "blocked": first(of_kind(StatusKind.BLOCKED), waiting, "status=blocked"),
        "active": first(of_kind(StatusKind.ACTIVE), rows.row, "status=active"),
        "unproven": first(unproven, rows.row, "status=completed&evidence=none"),
    }
