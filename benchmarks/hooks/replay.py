"""A hook for MkDocs that gives pages the HTML that `dump.py` kept, without plantrace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

_dump: dict[str, Any] = {}


def on_config(config: MkDocsConfig) -> None:
    """Read what was kept."""
    _dump.update(json.loads(Path(config.extra["dump"]).read_text(encoding="utf-8")))


@event_priority(1000)
def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Give a generated page its HTML before search reads it."""
    kept: str = _dump["early"].get(page.file.src_uri, html)
    return kept


@event_priority(-1000)
def on_page_context(context: Any, *, page: Page, config: MkDocsConfig, nav: Navigation) -> None:
    """Give any page its HTML."""
    page.content = _dump["late"][page.file.src_uri]
