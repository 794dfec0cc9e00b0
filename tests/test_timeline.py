"""The dates of tasks, the changes of days and the progress, from histories made by hand."""

import pytest
from conftest import metadata, traced
from histories import ACTIVE, DONE, DROPPED, PLANNED, at, changed, history

from mkdocs_plantrace.checks.project_check import check_project
from mkdocs_plantrace.model.task import Status, StatusKind
from mkdocs_plantrace.trace.timeline import ProgressPoint, TaskDates, Timeline

PLAN, LOG = "docs/plans/T-1/PLAN.md", "docs/plans/T-1/EXEC_LOG.md"
PROBLEM = "\n## {day} Port taken\n\n- Error: the port {port} is taken\n- Fix: {fix}\n"


@pytest.fixture
def timeline(project):
    def make(known, files):
        project.write({"docs/index.md": "# Home\n", **files})
        project.configure()
        _, result = check_project(project.root / "mkdocs.yml")
        return Timeline(result.trace, known)

    return make


def only_task(timeline):
    (task,) = timeline.trace.tasks
    return task


def test_the_dates_of_a_task(timeline):
    created, started, ended = at("2026-03-01"), at("2026-03-04", "Ben"), at("2026-03-09")
    logged = at("2026-03-12", "Cleo")
    found = timeline(
        history(
            changed(created, None, PLANNED),
            changed(started, PLANNED, ACTIVE),
            changed(ended, ACTIVE, DONE),
            files={"tasks/T-1/meta.yml": (created, started, ended), LOG: (started, logged)},
        ),
        traced("T-1"),
    )
    assert found.find_dates(only_task(found)) == TaskDates(
        created=created,
        started=started,
        completed=ended,
        changed=ended,
        since=ended,
        active=logged,
    )


def test_a_task_that_was_opened_again_is_not_completed_and_keeps_its_first_start(timeline):
    days = [at(f"2026-03-0{day}") for day in range(1, 5)]
    found = timeline(
        history(
            changed(days[0], None, ACTIVE),
            changed(days[1], ACTIVE, DONE),
            changed(days[3], DONE, ACTIVE),
        ),
        {"tasks/T-1/meta.yml": metadata("T-1", status="in_progress")},
    )
    dates = found.find_dates(only_task(found))
    assert dates.started == days[0]
    assert dates.completed is None
    assert dates.since == days[3]


def test_a_completed_task_was_completed_by_the_last_commit_that_completed_it(timeline):
    done = Status(text="done", kind=StatusKind.COMPLETED)
    days = [at(f"2026-03-0{day}") for day in range(1, 6)]
    found = timeline(
        history(
            changed(days[0], None, DONE),
            changed(days[1], DONE, PLANNED),
            changed(days[2], PLANNED, done),
            changed(days[4], done, DONE),  # another word for it
        ),
        traced("T-1"),
    )
    dates = found.find_dates(only_task(found))
    assert dates.completed == days[2]
    assert dates.since == days[4]
    assert dates.started is None


def test_a_status_that_is_not_committed_has_no_date(timeline):
    created = at("2026-03-01")
    found = timeline(
        history(changed(created, None, PLANNED), files={"tasks/T-1/meta.yml": (created,)}),
        traced("T-1", status="completed"),
    )
    assert found.find_dates(only_task(found)) == TaskDates(
        created=created, changed=created, active=created
    )


def test_without_a_history_there_are_no_dates(timeline):
    found = timeline(None, traced("T-1"))
    assert found.find_dates(only_task(found)) == TaskDates()
    assert found.find_progress() == ()
    assert found.find_recent(7) == []
    assert found.find_idle() == []
    assert found.days == ()


def test_the_last_activity_is_the_latest_moment_wherever_its_author_was(timeline):
    early = at("2026-03-05", time="01:00:00+09:00")  # 16:00 of the day before in UTC
    late = at("2026-03-04", time="23:00:00-05:00")  # 04:00 of the next day in UTC
    found = timeline(history(files={"tasks/T-1/meta.yml": (early,), PLAN: (late,)}), traced("T-1"))
    assert found.find_dates(only_task(found)).active == late


def test_two_files_with_one_id_have_their_own_dates(timeline):
    first, second = at("2026-03-01"), at("2026-03-02")
    found = timeline(
        history(
            changed(first, None, DONE, path="tasks/a/meta.yml"),
            changed(second, None, DONE, path="tasks/b/meta.yml"),
        ),
        {f"tasks/{name}/meta.yml": metadata("T-1", status="completed") for name in "ab"},
    )
    tasks = found.trace.tasks
    assert {it.path: found.find_dates(it).created for it in tasks} == {
        "tasks/a/meta.yml": first,
        "tasks/b/meta.yml": second,
    }


