"""What one command reads is stored for the next one, which answers as if it had read it again."""

import contextlib
import errno
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import traced
from test_one_task import RECORD

from mkdocs_plantrace.checks.project_check import (
    check_project,
    check_task,
    find_files,
    read_metadata,
    read_trace,
)
from mkdocs_plantrace.cli.servers.editor_project import EditorProject
from mkdocs_plantrace.project import document_loader, loader, stored_values
from mkdocs_plantrace.project.stored_values import StoredValues, find_cache_file

LONG_AGO = 1_700_000_000
PROOF = "evidence/E-1.json"
LOG = "docs/plans/T-1/EXEC_LOG.md"
KIRO = {
    ".kiro/specs/login/requirements.md": "# Login\n\n## Requirement 1\n",
    ".kiro/specs/login/tasks.md": "- [x] a\n- [ ] b\n",
}


@pytest.fixture
def record(project, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.root.parent / "cache"))
    keys = [f"key_{number}" for number in range(9)]
    project.write(RECORD)
    os.unlink(project.root / "tasks/bad/meta.yml")  # which is read each time
    project.write(traced("E-1", status="done", evidence=[{"path": PROOF, "must_include": keys}]))
    project.write({PROOF: json.dumps(dict.fromkeys(keys, 1))})
    project.configure()
    settle(project)
    return project


@pytest.fixture
def reads(monkeypatch):
    """The paths of the files that are parsed."""
    found = []

    def count(module, name, index):
        function = getattr(module, name)

        def counted(*given, **named):
            found.append(os.fspath(given[index]))
            return function(*given, **named)

        monkeypatch.setattr(module, name, counted)

    count(document_loader, "scan_page", 0)
    count(loader, "read_metadata", 1)
    count(loader, "read_evidence", 0)
    return found


def settle(project):
    """Make all files old: what changed in the last two seconds is not stored."""
    for path in project.root.rglob("*"):
        if path.is_file():
            os.utime(path, (LONG_AGO, LONG_AGO))


def check(project):
    result = check_project(project.root / "mkdocs.yml")[1]
    trace = result.trace
    return result.problems, trace.tasks, trace.documents, trace.evidence, trace.errors.all


def database(project):
    return Path(find_cache_file(project.root, "record"))


def test_the_next_command_parses_nothing_and_finds_the_same(record, reads):
    first = check(record)
    assert {LOG, "tasks/T-1/meta.yml", str(record.root / PROOF)} <= set(reads)
    reads.clear()

    assert check(record) == first
    assert reads == []


def test_search_keeps_sections_of_its_own(record, reads):
    check(record)

    def sections():
        trace = read_trace(find_files(record.root / "mkdocs.yml"), for_search=True)
        return trace.documents[LOG].scan.sections

    first = sections()
    reads.clear()

    assert first
    assert sections() == first
    check(record)
    assert reads == []


def test_an_installed_library_may_read_otherwise(record, reads, monkeypatch, tmp_path):
    check(record)
    reads.clear()
    packages = tmp_path / "site-packages"
    packages.mkdir()
    monkeypatch.syspath_prepend(packages)
    find_again = stored_values._find_code.__wrapped__  # noqa: SLF001 (else once in a process)
    monkeypatch.setattr(stored_values, "_find_code", find_again)

    check(record)

    assert LOG in reads


def test_another_layout(project, reads, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.root.parent / "cache"))
    project.options["layout"] = "kiro"
    project.write(KIRO)
    project.configure()
    settle(project)
    first = check(project)
    reads.clear()

    assert check(project) == first
    assert reads == []
    project.write({".kiro/specs/login/tasks.md": "- [x] a\n- [x] b\n"})
    assert check(project)[1][0].progress.is_done


def test_a_file_that_changes_in_size_or_time_is_read_again(record, reads):
    check(record)
    text = RECORD[LOG].replace("shut", "open")
    record.write({LOG: text})
    os.utime(record.root / LOG, (LONG_AGO, LONG_AGO))  # the time of its status still differs
    reads.clear()

    check(record)

    assert reads == [LOG]


def test_what_has_just_changed_is_not_stored(record, reads):
    record.write({LOG: RECORD[LOG]})
    check(record)
    reads.clear()

    check(record)

    assert reads == [LOG]


