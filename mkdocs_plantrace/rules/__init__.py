"""The catalogue of rules: each declared once, with its code, name, severity and texts."""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from typing import cast

from mkdocs_plantrace.rules.content import (
    COMPLETED_TOO_EARLY,
    ERROR_WITHOUT_FIX,
    FAILING_EVIDENCE,
    INVALID_EVIDENCE,
    MISSING_EVIDENCE,
    NO_FINAL_SUMMARY,
    RECURRING_ERROR,
    UNFILLED_TEMPLATE,
)
from mkdocs_plantrace.rules.links import (
    BROKEN_ANCHOR,
    BROKEN_DOCUMENT_LINK,
    BROKEN_LOG_LINK,
    BROKEN_PLAN_LINK,
    DEPENDENCY_CYCLE,
    DOCUMENT_WITHOUT_TASK,
    INVALID_QUERY,
    LOG_WITHOUT_PLAN,
    MISSING_LOG,
    MISSING_PLAN,
    ONE_SIDED_DEPENDENCY,
    ORPHAN_LOG,
    ORPHAN_PLAN,
    UNCLEAR_SIGNATURE,
    UNKNOWN_TASK,
    UNPUBLISHED_DOCUMENT,
)
from mkdocs_plantrace.rules.metadata import (
    DUPLICATE_KEY,
    DUPLICATE_TASK,
    INVALID_YAML,
    KEY_STYLE,
    MISSING_FIELD,
    NO_TASKS,
    OUTSIDE_ROOT,
    SCHEMA,
    STALE_BASELINE,
    UNKNOWN_FIELD,
    UNKNOWN_STATUS,
    WRONG_TYPE,
)
from mkdocs_plantrace.rules.rule import Rule, Severity

CATALOGUE: tuple[Rule, ...] = (
    INVALID_YAML,
    DUPLICATE_KEY,
    MISSING_FIELD,
    WRONG_TYPE,
    DUPLICATE_TASK,
    UNKNOWN_STATUS,
    UNKNOWN_FIELD,
    KEY_STYLE,
    SCHEMA,
    NO_TASKS,
    OUTSIDE_ROOT,
    STALE_BASELINE,
    MISSING_PLAN,
    MISSING_LOG,
    BROKEN_PLAN_LINK,
    BROKEN_LOG_LINK,
    UNPUBLISHED_DOCUMENT,
    LOG_WITHOUT_PLAN,
    DOCUMENT_WITHOUT_TASK,
    BROKEN_DOCUMENT_LINK,
    BROKEN_ANCHOR,
    UNKNOWN_TASK,
    DEPENDENCY_CYCLE,
    ORPHAN_PLAN,
    ORPHAN_LOG,
    ONE_SIDED_DEPENDENCY,
    UNCLEAR_SIGNATURE,
    INVALID_QUERY,
    UNFILLED_TEMPLATE,
    NO_FINAL_SUMMARY,
    COMPLETED_TOO_EARLY,
    ERROR_WITHOUT_FIX,
    MISSING_EVIDENCE,
    INVALID_EVIDENCE,
    FAILING_EVIDENCE,
    RECURRING_ERROR,
)
"""All rules, by code."""


def find_rule(word: str) -> Rule | None:
    """The rule of that code or name, compared without case; None if there is none."""
    wanted = word.strip().lower()
    return next((r for r in CATALOGUE if wanted in (r.code.lower(), r.name)), None)


def _by_code(rule: Rule) -> tuple[Callable[..., Rule], tuple[str]]:
    return cast(Callable[..., Rule], find_rule), (rule.code,)


copyreg.pickle(Rule, _by_code)  # what another process found names the very same rules


__all__ = [
    "BROKEN_ANCHOR",
    "BROKEN_DOCUMENT_LINK",
    "BROKEN_LOG_LINK",
    "BROKEN_PLAN_LINK",
    "CATALOGUE",
    "COMPLETED_TOO_EARLY",
    "DEPENDENCY_CYCLE",
    "DOCUMENT_WITHOUT_TASK",
    "DUPLICATE_KEY",
    "DUPLICATE_TASK",
    "ERROR_WITHOUT_FIX",
    "FAILING_EVIDENCE",
    "INVALID_EVIDENCE",
    "INVALID_QUERY",
    "INVALID_YAML",
    "KEY_STYLE",
    "LOG_WITHOUT_PLAN",
    "MISSING_EVIDENCE",
    "MISSING_FIELD",
    "MISSING_LOG",
    "MISSING_PLAN",
    "NO_FINAL_SUMMARY",
    "NO_TASKS",
    "ONE_SIDED_DEPENDENCY",
    "ORPHAN_LOG",
    "ORPHAN_PLAN",
    "OUTSIDE_ROOT",
    "RECURRING_ERROR",
    "SCHEMA",
    "STALE_BASELINE",
    "UNCLEAR_SIGNATURE",
    "UNFILLED_TEMPLATE",
    "UNKNOWN_FIELD",
    "UNKNOWN_STATUS",
    "UNKNOWN_TASK",
    "UNPUBLISHED_DOCUMENT",
    "WRONG_TYPE",
    "Rule",
    "Severity",
    "find_rule",
]
