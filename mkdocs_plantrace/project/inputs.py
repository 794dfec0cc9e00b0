"""What a build reads besides the pages of the site, to notice when it changes."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.project.cache import find_states
from mkdocs_plantrace.project.layout_files import (
    find_published_folders,
    find_task_folders,
    match_published,
    match_sources,
)
from mkdocs_plantrace.project.loader import find_sources
from mkdocs_plantrace.project.workspace import Workspace, walk_project


@dataclass(frozen=True, slots=True)
class InputState:
    """The paths of metadata files and records, and the states of files, all root-relative."""

    sources: frozenset[str]
    files: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Inputs:
    """The metadata files, the files of the options, and other `paths` that a build read."""

    settings: Settings
    place: Workspace
    paths: frozenset[str] = frozenset()

    def find_state(self) -> InputState:
        """Look at all files; those of the options may be new."""
        settings, root = self.settings, self.place.root
        folders = [*find_task_folders(settings), *find_published_folders(settings)]
        tree = walk_project(settings, self.place, folders)
        states = find_states(root, {*self.paths, *find_option_files(settings, root)})
        return InputState(find_input_paths(settings, tree.files), states)


def find_input_paths(settings: Settings, paths: Iterable[str]) -> frozenset[str]:
    """The files of tasks and the records outside docs_dir, of which new ones are noticed."""
    return frozenset((*find_sources(settings, paths), *match_published(settings, paths)))


def find_files_beside(settings: Settings, paths: Iterable[str]) -> frozenset[str]:
    """The files from which tasks are read besides their own, existing or not."""
    sources = match_sources(settings, paths).values()
    return frozenset(path for source in sources for path in source.read_beside)


def find_option_files(settings: Settings, root: Path) -> Iterator[str]:
    """The files that options name, and all below the folder of the templates."""
    yield from filter(None, (settings.baseline, settings.schema, settings.signatures))
    if settings.templates is not None:
        yield settings.templates
        for folder, _, names in os.walk(root / settings.templates):
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), root)
