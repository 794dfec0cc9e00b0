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


config_file = click.option(
    "-f",
    "--config-file",
    type=click.Path(path_type=Path),
    default=find_default_configuration,
    show_default=False,
    metavar="FILE",
    help="The configuration of the site. Without this option, it is the mkdocs.yml or "
    "properdocs.yml in the current folder or the nearest folder above.",
)
dry_run = click.option(
    "--dry-run", is_flag=True, help="Show the changes as a diff, and write nothing."
)
output_file = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write to FILE instead of the terminal.",
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
