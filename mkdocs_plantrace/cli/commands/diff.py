"""`plantrace diff`: what a branch does to the record."""

import posixpath
import sys
from collections.abc import Callable
from pathlib import Path

import click

from mkdocs_plantrace.checks.comparison import Comparison, compare
from mkdocs_plantrace.cli.commit_check import CheckedCommit, Place, check_commit, find_place
from mkdocs_plantrace.cli.console import FAILED, colorize, exit_with_error, print_text
from mkdocs_plantrace.cli.options import config_file, format_option
from mkdocs_plantrace.project.git import find_changes, find_commit, find_merge_base
from mkdocs_plantrace.project.project import make_line_reader
from mkdocs_plantrace.reports import diff_markdown, diff_report, github
from mkdocs_plantrace.reports.check_report import Report, report_on
from mkdocs_plantrace.reports.diff_report import DiffReport, Side
from mkdocs_plantrace.reports.text_report import Lines

_RENDERERS: dict[str, Callable[[DiffReport, Lines, str, str], str]] = {
    "text": lambda diff, lines, *_: diff_report.render_text(diff, lines, colorize),
    "markdown": lambda diff, _, folder, link_to: diff_markdown.render(diff, folder, link_to),
    "json": lambda diff, *_: diff_report.render_json(diff),
    "github": lambda diff, _, folder, __: github.render(diff.report, folder, diff.summary),
}


@click.command(short_help="Show how a branch changes the record.")
@config_file
@click.option("--merge-base", is_flag=True, help="Compare with the merge base of BASE and HEAD.")
@click.option("--strict", is_flag=True, help="Fail on new warnings as well.")
@click.option(
    "--link-to",
    metavar="URL",
    default="",
    help="In Markdown, link places to the files below URL, such as "
    "https://github.com/OWNER/NAME/blob/COMMIT.",
)
@format_option(*_RENDERERS)
@click.argument("base")
@click.argument("head", default="HEAD")
def diff(
    config_file: Path | None,
    *,
    merge_base: bool,
    strict: bool,
    link_to: str,
    form: str,
    base: str,
    head: str,
) -> None:
    """Compare the records of the commits BASE and HEAD. By default, HEAD is the current commit.

    It shows problems that are new or gone, tasks whose status changed, open tasks that depend on
    them, and known errors for the files that changed. Both commits are read from the repository:
    nothing is checked out, and files that are not committed are ignored.

    New problems with the severity error end the command with exit code 1; with --strict, new
    warnings do so as well. A problem is not new if only its file was moved.

    \b
    Examples:
      plantrace diff main
      plantrace diff --merge-base origin/main HEAD --format markdown
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
    place = find_place(config_file)
    commits = find_commit(place.repository, base), find_commit(place.repository, head)
    if merge_base:
        commits = find_merge_base(place.repository, *commits), commits[1]
    with check_commit(place, base, commits[0]) as before:
        pass  # its files are not needed any more
    with check_commit(place, head, commits[1]) as after:
        base_side = Side(base, commits[0], before is not None)
        head_side = Side(head, commits[1], after is not None)
        found = _make_report(place, base_side, head_side, before, after, strict=strict)
        lines = make_line_reader(after.project) if after else lambda _path: []
        rendered = _RENDERERS[form](found, lines, after.folder if after else "", link_to)
    print_text(rendered, is_colored=form == "text")
    if found.report.is_failing:
        sys.exit(FAILED)


def _make_report(
    place: Place,
    base: Side,
    head: Side,
    before: CheckedCommit | None,
    after: CheckedCommit | None,
    *,
    strict: bool,
) -> DiffReport:
    """Compare two checks; end the command if neither commit has a record."""
    if before is None and after is None:
        exit_with_error(
            f"neither '{base.revision}' nor '{head.revision}' has a configuration with plantrace "
            "or a known layout; 'plantrace init' sets up a project"
        )
    comparison = _compare(place, (base.commit, head.commit), before, after)
    if after:
        report = report_on(after.result, comparison.new, strict=strict)
    else:
        report = Report(problems=(), tasks=(), documents=0, is_failing=False)
    return DiffReport(base=base, head=head, comparison=comparison, report=report)


def _compare(
    place: Place,
    commits: tuple[str, str],
    before: CheckedCommit | None,
    after: CheckedCommit | None,
) -> Comparison:
    """Compare two checks; paths in the repository become relative to their root."""
    if before is None or after is None:
        return compare(before and before.result, after and after.result)
    changes = find_changes(place.repository, *commits)
    moved = {
        _locate(old, before.folder): _locate(new, after.folder)
        for old, new in changes.moved.items()
    }
    changed = {_locate(path, after.folder) for path in changes.paths}
    return compare(before.result, after.result, moved, changed)


def _locate(path: str, folder: str) -> str:
    """Make a path in a repository relative to a folder in it."""
    return posixpath.relpath(f"/{path}", f"/{folder}")
