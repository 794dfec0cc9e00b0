"""The baseline: a repository with old faults starts to use the gate today."""

import json

import pytest
from conftest import metadata, traced
from test_cli import findings, plantrace


@pytest.fixture
def old(project):
    """A project with two old faults and the option set."""
    project.write({**traced("T-1"), **traced("T-2", depends_on=["X"]), "docs/PLAN.md": "# Old\n"})
    project.options = {"baseline": "known.json"}
    project.configure()
    return project


def known(project):
    return json.loads((project.root / "known.json").read_text(encoding="utf-8"))["problems"]


def test_what_is_known_fails_nothing_and_is_counted(old):
    written = plantrace("baseline", cwd=old.root)
    ended = plantrace("check", "--strict", cwd=old.root)

    assert written.stdout == "2 known problems in 'known.json'\n"
    assert (ended.returncode, findings(ended.stdout)) == (0, [])
    assert ended.stdout == "0 errors, 0 warnings, 2 known problems in 2 tasks and 5 documents\n"
    assert [(entry["rule"], entry["path"]) for entry in known(old)] == [
        ("PT112", "docs/PLAN.md"),
        ("PT110", "tasks/T-2/meta.yml"),
    ]


def test_new_problems_fail_and_moved_lines_do_not(old):
    plantrace("baseline", cwd=old.root)
    old.write({"tasks/T-2/meta.yml": "# a comment\n" + metadata("T-2", depends_on=["X", "Y"])})

    ended = plantrace("check", cwd=old.root)

    assert ended.returncode == 1
    assert [line.partition(": ")[2] for line in findings(ended.stdout) if "error" in line] == [
        "error PT110 unknown-task: depends_on: no task 'Y'"
    ]


def test_a_second_link_to_the_same_nothing_is_new(old):
    old.write({"docs/plans/T-1/PLAN.md": "# Plan of T-1\n\n[a](gone.md)\n"})
    plantrace("baseline", cwd=old.root)
    old.write({"docs/plans/T-1/PLAN.md": "# Plan of T-1\n\n[a](gone.md)\n\n[b](gone.md)\n"})

    ended = plantrace("check", cwd=old.root)

    assert findings(ended.stdout) == [
        "docs/plans/T-1/PLAN.md:5:5: error PT108 broken-document-link: no file 'gone.md'"
    ]


def test_a_mended_problem_is_stale_until_it_is_pruned(old):
    plantrace("baseline", cwd=old.root)
    (old.root / "docs/PLAN.md").unlink()

    stale = plantrace("check", cwd=old.root)
    strict = plantrace("check", "--strict", cwd=old.root)
    pruned = plantrace("baseline", "--prune", cwd=old.root)
    after = plantrace("check", "--strict", cwd=old.root)

    assert findings(stale.stdout) == [
        "known.json:2:1: warning PT012 stale-baseline: PT112 orphan-plan in 'docs/PLAN.md' is fixed"
    ]
    assert (stale.returncode, strict.returncode, after.returncode) == (0, 1, 0)
    assert pruned.stdout == "1 known problem in 'known.json'\n1 fixed problem removed\n"
    assert [entry["rule"] for entry in known(old)] == ["PT110"]


def test_the_file_cannot_grow(old):
    plantrace("baseline", cwd=old.root)
    before = (old.root / "known.json").read_bytes()
    old.write({"docs/b/PLAN.md": "# New\n"})

    grown = plantrace("baseline", cwd=old.root)
    pruned = plantrace("baseline", "--prune", cwd=old.root)

    assert grown.returncode == 1
    assert grown.stderr.startswith("plantrace: 1 new problem cannot be added to 'known.json'")
    assert pruned.returncode == 0
    assert (old.root / "known.json").read_bytes() == before


