"""The evidence of a check, which must never say PASS when something went wrong."""

import json
import subprocess
from datetime import UTC, datetime

import pytest
from conftest import metadata, traced
from test_cli import plantrace, run_mkdocs

from mkdocs_plantrace import __version__

OLD = '{"check_id": "TASK-PLANS-PRESENT", "status": "PASS"}'


def evidence(project, path="evidence/plans.json"):
    return json.loads((project.root / path).read_text(encoding="utf-8"))


def test_a_clean_check_says_pass_and_what_it_looked_at(project):
    project.write({**traced("T-2"), **traced("T-10")})
    project.options = {"evidence": "evidence/plans.json", "rules": {"PT202": "off"}}
    project.configure()
    before = datetime.now(UTC).replace(microsecond=0)

    ended = plantrace("check", cwd=project.root)

    found = evidence(project)
    stated = datetime.fromisoformat(found.pop("timestamp_utc"))
    assert ended.returncode == 0
    assert before <= stated <= datetime.now(UTC)
    assert found == {
        "check_id": "TASK-PLANS-PRESENT",
        "status": "PASS",
        "git_sha": None,
        "tool_version": __version__,
        "checked_tasks": ["T-10", "T-2"],
        "errors": [],
        "warnings": [],
        "skipped": ["PT202"],
        "baselined": 0,
    }


def test_problems_say_fail_with_their_places(project):
    project.write({"tasks/T-1/meta.yml": metadata(depends_on=["X"]), "docs/PLAN.md": "# Old\n"})
    project.configure()

    ended = plantrace("check", "--evidence", "out/e.json", cwd=project.root)

    found = evidence(project, "out/e.json")
    assert ended.returncode == 1
    assert found["status"] == "FAIL"
    assert found["errors"] == [
        "tasks/T-1/meta.yml:6:3: PT110 unknown-task: depends_on: no task 'X'"
    ]
    assert found["warnings"] == ["docs/PLAN.md:1:1: PT112 orphan-plan: no task refers to this plan"]


def test_warnings_fail_under_strict_only(project):
    project.write({**traced(), "docs/PLAN.md": "# Old\n"})
    project.options = {"evidence": "e.json"}
    project.configure()

    plantrace("check", cwd=project.root)
    lenient = evidence(project, "e.json")
    plantrace("check", "--strict", cwd=project.root)

    assert (lenient["status"], evidence(project, "e.json")["status"]) == ("PASS", "FAIL")


def test_paths_narrow_the_report_but_not_the_evidence(project):
    project.write({**traced(), "tasks/T-2/meta.yml": metadata("T-2", depends_on=["X"])})
    project.options = {"evidence": "e.json"}
    project.configure()

    ended = plantrace("check", "docs", cwd=project.root)

    assert ended.returncode == 0
    assert evidence(project, "e.json")["status"] == "FAIL"


@pytest.mark.parametrize(
    ("configuration", "reason"),
    [
        (
            "plugins: [plantrace\n",
            "mkdocs.yml:2:1: while parsing a flow sequence: expected ',' or ']', but got",
        ),
        ("plugins: [{plantrace: {evidence: e.json, nav: 1}}]\n", "option 'nav': expected pruned"),
        ("plugins: [{plantrace: {evidence: e.json, baseline: b.json}}]\n", "baseline 'b.json'"),
        ("plugins: [{plantrace: {evidence: e.json, schema: s.json}}]\n", "schema 's.json'"),
    ],
)
def test_a_check_that_could_not_be_made_says_fail_and_why(project, configuration, reason):
    project.write({**traced(), "mkdocs.yml": configuration, "e.json": OLD})
    (project.root / "docs").mkdir(exist_ok=True)

    ended = plantrace("check", "--evidence", "e.json", cwd=project.root)

    found = evidence(project, "e.json")
    assert (ended.returncode, found["status"]) == (2, "FAIL")
    assert reason in found["errors"][0]
    assert found["checked_tasks"] == []


def test_evidence_that_cannot_be_written_ends_the_command(project):
    project.write({**traced(), "taken": "a file"})
    project.configure()

    ended = plantrace("check", "--evidence", "taken/e.json", cwd=project.root)

    assert ended.returncode == 2
    assert ended.stderr.startswith("plantrace: 'taken/e.json' cannot be written: ")


def test_equal_trees_give_equal_evidence_but_for_time_and_commit(project):
    project.write({**traced(), "docs/PLAN.md": "# Old\n"})
    project.options = {"evidence": "e.json"}
    project.configure()
    texts = []

    for seed in (1, 2):
        plantrace("check", cwd=project.root, PYTHONHASHSEED=str(seed))
        lines = (project.root / "e.json").read_text(encoding="utf-8").split("\n")
        texts.append([line for line in lines if "timestamp_utc" not in line])

    assert texts[0] == texts[1]
    assert [path.name for path in project.root.glob("*.json*")] == ["e.json"]


