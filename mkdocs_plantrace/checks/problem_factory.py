"""Makes the problem of a rule, with the severity that the rule has by default."""

from collections.abc import Sequence

from mkdocs_plantrace.model.location import Location, Text
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Rule


def found(
    rule: Rule,
    at: Location | Text,
    message: str,
    *,
    hint: str | None = None,
    task: str | None = None,
    target: str | None = None,
) -> Problem:
    """A problem; the configured severity is applied to all of them at the end.

    Without a target of its own, a problem in a text has that for one.
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


def did_you_mean(guess: str | None) -> str | None:
    return f"did you mean '{guess}'?" if guess else None


def enumerate_words(words: Sequence[str], most: int = 12) -> str:
    """The words with commas; how many more there are beyond the first twelve."""
    listed = ", ".join(words[:most])
    return listed if len(words) <= most else f"{listed} and {len(words) - most} more"
