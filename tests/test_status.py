"""`plantrace status`: one value changes and no byte beside it, if the rules allow it."""

import errno
import json
import os
import re

import pytest
import yaml
from click.testing import CliRunner
from conftest import metadata, traced
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_cli import plantrace

from mkdocs_plantrace.cli import main
from mkdocs_plantrace.config.settings import validate_options
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.status_change import change_status
from mkdocs_plantrace.parsing.metadata.task_file import parse_metadata

WORDS = ["yes", "No", "null", "1e3", "0o14", "y", "12", "on hold", "a: b", "it's", "#1", "[x", "5%"]
SETTINGS, _ = validate_options({"statuses": dict.fromkeys(WORDS, "active")})
PATH = "tasks/T-1/meta.yml"
MISSING = "field 'status' is missing"
ELSEWHERE = "'status' is defined elsewhere in the file, by '<<' or an alias"
ALIAS = "'status' holds the alias '*x', not a single value"
LONG = "the value of 'status' has more than one line"
SUMMARY = "\n## Final summary\n\nDone.\n"
NO_WAY = "'done' cannot be written here so that YAML reads it as text"


def read(content, settings=SETTINGS):
    return parse_metadata(PATH, content.decode("utf-8-sig"), settings).task


def change(before, word, settings=SETTINGS):
    return change_status(read(before, settings), before, word, settings)


def status(project, *arguments):
    ended = plantrace("status", *arguments, cwd=project.root)
    assert "Traceback" not in ended.stderr
    return ended


