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


def test_it_shows_cause_fix_and_place(record):
    ended = ask(record, "deadlock", "detected", "seats")

    assert ended.returncode == 0
    assert ended.stdout == (
        '1. psql: ERROR: deadlock detected on relation "seats"  fixed, seen 2 times\n'
        "   cause: rows are locked in the order in which requests come\n"
        "   fix: lock by ascending id\n"
        "   outcome: passes\n"
        "   T-1, T-2  docs/plans/T-1/EXEC_LOG.md:7\n"
    )


def test_a_long_coloured_output_finds_its_error(record):
    lines = [f"2026-05-05 10:00:{n % 60:02} INFO compiling module {n}" for n in range(500)]
    lines.insert(77, '\x1b[31mpsql: ERROR:  deadlock detected on relation "fares"\x1b[0m')
    ended = ask(record, "-", "--format", "json", stdin="\n".join(lines))

    assert ended.returncode == 0
    report = json.loads(ended.stdout)
    assert report["version"] == 1
    match = report["matches"][0]
    assert match.pop("score") > 0
    passage = match.pop("passage")
    assert passage.pop("text").startswith("\n- Error: `psql: ERROR: deadlock detected")
    path = match["path"]
    assert passage == {
        "path": path,
        "line": 6,
        "end_line": 10,
        "heading": f"Log of {path[11:14]} > 2026-03-01 Locks",
    }
    assert match == {
        "key": match["key"],
        "signature": None,
        "error": match["error"],
        "cause": "rows are locked in the order in which requests come",
        "fix": "lock by ascending id",
        "outcome": "passes",
        "tasks": ["T-1", "T-2"],
        "path": path,
        "line": 7,
    }


def test_prose_without_a_label_is_found_with_the_lines_that_match(record):
    record.write(
        {
            "docs/plans/T-3/PLAN.md": "# Plan of T-3\n\n## Risks\n\nThe cache is small.\n\n"
            "The runner swaps when the linker maps all of libfoo at once.\n"
        }
    )
    text = ask(record, "linker", "maps", "libfoo")
    match = json.loads(ask(record, "linker maps libfoo", "--format", "json").stdout)["matches"][0]

    assert text.stdout.startswith(
        "1. Plan of T-3 > Risks\n"
        "   The runner swaps when the linker maps all of libfoo at once.\n"
        "   T-3  docs/plans/T-3/PLAN.md:7\n"
    )
    assert match["error"] == "The runner swaps when the linker maps all of libfoo at once."
    assert [match[name] for name in ("key", "signature", "cause", "fix", "outcome")] == [None] * 5
    assert (match["path"], match["line"], match["tasks"]) == ("docs/plans/T-3/PLAN.md", 7, ["T-3"])
    assert match["passage"]["heading"] == "Plan of T-3 > Risks"


@pytest.mark.parametrize("name", ["CI.DISK.FULL", "CI.NO.SPACE", "ci.no.space"])
def test_a_signature_and_its_aliases_come_first(record, name):
    ended = ask(record, f"the layers: {name}")

    assert ended.stdout.startswith("1. CI.DISK.FULL  open, seen once\n")


def test_without_a_text_all_are_listed(record):
    ended = ask(record)

    assert [line for line in ended.stdout.splitlines() if line[:1].isdigit()] == [
        '1. psql: ERROR: deadlock detected on relation "rows"  fixed, seen 2 times',
        "2. CI.DISK.FULL  open, seen once",
    ]


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_alike_is_reported_and_fails(record, form):
    ended = ask(record, "volcano erupted", "--format", form)

    assert ended.returncode == 1
    if form == "json":
        assert json.loads(ended.stdout) == {"version": 1, "matches": []}
    else:
        assert (ended.stdout, ended.stderr) == (
            "",
            "plantrace: no matches\n",
        )


