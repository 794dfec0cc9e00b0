"""The history of tasks and documents, read from real repositories."""

import contextlib
import os
import shutil
import sqlite3

import msgspec
import pytest
import yaml
from conftest import Repository, metadata, traced
from test_log import HOSTILE

from mkdocs_plantrace.checks.project_check import read_metadata
from mkdocs_plantrace.model.history import Commit
from mkdocs_plantrace.project.git import GitError
from mkdocs_plantrace.project.history_reader import read_history
from mkdocs_plantrace.project.stored_values import find_cache_file

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")

META = "tasks/T-1/meta.yml"


@pytest.fixture
def repository(repository):
    """One without the configuration, which `read` writes."""
    (repository.root / ".git/info/exclude").write_text("mkdocs.yml\n")
    return repository


def read(repository, folder=".", docs="docs", **options):
    """Read the history of a working tree with these options."""
    root = repository.root / folder
    (root / docs).mkdir(exist_ok=True)
    configuration = {"site_name": "Test", "docs_dir": docs, "plugins": [{"plantrace": options}]}
    (root / "mkdocs.yml").write_text(yaml.safe_dump(configuration))
    return read_history(read_metadata(root / "mkdocs.yml")[1])


def changes(history):
    """The changes of statuses, as short texts."""

    def name(status):
        return status.text if status else "-"

    return [
        f"{it.commit.day} {it.task} {name(it.before)} > {name(it.after)}" for it in history.statuses
    ]


def days(history, path):
    return [commit.day for commit in history.files[path]]


def task(status, task="T-1", **fields):
    return {f"tasks/{task}/meta.yml": metadata(task, status=status, **fields)}


def test_the_status_of_a_task_from_its_creation_to_its_end(repository):
    repository.commit(task("planned"), "2026-03-01")
    repository.commit(task("in_progress"), "2026-03-02", author="Ada")
    repository.commit(task("in_progress", title="Another"), "2026-03-03", author="Bob")
    repository.commit(task("completed"), "2026-03-04")

    history = read(repository)

    assert changes(history) == [
        "2026-03-01 T-1 - > planned",
        "2026-03-02 T-1 planned > in_progress",
        "2026-03-04 T-1 in_progress > completed",
    ]
    assert [it.author for it in history.files[META]] == ["A", "Ada", "Bob", "A"]
    assert history.head == Commit(
        repository.git("rev-parse", "HEAD"), "2026-03-04T12:00:00+01:00", "A"
    )


def test_the_day_is_that_of_the_author(repository):
    repository.commit(task("planned"), "2026-03-01T23:30:00-08:00")

    assert days(read(repository), META) == ["2026-03-01"]


def test_plans_and_logs(repository):
    repository.commit(traced(), "2026-03-01")
    repository.commit({"docs/plans/T-1/EXEC_LOG.md": "# Log\n\nMore.\n"}, "2026-03-02")

    history = read(repository)

    assert days(history, "docs/plans/T-1/PLAN.md") == ["2026-03-01"]
    assert days(history, "docs/plans/T-1/EXEC_LOG.md") == ["2026-03-01", "2026-03-02"]


def test_files_that_are_no_record_are_left_out(repository):
    repository.commit({**task("planned"), "src/a.md": "# A\n", "docs/a.png": "x"}, "2026-03-01")

    assert set(read(repository).files) == {META}


def test_a_renamed_file_keeps_its_history(repository):
    repository.commit(traced(), "2026-03-01")
    repository.git("mv", "tasks/T-1", "tasks/login")
    repository.git("mv", "docs/plans/T-1/PLAN.md", "docs/plans/PLAN.md")
    repository.commit({}, "2026-03-02")

    history = read(repository)

    assert changes(history) == ["2026-03-01 T-1 - > completed"]
    assert days(history, "tasks/login/meta.yml") == ["2026-03-01", "2026-03-02"]
    assert days(history, "docs/plans/PLAN.md") == ["2026-03-01", "2026-03-02"]


