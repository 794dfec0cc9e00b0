"""Commands that edit the same project at the same time, and wait for one another."""

import json
import os
import re
import signal
import subprocess
from contextlib import suppress

import pytest
import warm_command
import yaml
from conftest import traced
from test_cli import COMMAND, plantrace
from test_interrupted import SITE, snapshot, split_temporary

from mkdocs_plantrace.cli import folder_lock
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.utils.file_safety import create_temporary

fcntl = pytest.importorskip("fcntl", reason="there are no locks")

MANY, SEVERAL = 20, 8
LOG = "docs/plans/T-1/EXEC_LOG.md"
WAITING = "plantrace: waiting for another plantrace command that edits '{}'\n"
PATIENCE = 60
"""Seconds after which a test fails that waits for another process."""


@pytest.fixture
def root(project):
    project.write(traced(status="planned"))
    project.configure()
    return project.root


def run_at_once(root, commands):
    """The exit codes, sorted, and all messages but those of waiting."""
    codes, _, errors = warm_command.run_at_once(COMMAND, commands, root, b"", dict(os.environ))
    messages = re.sub(re.escape(WAITING).replace(r"\{\}", ".*"), "", errors.decode())
    assert split_temporary(snapshot(root))[1] == []
    return sorted(codes), messages


def test_many_new_tasks(root):
    commands = [["new", f"N-{number}", "-t", "T", "-p", "0"] for number in range(MANY)]
    assert run_at_once(root, commands) == ([0] * MANY, "")
    check = plantrace("check", cwd=root)
    assert f"in {MANY + 1} tasks and {2 * MANY + 2} documents" in check.stdout
    assert check.returncode == 0


@pytest.mark.parametrize(("title", "phase"), [("T", "0"), ("T {}", "{}")])
def test_one_new_task_wins(root, title, phase):
    commands = [
        ["new", "N-1", "-t", title.format(number), "-p", phase.format(number)]
        for number in range(MANY)
    ]
    codes, messages = run_at_once(root, commands)
    assert codes == [0] + [2] * (MANY - 1)
    refusal = r"already exists|the check would report:\n.*: PT103 "
    assert len(re.findall(refusal, messages)) == MANY - 1
    documents = [path for path in snapshot(root) if "N-1" in path and path.endswith(".md")]
    assert len(documents) == 2


def test_entries_of_one_log(root):
    commands = [["log", "T-1", "--error", f"e{number}"] for number in range(MANY)]
    codes, _ = run_at_once(root, commands)
    assert codes == [0] * MANY
    found = re.findall(r"Error\W+e(\d+)\n", (root / LOG).read_text())
    assert sorted(map(int, found)) == list(range(MANY))


def test_one_status(root):
    words = ["in_progress", "blocked"] * (SEVERAL // 2)
    codes, messages = run_at_once(root, [["status", "T-1", word] for word in words])
    assert (codes, messages) == ([0] * SEVERAL, "")
    assert yaml.safe_load((root / "tasks/T-1/meta.yml").read_text())["status"] in words


def test_one_baseline_and_one_evidence(root):
    (root / "mkdocs.yml").write_text(f"{SITE}baseline: known.json\n")
    (root / "docs/plans/old").mkdir()
    (root / "docs/plans/old/PLAN.md").write_text("# An orphan\n")
    codes, messages = run_at_once(root, [["baseline"]] * SEVERAL)
    assert (codes, messages) == ([0] * SEVERAL, "")
    assert len(json.loads((root / "known.json").read_text())["problems"]) == 1

    codes, messages = run_at_once(root, [["check", "--evidence", "evidence.json"]] * SEVERAL)
    assert (codes, messages) == ([0] * SEVERAL, "")
    assert json.loads((root / "evidence.json").read_text())["status"] == "PASS"


def test_one_page_of_an_error(root):
    (root / LOG).write_text("# Log\n\nPlan: PLAN.md\n\n- **Error:** deadlock\n- **Fix:** order\n")
    codes, messages = run_at_once(root, [["promote", "deadlock"]] * SEVERAL)
    assert codes == [0] + [2] * (SEVERAL - 1)
    assert len(re.findall("already exists|already has a page", messages)) == SEVERAL - 1


def test_one_project_is_set_up(tmp_path):
    folders = [tmp_path / name / "project" for name in ("one", "many")]
    for folder in folders:
        folder.mkdir(parents=True)
    assert plantrace("init", cwd=folders[0]).returncode == 0
    assert run_at_once(folders[1], [["init"]] * SEVERAL) == ([0] * SEVERAL, "")
    assert snapshot(folders[1]) == snapshot(folders[0])


def test_generated_pages(root):
    assert run_at_once(root, [["pages"]] * 3) == ([0] * 3, "")
    assert (root / "docs/trace/tasks/T-1.md").is_file()


@pytest.fixture
def hold():
    """Locks a folder as another process does, until the handle is closed."""
    handles = []

    def lock(folder):
        handles.append(os.open(folder, os.O_RDONLY))
        fcntl.flock(handles[-1], fcntl.LOCK_EX)
        return handles[-1]

    yield lock
    for handle in handles:
        with suppress(OSError):
            os.close(handle)


def start(root, *arguments):
    return subprocess.Popen([COMMAND, *arguments], cwd=root, stdout=-1, stderr=-1, encoding="utf-8")


@pytest.mark.parametrize(
    ("folder", "command"),
    [
        ("docs/plans/T-1", ["log", "T-1", "--error", "E"]),
        (".", ["new", "N-1", "-t", "T", "-p", "0"]),
    ],
)
def test_waiting_is_reported_and_ends_with_the_lock(root, hold, folder, command):
    handle = hold(root / folder)
    with start(root, *command) as process:
        assert process.stderr.readline() == WAITING.format(folder)
        os.close(handle)
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_waiting_can_be_stopped(root, hold, number, code):
    hold(root / "docs/plans/T-1")
    before = snapshot(root)
    with start(root, "log", "T-1", "--error", "E") as process:
        process.stderr.readline()
        process.send_signal(number)
        assert process.communicate(timeout=PATIENCE) == ("", "")
        assert process.returncode == code
    assert snapshot(root) == before


def test_waiting_has_an_end(root, hold, monkeypatch, capsys):
    monkeypatch.setattr(folder_lock, "_PAUSE", 0)
    hold(root)
    monkeypatch.chdir(root)
    with (
        pytest.raises(UnwritableFileError, match="waited too long for another plantrace command"),
        folder_lock.lock_folder(root),
    ):
        pytest.fail("the lock is held")
    assert capsys.readouterr().err == WAITING.format(".")


def test_a_lock_ends_with_its_process(root):
    with start(root, "log", "T-1", "--", "sh", "-c", "echo started; read -r line") as process:
        assert process.stdout.readline() == "started\n"
        other = plantrace("log", "T-1", "--error", "E", cwd=root)
        assert (other.returncode, "waiting" in other.stderr) == (0, False)
        process.kill()


def test_a_file_that_is_being_written_is_not_removed(tmp_path):
    with create_temporary(tmp_path) as (stream, path):
        stream.write(b"first")
        code = "import sys; from mkdocs_plantrace.utils.file_safety import remove_abandoned\n"
        code += "remove_abandoned(sys.argv[1:])"
        subprocess.run([COMMAND.with_name("python"), "-c", code, path], check=True)
        assert os.path.exists(path)
    assert os.listdir(tmp_path) == []