def test_the_commit_is_stated(project):
    project.write(traced())
    project.options = {"evidence": "e.json"}
    project.configure()
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q"], cwd=project.root, check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], cwd=project.root, check=True)
    head = subprocess.run(
        [*git, "rev-parse", "HEAD"], cwd=project.root, check=True, capture_output=True, text=True
    )

    plantrace("check", cwd=project.root)

    assert evidence(project, "e.json")["git_sha"] == head.stdout.strip()


def test_a_build_writes_evidence_whatever_the_outcome(project):
    project.options = {"evidence": "evidence/plans.json"}
    project.write(traced())
    project.build()
    good = evidence(project)["status"]
    project.write({"tasks/T-2/meta.yml": metadata("T-2", depends_on=["X"])})

    outcome = project.build()

    assert good == "PASS"
    assert ("ERROR", "plantrace: 1 error, 0 warnings in 2 tasks and 2 documents") in outcome.records
    assert evidence(project)["status"] == "FAIL"


def test_a_build_that_ends_before_the_check_leaves_no_pass(project):
    project.options = {"evidence": "e.json", "baseline": "gone.json"}
    project.write({**traced(), "e.json": OLD})

    outcome = project.build()

    assert outcome.failure is not None
    assert evidence(project, "e.json")["status"] == "FAIL"


def test_evidence_that_a_task_promises_about_the_check_itself_is_not_judged(project):
    project.write(traced(evidence=["e.json"]))
    project.options = {"evidence": "e.json"}
    project.configure()

    first = plantrace("check", "--strict", cwd=project.root)
    named = plantrace("check", "--strict", "--evidence", "e.json", cwd=project.root)

    assert (first.returncode, named.returncode) == (0, 0)
    assert evidence(project, "e.json")["status"] == "PASS"


@pytest.mark.parametrize(
    "fault",
    ["plugins: [{plantrace: {evidence: e.json, rulez: 1}}]\n"]
    + ["docs_dir: nope\nplugins: [{plantrace: {evidence: e.json}}]\n"],
)
def test_an_older_pass_does_not_outlive_a_broken_configuration(project, fault):
    project.write({**traced(), "e.json": OLD, "mkdocs.yml": f"site_name: x\n{fault}"})

    ended = plantrace("check", cwd=project.root)

    assert ended.returncode == 2
    assert evidence(project, "e.json")["status"] == "FAIL"


def test_a_build_with_wrong_options_leaves_no_pass(project):
    project.write({**traced(), "e.json": OLD})
    project.options = {"evidence": "e.json", "rulez": 1}
    project.configure()

    ended = run_mkdocs("build", cwd=project.root)

    assert ended.returncode == 1
    assert evidence(project, "e.json")["errors"] == [
        "option 'rulez': unknown option; did you mean 'rules'?"
    ]


@pytest.mark.parametrize("name", ["mkdocs.yml", "docs/plans/T-1/PLAN.md", "other.json"])
def test_a_file_that_is_no_evidence_is_never_replaced(project, name):
    project.write({**traced(), "other.json": '{"status": "PASS"}'})
    project.options = {"evidence": name}
    project.configure()
    before = (project.root / name).read_bytes()

    by_option = plantrace("check", cwd=project.root)
    by_argument = plantrace("check", "--evidence", name, cwd=project.root)
    built = project.build()

    assert (by_option.returncode, by_argument.returncode) == (2, 2)
    assert "is not evidence of this check and is not replaced" in by_option.stderr
    assert built.failure is not None
    assert (project.root / name).read_bytes() == before


def test_evidence_behind_a_link_is_written_where_the_link_leads(project, tmp_path_factory):
    project.write({**traced(), "kept/e.json": OLD})
    (project.root / "e.json").symlink_to("kept/e.json")
    (project.root / "out").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    project.options = {"evidence": "e.json"}
    project.configure()

    ended = plantrace("check", cwd=project.root)
    project.options = {"evidence": "out/e.json"}
    project.configure()
    outside = plantrace("check", cwd=project.root)

    assert ended.returncode == 0
    assert (project.root / "e.json").is_symlink()
    assert evidence(project, "kept/e.json")["status"] == "PASS"
    assert "'out/e.json' is a symbolic link out of the project root" in outside.stderr


def test_a_wrong_path_or_an_unwritable_report_leaves_no_pass(project):
    project.write(traced())
    project.configure()

    for arguments in (["gone"], ["-o", "docs"]):
        ended = plantrace("check", "--evidence", "e.json", *arguments, cwd=project.root)

        assert ended.returncode == 2
        assert evidence(project, "e.json")["status"] == "FAIL"
