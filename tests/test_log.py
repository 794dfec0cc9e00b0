"""Entries that are added to logs, and nothing else."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import warm_command
from conftest import traced
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from test_cli import COMMAND, plantrace

from mkdocs_plantrace.cli import main
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.command_output import find_error_line, read_output
from mkdocs_plantrace.editing.entry_writer import LogText, NewEntry
from mkdocs_plantrace.project.git import run_git

pty = pytest.importorskip("pty", reason="there are no terminals of this kind")
LABELS = Settings().log_fields
LOG = "docs/plans/T-1/EXEC_LOG.md"
ENTRY = (
    "### 2026-02-07 — connection refused\n\n"
    "- Error: connection refused\n"
    "- Root cause: the database was down\n"
    "- Fix applied: started it first\n"
)


def happening(**fields):
    told = {
        "date": "2026-02-07",
        "error": "connection refused",
        "cause": "the database was down",
        "fix": "started it first",
    }
    return NewEntry(**{**told, **fields})


def appended(before, **fields):
    return LogText("log.md", before, LABELS).append_entry(happening(**fields))[0].after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", ENTRY),
        (b"# Log\n", f"# Log\n\n{ENTRY}"),
        (b"# Log", f"# Log\n\n{ENTRY[:-1]}"),
        (b"# Log\n\n\n", f"# Log\n\n\n{ENTRY}"),
        (b"# Log\r\n\r\nx\r\n", "# Log\r\n\r\nx\r\n\r\n" + ENTRY.replace("\n", "\r\n")),
        (b"# Log\rx\r", "# Log\rx\r\r" + ENTRY.replace("\n", "\r")),
        (b"\xef\xbb\xbf# Log\n", f"\ufeff# Log\n\n{ENTRY}"),
        (
            b"# Log\n\nx\n## Final summary\n\nDone.\n",
            f"# Log\n\nx\n\n{ENTRY}\n## Final summary\n\nDone.\n",
        ),
        (
            b"# Log\n\n## Summary\n\nx\n\n## Day 2\n",
            f"# Log\n\n## Summary\n\nx\n\n## Day 2\n\n{ENTRY}",
        ),
        (
            b"# Log\n\nx\n\nConclusion\n----------\ny",
            f"# Log\n\nx\n\n{ENTRY}\nConclusion\n----------\ny",
        ),
    ],
)
def test_only_the_entry_is_added(before, after):
    assert appended(before).decode() == after


@pytest.mark.parametrize(
    "error",
    [
        "# not a heading",
        "- no list",
        "1. no list",
        "> no quote",
        "a\n\n## b\n\nc",
        "a\n```\nb",
        "```\ncode\n````\nmore\n```",
        "a; Fix: b",
        "Fix: b\nRoot cause: c",
        "error: cannot find crate",
        "<div> is open",
        "<!-- gone",
        "a `tick",
        "two\nlines",
        "- one\n- two",
        "a | b",
        "a ** b",
        "    indented\n      more",
        "\x1b[31mred\x1b[0m",
        "tab\there",
    ],
)
def test_odd_values_break_no_page(error):
    before = (
        b"# Log\n\n### 2026-02-06 - other\n\n- Error: something else\n\n## Final summary\n\nx\n"
    )

    after = appended(before, error=error)

    told = LogText("log.md", after, LABELS).entries
    assert [entry.error for entry in told][:1] == ["something else"]
    assert len(told) == 2
    assert told[1].cause == "the database was down"
    assert told[1].fix == "started it first"


def test_the_same_error_twice_a_day_is_two_entries():
    once = appended(b"# Log\n", error="assertion failed: expected 3 of 4 rows in table refunds")
    twice = appended(once, error="assertion failed: expected 3 of 4 rows in table sailings")

    assert len(LogText("log.md", twice, LABELS).entries) == 2


def test_a_summary_below_does_not_mend_an_open_entry():
    before = b"# Log\n\n## Final summary\n\n- Implemented the gate and wired it into CI.\n"

    (entry,) = LogText("log.md", appended(before, cause=None, fix=None), LABELS).entries

    assert (entry.error, entry.fix, entry.is_fixed) == ("connection refused", None, False)


@pytest.mark.parametrize("error", ["n/a", "<fill in>", "   ", "\x1b[0m"])
def test_what_tells_of_nothing_is_refused(error):
    with pytest.raises(UnwritableFileError, match="is empty or a placeholder"):
        appended(b"# Log\n", error=error)


def test_a_log_that_is_no_text_is_refused():
    with pytest.raises(UnwritableFileError, match="is not UTF-8"):
        appended(b"\xff\xfe# Log\n")


words = some.lists(
    some.sampled_from([*"ab #-*>`~|:;.<!_1\n\r\t", "Error: ", "Fix: ", "```\n", "\n## ", "é"]),
    max_size=30,
).map("".join)
logs = some.builds(
    lambda parts, end, bom: (("\ufeff" if bom else "") + end.join(parts)).encode(),
    some.lists(
        some.sampled_from(
            [
                *(
                    "# Log",
                    "",
                    "## Day 1",
                    "text",
                    "- Error: boom at start",
                    "- Cause: a typo",
                    "```",
                ),
                *("## Final summary", "- item", "~~~", "    code", "> quote", "<div>", "| a | b |"),
                *("- Fix: mended it", "<!--", "-->", "### 2026-02-07 — x", "---", "Status: done"),
            ]
        ),
        max_size=12,
    ),
    some.sampled_from(["\n", "\r\n", "\r"]),
    some.booleans(),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=logs, error=words, cause=words, fix=words, is_run=some.booleans())
def test_only_the_entry_or_nothing(before, error, cause, fix, is_run):
    fields = {"error": error, "cause": cause, "fix": fix}
    if is_run:
        fields = {"error": error, "cause": None, "fix": None, "command": fix or "x"}
        fields["output"] = tuple(cause.splitlines())
    try:
        edit, line = LogText("log.md", before, LABELS).append_entry(happening(**fields))
    except UnwritableFileError:
        return
    added = len(edit.after) - len(before)
    assert any(
        edit.after[:place] + edit.after[place + added :] == before
        for place in range(len(before) + 1)
    )
    known = LogText("log.md", before, LABELS).entries
    told = LogText("log.md", edit.after, LABELS).entries
    assert len(told) == len(known) + 1
    new = next(entry for entry in told if entry.location.line >= line)
    if error.strip().isalnum() and "\n" not in error.strip():
        assert error.strip() in new.error  # as code, where it would be read as something else


def test_output_is_what_people_saw():
    output = (
        b"\x1b[31mred\x1b[0m\r\n10%\r50%\r100%\r\n\n\n"
        b"TOKEN=abc\x00\xff\xff\xff\nab\x08c\n" + b"x" * 1000 + b"\n"
    )
    lines = read_output(output)
    assert lines[:5] == ("red", "100%", "", "TOKEN=***", "ac")
    assert len(lines[5]) < 250
    assert len(read_output(b"a\n" * 1000)) == 40
    assert read_output(b"") == ()


@pytest.mark.parametrize(
    ("lines", "telling"),
    [
        (
            "Traceback (most recent call last):\n  x\nValueError: bad\nstdout comes late",
            "ValueError: bad",
        ),
        ("a.c:1:2: error: no x\nmake: *** [a.o] Error 1", "a.c:1:2: error: no x"),
        ("E   AssertionError: no\n=== 1 failed in 2s ===", "AssertionError: no"),
        ("sh: 1: foo: not found", "sh: 1: foo: not found"),
        ("fatal: not a git repository", "fatal: not a git repository"),
        ("make: *** [x] Error 2", "make: *** [x] Error 2"),
        ("a\nb", "b"),
        ("", None),
    ],
)
def test_the_telling_line(lines, telling):
    assert find_error_line(tuple(lines.split("\n"))) == telling


# The command itself.


@pytest.fixture
def logged(project):
    project.write(traced(status="in_progress"))
    project.configure()
    return project


def content(project):
    return (project.root / LOG).read_text(encoding="utf-8")


def run(project, *command, **options):
    return plantrace("log", "T-1", "--", *command, cwd=project.root, **options)


def test_options_tell_an_entry(logged):
    before = content(logged)
    options = ["--error", "it broke", "--cause", "a typo", "--fix", "mended", "--outcome", "passes"]
    shown = plantrace("log", "T-1", *options, "--dry-run", cwd=logged.root)
    assert content(logged) == before
    assert "+- Error: it broke\n" in shown.stdout

    ended = plantrace("log", "T-1", *options, cwd=logged.root)

    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr == f"plantrace: log entry added: {LOG}:5\n"
    assert "- Error: it broke\n- Root cause: a typo\n- Fix applied: mended\n" in content(logged)
    assert content(logged).endswith("\n\n## Final summary\n\nDone.\n")
    assert plantrace("check", cwd=logged.root).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["T-1"], "nothing to write; use --error, --cause"),
        (["T-1", "--fix", "x"], "an entry needs an error: add --error"),
        (["T-1", "--error", "x", "--", "true"], "cannot be used with a command"),
        (["T-1", "--"], "no command after '--'"),
        (["T-2", "--error", "x"], "no task 'T-2'"),
    ],
)
def test_refusals(logged, arguments, reason):
    before = content(logged)
    ended = plantrace("log", *arguments, cwd=logged.root)
    assert ended.returncode == 2
    assert reason in ended.stderr
    assert content(logged) == before


def test_a_read_only_log_stays(logged):
    before = content(logged)
    (logged.root / LOG).chmod(0o444)
    ended = plantrace("log", "T-1", "--error", "it broke", cwd=logged.root)
    assert (ended.returncode, content(logged)) == (2, before)
    assert "read-only" in ended.stderr
    assert run(logged, "sh", "-c", "exit 7").returncode == 7
    assert content(logged) == before


def test_a_full_disk_leaves_the_log(logged, monkeypatch, capsys):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = content(logged)
    monkeypatch.chdir(logged.root)
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(SystemExit, match="2"):
        main(["log", "T-1", "--error", "it broke"], standalone_mode=False)
    assert "No space left on device" in capsys.readouterr().err
    assert content(logged) == before


def test_a_failure_is_logged_once_and_ended(logged):
    script = "test -e ok || { echo 'password=abc'; echo 'boom: it broke'; exit 3; } >&2"

    first = run(logged, "sh", "-c", script)
    again = run(logged, "sh", "-c", script)
    (logged.root / "ok").touch()
    passed = run(logged, "sh", "-c", script)
    later = run(logged, "sh", "-c", script)

    assert (first.returncode, first.stdout) == (3, "")
    assert first.stderr == f"password=abc\nboom: it broke\nplantrace: log entry added: {LOG}:5\n"
    assert again.stderr.endswith(f"plantrace: already logged and still open: {LOG}:7\n")
    assert passed.stderr == f"plantrace: outcome added to {LOG}:7\n"
    assert (later.returncode, later.stderr) == (0, "")
    log = content(logged)
    assert log.count("boom: it broke`") == 1
    assert (
        "- Exit code: 3\n- Error: `boom: it broke`\n\n```text\npassword=***\nboom: it broke\n"
        in log
    )
    assert "```\n\n- Outcome: passed on 20" in log


@pytest.mark.parametrize(
    "script",
    [
        'echo "Error: login failed, password=$TOKEN"',
        r'printf "password\033[0m: \033[1m%s\033[0m\n" "$TOKEN"',
        r'printf "loading\rpassword=x\b%s\n" "$TOKEN"',
        r'printf "USER  PASSWORD  ROLE\nbob   %s  admin\n" "$TOKEN" >&2',
        "echo mysql -pswordfish db",
        "PGPASSWORD=swordfish psql --version || curl -u bob:swordfish --fail",
    ],
)
def test_no_secret_of_a_command_reaches_the_log(logged, script):
    command = ["env", "TOKEN=swordfish", "sh", "-c", f"{script}; exit 1", "--password", "swordfish"]

    ended = run(logged, *command)

    assert ended.returncode == 1
    assert "env TOKEN=*** sh -c " in content(logged)
    assert "swordfish" not in content(logged)
    assert "swordfish" not in ended.stderr.partition("plantrace:")[2]


def test_a_known_fix_is_told(logged):
    options = ["--error", "ValueError: bad thing in here", "--fix", "mended the thing"]
    plantrace("log", "T-1", *options, "--outcome", "passes", cwd=logged.root)

    ended = run(logged, sys.executable, "-c", "raise ValueError('bad thing in here')")

    assert f"plantrace: seen before, fixed by: mended the thing ({LOG}:7)\n" in ended.stderr


def test_a_known_fix_of_another_task_is_told(logged):
    other = "# T-2\n\n- Error: ValueError: bad thing in here\n- Fix: mended it\n- Outcome: passes\n"
    logged.write({**traced("T-2"), "docs/plans/T-2/EXEC_LOG.md": other})

    ended = run(logged, sys.executable, "-c", "raise ValueError('bad thing in here')")

    assert "seen before, fixed by: mended it (docs/plans/T-2/EXEC_LOG.md:3)\n" in ended.stderr


def test_the_commit_is_told(logged):
    if shutil.which("git") is None:
        pytest.skip("needs git")
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    for arguments in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "x"]):
        subprocess.run(["git", *arguments], cwd=logged.root, check=True)  # noqa: S607
    run(logged, "false")
    assert "- Exit code: 1\n- Commit: `" in content(logged)
    assert "-dirty" not in content(logged)
    os.utime(logged.root / "mkdocs.yml", (0, 0))  # no change of the content
    run(logged, "sh", "-c", "echo another problem; exit 3")
    assert "-dirty" not in content(logged)
    with (logged.root / "mkdocs.yml").open("a") as stream:
        stream.write("# changed\n")
    run(logged, "sh", "-c", "echo other problem; exit 4")
    assert "-dirty`" in content(logged)


HOSTILE = """
[core]
    fsmonitor = "{run}"
    hooksPath = "{hooks}"
    pager = "{run}"
    sshCommand = "{run}"
