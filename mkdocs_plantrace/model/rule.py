"""What a rule is, and how much its findings matter."""

from enum import Enum
from typing import NamedTuple


class Severity(Enum):
    """How much a problem matters: errors fail a build, warnings fail it under `--strict`."""

    ERROR = "error"
    WARNING = "warning"


class Rule(NamedTuple):
    """A rule, with texts in Markdown. `default` is None for one that is off unless turned on.

    `finds` completes the sentence "This rule finds …"; `example` is a fragment in `language`.
    Where it `reports_near_misses`, those are reported even while the rule is off by default.
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
        """What its findings matter, where it is on and nothing else is said."""
        return self.default or Severity.WARNING
