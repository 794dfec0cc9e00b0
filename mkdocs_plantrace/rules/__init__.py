"""The catalogue of rules: each declared once, with its texts, in the module of its family."""

from mkdocs_plantrace.rules.content_rules import *  # noqa: F403 (all of them are rules)
from mkdocs_plantrace.rules.link_rules import *  # noqa: F403
from mkdocs_plantrace.rules.metadata_rules import *  # noqa: F403
from mkdocs_plantrace.rules.rule import Rule as Rule
from mkdocs_plantrace.rules.rule import Severity as Severity

CATALOGUE = tuple(
    sorted((value for value in vars().values() if isinstance(value, Rule)), key=lambda r: r.code)
)
"""All rules, by code."""


def find_rule(word: str) -> Rule | None:
    """The rule of that code or name, compared without case; None if there is none."""
    wanted = word.strip().lower()
    return next((r for r in CATALOGUE if wanted in (r.code.lower(), r.name)), None)