[diff]
    external = "{run}"
[filter "e=v\\"il"]
    clean = "{run}"
    smudge = "{run}"
    process = "{run}"
    required = true
[diff "evil"]
    textconv = "{run}"
    command = "{run}"
[alias]
    rev-parse = "!{run}"
    diff-index = "!{run}"
"""


def test_git_keeps_the_settings_of_the_environment(logged, monkeypatch):
    if shutil.which("git") is None:
        pytest.skip("needs git")
    subprocess.run(["git", "init", "-q"], cwd=logged.root, check=True)  # noqa: S607
    for name, value in (("COUNT", "1"), ("KEY_0", "user.name"), ("VALUE_0", "somebody")):
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)

    assert run_git(logged.root, "config", "user.name").stdout == "somebody\n"
    assert run_git(logged.root, "config", "core.fsmonitor").stdout == "false\n"


def test_nothing_of_the_repository_is_run(logged, tmp_path):
    if shutil.which("git") is None:
        pytest.skip("needs git")
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    for arguments in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "x"]):
        subprocess.run(["git", *arguments], cwd=logged.root, check=True)  # noqa: S607
    witness, hooks = tmp_path / "witness", tmp_path / "hooks"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\necho $0 $@ >> {witness}\ncat\n")
    script.chmod(0o755)
    hooks.mkdir()
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction"):
        shutil.copy(script, hooks / hook)
    with (logged.root / ".git/config").open("a") as stream:
        stream.write(HOSTILE.format(run=script, hooks=hooks))
    logged.write({".gitattributes": '* filter=e=v"il diff=evil\n'})
    with (logged.root / "mkdocs.yml").open("a") as stream:
        stream.write("# changed\n")
    run(logged, "false")
    plantrace("check", "--evidence", "e.json", cwd=logged.root)
    assert "- Commit: `" in content(logged)
    assert not witness.exists(), witness.read_text()


@pytest.mark.parametrize(
    ("command", "code"), [(["no-such-command"], 127), (["./mkdocs.yml"], 126), (["./docs"], 126)]
)
def test_what_cannot_run_is_not_logged(logged, command, code):
    before = content(logged)
    ended = run(logged, *command)
    assert (ended.returncode, content(logged)) == (code, before)
    assert ended.stderr.startswith(f"plantrace: {command[0]}: ")


@pytest.mark.parametrize(
    ("breakage", "reason"),
    [
        ({"mkdocs.yml": "plugins: [plantrace\n"}, "expected ',' or ']'"),
        ({"tasks/T-1/meta.yml": "task_id: T-9\n"}, "no task 'T-1'"),
        ({LOG: b"\xff\xfe"}, "of task 'T-1' is not UTF-8"),
    ],
)
def test_a_broken_record_is_told_afterwards(logged, breakage, reason):
    logged.write(breakage)
    ended = run(logged, "sh", "-c", "echo out; exit 5")
    assert (ended.returncode, ended.stdout) == (5, "out\n")
    assert reason in ended.stderr
    passed = run(logged, "true")
    assert passed.returncode == 0
    assert reason in passed.stderr


def test_processes_at_once_lose_nothing(logged):
    runs = [
        ["log", "T-1", "--", "sh", "-c", f"echo {word} is broken badly; exit 1"]
        for word in "apple pear plum fig quince cherry grape lemon".split()
    ]
    codes, *_ = warm_command.run_at_once(COMMAND, runs, logged.root, b"", dict(os.environ))
    assert codes == (1,) * 8
    told = LogText(LOG, (logged.root / LOG).read_bytes(), LABELS).entries
    assert len(told) == 8


def edit(logged, script):
    """What the command says and ends with at a terminal whose editor is this script."""
    editor = logged.root / "editor.sh"
    editor.write_text(f"#!/bin/sh\n{script}\n")
    editor.chmod(0o755)
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(logged.root)
        os.environ.update(EDITOR=f"{editor} --wait", VISUAL="")
        os.execv(COMMAND, [str(COMMAND), "log", "T-1"])  # noqa: S606
    said = b""
    try:
        while chunk := os.read(terminal, 1024):
            said += chunk
    except OSError:
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said.decode()


def test_an_editor_writes_the_entry(logged):
    before = content(logged)
    edited = partial(edit, logged)

    assert edited("true") == (0, "plantrace: nothing was filled in, so nothing was written\r\n")
    assert content(logged) == before
    code, said = edited('sed -i "s/^Error: .*/Error: it broke\\nbadly/" "$2"')
    assert (code, said) == (0, f"plantrace: log entry added: {LOG}:5\r\n")
    assert "- Error: it broke\n    badly\n" in content(logged)
    code, said = edited("exit 3")
    assert (code, "your text is in" in said) == (2, False)
    code, said = edited('rm "$2"')
    assert (code, "file of the editor cannot be read" in said) == (2, True)
    code, said = edited("printf -- '- Error: z broke\\n- **Fix**: glue\\n' >\"$2\"")
    assert (code, "- Error: z broke\n- Fix applied: glue\n" in content(logged)) == (0, True)
    code, _ = edited("printf 'Error: Traceback of it\\nError: cannot find x\\n' >\"$2\"")
    assert (code, "Error: cannot find x" in content(logged).split("Traceback of it")[-1]) == (
        0,
        True,
    )


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("The token expired", "'The token expired' comes before the first label"),
        ("### 2026-01-01\\n\\n- Error: x", "'### 2026-01-01' comes before the first label"),
        ("Error: \\351", "the text is not UTF-8"),
        ("Fix: glue", "the entry has no error"),
    ],
)
def test_what_the_log_cannot_take_from_the_editor_is_kept(logged, written, reason):
    before = content(logged)
    code, said = edit(logged, f"printf -- '{written}' >\"$2\"")
    assert code == 2
    assert reason in said
    assert content(logged) == before
    kept = Path(said.split("'")[-2])
    assert kept.read_bytes()
    kept.unlink()


def test_the_end_of_the_command_is_kept_whatever_it_is(logged):
    if hasattr(signal, "SIGRTMIN"):
        number = signal.SIGRTMIN + 1
        ended = run(logged, "sh", "-c", f"kill -{number} $$")
        assert (ended.returncode, "Traceback" in ended.stderr) == (-number, False)
        assert f"- Signal: SIG{number} ({number})" in content(logged)
    line = f"{COMMAND} log T-1 -- sh -c 'exit 3' >&-"
    ended = subprocess.run(line, shell=True, cwd=logged.root, capture_output=True, check=False)
    assert (ended.returncode, b"Traceback" in ended.stderr) == (3, False)


def test_an_outcome_above_an_entry_is_not_its_own(logged):
    logged.write({LOG: "# T\n\nPlan: PLAN.md\n\n- Outcome: ok\n"})
    assert run(logged, "sh", "-c", "echo it broke badly; exit 1").returncode == 1
    (entry,) = LogText(LOG, (logged.root / LOG).read_bytes(), LABELS).entries
    assert (entry.outcome, entry.is_fixed) == (None, False)


def test_a_command_that_another_one_printed_is_not_its_command(logged):
    told = "echo '$ make test'; echo 'lint broke badly'; echo '- Outcome: failed'"
    script = f"{told}; exit $(cat code)"
    (logged.root / "code").write_text("1")
    assert run(logged, "sh", "-c", script).returncode == 1
    before = content(logged)
    (logged.root / "make").write_text("#!/bin/sh\n")
    (logged.root / "make").chmod(0o755)
    path = f"{logged.root}:{os.environ['PATH']}"
    assert run(logged, "make", "test", PATH=path).returncode == 0
    assert content(logged) == before
    (logged.root / "code").write_text("0")
    assert run(logged, "sh", "-c", script).returncode == 0
    assert "- Outcome: passed on" in content(logged)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may")
def test_a_log_keeps_its_owner(logged):
    os.chown(logged.root / LOG, 1234, 1234)
    assert run(logged, "sh", "-c", "echo it broke badly; exit 1").returncode == 1
    status = (logged.root / LOG).stat()
    assert (status.st_uid, status.st_gid) == (1234, 1234)


def test_what_the_command_itself_changes_in_the_record_counts(logged):
    (logged.root / LOG).unlink()
    text = "# Log of T-1\\n\\nPlan: PLAN.md\\n"
    script = f"printf '{text}' >{LOG}; echo it broke badly; exit 1"
    ended = run(logged, "sh", "-c", script)
    assert ended.returncode == 1
    assert "- Error: `it broke badly`" in content(logged), ended.stderr
