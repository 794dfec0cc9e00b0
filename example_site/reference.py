"""Writes the reference pages of the guide from the declared options and rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files, InclusionLevel

import mkdocs_plantrace
from mkdocs_plantrace.checks.catalogue import CATALOGUE
from mkdocs_plantrace.config.settings import OPTIONS
from mkdocs_plantrace.config.vocabulary import LOG_FIELDS
from mkdocs_plantrace.model.rule import Rule

if TYPE_CHECKING:
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
    "finding": "what was found out: the error, or the cause if an error stands above it",
}
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
    """Put the table of log fields where the guide wants it."""
    return markdown.replace("<!-- log fields -->", log_fields())


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Stop the build for a table that Markdown takes for text."""
    stray = _STRAY_PIPE.search(_CODE.sub("", html))
    if stray and page.file.src_uri.startswith("guide/"):
        raise PluginError(f"{page.file.src_uri}: not a table: {stray[0][1:-1].strip()!r}")
    return html


def log_fields() -> str:
    """The table of the fields of log entries, with all spellings."""
    rows = "\n".join(
        f"| {name} | {_MEANINGS[name]} | {', '.join(f'`{label}`' for label in labels)} |"
        for name, labels in LOG_FIELDS.items()
    )
    return f"| field | tells | written as |\n|---|---|---|\n{rows}"


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
        "Every option may be left out; these are the defaults. An option that does not exist, "
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
        f"This rule finds {rule.finds}.\n\n"
        f"## Why it matters\n\n{rule.why}\n\n"
        f"## Example\n\n```{rule.language}\n{rule.example}```\n\n"
        f"## How to fix it\n\n{rule.fix}\n\n"
        f"[All rules](index.md)\n"
    )


def _severity(rule: Rule) -> str:
    return rule.default.value if rule.default else "off"
