"""`plantrace explain`: explain a rule and how to fix a problem."""

import re
import textwrap
from pathlib import Path

import click

from mkdocs_plantrace.checks.catalogue import CATALOGUE
from mkdocs_plantrace.checks.project_check import read_settings_or_defaults
from mkdocs_plantrace.cli.arguments import require_rule
from mkdocs_plantrace.cli.completion import complete_rule
from mkdocs_plantrace.cli.console import print_text
from mkdocs_plantrace.cli.options import config_file
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.rule import Rule
from mkdocs_plantrace.utils.terminal import format_table

_FINDS_WIDTH = 70
_FIRST_CLAUSE = re.compile(r"(?:`[^`]*`|[^`:;.]|[:;.](?!\s))+")


@click.command(short_help="Explain a rule and how to fix a problem, or list all rules.")
@config_file
@click.argument("rule", required=False, shell_complete=complete_rule)
def explain(config_file: Path | None, rule: str | None) -> None:
    """Explain a rule: what it finds, why it matters, and how to fix a problem.

    RULE is a code or a name, such as PT104 or broken-log-link. In a project, the severity of
    the rule in this project is shown as well. Without RULE, all rules are listed.
    """
    if rule is None:
        print_text(_list_rules())
        return
    found = require_rule(rule)
    print_text(f"{_format_rule(found, read_settings_or_defaults(config_file))}\n")


def _list_rules() -> str:
    """Return one line for each rule: code, name, default severity, what it reports."""
    rows = [("code", "name", "default", "reports")]
    for rule in CATALOGUE:
        severity = rule.default.value if rule.default else "off"
        start = _FIRST_CLAUSE.match(rule.finds)
        line = textwrap.shorten(start[0] if start else "", _FINDS_WIDTH, placeholder=" …")
        rows.append((rule.code, rule.name, severity, line))
    return f"{format_table(rows)}\n'plantrace explain CODE' explains a rule\n"


def _format_rule(rule: Rule, settings: Settings) -> str:
    severity = rule.default.value if rule.default else "off"
    chosen = settings.severity_of(rule)
    if settings.sets(rule) or chosen is not rule.default:
        severity = f"{chosen.value if chosen else 'off'} in this project, {severity}"
    example = "\n".join(f"    {line}".rstrip() for line in rule.example.splitlines())
    return (
        f"{rule.code} {rule.name} ({severity} by default)\n\n"
        f"This rule reports {rule.finds}.\n\n"
        f"Why: {rule.why}\n\nExample:\n\n{example}\n\nFix: {rule.fix}"
    )
