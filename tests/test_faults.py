"""Faults put into a copy of the example site, one at a time: each is found at its exact place,
with the hint there is, and nothing else is reported."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
COMMAND = Path(sys.executable).with_name("plantrace")
HOLDS = "docs/plans/phase0/FER-0-002_seat_holds"
TASK = "tasks/FER-0-002/meta.yml"


def replace(path, old, new):
    """The fault of one wrong text in a file."""

    def put_in(root):
        text = (root / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, (path, old, text.count(old))
        (root / path).write_text(text.replace(old, new), encoding="utf-8")

    return put_in


def delete(path):
    return lambda root: (root / path).unlink()


def move(path, where):
    def put_in(root):
        (root / where).parent.mkdir(parents=True, exist_ok=True)
        (root / path).rename(root / where)

    return put_in


def write(path, content):
    return lambda root: (root / path).write_bytes(content)


FAULTS = {
    "a slip in the path of a plan": (
        replace(TASK, "002_seat_holds/PLAN.md", "002_seat_hold/PLAN.md"),
        f"{TASK}:40:22: error PT103 broken-plan-link: "
        "no file 'docs/plans/phase0/FER-0-002_seat_hold/PLAN.md'\n"
        f"did you mean '{HOLDS}/PLAN.md'?\n"
        f"{HOLDS}/PLAN.md:1:1: warning PT112 orphan-plan: no task points to this plan\n",
    ),
    "a log in another case": (
        replace(TASK, "002_seat_holds/EXEC_LOG.md", "002_seat_holds/exec_log.md"),
        f"{TASK}:41:21: error PT104 broken-log-link: no file '{HOLDS}/exec_log.md'\n"
        f"did you mean '{HOLDS}/EXEC_LOG.md'?\n",
    ),
}


@pytest.fixture
def example(tmp_path):
    """A copy of the example site; gives its root."""
    shutil.copytree(REPOSITORY / "example_site", tmp_path / "example_site")
    shutil.copy(REPOSITORY / "mkdocs.yml", tmp_path)
    return tmp_path / "example_site"


def report(example):
    """What `plantrace check` says: the first line of each problem, and its hint."""
    ended = subprocess.run(
        [COMMAND, "check", "-f", example.parent / "mkdocs.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stderr == ""
    kept = re.findall(r"^(?:\S.*?:\d+:\d+: .*| +(?:= .*))$", ended.stdout, flags=re.MULTILINE)
    return "".join(re.sub(r"^ +(?:= )?", "", line) + "\n" for line in kept)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_at_its_place_and_nothing_else(fault, example):
    put_in, expected = FAULTS[fault]
    put_in(example)

    assert report(example) == expected
