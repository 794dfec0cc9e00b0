"""The command line edge: arguments in, text and an exit code out."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click

from mkdocs_plantrace import __version__
from mkdocs_plantrace.pipeline import Project, Result, line_reader, run
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.reading.mkdocs_yml import (
    SiteConfiguration,
    UnusableConfigurationError,
    read_site_configuration,
)
from mkdocs_plantrace.reports import text
from mkdocs_plantrace.rules import CATALOGUE, Rule, find_rule
from mkdocs_plantrace.settings import Settings, load
from mkdocs_plantrace.workspace import MisplacedError, locate, site_pages, survey

_FAILED, _UNUSABLE = 1, 2

config_file = click.option(
    "-f",
    "--config-file",
    type=click.Path(path_type=Path),
    default=Path("mkdocs.yml"),
    show_default=True,
    help="The configuration of the site.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="plantrace")
def main() -> None:
    """Check the record of tasks, plans and execution logs.

    Exit codes: 0 nothing that fails, 1 problems that fail, 2 the command or its
    configuration is wrong.
    """


@main.command()
@config_file
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def check(config_file: Path, *, strict: bool, paths: tuple[Path, ...]) -> None:
    """Find every problem of the record, as the plugin does, without building the site.

    PATHS (files or folders) narrow what is reported, not what is read.
    """
    gc.disable()  # what a check makes lives until it ends: a search for garbage is a tenth of it
    project, result = _run(config_file)
    problems = tuple(_select(result.problems, project.place.root, paths))
    lines = line_reader(project)
    for problem in problems:
        click.echo(text.describe(problem, lines))
    click.echo(text.summarise(problems, len(result.trace.tasks), result.record_count))
    if Result(trace=result.trace, problems=problems).failing(strict=strict):
        sys.exit(_FAILED)


@main.command()
@click.argument("rule")
def explain(rule: str) -> None:
    """Tell what a RULE means, why it matters, and how to mend what it finds.

    RULE is a code or a name, such as PT104 or broken-log-link.
    """
    found = find_rule(rule)
    if found is None:
        codes = ", ".join(f"{known.code} {known.name}" for known in CATALOGUE)
        _refuse(f"there is no rule '{rule}'; the rules are {codes}")
    click.echo(_explanation(found))


def _explanation(rule: Rule) -> str:
    severity = rule.default.value if rule.default else "off"
    example = "\n".join(f"    {line}".rstrip() for line in rule.example.splitlines())
    return (
        f"{rule.code} {rule.name} ({severity} by default)\n\n"
        f"Finds {rule.finds}.\n\nWhy: {rule.why}\n\nExample:\n\n{example}\n\nFix: {rule.fix}"
    )


def _run(config_file: Path) -> tuple[Project, Result]:
    try:
        site = read_site_configuration(config_file)
        settings = _settings(site)
        place = locate(config_file, site.docs_dir, site.site_dir, settings)
        tree = survey(settings, place)
        pages = site_pages(tree, place, exclude_docs=site.exclude_docs, draft_docs=site.draft_docs)
    except (UnusableConfigurationError, MisplacedError) as error:
        _refuse(str(error))
    project = Project(place=place, tree=tree, site=pages)
    return project, run(settings, project)


def _settings(site: SiteConfiguration) -> Settings:
    settings, messages = load(site.options)
    if messages:
        raise UnusableConfigurationError(
            "\n".join(f"{site.path}: option '{name}': {message}" for name, message in messages)
        )
    return settings


def _select(
    problems: tuple[Problem, ...], root: Path, paths: tuple[Path, ...]
) -> Iterator[Problem]:
    wanted = [os.path.relpath(path.absolute(), root).replace(os.sep, "/") for path in paths]
    for path in paths:
        if not path.exists():
            _refuse(f"there is no file or folder '{path}'")
    for problem in problems:
        where = problem.location.path
        if not wanted or any(
            path in (".", where) or where.startswith(f"{path}/") for path in wanted
        ):
            yield problem


def _refuse(message: str) -> NoReturn:
    for line in message.splitlines():
        click.echo(f"plantrace: {line}", err=True)
    sys.exit(_UNUSABLE)
