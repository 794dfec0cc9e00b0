"""What a problem is known by."""

from msgspec.structs import replace

from mkdocs_plantrace.checks.catalogue import find_rule
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.rule import Severity

BROKEN_LOG_LINK = find_rule("PT104")
BROKEN_PLAN_LINK = find_rule("PT103")

PROBLEM = Problem(
    rule=BROKEN_PLAN_LINK,
    severity=Severity.ERROR,
    location=Location(path="tasks/T-1/meta.yml", line=5, column=22),
    message="no file 'docs/a.md'",
    task="T-1",
    target="docs/a.md",
)


def test_a_fingerprint_stays_when_lines_move_and_words_change():
    moved = replace(PROBLEM, location=Location(path="tasks/T-1/meta.yml", line=9), message="other")

    assert moved.fingerprint == PROBLEM.fingerprint
    assert len(PROBLEM.fingerprint) == 16


def test_a_fingerprint_changes_with_rule_task_path_and_target():
    others = [
        replace(PROBLEM, rule=BROKEN_LOG_LINK),
        replace(PROBLEM, task="T-2"),
        replace(PROBLEM, location=Location(path="tasks/T-2/meta.yml")),
        replace(PROBLEM, target="docs/b.md"),
    ]

    assert len({problem.fingerprint for problem in [PROBLEM, *others]}) == 5
