"""Errors of tasks that touch the same files."""

import pytest
from conftest import metadata, traced
from test_reports import check

from mkdocs_plantrace.trace.related_errors import find_nearby


def met(task, error, *, date="2026-03-01", **fields):
    """A completed task whose log tells of one error."""
    files = traced(task, **fields)
    files[f"docs/plans/{task}/EXEC_LOG.md"] += (
        f"\n## {date}: trouble\n\n- Error: {error}\n- Root cause: a slip\n"
        "- Fix applied: mended it\n- Outcome: passes\n"
    )
    return files


def planned(project, *others, task="T-9", **fields):
    """What a planned task is told: the other task, its error and the path, each."""
    for files in others:
        project.write(files)
    project.write({f"tasks/{task}/meta.yml": metadata(task, **fields)})
    trace = check(project).trace
    found = find_nearby(trace, [trace.task_index.by_id[task]])
    return [(nearby.task, nearby.error.error, nearby.path) for nearby in found]


def test_a_file_that_both_touch(project):
    told = planned(
        project,
        met("T-1", "seats vanish", touches=["src/seats.py", "src/fares.py"]),
        met("T-2", "fares vanish", touches=["src/ports.py"]),
        touches=["src/seats.py"],
    )

    assert told == [("T-1", "seats vanish", "src/seats.py")]


def test_paths_are_told_from_prose_and_folders_from_files(project):
    told = planned(
        project,
        met("T-1", "one", touches="src/a.py, src/b.py"),
        met("T-2", "two", touches=["./src/b.py", "a plan at src/plan.md"]),
        met("T-3", "three", touches=[{"path": "src/c.py"}]),
        met("T-4", "four", touches=["lib/deep/d.py  [generated]"]),
        met("T-5", "five", touches=["web/e*.py"]),
        met("T-6", "six", touches=["api"]),
        {"api/f.py": ""},
        touches=["src/a.py", "src/c.py", "lib/**", "web/e1.py", "api/f.py"],
    )

    assert sorted(told) == [
        ("T-1", "one", "src/a.py"),
        ("T-3", "three", "src/c.py"),
        ("T-4", "four", "lib/deep/d.py"),
        ("T-5", "five", "web/e1.py"),
        ("T-6", "six", "api/f.py"),
    ]


def test_nothing_is_told_of_hollow_values_records_and_common_files(project):
    everyone = [
        met(f"T-1{number:02}", f"{word(number)} is lost", touches=["src/all.py", "tools/**"])
        for number in range(30)
    ]
    told = planned(
        project,
        *everyone,
        met("T-1", "one", touches=["n/a", "**", "<exact/file>", "", "https://x.org/a/b", "/etc/x"]),
        met("T-2", "two", touches=["tasks/T-9/meta.yml", "docs/plans/T-1/PLAN.md"]),
        touches=["n/a", "**", "<exact/file>", "", "https://x.org/a/b", "/etc/x", "src/all.py"]
        + ["tasks/T-9/meta.yml", "docs/plans/T-1/PLAN.md", "tools/x.py"],
    )

    assert told == []


def test_the_same_phase_comes_first_then_what_is_closest(project):
    told = planned(
        project,
        met("T-1", "exact, other phase", phase="1", touches=["src/a.py"]),
        met("T-2", "same folder", touches=["src/**"]),
        met("T-3", "exact", touches=["src/a.py"]),
        met("T-5", "rarer", touches=["src/b.py"], date="2025-01-01"),
        met("T-6", "last of all", phase="2", touches=["src/**"]),
        met("T-7", "and more", phase="2", touches=["src/**"]),
        touches=["src/a.py", "src/b.py"],
    )

    assert [error for _, error, _ in told] == [
        "rarer",
        "exact",
        "same folder",
        "exact, other phase",
        "last of all",
    ]


def test_of_errors_as_close_the_newest_come_first(project):
    told = planned(
        project,
        met("T-1", "old", touches=["src/a.py"], date="2026-01-01"),
        met("T-2", "new", touches=["src/a.py"], date="2026-02-01"),
        met("T-3", "middle", touches=["src/a.py"], date="2026-01-20"),
        touches=["src/a.py"],
    )

    assert [error for _, error, _ in told] == ["new", "middle", "old"]


def test_errors_that_the_task_met_itself_are_left_out_and_each_is_told_once(project):
    for task in ("T-1", "T-2"):
        project.write(met(task, "seats vanish", touches=["src/seats.py"]))
    project.write(met("T-3", "holds vanish", touches=["src/seats.py"]))
    trace = check(project).trace

    (first,) = find_nearby(trace, [trace.task_index.by_id["T-1"]])
    both = find_nearby(trace, [trace.task_index.by_id["T-1"], trace.task_index.by_id["T-3"]])
    (other,) = find_nearby(trace, [trace.task_index.by_id["T-3"]])

    assert (first.task, first.error.error) == ("T-3", "holds vanish")
    assert both == ()
    assert other.error.error == "seats vanish"


def word(number):
    """A word of its own for each number: digits are folded."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")


@pytest.mark.usefixtures("bounded")
def test_many_tasks_touch_the_same_files(project):
    for task in range(800):
        own = f"src/m{task // 4}/f{task}.py"
        touches = [own, f"src/m{task // 4}/**", "src/**", "docs/common.md", "src/m*/g.py"]
        touches.append(f"src/m*/f{task}*.py")
        project.write(met(f"T-{task:04}", f"{word(task)} is lost", touches=touches))
    trace = check(project).trace

    assert all(find_nearby(trace, [task]) for task in trace.tasks)
