"""The registry of failure signatures: what it says, and the names that entries go by."""

import pytest
from conftest import traced
from test_cli import plantrace
from test_reports import check

from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.parsing.signature_registry import read_registry
from mkdocs_plantrace.trace.error_groups import find_current_names
from mkdocs_plantrace.utils.text_file import UnusableFileError

REGISTRY = """\
# What we know
DB.DEADLOCK:
  description: >
    Two bookings wait
    for each other.
  owner: platform
  first_seen: 2026-03-01
  layer: database
  drd_level: L1
  typical_root_causes:
    - The order of locks
    - "A hold: never released"
  remediation_playbook: docs/runbooks/deadlock.md
  aliases:
    - DB.LOCK
DB.WAIT:
  deprecated: true
  superseded_by: DB.LOCK
"""


def registry(project, text):
    project.write({"signatures.yml": text})
    return read_registry(project.root, "signatures.yml")


def test_a_signature_has_all_that_the_registry_says(project):
    signatures = registry(project, REGISTRY).signatures

    assert list(signatures) == ["DB.DEADLOCK", "DB.WAIT", "DB.LOCK"]
    deadlock = signatures["DB.DEADLOCK"]
    assert signatures["DB.LOCK"] is deadlock
    assert deadlock.description == "Two bookings wait for each other."
    assert (deadlock.owner, deadlock.first_seen) == ("platform", "2026-03-01")
    assert deadlock.causes == ("The order of locks", "A hold: never released")
    assert deadlock.playbook.value == "docs/runbooks/deadlock.md"
    assert deadlock.playbook.location == Location("signatures.yml", 13, 25, 13, 50)
    assert deadlock.location == Location("signatures.yml", 2, 1, 2, 12)
    assert signatures["DB.WAIT"].is_deprecated
    assert not deadlock.is_deprecated


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "signatures.yml:1:1: the file of signatures is empty"),
        ("# nothing yet\n", "signatures.yml:1:1: the file of signatures is empty"),
        ("- A\n", "signatures.yml:1:1: the file of signatures holds a list, not a mapping"),
        ("A:\n  b: [\n", "signatures.yml:3:1: the signatures cannot be read: "),
        ("A: \x07\n", "signatures.yml:1:4: the signatures cannot be read: the character U+0007"),
        (b"A: \xff\n", "signatures 'signatures.yml' is not UTF-8: byte 0xFF at offset 3"),
        (
            "a: &a [*b, *b]\nb: &b [1]\n",
            "signatures.yml:1:8: the signatures cannot be read: found undefined alias",
        ),
    ],
)
def test_a_file_that_is_no_registry_is_refused_with_its_place(project, text, message):
    with pytest.raises(UnusableFileError) as refusal:
        registry(project, text)

    assert str(refusal.value).startswith(message)


def test_the_commands_refuse_a_registry_that_is_not_there_or_leads_out(project, tmp_path):
    project.root = tmp_path / "checkout"
    project.write(traced())
    project.options = {"signatures": "signatures.yml"}
    project.configure()

    ended = plantrace("check", cwd=project.root)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "plantrace: signatures 'signatures.yml' cannot be read: No such file or directory\n"
    )

    (tmp_path / "outside.yml").write_text("A:\n")
    (project.root / "signatures.yml").symlink_to(tmp_path / "outside.yml")
    ended = plantrace("check", cwd=project.root)
    assert ended.returncode == 2
    assert "passes through a symbolic link out of the project root" in ended.stderr


NAMES = """\
NOW:
  aliases: [BEFORE]
OLD:
  superseded_by: BEFORE
OLDER:
  superseded_by: OLD
  aliases: [OLDEST]
LOST:
  superseded_by: NOBODY
ROUND:
  superseded_by: ABOUT
ABOUT:
  superseded_by: ROUND
TO.ROUND:
  superseded_by: ROUND
SELF:
  superseded_by: SELF
"""


@pytest.mark.parametrize(
    ("written", "now"),
    [
        ("NOW", "NOW"),
        ("BEFORE", "NOW"),
        ("OLD", "NOW"),
        ("OLDEST", "NOW"),
        ("LOST", "LOST"),
        ("NOT.REGISTERED", "NOT.REGISTERED"),
        ("ROUND", "ROUND"),
        ("ABOUT", "ABOUT"),
        ("SELF", "SELF"),
    ],
)
def test_a_name_leads_to_the_signature_that_is_in_use(project, written, now):
    names = find_current_names(registry(project, NAMES).signatures)
    assert names.get(written, written) == now


def test_entries_under_an_old_name_and_the_new_one_are_one_error(project):
    for task, signature in (("T-1", "DB.LOCK"), ("T-2", "DB.WAIT"), ("T-3", "DB.DEADLOCK")):
        files = traced(task)
        files[f"docs/plans/{task}/EXEC_LOG.md"] += (
            f"\n## Seen by {task}\n\n- Error: bookings of {task} stop\n"
            f"- Signature: {signature}\n- Fix applied: sorted the locks\n- Outcome: fixed\n"
        )
        project.write(files)
    project.write({"signatures.yml": REGISTRY, "docs/runbooks/deadlock.md": "# Deadlock\n"})
    project.options = {"signatures": "signatures.yml"}

    (error,) = check(project).trace.errors.all

    assert (error.key, error.signature, error.count) == ("DB.DEADLOCK", "DB.DEADLOCK", 3)
    assert error.registered.owner == "platform"
    assert error.page == "docs/runbooks/deadlock.md"
