"""The pages of the guide about layouts: their records are read and checked as they say."""

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from conftest import Project
from test_cli import plantrace

from mkdocs_plantrace.checks.project_check import check_project
from mkdocs_plantrace.config.layouts import LAYOUT_KEYS, PRESETS, load_preset, read_layout
from mkdocs_plantrace.config.settings import validate_options
from mkdocs_plantrace.model.task import StatusKind

REPOSITORY = Path(__file__).parents[1]
GUIDE = REPOSITORY / "example_site/docs/guide/layouts"
OWN = GUIDE / "own.md"
PAGES = sorted(path for path in GUIDE.glob("*.md") if path.stem != "index")
_BLOCK = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PLANNED, ACTIVE, COMPLETED = StatusKind.PLANNED, StatusKind.ACTIVE, StatusKind.COMPLETED
BACKLOG = "backlog/tasks/task-7 - Lock-the-account.md"
EXECPLAN, DONE_EXECPLAN = ".agent/execplans/lock-account.md", "docs/exec-plans/completed/login.md"
STORY, OLD_STORY = (
    "_bmad-output/implementation-artifacts/1-2-lock-account.md",
    "docs/stories/1.1.login.md",
)
CHANGES, TRACKS, PHASE = "openspec/changes", "conductor", ".planning/phases/01-accounts"
READ = {
    "backlog": {
        "TASK-7": (ACTIVE, "m-1", (1, 2), BACKLOG, BACKLOG, ["TASK-3"]),
        "TASK-3": (COMPLETED, "", (1, 2), None, None, []),
    },
    "bmad": {
        "1-2-lock-account": (COMPLETED, "1", (2, 2), STORY, STORY, []),
        "1-1-login": (ACTIVE, "1", (1, 2), OLD_STORY, None, []),
    },
    "conductor": {
        "lock_account_20260112": (
            *(ACTIVE, "", (2, 3)),
            *(f"{TRACKS}/tracks/lock_account_20260112/plan.md", None, []),
        ),
        "login_20260109": (
            *(PLANNED, "", (1, 1)),
            *(f"{TRACKS}/archive/login_20260109/plan.md", None, []),
        ),
    },
    "execplan": {
        "lock-account": (ACTIVE, "", (1, 2), EXECPLAN, EXECPLAN, []),
        "login": (COMPLETED, "", (1, 2), DONE_EXECPLAN, DONE_EXECPLAN, []),
    },
    "gsd": {
        "01-01": (
            *(COMPLETED, "01", None),
            *(f"{PHASE}/01-01-PLAN.md", f"{PHASE}/01-01-SUMMARY.md", []),
        ),
        "01-02": (
            *(PLANNED, "01", None),
            *(f"{PHASE}/01-02-PLAN.md", None, ["01-01", "01-07"]),
        ),
    },
    "kep": {
        "1205": (COMPLETED, "stable", None, "keps/sig-auth/1205-bound-tokens/README.md", None, []),
        "3331": (ACTIVE, "beta", None, None, None, []),
    },
    "kiro": {
        "login": (ACTIVE, "", (1, 2), ".kiro/specs/login/requirements.md", None, []),
        "logout": (COMPLETED, "", (1, 2), ".kiro/specs/logout/design.md", None, []),
    },
    "openspec": {
        "lock-account": (ACTIVE, "", (1, 2), f"{CHANGES}/lock-account/proposal.md", None, []),
        "add-login": (
            *(COMPLETED, "", (1, 2)),
            *(f"{CHANGES}/archive/2026-01-09-add-login/proposal.md", None, []),
        ),
    },
    "spec-kit": {
        "001-login": (PLANNED, "", (2, 2), "specs/001-login/plan.md", None, []),
        "002-logout": (PLANNED, "", None, "specs/002-logout/spec.md", None, []),
    },
}
"""Kind of status, phase, ticked and all boxes, plan, log and dependencies by preset and id."""


