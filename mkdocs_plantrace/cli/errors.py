"""The command that finds an error again, and what fixed it."""

import sys
from pathlib import Path

import click

from mkdocs_plantrace.cli.options import config_file, refuse
from mkdocs_plantrace.cli.runtime import FAILED, open_files, paint, read_trace, say, wants_color
from mkdocs_plantrace.reports import search_results as reports
from mkdocs_plantrace.reports.text_report import plain
from mkdocs_plantrace.trace.search_answers import (
    Answer,
    list_errors,
    search_store,
    search_trace,
    store_of,
)

_MOST_BYTES = 16 * 1024 * 1024


@click.command(short_help="Past errors most like a text, and what fixed them.")
@config_file
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    metavar="N",
    help="Show at most N matches.",
)
@click.argument("text", nargs=-1)
def errors(config_file: Path, form: str, limit: int, text: tuple[str, ...]) -> None:
    """Find TEXT in logs, plans, troubleshooting pages and decision records, best match first.

    TEXT may be a few words, a signature or a whole output; `-` reads it from standard input:

    \b
      plantrace errors connection refused
      make test 2>&1 | plantrace errors -

    A match shows the labelled cause and fix, or else the lines that match. Without TEXT the
    labelled errors are listed, most frequent first. The exit code is 1 when nothing matches.
    """  # noqa: D301 (the mark is click's: lines stay as they are)
    is_piped = text == ("-",)
    words = _read_input() if is_piped else " ".join(text)
    if text and not is_piped and not words.strip():
        refuse("there is no text to look for")
    found = (
        _search(config_file, words, limit)
        if text
        else list_errors(read_trace(open_files(config_file)), limit)
    )
    in_color = form == "text" and wants_color()
    if form == "json":
        say(reports.render_json(found))
    else:
        say(reports.render(found, paint if in_color else plain), in_color=in_color)
    if not found:
        if form == "text":
            what = "nothing in the record matches" if text else "no log labels an error"
            click.echo(f"plantrace: {what}", err=True)
        sys.exit(FAILED)


def _search(config_file: Path, words: str, limit: int) -> tuple[Answer, ...]:
    """What fits, from the index of an earlier run where no file has changed since."""
    files = open_files(config_file)
    store = store_of(files.tree, files.site)
    found = search_store(store, words, limit)
    if found is None:
        found = search_trace(read_trace(files, for_search=True), store, words, limit)
    return found


def _read_input() -> str:
    """Standard input; of a very long one the end, where the failure is."""
    if sys.stdin is None:  # closed, as cron may leave it
        return ""
    return sys.stdin.buffer.read()[-_MOST_BYTES:].decode("utf-8", errors="replace")
