"""The options that several commands have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

DEFAULT_CONFIGURATION = Path("mkdocs.yml")

config_file = click.option(
    "-f",
    "--config-file",
    type=click.Path(path_type=Path),
    default=DEFAULT_CONFIGURATION,
    show_default=True,
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
