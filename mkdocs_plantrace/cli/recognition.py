"""The configuration for commands that only read, which may be a recognized layout alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mkdocs_plantrace.checks.project_check import require_configuration
from mkdocs_plantrace.cli.console import print_message
from mkdocs_plantrace.config.layouts import load_preset
from mkdocs_plantrace.parsing.mkdocs_yml import (
    SiteConfiguration,
    make_site_configuration,
    read_site_configuration,
)
from mkdocs_plantrace.project.project_markers import (
    CONFIGURATION_NAMES,
    find_layout_root,
    find_used_layouts,
)
from mkdocs_plantrace.utils.paths import make_relative


def open_site(config_file: Path | None, layouts: Sequence[str] = ()) -> SiteConfiguration:
    """Read the configuration, with these layouts instead of its own.

    Without a configuration, it is the one that `plantrace init` would write for these layouts or
    for those that are recognized, which are then reported. Raises UnusableConfigurationError.
    """
    if config_file:
        site = read_site_configuration(config_file, needs_plugin=not layouts)
        return replace(site, options=_set_layouts(site.options, layouts)) if layouts else site
    here = Path.cwd()
    if layouts:
        return _make_site(find_layout_root(here, layouts) or here, layouts)
    recognized = recognize_site(here)
    if recognized is None:
        hint = "; 'plantrace check --layout NAME' needs none"
        return read_site_configuration(require_configuration(None, hint))
    site, description = recognized
    print_message(f"no configuration; recognized {description}")
    return site


def recognize_site(folder: Path) -> tuple[SiteConfiguration, str] | None:
    """Return the configuration and the description of the layouts of a folder, if it has any."""
    root = find_layout_root(folder)
    if root is None:
        return None
    found = find_used_layouts(root)
    return _make_site(root, found), describe_layouts(found, root, folder)


def describe_layouts(names: Sequence[str], root: Path, folder: Path | None = None) -> str:
    """Name layouts, and their root if it is not `folder`, by default the current one."""
    folder = folder or Path.cwd()
    titles = {name: load_preset(name).title for name in names}
    shown = " and ".join(
        f"'{name}'" if title == name else f"'{name}' ({title})" for name, title in titles.items()
    )
    where = "" if root == folder else f" in '{make_relative(root, folder)}'"
    return f"the layout{'s' if len(names) > 1 else ''} {shown}{where}"


def _make_site(root: Path, layouts: Sequence[str]) -> SiteConfiguration:
    options = _set_layouts({}, layouts)
    return make_site_configuration(
        root / CONFIGURATION_NAMES[0], {"plugins": [{"plantrace": options}]}
    )


def _set_layouts(options: Mapping[str, object], layouts: Sequence[str]) -> dict[str, object]:
    return {**options, "layouts": list(dict.fromkeys(layouts))}
