"""Measures plantrace, and the same work without it: `python -m benchmarks --help`.

Each measure runs its candidates in turn, each in its own process. The project is generated from a
seed, or copied from `--corpus`:

check      `plantrace check`, the whole command with nothing stored; and the floor: each metadata
           file parsed in C and every file read once
recheck    `plantrace check` again with nothing changed, and with one plan changed; and the floor
memory     the peak memory of `plantrace check`
build      `mkdocs build` with plantrace, and the same pages and navigation without it
automatic  `mkdocs build` with plantrace, and MkDocs with the navigation of all files; both with
           Material and with the mkdocs theme
keystroke  how long the search for errors and the filter of all tasks take to answer in a browser
rebuild    the time of plantrace in a rebuild of `mkdocs serve` after an edit, and the whole rebuild
items      `plantrace check` and `mkdocs build`, and the same content in sphinx-needs (cold, and
           after one edit) and StrictDoc, which have their own environment and are stopped after
           `--limit` seconds
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import builds, items, keystrokes, results
from benchmarks.corpora import sizes, write_corpus
from benchmarks.measuring import in_turn, peak_of, seconds_of, tool
from benchmarks.results import Result
from mkdocs_plantrace.checks import pipeline

_HERE = Path(__file__).parent
_THEMES = ("material", "mkdocs")
_LONG_AGO = 1_700_000_000
"""When generated files changed: of files that have just changed, nothing is stored."""
_OTHERS = _HERE.parent / ".venv-items/bin"
"""Where `make bench-items` installs sphinx-needs and StrictDoc."""


class Bench:
    """The measures of one project in `root`; what they write lies in `workshop`."""

    def __init__(self, name: str, root: Path, workshop: Path, repeat: int, limit: float) -> None:
        self._name = name
        self._root = root
        self._workshop = workshop
        self._repeat = repeat
        self._limit = limit
        self._holds = sizes(root)
        self._stored = workshop / "cache"
        os.environ["XDG_CACHE_HOME"] = str(self._stored)
        self._checked = builds.traced(workshop / "check", root, "mkdocs").configuration
        self.measures: dict[str, Callable[[], list[Result]]] = {
            "check": self.check,
            "recheck": self.recheck,
            "memory": self.memory,
            "build": self.build,
            "automatic": self.automatic,
            "keystroke": self.keystroke,
            "rebuild": self.rebuild,
            "items": self.items,
        }

    def check(self) -> list[Result]:
        """A cold check beside the floor."""
        checks, floors = in_turn(self._repeat, self._check, self._floor)
        return [self._result("check", {"plantrace check": checks, "floor": floors})]

    def recheck(self) -> list[Result]:
        """A check again, with and without a change, beside the first one."""
        plan = self._plan()

        def changed() -> float:
            _edit(plan)
            return self._again()

        first, again, edited, floors = in_turn(
            self._repeat, self._check, self._again, changed, self._floor
        )
        figures = {
            "first": first,
            "nothing changed": again,
            "one plan changed": edited,
            "floor": floors,
        }
        return [self._result("recheck", figures)]

    def memory(self) -> list[Result]:
        """The peak of a check."""
        self._forget()
        peak = peak_of(self._command(), self._workshop)
        return [self._result("memory", {"plantrace check": [peak]}, unit="MB")]

    def build(self) -> list[Result]:
        """A build with plantrace beside the same pages without it."""
        same = builds.same_pages(self._workshop / "same", self._root, "material")
        traced = builds.traced(self._workshop / "traced", self._root, "material")
        with_it, without = in_turn(self._repeat, traced.seconds, same.seconds)
        figures = {"with plantrace": with_it, "same pages without it": without}
        return [self._result("build", figures)]

    def automatic(self) -> list[Result]:
        """A build with plantrace beside that of plain MkDocs, in two themes."""
        found = []
        for theme in _THEMES:
            traced = builds.traced(self._workshop / f"auto {theme}", self._root, theme)
            plain = builds.plain(self._workshop / f"plain {theme}", self._root, theme)
            with_it, without = in_turn(1, traced.seconds, plain.seconds)
            figures = {"with plantrace": with_it, "plain MkDocs": without}
            written = {"with plantrace": traced.size(), "plain MkDocs": plain.size()}
            found.append(self._result(f"automatic, {theme}", figures, sizes=written))
        return found

    def keystroke(self) -> list[Result]:
        """A keystroke in the boxes of the error index and of all tasks."""
        site = builds.traced(self._workshop / "keystroke", self._root, "mkdocs")
        site.seconds()
        return [self._result("keystroke", keystrokes.measure(site.output))]

    def rebuild(self) -> list[Result]:
        """Plantrace's share of a rebuild beside all of it."""
        configuration = builds.traced(self._workshop / "serve", self._root, "material")
        command = [sys.executable, "-m", "benchmarks.rebuild"]
        command += [str(configuration.configuration), str(self._plan())]
        output = subprocess.run(
            command, cwd=_HERE.parent, check=True, capture_output=True, text=True
        ).stdout
        told = json.loads(output.splitlines()[-1])
        figures = {"plantrace's share": told["share"], "rebuild": told["rebuild"]}
        return [self._result("rebuild", figures)]

    def items(self) -> list[Result]:
        """A check and a build beside the tools whose items are written by hand."""
        site = builds.traced(self._workshop / "site", self._root, "material")
        sphinx, strict = self._workshop / "sphinx", self._workshop / "strictdoc"
        page = items.write_sphinx(self._root, sphinx)
        items.write_strictdoc(self._root, strict)
        build = [str(_OTHERS / "sphinx-build"), "-q", "-b", "html", "sphinx", "needs"]
        export = [str(_OTHERS / "strictdoc"), "export", "strictdoc", "--output-dir", "strict"]
        figures = {
            "plantrace check": [self._check()],
            "mkdocs build with plantrace": [site.seconds()],
            "StrictDoc": [seconds_of(export, self._workshop, self._limit)],
        }
        cold = seconds_of(build, self._workshop, self._limit)
        if cold < self._limit:
            _edit(page)
            again = seconds_of(build, self._workshop, self._limit)
            figures["sphinx-needs, one page changed"] = [again]
        figures["sphinx-needs"] = [cold]
        told = {
            f"{name}, stopped" if times[0] >= self._limit else name: times
            for name, times in figures.items()
        }
        return [self._result("items", told)]

    def _command(self) -> list[str]:
        return [tool("plantrace"), "check", "-f", str(self._checked), "-o", "report.txt"]

    def _forget(self) -> None:
        shutil.rmtree(self._stored, ignore_errors=True)

    def _check(self) -> float:
        self._forget()
        return self._again()

    def _again(self) -> float:
        return seconds_of(self._command(), self._workshop)

    def _floor(self) -> float:
        command = [sys.executable, str(_HERE / "floor.py"), str(self._root)]
        return seconds_of(command, self._workshop)

    def _plan(self) -> Path:
        """One plan; in a project of others a copy is edited, not the original."""
        return next(iter(sorted(self._root.glob("docs/plans/**/PLAN.md"))))

    def _result(
        self,
        measure: str,
        figures: dict[str, list[float]],
        unit: str = "s",
        sizes: dict[str, int] | None = None,
    ) -> Result:
        return Result(
            measure=measure,
            corpus=self._name,
            tasks=self._holds.tasks,
            documents=self._holds.documents,
            figures=figures,
            unit=unit,
            sizes=sizes or {},
        )


