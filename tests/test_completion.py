"""Completion in shells, through the scripts that the command prints for them."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from conftest import metadata
from test_cli import COMMAND, plantrace


@pytest.fixture
def ids(project):
    project.write(
        {
            "docs/index.md": "# Home\n",
            "tasks/a/meta.yml": metadata(
                "TSK-1", title="Rotate: the keys", owner_role=["DB", "API"]
            ),
            "tasks/b/meta.yml": metadata("TSK-2", phase="2", owner_role="API"),
            "tasks/c/meta.yml": metadata("OTHER-3"),
            "tasks/d/meta.yml": "task_id: [\n",
        }
    )
    project.configure()
    return project.root


def complete(words, cwd, shell="fish"):
    variables = {
        "_PLANTRACE_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": words.split(" ")[-1] if shell == "fish" else str(words.count(" ")),
    }
    ended = plantrace(cwd=cwd, **variables)
    assert ended.stderr == ""
    return [line for line in ended.stdout.splitlines() if line]


@pytest.mark.parametrize("command", ["show", "new --with-plan-of", "status", "log"])
def test_the_ids_of_tasks_are_completed(ids, command):
    found = complete(f"plantrace {command} TSK", ids)
    assert found == ["plain,TSK-1\tRotate: the keys", "plain,TSK-2\tTitle of TSK-2"]


def test_rules_are_completed_by_code_and_name(ids):
    assert complete("plantrace explain PT10", ids)[0] == "plain,PT101\tmissing-plan"
    assert complete("plantrace explain broken-l", ids) == ["plain,broken-log-link\tPT104"]


@pytest.mark.parametrize("command", ["status TSK-1", "new TSK-3 --status"])
def test_words_for_statuses_are_completed(ids, command):
    assert complete(f"plantrace {command} in", ids)[0] == "plain,in_progress\tactive"


@pytest.mark.parametrize("command", ["list", "next"])
def test_phases_and_owners_are_completed(ids, project, command):
    project.options = {"phases": {"2": "Pilot"}}
    project.configure()
    assert complete(f"plantrace {command} --phase ", ids) == ["plain,2\tPilot", "plain,0"]
    assert complete(f"plantrace {command} --owner ", ids) == ["plain,API", "plain,DB"]


def test_another_configuration_is_asked(ids):
    found = complete(f"plantrace show -f {ids}/mkdocs.yml OTHER", ids.parent)
    assert [line.split("\t")[0] for line in found] == ["plain,OTHER-3"]


def test_where_there_is_no_project_nothing_is_completed(tmp_path):
    assert complete("plantrace show T", tmp_path) == []


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_script_of_a_shell_completes_in_it(ids, shell):
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"there is no {shell} here")
    if shell == "zsh":
        assert complete("plantrace show TSK-2", ids, "zsh") == ["plain", "TSK-2", "Title of TSK-2"]
        return
    script = (
        f'PATH="{COMMAND.parent}:$PATH"; eval "$(_PLANTRACE_COMPLETE=bash_source plantrace)"; '
        "COMP_WORDS=(plantrace show TSK); COMP_CWORD=2; _plantrace_completion plantrace; "
        'echo "${COMPREPLY[@]}"'
    )
    ended = subprocess.run(
        [program, "-c", script], cwd=ids, capture_output=True, text=True, check=True
    )
    assert ended.stdout == "TSK-1 TSK-2\n"