def files_of(project):
    return {
        path.relative_to(project.root).as_posix(): path.read_bytes()
        for path in project.root.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("before", "word", "after"),
    [
        ("task_id: T-1\nstatus: active\n", "done", "task_id: T-1\nstatus: done\n"),
        ("task_id: T-1\r\nstatus: active\r\n", "done", "task_id: T-1\r\nstatus: done\r\n"),
        ("task_id: T-1\rstatus: active\r", "done", "task_id: T-1\rstatus: done\r"),
        ("task_id: T-1\nstatus: active", "done", "task_id: T-1\nstatus: done"),
        ("\ufefftask_id: T-1\nstatus: active", "done", "\ufefftask_id: T-1\nstatus: done"),
        ("status: active\ntask_id: T-1", "done", "status: done\ntask_id: T-1"),
        ("status: 'active' # a\ntask_id: T-1", "done", "status: 'done' # a\ntask_id: T-1"),
        ('status:   "active"\t# a\ntask_id: T-1', "done", 'status:   "done"\t# a\ntask_id: T-1'),
        ('"status"  :  a  # active\ntask_id: a', "done", '"status"  :  done  # active\ntask_id: a'),
        ('{"task_id":"T","status":"a","x":"a"}', "done", '{"task_id":"T","status":"done","x":"a"}'),
        ("{task_id: T, status: a, x: [a]}", "done", "{task_id: T, status: done, x: [a]}"),
        ("{task_id: T,\n status: a}", "on hold", "{task_id: T,\n status: on hold}"),
        ("# é 𝔘 \u2028\ntask_id: 𝔘\nstatus: ř", "done", "# é 𝔘 \u2028\ntask_id: 𝔘\nstatus: done"),
        ("task_id: T\nx: 1\nx: 2\nstatus: a", "done", "task_id: T\nx: 1\nx: 2\nstatus: done"),
        ("task_id: T\nstatus: !!str a", "done", "task_id: T\nstatus: !!str done"),
        ("task_id: T\nstatus: &s a # c", "done", "task_id: T\nstatus: &s done # c"),
        ("task_id: T\nstatus: &s !!str 'a'", "done", "task_id: T\nstatus: &s !!str 'done'"),
        ("task_id: T\nstatus: !own a", "done", "task_id: T\nstatus: !own done"),
        ("x: &x a\ntask_id: T\nstatus: a\ny: *x", "done", "…\nstatus: done\ny: *x"),
        ("? task_id\n: T\n? status\n: a\n", "done", "? task_id\n: T\n? status\n: done\n"),
        ("task_id: T\nstatus:\n  a\n", "done", "task_id: T\nstatus:\n  done\n"),
        ("%YAML 1.1\n---\ntask_id: T\nstatus: a\n...\n", "done", "…\nstatus: done\n...\n"),
        ("task_id: T\nx: |\n  status: a\nstatus: a\n", "done", "…\n  status: a\nstatus: done\n"),
        ("x: {status: a}\ntask_id: T\nstatus: a\n", "done", "…\ntask_id: T\nstatus: done\n"),
        ("task_id: T\nstatus:\n", "done", "task_id: T\nstatus: done\n"),
        ("task_id: T\nstatus:", "done", "task_id: T\nstatus: done"),
        ("status:   # none\r\ntask_id: T", "done", "status: done   # none\r\ntask_id: T"),
        ("{task_id: T, status: , x: 1}", "done", "{task_id: T, status: done , x: 1}"),
        ("task_id: T\nstatus: ''\n", "done", "task_id: T\nstatus: 'done'\n"),
        ("task_id: T\nstatus: ~\n", "done", "task_id: T\nstatus: done\n"),
        ("task_id: T\nstatus: !!str\n", "done", "task_id: T\nstatus: !!str done\n"),
        ("task_id: T\nstatus: 5\n", "done", "task_id: T\nstatus: done\n"),
        ("task_id: T\nstatus: a\n", "yes", "task_id: T\nstatus: 'yes'\n"),
        ("task_id: T\nstatus: a\n", "No", "task_id: T\nstatus: 'No'\n"),
        ("task_id: T\nstatus: a\n", "null", "task_id: T\nstatus: 'null'\n"),
        ("task_id: T\nstatus: a\n", "1e3", "task_id: T\nstatus: '1e3'\n"),
        ("task_id: T\nstatus: a\n", "0o14", "task_id: T\nstatus: '0o14'\n"),
        ("task_id: T\nstatus: a\n", "y", "task_id: T\nstatus: 'y'\n"),
        ("task_id: T\nstatus: a\n", "12", "task_id: T\nstatus: '12'\n"),
        ('task_id: T\nstatus: "a"\n', "12", 'task_id: T\nstatus: "12"\n'),
        ("task_id: T\nstatus: a\n", "a: b", "task_id: T\nstatus: 'a: b'\n"),
        ("task_id: T\nstatus: a\n", "it's", "task_id: T\nstatus: 'it''s'\n"),
        ("task_id: T\nstatus: 'a'\n", "it's", "task_id: T\nstatus: 'it''s'\n"),
        ("task_id: T\nstatus: a\n", "#1", "task_id: T\nstatus: '#1'\n"),
        ("{task_id: T, status: a}", "[x", "{task_id: T, status: '[x'}"),
        ("task_id: T\nstatus: a\n", "5%", "task_id: T\nstatus: '5%'\n"),
        ("task_id: T\nstatus: done\n", "Done", None),
        ("task_id: T\nstatus: on_hold\n", "On-Hold", None),
    ],
)  # fmt: skip
def test_only_the_value_changes(before, word, after):
    found = change(before.encode(), word)
    if after and after.startswith("…"):
        after = before[: len(before) - len(after) + len("…done") - len("a")] + after[1:]
    assert (found and found.edit.after) == (after and after.encode())


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("task_id: T\n", f"1: {MISSING}"),
        ("task_id: T\nStatus: a\n", f"1: {MISSING}"),
        ("x: 1\ntask_id: T\nstatus: [a]\n", "3: 'status' holds a list, not a single value"),
        ("task_id: T\nstatus:\n  - a\n", "3: 'status' holds a list, not a single value"),
        ("task_id: T\nstatus: {a: b}\n", "2: 'status' holds a mapping, not a single value"),
        ("x: &x a\ntask_id: T\nstatus: *x\n", f"3: {ALIAS}"),
        ("a: &k task_id\n*k : T\ny: {a: &x b}\nstatus: *x\n", f"4: {ALIAS}"),
        ("task_id: T\nstatus: &x a\ny: *x\n", "2: '*x' reuses the value of 'status'"),
        ("task_id: T\nstatus: a\n  b\n", f"2: {LONG}"),
        ("task_id: T\nstatus: |\n  a\n", f"2: {LONG}"),
        ("task_id: T\nstatus: >-\n  a\n", f"2: {LONG}"),
        ("task_id: T\nstatus: 'a\r\n  b'\n", f"2: {LONG}"),
        ('task_id: T\nstatus: "a\\\n  b"\n', f"2: {LONG}"),
        ("task_id: T\nstatus: a\nstatus: b\n", "3: key 'status' is repeated, first in line 2"),
        ("task_id: T\nx: &x {status: a}\n<<: *x\n", f"1: {ELSEWHERE}"),
        ("x: &k status\ntask_id: T\n*k : a\n", f"1: {ELSEWHERE}"),
        ("task_id: T\nstatus: !!int 5\n", f"2: {NO_WAY}"),
        ("{task_id: T, status}", f"1: {NO_WAY}"),
        ("task_id: T\n? status\n", f"3: {NO_WAY}"),
    ],
)  # fmt: skip
def test_what_cannot_be_changed_alone_is_refused_with_its_place(before, reason):
    with pytest.raises(UnwritableFileError) as refusal:
        change(before.encode(), "done")
    assert str(refusal.value) == f"{PATH}:{reason}"


