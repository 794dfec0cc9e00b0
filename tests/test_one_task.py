"""A question about one task reads few files, and answers as if all had been read."""

from pathlib import Path

import pytest
import yaml
from conftest import metadata, traced

from mkdocs_plantrace.checks.project_check import check_project, check_task
from mkdocs_plantrace.cli import main
from mkdocs_plantrace.reports.task_card import describe

EXAMPLE = Path(__file__).parents[1] / "mkdocs.yml"
LOG = "# Log of {}\n\nPlan: PLAN.md\n\n## Failure\n\n- Error: {}\n- Fix: {}\n"
NOTES = "# Log\n\nPlan: PLAN.md\n\n## {}\n\n- Cause: {}\n- Fix: z\n"
RECORD = {
    **traced("T-1", depends_on=["T-2", "T-3"], blocks=["T-4"], must_read=["docs/guide.md"]),
    **traced("T-2", depends_on=["T-5"]),
    **traced("T-3", status="active"),
    **traced("T-4", depends_on=["T-99"]),
    **traced("T-5", depends_on=["T-1"]),
    "docs/plans/T-1/EXEC_LOG.md": LOG.format("T-1", "the gate `A/1` is shut", "open it"),
    "docs/plans/T-2/EXEC_LOG.md": LOG.format("T-2", "The **gate** B/2 is\n  shut", ""),
    "docs/plans/T-3/EXEC_LOG.md": "# Log of T-3\n\nsignature: GATE.OLD\n- Error: x\n",
    "docs/plans/T-4/EXEC_LOG.md": "# Log of T-4\n\nsignature: GATE.NEW\n- Error: y\n- Fix: z\n",
    "docs/plans/T-5/PLAN.md": "# Plan\n\n[a](../T-1/PLAN.md#none) [b](../gone.md)\n",
    "docs/troubleshooting/gate.md": "# Gate\n\nError: the gate is shut\n",
    "docs/troubleshooting/new.md": "# New\n\nGATE.NEW\n",
    "docs/decisions/one.md": "# One\n\nOf T-1 and `tasks/T-2/meta.yml`.\n",
    "docs/guide.md": "# Guide\n\nSee T-3, [plan](plans/T-2/PLAN.md).\n",
    "notes/PLAN.md": "# Outside docs_dir\n\nAfter T-1.\n",
    "tasks/S-1/meta.yml": metadata("S-1", implementation_plan="docs/plans/T-1/PLAN.md"),
    "tasks/S-2/meta.yml": metadata("S-2", status="active", implementation_plan="notes/PLAN.md"),
    "tasks/D-1/meta.yml": metadata("D-1"),
    "tasks/D-2/meta.yml": metadata("D-1", depends_on=["D-1"]),
    "tasks/C-1/meta.yml": metadata("C-1", depends_on=["C-2"], title="Café"),
    "tasks/C-2/meta.yml": metadata("C-2", depends_on=["C-3"]),
    "tasks/C-3/meta.yml": metadata("C-3", depends_on=["C-1"]),
    "tasks/N-1/meta.yml": "task_id: 5116\ntitle: A number\nphase: 1\nstatus: odd\n",
    "tasks/Q-1/meta.yml": "'task_id': \"Q-1\"\ntitle: Quoted\nphase: 1\nstatus: planned\n",
    "tasks/Q-2/meta.yml": "{task_id: Q-2, title: Flow, phase: 1, status: done, depends_on: [Q-1]}",
    "tasks/D-3/meta.yml": "'task_id': T-2\ntitle: x\nphase: 1\nstatus: planned\n",
    "tasks/B-1/meta.yml": metadata("B-1", blocks=["B-2"]),
    "tasks/B-2/meta.yml": metadata("B-2", blocks=["B-3"]),
    "tasks/B-3/meta.yml": metadata("B-3", blocks=["B-1", "C-2"]),
    "tasks/B-4/meta.yml": metadata("B-4", depends_on=["B-1", "C-1"]),
    "tasks/L-1/meta.yml": metadata("L-1", status="active"),
    "docs/plans/L-1/PLAN.md": "# For L-1\n",
    "tasks/L-2/meta.yml": metadata("L-2", status="active", implementation_plan="docs/l/PLAN.md"),
    "docs/l/PLAN.md": "# Plan of L-2\n\n- <What changes>\n",
    "docs/plans/_template/PLAN.md": "# Plan\n\n- <What changes>\n",
    "docs/l/EXEC_LOG.md": "# Log\n\nL-1\n",
    "docs/m/EXEC_LOG.md": "# Log\n\nNothing.\n",
    "tasks/L-3/meta.yml": metadata("L-3", status="active", implementation_plan="docs/m/PLAN.md"),
    "docs/m/PLAN.md": "# Plan of L-3\n",
    **traced("W-1"),
    **traced("W-2"),
    "docs/plans/W-1/EXEC_LOG.md": LOG.format("W-1", "Das Tor schließt nicht", "öffnen"),
    "docs/plans/W-2/EXEC_LOG.md": LOG.format("W-2", "DAS TOR SCHLIESST NICHT", ""),
    **traced("W-3"),
    **traced("W-4"),
    "docs/plans/W-3/EXEC_LOG.md": LOG.format("W-3", "нет ключа", "найти"),
    "docs/plans/W-4/EXEC_LOG.md": LOG.format("W-4", "Нет ключа!", ""),
    # The heading of the first two is that of a template, so the first and the last are one error.
    **traced("H-1"),
    **traced("H-2"),
    **traced("H-3"),
    "docs/plans/H-1/EXEC_LOG.md": NOTES.format("Notes", "the disk is full"),
    "docs/plans/H-2/EXEC_LOG.md": NOTES.format("Notes", "the key has expired"),
    "docs/plans/H-3/EXEC_LOG.md": NOTES.format("Cause", "the disk is full"),
    "tasks/bad/meta.yml": "task_id: [T-1\n",
    "signatures.yml": "GATE.OLD:\n  superseded_by: GATE.NEW\nGATE.NEW:\n",
}


