"""Which layouts a folder uses, by the markers of the presets."""

from collections.abc import Iterable
from pathlib import Path

from mkdocs_plantrace.config.layouts import PRESETS, load_preset
from mkdocs_plantrace.utils.paths import find_repository


def find_used_layouts(folder: Path, names: Iterable[str] = PRESETS) -> tuple[str, ...]:
    """Return the presets that have a marker in a folder, the default first."""
    return tuple(name for name in names if _has_marker(folder, load_preset(name).marker))


def _has_marker(folder: Path, markers: Iterable[str]) -> bool:
    return any(next(folder.glob(marker), None) is not None for marker in markers)


def find_layout_root(folder: Path, names: Iterable[str] = PRESETS) -> Path | None:
    """Return the nearest folder that uses one of the presets.

    It is the folder itself, or one above it in the same Git repository.
    """
    top = find_repository(folder) or folder
    above = (one for one in (folder, *folder.parents) if one == top or top in one.parents)
    return next((one for one in above if find_used_layouts(one, names)), None)
