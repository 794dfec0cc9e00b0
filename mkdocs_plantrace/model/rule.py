"""Rules and severities."""

from enum import Enum
from typing import NamedTuple


class Severity(Enum):
    """Errors fail a build, warnings fail it under `--strict`."""

    ERROR = "error"
    WARNING = "warning"


class Rule(NamedTuple):
    """A rule with its texts in Markdown. `default` is None if it is off by default.

    `finds` completes the sentence "This rule reports …"; `example` is a fragment in `language`.
    If it `reports_near_misses`, these are reported even if the rule is off by default.
    """

    code: str
    name: str
    default: Severity | None
    finds: str
    why: str
    language: str
    example: str
    fix: str
    reports_near_misses: bool = False

    @property
    def severity(self) -> Severity:
        """The severity if the rule is on without a configured one."""
        return self.default or Severity.WARNING