def test_a_file_that_has_become_another_meanwhile_is_refused():
    task = read(b"task_id: T\nstatus: a\n")
    for now in (b"task_id: U\nstatus: a\n", b"", b"\xff", b"[", b"status: a\n"):
        with pytest.raises(
            UnwritableFileError, match=r"was changed by another process|is not UTF-8"
        ):
            change_status(task, now, "done", SETTINGS)


def test_a_change_that_makes_the_file_too_large_to_read_is_refused():
    before = b"task_id: T\nstatus: a\nx: "
    with pytest.raises(UnwritableFileError, match="cannot be written here"):
        change(before + b"x" * (256 * 1024 - len(before)), "done")


COMMENT = st.sampled_from(["", " # x", "  # status: done", "\t# 'ž' \"", " #\u2028"])
LINE_END = st.sampled_from(["\n", "\r\n", "\r"])
QUOTE = st.sampled_from(["{}", "'{}'", '"{}"', "!!str {}", "&a '{}'", '!own "{}"'])
IDS = st.sampled_from(["T-1", "5116", "a/b.c", "Ž-𝔘", "'007'", '"x: y"', "T 1", "'it''s'"])
FIELDS = st.sampled_from(
    [
        "# status: active", "", "title: 'status: active'", "phase: 0.10", "notes: |{}  status: a",
        "work:{}  - status: active{}  - [status, active]", "x: {{status: active}}", "title: 𝔘 ř é",
        "y: &y active", "z: *y", "x: 1", "status_: a", "depends_on: []{}#", "'sta': &a b", "w: *a",
        "? k{}: v", "---", "status: blocked", "\ttab: x", 'notes: "a{}  b"', "<<: {{status: z}}",
    ]
)  # fmt: skip
VALUES = st.sampled_from(
    ["active", "planned", "", "~", "blocked x", "[a]", "*y", "|{}  a", "a{}  b", "é", "done"]
)


@st.composite
def metadata_files(draw):
    """Metadata as people write it, right and wrong, with all that may stand around the status."""
    end = draw(LINE_END)
    quoted = draw(QUOTE).format(draw(VALUES).replace("{}", end))
    lines = [
        f"task_id: {draw(IDS)}",
        f"{draw(st.sampled_from(['status:', 'status :', chr(39) + 'status' + chr(39) + ':']))} "
        f"{quoted}",
        *(field.replace("{}", end) for field in draw(st.lists(FIELDS, max_size=6))),
    ]
    lines = [line + draw(COMMENT) for line in draw(st.permutations(lines))]
    text = end.join(lines) + draw(st.sampled_from(["", end, end * 2]))
    if draw(st.integers(0, 4)) == 0:
        text = f"{{{', '.join(line for line in lines[:3] if '#' not in line)}}}"
    return draw(st.sampled_from(["", "\ufeff"])).encode() + text.encode()


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(before=metadata_files(), word=st.sampled_from([*WORDS, "done", "In-Progress", "Completed"]))
def test_all_bytes_but_those_of_the_value_stay_or_it_is_refused(before, word):
    task = read(before)
    assume(task is not None)
    try:
        found = change(before, word)
    except UnwritableFileError as refusal:
        assert str(refusal).startswith(f"{PATH}:")
        return
    if found is None:
        return
    after, where = found.edit.after, found.location
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n|$)", before.decode("utf-8"))
    line = lines[where.line - 1]
    mark = line.startswith("\ufeff")
    start, end = where.column - 1 + mark, where.end_column - 1 + mark
    assert line[start:end] in (
        quote.format(was) for was in (found.was, "", "~") for quote in ("{}", "'{}'", '"{}"')
    )
    head = ("".join(lines[: where.line - 1]) + line[:start]).encode()
    tail = (line[end:] + "".join(lines[where.line :])).encode()
    assert after.startswith(head)
    assert after.endswith(tail)
    assert len(after) >= len(head + tail)
    assert yaml.safe_load(after[len(head) : len(after) - len(tail)]) == word
    again = read(after)
    assert again.status.text == word
    same = {"path": "", "id_location": None, "plan": None, "log": None, "empty_fields": ()}
    assert replace(again, status=task.status, **same) == replace(task, **same)
    assert change(after, word) is None


