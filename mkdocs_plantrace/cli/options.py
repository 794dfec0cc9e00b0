"""The options that several commands have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from mkdocs_plantrace.project.configuration_file import find_configuration


def find_default_configuration() -> Path | None:
    return find_configuration(Path.cwd())


config_file = click.option(
    "-f",
    "--config-file",
    type=click.Path(path_type=Path),
    default=find_default_configuration,
    show_default="mkdocs.yml or properdocs.yml, here or in the nearest folder above",
    metavar="FILE",
    help="The configuration of the site.",
)
dry_run = click.option(
    "--dry-run", is_flag=True, help="Show what would be written, and write nothing."
)
output_file = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write to FILE.", metavar="FILE"
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