def test_a_check_of_nothing_is_never_known(project):
    project.options = {"baseline": "known.json"}
    project.configure()

    refused = plantrace("baseline", cwd=project.root)
    project.write({"known.json": '{"version": 1, "problems": []}'})
    pruned = plantrace("baseline", "--prune", cwd=project.root)
    checked = plantrace("check", cwd=project.root)

    assert (refused.returncode, pruned.returncode, checked.returncode) == (2, 2, 1)
    assert "no task, so nothing to record" in refused.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "baseline 'known.json' cannot be read: No such file or directory; "
               "'plantrace baseline' creates it"),
        ("{", "known.json:1:2: the baseline is not JSON: "),
        ("[]", "baseline 'known.json' has no list 'problems'"),
        ('{"version": 2, "problems": []}', "baseline 'known.json' has version 2, expected 1"),
        ('{"version": 1, "problems": [3]}', "baseline 'known.json': entry 1 has a missing or"),
        (
            '{"version": 1, "problems": [{"rule": "PT001", "path": "a", "target": "b",'
            ' "fingerprint": "c", "count": 0}]}',
            "baseline 'known.json': entry 1 has the count 0",
        ),
        ("[" * 100_000, "baseline 'known.json' cannot be read as JSON"),
    ],
)  # fmt: skip
def test_a_baseline_that_cannot_be_used_stops_the_check(old, text, message):
    if text is not None:
        old.write({"known.json": text})

    ended = plantrace("check", cwd=old.root)
    built = old.build()

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"plantrace: {message}")
    assert any(message in said for _, said in built.records)


def test_a_build_takes_known_problems_for_known_and_shows_them(old):
    plantrace("baseline", cwd=old.root)

    outcome = old.build(strict=True)

    page = outcome.page("trace/problems/index.html")
    assert (outcome.failure, outcome.report) == (None, "")
    assert "No new problems." in page
    assert '<span class="pt-badge pt-known">2 known</span>' in page
    assert page.count('<span class="pt-badge pt-known">known</span> <span class="pt-place"') == 2
    assert '<h2 id="unknown-task">PT110 unknown-task (' in page


def test_without_the_option_the_command_says_what_to_do(project):
    project.write(traced())
    project.configure()

    ended = plantrace("baseline", cwd=project.root)

    assert ended.returncode == 2
    assert "add 'baseline: plantrace-baseline.json' to the options" in ended.stderr


def test_an_entry_that_says_something_else_than_its_fingerprint_is_refused(old):
    plantrace("baseline", cwd=old.root)
    text = (old.root / "known.json").read_text(encoding="utf-8")
    old.write({"known.json": text.replace('"target": "X"', '"target": "harmless"')})

    ended = plantrace("check", cwd=old.root)

    assert ended.returncode == 2
    assert "entry 2 does not match its fingerprint" in ended.stderr


def test_entries_doubled_by_a_merge_count_once(old):
    plantrace("baseline", cwd=old.root)
    content = json.loads((old.root / "known.json").read_text(encoding="utf-8"))
    old.write({"known.json": json.dumps(content | {"problems": content["problems"] * 2})})

    checked = plantrace("check", "--strict", cwd=old.root)
    pruned = plantrace("baseline", "--prune", cwd=old.root)

    assert checked.returncode == 0
    assert pruned.stdout == "2 known problems in 'known.json'\n0 fixed problems removed\n"
    assert len(known(old)) == 2


def test_a_mended_near_miss_is_stale(project):
    project.write({"tasks/T-1/meta.yml": metadata(implementation_pln="x"), "docs/a.md": "# A\n"})
    project.options = {"baseline": "known.json"}
    project.configure()
    plantrace("baseline", cwd=project.root)
    project.write({"tasks/T-1/meta.yml": metadata()})

    ended = plantrace("check", cwd=project.root)

    assert [line.split()[2] for line in findings(ended.stdout)] == ["PT012"]


def test_another_wrong_value_of_the_same_field_is_new(project):
    project.write({"tasks/T-1/meta.yml": metadata(archived="maybe"), "docs/a.md": "# A\n"})
    project.options = {"baseline": "known.json"}
    project.configure()
    plantrace("baseline", cwd=project.root)
    project.write({"tasks/T-1/meta.yml": metadata(archived="soon")})

    ended = plantrace("check", cwd=project.root)

    assert [line.split()[2] for line in findings(ended.stdout)] == ["PT012", "PT004"]
