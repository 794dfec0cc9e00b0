"""The figures of all measures: kept as JSON, shown as tables."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

_PACKAGES = ("mkdocs-plantrace", "mkdocs", "mkdocs-material", "pyyaml")


@dataclass(frozen=True, kw_only=True)
class Result:
    """One measure of one corpus.

    `figures` are those of each candidate, in the order of the runs: seconds, or bytes where the
    unit is `MB`. The last candidate is the counterpart of the others. `sizes` are the bytes of
    what candidates wrote.
    """

    measure: str
    corpus: str
    tasks: int
    documents: int
    figures: dict[str, list[float]]
    unit: str = "s"
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, int]:
        """What a later result takes the place of."""
        return self.measure, self.corpus, self.tasks


def machine() -> dict[str, str]:
    """What the figures depend on."""
    return {
        "machine": f"{_processor()}, {os.cpu_count()} processors",
        "system": f"{platform.system()}, Python {platform.python_version()}",
        **{name: _version(name) for name in _PACKAGES},
    }


def keep(folder: Path, results: list[Result]) -> None:
    """Write `benchmarks.json` and `BENCHMARKS.md`; results of the same machine are added to."""
    path = folder / "benchmarks.json"
    known: list[Result] = []
    if path.exists():
        before = json.loads(path.read_text(encoding="utf-8"))
        if before["machine"] == machine():
            known = [Result(**result) for result in before["results"]]
    found = {result.key: result for result in [*known, *results]}
    every = [found[key] for key in sorted(found)]
    document = {"machine": machine(), "results": [asdict(result) for result in every]}
    path.write_text(f"{json.dumps(document, indent=2)}\n", encoding="utf-8")
    (folder / "BENCHMARKS.md").write_text(_page(every), encoding="utf-8")


def table(results: list[Result]) -> str:
    """A table with the median of each candidate, and its ratio to the counterpart."""
    lines = ["| measure | tasks | candidate | median | runs | ratio | wrote |"]
    lines.append("|---|---:|---|---:|---:|---:|---:|")
    for result in results:
        *_, last = result.figures
        base = median(result.figures[last])
        for name, figures in result.figures.items():
            middle = median(figures)
            ratio = "" if name == last else f"{middle / base:.2f}"
            size = f"{result.sizes[name] / 1e6:.0f} MB" if name in result.sizes else ""
            where = result.measure if result.corpus == "made up" else _of_corpus(result)
            lines.append(
                f"| {where} | {result.tasks:,} | {name} | {_shown(middle, result.unit)} "
                f"| {len(figures)} | {ratio} | {size} |"
            )
    return "\n".join(lines) + "\n"


def _of_corpus(result: Result) -> str:
    return f"{result.measure} of {result.corpus}"


def _shown(figure: float, unit: str) -> str:
    return f"{figure / 1e6:.0f} MB" if unit == "MB" else f"{figure:.2f} s"


def _page(results: list[Result]) -> str:
    about = "".join(f"- {name}: {value}\n" for name, value in machine().items())
    return (
        "# Benchmarks\n\n"
        "Written by `make bench`. `python -m benchmarks --help` explains the measures.\n"
        "A ratio compares a candidate with the last candidate of the same measure.\n\n"
        f"{about}\n{table(results)}"
    )


def _processor() -> str:
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
