"""A problem: one finding of one rule at one place."""

import hashlib
from dataclasses import dataclass

from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.rule import Rule, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A finding: the fact in `message`, and in `hint` only what really exists.

    `task` is the id of the task it concerns, `target` the value that is wrong. A problem that
    is `baselined` is in the file of known problems: it is reported, and fails nothing.
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
        return fingerprint_of(self.rule.code, self.task, self.location.path, self.target)

    @property
    def order(self) -> tuple[str, int, str, int, str]:
        """The key of a report: path, line, code; then column and message, to leave no tie."""
        where = self.location
        return where.path, where.line, self.rule.code, where.column, self.message


def fingerprint_of(rule: str, task: str | None, path: str, target: str) -> str:
    """What a problem of this rule, task, path and target is known by."""
    words = (rule, task or "", path, target)
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:16]