def test_the_command_says_what_it_did_and_where(project):
    text = "# My task\r\ntask_id: T-1\r\ntitle: A\r\nstatus: 'planned'  # soon\r\nphase: '0'"
    project.write({PATH: text})
    project.configure()

    ended = status(project, "T-1", "in-progress")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == f"'T-1' is now in-progress (was planned): {PATH}:4\n"
    assert (project.root / PATH).read_bytes() == text.replace("planned", "in-progress").encode()

    before = files_of(project)
    ended = status(project, "T-1", "In_Progress")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == f"'T-1' is already In_Progress: {PATH}\n"
    assert files_of(project) == before


def test_an_empty_status_is_filled_in(project):
    project.write({PATH: "task_id: T-1\ntitle: A\nstatus:\nphase: '0'\n"})
    project.configure()

    ended = status(project, "T-1", "ready")

    assert ended.stdout == f"'T-1' is now ready (was without a status): {PATH}:3\n"
    assert (
        project.root / PATH
    ).read_text() == "task_id: T-1\ntitle: A\nstatus: ready\nphase: '0'\n"


def test_a_dry_run_shows_the_change_and_writes_nothing(project):
    project.write({PATH: metadata()})
    project.configure()
    before = files_of(project)

    ended = status(project, "T-1", "blocked", "--dry-run")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"--- a/{PATH}\n+++ b/{PATH}\n")
    assert "\n-status: planned\n+status: blocked\n" in ended.stdout
    assert files_of(project) == before


def test_keys_and_statuses_of_the_project_count(project):
    project.write({PATH: "key: T-1\ntitle: A\nstatus: closed\nstate: open\nphase: '0'\n"})
    project.options = {
        "fields": {"id": "key", "status": "state"},
        "statuses": {"Open Question": "active", "no": "dropped", "open": "planned"},
    }
    project.configure()

    assert status(project, "T-1", " open  question ").returncode == 0
    assert "\nstatus: closed\nstate: open question\n" in (project.root / PATH).read_text()
    assert status(project, "T-1", "No").returncode == 0
    assert "\nstate: 'No'\n" in (project.root / PATH).read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["T-2", "done"], "no task 'T-2'"),
        (["t-1", "done"], "no task 't-1'; did you mean 'T-1'?"),
        (["", "done"], "no task ''"),
        (["T-1", "dome"], "no status 'dome'; did you mean 'done'?\nthe statuses are planned,"),
        (["T-1", ""], "no status ''\nthe statuses are planned, ready,"),
        (["T-1", "\x1b[31mdone"], "no status"),
        (["D-1", "done"], "'D-1' is the id in tasks/a/meta.yml:1 and tasks/b/meta.yml:1"),
        (["L-1", "active"], "tasks/L-1/meta.yml:4: 'status' holds a list, not a single value"),
        (["R-1", "active"], "'tasks/R-1/meta.yml' cannot be written: it is read-only"),
        (["T-1", "done", "-f", "gone.yml"], "gone.yml"),
    ],
)  # fmt: skip
def test_what_is_refused_changes_nothing(project, arguments, said):
    project.write({PATH: metadata(), "tasks/R-1/meta.yml": metadata("R-1")})
    project.write({f"tasks/{name}/meta.yml": metadata("D-1") for name in "ab"})
    project.write({"tasks/L-1/meta.yml": metadata("L-1", status=["planned"])})
    (project.root / "tasks/R-1/meta.yml").chmod(0o444)
    project.configure()
    before = files_of(project)

    ended = status(project, *arguments)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert said.replace("\n", "\nplantrace: ") in ended.stderr
    assert files_of(project) == before


