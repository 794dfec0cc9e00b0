"""Which configuration a command reads, from any folder of a project."""

from __future__ import annotations

import json
import os

import pytest
from conftest import metadata, traced
from test_cli import findings, plantrace
from test_completion import complete

NAMES = ["mkdocs.yml", "mkdocs.yaml", "properdocs.yml", "properdocs.yaml"]
SITE = "site_name: x\nplugins: [plantrace]\n"
SUBFOLDERS = [".", "docs", "tasks/T-1", "docs/plans/T-1"]


@pytest.mark.parametrize("folder", SUBFOLDERS)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_found_in_the_folder_or_the_nearest_one_above(project, name, folder):
    project.write({**traced(depends_on=["X"]), name: SITE})

    ended = plantrace("check", cwd=project.root / folder)

    assert (ended.returncode, ended.stderr) == (1, "")
    assert findings(ended.stdout)[0].startswith("tasks/T-1/meta.yml:")


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["mkdocs.yml", "mkdocs.yaml"], "mkdocs.yml"),
        (["mkdocs.yml", "properdocs.yml"], "mkdocs.yml"),
        (["mkdocs.yaml", "properdocs.yaml"], "mkdocs.yaml"),
        (["properdocs.yaml", "properdocs.yml", "mkdocs.yaml"], "mkdocs.yaml"),
    ],
)
def test_of_several_in_one_folder_it_is_the_one_that_mkdocs_reads(project, names, found):
    project.write(dict.fromkeys(names, "site_name: x\nplugins: [search]\n"))

    ended = plantrace("check", cwd=project.root)

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"plantrace: {found}: there is no 'plantrace' in 'plugins'")


def test_the_nearest_folder_wins_whatever_the_name(project):
    project.write({"properdocs.yml": SITE, "a/mkdocs.yaml": "site_name: x\nplugins: []\n"})
    (project.root / "a/b/mkdocs.yml").mkdir(parents=True)  # a folder is no configuration

    ended = plantrace("check", cwd=project.root / "a/b")

    assert ended.returncode == 2
    assert f"{os.path.join('..', 'mkdocs.yaml')}: there is no 'plantrace'" in ended.stderr


EVERY = [
    ["check"],
    ["show", "T-1"],
    ["errors", "timeout"],
    ["errors"],
    ["list"],
    ["next"],
    ["export"],
    ["baseline"],
    ["promote", "timeout"],
    ["status", "T-1", "active"],
    ["status", "T-1"],
    ["new", "T-2", "--title", "x", "--phase", "0"],
    ["log", "T-1", "--error", "timeout"],
]


@pytest.mark.parametrize("arguments", EVERY, ids=" ".join)
def test_without_one_every_command_lists_what_was_looked_for(tmp_path, arguments):
    ended = plantrace(*arguments, cwd=tmp_path)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Traceback" not in ended.stderr
    for name in NAMES:
        assert f"'{name}'" in ended.stderr
    assert "in this folder or a folder above it" in ended.stderr
    assert "'plantrace init'" in ended.stderr


@pytest.mark.parametrize("arguments", EVERY, ids=" ".join)
def test_every_command_finds_it_above(project, arguments):
    log = "# Log\n\nPlan: PLAN.md\n\n- Error: timeout\n- Fix: wait\n- Outcome: passed\n"
    project.write({**traced(status="planned"), "docs/plans/T-1/EXEC_LOG.md": log})
    project.options = {"baseline": "known.json"} if arguments == ["baseline"] else {}
    project.configure()
    (project.root / "mkdocs.yml").rename(project.root / "mkdocs.yaml")

    ended = plantrace(*arguments, cwd=project.root / "docs/plans")

    assert ended.returncode == 0, ended.stderr


def test_rules_and_schemas_are_printed_without_one(tmp_path):
    assert plantrace("explain", "PT104", cwd=tmp_path).returncode == 0
    assert plantrace("schema", cwd=tmp_path).returncode == 0


def test_a_command_runs_without_one_and_ends_as_it_would(tmp_path):
    ended = plantrace("log", "T-1", "--", "sh", "-c", "echo done; exit 7", cwd=tmp_path)

    assert (ended.returncode, ended.stdout) == (7, "done\n")
    assert "the failure was not logged: " in ended.stderr
    assert "'mkdocs.yml'" in ended.stderr


def test_a_named_one_is_read_instead_and_is_blamed_if_it_is_missing(project):
    project.write({**traced(), "mkdocs.yml": "plugins: []\n", "other.yml": SITE})

    assert plantrace("check", "-f", "../other.yml", cwd=project.root / "docs").returncode == 0
    ended = plantrace("check", "-f", "mkdocs.yml", cwd=project.root / "docs")
    assert ended.returncode == 2
    assert "mkdocs.yml: the file cannot be read: No such file" in ended.stderr


def test_arguments_and_outputs_start_at_the_current_folder(project):
    project.write({**traced("T-1", depends_on=["X"]), **traced("T-2", depends_on=["X"])})
    project.configure()
    folder = project.root / "tasks"

    ended = plantrace("check", "T-2", "--output", "out.txt", "--evidence", "e.json", cwd=folder)

    assert ended.returncode == 1
    assert [line[:10] for line in findings((folder / "out.txt").read_text())] == ["tasks/T-2/"]
    assert json.loads((folder / "e.json").read_text())["status"] == "FAIL"
    assert plantrace("schema", "-o", "s.json", cwd=folder).returncode == 0
    assert (folder / "s.json").is_file()


def test_evidence_fails_where_there_is_no_configuration(tmp_path):
    ended = plantrace("check", "--evidence", "e.json", cwd=tmp_path)

    assert ended.returncode == 2
    assert json.loads((tmp_path / "e.json").read_text())["status"] == "FAIL"


def test_a_search_uses_the_index_of_another_folder(project):
    project.write({**traced(), "docs/index.md": "# Home\n"})
    project.configure()
    states = []

    for folder in (".", "docs", "tasks/T-1"):
        cache = str(project.root / "cache")
        ended = plantrace("errors", "done", cwd=project.root / folder, XDG_CACHE_HOME=cache)
        assert ended.returncode == 0
        (index,) = (project.root / "cache").rglob("search-*")
        states.append((index.name, index.stat().st_ino, index.stat().st_mtime_ns))

    assert states == [states[0]] * 3


@pytest.mark.parametrize("name", NAMES)
def test_completion_finds_it_above(project, name):
    project.write({"tasks/a/meta.yml": metadata("TSK-1"), "docs/a/b.md": "# B\n"})
    project.write({name: "plugins:\n  - plantrace:\n      statuses: {inspected: active}\n"})
    folder = project.root / "docs/a"

    assert complete("plantrace show TSK", folder) == ["plain,TSK-1\tTitle of TSK-1"]
    assert "plain,inspected\tactive" in complete("plantrace status TSK-1 in", folder)
