"""The commands in folders whose tasks have another layout than the default."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from conftest import metadata, traced
from test_cli import plantrace
from test_edits import tree

from mkdocs_plantrace.config.layouts import PRESETS
from mkdocs_plantrace.project.project_markers import find_layout_root, find_used_layouts

MARKERS = {
    "plantrace": "tasks/T-1/meta.yml",
    "backlog": "backlog/tasks/task-1 - x.md",
    "bmad": "_bmad-output/x.md",
    "conductor": "conductor/tracks/x_20260101/metadata.json",
    "execplan": ".agent/execplans/x.md",
    "gsd": ".planning/ROADMAP.md",
    "kep": "keps/sig-node/12-x/kep.yaml",
    "kiro": ".kiro/specs/x/requirements.md",
    "openspec": "openspec/changes/x/proposal.md",
    "spec-kit": "specs/001-x/spec.md",
}
CHANGE = {
    "openspec/changes/archive/2026-01-09-add-login/proposal.md": "# Add the login\n",
    "openspec/changes/archive/2026-01-09-add-login/tasks.md": "- [x] Form\n- [ ] Lock\n",
    "openspec/changes/add-theme/proposal.md": "# Add a theme\n",
}
OPEN_BOX = (
    "openspec/changes/archive/2026-01-09-add-login/tasks.md:2:3: warning PT301 "
    "completed-with-open-boxes: task 'add-login' is completed, but 1 of 2 boxes is not ticked"
)
RECOGNIZED = "plantrace: no configuration; recognized the layout 'openspec' (OpenSpec)\n"
TASK = """\
---
id: task-7
title: Add the login
status: In Progress
---

## Description

