"""`plantrace check`: the gate."""

import os
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from mkdocs_plantrace.checks.catalogue import load_settings
from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.checks.record_rules import NO_TASKS
from mkdocs_plantrace.cli.options import UNUSABLE_INPUT, config_file
from mkdocs_plantrace.cli.runtime import (
    FAILED,
    output_file,
    paint,
    run_in,
    say,
    settings_of,
    wants_color,
)
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, inside_root, replace_file
from mkdocs_plantrace.editing.check_evidence import EvidenceWriter
from mkdocs_plantrace.parsing.mkdocs_yml import read_site_configuration
from mkdocs_plantrace.project.project import Project, line_reader
from mkdocs_plantrace.project.workspace import (
    MisplacedError,
    below_repository,
    below_root,
    project_root,
)
from mkdocs_plantrace.reports import github, json_report, junit, sarif, text_report
from mkdocs_plantrace.reports.outcome import Report, report_on


@click.command(short_help="Find every problem of the record.")
@config_file
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif", "junit"]),
    default="text",
    show_default=True,
    help="How to report.",
)
@output_file
@click.option(
    "--evidence",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the outcome as JSON to FILE, in place of the file that the option names.",
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check(
    config_file: Path,
    *,
    strict: bool,
    form: str,
    output: Path | None,
    evidence: Path | None,
    paths: tuple[Path, ...],
) -> None:
    """Find every problem of the record, as the plugin does, without building the site.

    PATHS (files or folders) narrow what is reported, not what is read. With --output the
    report goes to a file, and a summary to the terminal.

    \b
    Examples:
      plantrace check --strict
      plantrace check tasks/TSK-7 docs/plans/TSK-7
      plantrace check --format sarif --output plantrace.sarif
    """  # noqa: D301 (the mark is click's: lines stay as they are)
    promised = EvidenceWriter()
    try:
        if evidence:
            promised.begin(evidence, config_file.absolute().parent)
        project, result = _check(config_file, evidence, promised)
        report = _report(result, _below(project.place.root, paths), strict=strict)
        in_color = output is None and wants_color()
        rendered = _render(form, report, project, strict=strict, in_color=in_color)
        if output:
            replace_file(output, rendered)
            rendered = f"{text_report.summarise(report)}\n"
        promised.finish(report_on(result, result.problems, strict=strict))
    except (*UNUSABLE_INPUT, UnwritableFileError) as error:
        with suppress(UnwritableFileError):
            promised.fail(str(error))
        raise
    say(rendered, in_color=in_color)
    if report.is_failing:
        sys.exit(FAILED)


def _check(
    config_file: Path, evidence: Path | None, promised: EvidenceWriter
) -> tuple[Project, Result]:
    """Run the check; where evidence is wanted it says FAIL from the first moment."""
    site = read_site_configuration(config_file)
    settings, _ = load_settings(site.options)
    root = project_root(config_file, settings)
    if evidence:
        inside = below_root(Path(os.path.realpath(root)), os.path.realpath(evidence))
        settings = replace(settings, evidence=inside)
    elif settings.evidence and root.is_dir():
        promised.begin(inside_root(root, settings.evidence), root)
    settings_of(site)  # which refuses what is wrong with it
    return run_in(config_file, site, settings)


def _render(form: str, report: Report, project: Project, *, strict: bool, in_color: bool) -> str:
    if form == "json":
        return json_report.render(report)
    if form == "junit":
        return junit.render(report, strict=strict)
    if form in ("github", "sarif"):
        render = github.render if form == "github" else sarif.render
        return render(report, below_repository(project.place.root))
    return text_report.render(
        report, line_reader(project), paint if in_color else text_report.plain
    )


def _report(result: Result, wanted: list[str], *, strict: bool) -> Report:
    """What is found in these files and folders; that there is no task concerns all of them."""
    if not wanted:
        return report_on(result, result.problems, strict=strict)
    problems = tuple(
        problem
        for problem in result.problems
        if _is_in(problem.location.path, wanted) or problem.rule is NO_TASKS
    )
    judged = tuple(task.id for task in result.trace.tasks if _is_in(task.path, wanted))
    return report_on(result, problems, strict=strict, judged=judged)


def _is_in(where: str, wanted: list[str]) -> bool:
    return any(path in ("", where) or where.startswith(f"{path}/") for path in wanted)


def _below(root: Path, paths: tuple[Path, ...]) -> list[str]:
    """Root-relative paths of what the user named, as written and by where links lead."""
    found: list[str] = []
    for path in paths:
        if not path.exists():
            raise MisplacedError(f"there is no file or folder '{path}'")
        written = below_root(root, os.fspath(path))
        resolved = below_root(Path(os.path.realpath(root)), os.path.realpath(path))
        if written is None and resolved is None:
            raise MisplacedError(f"'{path}' does not lie inside the project root '{root}'")
        found.extend(below for below in (written, resolved) if below is not None)
    return found
