"""The catalogue of rules: each declared once, with its code, name, severity and texts."""

from mkdocs_plantrace.rules import content, links, metadata
from mkdocs_plantrace.rules.content import *  # noqa: F403 every rule by its name
from mkdocs_plantrace.rules.links import *  # noqa: F403
from mkdocs_plantrace.rules.metadata import *  # noqa: F403
from mkdocs_plantrace.rules.rule import Rule as Rule
from mkdocs_plantrace.rules.rule import Severity as Severity

CATALOGUE: tuple[Rule, ...] = tuple(
    value
    for module in (metadata, links, content)
    for value in vars(module).values()
    if isinstance(value, Rule)
)
"""All rules, by code."""


def find_rule(word: str) -> Rule | None:
    """The rule of that code or name, compared without case; None if there is none."""
    wanted = word.strip().lower()
    return next((r for r in CATALOGUE if wanted in (r.code.lower(), r.name)), None)
