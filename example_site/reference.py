"""Writes the reference of the guide from the declared options, rules and layouts."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import yaml
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel

import mkdocs_plantrace
from mkdocs_plantrace.checks.catalogue import CATALOGUE
from mkdocs_plantrace.config.layouts import (
    DEFAULT,
    LAYOUT_KEYS,
    PRESETS,
    Layout,
    load_preset,
    read_preset,
)
from mkdocs_plantrace.config.settings import OPTIONS, Settings
from mkdocs_plantrace.config.vocabulary import LOG_FIELDS
from mkdocs_plantrace.model.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

_FOLDER = "guide/rules"
_MEANINGS = {
    "error": "what was seen, as it was printed",
    "context": "the command, the host, the step",
    "cause": "what was wrong",
    "fix": "what was done, exact enough to do it again",
    "outcome": "how it ended, and how you know",
    "signature": "the name of the failure",
    "finding": "what was found out: the error, or the cause if there is an error above it",
}
_DECLARATION = re.compile(r"<!-- preset: ([\w-]+) -->")
_CODE = re.compile(r"<(code|pre|script|svg)\b.*?</\1>", re.DOTALL)
_STRAY_PIPE = re.compile(r">[^<]*\|[^<]*<")
SCHEMAS = Path(mkdocs_plantrace.__file__).parent / "schemas"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages; a rule's page is reached from the table of rules."""
    _add(files, config, "guide/configuration.md", configuration(), InclusionLevel.INCLUDED)
    _add(files, config, f"{_FOLDER}/index.md", rules(), InclusionLevel.INCLUDED)
    for rule in CATALOGUE:
        address = f"{_FOLDER}/{rule.name}.md"
        _add(files, config, address, rule_page(rule), InclusionLevel.NOT_IN_NAV)
    for schema in sorted(SCHEMAS.glob("*.json")):
        text = schema.read_text(encoding="utf-8")
        _add(files, config, f"guide/schemas/{schema.name}", text, InclusionLevel.INCLUDED)
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the tables where the guide wants them."""
    for mark, render in _TABLES.items():
        if mark in markdown:
            markdown = markdown.replace(mark, render())
    return _DECLARATION.sub(lambda found: declaration(found[1]), markdown)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Stop the build for a table that Markdown takes for text."""
    stray = _STRAY_PIPE.search(_CODE.sub("", html))
    if stray and page.file.src_uri.startswith(("guide/", "index.")):
        raise PluginError(f"{page.file.src_uri}: not a table: {stray[0][1:-1].strip()!r}")
    return html


def log_fields() -> str:
    """The table of the fields of log entries, with all spellings."""
    rows = "\n".join(
        f"| {name} | {_MEANINGS[name]} | {', '.join(f'`{label}`' for label in labels)} |"
        for name, labels in LOG_FIELDS.items()
    )
    return f"| field | meaning | written as |\n|---|---|---|\n{rows}"


def presets() -> str:
    """The table of presets, with links from their folder in the guide."""
    rows = []
    for name in PRESETS:
        layout = load_preset(name)
        page = "../metadata.md" if name == DEFAULT else f"{name}.md"
        tasks = ", ".join(f"`{pattern.text}`" for pattern in layout.tasks)
        rows.append(f"| [`{name}`]({page}) | {layout.title} | {tasks} |")
    return _table("| preset | for | files of tasks |", rows)


def rules_off() -> str:
    """The table of rules that are on by default, but off in all other presets."""
    own = [Settings(layout=(load_preset(name),)) for name in PRESETS if name != DEFAULT]
    return _table(
        f"| rule | in `{DEFAULT}` | finds |",
        (
            f"| {_link(rule)} | {_severity(rule)} | {rule.finds} |"
            for rule in CATALOGUE
            if rule.default and not any(settings.severity_of(rule) for settings in own)
        ),
    )


