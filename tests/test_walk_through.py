"""The guide's way from an empty folder to a site, as it is written."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from test_cli import COMMAND

GUIDE = Path(__file__).parents[1] / "example_site/docs/guide/getting-started.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_NOT_RUN = ("pip install ", "mkdocs serve")
"""What needs a network, or never ends."""
_BROKEN = "## When the record is broken"


def run(line, folder):
    program, *arguments = shlex.split(line)
    return subprocess.run(
        [COMMAND.with_name(program), *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )


def said(ended):
    """What plantrace said, without the lines of MkDocs itself."""
    own = re.sub(r"(?m)^INFO +-  (?!mkdocs_plantrace).*\n", "", ended.stdout)
    return own.strip()


def test_every_command_of_the_walk_through_does_what_the_guide_says(tmp_path):
    before, _, after = GUIDE.read_text(encoding="utf-8").partition(_BROKEN)
    ended = None
    commands = []
    for language, text in _BLOCK.findall(before):
        if language == "bash" and not text.startswith(_NOT_RUN):
            (line,) = text.splitlines()
            commands.append(line)
            ended = run(line, tmp_path)
            assert ended.returncode == 0, ended.stdout
        elif language == "text":
            assert said(ended) == text.strip()
        elif language == "yaml":
            assert (tmp_path / "tasks/TSK-1/meta.yml").read_text(encoding="utf-8") == text
        elif language == "markdown":
            (log,) = tmp_path.glob("docs/plans/phase0/*/EXEC_LOG.md")
            dated = re.sub(r"\d{4}-\d\d-\d\d", str(datetime.now(tz=UTC).astimezone().date()), text)
            assert dated in log.read_text(encoding="utf-8")
    assert [line.split()[:2] for line in commands] == [
        ["plantrace", "init"],
        ["plantrace", "new"],
        ["plantrace", "log"],
        ["plantrace", "errors"],
        ["plantrace", "check"],
        ["mkdocs", "build"],
    ]
    index = (tmp_path / "site/trace/errors/index.html").read_text(encoding="utf-8")
    assert "The token is not yet valid" in index

    metadata = tmp_path / "tasks/TSK-1/meta.yml"
    text = metadata.read_text(encoding="utf-8")
    metadata.write_text(text.replace("keys/EXEC_LOG", "key/EXEC_LOG"), encoding="utf-8")
    failed = run("mkdocs build", tmp_path)
    assert failed.returncode == 1
    (_, output), (_, status), (_, answer), *_ = _BLOCK.findall(after)
    assert said(failed) == output.strip()
    metadata.write_text(text, encoding="utf-8")
    assert said(run(status.strip(), tmp_path)) == answer.strip()
