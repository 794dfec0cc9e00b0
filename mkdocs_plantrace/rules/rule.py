"""What a rule is, and how much what it finds matters."""

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How much a problem matters: errors fail a build, warnings fail it under `--strict`."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule. `default` is None for one that is off unless a project turns it on.

    `finds` completes the sentence "This rule finds …"; `why`, `example` and `fix` are
    Markdown for the rule's page, `example` a fragment in `language`.
    """

    code: str
    name: str
    finds: str
    why: str
    example: str
    fix: str
    default: Severity | None = Severity.WARNING
    language: str = "yaml"

    @property
    def severity(self) -> Severity:
        """What its findings matter, where it is on and nothing else is said."""
        return self.default or Severity.WARNING
