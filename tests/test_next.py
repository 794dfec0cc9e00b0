"""`plantrace next`: the tasks that can be started, and how many wait for each."""

from __future__ import annotations

import csv
import io
import json

import pytest
from conftest import metadata
from test_cli import plantrace


def write(project, **tasks):
    """Write tasks T-1, T-2, ..., which are planned if they have no other status."""
    for name, fields in tasks.items():
        task = name.replace("_", "-")
        project.write({f"tasks/{task}/meta.yml": metadata(task, **fields)})
    project.configure()


def find_next(project, *arguments):
    """The ids and numbers of the tasks."""
    ended = plantrace("next", *arguments, "--format", "json", cwd=project.root)
    assert ended.returncode == (0 if '"id"' in ended.stdout else 1)
    return {task["id"]: task["unblocks"] for task in json.loads(ended.stdout)["tasks"]}


@pytest.fixture
def chain(project):
    """T-1 is completed; T-3 and T-4 wait for T-2, and T-5 for T-4."""
    write(
        project,
        T_1={"status": "completed"},
        T_2={"depends_on": ["T-1"], "blocks": ["T-3"]},
        T_3={"phase": "1"},
        T_4={"depends_on": ["T-2"], "phase": "1"},
        T_5={"depends_on": ["T-4", "T-2"], "owner_role": "Anna"},
        T_6={"phase": "1", "owner_role": "Anna", "title": "Alone"},
        T_7={"phase": "0", "title": "Later"},
        T_8={"status": "in_progress"},
    )
    return project


def test_tasks_that_unblock_most_come_first_then_phase_and_id(chain):
    ended = plantrace("next", cwd=chain.root / "tasks")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == (
        "id   phase  title         unblocks\n"
        "T-2  0      Title of T-2  3\n"
        "T-7  0      Later         0\n"
        "T-6  1      Alone         0\n"
    )


@pytest.mark.parametrize(
    ("status", "is_ready"),
    [
        ("completed", True),
        ("dropped", True),
        ("planned", False),
        ("in_progress", False),
        ("blocked", False),
        ("nonsense", False),
    ],
)
def test_a_dependency_must_be_closed(project, status, is_ready):
    write(project, T_1={"status": status}, T_2={"depends_on": ["T-1"]})
    assert ("T-2" in find_next(project)) is is_ready


def test_an_archived_dependency_holds_no_task_back_and_is_not_listed(project):
    write(project, T_1={"archived": True}, T_2={"depends_on": ["T-1"]})
    assert find_next(project) == {"T-2": 0}


def test_the_other_side_of_a_dependency_counts(project):
    write(project, T_1={"blocks": ["T-2"]}, T_2={})
    assert find_next(project) == {"T-1": 1}


def test_an_unknown_dependency_holds_a_task_back(project):
    write(project, T_1={"depends_on": ["X-1"]}, T_2={"blocks": ["X-2"]})
    assert find_next(project) == {"T-2": 0}


def test_metadata_that_cannot_be_read_holds_back_what_depends_on_it(project):
    write(project, T_1={"depends_on": ["T-2"]}, T_3={})
    project.write({"tasks/T-2/meta.yml": "task_id: T-2\n\tstatus: completed\n"})
    assert find_next(project) == {"T-3": 0}
    ended = plantrace("next", cwd=project.root)
    assert ended.stderr == "plantrace: some metadata cannot be read, see 'plantrace check'\n"


def test_a_cycle_has_no_next_task(project):
    write(project, T_1={"depends_on": ["T-2"]}, T_2={"depends_on": ["T-1"]})
    write(project, T_3={"depends_on": ["T-3"]})
    ended = plantrace("next", cwd=project.root)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "plantrace: no task can be started now\n"


def test_only_open_tasks_wait_and_each_is_counted_once(project):
    write(
        project,
        T_1={"blocks": ["T-2", "T-3", "T-5"]},
        T_2={},
        T_3={"status": "active"},
        T_4={"depends_on": ["T-2", "T-3"]},
        T_5={"status": "dropped"},
        T_6={"depends_on": ["T-5"]},  # T-5 holds it back no longer
    )
    assert find_next(project) == {"T-1": 3, "T-6": 0}