def test_a_task_that_is_moved_and_rewritten_keeps_its_history(repository):
    """Git sees one file removed and another one added."""
    repository.commit(task("planned", notes="x" * 2000), "2026-03-01")
    repository.git("rm", "-q", META)
    text = metadata("T-1", status="in_progress", summary="y " * 1000)
    repository.commit({"tasks/group/T-1/meta.yml": text}, "2026-03-02")

    history = read(repository)

    assert changes(history) == [
        "2026-03-01 T-1 - > planned",
        "2026-03-02 T-1 planned > in_progress",
    ]
    assert days(history, "tasks/group/T-1/meta.yml") == ["2026-03-01", "2026-03-02"]


def test_a_task_with_a_new_id_keeps_its_history(repository):
    long = {"notes": "line\n" * 200}
    repository.commit(task("planned", **long), "2026-03-01")
    repository.git("mv", "tasks/T-1", "tasks/T-9")
    repository.commit(task("completed", "T-9", **long), "2026-03-02")

    assert changes(read(repository)) == [
        "2026-03-01 T-9 - > planned",
        "2026-03-02 T-9 planned > completed",
    ]


def test_a_file_in_the_place_of_a_moved_one_is_another_task(repository):
    repository.commit(
        {**task("completed"), **task("planned", "T-2", notes="b " * 500)}, "2026-03-01"
    )
    repository.git("rm", "-q", META)
    repository.git("mv", "tasks/T-2", "tasks/T-1")
    repository.commit({}, "2026-03-02")

    history = read(repository)

    assert changes(history) == [
        "2026-03-01 T-1 - > completed",
        "2026-03-01 T-2 - > planned",
        "2026-03-02 T-1 completed > -",
    ]
    assert [it.path for it in history.statuses if it.task == "T-2"] == [META]


def test_two_files_with_one_id_have_their_own_histories(repository):
    repository.commit(task("planned"), "2026-03-01")
    repository.commit({"tasks/copy/meta.yml": metadata("T-1", status="completed")}, "2026-03-02")

    found = {it.path: it.commit.day for it in read(repository).statuses}

    assert found == {META: "2026-03-01", "tasks/copy/meta.yml": "2026-03-02"}


def test_a_removed_task(repository):
    repository.commit({**task("planned"), **task("planned", "T-2")}, "2026-03-01")
    repository.git("rm", "-q", META)
    repository.commit({}, "2026-03-02")

    assert changes(read(repository))[-1] == "2026-03-02 T-1 planned > -"


def test_a_file_that_is_broken_for_a_while_changes_nothing(repository):
    repository.commit(task("planned"), "2026-03-01")
    repository.commit({META: "task_id: ["}, "2026-03-02")
    repository.commit(task("planned"), "2026-03-03")
    repository.commit({META: "task_id: ["}, "2026-03-04")
    repository.commit(task("completed"), "2026-03-05")

    assert changes(read(repository)) == [
        "2026-03-01 T-1 - > planned",
        "2026-03-05 T-1 planned > completed",
    ]


def test_branches_and_merges(repository):
    """A merge changes nothing that its branches have not changed."""
    repository.commit({**task("planned"), **task("planned", "T-2")}, "2026-03-01")
    repository.git("switch", "-q", "-c", "side")
    repository.commit(task("in_progress"), "2026-03-02")
    repository.git("switch", "-q", "main")
    repository.commit(task("completed", "T-2"), "2026-03-03")
    repository.merge("side", "2026-03-04")

    history = read(repository)

    assert changes(history)[2:] == [
        "2026-03-02 T-1 planned > in_progress",
        "2026-03-03 T-2 planned > completed",
    ]
    assert days(history, META) == ["2026-03-01", "2026-03-02"]