def test_a_full_disk_changes_nothing(project, monkeypatch):
    project.write({PATH: metadata()})
    project.configure()
    before = files_of(project)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        configuration = os.fspath(project.root / "mkdocs.yml")
        ended = CliRunner().invoke(main, ["status", "T-1", "blocked", "-f", configuration])

    assert ended.exit_code == 2
    assert f"'{PATH}' cannot be written: No space left on device" in ended.output
    assert files_of(project) == before


def test_permissions_and_links_stay(project):
    project.write({"shared/meta.yml": metadata()})
    (project.root / "shared/meta.yml").chmod(0o640)
    (project.root / "tasks/T-1").mkdir(parents=True)
    (project.root / PATH).symlink_to("../../shared/meta.yml")
    project.configure()

    assert status(project, "T-1", "blocked").returncode == 0

    assert (project.root / PATH).is_symlink()
    assert "status: blocked" in (project.root / "shared/meta.yml").read_text()
    assert (project.root / "shared/meta.yml").stat().st_mode & 0o777 == 0o640


def test_a_task_is_not_completed_while_the_check_would_find_errors(project):
    project.write(traced(status="planned", implementation_log=None))
    project.write({"tasks/T-2/meta.yml": metadata("T-2", depends_on=["T-9"])})
    project.configure()
    before = files_of(project)

    for arguments in (["Done"], ["Done", "--dry-run"]):
        ended = status(project, "T-1", *arguments)

        assert ended.returncode == 1
        assert ended.stdout == (
            f"{PATH}:6:1: error PT102 missing-log: task 'T-1' is Done and has no "
            "implementation_log\n"
            "  6 | implementation_log: null\n"
            "    | ^^^^^^^^^^^^^^^^^^\n"
            "    = did you mean 'docs/plans/T-1/EXEC_LOG.md'?\n"
        )
        assert ended.stderr == (
            "plantrace: 'T-1' was not changed: as completed, it would have 1 error and 0 warnings\n"
            "plantrace: without a log, it cannot be set with --force either\n"
        )
        assert files_of(project) == before
    assert status(project, "T-1", "blocked").returncode == 0


def test_the_excerpt_shows_the_metadata_as_it_would_be(project):
    project.write(traced(status="planned", evidence=["gone.json"]))
    project.write({PATH: traced()[PATH].replace("status: completed", "status: todo, plan: x")})
    project.write({PATH: "{task_id: T-1, title: A, phase: 0, status: ready}\n"})
    project.configure()

    ended = status(project, "T-1", "complete")

    assert ended.returncode == 1
    assert "\n  1 | {task_id: T-1, title: A, phase: 0, status: complete}\n" in ended.stdout


@pytest.mark.parametrize(
    ("rules", "log", "code"),
    [
        ({}, "# Log of T-1\n\nPlan: PLAN.md\n", 1),
        ({}, f"# Log of T-1\n\nPlan: PLAN.md\n{SUMMARY}", 0),
        ({}, f"# Log of T-1\n\nPlan: PLAN.md\n\n- Error: x\n{SUMMARY}", 1),
        ({}, f"# Log of T-1\n\nPlan: PLAN.md\n\nTODO\n{SUMMARY}", 1),
        ({"PT202": False}, "# Log of T-1\n\nPlan: PLAN.md\n", 0),
        ({"PT202": "error"}, "# Log of T-1\n\nPlan: PLAN.md\n", 1),
        ({}, f"# Log of T-1\n\nPlan: PLAN.md\n\n[x](gone.md)\n{SUMMARY}", 1),
        ({"PT108": False}, f"# Log of T-1\n\nPlan: PLAN.md\n\n[x](gone.md)\n{SUMMARY}", 0),
    ],
)
def test_only_problems_of_the_task_and_of_its_records_count(project, rules, log, code):
    project.write({**traced(status="active"), "docs/plans/T-1/EXEC_LOG.md": log})
    project.write({"tasks/T-2/meta.yml": metadata("T-2", implementation_plan="docs/gone.md")})
    project.options = {"rules": rules}
    project.configure()
    before = files_of(project)

    ended = status(project, "T-1", "completed")

    assert ended.returncode == code
    assert "T-2" not in ended.stdout
    assert (files_of(project) == before) is (code == 1)


def test_known_problems_do_not_count(project):
    project.write(traced(implementation_log="docs/gone.md"))
    project.options = {"baseline": "known.json"}
    project.configure()
    assert plantrace("baseline", cwd=project.root).returncode == 0
    assert status(project, "T-1", "active").returncode == 0

    ended = status(project, "T-1", "completed")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "status: completed\n" in (project.root / PATH).read_text()


