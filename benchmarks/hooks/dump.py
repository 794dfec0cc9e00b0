"""A hook for MkDocs that keeps what plantrace makes of each page, and the navigation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure import StructureItem
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

_dump: dict[str, Any] = {"titles": {}, "early": {}, "late": {}, "nav": []}


@event_priority(-1000)
def on_nav(nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
    """Keep the navigation as `mkdocs.yml` would write it."""
    _dump["nav"] = [_written(item) for item in nav.items]


@event_priority(-1000)
def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> None:
    """Keep the HTML of generated pages, as search reads it."""
    if page.file.generated_by == "plantrace":
        _dump["early"][page.file.src_uri] = html
        _dump["titles"][page.file.src_uri] = page.title


@event_priority(-1000)
def on_page_context(context: Any, *, page: Page, config: MkDocsConfig, nav: Navigation) -> None:
    """Keep the HTML of all pages, as the theme gets it."""
    _dump["late"][page.file.src_uri] = page.content


def on_post_build(*, config: MkDocsConfig) -> None:
    """Write what was kept."""
    Path(config.extra["dump"]).write_text(json.dumps(_dump), encoding="utf-8")


def _written(item: StructureItem) -> Any:
    if isinstance(item, Section):
        return {item.title: [_written(child) for child in item.children]}
    return item.file.src_uri if isinstance(item, Page) else {item.title: getattr(item, "url", "")}
