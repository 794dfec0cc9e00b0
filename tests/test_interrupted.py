"""Writing commands that are killed, stopped or refused at each call that changes a file."""

import os
import re
import shutil
import signal
from itertools import count

import pytest
from conftest import IN_FULL, Project, traced
from test_cli import plantrace
from write_faults import VARIABLE, split_fault

from mkdocs_plantrace.utils.file_safety import is_temporary

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="faults need a fork")

ENTRY = "## 2026-01-05 — Migration\n\n- **Error:** deadlock detected\n- **Fix:** one order\n"
COMMANDS = {
    "new": ["new", "T-2", "--title", "Second", "--phase", "0"],
    "new with shared plan": ["new", "T-2", "-t", "Second", "-p", "0", "--with-plan-of", "T-1"],
    "log": ["log", "T-1", "--error", "no route to host", "--fix", "restart it"],
    "log of a command": ["log", "T-1", "--", "sh", "-c", "echo broken pipe; exit 3"],
    "status": ["status", "T-1", "in_progress"],
    "status by force": ["status", "T-1", "done", "--force", "--reason", "no machine until May"],
    "promote": ["promote", "deadlock-detected"],
    "baseline": ["baseline", "-f", "known.yml"],
    "baseline again": ["baseline", "-f", "fixed.yml", "--prune"],
    "check with evidence": ["check", "--evidence", "audit/evidence.json"],
    "check with output": ["check", "--format", "json", "--output", "reports/check/result.json"],
    "export": ["export", "--output", "trace.json"],
    "pages": ["pages"],
    "pages removed": ["pages", "--clean"],
    "init": ["init", "-f", "other/mkdocs.yml"],
    "init beside a site": ["init", "-f", "site/mkdocs.yml"],
}
CODES = {"log of a command": 3}
STEPS = {
    **dict.fromkeys(["new", "new with shared plan", "check with output", "baseline again"], 7),
    **dict.fromkeys(["init", "init beside a site", "log of a command", "export"], 11),
    "status by force": 5,
    "pages": 211,
}
"""Of the commands with many similar calls, only every n-th is tried, unless `IN_FULL` is set."""
DIFFERENT = ["new", "log of a command", "status by force", "check with evidence", "pages removed"]
"""Commands that write in different ways; only `IN_FULL` stops the others as well."""
NOT_LOGGED = "plantrace: the failure was not logged: stopped by a signal\n"
SEVERAL_STEPS = ("check with evidence", "pages", "pages removed")
"""They make one file after another, and a repetition completes them."""
BEFOREHAND = {"baseline again": COMMANDS["baseline"]}
SITE = "site_name: Test\nplugins:\n  - plantrace:\n      "
FILES = {
    **traced(status="planned"),
    **traced("T-0"),
    "docs/plans/T-1/EXEC_LOG.md": f"# Log of T-1\n\nPlan: PLAN.md\n\n{ENTRY}",
    "docs/plans/old/PLAN.md": "# An orphan\n\nText.\n",
    "docs/index.md": "# Home\n",
    "docs/trace/.plantrace-pages": "old/page.md\nold/tasks/page.md\n",
    "docs/trace/old/page.md": "# Generated\n",
    "docs/trace/old/tasks/page.md": "# Generated\n",
    "mkdocs.yml": f"{SITE}enabled: true\n",
    "known.yml": f"{SITE}baseline: known.json\n",
    "fixed.yml": f"{SITE}baseline: known.json\n      plans: ['plans/T-*/PLAN.md']\n",
    "other/README.md": "# A folder without a site\n",
    "site/mkdocs.yml": "site_name: Another\ntheme: mkdocs\n",
    "site/docs/index.md": "# Home\n",
    ".git/HEAD": "",
}


@pytest.fixture
def prepare(tmp_path):
    """A function that makes a new copy of the project for a command."""
    original = tmp_path / "original"
    Project(root=original).write(FILES)

    def copy(name):
        number = len(os.listdir(tmp_path))
        if number == 1 and name in BEFOREHAND:
            assert plantrace(*BEFOREHAND[name], cwd=original).returncode == 0
        return shutil.copytree(original, tmp_path / f"{number}/project")

    return copy


def snapshot(root):
    """The content of each file and None for each folder, without the times of evidence."""
    return {
        path.relative_to(root).as_posix(): re.sub(rb"\d+:\d+:\d+Z", b"", path.read_bytes())
        if path.is_file()
        else None
        for path in root.rglob("*")
    }


def split_temporary(files):
    """The files of users, and the names of temporary files."""
    names = [path for path in files if is_temporary(path.rpartition("/")[2])]
    return {path: files[path] for path in files if path not in names}, names


STATES = {}


def list_states(name, prepare):
    """The files before the command, and after each of two times that it is run."""
    if name not in STATES:
        root = prepare(name)
        states = [snapshot(root)]
        for _ in range(2):
            plantrace(*COMMANDS[name], cwd=root)
            states.append(snapshot(root))
        STATES[name] = states
    return STATES[name]


