"""What agents can ask of the record, as text.

The docstrings and descriptions of the tools are what an agent reads.
"""

from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import Field

from mkdocs_plantrace.checks.live_project import CheckedProject, LiveProject
from mkdocs_plantrace.cli.arguments import check_filter, require_task
from mkdocs_plantrace.cli.commands.errors import search_project
from mkdocs_plantrace.cli.console import UnknownNameError
from mkdocs_plantrace.cli.recognition import open_site
from mkdocs_plantrace.cli.task_log import get_date, open_log
from mkdocs_plantrace.editing.entry_writer import NewEntry
from mkdocs_plantrace.model.document import Document
from mkdocs_plantrace.project.project import make_line_reader
from mkdocs_plantrace.reports import search_results, task_card, text_report
from mkdocs_plantrace.reports.check_report import report_on_paths
from mkdocs_plantrace.reports.task_list import READY_COLUMNS, list_ready, render_text
from mkdocs_plantrace.trace.list_selection import TaskFilter
from mkdocs_plantrace.utils.order import id_order

_MOST_PROBLEMS = 30

TaskId: TypeAlias = Annotated[str, Field(description="The id of a task, such as TSK-7.")]
_Limit: TypeAlias = Annotated[int, Field(ge=1, le=100, description="The most results.")]


class AgentTools:
    """The tools; each raises one of COMMAND_ERRORS or UnreadableFileError."""

    def __init__(self, config_file: Path | None) -> None:
        self._live = LiveProject(lambda: open_site(config_file))

    def find_error(
        self,
        text: Annotated[
            str, Field(description="A whole output, an error message, or a few words.")
        ],
        limit: _Limit = 3,
    ) -> str:
        """Find similar past errors in logs, plans, troubleshooting pages and decision records.

        Each match has its place, and the recorded cause, fix and outcome, or else the lines that
        match. The best match comes first.
        """
        checked = self._live.read()
        trace = checked.result.trace
        found = search_project(checked.files, text, limit, lambda: trace)
        return (
            search_results.render(found)
            or "no matches; try the message alone, or a few words of it"
        )

    def before_you_start(self, task: TaskId) -> str:
        """Show what to know before you work on a task.

        Its plan and log, what to read first, its open dependencies, its own errors,
        and errors of other tasks that touched the same files, with their fixes.
        """
        result = self._live.read().result
        return task_card.describe_start(result, require_task(result.trace, task))

    def next_tasks(
        self,
        phase: Annotated[str | None, Field(description="Only tasks of this phase.")] = None,
        owner: Annotated[str | None, Field(description="Only tasks of this owner.")] = None,
        limit: _Limit = 10,
    ) -> str:
        """List the planned tasks that can be started now.

        Tasks that unblock the most other tasks come first.
        """
        trace = self._live.read().result.trace
        phases, owners = (() if it is None else (it,) for it in (phase, owner))
        chosen = TaskFilter(phases=phases, owners=owners)
        check_filter(trace, chosen)
        rows = list_ready(trace, chosen)
        more = f"and {len(rows) - limit} more\n" if len(rows) > limit else ""
        return f"{render_text(rows[:limit], READY_COLUMNS)}{more}" or "no task can be started now"

    def show(self, task: TaskId) -> str:
        """Show a task and everything linked to it.

        Status, documents, dependencies in both directions, errors with fixes, pages that mention
        it, and its problems.
        """
        result = self._live.read().result
        return task_card.describe(result, require_task(result.trace, task))

    def check(
        self,
        paths: Annotated[
            list[str] | None, Field(description="Report only on these files and folders.")
        ] = None,
    ) -> str:
        """Check the record for broken links, missing plans and logs, and other problems.

        Each problem has its place, the line, and a hint where there is one. Errors fail the build.
        """
        checked = self._live.read()
        root = checked.project.place.root
        wanted = [root / path for path in paths or ()]
        report = report_on_paths(checked.result, root, wanted, strict=False)
        new = report.new()
        lines = make_line_reader(checked.project)
        shown = [text_report.format_problem(problem, lines) for problem in new[:_MOST_PROBLEMS]]
        if len(new) > _MOST_PROBLEMS:
            shown.append(f"and {len(new) - _MOST_PROBLEMS} more; limit the report by paths")
        return "\n".join([*shown, text_report.format_summary(report)])

    def log_error(
        self,
        task: TaskId,
        error: Annotated[str, Field(min_length=1, description="What failed, as it was seen.")],
        cause: Annotated[str | None, Field(description="Why it failed.")] = None,
        fix: Annotated[str | None, Field(description="What was changed.")] = None,
        outcome: Annotated[str | None, Field(description="How it ended.")] = None,
    ) -> str:
        """Add an entry to the execution log of a task: an error and what fixed it.

        Nothing else in the log changes.
        """
        checked = self._live.read()
        trace = checked.result.trace
        log = open_log(checked.project.place.root, trace, require_task(trace, task))
        entry = NewEntry(date=get_date(), error=error, cause=cause, fix=fix, outcome=outcome)
        return f"log entry added: {log.path}:{log.add(entry)}"

    def read_plan(self, task: str) -> str:
        checked = self._live.read()
        index = checked.result.trace.document_index
        return _read_page(checked, index.find_plan(require_task(checked.result.trace, task)))

    def read_log(self, task: str) -> str:
        checked = self._live.read()
        index = checked.result.trace.document_index
        return _read_page(checked, index.find_log(require_task(checked.result.trace, task)))

    def read_document(self, path: str) -> str:
        checked = self._live.read()
        return _read_page(checked, checked.result.trace.documents.get(path))

    def find_ids(self, start: str) -> list[str]:
        """Return the ids of tasks that start with a text."""
        ids = self._live.read().result.trace.task_index.by_id
        return sorted(filter(lambda name: name.startswith(start), ids), key=id_order)


def _read_page(checked: CheckedProject, document: Document | None) -> str:
    """Return the text of a page. Raises UnknownNameError."""
    if document is None:
        raise UnknownNameError("the record has no such document")
    return checked.project.read_page(document.path)
