"""What every command needs."""

import sys
from pathlib import Path
from typing import NoReturn

import click

from mkdocs_plantrace.parsing.mkdocs_yml import UnusableConfigurationError
from mkdocs_plantrace.project.workspace import MisplacedError
from mkdocs_plantrace.utils.text_file import UnusableFileError

UNUSABLE = 2
UNUSABLE_INPUT = (UnusableConfigurationError, UnusableFileError, MisplacedError)
"""What is raised for a configuration that leads nowhere; the message is meant for people."""
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
        shown = "".join(char if char.isprintable() else "\ufffd" for char in line)
        click.echo(f"plantrace: {shown}", err=True)
    sys.exit(UNUSABLE)