def test_a_merge_with_a_status_of_its_own(repository):
    repository.commit(task("planned"), "2026-03-01")
    repository.git("switch", "-q", "-c", "side")
    repository.commit(task("in_progress"), "2026-03-02")
    repository.git("switch", "-q", "main")
    repository.commit(task("blocked"), "2026-03-03")
    repository.merge("side", "2026-03-04", task("completed"))

    assert changes(read(repository))[-1] == "2026-03-04 T-1 blocked > completed"


def test_a_branch_changes_what_another_one_renames(repository):
    repository.commit(task("planned", notes="line\n" * 100), "2026-03-01")
    repository.git("switch", "-q", "-c", "side")
    repository.git("mv", "tasks/T-1", "tasks/login")
    repository.commit({}, "2026-03-02")
    repository.git("switch", "-q", "main")
    repository.commit(task("in_progress", notes="line\n" * 100), "2026-03-03")
    repository.merge("side", "2026-03-04")

    history = read(repository)

    assert days(history, "tasks/login/meta.yml") == ["2026-03-01", "2026-03-02", "2026-03-03"]
    assert changes(history)[-1] == "2026-03-03 T-1 planned > in_progress"


def test_commits_are_read_once(repository):
    """What is read in steps is the same as what is read at once."""
    repository.commit(task("planned"), "2026-03-01")
    read(repository)
    repository.git("switch", "-q", "-c", "side")
    repository.commit(task("in_progress", "T-2"), "2026-03-02")
    repository.git("switch", "-q", "main")
    repository.commit(task("in_progress"), "2026-03-03")
    read(repository)
    repository.merge("side", "2026-03-04")
    stepwise = read(repository)

    os.unlink(find_cache_file(repository.root, "record"))

    assert read(repository) == stepwise
    assert len(stepwise.statuses) == 3


@contextlib.contextmanager
def database(repository):
    path = find_cache_file(repository.root, "record")
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        yield connection


def test_only_new_commits_are_parsed(repository):
    repository.commit(task("planned"), "2026-03-01")
    read(repository)
    repository.commit(task("completed"), "2026-03-02")
    with database(repository) as connection:
        (value,) = connection.execute("SELECT value FROM stored").fetchone()
        head, commits = msgspec.msgpack.decode(value)
        commits[0][0][2] = "Somebody"
        changed = msgspec.msgpack.encode((head, commits))
        connection.execute("UPDATE stored SET value = ?", (changed,))

    assert [it.author for it in read(repository).files[META]] == ["Somebody", "A"]


def test_a_file_that_was_away_for_a_while(repository):
    layout = {"name": "mine", "tasks": "work/{id}.md", "status_files": ["work/s.yml"]}
    repository.commit({"work/T-1.md": "# One\n", "work/s.yml": "T-1: active\n"}, "2026-03-01")
    read(repository, layout=layout)
    os.rename(repository.root / "work/T-1.md", repository.root / "away.md")
    repository.project.write({"work/s.yml": "T-1: blocked\n"})
    repository.git("commit", "-q", "-m", "x", "work/s.yml", day="2026-03-02")
    read(repository, layout=layout)
    os.rename(repository.root / "away.md", repository.root / "work/T-1.md")

    assert changes(read(repository, layout=layout))[1:] == ["2026-03-02 T-1 active > blocked"]


def test_commits_of_another_branch_are_dropped(repository):
    repository.commit(task("planned"), "2026-03-01")
    repository.git("switch", "-q", "-c", "side")
    repository.commit(task("completed"), "2026-03-02")
    read(repository)
    repository.git("switch", "-q", "main")
    repository.commit(task("blocked"), "2026-03-03")

    assert changes(read(repository)) == [
        "2026-03-01 T-1 - > planned",
        "2026-03-03 T-1 planned > blocked",
    ]


def test_a_commit_that_is_gone(repository):
    repository.commit(task("planned"), "2026-03-01")
    repository.commit(task("completed"), "2026-03-02")
    read(repository)
    repository.git("reset", "-q", "--hard", "HEAD^")
    repository.git("reflog", "expire", "--expire=now", "--all")
    repository.git("gc", "-q", "--prune=now")
    repository.commit(task("blocked"), "2026-03-03")

    assert changes(read(repository)) == [
        "2026-03-01 T-1 - > planned",
        "2026-03-03 T-1 planned > blocked",
    ]


