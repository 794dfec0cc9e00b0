"""`plantrace baseline`: writes the known problems, and lets them only become fewer."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from mkdocs_plantrace.checks.baseline_rules import NEVER_KNOWN, fixed_entries
from mkdocs_plantrace.checks.catalogue import find_rule
from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.cli.options import config_file, refuse
from mkdocs_plantrace.cli.runtime import FAILED, read_settings, run_in
from mkdocs_plantrace.editing.atomic_file import replace_file
from mkdocs_plantrace.parsing.baseline_file import KnownProblem, record, render_baseline
from mkdocs_plantrace.project.project import Project
from mkdocs_plantrace.project.workspace import project_root
from mkdocs_plantrace.reports.text_report import count


@click.command()
@config_file
@click.option("--prune", is_flag=True, help="Drop what is mended although there are new problems.")
def baseline(config_file: Path, *, prune: bool) -> None:
    """Record today's problems as known, so that only new ones fail.

    The file is the one that the option `baseline` names. Once it is there it only becomes
    shorter: what is mended is dropped, and as long as there are new problems only with --prune.
    To record everything anew, delete the file first.
    """
    site, settings = read_settings(config_file)
    if settings.baseline is None:
        refuse(
            "the option 'baseline' names no file; add 'baseline: plantrace-baseline.json' "
            f"to the options of plantrace in {config_file}"
        )
    name = settings.baseline
    path = project_root(config_file, settings) / name
    is_new = not path.exists()
    if is_new and prune:
        refuse(f"there is no baseline '{name}' to prune")
    settings = replace(settings, baseline=None) if is_new else settings
    project, result = run_in(config_file, site, settings)
    if not result.trace.tasks:
        refuse("there is no task, so there is nothing to record; see 'plantrace check'")
    if is_new:
        problems = [problem for problem in result.problems if problem.rule not in NEVER_KNOWN]
        _write(path, name, record(problems))
    else:
        _shorten(path, name, project, result, prune=prune)


def _shorten(path: Path, name: str, project: Project, result: Result, *, prune: bool) -> None:
    mended = dict(fixed_entries(result.trace, project.baseline, result.problems, find_rule))
    new = [p for p in result.problems if not p.baselined and p.rule not in NEVER_KNOWN]
    if new and not prune:
        click.echo(
            f"plantrace: {count(len(new), 'new problem')} cannot be added to '{name}': mend what "
            "'plantrace check' reports, or delete the file to record everything anew",
            err=True,
        )
        sys.exit(FAILED)
    left = [replace(entry, count=entry.count - mended.get(entry, 0)) for entry in project.baseline]
    _write(path, name, [entry for entry in left if entry.count])
    click.echo(f"{count(sum(mended.values()), 'mended problem')} dropped")


def _write(path: Path, name: str, entries: Iterable[KnownProblem]) -> None:
    entries = tuple(entries)
    replace_file(path, render_baseline(entries))
    known = sum(entry.count for entry in entries)
    click.echo(f"{count(known, 'known problem')} in '{name}'")
