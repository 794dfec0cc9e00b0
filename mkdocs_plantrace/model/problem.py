"""A problem: one finding of one rule at one place."""

import hashlib

from msgspec import Struct

from mkdocs_plantrace.model.location import Location, Text
from mkdocs_plantrace.model.rule import Rule, Severity


class Problem(Struct, frozen=True, kw_only=True, gc=False):
    """A finding of a rule. A `hint` suggests only what exists.

    `task` is the id of the task that it concerns, `target` the wrong value. A problem that is
    `baselined` is in the file of known problems: it is reported, but does not fail.
    """

    rule: Rule
    severity: Severity
    location: Location
    message: str
    hint: str | None = None
    task: str | None = None
    target: str = ""
    baselined: bool = False

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that stay the same when lines move."""
        return compute_fingerprint(self.rule.code, self.task, self.location.path, self.target)

    @property
    def order(self) -> tuple[str, int, str, int, str]:
        """The sort key of reports: path, line, code; then column and message."""
        where = self.location
        return where.path, where.line, self.rule.code, where.column, self.message


_LONGEST_MESSAGE = 1000


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

    The default target is the text at which the problem is. Of a long message, which quotes a long
    value, only the start is used.
    """
    location, text = (at.location, at.value) if isinstance(at, Text) else (at, "")
    return Problem(
        rule=rule,
        severity=rule.severity,
        location=location,
        message=_shorten(message),
        hint=hint and _shorten(hint),
        task=task,
        target=text if target is None else target,
    )


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[: _LONGEST_MESSAGE - 1]}…"


def compute_fingerprint(rule: str, task: str | None, path: str, target: str) -> str:
    words = (rule, task or "", path, target)
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:16]
