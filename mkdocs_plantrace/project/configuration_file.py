"""Find the configuration of a site, as MkDocs and ProperDocs name it."""

import os
from pathlib import Path

CONFIGURATION_NAMES = ("properdocs.yml", "properdocs.yaml", "mkdocs.yml", "mkdocs.yaml")
"""In the order of ProperDocs, the only one that reads all of them."""


def find_configuration(folder: Path) -> Path | None:
    """Return the configuration in a folder or the nearest one above, relative to the folder."""
    for parent in (folder, *folder.parents):
        if found := find_configuration_in(parent):
            return Path(os.path.relpath(found, folder))
    return None


def find_configuration_in(folder: Path) -> Path | None:
    """Return the configuration in this folder; None if there is none."""
    paths = (folder / name for name in CONFIGURATION_NAMES)
    return next((path for path in paths if path.is_file()), None)
