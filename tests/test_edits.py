"""Edits of people's files: all of them or none, and a diff that can be applied."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess

import pytest

from mkdocs_plantrace.cli.folder_lock import lock_folder
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, stage_file
from mkdocs_plantrace.editing.edits import Edit, apply_edits, read_bytes, render_diff


def tree(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(root.rglob("*"))
    }


def edit(path, before, after):
    return Edit(path=path, before=before, after=after)


def test_all_edits_are_made(tmp_path):
    (tmp_path / "a.yml").write_bytes(b"a: 1\r\n")
    apply_edits(tmp_path, [edit("a.yml", b"a: 1\r\n", b"a: 2\r\n"), edit("b/c/d.md", None, b"new")])
    assert tree(tmp_path) == {
        "a.yml": b"a: 2\r\n",
        "b": None,
        "b/c": None,
        "b/c/d.md": b"new",
    }


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        (edit("there.md", None, b"x"), "already exists"),
        (edit("THERE/../../out.md", None, b"x"), "out of the project root"),
        (edit("there.md", b"not that", b"x"), "was changed by another process"),
        (edit("gone.md", b"", b"x"), "cannot be read"),
        (edit("folder", b"", b"x"), "is not a file"),
        (edit("there.md/below.md", None, b"x"), "cannot be written"),
    ],
)
def test_one_edit_that_fails_takes_the_others_back(tmp_path, last, reason):
    (tmp_path / "there.md").write_bytes(b"there")
    (tmp_path / "empty").mkdir()
    (tmp_path / "folder").mkdir()
    before = tree(tmp_path)
    edits = [
        edit("there.md", b"there", b"changed"),
        edit("empty/new.md", None, b"x"),
        edit("deep/er/new.md", None, b"x"),
        last,
    ]
    if last.path == "there.md" and last.before is not None:
        edits = edits[1:]
    with pytest.raises(UnwritableFileError, match=reason):
        apply_edits(tmp_path, edits)
    assert tree(tmp_path) == before


def test_a_full_disk_changes_nothing(tmp_path, monkeypatch):
    (tmp_path / "a.md").write_bytes(b"a")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = tree(tmp_path)
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UnwritableFileError, match="No space left"):
        apply_edits(tmp_path, [edit("b.md", None, b"b"), edit("a.md", b"a", b"c")])
    assert tree(tmp_path) == before


@pytest.mark.parametrize("link", [os.link, None])
def test_a_file_that_comes_to_be_in_between_is_not_replaced(tmp_path, monkeypatch, link):
    def linked(temporary, path):
        if link is None:
            raise OSError(errno.EPERM, "Operation not permitted")
        link(temporary, path)

    monkeypatch.setattr(os, "link", linked)
    with stage_file(tmp_path / "b.md", [b"b"], "b.md") as staged:
        staged.create()
    with stage_file(tmp_path / "a.md", [b"mine"], "a.md") as staged:
        (tmp_path / "a.md").write_bytes(b"other")
        with pytest.raises(UnwritableFileError, match="already exists"):
            staged.create()
    assert tree(tmp_path) == {"a.md": b"other", "b.md": b"b"}


def test_a_read_only_file_is_left_alone(tmp_path):
    (tmp_path / "a.md").write_bytes(b"a")
    (tmp_path / "a.md").chmod(0o444)
    with pytest.raises(UnwritableFileError, match="read-only"):
        read_bytes(tmp_path, "a.md")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\nb\n", b"a\nc\n"),
        (b"a\r\nb", b"a\r\nc"),
        (None, b"new\n"),
        ("kůň\u2028x\n".encode(), "kůň\u2028y\n".encode()),
    ],
)
def test_git_applies_the_diff(tmp_path, before, after):
    if before is not None:
        (tmp_path / "a b.md").write_bytes(before)
    shown = render_diff([edit("a b.md", before, after)])
    (tmp_path / "x.diff").write_bytes(shown.encode())
    git = shutil.which("git")
    subprocess.run([git, "apply", "--unsafe-paths", "x.diff"], cwd=tmp_path, check=True)
    assert (tmp_path / "a b.md").read_bytes() == after


def test_a_lock_keeps_others_waiting(tmp_path):
    reading, writing = os.pipe()
    with lock_folder(tmp_path):
        child = os.fork()
        if child == 0:
            with lock_folder(tmp_path):
                os.write(writing, b"second ")
            os._exit(0)
        os.write(writing, b"first ")
    os.waitpid(child, 0)
    assert os.read(reading, 100) == b"first second "
