"""`plantrace explain`: what a rule means, and how to fix what it reports."""

from pathlib import Path

import click

from mkdocs_plantrace.checks.catalogue import CATALOGUE, find_rule
from mkdocs_plantrace.cli.completion import complete_rule
from mkdocs_plantrace.cli.options import config_file, refuse
from mkdocs_plantrace.cli.runtime import say, settings_or_defaults
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.rule import Rule


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
    say(f"{_explanation(found, settings_or_defaults(config_file))}\n")


def _explanation(rule: Rule, settings: Settings) -> str:
    severity = rule.default.value if rule.default else "off"
    if settings.sets(rule):
        chosen = settings.severity_of(rule)
        severity = f"{chosen.value if chosen else 'off'} here, {severity}"
    example = "\n".join(f"    {line}".rstrip() for line in rule.example.splitlines())
    return (
        f"{rule.code} {rule.name} ({severity} by default)\n\n"
        f"Finds {rule.finds}.\n\nWhy: {rule.why}\n\nExample:\n\n{example}\n\nFix: {rule.fix}"
    )
