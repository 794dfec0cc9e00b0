"""The command line edge: arguments in, text and an exit code out."""

from __future__ import annotations

import click

from mkdocs_plantrace import __version__
from mkdocs_plantrace.cli.baseline import baseline
from mkdocs_plantrace.cli.check import check
from mkdocs_plantrace.cli.errors import errors
from mkdocs_plantrace.cli.init import init
from mkdocs_plantrace.cli.look import explain, export, schema, show
from mkdocs_plantrace.cli.new import new
from mkdocs_plantrace.cli.promote import promote
from mkdocs_plantrace.cli.status import status


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="plantrace")
def main() -> None:
    """Check the record of tasks, plans and execution logs.

    All commands read the options of the plugin from mkdocs.yml, without building the site.

    \b
    Start with
      plantrace check              what is wrong, where, and what was probably meant
      plantrace errors TEXT        whether an error was met before, and what fixed it
      plantrace explain PT104      what a rule means, and how to mend what it finds
      plantrace baseline           leave today's problems for later, fail on new ones

    Exit codes: 0 nothing that fails, 1 problems that fail, 2 the command or its
    configuration is wrong.
    """  # noqa: D301 (the mark is click's: lines stay as they are)


for command in (init, new, status, check, errors, show, explain, export, promote, baseline, schema):
    main.add_command(command)
