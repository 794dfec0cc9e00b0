"""Resolves paths and links in texts to files of the project, without reading them."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from mkdocs_plantrace.project.file_tree import Tree

LONGEST_PATH = 4096
"""No system has longer paths."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()>#+.!-])")
_IMPOSSIBLE = re.compile(r"[\\\x00-\x1f\ud800-\udfff]")
_ABSOLUTE = re.compile(r"/|\\|~(?:[/\\]|$)|[A-Za-z]:[/\\]|file:", re.IGNORECASE)


class Publication(Enum):
    PAGE = "page"
    ASSET = "asset"
    DRAFT = "draft"
    EXCLUDED = "excluded"

    @property
    def is_public(self) -> bool:
        return self in (Publication.PAGE, Publication.ASSET)


class Fault(Enum):
    """Why a path is wrong; the value completes "'…' …"."""

    MISSING = "names no file"
    FOLDER = "is a folder"
    ABSOLUTE = "is an absolute path"
    OUTSIDE = "is outside the project root"
    ESCAPING = "passes through a symbolic link out of the project root"
    UNPUBLISHED = "exists, but MkDocs does not publish it"

    @property
    def is_outside(self) -> bool:
        return self in (Fault.ABSOLUTE, Fault.OUTSIDE, Fault.ESCAPING)


class Resolved(NamedTuple):
    """The target of a path in a text; `path` is root-relative, None if it cannot be."""

    path: str | None
    fault: Fault | None = None


_NOWHERE = Resolved(None, Fault.MISSING)


@dataclass(frozen=True, kw_only=True)
class Resolver:
    """Resolves paths with one tree and the files that MkDocs knows.

    `published` has root-relative paths; it may contain files that other plugins generate and that
    are not in the tree. `docs_dir` is root-relative, '' for the root itself. `sources` are the
    paths of the metadata files.
    """

    tree: Tree
    docs_dir: str
    published: Mapping[str, Publication]
    sources: frozenset[str]

    def metadata_path(self, text: str) -> Resolved:
        if _ABSOLUTE.match(text):
            return Resolved(None, Fault.ABSOLUTE)
        return self._look_up(text, "")

    def playbook(self, text: str) -> Resolved | None:
        """The page of a signature, without an anchor; None for a web address."""
        if text.lower().startswith(("https://", "http://")):
            return None
        return self.metadata_path(text.partition("#")[0])

    def plan_line(self, text: str, folder: str) -> Resolved:
        """Resolve the value of a `Plan:` line: relative to the log, or from the root."""
        path = unquote(text.partition("#")[0])
        if _ABSOLUTE.match(path):
            return Resolved(None, Fault.ABSOLUTE)
        relative = self._look_up(path, folder)
        if relative.fault is None or "/" not in path:
            return relative
        from_root = self._look_up(path, "")
        return from_root if from_root.fault is None or not path.startswith(".") else relative

    def page_link(self, text: str, page: str) -> Resolved | None:
        """Resolve a link in the page at root-relative path `page`.

        None for web addresses, anchors on the same page and absolute URLs of the site.
        """
        if text.lower().startswith("file:"):
            return Resolved(None, Fault.ABSOLUTE)
        path = _local_path(text)
        if not path:
            return None
        if path.startswith("/"):
            return self._absolute_link(path)
        resolved = self._look_up(path, posixpath.dirname(page))
        if resolved.fault is Fault.FOLDER:
            return self._index_of(resolved)
        is_published = resolved.fault is None and page in self.published
        return self._require_public(resolved) if is_published else resolved

    def _absolute_link(self, path: str) -> Resolved | None:
        """Resolve as MkDocs' `relative_to_docs` does; None for an address that is not a page."""
        below_docs = posixpath.join(self.docs_dir, path.lstrip("/"))
        if below_docs in self.published:
            return self._require_public(Resolved(path=below_docs))
        on_a_machine = re.match(r"/(?:home|Users|root|mnt|tmp|var|opt)/", path)
        if on_a_machine or path.lower().endswith(".md"):
            return Resolved(None, Fault.ABSOLUTE)
        return None

    def is_reachable(self, path: str) -> bool:
        """Whether readers can follow a link to this file: it is published, or a task."""
        return path in self.sources or self.is_public(path)

    def is_public(self, path: str) -> bool:
        publication = self.published.get(path)
        return publication is not None and publication.is_public

    def _require_public(self, resolved: Resolved) -> Resolved:
        path = resolved.path or ""
        return resolved if self.is_reachable(path) else Resolved(path, Fault.UNPUBLISHED)

    def _index_of(self, folder: Resolved) -> Resolved:
        for name in ("index.md", "README.md"):
            path = posixpath.join(folder.path or "", name)
            if self.published.get(path) is Publication.PAGE:
                return Resolved(path=path)
        return folder

    def _look_up(self, text: str, folder: str) -> Resolved:
        if len(text) > LONGEST_PATH or _IMPOSSIBLE.search(text):
            return _NOWHERE
        path = posixpath.normpath(posixpath.join(folder, text))
        if path == ".." or path.startswith("../"):
            return Resolved(None, Fault.OUTSIDE)
        if path == ".":
            return Resolved("", Fault.FOLDER)
        return Resolved(path=path, fault=self._fault_of(path, is_folder=text.endswith("/")))

    def _fault_of(self, path: str, *, is_folder: bool) -> Fault | None:
        if self.tree.escapes(path):
            return Fault.ESCAPING
        if path in self.tree.folders:
            return Fault.FOLDER
        is_there = path in self.published or self.tree.has_file(path)
        return None if is_there and not is_folder else Fault.MISSING


def _local_path(text: str) -> str:
    """The path of a link, decoded; '' for a web address or an anchor on the same page."""
    if _SCHEME.match(text) or text.startswith("//"):
        return ""
    try:
        path = urlsplit(text).path
    except ValueError:  # such as "[::1", an address that nobody can follow
        path = text
    return unquote(_ESCAPED.sub(r"\1", path))
