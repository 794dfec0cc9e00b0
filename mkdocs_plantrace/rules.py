"""The catalogue of rules: each declared once; their texts stand in `rules.toml`."""

import tomllib
from collections.abc import Mapping
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Severity(Enum):
    """How much a problem matters: errors fail a build, warnings fail it under `--strict`."""

    ERROR = "error"
    WARNING = "warning"


class Rule(NamedTuple):
    """A rule. `default` is None for one that is off unless a project turns it on."""

    code: str
    name: str
    default: Severity | None = Severity.WARNING

    @property
    def severity(self) -> Severity:
        """What its findings matter, where it is on and nothing else is said."""
        return self.default or Severity.WARNING

    @property
    def finds(self) -> str:
        """Completes the sentence "This rule finds …"."""
        return _texts()[self.code]["finds"]

    @property
    def why(self) -> str:
        return _texts()[self.code]["why"]

    @property
    def example(self) -> str:
        """A fragment in `language`."""
        return _texts()[self.code]["example"]

    @property
    def fix(self) -> str:
        return _texts()[self.code]["fix"]

    @property
    def language(self) -> str:
        return _texts()[self.code]["language"]


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    """The texts of each rule by its code; most runs need none."""
    text = files("mkdocs_plantrace").joinpath("rules.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


_ERROR = Severity.ERROR

# PT0xx: metadata files and the check itself
INVALID_YAML = Rule("PT001", "invalid-yaml", _ERROR)
DUPLICATE_KEY = Rule("PT002", "duplicate-key", _ERROR)
MISSING_FIELD = Rule("PT003", "missing-field", _ERROR)
WRONG_TYPE = Rule("PT004", "wrong-type", _ERROR)
DUPLICATE_TASK = Rule("PT005", "duplicate-task", _ERROR)
UNKNOWN_STATUS = Rule("PT006", "unknown-status", _ERROR)
UNKNOWN_FIELD = Rule("PT007", "unknown-field", None)
KEY_STYLE = Rule("PT008", "key-style")
SCHEMA = Rule("PT009", "schema", _ERROR)
NO_TASKS = Rule("PT010", "no-tasks", _ERROR)
OUTSIDE_ROOT = Rule("PT011", "outside-root", _ERROR)
STALE_BASELINE = Rule("PT012", "stale-baseline")

# PT1xx: what tasks, plans and logs point to
MISSING_PLAN = Rule("PT101", "missing-plan", _ERROR)
MISSING_LOG = Rule("PT102", "missing-log", _ERROR)
BROKEN_PLAN_LINK = Rule("PT103", "broken-plan-link", _ERROR)
BROKEN_LOG_LINK = Rule("PT104", "broken-log-link", _ERROR)
UNPUBLISHED_DOCUMENT = Rule("PT105", "unpublished-document", _ERROR)
LOG_WITHOUT_PLAN = Rule("PT106", "log-without-plan")
DOCUMENT_WITHOUT_TASK = Rule("PT107", "document-without-task")
BROKEN_DOCUMENT_LINK = Rule("PT108", "broken-document-link", _ERROR)
BROKEN_ANCHOR = Rule("PT109", "broken-anchor")
UNKNOWN_TASK = Rule("PT110", "unknown-task", _ERROR)
DEPENDENCY_CYCLE = Rule("PT111", "dependency-cycle", _ERROR)
ORPHAN_PLAN = Rule("PT112", "orphan-plan")
ORPHAN_LOG = Rule("PT113", "orphan-log")
ONE_SIDED_DEPENDENCY = Rule("PT114", "one-sided-dependency", None)
UNCLEAR_SIGNATURE = Rule("PT115", "unclear-signature", _ERROR)
INVALID_QUERY = Rule("PT116", "invalid-query", _ERROR)

# PT2xx: what stands in plans, logs and evidence
UNFILLED_TEMPLATE = Rule("PT201", "unfilled-template")
NO_FINAL_SUMMARY = Rule("PT202", "no-final-summary")
COMPLETED_TOO_EARLY = Rule("PT203", "completed-too-early")
ERROR_WITHOUT_FIX = Rule("PT204", "error-without-fix")
MISSING_EVIDENCE = Rule("PT205", "missing-evidence")
INVALID_EVIDENCE = Rule("PT206", "invalid-evidence")
FAILING_EVIDENCE = Rule("PT207", "failing-evidence")
RECURRING_ERROR = Rule("PT208", "recurring-error", None)

CATALOGUE = tuple(value for value in vars().copy().values() if isinstance(value, Rule))
"""All rules, by code."""


def find_rule(word: str) -> Rule | None:
    """The rule of that code or name, compared without case; None if there is none."""
    wanted = word.strip().lower()
    return next((r for r in CATALOGUE if wanted in (r.code.lower(), r.name)), None)
