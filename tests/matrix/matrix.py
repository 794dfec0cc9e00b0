"""Builds a project beside other plugins, themes and platforms: `python tests/matrix/matrix.py`.

`cases.yml` lists them. Each site is built under `--strict`, with plantrace before the plugin and
after it. Environments are made in `.venv-matrix`. With names, only these cases are built.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
TOP = HERE.parents[1]
VENVS = TOP / ".venv-matrix"
GENERATED = [
    *("index", "phases/index", "phases/0/index", "phases/1/index", "tasks/index"),
    *("tasks/T-1/index", "tasks/T-2/index", "board/index", "errors/index", "changes/index"),
    *("errors/deadlock-detected-while-updating-seat-f20ee7bd/index", "problems/index"),
    "matrix/index",
]
TABLES = re.compile(r"(<!-- matrix -->\n).*?(<!-- end of matrix -->)", re.DOTALL)
ENVIRONMENT = {
    **os.environ,
    "NO_MKDOCS_2_WARNING": "1",
    "DISABLE_MKDOCS_2_WARNING": "true",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of the tables; the fields are described in `cases.yml`."""

    kind: str
    name: str = ""
    plugin: dict[str, Any] = field(default_factory=dict)
    package: str = "mkdocs-material"
    site: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    command: str = "mkdocs"
    environment: str = "mkdocs"
    last: bool = False
    folders: list[str] = field(default_factory=lambda: [""])
    note: str = ""
    top: bool = False

    @property
    def title(self) -> str:
        theme = self.site.get("theme")
        of_theme = theme["name"] if isinstance(theme, dict) else theme
        return self.name or next(iter(self.plugin), "") or str(of_theme)


def read_cases() -> tuple[dict[str, Any], dict[str, list[str]], list[Case]]:
    """The settings of all sites, what each environment always has, and the cases."""
    data = yaml.safe_load((HERE / "cases.yml").read_text(encoding="utf-8"))
    cases = []
    for kind in ("plugins", "themes", "platforms"):
        for values in data[kind]:
            others = values.pop("with", [])
            cases.append(Case(kind=kind, others=others, **values))
    return data["site"], data["environments"], cases


def prepare(name: str, packages: list[str]) -> dict[str, str]:
    """Make or complete an environment; return the versions of what is in it."""
    python = VENVS / name / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", VENVS / name], check=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    wanted, known = sorted({*packages, f"-e{TOP}"}), VENVS / name / "packages"
    is_old = not known.exists() or known.stat().st_mtime < (TOP / "pyproject.toml").stat().st_mtime
    if is_old or not set(wanted) <= set(known.read_text().splitlines()):
        subprocess.run([*pip, "install", "--quiet", *wanted], check=True)
        known.write_text("\n".join(wanted))
    listed = subprocess.run(
        [*pip, "list", "--format=json"], check=True, capture_output=True, text=True
    )
    return {_normal(it["name"]): it["version"] for it in json.loads(listed.stdout)}


def _normal(package: str) -> str:
    return package.partition("[")[0].replace("_", "-").lower()


def build(case: Case, site: dict[str, Any], venv: str, *, first: bool) -> list[str]:
    """Build one site and return what is wrong with it."""
    own = [{name: options or {}} for name, options in case.plugin.items()]
    both = [{"plantrace": {}}, *own] if first else [*own, {"plantrace": {}}]
    with tempfile.TemporaryDirectory(prefix="matrix-") as folder:
        root = Path(folder)
        shutil.copytree(HERE / "project", root, dirs_exist_ok=True)
        for path, text in case.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        plugins = ["search", *case.others, *both]
        config = {**site, **case.site, "plugins": plugins}
        (root / f"{case.command}.yml").write_text(yaml.safe_dump(config, sort_keys=False))
        _commit(root)
        run = [VENVS / venv / "bin" / case.command, "build", "--strict", "--quiet"]
        ended = subprocess.run(
            run, cwd=root, capture_output=True, text=True, check=False, env=ENVIRONMENT
        )
        if ended.returncode != 0:
            return [f"exit code {ended.returncode}: {_last_lines(ended.stdout + ended.stderr)}"]
        return list(find_faults(root / "site", case))


