"""The same content as items of sphinx-needs and as a StrictDoc project.

Each task becomes one item with its metadata, plan and log as text, in the layout that is
natural to each tool: one page per task for sphinx-needs, with a table per phase; one document
per phase for StrictDoc.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

_CONF = """\
project = "Benchmark"
extensions = ["sphinx_needs"]
needs_types = [
    {"directive": "task", "title": "Task", "prefix": "T_", "color": "#BFD8D2", "style": "node"}
]
needs_id_regex = "^[A-Z0-9_-]{3,}"
highlight_language = "none"
# The whole navigation in each page would be most of the time; it is not what is compared here.
html_theme = "basic"
html_sidebars = {"**": []}
"""
_PHASES = """\
Phases
======

.. toctree::
   :glob:

   phases/*
   tasks/*
"""


def write_sphinx(root: Path, folder: Path) -> Path:
    """Write the Sphinx project; gives the page of one task."""
    (folder / "tasks").mkdir(parents=True)
    (folder / "phases").mkdir()
    (folder / "conf.py").write_text(_CONF, encoding="utf-8")
    (folder / "index.rst").write_text(_PHASES, encoding="utf-8")
    page = folder
    phases = set()
    for task, texts in _tasks(root):
        phases.add(task["phase"])
        name = task["task_id"]
        links = ", ".join(task["depends_on"])
        page = folder / f"tasks/{name}.rst"
        body = "\n".join(f"   {line}".rstrip() for line in _metadata_lines(task))
        page.write_text(
            f"{name}\n{'=' * len(name)}\n\n.. task:: {task['title']}\n   :id: {name}\n"
            f"   :status: {task['status']}\n   :tags: phase{task['phase']}\n"
            + (f"   :links: {links}\n" if links else "")
            + f"\n{body}\n\n"
            + "\n".join(_rst(text) for text in texts),
            encoding="utf-8",
        )
    for phase in phases:
        title = f"Phase {phase}"
        (folder / f"phases/{phase}.rst").write_text(
            f"{title}\n{'=' * len(title)}\n\n.. needtable::\n   :tags: phase{phase}\n"
            "   :columns: id, title, status\n   :style: table\n",
            encoding="utf-8",
        )
    return page


def write_strictdoc(root: Path, folder: Path) -> Path:
    """Write the StrictDoc project; gives one of its documents."""
    folder.mkdir(parents=True)
    documents: dict[str, list[str]] = {}
    for task, texts in _tasks(root):
        body = "\n".join([*_metadata_lines(task), "", *map(_plain, texts)])
        relations = "".join(f"- TYPE: Parent\n  VALUE: {other}\n" for other in task["depends_on"])
        documents.setdefault(task["phase"], []).append(
            f"[REQUIREMENT]\nUID: {task['task_id']}\nTITLE: {task['title']}\n"
            f"STATEMENT: >>>\n{body}\n<<<\n" + (f"RELATIONS:\n{relations}" if relations else "")
        )
    for phase, items in documents.items():
        text = "\n".join([f"[DOCUMENT]\nTITLE: Phase {phase}\n", *items])
        (folder / f"phase{phase}.sdoc").write_text(text, encoding="utf-8")
    return folder / "phase0.sdoc"


def _tasks(root: Path) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """The metadata of each task with the texts of its plan and log."""
    for path in sorted(root.glob("tasks/*/meta.yml")):
        task = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        named = (task["implementation_plan"], task["implementation_log"])
        yield task, [(root / name).read_text(encoding="utf-8") for name in named]


def _metadata_lines(task: dict[str, Any]) -> Iterator[str]:
    for key, value in task.items():
        if isinstance(value, list):
            yield from ["", f"{key}:", "", *(f"- {entry}" for entry in value), ""]
        else:
            yield f"| {key}: {value}"


def _rst(text: str) -> str:
    """Headings, lists and literal blocks of Markdown in reStructuredText."""
    return re.sub(r"^(#+) (.*)$", _heading, _plain_blocks(text), flags=re.MULTILINE)


def _heading(found: re.Match[str]) -> str:
    mark = "=-~^"[min(len(found[1]), 4) - 1]
    return f"{found[2]}\n{mark * len(found[2])}"


def _plain(text: str) -> str:
    """The same where headings are not allowed."""
    return re.sub(r"^#+ (.*)$", r"**\1**", _plain_blocks(text), flags=re.MULTILINE)


def _plain_blocks(text: str) -> str:
    """Fenced code and tables as literal blocks, inline code as literals."""
    text = re.sub(r"`([^`\n]+)`", r"``\1``", text)
    text = re.sub(r"^```+\w*\n(.*?)^```+$", _literal, text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"(?:^\|.*\n)+", _literal, text, flags=re.MULTILINE)


def _literal(found: re.Match[str]) -> str:
    lines = found[found.lastindex or 0].rstrip("\n").replace("``", "`").split("\n")
    return "\n::\n\n" + "\n".join(f"   {line}" for line in lines) + "\n\n"
