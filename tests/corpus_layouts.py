"""Checks real records in layouts: `python tests/corpus_layouts.py FOLDER`, one in each folder.

The numbers were counted with regular expressions, without this package.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

COUNTS = {
    # 663 ids, 10 of them claimed twice; 5 dependencies on tasks that are not there; 6 completed
    # tasks with open criteria.
    "backlog": (663, {"PT005": 10, "PT110": 5, "PT301": 6}),
    "openspec": (105, {"PT301": 12, "PT302": 15}),
    "spec-kit": (10, {}),
    "kiro": (13, {"PT301": 2}),
    # One file is no JSON. 36 tracks are new, two in progress and one pending with all boxes ticked;
    # 13 are new in the archive with open ones, three are cancelled, pending and planned there.
    "conductor": (60, {"PT001": 1, "PT005": 2, "PT302": 39, "PT303": 16}),
    "execplan": (11, {}),
}
LINKS = {"PT108", "PT109"}
"""Rules of links: only a part of each repository is at hand."""


def check(folder):
    command = [Path(sys.executable).with_name("plantrace"), "check", "--format", "json"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert "Traceback" not in ended.stderr, ended.stderr
    assert f"recognized the layout '{folder.name}'" in ended.stderr, ended.stderr
    return json.loads(ended.stdout)


def main():
    for name, (tasks, expected) in COUNTS.items():
        folder = Path(sys.argv[1]) / name
        report = check(folder)
        problems = [it for it in report["problems"] if it["rule"] not in LINKS]
        counted = Counter(problem["rule"] for problem in problems)
        assert report["summary"]["tasks"] == tasks, (name, report["summary"])
        assert counted == expected, (name, counted)
        for problem in report["problems"]:
            lines = (folder / problem["path"]).read_text(encoding="utf-8-sig").splitlines()
            assert problem["line"] <= len(lines) + 1, problem
        sys.stdout.write(f"{name}: {tasks} tasks, {dict(sorted(counted.items()))}\n")


if __name__ == "__main__":
    main()
