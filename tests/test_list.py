"""`plantrace list`: the tasks by phase and id."""

from __future__ import annotations

import json

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
    ],
)
def test_statuses_kinds_and_phases_select(tasks, arguments, found):
    ended = plantrace("list", *arguments, "--format", "json", cwd=tasks.root)
    assert [task["id"] for task in json.loads(ended.stdout)["tasks"]] == found
    text = plantrace("list", *arguments, cwd=tasks.root)
    assert [line.split()[0] for line in text.stdout.splitlines()[1:]] == found


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--status", "dome"], 2, "no status 'dome'; did you mean 'done'?"),
        (["--phase", "3"], 2, "no phase '3'\nplantrace: the phases are 0.5, 2, 10"),
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


def test_wide_characters_take_two_columns(project):
    project.write({"tasks/1/meta.yml": metadata("错误-1"), "tasks/2/meta.yml": metadata("T-12345")})
    project.configure()
    lines = plantrace("list", cwd=project.root).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["id", "T-12345", "错误-1"]
    assert lines[2].startswith("错误-1   planned")
