"""The paths that a server watches for changes."""

import os
from collections.abc import Iterable
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer


class WatchedPaths:
    """Paths that rebuild the site; `server` is known once it runs."""

    def __init__(self) -> None:
        self.server: LiveReloadServer | None = None
        self._inodes: dict[str, int] = {}

    def add(self, config: MkDocsConfig, root: Path, paths: Iterable[str]) -> None:
        """Watch those paths below the root that exist, again if one was replaced."""
        for path in (str(root / name) for name in sorted(paths)):
            if not os.path.exists(path) or path in config.watch:
                continue
            config.watch.append(path)
            inode, before = os.stat(path).st_ino, self._inodes.get(path)
            if self.server and before != inode:
                if before is not None:  # the observer stops when a folder disappears
                    self.server.unwatch(path)
                self.server.watch(path)
            self._inodes[path] = inode