def _commit(root: Path) -> None:
    git = ["git", "-c", "user.name=Matrix", "-c", "user.email=matrix@docs.example"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Record"]):
        subprocess.run([*git, *command], cwd=root, check=True, env=ENVIRONMENT)


def _last_lines(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    told = [line for line in lines if re.match(r"(WARNING|ERROR|\w*(Error|Warning)\b)", line)]
    return " | ".join((told or lines)[-3:])[:400]


def find_faults(site: Path, case: Case) -> list[str]:
    """Compare a site with what plantrace publishes of the project."""
    is_flat = "offline" in case.plugin  # which turns `use_directory_urls` off
    faults = []
    for folder in case.folders:
        names = (
            [re.sub(r"(?<=\w)/index$", "", name) for name in GENERATED] if is_flat else GENERATED
        )
        names = [f"{it}/index" if is_flat and it in ("phases", "tasks") else it for it in names]
        expected = {site / folder / f"trace/{name}.html" for name in names}
        found = set((site / folder / "trace").rglob("*.html"))
        if found != expected:
            faults.append(f"{len(found)} of {len(expected)} pages in '{folder}trace/'")
        for page in sorted(found & expected):
            text = page.read_text(encoding="utf-8")
            if "pt-page" not in text or "task_id:" in text:
                faults.append(f"the content of {page.relative_to(site)}")
            faults.extend(find_dead_links(page, text))
        plan = site / folder / "plans/T-1" / ("PLAN.html" if is_flat else "PLAN/index.html")
        text = plan.read_text(encoding="utf-8") if plan.exists() else ""
        if "pt-box" not in text or not re.search(r"trace/tasks/T-1[/.]", text):
            faults.append(f"no box on {plan.relative_to(site)}")
        home = (site / folder / "index.html").read_text(encoding="utf-8")
        if not re.search(r"""href=["']?[./]*(https://docs\.example/)?[\w/]*trace/""", home):
            faults.append(f"no link to our pages on {folder}index.html")
    return faults


def find_dead_links(page: Path, text: str) -> list[str]:
    """The links in the content of one of our pages that lead to no file."""
    content = text.partition("pt-page")[2].partition("<footer")[0]
    found = sorted(set(re.findall(r"""<a\b[^>]*? href=["']?([^"'#?\s>]+)""", content)))
    targets = {link: page.parent / link for link in found if not re.match(r"[a-z]+:|/", link)}
    dead = [link for link, path in targets.items() if not (path / "index.html").is_file()]
    return [f"{link} on {page.name}" for link in dead if not targets[link].is_file()]


def describe(case: Case, faults: dict[bool, list[str]]) -> str:
    works = [order for order, found in faults.items() if not found]
    if len(works) == len(faults):
        return "must be last; works" if case.last else "works"
    if works:
        return "works before plantrace only" if False in works else "works after plantrace only"
    return "does not work"


def write_tables(page: Path, rows: dict[str, list[str]]) -> None:
    heads = {"plugins": "Plugin", "themes": "Theme", "platforms": "Platform"}
    tables = []
    for kind, lines in rows.items():
        tables += [f"| {heads[kind]} | Version | Verdict |", "|---|---|---|", *lines, ""]
    text = page.read_text(encoding="utf-8")
    body = "\n".join(["", *tables])
    page.write_text(TABLES.sub(lambda found: found[1] + body + found[2], text), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="only these plugins, themes and platforms")
    parser.add_argument("--top", action="store_true", help="only the ten most used plugins")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the tables into a page")
    asked = parser.parse_args()
    site, environments, cases = read_cases()
    if asked.names or asked.top:
        cases = [it for it in cases if it.title in asked.names or (asked.top and it.top)]
    venvs = {id(case): "top" if asked.top else case.environment for case in cases}
    versions = {}
    for venv in sorted(set(venvs.values())):
        packages = {case.package for case in cases if venvs[id(case)] == venv}
        versions[venv] = prepare(venv, [*environments[venv], *packages])

    def run(case: Case) -> dict[bool, list[str]]:
        orders = [True] if case.last or not case.plugin else [True, False]
        return {first: build(case, site, venvs[id(case)], first=first) for first in orders}

    rows: dict[str, list[str]] = {}
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for case, faults in zip(cases, pool.map(run, cases), strict=True):
            version = versions[venvs[id(case)]].get(_normal(case.package), "")
            verdict = describe(case, faults)
            failed += any(faults.values())
            note = f"; {case.note}" if case.note else ""
            rows.setdefault(case.kind, []).append(f"| {case.title} | {version} | {verdict}{note} |")
            print(f"{case.title:30} {version:12} {verdict}", flush=True)
            for first, found in faults.items():
                for fault in found:
                    print(f"    {'ours first' if first else 'ours last'}: {fault}", flush=True)
    if asked.write:
        write_tables(asked.write, rows)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
