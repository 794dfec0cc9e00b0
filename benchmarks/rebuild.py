"""Builds a site as `mkdocs serve` does, edits a plan, builds again; tells whose time that took.

Usage: python -m benchmarks.rebuild MKDOCS_YML PLAN
Prints JSON: the seconds of three rebuilds, and those of each spent in plantrace's hooks and in
its Markdown extension. What MkDocs spends on the theme around generated pages is MkDocs' own.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from mkdocs_plantrace.site import markdown_extension

_SERVE_URL = "http://127.0.0.1:8000/"


class _Clock:
    """Adds up the time in functions; what one of them calls counts once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._is_running = False

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if self._is_running:
                return function(*args, **kwargs)
            self._is_running = True
            started = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - started
                self._is_running = False

        return wrapped


def main(configuration: str, plan: str) -> None:
    """Build once, then three times with an edit before."""
    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    clock = _Clock()
    for name in ("_Resolve", "_Restore"):
        processor = getattr(markdown_extension, name)
        processor.run = clock.timed(processor.run)
    with tempfile.TemporaryDirectory(prefix="mkdocs_") as site_dir:
        config = _load(configuration, site_dir)
        config.plugins.on_startup(command="serve", dirty=False)
        _build(config, clock)
        figures: dict[str, list[float]] = {"rebuild": [], "share": []}
        for number in range(3):
            with Path(plan).open("a", encoding="utf-8") as file:
                file.write(f"\nEdited {number}.\n")
            clock.seconds = 0.0
            started = time.perf_counter()
            _build(_load(configuration, site_dir), clock)
            figures["rebuild"].append(time.perf_counter() - started)
            figures["share"].append(clock.seconds)
    print(json.dumps(figures))


def _load(configuration: str, site_dir: str) -> MkDocsConfig:
    return load_config(config_file=configuration, site_dir=site_dir)


def _build(config: MkDocsConfig, clock: _Clock) -> None:
    plugin = config.plugins["plantrace"]
    for event, methods in config.plugins.events.items():
        config.plugins.events[event] = [
            clock.timed(method) if getattr(method, "__self__", None) is plugin else method
            for method in methods
        ]
    build(config, serve_url=_SERVE_URL)


if __name__ == "__main__":
    main(*sys.argv[1:])
