"""`plantrace list`: the tasks by phase and id, filters, columns and formats."""

from __future__ import annotations

import csv
import io
import json
import os

import pytest
from conftest import metadata
from test_cli import plantrace

IDS = ["A-2", "A-10", "B-1", "C-1"]


@pytest.fixture
def tasks(project):
    fields = {
        "A-10": {"phase": "0.5", "status": "Done"},
        "A-2": {"phase": "0.5", "status": "in progress"},
        "B-1": {"phase": "2", "status": "completed", "title": "Größe \x1b[31m"},
        "C-1": {"phase": "10", "status": "shelved"},
    }
    for name, values in fields.items():
        project.write({f"tasks/{name}/meta.yml": metadata(name, **values)})
    project.options = {"statuses": {"shelved": "dropped"}}
    project.configure()
    return project


def test_all_tasks_are_listed_by_phase_and_id(tasks):
    ended = plantrace("list", cwd=tasks.root / "tasks")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == (
        "id    status       phase  title\n"
        "A-2   in progress  0.5    Title of A-2\n"
        "A-10  Done         0.5    Title of A-10\n"
        "B-1   completed    2      Größe \ufffd[31m\n"
        "C-1   shelved      10     Title of C-1\n"
    )


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--status", "completed"], ["A-10", "B-1"]),
        (["--status", "done"], ["A-10"]),
        (["-s", "In_Progress"], ["A-2"]),
        (["--status", "dropped", "--status", "active"], ["A-2", "C-1"]),
        (["--phase", "0.5"], ["A-2", "A-10"]),
        (["-p", "2", "-p", "10"], ["B-1", "C-1"]),
        (["--phase", "0.5", "--status", "completed"], ["A-10"]),
        (["--find", "a- TITLE"], ["A-2", "A-10"]),
        (["--find", "größe"], ["B-1"]),
        (["--find", " ", "--phase", "2"], ["B-1"]),
        (["--find", "of a-10", "--status", "completed"], ["A-10"]),
    ],
)
def test_statuses_kinds_phases_and_words_select(tasks, arguments, found):
    ended = plantrace("list", *arguments, "--format", "json", cwd=tasks.root)
    assert [task["id"] for task in json.loads(ended.stdout)["tasks"]] == found
    text = plantrace("list", *arguments, cwd=tasks.root)
    assert [line.split()[0] for line in text.stdout.splitlines()[1:]] == found


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--status", "dome"], 2, "no status 'dome'; did you mean 'done'?"),
        (["--phase", "3"], 2, "no phase '3'\nplantrace: the phases are 0.5, 2, 10"),
        (["--phase", ""], 1, "no tasks"),
        (["--owner", "DBA"], 2, "no owner 'DBA'\nplantrace: no task has one"),
        (["--find", "nowhere"], 1, "no tasks"),
        (["--evidence", "good"], 2, "'good' is not one of 'none', 'incomplete', 'failing'"),
        (["--sort", "plan"], 2, "'plan' is not one of 'id', '-id', 'status', '-status', 'phase'"),
        (["--format", "xml"], 2, "'xml' is not one of 'text', 'json', 'csv'"),
        (["--status", "blocked"], 1, "no tasks"),
        (["more"], 2, "unexpected extra argument"),
    ],
)
def test_what_is_not_there_is_told(tasks, arguments, code, said):
    ended = plantrace("list", *arguments, cwd=tasks.root)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert said in ended.stderr


def test_a_project_without_tasks_has_none_to_list(project):
    project.configure()
    ended = plantrace("list", cwd=project.root)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "plantrace: no tasks\n")


def test_metadata_that_cannot_be_read_is_not_passed_over(tasks):
    tasks.write({"tasks/broken/meta.yml": "task_id: X\n\ttitle: x\n"})
    ended = plantrace("list", cwd=tasks.root)
    assert ended.returncode == 0
    assert "some metadata cannot be read, see 'plantrace check'" in ended.stderr