def test_filters_select_but_all_waiting_tasks_are_counted(chain):
    assert find_next(chain, "--phase", "0") == {"T-2": 3, "T-7": 0}
    assert find_next(chain, "--owner", "Anna") == {"T-6": 0}
    assert find_next(chain, "--owner", "", "-p", "0") == {"T-2": 3, "T-7": 0}
    assert find_next(chain, "--owner", "Anna", "--phase", "0") == {}


def test_a_limit_leaves_out_the_last_ones_and_counts_them(chain):
    ended = plantrace("next", "--limit", "1", "--format", "csv", cwd=chain.root)
    assert (ended.returncode, ended.stderr) == (0, "plantrace: 2 more tasks, see --limit\n")
    (found,) = csv.DictReader(io.StringIO(ended.stdout, newline=""))
    assert (found["id"], found["unblocks"]) == ("T-2", "3")
    ended = plantrace("next", "--limit", "2", cwd=chain.root)
    assert ended.stderr == "plantrace: 1 more task, see --limit\n"
    assert plantrace("next", "--limit", "3", cwd=chain.root).stderr == ""


def test_ten_tasks_are_shown(project):
    write(project, **{f"T_{number}": {} for number in range(1, 13)})
    assert list(find_next(project)) == [f"T-{number}" for number in range(1, 11)]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--limit", "0"], 2, "0 is not in the range x>=1"),
        (["--limit", "x"], 2, "'x' is not a valid integer"),
        (["--phase", "7"], 2, "no phase '7'\nplantrace: the phases are 0, 1"),
        (["--owner", "Ana"], 2, "no owner 'Ana'; did you mean 'Anna'?"),
        (["--status", "planned"], 2, "No such option"),
        (["T-2"], 2, "unexpected extra argument"),
    ],
)
def test_wrong_arguments_are_refused(chain, arguments, code, said):
    ended = plantrace("next", *arguments, cwd=chain.root)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert said in ended.stderr


def test_a_layout_needs_no_configuration(tmp_path):
    folder = tmp_path / "backlog/tasks"
    folder.mkdir(parents=True)
    for number, needed in ((1, "[]"), (2, "[TASK-1]"), (3, "[task-9]")):
        text = f"id: task-{number}\ntitle: X\nstatus: To Do\ndependencies: {needed}\n"
        (folder / f"task-{number} - X.md").write_text(f"---\n{text}---\n")
    ended = plantrace("next", cwd=tmp_path)
    assert (ended.returncode, "recognized the layout 'backlog'" in ended.stderr) == (0, True)
    assert ended.stdout == "id      title  unblocks\ntask-1  X      1\n"


def test_a_task_that_is_completed_by_its_folder_is_not_next(project):
    for folder in ("tracks/a", "archive/b"):
        project.write({f"conductor/{folder}/metadata.json": '{"status": "new"}'})
    project.options = {"layout": "conductor"}
    project.configure()

    assert find_next(project) == {"a": 0}


def test_a_dependency_that_is_completed_by_its_folder_holds_no_task_back(project):
    text = "---\nid: {}\nstatus: To Do\ndependencies: [{}]\n---\n"
    project.write(
        {
            "backlog/tasks/task-1 - a.md": text.format("task-1", "task-2"),
            "backlog/completed/task-2 - b.md": text.format("task-2", ""),
        }
    )
    project.options = {"layout": "backlog"}
    project.configure()

    assert find_next(project) == {"task-1": 0}


def test_a_planned_task_with_a_ticked_box_has_begun(project):
    for name, box in (("001-a", " "), ("002-b", "x")):
        project.write(
            {
                f"specs/{name}/spec.md": "# A\n\nStatus: Draft\n",
                f"specs/{name}/tasks.md": f"- [{box}] one\n- [ ] two\n",
            }
        )
    project.options = {"layout": "spec-kit"}
    project.configure()

    assert find_next(project) == {"001-a": 0}
