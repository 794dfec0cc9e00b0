"""What shows that a folder is that of a project: its configuration, the markers of layouts."""

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from mkdocs_plantrace.config.layouts import PRESETS, load_preset
from mkdocs_plantrace.utils.paths import find_repository

CONFIGURATION_NAMES = ("mkdocs.yml", "mkdocs.yaml", "properdocs.yml", "properdocs.yaml")
"""MkDocs reads the first two; ProperDocs reads all, its own first."""
_NOT_SEARCHED = (".", "_", "node_modules", "venv")
"""How the names of hidden folders and of those with other people's files start."""


def find_configuration(folder: Path) -> Path | None:
    """Return the configuration in a folder or the nearest one above, relative to the folder."""
    for parent in (folder, *folder.parents):
        if found := find_configuration_in(parent):
            return Path(os.path.relpath(found, folder))
    return None


def find_configuration_in(folder: Path) -> Path | None:
    paths = (folder / name for name in CONFIGURATION_NAMES)
    return next((path for path in paths if os.path.isfile(path)), None)


def find_configurations_below(folder: Path) -> Iterator[Path]:
    """Yield the configurations one or two levels below a folder, relative to it."""
    for path in chain(sorted(folder.glob("*")), sorted(folder.glob("*/*"))):
        parts = path.relative_to(folder).parts
        is_own = not any(part.startswith(_NOT_SEARCHED) for part in parts)
        if is_own and (found := find_configuration_in(path)):
            yield found.relative_to(folder)


def find_used_layouts(folder: Path, names: Iterable[str] = PRESETS) -> tuple[str, ...]:
    """Return the presets that have a marker in a folder, the default first."""

    def has_marker(name: str) -> bool:
        return any(path for marker in load_preset(name).marker for path in folder.glob(marker))

    return tuple(filter(has_marker, names))


def find_layout_root(folder: Path, names: Iterable[str] = PRESETS) -> Path | None:
    """Return the nearest folder, in the same repository, that uses one of the presets."""
    top = find_repository(folder) or folder
    above = (one for one in (folder, *folder.parents) if one == top or top in one.parents)
    return next((one for one in above if find_used_layouts(one, names)), None)
