"""`plantrace promote`: drafts the curated page of an error."""

import os
from pathlib import Path

import click

from mkdocs_plantrace.checks.hints import similar_id
from mkdocs_plantrace.cli.options import config_file, refuse
from mkdocs_plantrace.cli.runtime import run_or_refuse, say
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, create_file
from mkdocs_plantrace.editing.promotion import draft_page
from mkdocs_plantrace.project.file_tree import is_inside
from mkdocs_plantrace.project.project import Project
from mkdocs_plantrace.reports.text_report import count, visible
from mkdocs_plantrace.trace.error_groups import RecordedError, telling_line
from mkdocs_plantrace.trace.error_lookup import ShortNames, find_called
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.near_names import Series

_MOST_LISTED = 8
_LONGEST_LINE = 70


@click.command(short_help="Draft a troubleshooting page from the entries of an error.")
@config_file
@click.option("--dry-run", is_flag=True, help="Print the page, and write nothing.")
@click.argument("signature")
def promote(config_file: Path, signature: str, *, dry_run: bool) -> None:
    """Draft a troubleshooting page from the log entries of an error.

    SIGNATURE is the signature of the error or an alias, its text, or the first words of it.
    The page goes to the first folder of the option 'troubleshooting', or to the path that the
    registry names. A file that is there is never changed.

    \b
    Examples:
      plantrace promote DB.DEADLOCK
      plantrace promote deadlock-detected --dry-run
    """  # noqa: D301 (the mark is click's: lines stay as they are)
    project, result = run_or_refuse(config_file)
    error = _find(result.trace, signature)
    if error.page:
        refuse(f"'{error.key}' has its page already: '{error.page}'")
    name, text = draft_page(result.trace, error)
    path = _free_place(project, name)
    if dry_run:
        say(text)
        return
    create_file(path, text.encode("utf-8", "backslashreplace"))
    entries = "1 entry" if error.count == 1 else f"{error.count} entries"
    of_tasks = f" of {count(len(error.tasks), 'task')}" if error.tasks else ""
    say(f"'{name}' drafted from {entries}{of_tasks}\n")


def _find(trace: Trace, name: str) -> RecordedError:
    found = find_called(trace.errors.all, trace.signatures, name)
    if not found:
        refuse(_unknown(trace, name))
    if len(found) > 1:
        lines = [f"'{name}' may be any of {len(found)} errors:"]
        names = ShortNames(trace.errors.all)
        for error in found[:_MOST_LISTED]:
            words = telling_line(error.error, _LONGEST_LINE)
            lines.append(visible(f"  {names.of(error)}  {words}"))
        lines += ["  …"] if len(found) > _MOST_LISTED else []
        refuse("\n".join(lines))
    return found[0]


def _unknown(trace: Trace, name: str) -> str:
    if name in trace.signatures:
        return f"no log entry tells of '{name}'"
    told = {error.key for error in trace.errors.all}
    short = ShortNames(trace.errors.all)
    names = Series([short.of(error) for error in trace.errors.all])
    aliases = Series([alias for alias, known in trace.signatures.items() if known.name in told])
    close = similar_id(name, names) or aliases.most_similar(name)
    hint = f"; did you mean '{close}'?" if close else ""
    return f"no log entry tells of an error '{name}'{hint}"


def _free_place(project: Project, name: str) -> Path:
    """The file to write. Raises UnwritableFileError if it is there, or lies outside docs_dir."""
    docs_dir = project.place.root / project.place.docs_dir
    path = project.place.root / name
    if os.path.lexists(path) or name.casefold() in project.tree.by_folded_path:
        raise UnwritableFileError(f"'{name}' is there already; it is not replaced")
    if not is_inside(os.path.realpath(path), os.path.realpath(docs_dir)):
        raise UnwritableFileError(f"'{name}' leads out of docs_dir by a symbolic link")
    return path
