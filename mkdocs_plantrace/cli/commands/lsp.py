"""`plantrace lsp`: serve the record to editors."""

from pathlib import Path

import click

from mkdocs_plantrace.cli.console import exit_with_error
from mkdocs_plantrace.cli.options import file_option


@click.command(short_help="Serve the record to editors (Language Server Protocol).")
@file_option(
    *("-f", "--config-file"),
    text="The configuration of the site. Without this option, it is the mkdocs.yml or "
    "properdocs.yml in the folder that is open in the editor, or the nearest folder above.",
)
def lsp(config_file: Path | None) -> None:
    """Serve the record to editors, over standard input and output.

    The server speaks the Language Server Protocol. An editor shows the problems while you type,
    completes ids and paths, opens the file of an id or a path, and applies hints. The server
    writes nothing.

    The editor starts this command. It needs an extra:

    \b
      pip install 'mkdocs-plantrace[lsp]'
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
    try:
        from mkdocs_plantrace.cli.servers.lsp_server import make_server  # noqa: PLC0415 (an extra)
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith(("pygls", "lsprotocol")):
            raise
        exit_with_error("this command needs an extra: pip install 'mkdocs-plantrace[lsp]'")
    make_server(config_file).start_io()