def rules_with_needs() -> str:
    """The table of rules that need something of a layout, and the presets that have it."""
    rows = []
    for rule in CATALOGUE:
        if rule.name in _NEEDS:
            needed, has = _NEEDS[rule.name]
            names = ", ".join(f"`{name}`" for name in PRESETS if has(load_preset(name)))
            rows.append(f"| {_link(rule)} | {_severity(rule)} | {needed} | {names} |")
    return _table("| rule | default | needs | in the presets |", rows)


def layout_keys() -> str:
    """The table of the keys that describe a layout."""
    return _table(
        "| key | meaning |", (f"| `{key}` | {text} |" for key, text in LAYOUT_KEYS.items())
    )


def declaration(name: str) -> str:
    """A preset as options, to copy and change."""
    declared = {"name": f"our-{name}", **read_preset(name)}
    text = yaml.safe_dump(
        declared, sort_keys=False, allow_unicode=True, default_flow_style=None, width=80
    )
    return f"```yaml\nplugins:\n  - plantrace:\n      layout:\n{indent(text, ' ' * 8)}```"


_BOXES = ("boxes", lambda layout: layout.boxes)
_NEEDS: dict[str, tuple[str, Callable[[Layout], object]]] = {
    "completed-with-open-boxes": _BOXES,
    "finished-but-open": _BOXES,
    "status-disagrees": (
        "a second place for the status",
        lambda layout: layout.status_files or layout.status_by_path or layout.status_with_log,
    ),
    "uncited-requirement": ("ids of requirements", lambda layout: layout.requirements),
    "recurring-error": ("a log", lambda layout: layout.log or layout.is_default),
}
"""What a rule needs that not every layout has."""
_TABLES = {
    "<!-- log fields -->": log_fields,
    "<!-- presets -->": presets,
    "<!-- rules that are off in layouts -->": rules_off,
    "<!-- rules that need a layout -->": rules_with_needs,
    "<!-- layout keys -->": layout_keys,
}


def _table(head: str, rows: Iterable[str]) -> str:
    return "\n".join([head, "|---" * (head.count("|") - 1) + "|", *rows])


def _link(rule: Rule) -> str:
    return f"[{rule.name}](../rules/{rule.name}.md)"


def _add(
    files: Files, config: MkDocsConfig, address: str, text: str, inclusion: InclusionLevel
) -> None:
    files.append(File.generated(config, address, content=text, inclusion=inclusion))


def configuration() -> str:
    """The page of all options."""
    defaults = "\n".join(f"      {option.name}: {option.default}" for option in OPTIONS)
    sections = "\n".join(
        f"## `{option.name}`\n\n{option.text}\n\n"
        f"Type: {option.type}. Default: `{option.default}`.\n"
        for option in OPTIONS
    )
    return (
        "# Configuration\n\n"
        "All options are optional. These are the defaults. An option that does not exist, "
        "or a value of the wrong type, stops the build.\n\n"
        f"```yaml\nplugins:\n  - plantrace:\n{defaults}\n```\n\n{sections}"
    )


def rules() -> str:
    """The table of all rules."""
    rows = "\n".join(
        f"| {rule.code} | [{rule.name}]({rule.name}.md) | {_severity(rule)} | {rule.finds} |"
        for rule in CATALOGUE
    )
    return (
        "# Rules\n\n"
        "Codes and names are stable; either can be used in the option "
        "[`rules`](../configuration.md#rules). An error fails the build, a warning fails it "
        "under `--strict`.\n\n"
        f"| code | name | default | finds |\n|---|---|---|---|\n{rows}\n"
    )


def rule_page(rule: Rule) -> str:
    """The page of one rule."""
    return (
        f"# {rule.code} {rule.name}\n\n"
        f"Default: **{_severity(rule)}**\n\n"
        f"This rule reports {rule.finds}.\n\n"
        f"## Why it matters\n\n{rule.why}\n\n"
        f"## Example\n\n```{rule.language}\n{rule.example}```\n\n"
        f"## How to fix it\n\n{rule.fix}\n\n"
        f"[All rules](index.md)\n"
    )


def _severity(rule: Rule) -> str:
    return rule.default.value if rule.default else "off"
