"""The command that answers whether an error was met before, and what fixed it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mkdocs_plantrace.cli.common import (
    FAILED,
    paint,
    run_or_refuse,
    say,
    wants_color,
)
from mkdocs_plantrace.cli.options import config_file, refuse
from mkdocs_plantrace.lookup import Match, find, sightings
from mkdocs_plantrace.reports import matches as reports
from mkdocs_plantrace.reports.text import plain

_MOST_BYTES = 16 * 1024 * 1024
_CHUNK = 1024 * 1024


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
    """Show past errors most like TEXT, best first, with cause, fix and where they were met.

    TEXT may be a signature, a few words or a whole output; `-` reads it from standard input:

    \b
      plantrace errors connection refused
      make test 2>&1 | plantrace errors -

    Without TEXT all errors are listed, most often met first. The exit code is 1 when nothing
    matches.
    """  # noqa: D301 (the mark is click's: lines stay as they are)
    is_piped = text == ("-",)
    words = _read_input() if is_piped else " ".join(text)
    if text and not is_piped and not words.strip():
        refuse("there is no text to look for")
    _, result = run_or_refuse(config_file)
    known = result.trace.errors
    if text:
        found = find(known, words, limit)
    else:
        found = tuple(
            Match(score=float(sighting.error.count), sighting=sighting)
            for sighting in sightings(known)[:limit]
        )
    if form == "json":
        say(reports.render_json(found))
    elif found:
        in_color = wants_color()
        say(reports.render(found, paint if in_color else plain), in_color=in_color)
    else:
        _say_nothing_found(len(known))
    if not found:
        sys.exit(FAILED)


def _say_nothing_found(known: int) -> None:
    what = "no log tells of an error" if not known else f"none of {known} known errors is like it"
    click.echo(f"plantrace: {what}", err=True)


def _read_input() -> str:
    """Standard input; of a very long one the end, where the failure is."""
    if sys.stdin is None:  # closed, as cron may leave it
        return ""
    kept = b""
    while chunk := sys.stdin.buffer.read(_CHUNK):
        kept = (kept + chunk)[-_MOST_BYTES:]
    return kept.decode("utf-8", errors="replace")
