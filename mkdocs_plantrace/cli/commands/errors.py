"""`plantrace errors`: search past errors and their fixes."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from mkdocs_plantrace.checks.project_check import ProjectFiles, find_files, read_trace
from mkdocs_plantrace.cli.console import (
    FAILED,
    colorize,
    exit_with_error,
    print_message,
    print_text,
)
from mkdocs_plantrace.cli.options import config_file, format_option
from mkdocs_plantrace.cli.recognition import open_site
from mkdocs_plantrace.reports import search_results as reports
from mkdocs_plantrace.trace.search.answers import (
    Answer,
    list_errors,
    search_store,
    search_trace,
    store_of,
)
from mkdocs_plantrace.trace.trace import Trace

_MAX_BYTES = 16 * 1024 * 1024


@click.command(short_help="Search past errors and their fixes.")
@config_file
@format_option("text", "json")
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    metavar="N",
    help="Show at most N matches.",
)
@click.argument("text", nargs=-1)
def errors(config_file: Path | None, form: str, limit: int, text: tuple[str, ...]) -> None:
    """Find TEXT in logs, plans, troubleshooting pages and decision records.

    The best match comes first.

    TEXT can be a few words, a signature or a whole output; `-` reads it from standard input:

    \b
      plantrace errors connection refused
      make test 2>&1 | plantrace errors -

    A match shows the labelled cause and fix, or else the lines that match. Without TEXT, the
    labelled errors are listed, most frequent first. The exit code is 1 if nothing matches.
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
    is_piped = text == ("-",)
    words = _read_input() if is_piped else " ".join(text)
    if text and not is_piped and not words.strip():
        exit_with_error("no text to search for")
    files = find_files(open_site(config_file))
    if text:
        found = search_project(files, words, limit, lambda: read_trace(files, for_search=True))
    else:
        found = list_errors(read_trace(files), limit)
    if form == "json":
        print_text(reports.render_json(found))
    else:
        print_text(reports.render(found, colorize), is_colored=True)
        if not found:
            print_message("no matches" if text else "no labelled errors")
    if not found:
        sys.exit(FAILED)


def _read_input() -> str:
    """Read standard input; of a very long one only the end, where the error is."""
    if sys.stdin is None:  # closed, as cron can start it
        return ""
    return sys.stdin.buffer.read()[-_MAX_BYTES:].decode("utf-8", errors="replace")


def search_project(
    files: ProjectFiles, text: str, limit: int, read: Callable[[], Trace]
) -> tuple[Answer, ...]:
    """Search the cached index if no file has changed, or else the trace that `read` returns."""
    store = store_of(files.tree, replace(files.site, path=files.site.path.resolve()))
    found = search_store(store, text, limit)
    return search_trace(read(), store, text, limit) if found is None else found