def test_template_text_that_is_not_filled_in_is_not_searched(project):
    template = "# <title>\n\nTask: T-2\n\n## Scope\n\n- <What is different when this is done>\n"
    plan = template.replace("<title>", "T-2: Rotate the keys")
    files = {
        "tasks/T-2/meta.yml": metadata("T-2", implementation_plan="docs/plans/T-2/PLAN.md"),
        "docs/plans/_templates/PLAN.md": template,
        "docs/plans/T-2/PLAN.md": f"{plan}\n## Risks\n\nThe clocks may differ\n",
    }
    project.write(files)
    project.configure()

    assert plantrace("errors", "scope", cwd=project.root).returncode == 1
    assert plantrace("errors", "what is different", cwd=project.root).returncode == 1
    assert "PLAN.md:11" in plantrace("errors", "the clocks differ", cwd=project.root).stdout


def test_a_project_without_plans_and_logs_has_nothing_that_matches(project):
    project.write({"tasks/T-1/meta.yml": metadata()})
    project.configure()

    searched = plantrace("errors", "anything", cwd=project.root)
    listed = plantrace("errors", cwd=project.root)

    assert (searched.returncode, searched.stderr) == (
        1,
        "plantrace: no matches\n",
    )
    assert (listed.returncode, listed.stderr) == (1, "plantrace: no labelled errors\n")


def test_the_index_is_kept_and_answers_as_before(record, tmp_path):
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    first = ask(record, "deadlock detected seats", **cache)
    (kept,) = (tmp_path / "cache").rglob("search-*.sqlite")
    state = kept.stat()

    again = ask(record, "deadlock detected seats", **cache)

    assert again.stdout == first.stdout
    assert kept.stat().st_ino == state.st_ino
    assert not list((record.root / "docs").rglob("*.sqlite"))


def test_an_edit_is_found_at_once(record):
    ask(record, "deadlock")
    path = record.root / "docs/plans/T-3/EXEC_LOG.md"
    path.write_text(path.read_text() + "\nThe gasket leaks under load.\n", encoding="utf-8")

    assert "gasket" in ask(record, "gasket leaks").stdout


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_index_is_made_anew(record, tmp_path, content):
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    first = ask(record, "deadlock detected seats", **cache)
    (kept,) = (tmp_path / "cache").rglob("search-*.sqlite")
    kept.write_bytes(content)

    again = ask(record, "deadlock detected seats", **cache)

    assert (again.returncode, again.stdout, again.stderr) == (0, first.stdout, "")


@pytest.mark.parametrize("text", ["", "  "])
def test_no_text_at_all_is_a_mistake(record, text):
    ended = ask(record, text)

    assert (ended.returncode, ended.stderr) == (2, "plantrace: no text to search for\n")


def test_a_command_that_printed_nothing_matches_nothing(record):
    ended = ask(record, "-", stdin="")

    assert (ended.returncode, ended.stderr) == (1, "plantrace: no matches\n")


def test_bytes_that_are_no_text_are_no_obstacle(record):
    ended = ask(record, "-", stdin=b"\xff\xfe deadlock detected on relation \x00\n")

    assert ended.returncode == 0


def test_colours_only_where_they_are_wanted(record):
    assert "\x1b[" not in ask(record, "deadlock").stdout
    assert "\x1b[" in ask(record, "deadlock", FORCE_COLOR="1").stdout


def test_what_the_example_says_is_found_first():
    ended = subprocess.run(
        [
            *(sys.executable, "benchmarks/retrieval.py"),
            *("benchmarks/queries.json", "example_site", "--least-first", "0.85"),
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_option_search_adds_pages(record):
    page = "# Runbook\n\n## Volume\n\nThe kraken daemon refuses to mount the volume.\n"
    record.write({"docs/runbooks/kraken.md": page, "docs/about.md": page})
    assert "kraken" not in ask(record, "kraken daemon refuses").stdout

    record.options["search"] = "runbooks/*.md"
    record.configure()

    found = ask(record, "kraken daemon refuses").stdout
    assert "docs/runbooks/kraken.md" in found
    assert "docs/about.md" not in found
