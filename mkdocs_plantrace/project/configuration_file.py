"""Find the configuration of a site, as MkDocs and ProperDocs name it."""

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

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
    """Return the configuration in this folder; None if there is none."""
    paths = (folder / name for name in CONFIGURATION_NAMES)
    return next((path for path in paths if os.path.isfile(path)), None)


def find_configurations_below(folder: Path) -> Iterator[Path]:
    """Yield the configurations one or two levels below a folder, relative to it."""
    for path in chain(sorted(folder.glob("*")), sorted(folder.glob("*/*"))):
        parts = path.relative_to(folder).parts
        is_own = not any(part.startswith(_NOT_SEARCHED) for part in parts)
        if is_own and (found := find_configuration_in(path)):
            yield found.relative_to(folder)
