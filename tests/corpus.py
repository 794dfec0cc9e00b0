"""Builds the record of a real repository: `python tests/corpus.py FOLDER` (docs and tasks in it).

As it is, the build must refuse it, and the command say the same; with the rules it breaks as
warnings, it must build.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

PROBLEM = re.compile(r"(\S+):(\d+):(\d+): (?:error|warning) (PT\d+)")


def build(root, workshop, rules):
    """The exit code, and what the build printed."""
    configuration = workshop / "mkdocs.yml"
    theme = workshop / "theme"
    theme.mkdir(exist_ok=True)
    (theme / "main.html").write_text("{{ page.content }}")  # themes draw every page on each page
    severities = "".join(f"        {rule}: warning\n" for rule in rules)
    configuration.write_text(
        f"site_name: Corpus\ntheme: {{name: null, custom_dir: {theme}}}\n"
        f"docs_dir: {root / 'docs'}\nsite_dir: {workshop / 'site'}\n"
        f"plugins:\n  - plantrace:\n      root: {root}\n"
        f"      rules:\n        PT113: warning\n{severities}",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "mkdocs", "build", "-f", configuration]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stderr


def check(workshop):
    """What the command says of the same configuration."""
    command = [Path(sys.executable).with_name("plantrace"), "check", "-f", workshop / "mkdocs.yml"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended.stderr
    return ended.stdout


def retrieve(root):
    """How often labelled queries find the right document first; fails below seven in ten."""
    queries = root.with_name(f"{root.name}-queries.json")
    if not queries.exists():
        return "no labelled queries"
    harness = Path(__file__).parent.parent / "benchmarks" / "retrieval.py"
    command = [sys.executable, harness, queries, root, "--least-first", "0.7"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout.partition("\n")[0]


def main():
    root = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        code, output = build(root, Path(scratch), [])
        found = PROBLEM.findall(output)
        counted = Counter(rule for *_, rule in found)
        counts = ", ".join(f"{rule} {number}" for rule, number in sorted(counted.items()))
        sys.stdout.write(f"corpus: {counts}\n")
        assert code == 1, output
        assert "Traceback" not in output, output
        for path, line, column, _ in found:
            text = (root / path).read_text(encoding="utf-8").split("\n")
            assert int(line) <= len(text), (path, line)
            assert int(column) <= len(text[int(line) - 1]) + 1, (path, line, column)
        assert PROBLEM.findall(check(Path(scratch))) == found
        code, output = build(root, Path(scratch), counted)
        assert code == 0, output
        assert "Traceback" not in output, output
        sys.stdout.write(f"corpus: {retrieve(root)}\n")


if __name__ == "__main__":
    main()
