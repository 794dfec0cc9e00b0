"""Creates problems of rules with their default severity."""

from collections.abc import Sequence

from mkdocs_plantrace.model.location import Location, Text
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Rule


def create_problem(
    rule: Rule,
    at: Location | Text,
    message: str,
    *,
    hint: str | None = None,
    task: str | None = None,
    target: str | None = None,
) -> Problem:
    """Create a problem; the pipeline applies the configured severity later.

    The default target is the text at which the problem is.
    """
    location, written = (at.location, at.value) if isinstance(at, Text) else (at, "")
    return Problem(
        rule=rule,
        severity=rule.severity,
        location=location,
        message=message,
        hint=hint,
        task=task,
        target=written if target is None else target,
    )


def join_words(words: Sequence[str], most: int = 12) -> str:
    """Join words with commas; replaces those after the first `most` by their number."""
    listed = ", ".join(words[:most])
    return listed if len(words) <= most else f"{listed} and {len(words) - most} more"
