"""Paths and file names, as they differ between systems."""

import os
import re
from itertools import product
from pathlib import Path

MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
"""The suffixes of pages in MkDocs (`mkdocs.utils.markdown_extensions`)."""

_PORTS = map("".join, product(("com", "lpt"), "123456789\xb9\xb2\xb3"))
DEVICE_NAMES = frozenset({"con", "prn", "aux", "nul", "conin$", "conout$", *_PORTS})
"""The reserved names of Windows, without case; an extension does not matter.

Source: "Naming Files, Paths, and Namespaces" in Microsoft's documentation of Win32.
"""

_NOT_DECODED = re.compile(r"[\ud800-\udfff]")
"""What Python makes of bytes that are not UTF-8."""


def is_utf8(path: str) -> bool:
    """Whether the name of a file is UTF-8, as addresses of a site and most tools require."""
    return path.isascii() or _NOT_DECODED.search(path) is None


def is_device_name(name: str) -> bool:
    return name.partition(".")[0].rstrip(" ").casefold() in DEVICE_NAMES


def make_relative(path: str | os.PathLike[str], folder: str | os.PathLike[str] = ".") -> str:
    """Make a path relative to a folder, with slashes; absolute on another drive of Windows."""
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:
        return os.path.abspath(path).replace(os.sep, "/")


def find_repository(folder: Path) -> Path | None:
    """Return the top of the Git repository that an absolute folder is in."""
    return next((one for one in (folder, *folder.parents) if os.path.exists(one / ".git")), None)
