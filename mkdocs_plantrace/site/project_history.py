"""The history of a project, for its pages."""

from mkdocs_plantrace.model.history import History
from mkdocs_plantrace.project.history_reader import read_history
from mkdocs_plantrace.project.project import Project
from mkdocs_plantrace.trace.trace import Trace


def read_project_history(project: Project, trace: Trace) -> History:
    """Raise NoHistoryError if there is none."""
    place, files = project.place, project.tree.files
    return read_history(trace.settings, place.root, place.docs_dir, files, trace.tasks)
