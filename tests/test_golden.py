"""Each file in `golden` tells one story: a project, and exactly what a build says of it."""

from pathlib import Path

import pytest
import yaml

from mkdocs_plantrace.checks.catalogue import CATALOGUE

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(GOLDEN.glob("*.yml"))


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_build_says_exactly_this(path, project, tmp_path):
    case = load(path)
    project.root = tmp_path / "checkout"
    project.options = case.get("options", {})
    project.site = case.get("site", {})
    project.write(case["files"])

    outcome = project.build()

    assert outcome.report == case["report"].rstrip("\n")
    assert (outcome.failure is not None) == (": error PT" in case["report"])


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_strict_fails_on_anything_found(path, project, tmp_path):
    case = load(path)
    project.root = tmp_path / "checkout"
    project.options = case.get("options", {})
    project.site = case.get("site", {})
    project.write(case["files"])

    outcome = project.build(strict=True)

    assert (outcome.failure is not None) == bool(case["report"])


@pytest.mark.parametrize("rule", CATALOGUE, ids=lambda rule: rule.code)
def test_every_rule_has_a_case_that_finds_and_one_that_passes(rule):
    finds = load(GOLDEN / f"{rule.code}-finds.yml")
    passes = load(GOLDEN / f"{rule.code}-passes.yml")

    assert f" {rule.code} {rule.name}: " in finds["report"]
    assert passes["report"] == ""