def test_archived_tasks_are_marked(project):
    project.write({"tasks/1/meta.yml": metadata("T-1", archived=True)})
    project.write({"tasks/2/meta.yml": metadata("T-2")})
    project.configure()

    lines = plantrace("list", cwd=project.root).stdout.splitlines()
    rows = plantrace("list", "--format", "csv", cwd=project.root).stdout.splitlines()

    assert lines[0].split()[:4] == ["id", "status", "archived", "phase"]
    assert [line.split()[:3] for line in lines[1:]] == [
        ["T-1", "planned", "yes"],
        ["T-2", "planned", "0"],
    ]
    assert [row.rpartition(",")[2] for row in rows] == ["archived", "yes", ""]


def test_files_of_a_layout_that_are_no_tasks_are_none_that_cannot_be_read(tmp_path):
    folder = tmp_path / "backlog/tasks"
    folder.mkdir(parents=True)
    (folder / "task-1 - X.md").write_text("---\nid: task-1\ntitle: X\nstatus: To Do\n---\n")
    (folder / "notes.md").write_text("# Notes\n")
    ended = plantrace("list", cwd=tmp_path)
    assert ended.stdout == "id      status  title\ntask-1  To Do   X\n"
    assert "cannot be read" not in ended.stderr
    (folder / "task-2 - Y.md").write_text("---\nid: [\n---\n")
    assert "some metadata cannot be read" in plantrace("list", cwd=tmp_path).stderr


def test_wide_characters_take_two_columns(project):
    project.write({"tasks/1/meta.yml": metadata("错误-1"), "tasks/2/meta.yml": metadata("T-12345")})
    project.configure()
    lines = plantrace("list", cwd=project.root).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["id", "T-12345", "错误-1"]
    assert lines[2].startswith("错误-1   planned")


OWNED = {
    "T-1": {"owner_role": "dba", "title": "zebra", "status": "planned"},
    "T-2": {"owner_role": ["Frontend", "DBA"], "title": "Apple", "status": "completed"},
    "T-3": {"title": "mango", "status": "blocked"},
    "T-10": {"owner_role": "API", "title": "Banana", "status": "in_progress"},
}


@pytest.fixture
def owned(project):
    project.write({f"tasks/{name}/meta.yml": metadata(name, **it) for name, it in OWNED.items()})
    project.configure()
    return project


def listed(project, *arguments):
    ended = plantrace("list", *arguments, "--format", "json", cwd=project.root)
    assert (ended.returncode, ended.stderr) == (0, "")
    return [task["id"] for task in json.loads(ended.stdout)["tasks"]]


@pytest.mark.parametrize(
    ("owners", "found"),
    [
        (["DBA"], ["T-2"]),
        (["Frontend"], ["T-2"]),
        (["dba", "API"], ["T-1", "T-10"]),
        ([""], ["T-3"]),
        (["", "Frontend"], ["T-2", "T-3"]),
    ],
)
def test_each_owner_of_a_task_selects_it(owned, owners, found):
    assert listed(owned, *(f"--owner={owner}" for owner in owners)) == found


def test_an_unknown_owner_is_an_error_with_a_suggestion(owned):
    ended = plantrace("list", "--owner", "Fronted", cwd=owned.root)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "plantrace: no owner 'Fronted'; did you mean 'Frontend'?\n"
        "plantrace: the owners are API, DBA, Frontend, dba\n"
    )


@pytest.mark.parametrize(
    ("column", "order"),
    [
        ("id", ["T-1", "T-2", "T-3", "T-10"]),
        ("-id", ["T-10", "T-3", "T-2", "T-1"]),
        ("status", ["T-10", "T-3", "T-1", "T-2"]),  # as in the tables: active tasks first
        ("-status", ["T-2", "T-1", "T-3", "T-10"]),
        ("phase", ["T-1", "T-2", "T-3", "T-10"]),
        ("-phase", ["T-1", "T-2", "T-3", "T-10"]),  # all are equal, so they stay sorted by id
        ("owner", ["T-10", "T-1", "T-2", "T-3"]),  # no owner comes last
        ("title", ["T-2", "T-10", "T-3", "T-1"]),
        ("-title", ["T-1", "T-3", "T-10", "T-2"]),
    ],
)
def test_a_column_sorts_both_ways(owned, column, order):
    assert listed(owned, "--sort", column) == order