def test_other_options_are_read_again(repository):
    repository.commit({"tasks/T-1/meta.yml": metadata(status="shipped")}, "2026-03-01")
    assert read(repository).statuses[0].after.kind is None

    assert read(repository, statuses={"shipped": "completed"}).statuses[0].after.kind is not None


def test_a_project_below_the_top_of_the_repository(repository):
    repository.commit({f"app/{META}": metadata(), META: metadata(status="blocked")}, "2026-03-01")

    history = read(repository, folder="app")

    assert changes(history) == ["2026-03-01 T-1 - > planned"]
    assert set(history.files) == {META}


@pytest.mark.parametrize(
    "name", ["ä ö", "a\tb", 'a"b', " a", "a'$(x)", "x" * 200, "a:b", ":(top)a", "*?[a]"]
)
def test_strange_names(repository, name):
    repository.commit({f"tasks/{name}/meta.yml": metadata()}, "2026-03-01")
    repository.commit({f"tasks/{name}/meta.yml": metadata(status="completed")}, "2026-03-02")

    history = read(repository)

    assert days(history, f"tasks/{name}/meta.yml") == ["2026-03-01", "2026-03-02"]
    assert changes(history)[-1] == "2026-03-02 T-1 planned > completed"


def test_links_are_not_followed(repository, tmp_path):
    target = tmp_path / "secret.yml"
    target.write_text(metadata("SECRET"))
    os.makedirs(repository.root / "tasks/T-2")
    os.symlink(target, repository.root / "tasks/T-2/meta.yml")
    repository.commit(task("planned"), "2026-03-01")

    assert changes(read(repository)) == ["2026-03-01 T-1 - > planned"]


@pytest.mark.parametrize(
    ("written", "shown", "time"),
    [
        (b" <> 1772000000 +0100", "", "2026-02-25T07:13:20+01:00"),
        (b"\xff\x1b[31m <> 1772000000 +0100", "\ufffd\ufffd[31m", "2026-02-25T07:13:20+01:00"),
        (b"A <> 99999999999 +9999", "A", "5138-11-16T09:46:39+00:00"),
        (b"A <> 999999999999999 +0000", "A", "9999-12-31T23:59:59+00:00"),
    ],
)
def test_authors_and_dates_of_any_shape(repository, written, shown, time):
    repository.commit(task("planned"), "2026-03-01")
    tree = repository.git("rev-parse", "HEAD^{tree}").encode()
    commit = b"tree %s\nauthor %s\ncommitter x <> 1772000000 +0000\n\nx\n" % (tree, written)
    written = repository.git(
        "hash-object", "-t", "commit", "-w", "--stdin", "--literally", given=commit
    )
    repository.git("update-ref", "refs/heads/main", written)

    history = read(repository)

    assert (history.head.author, history.head.time) == (shown, time)
    assert history.files[META] == (history.head,)


def test_names_of_folders_are_no_patterns(repository):
    repository.commit({"[ab]/x.md": "# X\n", "a/x.md": "# X\n"}, "2026-03-01")

    assert set(read(repository, docs="[ab]").files) == {"[ab]/x.md"}


def test_layouts(repository):
    """The statuses of a layout may come from boxes and from folders."""
    folder = ".kiro/specs/login"
    repository.commit(
        {f"{folder}/requirements.md": "# Login\n", f"{folder}/tasks.md": "- [ ] a\n- [ ] b\n"},
        "2026-03-01",
    )
    repository.commit({f"{folder}/tasks.md": "- [x] a\n- [ ] b\n"}, "2026-03-02")
    repository.commit({f"{folder}/tasks.md": "- [x] a\n- [x] b\n"}, "2026-03-03")

    assert changes(read(repository, layout="kiro")) == [
        "2026-03-01 login - > planned",
        "2026-03-02 login planned > active",
        "2026-03-03 login active > completed",
    ]


