"""Sites of a project: with plantrace, with the same pages without it, and by plain MkDocs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from benchmarks.measuring import seconds_of, size_of, tool
from mkdocs_plantrace.checks.catalogue import CATALOGUE
from mkdocs_plantrace.model.rule import Severity

_HOOKS = Path(__file__).parent / "hooks"
_SEVERITIES = {rule.code: "warning" for rule in CATALOGUE if rule.default is Severity.ERROR}
"""A real record may be broken; what is measured here is how long it takes to say so."""


class Site:
    """One way to build the site of a project, in a folder of its own."""

    def __init__(
        self, folder: Path, docs: Path, theme: str, plugins: list[Any], **more: Any
    ) -> None:
        folder.mkdir(parents=True)
        self.configuration = folder / "mkdocs.yml"
        self.output = folder / "site"
        self._builds = 0
        options = {
            "site_name": "Benchmark",
            "theme": theme,
            "docs_dir": str(docs),
            "site_dir": str(self.output),
            "plugins": ["search", *plugins],
            **more,
        }
        # JSON is YAML, too.
        self.configuration.write_text(json.dumps(options), encoding="utf-8")

    def seconds(self) -> float:
        """The seconds of one build into a new folder.

        The one of the build before stays: ext4 takes long to write where much was just deleted.
        """
        self._builds += 1
        self.output = self.configuration.with_name(f"site-{self._builds}")
        command = [tool("mkdocs"), "build", "--quiet", "-f", str(self.configuration)]
        return seconds_of([*command, "-d", str(self.output)], self.configuration.parent)

    def size(self) -> int:
        """The bytes of the site that was built last."""
        return size_of(self.output)


def plantrace_options(root: Path) -> dict[str, Any]:
    """The plugin as it is measured."""
    return {"plantrace": {"root": str(root), "rules": _SEVERITIES}}


def traced(folder: Path, root: Path, theme: str) -> Site:
    """With plantrace."""
    return Site(folder, root / "docs", theme, [plantrace_options(root)])


def plain(folder: Path, root: Path, theme: str) -> Site:
    """By MkDocs alone, with the navigation that it makes of all files."""
    return Site(folder, root / "docs", theme, [])


def same_pages(folder: Path, root: Path, theme: str) -> Site:
    """The same pages and navigation as with plantrace, whose HTML a hook reads from a file."""
    dump = folder / "dump.json"
    hook = str(_HOOKS / "dump.py")
    extra = {"dump": str(dump)}
    kept = Site(
        folder / "kept", root / "docs", theme, [plantrace_options(root)], hooks=[hook], extra=extra
    )
    kept.seconds()
    pages = json.loads(dump.read_text(encoding="utf-8"))
    docs = folder / "docs"
    shutil.copytree(root / "docs", docs)
    for uri, title in pages["titles"].items():
        (docs / uri).parent.mkdir(parents=True, exist_ok=True)
        front = f"---\ntitle: {json.dumps(title)}\n---\n"
        (docs / uri).write_text(front, encoding="utf-8")
    hook = str(_HOOKS / "replay.py")
    return Site(folder / "same", docs, theme, [], hooks=[hook], extra=extra, nav=pages["nav"])
