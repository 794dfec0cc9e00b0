"""Time and size of a site of plans and logs: plain MkDocs beside MkDocs with plantrace.

Both build the same documents with Material and an automatic navigation, each in a process of
its own. Without arguments the documents are made up; with a folder, the `docs` and `tasks`
in it are used. Figures are wall-clock seconds and the bytes of all files of the site.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_SECTION = "Rotate the signing keys without a gap, staging first, and prove it by a replayed token."
_QUIET = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}


def write_project(root: Path, tasks: int) -> None:
    """Write that many completed tasks, each with a plan and a log, in phases of two hundred."""
    for number in range(tasks):
        task, phase = f"TSK-{number:04}", number // 200
        folder = f"docs/plans/phase{phase}/{task}_rotate_keys"
        (root / folder).mkdir(parents=True)
        (root / f"tasks/{task}").mkdir(parents=True)
        (root / f"tasks/{task}/meta.yml").write_text(
            f"task_id: {task}\ntitle: Rotate the keys of cell {number}\nphase: '{phase}'\n"
            f"status: completed\nimplementation_plan: {folder}/PLAN.md\n"
            f"implementation_log: {folder}/EXEC_LOG.md\n",
            encoding="utf-8",
        )
        text = "".join(f"## Section {n}\n\n{_SECTION * 3}\n\n" for n in range(6))
        (root / folder / "PLAN.md").write_text(f"# {task} plan\n\n{text}", encoding="utf-8")
        log = f"# {task} log\n\nPlan: PLAN.md\n\n{text}"
        (root / folder / "EXEC_LOG.md").write_text(log, encoding="utf-8")


def build(root: Path, workshop: Path, plugins: str) -> tuple[float, int]:
    """Seconds and bytes of one build of the project, configured outside it."""
    workshop.mkdir()
    configuration = workshop / "mkdocs.yml"
    configuration.write_text(
        f"site_name: Benchmark\ntheme: material\ndocs_dir: {root / 'docs'}\n"
        f"site_dir: {workshop / 'site'}\nplugins:\n  - search\n{plugins}",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", str(configuration)]
    started = time.perf_counter()
    subprocess.run(command, check=True, env={**os.environ, **_QUIET})
    seconds = time.perf_counter() - started
    files = (path for path in (workshop / "site").rglob("*") if path.is_file())
    return seconds, sum(path.stat().st_size for path in files)


def main() -> None:
    """Build the site both ways and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tasks", type=int, default=1000, help="how many tasks to make up")
    parser.add_argument("folder", nargs="?", type=Path, help="a project to use instead")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        workshop = Path(scratch)
        root = arguments.folder.resolve() if arguments.folder else workshop / "project"
        if not arguments.folder:
            write_project(root, arguments.tasks)
        pages = sum(1 for _ in (root / "docs").rglob("*.md"))
        # The record of a real project may be broken; what is measured here is the build.
        rules = "".join(f"        PT{code}: off\n" for code in (101, 102, 103, 104, 105, 108, 110))
        traced = f"  - plantrace:\n      root: {root}\n      rules:\n{rules}"
        print(f"{pages} documents, Material, automatic navigation")
        plain = build(root, workshop / "plain", "")
        with_trace = build(root, workshop / "traced", traced)
    print("| build | seconds | site |")
    print("|---|---:|---:|")
    for name, (seconds, size) in (("without plantrace", plain), ("with plantrace", with_trace)):
        print(f"| {name} | {seconds:.1f} | {size / 1e6:.0f} MB |")
    faster, smaller = plain[0] / with_trace[0], plain[1] / with_trace[1]
    print(f"with plantrace: {faster:.1f} times faster, {smaller:.1f} times smaller")


if __name__ == "__main__":
    main()
