"""The file of a task in a layout, and the places beside it."""

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from mkdocs_plantrace.config.layouts import Layout
from mkdocs_plantrace.utils.globs import PathPattern, fill_groups
from mkdocs_plantrace.utils.paths import MARKDOWN_SUFFIXES


class TaskFiles(Protocol):
    """The files of a project, by root-relative paths."""

    def has_file(self, path: str) -> bool: ...

    def below(self, folder: str) -> Iterable[str]: ...

    def read_text(self, path: str, *, limit: int) -> str:
        """Return the text of a file; raises UnreadableFileError, as `text_file.read_text`."""


@dataclass(frozen=True, slots=True)
class LayoutSource:
    """The file of a task, and the groups that a pattern finds in its path."""

    layout: Layout
    path: str
    groups: Mapping[str, str]
    pattern: PathPattern

    @property
    def is_markdown(self) -> bool:
        return self.path.lower().endswith(MARKDOWN_SUFFIXES)

    def resolve(self, place: str) -> tuple[str, str]:
        """Return the root-relative path and the section of a place; '' for the whole file.

        The path is '' if that of the task lacks a group.
        """
        path, _, section = place.partition("#")
        filled = fill_groups(path, self.groups)
        if not path or not filled:
            return "" if path else self.path, section
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), filled)), section

    def fill_value(self, field: str) -> str | None:
        """The value of a field by the path."""
        named = fill_groups(f"{{{field}}}", self.groups)
        templates = self.layout.values.get(field, ())
        filled = (fill_groups(template, self.groups) for template in templates)
        return next(filter(None, filled), named)

    def is_of_other_task(self, path: str) -> bool:
        """Whether a file is that of another task, perhaps in the same folder."""
        found = ((pattern.match(path), pattern) for pattern in self.layout.tasks)
        own = self.fill_value("id")
        return any(
            groups is not None
            and LayoutSource(self.layout, path, groups, pattern).fill_value("id") != own
            for groups, pattern in found
        )

    @property
    def read_beside(self) -> list[str]:
        """The other files from which the task is read, existing or not."""
        paths = {self.resolve(place)[0] for place in self.layout.plan}
        paths.update(self.status_beside)
        paths.update(place.partition("#")[0] for place in self.layout.status_words)
        return sorted(paths - {self.path, ""})

    @property
    def status_beside(self) -> list[str]:
        """The other files from which the status may be read, existing or not."""
        places = (*self.layout.boxes, *self.layout.log)
        paths = {self.resolve(place)[0] for place in places}
        return sorted({*paths, *self.layout.status_files} - {self.path, ""})
