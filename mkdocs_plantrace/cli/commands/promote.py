"""`plantrace promote`: draft the troubleshooting page of an error."""

import os
from pathlib import Path

import click

from mkdocs_plantrace.checks.hints import find_similar_id
from mkdocs_plantrace.checks.project_check import check_project
from mkdocs_plantrace.cli.arguments import suggest
from mkdocs_plantrace.cli.console import exit_with_error, print_text
from mkdocs_plantrace.cli.options import config_file, dry_run
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, existing_file_error
from mkdocs_plantrace.editing.edits import Edit, apply_edits, remove_left_files
from mkdocs_plantrace.editing.promotion import draft_page
from mkdocs_plantrace.project.file_tree import is_inside
from mkdocs_plantrace.project.project import Project
from mkdocs_plantrace.reports.text_report import count
from mkdocs_plantrace.trace.error_groups import RecordedError, summarize
from mkdocs_plantrace.trace.error_lookup import ShortNames, find_by_name
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.did_you_mean import Series, fold
from mkdocs_plantrace.utils.terminal import visible

_MAX_LISTED = 8
_MAX_LINE_LENGTH = 70


@click.command(short_help="Draft a troubleshooting page from the entries of an error.")
@config_file
@dry_run
@click.argument("signature")
def promote(config_file: Path | None, signature: str, *, dry_run: bool) -> None:
    """Draft a troubleshooting page from the log entries of an error.

    A troubleshooting page tells others how to fix an error that several tasks have seen.

    SIGNATURE is the signature of the error, an alias of it, or the start of the error's text.
    The page goes to the first folder of the option 'troubleshooting', or to the path in the
    registry. An existing file is never changed.

    \b
    Examples:
      plantrace promote DB.DEADLOCK
      plantrace promote deadlock-detected --dry-run
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
    project, result = check_project(config_file)
    if not dry_run:
        remove_left_files(project.tree)
    error = _find_error(result.trace, signature)
    if error.page:
        exit_with_error(f"'{error.key}' already has a page: '{error.page}'")
    name, text = draft_page(result.trace, error)
    _check_path(project, name)
    if dry_run:
        print_text(text)
        return
    content = text.encode("utf-8", "backslashreplace")
    apply_edits(project.place.root, [Edit(path=name, before=None, after=content)])
    entries = "1 entry" if error.count == 1 else f"{error.count} entries"
    of_tasks = f" of {count(len(error.tasks), 'task')}" if error.tasks else ""
    print_text(f"'{name}' drafted from {entries}{of_tasks}\n")


def _find_error(trace: Trace, name: str) -> RecordedError:
    found = find_by_name(trace.errors.all, trace.signatures, name)
    if not found:
        exit_with_error(_format_unknown(trace, name))
    if len(found) > 1:
        lines = [f"'{name}' matches {len(found)} errors:"]
        names = ShortNames(trace.errors.all)
        for error in found[:_MAX_LISTED]:
            words = summarize(error.error, _MAX_LINE_LENGTH)
            lines.append(visible(f"  {names.of(error)}  {words}"))
        lines += ["  …"] if len(found) > _MAX_LISTED else []
        exit_with_error("\n".join(lines))
    return found[0]


def _format_unknown(trace: Trace, name: str) -> str:
    if name in trace.signatures:
        return f"no log entry of '{name}'"
    logged = {error.key for error in trace.errors.all}
    short = ShortNames(trace.errors.all)
    names = Series([short.of(error) for error in trace.errors.all])
    aliases = Series([alias for alias, known in trace.signatures.items() if known.name in logged])
    close = find_similar_id(name, names) or aliases.most_similar(name)
    return f"no error '{name}' in the logs{suggest(close)}"


def _check_path(project: Project, name: str) -> None:
    """Raise UnwritableFileError if the page exists or is outside docs_dir."""
    docs_dir = project.place.root / project.place.docs_dir
    path = project.place.root / name
    if os.path.lexists(path) or fold(name) in project.tree.by_folded_path:
        raise existing_file_error(name)
    if not is_inside(os.path.realpath(path), os.path.realpath(docs_dir)):
        raise UnwritableFileError(f"'{name}' is a symbolic link out of docs_dir")