def test_an_empty_phase_selects_tasks_without_one(owned):
    owned.write({"tasks/T-4/meta.yml": metadata("T-4", phase="")})
    assert listed(owned, "--phase", "") == ["T-4"]


def test_configured_phases_come_first_as_on_the_pages(tasks):
    tasks.options = {"phases": {"10": "Pilot"}, **tasks.options}
    tasks.configure()
    assert listed(tasks) == ["C-1", "A-2", "A-10", "B-1"]
    assert listed(tasks, "--sort", "-phase") == ["B-1", "A-2", "A-10", "C-1"]


def test_owners_are_a_column_if_there_are_any(owned):
    assert plantrace("list", "--status", "completed", cwd=owned.root).stdout == (
        "id   status     phase  owner          title\nT-2  completed  0      Frontend, DBA  Apple\n"
    )
    assert plantrace("list", "--owner", "", cwd=owned.root).stdout == (
        "id   status   phase  title\nT-3  blocked  0      mango\n"
    )


def test_json_has_the_links_of_a_task(project):
    plan, log = "docs/plans/T-2/PLAN.md", "../outside/LOG.md"
    fields = {"implementation_plan": f"./{plan}", "implementation_log": log, "owner_role": "API"}
    project.write(
        {
            "tasks/1/meta.yml": metadata("T-1"),
            "tasks/2/meta.yml": metadata("T-2", depends_on=["T-1", "X"], **fields),
        }
    )
    project.configure()
    ended = plantrace("list", "--format", "json", cwd=project.root)
    first, second = json.loads(ended.stdout)["tasks"]
    assert first == {
        "id": "T-1",
        "title": "Title of T-1",
        "status": "planned",
        "kind": "planned",
        "phase": "0",
        "path": "tasks/1/meta.yml",
        "archived": False,
        "owners": [],
        "plan": None,
        "log": None,
        "depends_on": [],
    }
    assert (second["owners"], second["depends_on"]) == (["API"], ["T-1", "X"])
    assert (second["plan"], second["log"]) == (plan, log)


def test_csv_is_read_back_as_it_was(project):
    title = '=HYPERLINK("x"), @SUM, -1'
    folder = "a,b" if os.name == "nt" else 'a,"b\nc'
    project.write(
        {
            f"tasks/{folder}/meta.yml": metadata("T-1", title=title, owner_role=["A, B", "C"]),
            "tasks/2/meta.yml": metadata("T-2", status="what"),
        }
    )
    project.configure()
    ended = plantrace("list", "--format", "csv", cwd=project.root)
    assert ended.returncode == 0
    head, *rows = csv.reader(io.StringIO(ended.stdout, newline=""), strict=True)
    assert head == "id title status kind phase owner plan log path archived".split()
    path = f"tasks/{folder}/meta.yml"
    assert rows == [
        ["T-1", title, "planned", "planned", "0", "A, B, C", "", "", path, ""],
        ["T-2", "Title of T-2", "what", "", "0", "", "", "", "tasks/2/meta.yml", ""],
    ]


def test_csv_without_tasks_has_its_head(owned):
    ended = plantrace("list", "--find", "nowhere", "--format", "csv", cwd=owned.root)
    assert (ended.returncode, ended.stderr) == (1, "plantrace: no tasks\n")
    assert ended.stdout == "id,title,status,kind,phase,owner,plan,log,path,archived\n"


def test_the_state_of_evidence_selects(project):
    files = {
        "T-1": ["evidence/good.json"],
        "T-2": ["evidence/bad.json"],
        "T-3": ["evidence/good.json", "evidence/none.json"],
        "T-4": ["evidence/none.json"],
        "T-5": [],
    }
    for name, evidence in files.items():
        fields = {"status": "completed", "evidence": evidence}
        project.write({f"tasks/{name}/meta.yml": metadata(name, **fields)})
    project.write(
        {
            "evidence/good.json": '{"status": "PASS"}',
            "evidence/bad.json": '{"status": "FAIL"}',
        }
    )
    project.configure()
    assert listed(project, "--evidence", "complete") == ["T-1"]
    assert listed(project, "--evidence", "failing") == ["T-2"]
    assert listed(project, "--evidence", "incomplete") == ["T-3"]
    assert listed(project, "--evidence", "none", "--evidence", "failing") == ["T-2", "T-4", "T-5"]


