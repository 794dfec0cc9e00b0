"""`plantrace check`: find every problem of the record."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import click

from mkdocs_plantrace.checks.catalogue import load_settings
from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.checks.project_check import check_project
from mkdocs_plantrace.cli.completion import complete_layout
from mkdocs_plantrace.cli.console import COMMAND_ERRORS, FAILED, colorize, print_text
from mkdocs_plantrace.cli.options import config_file, file_option, format_option, output_file
from mkdocs_plantrace.cli.recognition import open_site
from mkdocs_plantrace.config.layouts import PRESETS, read_layout
from mkdocs_plantrace.config.option_values import InvalidOptionError
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, replace_file, resolve_in_root
from mkdocs_plantrace.editing.check_evidence import EvidenceWriter
from mkdocs_plantrace.project.project import Project, make_line_reader
from mkdocs_plantrace.project.workspace import below_repository, below_root, project_root
from mkdocs_plantrace.reports import github, junit, sarif, text_report
from mkdocs_plantrace.reports.check_report import Report, render_json, report_on, report_on_paths

_RENDERERS: dict[str, Callable[[Report, Project, bool], str]] = {
    "text": lambda report, project, _: text_report.render(
        report, make_line_reader(project), colorize
    ),
    "json": lambda report, *_: render_json(report),
    "github": lambda report, project, _: github.render(
        report, below_repository(project.place.root)
    ),
    "sarif": lambda report, project, _: sarif.render(report, below_repository(project.place.root)),
    "junit": lambda report, _, strict: junit.render(report, strict=strict),
}


def _check_layouts(
    _ctx: click.Context, _param: click.Parameter, names: tuple[str, ...]
) -> tuple[str, ...]:
    try:
        return tuple(read_layout(name).name for name in names)
    except InvalidOptionError as error:
        raise click.BadParameter(str(error)) from error


@click.command(short_help="Check all tasks, plans and logs, and report every problem.")
@config_file
@click.option(
    "--layout",
    "layouts",
    multiple=True,
    callback=_check_layouts,
    shell_complete=complete_layout,
    metavar="NAME",
    help="Check the tasks of this layout instead of the configured one: "
    f"{', '.join(PRESETS)}. Can be repeated.",
)
@click.option("--strict", is_flag=True, help="Fail on warnings as well.")
@format_option(*_RENDERERS)
@output_file
@file_option(
    "--evidence",
    text="Write the result as JSON to FILE, for an audit.  [default: the file in the option "
    "`evidence`, if it is set]",
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check(
    config_file: Path | None,
    *,
    layouts: tuple[str, ...],
    strict: bool,
    form: str,
    output: Path | None,
    evidence: Path | None,
    paths: tuple[Path, ...],
) -> None:
    """Check all tasks, plans and logs, and report every problem, as a build of the site does.

    Errors end the command with exit code 1; with --strict, warnings do so as well. 'plantrace
    explain' lists all rules. PATHS (files or folders) limit what is reported, not what is read.

    If there is no configuration, known layouts of the folder, such as openspec/ or backlog/, are
    recognized and checked with the default options.

    \b
    Examples:
      plantrace check --strict
      plantrace check tasks/TSK-7 docs/plans/TSK-7
      plantrace check --format sarif --output plantrace.sarif
      plantrace check --layout openspec
    """  # noqa: D301 (`\b` is click's: it keeps the line breaks)
    with _open_evidence() as evidence_writer:
        project, result = _check(config_file, layouts, evidence, evidence_writer)
        report = report_on_paths(result, project.place.root, paths, strict=strict)
        rendered = _RENDERERS[form](report, project, strict)
        if output:
            replace_file(output, click.unstyle(rendered))
            rendered = f"{text_report.format_summary(report)}\n"
        evidence_writer.finish(report_on(result, result.problems, strict=strict))
    print_text(rendered, is_colored=form == "text")
    if report.is_failing:
        sys.exit(FAILED)


@contextmanager
def _open_evidence() -> Iterator[EvidenceWriter]:
    """Write an error that ends the command into the evidence."""
    evidence_writer = EvidenceWriter()
    try:
        yield evidence_writer
    except COMMAND_ERRORS as error:
        with suppress(UnwritableFileError):
            evidence_writer.fail(str(error))
        raise


def _check(
    config_file: Path | None,
    layouts: tuple[str, ...],
    evidence: Path | None,
    evidence_writer: EvidenceWriter,
) -> tuple[Project, Result]:
    """Run the check; evidence is begun before anything can fail."""
    if evidence:
        folder = config_file.absolute().parent if config_file else Path.cwd()
        evidence_writer.begin(evidence, folder)
    site = open_site(config_file, layouts)
    settings, _ = load_settings(site.options)
    root = project_root(site.path, settings)
    if evidence:
        inside = below_root(Path(os.path.realpath(root)), os.path.realpath(evidence))
        settings = replace(settings, evidence=inside)
    elif settings.evidence and os.path.isdir(root):
        evidence_writer.begin(resolve_in_root(root, settings.evidence), root)
    return check_project(site, settings)
