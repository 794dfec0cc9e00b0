"""`plantrace export`: print the whole trace as JSON."""

from pathlib import Path

import click

from mkdocs_plantrace.checks.project_check import find_files, read_trace
from mkdocs_plantrace.cli.console import print_or_write
from mkdocs_plantrace.cli.options import config_file, output_file
from mkdocs_plantrace.cli.recognition import open_site
from mkdocs_plantrace.reports import trace_json


@click.command()
@config_file
@output_file
def export(config_file: Path | None, output: Path | None) -> None:
    """Print all tasks, documents, links, log entries and errors as JSON, for scripts."""
    print_or_write(trace_json.render(read_trace(find_files(open_site(config_file)))), output)
