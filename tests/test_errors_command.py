"""`plantrace errors`, as a stranger asks it at two in the morning."""

import json
import subprocess
import sys

import pytest
from conftest import metadata
from test_cli import REPOSITORY, plantrace

LOCK = """
## 2026-03-01 Locks

- Error: `psql: ERROR: deadlock detected on relation "seats"`
- Root cause: rows are locked in the order in which requests come
- Fix applied: lock by ascending id
- Outcome: passes
"""
DISK = """
## 2026-04-02 Disk

- Signature: CI.DISK.FULL
- Error: no space left on device while the layers are unpacked
- Cause: nobody prunes the runner
"""


@pytest.fixture
def record(project):
    for task, log in (("T-1", LOCK), ("T-2", LOCK.replace("seats", "rows")), ("T-3", DISK)):
        folder = f"docs/plans/{task}"
        fields = {
            "status": "completed",
            "implementation_plan": f"{folder}/PLAN.md",
            "implementation_log": f"{folder}/EXEC_LOG.md",
        }
        files = {
            f"tasks/{task}/meta.yml": metadata(task, **fields),
            f"{folder}/PLAN.md": f"# Plan of {task}\n",
            f"{folder}/EXEC_LOG.md": f"# Log of {task}\n\nPlan: PLAN.md\n{log}",
        }
        project.write(files)
    registry = "CI.DISK.FULL:\n  aliases: [CI.NO.SPACE]\n"
    project.write({"docs/signatures.yml": registry})
    project.options = {"signatures": "docs/signatures.yml"}
    project.configure()
    return project


def ask(record, *arguments, **environment):
    return plantrace("errors", *arguments, cwd=record.root, **environment)


def test_it_tells_cause_fix_and_place(record):
    ended = ask(record, "deadlock", "detected")

    assert ended.returncode == 0
    assert ended.stdout == (
        '1. psql: ERROR: deadlock detected on relation "rows"  fixed, met 2 times\n'
        "   cause: rows are locked in the order in which requests come\n"
        "   fix: lock by ascending id\n"
        "   outcome: passes\n"
        "   T-2, T-1  docs/plans/T-2/EXEC_LOG.md:7\n"
    )


def test_a_long_coloured_output_finds_its_error(record):
    lines = [f"2026-05-05 10:00:{n % 60:02} INFO compiling module {n}" for n in range(500)]
    lines.insert(77, '\x1b[31mpsql: ERROR:  deadlock detected on relation "fares"\x1b[0m')
    ended = ask(record, "-", "--format", "json", stdin="\n".join(lines))

    assert ended.returncode == 0
    told = json.loads(ended.stdout)
    assert told["version"] == 1
    (match,) = told["matches"]
    assert match.pop("score") > 0
    assert match == {
        "key": match["key"],
        "signature": None,
        "error": '`psql: ERROR: deadlock detected on relation "rows"`',
        "cause": "rows are locked in the order in which requests come",
        "fix": "lock by ascending id",
        "outcome": "passes",
        "tasks": ["T-2", "T-1"],
        "path": "docs/plans/T-2/EXEC_LOG.md",
        "line": 7,
    }


@pytest.mark.parametrize("name", ["CI.DISK.FULL", "CI.NO.SPACE", "ci.no.space"])
def test_a_signature_and_its_aliases_come_first(record, name):
    ended = ask(record, f"deadlock detected, see {name}")

    assert ended.stdout.startswith("1. CI.DISK.FULL  open, met once\n")


def test_without_a_text_all_are_listed(record):
    ended = ask(record)

    assert [line for line in ended.stdout.splitlines() if line[:1].isdigit()] == [
        '1. psql: ERROR: deadlock detected on relation "rows"  fixed, met 2 times',
        "2. CI.DISK.FULL  open, met once",
    ]


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_alike_is_said_and_fails(record, form):
    ended = ask(record, "volcano erupted", "--format", form)

    assert ended.returncode == 1
    if form == "json":
        assert json.loads(ended.stdout) == {"version": 1, "matches": []}
    else:
        assert (ended.stdout, ended.stderr) == (
            "",
            "plantrace: none of 2 known errors is like it\n",
        )


def test_a_project_without_entries_says_so(project):
    project.write({"tasks/T-1/meta.yml": metadata()})
    project.configure()

    ended = plantrace("errors", "anything", cwd=project.root)

    assert (ended.returncode, ended.stderr) == (1, "plantrace: no log tells of an error\n")


@pytest.mark.parametrize("text", ["", "  "])
def test_no_text_at_all_is_a_mistake(record, text):
    ended = ask(record, text)

    assert (ended.returncode, ended.stderr) == (2, "plantrace: there is no text to look for\n")


def test_a_command_that_printed_nothing_matches_nothing(record):
    ended = ask(record, "-", stdin="")

    assert (ended.returncode, ended.stderr) == (1, "plantrace: none of 2 known errors is like it\n")


def test_bytes_that_are_no_text_are_no_obstacle(record):
    ended = ask(record, "-", stdin=b"\xff\xfe deadlock detected on relation \x00\n")

    assert ended.returncode == 0


def test_colours_only_where_they_are_wanted(record):
    assert "\x1b[" not in ask(record, "deadlock").stdout
    assert "\x1b[" in ask(record, "deadlock", FORCE_COLOR="1").stdout


def test_the_errors_of_the_example_are_found_again_elsewhere():
    ended = subprocess.run(
        [sys.executable, "benchmarks/retrieval.py", "--json"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert json.loads(ended.stdout)["first"] >= 0.9 * json.loads(ended.stdout)["drawn"] > 0


def test_the_option_search_adds_pages(record):
    page = "# Runbook\n\n## Volume\n\nThe kraken daemon refuses to mount the volume.\n"
    record.write({"docs/runbooks/kraken.md": page, "docs/about.md": page})
    assert "kraken" not in ask(record, "kraken daemon refuses").stdout

    record.options["search"] = "runbooks/*.md"
    record.configure()

    found = ask(record, "kraken daemon refuses").stdout
    assert "docs/runbooks/kraken.md" in found
    assert "docs/about.md" not in found
