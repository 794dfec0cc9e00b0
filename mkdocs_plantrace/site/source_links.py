"""Links to the lines of files in the repository of a site."""

import posixpath
import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

from mkdocs.config.base import ValidationError
from mkdocs.config.config_options import EditURITemplate

from mkdocs_plantrace.project.workspace import Workspace, below_repository
from mkdocs_plantrace.utils.paths import MARKDOWN_SUFFIXES, find_repository

_DEFAULTS = ("edit/master/docs/", "src/default/docs/")
"""What MkDocs makes of a missing `edit_uri`, whatever the branch and docs_dir are."""
_VIEW = re.compile(r"(?:-/)?(?:edit|blob|tree|raw|_edit|src)/(?:branch/)?(?P<rest>.+)")
"""The start of an `edit_uri`; the rest is a branch and the docs folder."""


class _Host(NamedTuple):
    """The URLs of a host; `source` asks for the text of a page instead of its HTML."""

    commit: str
    branch: str
    line: str
    source: str = ""


_GITHUB = _Host("blob/", "blob/", "#L", "?plain=1")
_GITLAB = _Host("-/blob/", "-/blob/", "#L", "?plain=1")
_GITEA = _Host("src/commit/", "src/branch/", "#L", "?display=source")
_BITBUCKET = _Host("src/", "src/", "#lines-")
_BY_NAME = {
    "github": _GITHUB,
    "gitlab": _GITLAB,
    **dict.fromkeys(("gitea", "forgejo", "codeberg"), _GITEA),
}
_BY_SHAPE = (
    (re.compile(r"-/"), _GITLAB),
    (re.compile(r"_edit/|(?:src|raw)/branch/"), _GITEA),
    (re.compile(r"(?:edit|blob|tree)/"), _GITHUB),
    (re.compile(r"src/"), _BITBUCKET),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositorySettings:
    """The settings of a site that MkDocs makes edit links from, '' for those that are not set."""

    url: str
    name: str = ""
    edit_uri: str = ""
    edit_uri_template: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLinks:
    """The URLs of files, `path` from the root of the project; none without a `base`.

    `line` is what comes before the number of a line. Without it, URLs are those of `edit`, which
    take paths from `docs_dir`.
    """

    base: str = ""
    line: str = ""
    source: str = ""
    edit: str = ""
    docs_dir: str = ""

    def find(self, path: str, line: int = 0) -> str | None:
        """The URL of a line, of the whole file for 0; None if the repository is unknown."""
        if not self.line:
            return self._find_edit_url(path) if self.edit else None
        url = f"{self.base}{quote(path, errors='surrogateescape')}"
        if line and path.lower().endswith(MARKDOWN_SUFFIXES):
            url += self.source
        return f"{url}{self.line}{line}" if line else url

    def _find_edit_url(self, path: str) -> str | None:
        """The URL that MkDocs would give a page, of other files as well where it is a path."""
        below = posixpath.relpath(path, self.docs_dir or ".")
        is_query = "?" in self.edit or "!q" in self.edit
        if is_query and below.startswith("../"):
            return None
        if "!q" not in self.edit:
            below = quote(below, errors="surrogateescape")
        with suppress(ValidationError):
            template = EditURITemplate().run_validation(self.edit)
            base = self.base.rstrip("/") if self.edit.startswith(("?", "#")) else self.base
            url = urljoin(base, template.format(below, posixpath.splitext(below)[0]))
            return url if _is_web(url) else None
        return None


def make_source_links(
    repository: RepositorySettings, place: Workspace, commit: str = ""
) -> SourceLinks:
    """Make the links of a site; permanent ones where the commit is known."""
    if not _is_web(repository.url):
        return SourceLinks()
    base = urlsplit(repository.url)._replace(query="", fragment="").geturl().rstrip("/") + "/"
    uri = repository.edit_uri
    edit = repository.edit_uri_template or (uri and f"{_escape(uri.rstrip('/'))}/{{path}}")
    shown = urljoin(base, edit.partition("{")[0]).removeprefix(base)
    host = _find_host(repository, shown)
    branch, root = _find_root(shown, place, is_default=uri in _DEFAULTS)
    if host is None or root is None:
        return SourceLinks(base=base, edit=edit, docs_dir=place.docs_dir)
    view, ref = (host.commit, commit) if commit else (host.branch, branch or "HEAD")
    where = quote(posixpath.join(ref, root, ""), errors="surrogateescape")
    url = f"{base.removesuffix('/').removesuffix('.git')}/{view}{where}"
    return SourceLinks(base=url, line=host.line, source=host.source)


def _is_web(url: str) -> bool:
    with suppress(ValueError):
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.netloc)
    return False


def _escape(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _find_host(repository: RepositorySettings, shown: str) -> _Host | None:
    """Find the kind of host by its name as MkDocs does, then by the shape of its edit links."""
    name = urlsplit(repository.url).hostname or ""
    if name == "bitbucket.org":  # a server of one's own has other addresses
        return _BITBUCKET
    words = (*name.split("."), *repository.name.lower().split())
    named = (_BY_NAME[word] for word in words if word in _BY_NAME)
    shaped = (host for shape, host in _BY_SHAPE if shape.match(shown))
    return next(chain(named, shaped), None)


def _find_root(shown: str, place: Workspace, *, is_default: bool) -> tuple[str, str | None]:
    """Find the branch, and the root of the project in its repository; None if it is unknown.

    The folder in an edit link is docs_dir. Git knows the root as well, and which part of the link
    is the branch, but the repository of the link may be another one.
    """
    known = below_repository(place.root) if find_repository(place.root) else None
    found = _VIEW.fullmatch(shown)
    if found is None:
        return "", known or ""
    rest = unquote(found["rest"]).strip("/")
    docs = posixpath.join(known, place.docs_dir) if known is not None else ""
    if docs and rest.endswith(f"/{docs}"):
        return rest.removesuffix(f"/{docs}"), known
    branch, _, folder = rest.partition("/")
    if is_default and known is not None:
        return branch, known
    if not place.docs_dir:
        return branch, folder
    if f"/{folder}".endswith(f"/{place.docs_dir}"):
        return branch, folder.removesuffix(place.docs_dir).rstrip("/")
    return branch, known