def run_with_faults(name, prepare, fault, step=1):
    """Yield the folder and the ended command for a fault at each of its calls."""
    for number in count(1, 1 if IN_FULL else step * STEPS.get(name, 2)):
        root = prepare(name)
        ended = plantrace(*COMMANDS[name], cwd=root, **{VARIABLE: fault.format(number)})
        ended.fault, ended.stderr = split_fault(ended.stderr)
        if not ended.fault:
            return
        yield root, ended


def is_complete(path, content, *states):
    """Whether a file is as before or after the command.

    Evidence says FAIL while a check runs, and the list of pages has the old and the new ones.
    """
    if path.endswith(".plantrace-pages"):
        return set(content.split()) <= {
            name for files in states for name in files.get(path, b"").split()
        }
    return content in [files.get(path) for files in states] or b'"status": "FAIL"' in content


@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_leaves_old_or_new_files_and_can_be_repeated(name, prepare):
    before, once, twice = list_states(name, prepare)
    seen = []
    for root, killed in run_with_faults(name, prepare, "SIGKILL {}"):
        assert killed.returncode == -signal.SIGKILL
        left, temporary = split_temporary(snapshot(root))
        assert before.keys() & once.keys() <= left.keys() <= before.keys() | once.keys()
        assert all(is_complete(path, left[path], before, once) for path in left)
        if (state := (left, [path.rpartition("/")[0] for path in temporary])) in seen:
            continue
        seen.append(state)
        assert plantrace("check", cwd=root).returncode == 0

        again = plantrace(*COMMANDS[name], cwd=root)
        assert snapshot(root) in (once, twice)
        assert again.returncode == CODES.get(name, 0) or "already" in again.stderr


@pytest.mark.parametrize("name", COMMANDS if IN_FULL else DIFFERENT)
@pytest.mark.parametrize(
    ("signal_name", "code"),
    [("SIGTERM", 143), ("SIGINT", 130)] if IN_FULL else [("SIGINT", 130)],
)
def test_a_stopped_command_cleans_up(name, signal_name, code, prepare):
    before, once, _ = list_states(name, prepare)
    for root, stopped in run_with_faults(name, prepare, f"{signal_name} {{}}", step=2):
        assert stopped.returncode == CODES.get(name, code)
        assert stopped.stderr in ("", NOT_LOGGED) or "log entry added" in stopped.stderr
        left, temporary = split_temporary(snapshot(root))
        assert temporary == []
        if name in SEVERAL_STEPS:
            assert all(is_complete(path, left[path], before, once) for path in left)
        else:
            assert left in (before, once)


@pytest.mark.parametrize("name", COMMANDS if IN_FULL else DIFFERENT)
@pytest.mark.parametrize("fault", ["ENOSPC {}+", "EIO {}"])
def test_a_command_that_cannot_write_changes_nothing(name, fault, prepare):
    before, once, _ = list_states(name, prepare)
    for root, ended in run_with_faults(name, prepare, fault, step=2):
        left, temporary = split_temporary(snapshot(root))
        assert not temporary or "os.remove" in ended.fault
        if ended.returncode == 0 or "log entry added" in ended.stderr:
            assert left == once or "os.rmdir" in ended.fault
            continue
        assert ended.returncode == CODES.get(name, 2)
        assert re.search(r"'[\w./-]+' cannot be (?:written|removed): \w+", ended.stderr)
        if name in SEVERAL_STEPS:
            assert all(is_complete(path, left[path], before, once) for path in left)
        else:
            assert left == before


@pytest.mark.parametrize("name", ["new", "log", "status", "baseline", "init"])
def test_a_file_that_becomes_too_large_changes_nothing(name, prepare):
    root = prepare(name)
    before = snapshot(root)
    ended = plantrace(*COMMANDS[name], cwd=root, **{VARIABLE: "LIMIT 50"})
    assert re.search(r"'[\w./-]+' cannot be written: File too large\n", ended.stderr)
    assert (ended.returncode, snapshot(root)) == (2, before)


LEFT = (".plantrace-abcdefgh.tmp", "docs/.plantrace-abcdefgh.tmp", "tasks/T-1/.plantrace-x.tmp")


@pytest.mark.parametrize("left", [(), LEFT])
def test_what_a_killed_command_leaves_is_no_part_of_the_project(left, project):
    project.write(traced())
    project.write(dict.fromkeys(left, "task_id: T-9\n# Plan\n"))
    project.options = {"tasks": ["tasks/**/*.*"], "plans": ["**/PLAN.md", "**/.*"]}
    project.site = {"exclude_docs": "!.*"}
    built = project.build(strict=True)
    assert (built.failure, built.report) == (None, "")
    assert [path for path in built.site.rglob("*") if ".tmp" in path.name] == []
    check = plantrace("check", "--strict", cwd=project.root)
    assert (check.returncode, check.stdout) == (
        0,
        "0 errors, 0 warnings in 1 task and 2 documents\n",
    )
    assert all((project.root / path).exists() for path in left)

    assert plantrace("status", "T-1", "blocked", cwd=project.root).returncode == 0
    assert not any((project.root / path).exists() for path in left)