def test_files_that_only_a_check_needs_are_not_read(owned):
    owned.write({"known.json": "{", "evidence/x.json": "{"})
    owned.options = {"baseline": "known.json", "schema": "none.json", "signatures": "none.yml"}
    owned.configure()
    assert listed(owned, "--sort", "id") == list(OWNED)


@pytest.fixture
def dated(repository):
    """Tasks in the order in which they were changed: B, C, A."""
    repository.project.configure()
    repository.commit({f"tasks/{name}/meta.yml": metadata(name) for name in "ABC"}, "2026-03-01")
    in_progress = {"tasks/C/meta.yml": metadata("C", status="in_progress")}
    repository.commit(in_progress, "2026-03-02T23:00:00-08:00", author="Ada")
    repository.commit({"tasks/A/meta.yml": metadata("A", title="Title of A!")}, "2026-03-04")
    return repository


def test_dates_are_those_of_git(dated):
    dated.project.write({"tasks/D/meta.yml": metadata("D")})

    ended = plantrace("list", "--dates", cwd=dated.root)

    assert ended.stderr == ""
    assert ended.stdout == (
        "id  status       phase  since       changed     title\n"
        "A   planned      0      2026-03-01  2026-03-04  Title of A!\n"
        "B   planned      0      2026-03-01  2026-03-01  Title of B\n"
        "C   in_progress  0      2026-03-02  2026-03-02  Title of C\n"
        "D   planned      0                              Title of D\n"
    )


def test_other_formats_have_all_dates(dated):
    ended = plantrace("list", "--dates", "--find", "C", "--format", "json", cwd=dated.root)
    row = json.loads(ended.stdout)["tasks"][0]

    assert {name: row[name] for name in list(row)[11:]} == {
        "created": "2026-03-01T12:00:00+01:00",
        "started": "2026-03-02T23:00:00-08:00",
        "completed": None,
        "since": "2026-03-02T23:00:00-08:00",
        "changed": "2026-03-02T23:00:00-08:00",
        "changed_by": "Ada",
    }
    ended = plantrace("list", "--dates", "--find", "C", "--format", "csv", cwd=dated.root)
    assert next(csv.DictReader(io.StringIO(ended.stdout)))["changed_by"] == "Ada"


@pytest.mark.parametrize(
    ("column", "order"),
    [("changed", "BCAD"), ("-changed", "ACBD"), ("-started", "CABD"), ("since", "ABCD")],
)
def test_dates_sort_and_what_has_none_comes_last(dated, column, order):
    dated.project.write({"tasks/D/meta.yml": metadata("D")})

    ended = plantrace("list", "--sort", column, "--format", "json", cwd=dated.root)

    assert [task["id"] for task in json.loads(ended.stdout)["tasks"]] == list(order)


def test_without_a_repository_no_date_is_known(tasks):
    ended = plantrace("list", "--sort", "changed", cwd=tasks.root)

    assert ended.returncode == 0
    assert ended.stdout.count("\n") == 5
    assert ended.stderr.startswith("plantrace: no dates: this is not a Git repository\n")


def test_only_tasks_that_can_start_are_listed(project):
    tasks = {
        "T-1": {"status": "completed"},
        "T-2": {"depends_on": ["T-1"], "owner_role": "Anna"},
        "T-3": {"depends_on": ["T-2"], "owner_role": "Anna"},
        "T-4": {"owner_role": "Ben"},
    }
    project.write({f"tasks/{it}/meta.yml": metadata(it, **fields) for it, fields in tasks.items()})
    project.configure()

    def find(*arguments):
        ended = plantrace("list", "--ready", *arguments, "--format", "json", cwd=project.root)
        return [task["id"] for task in json.loads(ended.stdout)["tasks"]], ended.returncode

    assert find() == (["T-2", "T-4"], 0)
    assert find("--owner", "Anna") == (["T-2"], 0)
    assert find("--status", "completed") == ([], 1)
