"""What the log and the plan of one folder tell together, and the page that curates it."""

from conftest import metadata, traced
from test_reports import check

REM = "docs/plans/REM-2026-03-01_gate"
SCAFFOLD = """# REMEDIATION EXEC LOG

failure_signature: CI.GATE
final_status: OPEN

- created_at_utc: 2026-03-01T10:00:00Z
- action: casefile created
"""
PLAN = """# REMEDIATION PLAN

failure_signature: CI.GATE

## Root cause

The evidence lacked its timestamp.

## Fix

Stamp every file that the gate reads.
"""


def entries(project, files):
    project.write(files)
    return check(project).trace.entries


def test_a_plan_lends_its_log_the_signature_the_cause_and_the_fix(project):
    (entry,) = entries(
        project,
        {
            f"{REM}/PLAN.md": PLAN,
            f"{REM}/EXEC_LOG.md": "# Log\n\n- Error: the gate refused the evidence\n",
        },
    )

    assert (entry.location.path, entry.location.line) == (f"{REM}/EXEC_LOG.md", 3)
    assert (entry.signature, entry.date) == ("CI.GATE", "2026-03-01")
    assert entry.cause == "The evidence lacked its timestamp."
    assert entry.fix == "Stamp every file that the gate reads."


def test_several_entries_of_a_log_keep_their_own_causes(project):
    log = "# Log\n\n## One\n- Error: seats vanish\n\n## Two\n- Error: fares vanish\n- Fix: found\n"
    found = entries(project, {f"{REM}/PLAN.md": PLAN, f"{REM}/EXEC_LOG.md": log})

    assert [entry.cause for entry in found if entry.location.path.endswith("LOG.md")] == [None] * 2
    assert {entry.signature for entry in found} == {"CI.GATE"}


def test_a_bare_scaffold_leaves_the_word_to_its_plan(project):
    (entry,) = entries(project, {f"{REM}/PLAN.md": PLAN, f"{REM}/EXEC_LOG.md": SCAFFOLD})

    assert (entry.location.path, entry.location.line) == (f"{REM}/PLAN.md", 5)
    assert entry.anchor == "root-cause"


def test_a_failure_of_the_plan_and_the_change_of_the_log_make_one_entry(project):
    plan = (
        "# PLAN\n\nfailure_signature: CI.GATE\n\n## Scope\n- The gate failed for want of a row.\n"
    )
    log = f"{SCAFFOLD}- action: added row 77 to the threat model\n"
    (entry,) = entries(project, {f"{REM}/PLAN.md": plan, f"{REM}/EXEC_LOG.md": log})

    assert (entry.location.path, entry.location.line) == (f"{REM}/EXEC_LOG.md", 8)
    assert entry.error == "The gate failed for want of a row."
    assert entry.fix == "added row 77 to the threat model"


def test_a_plan_without_a_log_or_of_a_feature_tells_nothing(project):
    feature = PLAN.replace("failure_signature: CI.GATE\n", "")
    files = {f"{REM}-2/PLAN.md": PLAN, "docs/plans/T-9/PLAN.md": feature}

    files["docs/plans/T-9/EXEC_LOG.md"] = "# Log\n\n- Added the thing.\n"

    assert entries(project, files) == ()


def test_entries_belong_to_the_tasks_of_their_log(project):
    files = {**traced("T-1"), **traced("T-2")}
    files["docs/plans/T-1/EXEC_LOG.md"] += "\n## Trouble\n\n- Error: it broke\n- Fix: mended\n"
    (entry,) = entries(project, files)

    assert entry.tasks == ("T-1",)
    assert check(project).trace.errors_of_task["T-1"][0].entries == (entry,)
    assert "T-2" not in check(project).trace.errors_of_task


def curated(project, log, page):
    files = traced()
    files["docs/plans/T-1/EXEC_LOG.md"] += log
    files["docs/troubleshooting/seats.md"] = page
    project.write(files)
    return {error.error: error.page for error in check(project).trace.errors}


def test_the_page_that_an_entry_links_curates_its_error(project):
    log = (
        "\n## One\n\n- Error: seats vanish\n- Fix: see"
        " [seats](../../troubleshooting/seats.md)\n\n## Two\n\n- Error: fares vanish\n"
    )

    assert curated(project, log, "# Seats\n") == {
        "seats vanish": "docs/troubleshooting/seats.md",
        "fares vanish": None,
    }


def test_the_page_that_names_the_signature_curates_its_error(project):
    log = "\n## One\n\n- Signature: SEATS.GONE\n- Error: seats vanish\n"

    page = "docs/troubleshooting/seats.md"
    assert curated(project, log, "# Seats\n\nOf `SEATS.GONE`.\n") == {"seats vanish": page}
    assert curated(project, log, "# Seats\n\nOf SEATS.GONE.AGAIN.\n") == {"seats vanish": None}


def test_plans_and_logs_of_one_folder_belong_together_by_their_tasks(project):
    project.options = {"plans": "**/*-PLAN.md", "logs": "**/*-LOG.md"}
    files = {}
    for task, signature in (("T-1", "DB.DISK_FULL"), ("T-2", "TLS.CERT")):
        plan, log = f"docs/plans/{task}-PLAN.md", f"docs/plans/{task}-LOG.md"
        files[f"tasks/{task}/meta.yml"] = metadata(
            task, implementation_plan=plan, implementation_log=log
        )
        files[plan] = f"# Plan\n\nfailure_signature: {signature}\n"
        files[log] = f"# Log\n\n- Error: {task} broke in its own way\n- Fix: mended {task}\n"

    assert {entry.tasks: entry.signature for entry in entries(project, files)} == {
        ("T-1",): "DB.DISK_FULL",
        ("T-2",): "TLS.CERT",
    }


def test_what_a_plan_with_two_logs_tells_is_told_once(project):
    project.options = {"logs": "**/*_LOG.md"}
    plan = "docs/plans/shared/PLAN.md"
    files = {plan: PLAN}
    for task, error in (("T-1", "seats vanish"), ("T-2", "fares vanish")):
        log = f"docs/plans/shared/{task}_LOG.md"
        files[f"tasks/{task}/meta.yml"] = metadata(
            task, implementation_plan=plan, implementation_log=log
        )
        files[log] = f"# Log\n\n- Error: {error}\n- Cause: a race\n- Fix: a lock around it\n"
    found = entries(project, files)

    assert [entry.location.path for entry in found].count(plan) == 1
    assert next(entry for entry in found if entry.location.path == plan).tasks == ("T-1", "T-2")