_DEFAULTS = {
    "check": 1000,
    "recheck": 1000,
    "memory": 1000,
    "build": 500,
    "automatic": 200,
    "keystroke": 500,
    "rebuild": 500,
}
"""What is measured unless more is asked for by name: it takes less than five minutes."""


def _edit(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("\nEdited.\n")


def _prepared(corpus: Path | None, tasks: int, workshop: Path) -> tuple[str, Path]:
    root = workshop / "project"
    if corpus:
        for name in ("docs", "tasks", "evidence"):
            if (corpus / name).is_dir():
                shutil.copytree(corpus / name, root / name, symlinks=True)
        return corpus.name, root
    (root / "docs").mkdir(parents=True)
    write_corpus(root, tasks)
    for path in filter(Path.is_file, root.rglob("*")):
        os.utime(path, (_LONG_AGO, _LONG_AGO))
    return "made up", root


def main() -> None:
    """Measure, print a table, and keep the figures."""
    parser = argparse.ArgumentParser(
        prog="benchmarks", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help="measures; default: a few")
    parser.add_argument("--tasks", type=int, action="append", help="number of tasks to generate")
    parser.add_argument("--corpus", type=Path, help="a folder with docs and tasks to copy")
    parser.add_argument("--repeat", type=int, default=3, help="number of runs of each candidate")
    parser.add_argument("--limit", type=float, default=900, help="seconds for each other tool")
    parser.add_argument("--output", type=Path, help="file for the figures")
    arguments = parser.parse_args()
    # As pip does with what it installs, but not with an editable install, whose modules each
    # run would compile again where nobody may write bytecode.
    compileall.compile_dir(Path(pipeline.__file__).parent, quiet=1)
    found = []
    for measure in arguments.measures or _DEFAULTS:
        for tasks in arguments.tasks or [_DEFAULTS.get(measure, 1000)]:
            with tempfile.TemporaryDirectory() as scratch:
                workshop = Path(scratch)
                name, root = _prepared(arguments.corpus, tasks, workshop)
                bench = Bench(name, root, workshop, arguments.repeat, arguments.limit)
                if measure not in bench.measures:
                    parser.error(f"no measure '{measure}'; there are {', '.join(bench.measures)}")
                found += bench.measures[measure]()
    print(results.table(found), end="")
    if arguments.output:
        results.keep(arguments.output, found)


if __name__ == "__main__":
    main()