def test_a_layout_with_folders_of_statuses_and_spellings_of_ids(repository):
    text = "---\nid: {}\ntitle: Login\nstatus: To Do\n---\n\nText.\n"
    repository.commit({"backlog/tasks/task-7 - Login.md": text.format("task-7")}, "2026-03-01")
    repository.git("rm", "-q", "-r", "backlog")
    repository.commit(
        {
            "backlog/tasks/back-7 - Sign-in.md": text.format("BACK-7").replace("To Do", "Done")
            + "more\n" * 99
        },
        "2026-03-02",
    )

    assert changes(read(repository, layout="backlog")) == [
        "2026-03-01 BACK-7 - > To Do",
        "2026-03-02 BACK-7 To Do > Done",
    ]


def test_a_log_that_completes_a_task(repository):
    folder = ".planning/phases/01-login"
    repository.commit({f"{folder}/01-01-PLAN.md": "# Plan\n"}, "2026-03-01")
    repository.commit({f"{folder}/01-01-SUMMARY.md": "# Summary\n"}, "2026-03-02")

    assert [it.split(" ", 2)[::2] for it in changes(read(repository, layout="gsd"))] == [
        ["2026-03-01", "- > planned"],
        ["2026-03-02", "planned > completed"],
    ]


def test_no_repository(project):
    project.write(task("planned"))

    with pytest.raises(GitError, match="not a Git repository"):
        read(Repository(project, is_new=False))


def test_no_commit(repository):
    repository.project.write(task("planned"))

    with pytest.raises(GitError, match="HEAD"):
        read(repository)


def test_a_shallow_clone(repository, tmp_path):
    repository.commit(task("planned"), "2026-03-01")
    repository.commit(task("completed"), "2026-03-02")
    repository.git("clone", "-q", "--depth=1", f"file://{repository.root}", str(tmp_path / "clone"))

    with pytest.raises(GitError, match="shallow"):
        read(repository, folder=tmp_path / "clone")


def test_a_partial_clone(repository, tmp_path):
    repository.commit(task("planned"), "2026-03-01")
    repository.git("config", "uploadpack.allowFilter", "true")
    source, target = f"file://{repository.root}", str(tmp_path / "clone")
    repository.git("clone", "-q", "--filter=blob:none", source, target)

    with pytest.raises(GitError, match="partial"):
        read(repository, folder=target)


def test_no_git(repository, monkeypatch):
    repository.commit(task("planned"), "2026-03-01")
    monkeypatch.setenv("PATH", "")

    with pytest.raises(GitError, match="git cannot be run"):
        read(repository)


def test_nothing_of_the_repository_is_run(repository, tmp_path):
    repository.commit({**traced(), ".gitattributes": '* filter=e=v"il diff=evil\n'}, "2026-03-01")
    witness, hooks, script = tmp_path / "witness", tmp_path / "hooks", tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\necho $0 $@ >> {witness}\ncat\n")
    script.chmod(0o755)
    hooks.mkdir()
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction"):
        shutil.copy(script, hooks / hook)
    with (repository.root / ".git/config").open("a") as stream:
        stream.write(HOSTILE.format(run=script, hooks=hooks))
        stream.write(
            f"[log]\n  showSignature = true\n[gpg]\n  program = {script}\n"
            f"[alias]\n  rev-list = !{script}\n  diff-tree = !{script}\n  cat-file = !{script}\n"
            f'[diff "evil"]\n  xfuncname = "("\n  command = {script}\n[core]\n  pager = {script}\n'
            f"[pager]\n  rev-list = true\n[credential]\n  helper = {script}\n"
        )

    assert changes(read(repository)) == ["2026-03-01 T-1 - > completed"]
    assert not witness.exists(), witness.read_text()
