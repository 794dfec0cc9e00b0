"""Each fault in `faults.yml` is put into a copy of the example site: it is found at its exact
place, with the hint there is, and nothing else is reported."""

import re
import shutil
from pathlib import Path

import pytest
import yaml
from test_cli import plantrace, run_mkdocs

REPOSITORY = Path(__file__).parent.parent
FAULTS = yaml.safe_load((Path(__file__).parent / "faults.yml").read_text(encoding="utf-8"))


@pytest.fixture
def example(tmp_path):
    """A copy of the example site; gives its root."""
    shutil.copytree(REPOSITORY / "example_site", tmp_path / "example_site")
    shutil.copy(REPOSITORY / "mkdocs.yml", tmp_path)
    (tmp_path / "mkdocs_plantrace").mkdir()  # which the configuration watches
    return tmp_path / "example_site"


def put_in(root, change):
    """One change: `in` a file replace `this` by `that`, `move`, `delete`, or `write`."""
    if "in" in change:
        file = root / change["in"]
        text = file.read_text(encoding="utf-8")
        assert text.count(change["this"]) == 1, change
        file.write_text(text.replace(change["this"], change["that"]), encoding="utf-8")
    elif "move" in change:
        (root / change["to"]).parent.mkdir(parents=True, exist_ok=True)
        (root / change["move"]).rename(root / change["to"])
    elif "delete" in change:
        (root / change["delete"]).unlink()
    else:
        (root / change["write"]).parent.mkdir(parents=True, exist_ok=True)
        (root / change["write"]).write_text(change["text"], encoding="utf-8")


def report(example, found_by):
    """What `plantrace check` or a build says: the first line of each problem, and its hint."""
    if found_by == "check":
        ended = plantrace("check", cwd=example.parent)
    else:
        ended = run_mkdocs("build", "--quiet", cwd=example.parent)
    assert found_by == "build" or ended.stderr == ""
    output = re.sub(r"(?m)^ERROR +-  mkdocs_plantrace: ", "", ended.stdout + ended.stderr)
    kept = re.findall(r"^(?:\S.*?:\d+:\d+: .*| += .*)$", output, flags=re.MULTILINE)
    return "".join(re.sub(r"^ += ", "  ", line) + "\n" for line in kept)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["fault"])
def test_a_fault_is_found_at_its_place_and_nothing_else(fault, example):
    for change in fault["changes"]:
        put_in(example, change)

    assert report(example, fault.get("found_by", "check")) == fault["report"]
