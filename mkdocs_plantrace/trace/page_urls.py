"""The addresses of generated pages, and of the other pages of a trace."""

import hashlib
import posixpath
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import count

from mkdocs_plantrace.model.link import Node, NodeKind
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.trace.error_groups import RecordedError
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import id_order
from mkdocs_plantrace.utils.paths import DEVICE_NAMES, is_device_name

_MOST_ERROR_PAGES = 1_000
"""The most frequent errors have a page; tens of thousands would take most of a build."""
_LONGEST_SLUG = 100
_RESERVED = frozenset({"index", "index.html", "readme"}) | DEVICE_NAMES
"""Names of the page of the folder itself in MkDocs, and names that Windows cannot write."""
_LONGEST_ANCHOR = 48
_OWN_ANCHORS = re.compile(r"errors|pt-.*|mkdocs.*|navbar.*|toc-.*|search.*|theme.*")
"""Ids that the error index or a theme uses for parts of the page."""


class Addresses:
    """Addresses relative to docs_dir, as MkDocs' `src_uri`."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._prefix = prefix = trace.settings.prefix
        self.overview = f"{prefix}/index.md"
        self.phases = f"{prefix}/phases/index.md"
        self.tasks = f"{prefix}/tasks/index.md"
        self.board = f"{prefix}/board.md"
        self.matrix = f"{prefix}/matrix.md"
        self.owners = f"{prefix}/owners/index.md"
        self.errors = f"{prefix}/errors.md"
        self.search_data = f"{prefix}/errors-index.js"
        self.changes = f"{prefix}/changes.md"
        self.feed = f"{prefix}/changes.xml"
        self.problems = f"{prefix}/problems.md"

    @cached_property
    def generated(self) -> frozenset[str]:
        """The root-relative paths of the generated pages, as if they were in docs_dir."""
        pages = (self.overview, self.tasks, self.board, self.errors, self.changes, self.problems)
        uris = {*pages, self.matrix, *self._task_uris.values(), *self._error_uris.values()}
        if self._trace.task_index.has_owners:
            uris.update((self.owners, *self._owner_uris.values()))
        if self._trace.task_index.has_phases or not self._trace.tasks:
            uris.update((self.phases, *self._phase_uris.values()))
        return frozenset(posixpath.join(self._trace.resolver.docs_dir, uri) for uri in uris)

    def find_generated(self, link: str, page: str) -> str | None:
        """Find the generated page to which a link in the page leads, relative to docs_dir."""
        for target in self._trace.resolver.list_targets(link, page):
            for path in (target, f"{target}.md", posixpath.join(target, "index.md")):
                if path in self.generated:
                    return self._trace.resolver.to_uri(path)
        return None

    def task(self, task: Task) -> str:
        """The page of a task; tasks with the same id have different pages."""
        return self._task_uris[task.path]

    def phase(self, phase: str) -> str:
        return self._phase_uris[phase]

    def owner(self, name: str) -> str:
        return self._owner_uris[name]

    def document(self, path: str) -> str | None:
        document = self._trace.documents.get(path)
        return document.uri if document and self._trace.resolver.is_public(path) else None

    def node(self, node: Node) -> str | None:
        if node.kind is NodeKind.DOCUMENT:
            return self.document(node.key)
        task = self._trace.task_index.by_id.get(node.key)
        return self.task(task) if task else None

    def error(self, error: RecordedError) -> str:
        """The anchor of an error on the error index; it depends on the key."""
        return self._error_anchors[error.key]

    def error_page(self, error: RecordedError) -> str | None:
        """The page of an error; None if it is only a line of the error index."""
        return self._error_uris.get(error.key)

    @cached_property
    def _error_uris(self) -> dict[str, str]:
        errors = self._trace.errors.all[:_MOST_ERROR_PAGES]
        return self._make_uris("errors", {it.key: self._error_anchors[it.key] for it in errors})

    @cached_property
    def _error_anchors(self) -> dict[str, str]:
        anchors: dict[str, str] = {}
        taken: set[str] = set()
        for error in sorted(self._trace.errors.all, key=lambda error: error.key):
            anchor = _anchor(error.key, is_name=error.signature is not None)
            if anchor in taken or _OWN_ANCHORS.fullmatch(anchor):
                anchor = _anchor(error.key, is_name=False)
            taken.add(anchor)
            anchors[error.key] = anchor
        return anchors

    @cached_property
    def _task_uris(self) -> dict[str, str]:
        return self._make_uris("tasks", {task.path: task.id for task in self._trace.tasks})

    @cached_property
    def _phase_uris(self) -> dict[str, str]:
        phases = self._trace.task_index.phases
        return self._make_uris("phases", {phase.name: phase.name or "none" for phase in phases})

    @cached_property
    def _owner_uris(self) -> dict[str, str]:
        names = sorted(filter(None, self._trace.task_index.owners), key=id_order)
        return self._make_uris("owners", {name: name for name in names})

    def _make_uris(self, folder: str, names: Mapping[str, str]) -> dict[str, str]:
        """The addresses of pages by the keys of their names."""
        slugs = zip(names, unique_slugs(names.values()), strict=True)
        return {key: f"{self._prefix}/{folder}/{slug}.md" for key, slug in slugs}


def unique_slugs(names: Iterable[str]) -> list[str]:
    """A file name for each name, in order; all are different, even without case.

    Letters and digits of any script, `-`, `_` and `.` are unchanged; anything else becomes `-`.
    """
    taken = set(_RESERVED)
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(2))
    slugs = []
    for name in names:
        slug = base = _slug(name)
        while slug.casefold() in taken:
            slug = f"{base}-{next(numbers[base.casefold()])}"
        taken.add(slug.casefold())
        slugs.append(slug)
    return slugs


def _anchor(key: str, *, is_name: bool) -> str:
    """A signature in lower case; of anything else the first words with a digest."""
    words = re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKD", key).lower()).strip("-")
    if is_name and words and len(words) <= _LONGEST_ANCHOR:
        return words
    digest = _digest(key.encode(errors="surrogatepass"))
    start = words[:_LONGEST_ANCHOR].rpartition("-")[0] if len(words) > _LONGEST_ANCHOR else words
    return f"{start or 'error'}-{digest}"


def _slug(name: str) -> str:
    normal = unicodedata.normalize("NFC", name)
    slug = re.sub(r"[^\w.-]+", "-", normal).strip("-.") or "task"
    if is_device_name(slug):
        slug = slug.replace(".", "-")
    if len(slug.encode()) > _LONGEST_SLUG:
        start = slug.encode()[:_LONGEST_SLUG].decode(errors="ignore")
        slug = f"{start}-{_digest(normal.encode())}"
    return slug


def _digest(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8]