def test_a_new_id_can_be_mentioned_on_any_page(record, reads):
    check(record)
    record.write({**traced("Z-1"), "docs/new.md": "# New\n"})
    reads.clear()

    check(record)

    assert "docs/guide.md" in reads
    assert "tasks/T-1/meta.yml" not in reads


def test_other_options_read_all_metadata_again(record, reads):
    check(record)
    record.options["statuses"] = {"odd": "planned"}
    record.configure()
    reads.clear()

    problems = check(record)[0]

    assert "tasks/N-1/meta.yml" in reads
    assert not any("unknown status 'odd'" in problem.message for problem in problems)


def test_the_order_of_sets_does_not_matter(record):
    """Python orders them by hashes that differ in each process."""
    script = """
import sys
from pathlib import Path
from mkdocs_plantrace.checks.project_check import check_project
from mkdocs_plantrace.project import document_loader, loader, stored_values
reads = []
scan, parse, prove = document_loader.scan_page, loader.read_metadata, loader.read_evidence
document_loader.scan_page = lambda *a, **k: reads.append(a[0]) or scan(*a, **k)
loader.read_evidence = lambda *a: reads.append(a[0]) or prove(*a)
loader.read_metadata = lambda *a: reads.append(a[1]) or parse(*a)
check_project(Path(sys.argv[1]))
print(len(reads))
"""
    command = [
        sys.executable,
        "-c",
        script,
    ]
    counts = [
        subprocess.run(
            [*command, record.root / "mkdocs.yml"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert int(counts[0]) > 0
    assert int(counts[1]) == 0


OWN = {"name": "mine", "tasks": "work/{id}.md", "status_files": ["state/s.yml"]}


@pytest.fixture
def own(project, monkeypatch):
    """Tasks whose statuses are in another file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.root.parent / "cache"))
    project.options["layout"] = OWN
    project.write({"work/T-1.md": "# One\n", "state/s.yml": "T-1: blocked\n"})
    project.configure()
    settle(project)
    return project


def statuses(project):
    return [task.status.text for task in check(project)[1]]


def test_a_file_beside_that_leaves_the_project(own):
    assert statuses(own) == ["blocked"]
    outside = own.root.parent / "outside"
    os.rename(own.root / "state", outside)
    os.symlink(outside, own.root / "state")

    assert statuses(own) == [""]


def test_a_file_beside_that_is_excluded_and_comes_back(own):
    assert statuses(own) == ["blocked"]
    own.site["site_dir"] = "state"
    own.configure()
    assert statuses(own) == [""]
    del own.site["site_dir"]
    own.configure()
    assert statuses(own) == ["blocked"]


def test_a_file_beside_that_has_just_changed(own, monkeypatch):
    """In a file system with whole seconds, it may change again without another time."""
    real = os.stat

    def rough(path, *given, **named):
        status = real(path, *given, **named)
        if not os.fspath(path).endswith("s.yml"):
            return status
        second = status.st_mtime_ns // 10**9 * 10**9
        names = ("st_mtime_ns", "st_ctime_ns", "st_size", "st_ino", "st_mode")
        return SimpleNamespace(
            **{name: getattr(status, name) for name in names}
            | {"st_mtime_ns": second, "st_ctime_ns": 0, "st_ino": 0}
        )

    own.write({"state/s.yml": "T-1: active \n"})
    monkeypatch.setattr(os, "stat", rough)
    assert statuses(own) == ["active"]
    own.write({"state/s.yml": "T-1: blocked\n"})

    assert statuses(own) == ["blocked"]


def test_unsaved_texts_of_new_files_are_not_stored(own):
    layout = {**OWN, "log": ["../logs/{id}.md"], "status_with_log": "completed", "status_files": []}
    own.options["layout"] = layout
    own.configure()
    editor = EditorProject(own.root, own.root / "mkdocs.yml")
    editor.check({str(own.root / "logs/T-1.md"): "# Log\n"})

    assert statuses(own) != ["completed"]


@pytest.mark.parametrize("path", ["tasks/T-1/meta.yml", LOG, PROOF])
def test_a_failure_to_read_is_not_stored(record, monkeypatch, path):
    opened = io.open

    def fail(name, *given, **named):
        if os.fspath(name).endswith(path):
            raise OSError(errno.EIO, "Input/output error")
        return opened(name, *given, **named)

    with monkeypatch.context() as patched:
        patched.setattr("builtins.open", fail)
        patched.setattr("io.open", fail)
        failed = check(record)
    first = check(record)
    os.unlink(database(record))

    assert failed != first
    assert check(record) == first


def test_what_is_gone_is_removed_with_the_next_change(record):
    check(record)
    shutil.rmtree(record.root / "tasks/T-1")
    record.write({"docs/guide.md": "# Guide\n"})
    settle(record)
    check(record)
    with contextlib.closing(sqlite3.connect(database(record))) as connection:
        stored = {path for (path,) in connection.execute("SELECT path FROM stored")}

    assert LOG.encode() in stored
    assert b"tasks/T-1/meta.yml" not in stored


def test_a_question_about_one_task_removes_nothing(record, reads):
    check(record)
    record.write({"docs/guide.md": "# Guide of T-1\n"})
    os.utime(record.root / "docs/guide.md", (LONG_AGO, LONG_AGO))
    check_task(record.root / "mkdocs.yml", "T-1")
    reads.clear()

    check(record)

    assert set(reads) <= {"docs/guide.md"}


def test_a_list_reads_no_documents(record, reads):
    check(record)
    reads.clear()

    read_metadata(record.root / "mkdocs.yml")
    check(record)

    assert reads == []


def test_without_a_home_directory_nothing_is_stored(record, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("could not determine the home directory")

    first = check(record)
    monkeypatch.setattr("mkdocs_plantrace.project.stored_values.user_cache_dir", fail)

    assert check(record) == first


@pytest.mark.parametrize("kept", [0, 1, 100, 5_000, 20_000])
def test_a_file_cut_short(record, kept):
    first = check(record)
    database(record).write_bytes(database(record).read_bytes()[:kept])

    assert [check(record), check(record)] == [first, first]
    assert database(record).stat().st_size > kept  # repaired


def test_a_damaged_file(record):
    first = check(record)
    data = database(record).read_bytes()
    for start in range(0, len(data), len(data) // 20):
        database(record).write_bytes(data[:start] + b"\xff\x00 damaged \x01" + data[start + 12 :])
        check(record)
    database(record).unlink(missing_ok=True)

    assert check(record) == first


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored SET value = x'ff'",
        "UPDATE stored SET value = x''",
        "UPDATE stored SET value = 'text'",
        "UPDATE stored SET value = NULL",
        "UPDATE stored SET value = x'80'",
        "UPDATE stored SET value = zeroblob(9)",
        "UPDATE stored SET key = 'x'",
        "UPDATE stored SET name = 'x'",
        "DROP TABLE stored",
    ],
)
def test_values_that_were_tampered_with(record, statement):
    first = check(record)
    with contextlib.closing(sqlite3.connect(database(record))) as connection, connection:
        connection.execute(statement)

    assert check(record) == first
    assert check(record) == first


def test_a_place_that_cannot_be_used(record, monkeypatch, tmp_path):
    first = check(record)
    os.unlink(database(record))
    os.mkdir(database(record))
    assert check(record) == first
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert check(record) == first


def test_a_lock_of_another_process(record, reads):
    first = check(record)
    with contextlib.closing(sqlite3.connect(database(record))) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        reads.clear()
        assert check(record) == first
        assert LOG in reads


def test_texts_that_are_not_utf_8_are_not_stored(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    store = StoredValues(tmp_path, "names", None, str)
    keys = {"a": 1, "b\udcff": 1, "c": 1}

    store.store({"a": (1, "\ud800"), "b\udcff": (1, "b"), "c": (1, "c")})

    assert store.load(keys) == {"b\udcff": (1, "b"), "c": (1, "c")}
    assert store.load(dict.fromkeys(keys, 2)) == {}


def test_other_versions_contexts_and_projects(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    StoredValues(tmp_path, "names", "context", str).store({"a": (1, "a")})

    assert StoredValues(tmp_path, "names", "context", str).load({"a": 1})
    assert not StoredValues(tmp_path, "names", "other", str).load({"a": 1})
    assert not StoredValues(tmp_path, "others", "context", str).load({"a": 1})
    assert not StoredValues(tmp_path / "b", "names", "context", str).load({"a": 1})
    monkeypatch.setattr("mkdocs_plantrace.project.stored_values.__version__", "9.9")
    assert not StoredValues(tmp_path, "names", "context", str).load({"a": 1})


def test_only_the_user_can_look_into_the_folder(record):
    check(record)

    assert database(record).parent.stat().st_mode & 0o777 == 0o700
