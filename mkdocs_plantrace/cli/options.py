"""What every command needs, and nothing that is slow to load."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

UNUSABLE = 2
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


def refuse(message: str) -> NoReturn:
    """End the command: it, or its configuration, is wrong."""
    for line in message.splitlines():
        click.echo(f"plantrace: {line}", err=True)
    sys.exit(UNUSABLE)
