"""The commands that only tell: `show`, `explain`, `export` and `schema`."""

from pathlib import Path

import click

from mkdocs_plantrace.checks.catalogue import CATALOGUE, find_rule
from mkdocs_plantrace.cli.common import (
    find_task,
    output_file,
    print_or_write,
    read_settings,
    run_or_refuse,
    say,
)
from mkdocs_plantrace.cli.completion import complete_rule, complete_task
from mkdocs_plantrace.cli.options import DEFAULT_CONFIGURATION, config_file, refuse
from mkdocs_plantrace.reports import export as exports
from mkdocs_plantrace.reports import metadata_schema, options_schema
from mkdocs_plantrace.reports import task as cards
from mkdocs_plantrace.rules.rule import Rule
from mkdocs_plantrace.settings import Settings


@click.command(short_help="Show a task and everything linked to it.")
@config_file
@click.argument("task_id", shell_complete=complete_task)
def show(config_file: Path, task_id: str) -> None:
    """Show a task and everything linked to it.

    These are its plan and log, dependencies both ways, the errors it met with what fixed them,
    who mentions it, and its problems.
    """
    _, result = run_or_refuse(config_file)
    task = find_task(result.trace, task_id)
    say(f"{cards.describe(result, task)}\n")


@click.command(short_help="Tell what a rule means, and how to mend what it finds.")
@config_file
@click.argument("rule", shell_complete=complete_rule)
def explain(config_file: Path, rule: str) -> None:
    """Tell what a RULE means, why it matters, and how to mend what it finds.

    RULE is a code or a name, such as PT104 or broken-log-link. Where there is a configuration,
    its severity is reported as well.
    """
    found = find_rule(rule)
    if found is None:
        codes = ", ".join(f"{known.code} {known.name}" for known in CATALOGUE)
        refuse(f"there is no rule '{rule}'; the rules are {codes}")
    say(f"{_explanation(found, _settings(config_file))}\n")


def _explanation(rule: Rule, settings: Settings) -> str:
    severity = rule.default.value if rule.default else "off"
    if rule.code in settings.rules:
        chosen = settings.rules[rule.code]
        severity = f"{chosen.value if chosen else 'off'} here, {severity}"
    example = "\n".join(f"    {line}".rstrip() for line in rule.example.splitlines())
    return (
        f"{rule.code} {rule.name} ({severity} by default)\n\n"
        f"Finds {rule.finds}.\n\nWhy: {rule.why}\n\nExample:\n\n{example}\n\nFix: {rule.fix}"
    )


def _settings(config_file: Path) -> Settings:
    """The options of a project; the defaults where there is none, unless one was named."""
    if config_file == DEFAULT_CONFIGURATION and not config_file.exists():
        return Settings()
    return read_settings(config_file)[1]


@click.command()
@config_file
@output_file
def export(config_file: Path, output: Path | None) -> None:
    """Print the whole trace as JSON: tasks, documents, links, log entries and errors."""
    _, result = run_or_refuse(config_file)
    print_or_write(exports.render(result.trace), output)


@click.command()
@config_file
@output_file
@click.option("--options", is_flag=True, help="Print that of the plugin's options in mkdocs.yml.")
def schema(config_file: Path, output: Path | None, *, options: bool) -> None:
    """Print the JSON Schema of the metadata files, for editors.

    It knows the keys and statuses that mkdocs.yml declares. Without a mkdocs.yml it is the
    schema of the defaults. With --options it is a schema of mkdocs.yml itself, which knows the
    options of plantrace and leaves everything else alone.
    """
    if options:
        print_or_write(options_schema.render(), output)
    else:
        print_or_write(metadata_schema.render(_settings(config_file)), output)
