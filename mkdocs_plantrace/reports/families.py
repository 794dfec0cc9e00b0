"""The families of rules, which their codes tell."""

from __future__ import annotations

from mkdocs_plantrace.rules import Rule

_BY_HUNDRED = {"0": "metadata", "1": "links", "2": "content"}

FAMILIES = tuple(_BY_HUNDRED.values())
"""All families, in the order of the codes."""


def family_of(rule: Rule) -> str:
    """PT0xx is metadata, PT1xx links, PT2xx content."""
    return _BY_HUNDRED[rule.code[2]]
