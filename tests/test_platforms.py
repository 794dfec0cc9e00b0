"""What other systems have or lack, as far as it can be simulated on this one."""

import ntpath
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import metadata, traced
from test_cli import plantrace

from mkdocs_plantrace.editing import atomic_file
from mkdocs_plantrace.editing.task_location import find_conventional_folder, name_phase_folder
from mkdocs_plantrace.project import file_tree, workspace
from mkdocs_plantrace.trace.page_urls import unique_slugs
from mkdocs_plantrace.utils import paths

BIN = Path(sys.executable).parent
WITHOUT = """
import os, sys
for name in ("fcntl", "pty", "resource", "termios"):
    sys.modules[name] = None
for name in ("fork", "chown", "getuid"):
    delattr(os, name)
def no_links(*_, **__):
    raise OSError(1, "Operation not permitted")
os.link = os.symlink = no_links
"""
"""What Python does not have on Windows; and a file system without links."""


@pytest.fixture
def run(project, tmp_path):
    """Run a command as if on Windows, with its output in an old encoding."""
    site = tmp_path / "without"
    site.mkdir()
    (site / "sitecustomize.py").write_text(WITHOUT)
    project.root = tmp_path / "project"

    def ended(encoding, *words):
        paths = [str(site), *filter(None, [os.environ.get("PYTHONPATH")])]
        variables = {"PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": encoding}
        return subprocess.run(
            [BIN / words[0], *words[1:]],
            cwd=project.root,
            capture_output=True,
            check=False,
            env={**os.environ, **variables},
        )

    return ended


def test_every_command_works_without_what_windows_lacks(run, project):
    files = {path: text.replace("\n", "\r\n") for path, text in traced(status="planned").items()}
    project.write(files)
    project.configure()
    commands = [
        *(["plantrace", "check", "--strict"], ["plantrace", "check", "--format", "junit"]),
        ["plantrace", "new", "T-2", "--title", "Größe → ✓", "--phase", "0"],
        ["plantrace", "log", "T-1", "--error", "E → ✓", "--fix", "F"],
        ["plantrace", "status", "T-1", "in_progress"],
        *(["plantrace", "show", "T-2"], ["plantrace", "errors", "E"], ["plantrace", "export"]),
        ["plantrace", "check", "--evidence", "evidence.json"],
        ["mkdocs", "build"],
    ]
    for command in commands:
        ended = run("cp437", *command)
        assert (ended.returncode, b"Traceback" in ended.stderr) == (0, False), ended
    log = (project.root / "docs/plans/T-1/EXEC_LOG.md").read_bytes()
    assert "E → ✓".encode() in log
    assert log.count(b"\n") == log.count(b"\r\n")
    assert b"status: in_progress\r\n" in (project.root / "tasks/T-1/meta.yml").read_bytes()


def test_help_is_shown_in_an_old_encoding(run, project):
    project.root.mkdir()
    names = "check log errors new status init show export explain".split()
    program = (
        "from mkdocs_plantrace.cli import main\n"
        f"for name in {names}:\n"
        "    assert main([name, '--help'], standalone_mode=False) == 0, name\n"
    )
    ended = run("cp437", "python", "-c", program)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.count(b"Usage: ") == len(names)


@pytest.fixture
def windows(monkeypatch):
    """Paths of Windows, in the module that relates paths to the root."""
    system = SimpleNamespace(path=ntpath, sep="\\", fspath=os.fspath)
    monkeypatch.setattr(workspace, "os", system)


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize(
    ("path", "below"),
    [
        ("C:\\project\\docs\\a.md", "docs/a.md"),
        ("c:\\Project\\docs", "docs"),
        ("C:\\project", ""),
        ("C:\\other", None),
        ("D:\\python\\theme\\main.css", None),
        ("\\\\server\\share\\a.md", None),
    ],
)
def test_a_path_on_another_drive_is_outside(path, below):
    assert workspace.below_root("C:\\project", path) == below


def test_devices_of_windows_are_no_names_of_pages():
    names = ["AUX", "con", "aux", "com1", "aux.v1", "Con.2.x", "console", "T-1"]
    assert unique_slugs(names) == [
        *("AUX-2", "con-2", "aux-3", "com1-2", "aux-v1", "Con-2-x", "console", "T-1"),
    ]


@pytest.mark.parametrize("task", ["AUX", "con.1", "x/nul", "COM1", "lpt\xb9", "conin$"])
def test_a_new_task_has_no_name_of_a_device(project, task):
    project.write({"tasks/T-1/meta.yml": metadata()})
    project.configure()
    ended = plantrace("new", task, "--title", "T", "--phase", "0", cwd=project.root)
    assert ended.returncode == 2
    assert "is not a file name on Windows" in ended.stderr


def test_a_file_that_is_open_for_a_moment_is_replaced(tmp_path, monkeypatch):
    real, attempts = os.replace, []

    def refuse_twice(*paths):
        attempts.append(paths)
        if len(attempts) < 3:
            raise PermissionError(13, "in use")
        real(*paths)

    monkeypatch.setattr(atomic_file, "_PAUSES", (0, 0, 0))
    monkeypatch.setattr(os, "replace", refuse_twice)
    atomic_file.replace_file(tmp_path / "a.txt", "new")
    assert ((tmp_path / "a.txt").read_text(), len(attempts)) == ("new", 3)


def test_a_file_that_stays_open_is_said_to_be(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "in use")

    (tmp_path / "a.txt").write_text("old")
    monkeypatch.setattr(atomic_file, "_PAUSES", (0, 0))
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(atomic_file.UnwritableFileError, match="cannot be written: in use"):
        atomic_file.replace_file(tmp_path / "a.txt", "new")
    assert os.listdir(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


def test_a_junction_is_a_link():
    entry = SimpleNamespace(is_symlink=lambda: False, is_junction=lambda: True)
    assert file_tree._is_link(entry)  # noqa: SLF001 (no such entry can be made here)


@pytest.mark.parametrize("phase", ["con", "AUX", "Lpt1"])
def test_a_folder_of_a_phase_has_no_name_of_a_device(phase):
    assert name_phase_folder(phase) == f"phase_{phase.lower()}"
    assert find_conventional_folder(phase, {"alpha": ["docs/plans/alpha"]}) == []
    assert find_conventional_folder(phase, {"alpha": ["plans/p-alpha"]}) == [f"plans/p-{phase}"]


def test_a_path_on_another_drive_stays_absolute(monkeypatch):
    monkeypatch.setattr(paths, "os", SimpleNamespace(path=ntpath, sep="\\"))
    assert paths.make_relative("C:\\a\\b.yml", "C:\\a") == "b.yml"
    assert paths.make_relative("D:\\a\\b.yml", "C:\\a") == "D:/a/b.yml"
