"""Poor surroundings: no temporary folder, no programs, no permission, closed streams."""

import os
import shutil
import subprocess
import sys

import pytest
import warm_command
from conftest import traced
from test_cli import COMMAND, plantrace

LOG = "# Log\n\nPlan: PLAN.md\n\n- Error: boom\n- Fix: wait\n- Outcome: passed\n"
COMMANDS = [
    *("check", "list", "next", "show T-1", "status T-1 active", "errors boom", "errors"),
    *("export", "pages"),
    *("log T-1 --error again", "log T-1 -- sh -c false", "new T-2 --title x --phase 0", "init"),
    *("promote boom", "check --evidence e.json", "check --output o.txt", "explain PT104"),
    "diff HEAD",
]
WRITING = ["check --evidence e.json", "log T-1 -- sh -c false", "init"]
NOWHERE = f"{os.devnull}/nowhere"
"""What even root cannot make."""
SETPRIV = shutil.which("setpriv")
NO_PERMISSION = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]


@pytest.fixture
def record(project):
    files = traced(status="planned")
    project.write({**files, "docs/plans/T-1/EXEC_LOG.md": LOG, "docs/index.md": "# Home\n"})
    project.configure()
    return project


def run(record, arguments, *, before=None, **environment):
    """Run the command without the privileges of root, after `before` in a process of its own."""
    drop = (SETPRIV, *NO_PERMISSION) if SETPRIV and os.getuid() == 0 else ()
    variables = {**os.environ, "XDG_CACHE_HOME": str(record.root / "cache"), **environment}
    variables = {name: value for name, value in variables.items() if value is not None}
    words = arguments.split(" ")
    if before is None and "PYTHONIOENCODING" not in variables and hasattr(os, "fork"):
        ended = warm_command.run(COMMAND, words, record.root, b"", variables, prefix=drop)
    else:
        ended = subprocess.run(
            [*drop, COMMAND, *words],
            cwd=record.root,
            capture_output=True,
            check=False,
            env=variables,
            preexec_fn=before,
            stdin=subprocess.DEVNULL,
        )
    ended.stdout, ended.stderr = (
        it.decode(errors="replace") for it in (ended.stdout, ended.stderr)
    )
    return ended


def assert_has_ended(ended, codes=(0, 1, 2)):
    assert "Traceback" not in ended.stdout + ended.stderr
    assert ended.returncode in codes
    assert ended.returncode != 2 or ended.stderr.startswith(("plantrace: ", "Usage: "))


@pytest.fixture
def locked(record):
    """Take all permissions from a file or folder until the test ends."""
    taken = []

    def lock(path, mode=0):
        taken.append(record.root / path)
        taken[-1].chmod(mode)

    yield lock
    for path in taken:
        path.chmod(0o755)


no_permissions = pytest.mark.skipif(
    os.name == "nt" or (os.getuid() == 0 and SETPRIV is None), reason="root may read everything"
)


@no_permissions
@pytest.mark.parametrize("command", ["errors", "new T-2 --title x --phase 0", *WRITING])
@pytest.mark.parametrize("path", ["tasks", "docs", "mkdocs.yml"])
def test_a_folder_that_may_not_be_entered(record, locked, path, command):
    locked(path)

    assert_has_ended(run(record, command))


@no_permissions
@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("tasks/T-1", "PT001 invalid-yaml: this folder of metadata cannot be read"),
        ("docs/plans", "PT105 unpublished-document: the pages of this folder cannot be published"),
        ("tasks/T-1/meta.yml", "PT001 invalid-yaml: this metadata file cannot be read"),
    ],
)
def test_what_may_not_be_read_does_not_pass(record, locked, path, rule):
    record.write(traced("T-2"))
    locked(path)

    ended = run(record, "check")

    assert ended.returncode == 1
    assert f"{path}:1:1: error {rule}" in ended.stdout


@no_permissions
@pytest.mark.parametrize("command", ["errors boom", "status T-1 active", *WRITING])
def test_a_checkout_that_may_not_be_written(record, locked, command):
    folders = [path for path in record.root.rglob("*") if path.is_dir()]
    for path in [*record.root.rglob("*.*"), *folders, record.root]:
        locked(path.relative_to(record.root), path.stat().st_mode & 0o555)

    assert_has_ended(run(record, command, HOME=None, XDG_CACHE_HOME=NOWHERE))


@pytest.mark.skipif(os.name == "nt", reason="streams are closed as POSIX does")
@pytest.mark.parametrize("command", ["errors -", "log T-1 -- sh -c false", "show T-9"])
@pytest.mark.parametrize("streams", [(1,), (0, 1, 2)])
def test_closed_streams(record, streams, command):
    ended = run(record, command, before=lambda: list(map(os.close, streams)))

    assert "Traceback" not in ended.stdout + ended.stderr
    assert ended.returncode in (0, 1, 2)


@pytest.mark.skipif(os.name == "nt", reason="such surroundings are those of POSIX")
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "environment",
    [
        {"PATH": NOWHERE},
        {"TMPDIR": NOWHERE, "HOME": NOWHERE, "XDG_CACHE_HOME": NOWHERE},
        {"LC_ALL": "C", "TERM": "dumb", "COLUMNS": "1"},
    ],
    ids=["no programs", "no home", "no columns"],
)
def test_an_empty_environment(record, environment, command):
    ended = plantrace(*command.split(" "), cwd=record.root, **environment)

    assert_has_ended(ended, (0, 1, 2, 127) if command.startswith("log T-1 --") else (0, 1, 2))


@pytest.mark.skipif(os.name == "nt", reason="Python prints UTF-8 there")
def test_letters_that_the_locale_does_not_have(record):
    record.write({"docs/plans/T-1/EXEC_LOG.md": LOG.replace("boom", "Größe ü")})
    ended = run(record, "errors größe", LC_ALL="C", PYTHONIOENCODING="ascii")

    assert_has_ended(ended)
    assert "Größe ü" in ended.stdout


NO_TEMPORARY_FOLDER = (
    "import sys, tempfile; tempfile._candidate_tempdir_list = list; "
    "from {} import {} as main; main(sys.argv[1:])"
)


def test_a_build_without_a_temporary_folder_ends_with_the_reason(record):
    program = NO_TEMPORARY_FOLDER.format("mkdocs.__main__", "cli")

    ended = subprocess.run(
        [sys.executable, "-c", program, "build"],
        cwd=record.root,
        capture_output=True,
        check=False,
        text=True,
    )

    assert ended.returncode == 1
    assert "plantrace: no temporary file: " in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", ["errors boom", "check --evidence e.json", "export"])
def test_no_command_needs_a_temporary_folder(record, command):
    program = NO_TEMPORARY_FOLDER.format("mkdocs_plantrace.cli", "main")

    ended = subprocess.run(
        [sys.executable, "-c", program, *command.split(" ")],
        cwd=record.root,
        capture_output=True,
        check=False,
        text=True,
    )

    assert_has_ended(ended)
    assert ended.returncode < 2
