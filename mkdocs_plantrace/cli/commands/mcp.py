"""`plantrace mcp`: serve the record to coding agents."""

from pathlib import Path

import click

from mkdocs_plantrace.cli.console import exit_with_error
from mkdocs_plantrace.cli.options import config_file


@click.command(short_help="Serve the record to coding agents (Model Context Protocol).")
@config_file
@click.option("--allow-writing", is_flag=True, help="Also offer a tool that adds log entries.")
def mcp(config_file: Path | None, *, allow_writing: bool) -> None:
    """Serve the record to coding agents, over standard input and output.

    The server speaks the Model Context Protocol. An agent can ask for past errors and their fixes,
    for what it should know before it starts a task, for the tasks that can be started, and for a
    check. Paths are relative to the root of the project. Without --allow-writing, the server
    writes nothing.

    The client of the agent starts this command. It needs an extra:

    \b
      pip install 'mkdocs-plantrace[mcp]'
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
    try:
        from mkdocs_plantrace.cli.servers.mcp_server import make_server  # noqa: PLC0415 (an extra)
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("mcp"):
            raise
        exit_with_error("this command needs an extra: pip install 'mkdocs-plantrace[mcp]'")
    make_server(config_file, allow_writing=allow_writing).run()
