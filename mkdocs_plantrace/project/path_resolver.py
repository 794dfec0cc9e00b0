"""Resolves paths and links in texts to files of the project, without reading them."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from mkdocs_plantrace.config.rendering import Rendering
from mkdocs_plantrace.project.file_tree import Tree
from mkdocs_plantrace.utils.globs import is_template
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.paths import MARKDOWN_SUFFIXES

LONGEST_PATH = 4096
"""No system has longer paths."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()>#+.!-])")
_EXPRESSION = re.compile(r"[{}$]")
"""Signs of the template languages that replace text in pages."""
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


_INDEX_PAGES = ("index.md", "README.md")
_NOWHERE = Resolved(None, Fault.MISSING)


@dataclass(frozen=True, kw_only=True)
class Resolver:
    """Resolves paths with one tree and the files that MkDocs knows.

    `published` has root-relative paths; it may contain files that other plugins generate and that
    are not in the tree. `docs_dir` is root-relative, '' for the root itself. `sources` are the
    paths of the metadata files, `moved` the addresses of published files outside docs_dir.
    `record_folders` are the folders whose own path makes no file a template, inner ones first.
    Without a site (`has_site`), a link may lead to any file, as on GitHub.
    """

    tree: Tree
    docs_dir: str
    published: Mapping[str, Publication]
    sources: frozenset[str]
    rendering: Rendering = field(default_factory=Rendering)
    moved: Mapping[str, str] = field(default_factory=dict)
    record_folders: tuple[str, ...] = ()
    has_site: bool = True

    def is_template(self, path: str) -> bool:
        return is_template(path, *self.record_folders)

    def metadata_path(self, text: str) -> Resolved:
        if _ABSOLUTE.match(text):
            return Resolved(None, Fault.ABSOLUTE)
        return self._look_up(text, "")

    def playbook(self, text: str) -> Resolved | None:
        """The page of a signature, without an anchor; None for a web address."""
        if text.lower().startswith(("https://", "http://")):
            return None
        return self.metadata_path(text.partition("#")[0])

    def plan_line(self, text: str, folder: str) -> Resolved | None:
        """Resolve a `Plan:` line from the log or the root; None if a plugin may replace it."""
        if self.rendering.replaces_text and _EXPRESSION.search(text):
            return None
        path = unquote(text.partition("#")[0]).rstrip("/")
        if path.startswith("/") and (link := self._absolute_link(path)):
            return link
        if _ABSOLUTE.match(path):
            return Resolved(None, Fault.ABSOLUTE)
        relative = self._look_up(path, folder)
        if relative.fault is None or "/" not in path:
            return relative
        from_root = self._look_up(path, "")
        return from_root if from_root.fault is None or not path.startswith(".") else relative

    def page_link(self, text: str, page: str) -> Resolved | None:
        """Resolve a link in the page at root-relative path `page`.

        None for web addresses, anchors on the same page, absolute URLs of the site, and what a
        plugin, hook or extension may still change or add.
        """
        rendering = self.rendering
        if rendering.replaces_text and _EXPRESSION.search(text):
            return None
        if text.lower().startswith("file:"):
            return Resolved(None, Fault.ABSOLUTE)
        path = _local_path(text)
        if not path:
            return None
        if path.startswith("/"):
            return self._find_from_root(path, page) or self._absolute_link(path, page)
        resolved = self._relative_link(path, page)
        if resolved.fault is None:
            # In a record outside docs_dir, links to code are right, though there is no such page.
            is_page = self.has_site and page in self.published and page not in self.moved
            return self._require_public(resolved) if is_page and resolved.path != page else resolved
        is_added = rendering.adds_pages and self._is_in_docs(resolved.path)
        is_missing = resolved.fault in (Fault.MISSING, Fault.FOLDER)
        return None if is_missing and (rendering.rewrites_links or is_added) else resolved

    def _find_from_root(self, path: str, page: str) -> Resolved | None:
        """What a link with a slash at its start leads to on GitHub, if the page is a record."""
        found = self._look_up(path.strip("/"), "") if page in self.moved else _NOWHERE
        if found.fault is Fault.FOLDER and found.path:
            return Resolved(self._index_of(found).path)
        return None if found.fault else found

    def _relative_link(self, path: str, page: str) -> Resolved:
        """Resolve as MkDocs does, then as a folder with an index page, then as a URL."""
        resolved = self._look_up(path.rstrip("/"), posixpath.dirname(page))
        if resolved.fault is Fault.FOLDER:
            resolved = self._index_of(resolved)
        has_url = self._is_in_docs(page) and not posixpath.splitext(path)[1]
        if resolved.fault is Fault.FOLDER and page in self.moved:
            return Resolved(resolved.path)  # as with links to code
        if resolved.fault is None or not has_url:
            return resolved
        target = self._pages_by_url.get(self._join_url(path, page))
        return Resolved(target) if target else resolved

    def list_targets(self, text: str, page: str) -> tuple[str, str]:
        """The root-relative paths of a link: as a path, and as a URL of the site."""
        path = _local_path(text)
        folder = self.docs_dir if path.startswith("/") else posixpath.dirname(page)
        as_path = posixpath.normpath(posixpath.join(folder, path.lstrip("/")))
        return as_path, posixpath.join(self.docs_dir, self._join_url(path, page))

    def _join_url(self, url: str, page: str) -> str:
        """Join a relative URL with that of its page, as a browser does; no slash at the end."""
        return posixpath.normpath(
            posixpath.join(posixpath.dirname(self.make_url(self.to_uri(page))), url)
        )

    def make_url(self, uri: str) -> str:
        """The URL of a file relative to the site; `uri` is relative to docs_dir."""
        if not uri.lower().endswith(MARKDOWN_SUFFIXES):
            return uri
        if posixpath.basename(uri) in _INDEX_PAGES:
            return posixpath.join(posixpath.dirname(uri), "")
        stem = posixpath.splitext(uri)[0]
        return f"{stem}/" if self.rendering.use_directory_urls else f"{stem}.html"

    @cached_property
    def _pages_by_url(self) -> Mapping[str, str]:
        """The published pages by their URL, without a slash at the end."""
        return {
            posixpath.normpath(self.make_url(self.to_uri(path))): path
            for path, publication in self.published.items()
            if publication is Publication.PAGE and self._is_in_docs(path)
        }

    def to_uri(self, path: str) -> str:
        """The path of a published file relative to docs_dir, or its address there."""
        if path in self.moved:
            return self.moved[path]
        return path[len(self.docs_dir) + 1 :] if self.docs_dir else path

    def _is_in_docs(self, path: str | None) -> bool:
        if path is None or path in self.moved:
            return path is not None
        return not self.docs_dir or path.startswith(f"{self.docs_dir}/")

    def _absolute_link(self, path: str, page: str = "") -> Resolved | None:
        """Resolve as MkDocs' `relative_to_docs` does; None for an address that is not a page."""
        below_docs = posixpath.normpath(posixpath.join(self.docs_dir, path.lstrip("/")))
        if below_docs in self.published:
            return self._require_public(Resolved(path=below_docs))
        is_from_root = self._is_in_docs(path[1:]) and self.docs_dir and self.tree.exists(path[1:])
        if is_from_root or re.match(r"/(?:home|Users|root|mnt|tmp|var|opt)/", path):
            return Resolved(None, Fault.ABSOLUTE)
        may_be_page = self.rendering.adds_pages or self.rendering.rewrites_links
        is_page = path.lower().endswith(".md") and not may_be_page
        if not is_page:
            return None
        is_record = page in self.moved  # where such a link starts at the root
        return Resolved(path[1:], Fault.MISSING) if is_record else Resolved(None, Fault.ABSOLUTE)

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
        for name in _INDEX_PAGES:
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
        fault = self._fault_of(path, is_folder=text.endswith("/"))
        return Resolved(path=text if text == path else path, fault=fault)  # one text in memory

    def _fault_of(self, path: str, *, is_folder: bool) -> Fault | None:
        if self.tree.escapes(path):
            return Fault.ESCAPING
        if path in self.tree.folders:
            return Fault.FOLDER
        is_there = path in self.published or self.tree.exists(path)
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