def test_a_completed_task_passes_the_check(project):
    project.write(traced(status="active"))
    project.configure()

    assert status(project, "T-1", "done").returncode == 0

    assert plantrace("check", "--strict", cwd=project.root).returncode == 0
    (project.root / PATH).unlink()
    assert status(project, "T-1", "active").returncode == 2


LOG = "docs/plans/T-1/EXEC_LOG.md"
PLAN = "docs/plans/T-1/PLAN.md"


@pytest.fixture
def unfinished(project):
    """A task that would fail a strict check if it were completed."""
    project.write({**traced(status="active", evidence=["gone.json"]), PLAN: "# T-1\n\nTODO\n"})
    project.write({LOG: f"# T-1\n\nPlan: PLAN.md\n\n- Error: a\n- Fix: b\n{SUMMARY}"})
    project.configure()
    return project


def test_a_refusal_shows_all_errors_and_warnings(unfinished):
    before = files_of(unfinished)

    ended = status(unfinished, "T-1", "completed")

    shown = re.findall(r"^(\S+?):\d+:\d+: (\w+) (PT\d+)", ended.stdout, re.MULTILINE)
    assert ended.returncode == 1
    assert (PLAN, "warning", "PT201") in shown
    assert any(path == PATH for path, *_ in shown)
    numbers = [sum(kind == it for _, kind, _ in shown) for it in ("error", "warning")]
    errors, warnings = (
        f"{it} {noun}{'s' * (it != 1)}"
        for it, noun in zip(numbers, ["error", "warning"], strict=True)
    )
    assert f"as completed, it would have {errors} and {warnings}\n" in ended.stderr
    assert "--force --reason TEXT" in ended.stderr
    assert files_of(unfinished) == before


def test_after_a_refusal_the_strict_check_would_have_failed(unfinished):
    refused = status(unfinished, "T-1", "done")
    status(unfinished, "T-1", "done", "--force", "--reason", "it ships today")
    strict = plantrace("check", "--strict", cwd=unfinished.root)
    places = r"^\S+?:\d+:\d+: \w+ PT.*"
    assert re.findall(places, strict.stdout, re.MULTILINE) == re.findall(
        places, refused.stdout, re.MULTILINE
    )