def test_tasks_in_progress_are_idle_since_their_last_activity_oldest_first(timeline):
    old, new = at("2026-02-01"), at("2026-03-01")
    found = timeline(
        history(
            files={
                "tasks/T-1/meta.yml": (new,),
                "tasks/T-2/meta.yml": (old,),
                "tasks/T-3/meta.yml": (old,),
                "tasks/T-4/meta.yml": (old,),
            }
        ),
        {
            "tasks/T-1/meta.yml": metadata("T-1", status="in_progress"),
            "tasks/T-2/meta.yml": metadata("T-2", status="in_progress"),
            "tasks/T-3/meta.yml": metadata("T-3", status="in_progress", archived=True),
            "tasks/T-4/meta.yml": metadata("T-4"),
            "tasks/T-5/meta.yml": metadata("T-5", status="in_progress"),  # not committed
        },
    )
    assert [(task.id, last) for task, last in found.find_idle()] == [("T-2", old), ("T-1", new)]


def test_a_day_has_one_change_for_each_task_and_none_for_what_ends_as_it_began(timeline):
    morning, noon = at("2026-03-01"), at("2026-03-01", "Ben", "12:00:00+01:00")
    found = timeline(
        history(
            changed(morning, None, PLANNED),
            changed(morning, PLANNED, ACTIVE, task="T-2"),
            changed(noon, PLANNED, ACTIVE),
            changed(noon, ACTIVE, PLANNED, task="T-2"),
            changed(noon, PLANNED, None, task="T-3"),
        ),
        traced("T-1"),
    )
    (day,) = found.days
    assert day.date == "2026-03-01"
    assert day.time == "2026-03-01T12:00:00+01:00"
    assert [(it.task, it.before, it.after, it.commit.author) for it in day.statuses] == [
        ("T-1", None, ACTIVE, "Ben"),
        ("T-3", PLANNED, None, "Ben"),
    ]


def test_a_day_on_which_everything_was_taken_back_is_left_out(timeline):
    commit = at("2026-03-01")
    found = timeline(
        history(changed(commit, None, PLANNED), changed(commit, PLANNED, None)), traced("T-1")
    )
    assert found.days == ()


def test_a_day_has_plans_and_logs_and_the_errors_that_logs_date(timeline):
    first, second = at("2026-03-01"), at("2026-03-02", "Ben")
    files = traced("T-1")
    for day, port in (("2026-03-02", 1), ("2026-02-31", 2), ("2026-04-01", 3)):
        files[LOG] += PROBLEM.format(day=day, port=port, fix="another port")
    found = timeline(
        history(
            files={
                PLAN: (first, second, second._replace(id="x", author="Ann")),
                LOG: (second,),
                "docs/index.md": (second,),
            }
        ),
        files,
    )
    last, middle, oldest = found.days
    assert (last.date, last.documents) == ("2026-04-01", ())
    assert last.time == "2026-04-01T00:00:00Z"
    assert [entry.error for entry in last.entries] == ["the port 3 is taken"]
    assert [entry.error for entry in middle.entries] == ["the port 1 is taken"]
    assert {it.path: (it.is_new, it.authors) for it in middle.documents} == {
        PLAN: (False, ("Ben", "Ann")),
        LOG: (True, ("Ben",)),
    }
    assert {it.path: (it.is_new, it.authors) for it in oldest.documents} == {PLAN: (True, ("Ann",))}


def test_recent_days_are_those_before_the_last_commit(timeline):
    days = ("2026-03-01", "2026-03-02", "2026-03-08")
    found = timeline(
        history(*(changed(at(day), None, PLANNED, task=f"T-{day}") for day in days)), traced("T-1")
    )
    assert [day.date for day in found.find_recent(7)] == ["2026-03-08", "2026-03-02"]
    assert [day.date for day in found.find_recent(8)] == [*reversed(days)]


def test_progress_counts_tasks_at_the_end_of_each_day_without_dropped_ones(timeline):
    found = timeline(
        history(
            changed(at("2026-03-01"), None, PLANNED),
            changed(at("2026-03-01"), None, DROPPED, task="T-2"),
            changed(at("2026-03-02"), PLANNED, ACTIVE),  # no difference
            changed(at("2026-03-03"), ACTIVE, DONE),
            changed(at("2026-03-03"), None, PLANNED, task="T-3"),
            changed(at("2026-03-05"), DONE, None),
            changed(at("2026-03-06"), PLANNED, DROPPED, task="T-3"),
        ),
        traced("T-1"),
    )
    assert found.find_progress() == (
        ProgressPoint("2026-03-01", 1, 0),
        ProgressPoint("2026-03-03", 2, 1),
        ProgressPoint("2026-03-05", 1, 0),
        ProgressPoint("2026-03-06", 0, 0),
    )
    assert found.find_progress({"tasks/T-3/meta.yml"}) == (
        ProgressPoint("2026-03-03", 1, 0),
        ProgressPoint("2026-03-06", 0, 0),
    )


def test_progress_is_never_less_than_nothing_where_commits_are_not_in_order(timeline):
    found = timeline(
        history(
            changed(at("2026-03-05"), None, PLANNED),
            changed(at("2026-03-02"), PLANNED, DONE),  # rebased onto the other
        ),
        traced("T-1"),
    )
    assert found.find_progress() == (ProgressPoint("2026-03-05", 1, 1),)
