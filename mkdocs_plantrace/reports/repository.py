"""Where a file of the project lies in its repository."""

from __future__ import annotations

import posixpath


def from_top(folder: str, path: str) -> str:
    """A root-relative path as the repository's top sees it; `folder` is the root's own place."""
    return posixpath.normpath(posixpath.join(folder, path))