@pytest.mark.parametrize(
    ("reason", "written"),
    [
        ("the vendor is away until May", "the vendor is away until May"),
        ("  two\nlines  ", "two lines"),
        ("see [x](gone.md)", "`see [x](gone.md)`"),
        ("<fill in>", "`<fill in>`"),
        ("{{ x }} & <b>", "`{{ x }} & <b>`"),
        ("`make` fails", "`make` fails"),
        ("a ` b", "``a ` b``"),
        ("- **Error**: boom", "```text\n- **Error**: boom\n```"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("größer — 漢字", "größer — 漢字"),
    ],
)
def test_a_forced_status_has_its_reason_in_the_log(unfinished, reason, written):
    log = (unfinished.root / LOG).read_text()
    known = plantrace("export", cwd=unfinished.root).stdout

    ended = status(unfinished, "T-1", "completed", "--force", "--reason", reason)

    assert ended.returncode == 0, ended.stderr
    assert "'T-1' is now completed (was active)" in ended.stdout
    assert f"the reason is in the log: {LOG}\n" in ended.stderr
    text = (unfinished.root / LOG).read_text(encoding="utf-8")
    head, summary = log.split("\n## Final summary")
    assert text.startswith(head)
    assert text.endswith(f"\n## Final summary{summary}")
    section = text[len(head) : -len(f"\n## Final summary{summary}")]
    assert re.fullmatch(
        r"\n### \d{4}-\d\d-\d\d — T-1 set to completed\n\n"
        r"- Reported by the check: PT201 unfilled-template, PT205 missing-evidence\n"
        rf"- Completed with `--force`, because:\s+{re.escape(written)}\n",
        section,
    ), section
    now = plantrace("export", cwd=unfinished.root).stdout
    assert json.loads(now)["entries"] == json.loads(known)["entries"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_reason_keeps_the_line_ends_and_the_rest_of_the_log(unfinished, end):
    before = (unfinished.root / LOG).read_text().replace("\n", end).encode()
    (unfinished.root / LOG).write_bytes(before)
    assert status(unfinished, "T-1", "done", "--force", "--reason", "x").returncode == 0
    after = (unfinished.root / LOG).read_bytes()
    assert after.count(b"\n") - after.count(b"\r\n") == (0 if end == "\r\n" else after.count(b"\n"))
    rest = iter(after.split(b"\n"))
    assert all(line in rest for line in before.split(b"\n"))


def test_a_dry_run_of_a_forced_status_is_a_patch_of_both_files(unfinished):
    before = files_of(unfinished)
    ended = status(unfinished, "T-1", "done", "--dry-run", "--force", "--reason", "x")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.findall(r"^\+\+\+ b/(.*)", ended.stdout, re.MULTILINE) == [LOG, PATH]
    assert ended.stdout.startswith("--- a/")
    assert files_of(unfinished) == before


def test_without_problems_the_reason_is_written_as_well(project):
    project.write(traced(status="active"))
    project.configure()
    assert status(project, "T-1", "done", "--force", "--reason", "agreed").returncode == 0
    text = (project.root / LOG).read_text()
    assert "because: agreed\n\n## Final summary" in text
    assert plantrace("check", "--strict", cwd=project.root).returncode == 0


def test_a_status_that_is_there_already_gets_no_reason(project):
    project.write(traced())
    project.configure()
    before = files_of(project)
    ended = status(project, "T-1", "completed", "--force", "--reason", "x")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == f"'T-1' is already completed: {PATH}\n"
    assert files_of(project) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["done", "--force"], "--force needs a reason"),
        (["done", "--force", "--reason", ""], "--force needs a reason"),
        (["done", "--force", "--reason", " \n"], "--force needs a reason"),
        (["done", "--reason", "x"], "--reason is only for --force"),
        (["--reason", "x"], "--reason is only for --force"),
        (["--force", "--reason", "x"], "need a STATUS"),
        (["--dry-run"], "need a STATUS"),
        (["blocked", "--force", "--reason", "x"], "--force is only for a status that means comp"),
    ],
)  # fmt: skip
def test_wrong_use_of_force_ends_with_2(unfinished, arguments, said):
    before = files_of(unfinished)
    ended = status(unfinished, "T-1", *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert files_of(unfinished) == before


@pytest.mark.parametrize("log", [None, "docs/gone.md"])
def test_without_a_log_there_is_no_place_for_a_reason(project, log):
    project.write(traced(status="active", implementation_log=log))
    project.configure()
    (project.root / LOG).unlink()
    before = files_of(project)
    ended = status(project, "T-1", "done", "--force", "--reason", "x")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "task 'T-1' has no log" in ended.stderr
    assert files_of(project) == before


@pytest.mark.parametrize("failing", [1, 2])
def test_status_and_reason_are_written_together_or_not_at_all(unfinished, monkeypatch, failing):
    before = files_of(unfinished)
    calls = []
    replace_file = os.replace

    def full(*arguments):
        calls.append(arguments)
        if len(calls) == failing:
            raise OSError(errno.ENOSPC, "No space left on device")
        replace_file(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        configuration = os.fspath(unfinished.root / "mkdocs.yml")
        arguments = ["status", "T-1", "done", "--force", "--reason", "x", "-f", configuration]
        ended = CliRunner().invoke(main, arguments)

    assert ended.exit_code == 2
    assert files_of(unfinished) == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (metadata(status="In Progress"), "'T-1' is In Progress: tasks/T-1/meta.yml\n"),
        (metadata(status="unknown-word"), "'T-1' is unknown-word: tasks/T-1/meta.yml\n"),
        (metadata(status=None), "'T-1' has no status: tasks/T-1/meta.yml\n"),
    ],
)
def test_without_a_status_the_present_one_is_shown(project, text, said):
    project.write({PATH: text})
    project.configure()
    before = files_of(project)
    ended = status(project, "T-1")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, said, "")
    assert files_of(project) == before
    assert status(project, "t-2").returncode == 2


def test_without_a_log_no_reason_is_asked_for(project):
    project.write({"tasks/T-1/meta.yml": metadata(status="in_progress")})
    project.configure()
    ended = plantrace("status", "T-1", "completed", cwd=project.root)
    assert ended.returncode == 1
    assert "without a log, it cannot be set with --force either" in ended.stderr