Text.
"""


def write(root, files):
    for path, content in files.items():
        where = root / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(content.encode() if isinstance(content, str) else content)


def run(root, *arguments):
    ended = plantrace(*arguments, cwd=root)
    assert "Traceback" not in ended.stderr
    return ended


def test_every_preset_has_a_case():
    assert set(MARKERS) == set(PRESETS)


@pytest.mark.parametrize("name", MARKERS)
def test_a_layout_is_recognized_by_its_files(tmp_path, name):
    write(tmp_path, {MARKERS[name]: "x"})
    assert find_used_layouts(tmp_path) == (name,)


def test_all_layouts_of_a_folder_are_recognized_the_default_first(tmp_path):
    write(tmp_path, {MARKERS[name]: "x" for name in ("openspec", "backlog", "plantrace")})
    assert find_used_layouts(tmp_path) == ("plantrace", "backlog", "openspec")


def test_a_layout_in_another_folder_is_not_recognized(tmp_path):
    write(tmp_path, {f"sub/{path}": "x" for path in MARKERS.values()})
    assert find_used_layouts(tmp_path) == ()


def test_templates_are_no_tasks_and_folders_of_tasks_may_be_nested(tmp_path):
    write(tmp_path, {"tasks/_template/meta.yml": "", "tasks/phase-1/_template/meta.yml": ""})
    assert find_used_layouts(tmp_path) == ()
    write(tmp_path, {"tasks/phase-1/T-1/meta.yml": ""})
    assert find_used_layouts(tmp_path) == ("plantrace",)


def test_a_layout_is_looked_for_up_to_the_top_of_the_repository(tmp_path):
    write(tmp_path, {MARKERS["openspec"]: "x", "a/.git/config": "", "a/b/c.md": ""})
    assert find_layout_root(tmp_path / "a/b") is None
    assert find_layout_root(tmp_path / "openspec/changes") is None  # no repository
    write(tmp_path, {f"a/{MARKERS['backlog']}": "x"})
    assert find_layout_root(tmp_path / "a/b") == tmp_path / "a"
    assert find_layout_root(tmp_path / "a/b", ["openspec"]) is None


def test_check_needs_no_configuration_in_a_recognized_layout(tmp_path):
    write(tmp_path, CHANGE)
    before = tree(tmp_path)
    ended = run(tmp_path, "check")
    assert (ended.returncode, ended.stderr) == (0, RECOGNIZED)
    assert ended.stdout.startswith(OPEN_BOX)
    assert ended.stdout.endswith("\n0 errors, 1 warning in 2 tasks and 2 documents\n")
    assert run(tmp_path, "check", "--strict").returncode == 1
    assert tree(tmp_path) == before


def test_check_without_a_configuration_finds_what_it_finds_after_init(tmp_path):
    write(tmp_path, {**CHANGE, MARKERS["backlog"]: TASK, **traced()})
    before = run(tmp_path, "check", "--format", "json").stdout
    assert run(tmp_path, "init").returncode == 0
    assert run(tmp_path, "check", "--format", "json").stdout == before


def test_all_recognized_layouts_are_named(tmp_path):
    write(tmp_path, {**CHANGE, MARKERS["spec-kit"]: "# x\n"})
    ended = run(tmp_path, "check")
    assert ended.stderr == (
        "plantrace: no configuration; recognized the layouts 'openspec' (OpenSpec) and 'spec-kit'\n"
    )
    assert "in 3 tasks" in ended.stdout


def test_a_layout_above_is_recognized_and_paths_are_those_of_the_user(tmp_path):
    write(tmp_path, {**CHANGE, ".git/config": ""})
    ended = run(tmp_path / "openspec/changes", "check", "archive")
    assert ended.stderr.endswith(" 'openspec' (OpenSpec) in '../..'\n")
    assert ended.stdout.startswith(OPEN_BOX)
    elsewhere = run(tmp_path / "openspec/changes", "check", "add-theme")
    assert "PT301" not in elsewhere.stdout


@pytest.mark.parametrize("form", ["json", "sarif", "github", "junit"])
def test_all_formats_and_evidence_work_without_a_configuration(tmp_path, form):
    write(tmp_path, CHANGE)
    ended = run(tmp_path, "check", "--format", form, "--evidence", "evidence/check.json")
    assert (ended.returncode, ended.stderr) == (0, RECOGNIZED)
    assert "is completed, but 1 of 2 boxes is not ticked" in ended.stdout
    assert json.loads((tmp_path / "evidence/check.json").read_text())["status"] == "PASS"


def test_the_other_reading_commands_need_no_configuration_either(tmp_path):
    write(tmp_path, CHANGE)
    listed = run(tmp_path, "list", "--format", "json")
    assert [task["id"] for task in json.loads(listed.stdout)["tasks"]] == ["add-login", "add-theme"]
    assert listed.stderr == RECOGNIZED
    assert "Add a theme" in run(tmp_path, "show", "add-theme").stdout
    status = run(tmp_path, "status", "add-theme")
    assert status.stdout == "'add-theme' is active: openspec/changes/add-theme/proposal.md\n"
    exported = json.loads(run(tmp_path, "export").stdout)
    assert {task["id"] for task in exported["tasks"]} == {"add-login", "add-theme"}
    assert "add-login" in run(tmp_path, "errors", "add the login").stdout


@pytest.mark.parametrize(
    ("task", "shown"),
    [
        ("1.1", "1-1-add-login  Add the login\n"),
        ("1-1", "1-1-add-login  Add the login\n"),
        ("1-10", "1-10-add-theme  Add a theme\n"),
        ("1-1-Add", "1-1-add-login  Add the login\n"),
        ("7", "BACK-7  Add a search\n"),
        ("7.1", "BACK-7.1  Rank answers\n"),
        ("1", None),  # both stories
        ("2", None),
        ("-", None),
        ("T", None),  # ids of the default layout are written in full
    ],
)
def test_an_id_of_another_layout_may_be_abbreviated(tmp_path, task, shown):
    write(
        tmp_path,
        {
            "_bmad-output/1-1-add-login.md": "# Add the login\n",
            "_bmad-output/1-10-add-theme.md": "# Add a theme\n",
            "backlog/tasks/back-7 - a.md": "---\nid: BACK-7\ntitle: Add a search\n---\n",
            "backlog/tasks/back-7.1 - b.md": "---\nid: BACK-7.1\ntitle: Rank answers\n---\n",
            "tasks/T-1/meta.yml": metadata("T-1"),
        },
    )
    ended = run(tmp_path, "show", task)
    if shown:
        assert ended.stdout.startswith(shown), ended.stderr
    else:
        assert f"plantrace: no task '{task}'" in ended.stderr


@pytest.mark.parametrize("query", ["mail gateway", "postgres_pool", "pool"])
def test_a_document_is_found_by_its_title_and_the_name_of_its_file(tmp_path, query):
    text = "---\nid: task-{}\ntitle: {}\n---\n\n## Implementation Notes\n\nAll tests pass.\n"
    first = "backlog/tasks/task-1 - Fix-postgres_pool.md"
    others = {f"backlog/tasks/task-{n} - Add-login.md": text.format(n, "Login") for n in (2, 3)}
    write(tmp_path, {first: text.format(1, "Repair the mail gateway"), **others})

    assert first in run(tmp_path, "errors", query).stdout


@pytest.mark.parametrize("task", ["fix", "FIX", "ADD_LOGIN", "add"])
def test_an_abbreviation_of_several_ids_is_none(tmp_path, task):
    names = ("fix-x", "add-login", "add.login")
    write(tmp_path, {f"openspec/changes/{name}/proposal.md": "# A\n" for name in names})
    write(tmp_path, {"tasks/FIX-7/meta.yml": metadata("FIX-7")})
    assert f"plantrace: no task '{task}'" in run(tmp_path, "show", task).stderr
    assert run(tmp_path, "show", "fix-x").stdout.startswith("fix-x  A\n")


def test_writing_commands_need_a_configuration(tmp_path):
    write(tmp_path, CHANGE)
    before = tree(tmp_path)
    for arguments in (
        ["new", "T-1", "--title", "x", "--phase", "0"],
        ["status", "add-theme", "done"],
        ["log", "add-theme", "--error", "x"],
    ):
        ended = run(tmp_path, *arguments)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert "'plantrace init' sets up a project here" in ended.stderr
    assert tree(tmp_path) == before


def test_without_a_layout_the_way_to_name_one_is_shown(tmp_path):
    for command in ("check", "list", "next"):
        ended = run(tmp_path, command)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert "'properdocs.yaml' in this folder or a folder above it" in ended.stderr
        assert "'plantrace check --layout NAME' needs none" in ended.stderr


def test_a_layout_without_tasks_fails_when_it_is_named(tmp_path):
    ended = run(tmp_path, "check", "--layout", "kiro")
    assert ended.returncode == 1
    assert "error PT010 no-tasks: no metadata file matches '.kiro/specs/" in ended.stdout


def test_the_named_layouts_count_instead_of_the_recognized_ones(tmp_path):
    write(tmp_path, {**CHANGE, MARKERS["spec-kit"]: "# x\n", MARKERS["kiro"]: "# x\n"})
    one = run(tmp_path, "check", "--layout", "spec-kit")
    assert (one.returncode, one.stderr) == (0, "")
    assert one.stdout == "0 errors, 0 warnings in 1 task and 1 document\n"
    two = run(tmp_path, "check", "--layout", "spec-kit", "--layout", "openspec")
    assert "in 3 tasks" in two.stdout
    twice = run(tmp_path, "check", *["--layout", "spec-kit"] * 2)
    assert (twice.returncode, twice.stdout) == (0, one.stdout)


@pytest.mark.parametrize("option", ["layout: backlog", "layouts: [backlog, kiro]"])
def test_a_named_layout_replaces_that_of_the_configuration(project, option):
    project.write({**CHANGE, "docs/index.md": "# x\n"})
    options = f"{option}, rules: {{PT301: error}}"
    project.write({"mkdocs.yml": f"site_name: x\nplugins:\n  - plantrace: {{{options}}}\n"})
    assert "PT010" in run(project.root, "check").stdout
    ended = run(project.root, "check", "--layout", "openspec")
    assert (ended.returncode, ended.stderr) == (1, "")
    assert ended.stdout.startswith(OPEN_BOX.replace("warning", "error"))


def test_a_named_layout_works_beside_a_site_without_the_plugin(project):
    project.write({**CHANGE, "docs/index.md": "# x\n", "mkdocs.yml": "site_name: x\n"})
    assert run(project.root, "check").returncode == 2
    ended = run(project.root, "check", "--layout", "openspec", "--strict")
    assert ended.returncode == 1
    assert ended.stdout.startswith(OPEN_BOX)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("opnspec", "; did you mean 'openspec'?"), ("Backlog", "; did you mean 'backlog'?"), ("", "")],
)
def test_a_wrong_name_is_a_usage_error_with_a_suggestion(tmp_path, name, hint):
    write(tmp_path, CHANGE)
    ended = run(tmp_path, "check", "--layout", name)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"Invalid value for '--layout': no layout '{name}'{hint} (" in ended.stderr
    assert "openspec, spec-kit)" in ended.stderr


@pytest.mark.parametrize(
    ("names", "option"),
    [
        (["openspec"], {"layout": "openspec"}),
        (["kiro", "backlog"], {"layouts": ["backlog", "kiro"]}),
    ],
)
def test_init_sets_the_recognized_layouts_and_drafts_nothing_in_them(tmp_path, names, option):
    write(tmp_path, {MARKERS[name]: TASK if name == "backlog" else "# x\n" for name in names})
    before = tree(tmp_path)
    ended = run(tmp_path, "init")
    assert ended.returncode == 0, ended.stderr
    after = tree(tmp_path)
    assert {path: after[path] for path in before} == before
    written = {path for path in after.keys() - before.keys() if after[path] is not None}
    assert written == {".github/workflows/plantrace.yml", "docs/index.md", "mkdocs.yml"}
    configuration = yaml.safe_load(after["mkdocs.yml"])
    assert configuration["plugins"] == ["search", {"plantrace": option}]
    assert "exclude_docs" not in configuration
    for name in names:
        assert f"'{name}' (" in ended.stdout.splitlines()[0]
    assert ended.stdout.endswith("Next: plantrace check\n")
    assert run(tmp_path, "check").returncode == 0
    again = run(tmp_path, "init")
    assert again.stdout == "The project is already set up; nothing was written\n"
    assert tree(tmp_path) == after


def test_init_keeps_the_default_layout_beside_another_one(tmp_path):
    write(tmp_path, {"tasks/T-1/meta.yml": metadata(), MARKERS["backlog"]: TASK})
    ended = run(tmp_path, "init")
    assert ended.returncode == 0, ended.stderr
    (entry,) = (it for it in yaml.safe_load((tmp_path / "mkdocs.yml").read_text())["plugins"][1:])
    assert entry == {"plantrace": {"layouts": ["plantrace", "backlog"]}}
    assert (tmp_path / "tasks/_template/meta.yml").is_file()
    assert [path.name for path in (tmp_path / "backlog").rglob("*.md")] == ["task-1 - x.md"]


def test_init_adds_the_layout_to_a_site_and_finds_it_above(tmp_path):
    write(tmp_path, {**CHANGE, ".git/config": ""})
    write(tmp_path, {"site/mkdocs.yml": "site_name: x\ndocs_dir: ../docs\nplugins: [search]\n"})
    ended = run(tmp_path / "site", "init", "--ci", "none")
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "site/mkdocs.yml").read_text() == (
        "site_name: x\ndocs_dir: ../docs\n"
        "plugins: [search, {plantrace: {root: '..', layout: openspec}}]\n"
    )
    assert "'openspec' (OpenSpec) in '..'" in ended.stdout
    assert OPEN_BOX in run(tmp_path / "site", "check").stdout


def test_init_drafts_no_templates_for_a_configured_layout(tmp_path):
    text = "site_name: x\nplugins:\n  - plantrace: {layout: kiro}\n"
    write(tmp_path, {"mkdocs.yml": text})
    assert run(tmp_path, "init", "--ci", "none").returncode == 0
    assert {path for path, content in tree(tmp_path).items() if content is not None} == {
        "docs/index.md",
        "mkdocs.yml",
    }
    assert (tmp_path / "mkdocs.yml").read_text() == text


def configure(root, options):
    write(root, {"mkdocs.yml": f"site_name: x\nplugins:\n  - plantrace: {options}\n"})
    write(root, {"docs/index.md": "# x\n"})


@pytest.mark.parametrize(
    ("layout", "files", "task", "way"),
    [
        ("backlog", {MARKERS["backlog"]: TASK}, "task-7", "use its command 'backlog'"),
        ("openspec", CHANGE, "add-theme", "use its command 'openspec'"),
        (
            "spec-kit",
            {"specs/001-x/spec.md": "# X\n\n**Status**: Draft\n"},
            "001-x",
            "edit 'specs/001-x/spec.md:3'",
        ),
        (
            "conductor",
            {MARKERS["conductor"]: '{"track_id": "x",\n "status": "new"}\n'},
            "x_20260101",
            "edit 'conductor/tracks/x_20260101/metadata.json:2'",
        ),
        (
            "{name: mine, tasks: 'work/{id}/task.md', log: log.md}",
            {"work/T-1/task.md": "# X\n"},
            "T-1",
            "edit 'work/T-1/task.md:1'",
        ),
    ],
    ids=["backlog", "openspec", "spec-kit", "conductor", "own"],
)
def test_the_status_of_another_layout_is_shown_but_not_changed(tmp_path, layout, files, task, way):
    write(tmp_path, files)
    configure(tmp_path, f"{{layout: {layout}}}")
    before = tree(tmp_path)
    assert run(tmp_path, "status", task).returncode == 0
    name = "mine" if "mine" in layout else layout
    for arguments in (["done"], ["nonsense"], ["done", "--dry-run"], ["active"]):
        ended = run(tmp_path, "status", task, *arguments)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr == (
            f"plantrace: '{task}' was not changed: 'plantrace status' cannot change tasks of the "
            f"layout '{name}'; {way}\n"
        )
    assert tree(tmp_path) == before


def test_an_override_of_another_layout_is_refused(tmp_path):
    write(tmp_path, {MARKERS["backlog"]: f"{TASK}\n## Implementation Notes\n\nText.\n"})
    configure(tmp_path, "{layout: backlog}")
    before = tree(tmp_path)
    ended = run(tmp_path, "status", "task-7", "done", "--force", "--reason", "x")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "use its command 'backlog'" in ended.stderr
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("options", "ways"),
    [
        ("{layout: backlog}", ["'backlog': use its command 'backlog'"]),
        ("{layout: kiro}", ["'kiro': write a file such as '.kiro/specs/{id}/spec.json'"]),
        (
            "{layouts: [openspec, spec-kit]}",
            [
                "'openspec': use its command 'openspec'",
                "'spec-kit': write a file such as 'specs/{id:[0-9]*}/spec.md'",
            ],
        ),
    ],
)
def test_no_task_of_another_layout_is_created(tmp_path, options, ways):
    configure(tmp_path, options)
    before = tree(tmp_path)
    for more in ([], ["--dry-run"], ["--status", "nonsense"]):
        ended = run(tmp_path, "new", "T-1", "--title", "x", "--phase", "0", *more)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.splitlines() == [
            "plantrace: 'plantrace new' cannot create tasks in the layouts of this project",
            *(f"plantrace: {way}" for way in ways),
        ]
    assert tree(tmp_path) == before


def test_new_tasks_stay_out_of_the_other_layouts_of_a_project(tmp_path):
    plan = "docs/exec-plans/active/PLAN.md"
    sections = "# X\n\n## Plan of Work\n\nText.\n\n## Progress\n\n- [ ] x\n"
    write(tmp_path, {plan: f"---\nphase: '0'\n---\n{sections}"})
    configure(tmp_path, "{layouts: [plantrace, execplan]}")
    before = tree(tmp_path)
    ended = run(tmp_path, "new", "T-1", "--title", "Mine", "--phase", "0")
    assert ended.returncode == 0, ended.stderr
    after = tree(tmp_path)
    written = {path for path in after.keys() - before.keys() if after[path] is not None}
    assert written == {
        "docs/plans/phase0/T-1_mine/EXEC_LOG.md",
        "docs/plans/phase0/T-1_mine/PLAN.md",
        "tasks/T-1/meta.yml",
        "tasks/plantrace.schema.json",
    }
    assert run(tmp_path, "status", "T-1", "active").returncode == 0
    assert run(tmp_path, "status", "PLAN", "done").returncode == 2


ENTRY = "### DATE — disk is full\n\n- Error: disk is full\n- Fix applied: deleted old images\n"
BEGIN, END = "<!-- SECTION:NOTES:BEGIN -->\n", "<!-- SECTION:NOTES:END -->\n"


def add_entry(root, task, *arguments):
    return run(
        root, "log", task, "--error", "disk is full", "--fix", "deleted old images", *arguments
    )


def without_date(text):
    return re.sub(r"20\d\d-\d\d-\d\d", "DATE", text)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "notes",
    [
        "## Implementation Notes\n\nText.\n\n[[@]]",
        "## Implementation Notes\n\nText.\n[[\n@]]",
        f"## Implementation Notes\n\n{BEGIN}Text.\n[[\n@\n]]{END}",
        f"## Implementation Notes\n\n{BEGIN}Text.\n[[\n@\n]]{END}\n## Final Summary\n\nDone.\n",
        f"## Implementation Notes\n\n{BEGIN}\n[[@\n]]## Changed\n\n- a.py\n{END}",
        "## Implementation Notes\n\nText.\n\n### Day 1\n\nMore.\n\n[[@\n]]# Another\n\nText.\n",
        "## Implementation Notes\n\n```\n## no heading\n```\n\n[[@\n]]## Final Summary\n\nDone.\n",
        "## Implementation Notes (optional)\n[[\n@\n]]## Final Summary\n\nDone.\n",
        "## Implementation Notes\n[[\n@\n]]## Implementation Notes\n\nAgain.\n",
        "## Final Summary\n\nDone.\n[[\n@]]",
        "## Final Summary\n\nDone.\n\n## Implementation Notes\n\n[[@\n]]<!-- /notes -->\n\n",
        "### Implementation Notes\n\nText.\n\n[[#@\n]]### Other\n\nText.\n",
        "# Implementation Notes\n\n## Day 1\n\nText.\n\n[[@]]",
    ],
)
def test_an_entry_goes_to_the_end_of_its_section(tmp_path, notes, end):
    text = f"{TASK}\n{notes}".replace("\n", end)
    head, rest = text.split("[[")
    entry, tail = rest.split("]]")
    path = tmp_path / "backlog/tasks/task-7 - x.md"
    write(tmp_path, {"backlog/tasks/task-7 - x.md": head + tail})
    configure(tmp_path, "{layout: backlog}")
    ended = add_entry(tmp_path, "task-7")
    assert ended.returncode == 0, ended.stderr
    written = entry.replace("@", ENTRY.replace("\n", end))
    assert without_date(path.read_bytes().decode()) == f"{head}{written}{tail}"
    line = head.count("\n") + (2 if written.startswith(end) else 1)
    assert ended.stderr == f"plantrace: log entry added: backlog/tasks/task-7 - x.md:{line}\n"
    assert "deleted old images" in run(tmp_path, "errors", "disk is full").stdout


def test_entries_follow_one_another_in_a_section(tmp_path):
    path = tmp_path / "backlog/tasks/task-7 - x.md"
    write(tmp_path, {path: f"{TASK}\n## Implementation Notes\n\n{BEGIN}{END}\n## Final Summary\n"})
    configure(tmp_path, "{layout: backlog}")
    assert add_entry(tmp_path, "task-7").returncode == 0
    assert add_entry(tmp_path, "task-7").returncode == 0
    section = without_date(path.read_text()).partition("## Implementation Notes\n\n")[2]
    assert section == f"{BEGIN}\n{ENTRY}\n{ENTRY}\n{END}\n## Final Summary\n"
    exported = json.loads(run(tmp_path, "export").stdout)
    assert [error["count"] for error in exported["errors"]] == [2]


def test_entries_of_execplans_go_to_the_surprises(tmp_path):
    head = (
        "# X\n\n## Progress\n\n- [ ] Step\n\n## Surprises & Discoveries\n\n- Observation: slow.\n"
    )
    tail = "\n## Decision Log\n\n- Decision: none.\n"
    path = tmp_path / ".agent/execplans/x.md"
    write(tmp_path, {path: head + tail})
    configure(tmp_path, "{layout: execplan}")
    diff = add_entry(tmp_path, "x", "--dry-run")
    assert "+++ b/.agent/execplans/x.md\n" in diff.stdout
    assert path.read_text() == head + tail
    assert add_entry(tmp_path, "x").returncode == 0
    assert without_date(path.read_text()) == f"{head}\n{ENTRY}{tail}"


def test_a_command_that_fails_and_then_passes_is_logged_in_the_section(tmp_path):
    path = tmp_path / "backlog/tasks/task-7 - x.md"
    head, tail = (
        f"{TASK}\n## Implementation Notes\n\n{BEGIN}",
        f"{END}\n## Final Summary\n\nDone.\n",
    )
    write(tmp_path, {path: head + tail})
    configure(tmp_path, "{layout: backlog}")
    command = [
        "log",
        "task-7",
        "--",
        "sh",
        "-c",
        "test -e ready || { echo Error: no disk; exit 3; }",
    ]
    assert run(tmp_path, *command).returncode == 3
    assert run(tmp_path, *command).returncode == 3
    open_text = path.read_text()
    assert open_text.startswith(head)
    assert open_text.endswith(f"```\n\n{tail}")
    assert open_text.count("- Exit code: 3") == 1  # the second failure is the same
    write(tmp_path, {"ready": ""})
    ended = run(tmp_path, *command)
    assert (ended.returncode, "outcome added to" in ended.stderr) == (0, True)
    text = without_date(path.read_text())
    assert text == without_date(
        open_text.replace(f"\n{tail}", f"\n- Outcome: passed on DATE\n\n{tail}")
    )


@pytest.mark.parametrize(
    ("layout", "path", "log"),
    [
        ("gsd", ".planning/phases/01-x/01-02-PLAN.md", ".planning/phases/01-x/01-02-SUMMARY.md"),
        (
            "{name: mine, tasks: 'work/{id}/task.md', log: log.md}",
            "work/01-02/task.md",
            "work/01-02/log.md",
        ),
    ],
    ids=["gsd", "own"],
)
def test_a_log_that_is_a_file_gets_the_entry_at_its_end(tmp_path, layout, path, log):
    write(tmp_path, {path: "# X\n", log: "# Log\n\nText.\n"})
    configure(tmp_path, f"{{layout: {layout}}}")
    assert add_entry(tmp_path, "01-02").returncode == 0
    assert without_date((tmp_path / log).read_text()) == f"# Log\n\nText.\n\n{ENTRY}"
    assert (tmp_path / path).read_text() == "# X\n"


@pytest.mark.parametrize(
    ("layout", "files", "task", "reason"),
    [
        ("openspec", CHANGE, "add-theme", "the layout 'openspec' has none"),
        (
            "backlog",
            {MARKERS["backlog"]: TASK},
            "task-7",
            "the layout 'backlog' expects it at '#Implementation Notes' or '#Final Summary'",
        ),
        (
            "gsd",
            {".planning/phases/01-x/01-02-PLAN.md": "# X\n"},
            "01-02",
            "the layout 'gsd' expects it at '01-02-SUMMARY.md'",
        ),
    ],
)
def test_without_a_log_nothing_is_written(tmp_path, layout, files, task, reason):
    write(tmp_path, files)
    configure(tmp_path, f"{{layout: {layout}}}")
    before = tree(tmp_path)
    ended = add_entry(tmp_path, task)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"plantrace: task '{task}' has no log in '")
    assert ended.stderr.endswith(f"; {reason}\n")
    assert tree(tmp_path) == before


def test_an_entry_that_cannot_be_below_its_heading_is_refused(tmp_path):
    write(tmp_path, {MARKERS["backlog"]: f"{TASK}\n###### Implementation Notes\n\nText.\n"})
    configure(tmp_path, "{layout: backlog}")
    before = tree(tmp_path)
    ended = add_entry(tmp_path, "task-7")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "would not be read as written" in ended.stderr
    assert tree(tmp_path) == before


def test_without_a_configuration_a_link_may_lead_to_any_file(tmp_path):
    plan = "# Plan\n\n[code](../../../src/a.py) [gone](../../../src/gone.py)\n"
    write(tmp_path, {"docs/exec-plans/active/a.md": plan, "src/a.py": ""})

    without = plantrace("check", cwd=tmp_path)
    configure(tmp_path, "{layout: execplan}")
    as_a_site = plantrace("check", cwd=tmp_path)

    assert "'../../../src/a.py'" not in without.stdout
    assert "no file '../../../src/gone.py'" in without.stdout
    assert "'../../../src/a.py' exists, but is outside docs_dir" in as_a_site.stdout
