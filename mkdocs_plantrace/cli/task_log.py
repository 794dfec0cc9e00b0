"""The log of a task as the commands edit it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mkdocs_plantrace.checks.project_check import read_task
from mkdocs_plantrace.cli.arguments import require_task
from mkdocs_plantrace.cli.console import UnknownNameError
from mkdocs_plantrace.cli.folder_lock import lock_folder
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.editing.edits import Edit, apply_edits, read_bytes, remove_left_files
from mkdocs_plantrace.editing.entry_writer import NewEntry, append_entry
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.project.layout_files import match_sources
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.path_patterns import fill_groups


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLog:
    """The path of a log, and a trace of the files of its task.

    `sections` are the only sections of the file that are a log, if it is not a whole file.
    """

    root: Path
    path: str
    sections: tuple[str, ...]
    trace: Trace

    @property
    def format(self) -> tuple[Mapping[str, str], tuple[str, ...]]:
        """How the log is read: labels and sections."""
        return self.trace.settings.log_fields, self.sections

    @contextmanager
    def lock(self) -> Iterator[bytes]:
        """Yield the content, and keep other processes from editing the log."""
        with lock_folder((self.root / self.path).parent):
            yield read_bytes(self.root, self.path)

    def add(self, entry: NewEntry) -> int:
        """Add an entry and return its line. Raises UnwritableFileError."""
        with self.lock() as before:
            edit, line = append_entry(self.path, before, entry, *self.format)
            self.apply(edit)
        return line

    def apply(self, edit: Edit) -> None:
        """Change the log, whose lock is held. Raises UnwritableFileError."""
        remove_left_files(self.trace.resolver.tree)
        apply_edits(self.root, [edit])


def require_log(config_file: Path | None, task_id: str) -> TaskLog:
    """Read the files of a task and return its log. Raises one of COMMAND_ERRORS."""
    project, trace = read_task(config_file, task_id)
    return open_log(project.place.root, trace, require_task(trace, task_id))


def open_log(root: Path, trace: Trace, task: Task) -> TaskLog:
    """Return the log of a task. Raises UnknownNameError."""
    document = trace.document_index.find_log(task)
    if document is None:
        path = task.log.value if task.log else ""
        if reason := trace.unreadable.get(path):
            raise UnknownNameError(f"the log '{path}' of task '{task.id}' {reason}")
        where = f": no file '{path}'" if task.log else f" in '{task.path}'"
        expected = _describe_expected(trace.settings, task)
        raise UnknownNameError(f"task '{task.id}' has no log{where}{expected}")
    return TaskLog(root=root, path=document.path, sections=task.log_sections, trace=trace)


def _describe_expected(settings: Settings, task: Task) -> str:
    """Return where another layout than the default keeps the log, for the end of a message."""
    source = match_sources(settings, [task.path]).get(task.path)
    if source is None:
        return ""
    filled = (fill_groups(place, source.groups) for place in source.layout.log)
    places = " or ".join(f"'{place}'" for place in filled if place)
    where = f"expects it at {places}" if places else "has none"
    return f"; the layout '{source.layout.name}' {where}"


def get_date() -> str:
    """Return today's date in the local time zone, as ISO 8601."""
    return datetime.now(tz=UTC).astimezone().date().isoformat()