def assert_equal_answers(configuration):
    _, whole = check_project(configuration)
    assert whole.trace.tasks
    for task in whole.trace.task_index.by_id.values():
        _, part = check_task(configuration, task.id, with_links=True)
        same = part.trace.task_index.by_id[task.id]
        assert describe(part, same) == describe(whole, task)
        _, part = check_task(configuration, task.id)
        assert part.by_task.get(task.id) == whole.by_task.get(task.id)


def test_a_task_is_shown_as_if_all_had_been_read(project):
    project.options = {"signatures": "signatures.yml", "rules": {"PT114": "warning"}}
    project.write(RECORD)
    project.configure()

    assert_equal_answers(project.root / "mkdocs.yml")


def test_the_tasks_of_the_example_are_shown_as_if_all_had_been_read():
    assert_equal_answers(EXAMPLE)


@pytest.mark.parametrize(
    ("arguments", "parsed"),
    [
        (["show", "T-5"], {"T-4", "T-5", "T-6"}),
        (["status", "T-5"], {"T-5", "T-6"}),
        (["status", "T-5", "done"], {"T-4", "T-5", "T-6"}),
        (["log", "T-5", "--error", "x", "--dry-run"], {"T-5", "T-6"}),
    ],
)
def test_only_the_files_that_concern_a_task_are_parsed(project, monkeypatch, arguments, parsed):
    for number in range(1, 30):
        before = {"depends_on": [f"T-{number - 1}"]} if number in (5, 6) else {}
        project.write(traced(f"T-{number}", **before))
    project.configure()
    monkeypatch.chdir(project.root)
    texts = []
    compose = yaml.compose
    monkeypatch.setattr(
        yaml, "compose", lambda text, *more: texts.append(text) or compose(text, *more)
    )

    with pytest.raises(SystemExit):
        main(arguments)

    assert {yaml.safe_load(text)["task_id"] for text in texts if "task_id" in text} == parsed