def blocks(page):
    """The blocks of a page: path ('' without one), language and text."""
    return _BLOCK.findall(page.read_text(encoding="utf-8"))


def set_up(page, root):
    """Write the record that a page shows, with its first configuration."""
    project = Project(root=root)
    project.write({path: text for path, _, text in blocks(page) if path})
    (root / "docs").mkdir(exist_ok=True)
    options = (text for path, language, text in blocks(page) if is_options(path, language))
    configure(root, next(options))
    return project


def is_options(path, language):
    return language == "yaml" and not path


def configure(root, options):
    (root / "mkdocs.yml").write_text(f"site_name: Guide\n{options}", encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_answers_as_the_page_says(page, tmp_path):
    set_up(page, tmp_path)
    command, compared = "", 0
    for path, language, text in blocks(page):
        if is_options(path, language):
            configure(tmp_path, text)
        elif language == "bash":
            command = text.strip().removeprefix("plantrace ")
        elif language == "text":
            ended = plantrace(command, cwd=tmp_path)
            assert f"{ended.stdout.rstrip()}\n" == text
            compared += 1
    assert compared >= 2


@pytest.mark.parametrize("preset", READ)
def test_the_record_of_a_page_is_read(preset, tmp_path):
    set_up(GUIDE / f"{preset}.md", tmp_path)
    _, result = check_project(tmp_path / "mkdocs.yml")
    read = {
        task.id: (
            task.status.kind,
            task.phase,
            task.progress and (task.progress.done, task.progress.total),
            task.plan and task.plan.value,
            task.log and task.log.value,
            [text.value for text in task.depends_on],
        )
        for task in result.trace.tasks
    }
    assert read == READ[preset]


@pytest.mark.parametrize(
    ("preset", "titles"), [("backlog", {"Safe accounts", ""}), ("gsd", {"Accounts"})]
)
def test_the_phases_of_a_page_have_titles(preset, titles, tmp_path):
    set_up(GUIDE / f"{preset}.md", tmp_path)
    _, result = check_project(tmp_path / "mkdocs.yml")
    assert {task.phase_title for task in result.trace.tasks} == titles


def test_every_preset_has_a_page_a_record_and_a_row_in_the_readme():
    others = {name for name in PRESETS if not load_preset(name).is_default}
    assert {page.stem for page in PAGES} == {*others, OWN.stem}
    assert set(READ) == others
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| \[`([\w-]+)`\]\(example_site/docs/guide/layouts/\1\.md\)", readme)
    assert sorted(rows) == sorted(others)


def test_a_layout_of_ones_own_connects_its_record(tmp_path):
    project = set_up(OWN, tmp_path)
    configured = yaml.safe_load((tmp_path / "mkdocs.yml").read_text(encoding="utf-8"))
    project.options = configured["plugins"][0]["plantrace"]

    outcome = project.build(strict=True)

    assert outcome.failure is None
    assert outcome.report == ""
    task = outcome.page("trace/tasks/RFC-0007/index.html")
    assert 'href="../../../rfcs/0007-lock-accounts/"' in task
    assert 'href="../../../rfcs/0007-lock-accounts/log/"' in task
    assert 'href="../RFC-0003/"' in task
    plan = outcome.page("rfcs/0003-login/index.html")
    assert '<a href="../../trace/tasks/RFC-0007/">RFC-0007</a> adds a limit' in plan
    assert 'href="../../trace/tasks/RFC-0003/"' in plan
    log = outcome.page("rfcs/0007-lock-accounts/log/index.html")
    assert 'href="../../../trace/tasks/RFC-0007/"' in log
    errors = outcome.page("trace/errors/index.html")
    assert "the counter was never reset" in errors
    assert "LockNotOwnedError: cannot release a lock that is no longer owned" in errors
    assert "the lock is held for ten seconds" in errors


@pytest.fixture(scope="module")
def reference():
    """The hook that writes the tables of the guide."""
    spec = importlib.util.spec_from_file_location(
        "reference", REPOSITORY / "example_site/reference.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TABLE = "| field | tells |\n|---|---|\n| error | what was seen |\n"


@pytest.mark.parametrize(
    ("page", "text", "stray"),
    [
        ("guide/errors.md", f"{TABLE}\n| note | told in passing |\n", "| note | told in passing |"),
        ("index.md", f"Text:\n{TABLE.replace('---', 'x')}", "Text:\\n| field | tells |"),
        ("guide/errors.md", f"{TABLE}\n`a | b`\n\n```\n| a | b |\n```\n", None),
        ("records/log.md", "Either this | or that.\n", None),
    ],
)
def test_a_table_that_is_taken_for_text_stops_the_build_of_the_guide(project, page, text, stray):
    project.write({"docs/index.md": "# Home\n", f"docs/{page}": f"# Page\n\n{text}"})
    project.site = {"hooks": [str(REPOSITORY / "example_site/reference.py")], "plugins": []}
    outcome = project.build()
    said = "\n".join(message for _, message in outcome.records)
    if stray is None:
        assert (outcome.failure, "not a table" in said) == (None, False)
    else:
        assert outcome.failure is not None
        assert f"{page}: not a table: '{stray}" in said


@pytest.mark.parametrize("preset", READ)
def test_the_declaration_on_a_page_is_the_preset(preset, reference):
    page = (GUIDE / f"{preset}.md").read_text(encoding="utf-8")
    shown = reference.on_page_markdown(page, None, None, None)
    options = yaml.safe_load(_BLOCK.findall(shown)[-1][2])["plugins"][0]["plantrace"]
    assert read_layout(options["layout"]) == replace(load_preset(preset), name=f"our-{preset}")


def rows(table):
    """The cells of a table by its first column, without links."""
    lines = table.splitlines()[2:]
    cells = ([cell.strip() for cell in line.strip("|").split(" | ")] for line in lines)
    return {
        re.sub(r"\[`?([^`\]]+)`?\]\(.*\)", r"\1", first).strip("`"): rest for first, *rest in cells
    }


def test_the_tables_of_the_overview_say_which_rules_hold_where(reference):
    off = rows(reference.rules_off())
    assert set(off) == {
        *("missing-plan", "missing-log", "log-without-plan", "document-without-task", "key-style"),
        *("orphan-plan", "orphan-log", "no-final-summary", "error-without-fix"),
    }
    assert off["missing-log"][0] == "error"
    needs = rows(reference.rules_with_needs())
    assert needs["uncited-requirement"] == ["off", "ids of requirements", "`spec-kit`"]
    with_boxes = needs["completed-with-open-boxes"][-1]
    assert ("`openspec`" in with_boxes, "`gsd`" in with_boxes, "`kep`" in with_boxes) == (
        *(True, False, False),
    )
    assert needs["recurring-error"][-1] == "`plantrace`, `backlog`, `bmad`, `execplan`, `gsd`"


def test_the_other_tables_have_all_presets_and_all_keys(reference):
    assert list(rows(reference.presets())) == list(PRESETS)
    assert list(rows(reference.layout_keys())) == list(LAYOUT_KEYS)


def test_a_path_gives_the_status_of_the_second_example(tmp_path):
    set_up(OWN, tmp_path)
    options = [text for path, language, text in blocks(OWN) if is_options(path, language)]
    configure(tmp_path, next(text for text in options if "{status}" in text))
    _, result = check_project(tmp_path / "mkdocs.yml")
    (task,) = result.trace.tasks
    assert (task.id, task.status.kind, task.owner) == ("lock-accounts", ACTIVE, "ann")
    assert (task.progress.done, task.progress.total) == (2, 2)


def test_a_field_that_a_path_cannot_give_is_refused():
    layout = {"tasks": "rfcs/{number}/README.md", "values": {"plan": "{number}.md"}}
    _, messages = validate_options({"layout": layout})
    assert messages == (
        (
            "layout",
            "values of a layout: expected a field that a path can give "
            "(id, title, phase, owner, status), found 'plan'",
        ),
    )
