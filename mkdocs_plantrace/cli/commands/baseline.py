"""`plantrace baseline`: write the known problems, or remove the fixed ones."""

import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from mkdocs_plantrace.checks.baseline_rules import NEVER_KNOWN, find_fixed_entries
from mkdocs_plantrace.checks.catalogue import find_rule
from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.checks.project_check import check_project, read_settings
from mkdocs_plantrace.cli.console import FAILED, exit_with_error, print_message, print_text
from mkdocs_plantrace.cli.options import config_file
from mkdocs_plantrace.editing.atomic_file import replace_file
from mkdocs_plantrace.editing.edits import remove_left_files
from mkdocs_plantrace.parsing.baseline_file import KnownProblem, create_baseline, render_baseline
from mkdocs_plantrace.project.project import Project
from mkdocs_plantrace.project.workspace import project_root
from mkdocs_plantrace.reports.text_report import count


@click.command()
@config_file
@click.option("--prune", is_flag=True, help="Remove fixed problems even if there are new ones.")
def baseline(config_file: Path | None, *, prune: bool) -> None:
    """Record today's problems as known, so that only new ones fail.

    This is for a project that already has many problems when it starts to use plantrace. The
    option `baseline` of the plugin has the path of the file to write.

    If the file exists, fixed problems are removed from it, and no problems are added. If there
    are new problems, the file changes only with --prune. To record everything again, delete the
    file first.
    """
    site, settings = read_settings(config_file)
    name = settings.baseline
    if name is None:
        exit_with_error(
            "the option 'baseline' is not set; add 'baseline: plantrace-baseline.json' "
            f"to the options of plantrace in {site.path}"
        )
    path = project_root(site.path, settings) / name
    is_new = not os.path.exists(path)
    if is_new and prune:
        exit_with_error(f"no baseline '{name}' to prune")
    settings = replace(settings, baseline=None) if is_new else settings
    project, result = check_project(site, settings)
    remove_left_files(project.tree)
    if not result.trace.tasks:
        exit_with_error("no task, so nothing to record; see 'plantrace check'")
    if is_new:
        problems = [problem for problem in result.problems if problem.rule not in NEVER_KNOWN]
        _write(path, name, create_baseline(problems))
    else:
        _remove_fixed(path, name, project, result, prune=prune)


def _remove_fixed(path: Path, name: str, project: Project, result: Result, *, prune: bool) -> None:
    fixed = dict(find_fixed_entries(result.trace, project.baseline, result.problems, find_rule))
    new = [p for p in result.problems if not p.baselined and p.rule not in NEVER_KNOWN]
    if new and not prune:
        print_message(
            f"{count(len(new), 'new problem')} cannot be added to '{name}': "
            "fix them, or delete the file to record everything again"
        )
        sys.exit(FAILED)
    left = [replace(entry, count=entry.count - fixed.get(entry, 0)) for entry in project.baseline]
    _write(path, name, [entry for entry in left if entry.count])
    print_text(f"{count(sum(fixed.values()), 'fixed problem')} removed\n")


def _write(path: Path, name: str, entries: Iterable[KnownProblem]) -> None:
    entries = tuple(entries)
    replace_file(path, render_baseline(entries), name)
    known = sum(entry.count for entry in entries)
    print_text(f"{count(known, 'known problem')} in '{name}'\n")
