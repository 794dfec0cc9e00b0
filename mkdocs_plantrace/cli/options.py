"""The options that several commands have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from mkdocs_plantrace.cli.console import exit_with_error
from mkdocs_plantrace.project.project_markers import find_configuration


def find_default_configuration() -> Path | None:
    try:
        return find_configuration(Path.cwd())
    except FileNotFoundError:
        exit_with_error("the current folder does not exist any more")


def file_option(*names: str, text: str, **attributes: Any) -> Callable[[Any], Any]:
    """Make an option for the path of a file, with its help text."""
    file = click.Path(path_type=Path)
    return click.option(*names, type=file, metavar="FILE", help=text, **attributes)


config_file = file_option(
    *("-f", "--config-file"),
    text="The configuration of the site. Without this option, it is the mkdocs.yml or "
    "properdocs.yml in the current folder or the nearest folder above.",
    default=find_default_configuration,
    show_default=False,
)
output_file = file_option("-o", "--output", text="Write to FILE instead of the terminal.")
dry_run = click.option(
    "--dry-run", is_flag=True, help="Show the changes as a diff, and write nothing."
)


def format_option(*formats: str) -> Callable[[Any], Any]:
    """Make an option with these formats; the first one is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="Format of the output.",
    )
