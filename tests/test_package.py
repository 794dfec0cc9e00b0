"""What a release needs: `.github/workflows/publish.yml` refuses a tag without it."""

import re
from pathlib import Path

import yaml

from mkdocs_plantrace import __version__

ROOT = Path(__file__).parents[1]


def test_the_changelog_begins_with_the_version():
    headings = re.findall(r"(?m)^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert headings[0] in (__version__, "Unreleased")
    assert __version__ in headings


def test_only_the_job_that_publishes_may_ask_for_an_identity():
    workflow = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    allowed = {name: job.get("permissions") for name, job in workflow["jobs"].items()}
    assert allowed == {"package": None, "publish": {"id-token": "write"}}
