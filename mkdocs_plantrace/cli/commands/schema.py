"""`plantrace schema`: print the JSON Schema of the metadata or of the options."""

from pathlib import Path

import click

from mkdocs_plantrace.checks.project_check import read_settings_or_defaults
from mkdocs_plantrace.cli.console import print_or_write
from mkdocs_plantrace.cli.options import config_file, output_file
from mkdocs_plantrace.reports import metadata_schema, options_schema


@click.command()
@config_file
@output_file
@click.option(
    "--options",
    is_flag=True,
    help="Print the schema of the plugin's options in mkdocs.yml instead.",
)
def schema(config_file: Path | None, output: Path | None, *, options: bool) -> None:
    """Print the JSON Schema of the metadata files, for editors.

    It includes the keys and statuses that the options of the plugin declare. Without a
    configuration, it is the schema of the defaults. With --options, it is a schema of mkdocs.yml:
    it describes the options of plantrace, and allows everything else.
    """
    if options:
        print_or_write([options_schema.render()], output)
    else:
        print_or_write([metadata_schema.render(read_settings_or_defaults(config_file))], output)
