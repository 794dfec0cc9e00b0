"""The addresses of pages: which generated ones there are, and where each stands."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import count

from mkdocs_plantrace.model import Node, NodeKind, Task
from mkdocs_plantrace.trace import Phase, Trace

_LONGEST_SLUG = 100
_RESERVED = frozenset({"index", "readme"})
"""Names that MkDocs gives to the page of the folder itself."""


class Addresses:
    """Source addresses (`uri`, relative to docs_dir) of generated and traced pages."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._prefix = prefix = trace.settings.prefix
        self.overview = f"{prefix}/index.md"
        self.phases = f"{prefix}/phases/index.md"
        self.tasks = f"{prefix}/tasks/index.md"
        self.problems = f"{prefix}/problems.md"

    @cached_property
    def generated(self) -> frozenset[str]:
        """The root-relative paths that the generated pages would have below docs_dir."""
        uris = {self.overview, self.phases, self.tasks, self.problems}
        uris.update(self._task_uris.values(), self._phase_uris.values())
        return frozenset(posixpath.join(self._trace.resolver.docs_dir, uri) for uri in uris)

    def task(self, task: Task) -> str:
        """The page of a task; two tasks never share one, even if they share an id."""
        return self._task_uris[task.path]

    def phase(self, phase: str) -> str:
        """The index page of a phase."""
        return self._phase_uris[phase]

    def document(self, path: str) -> str | None:
        """The address of a document, None if it is not published."""
        document = self._trace.documents.get(path)
        publication = self._trace.resolver.published.get(path)
        return document.uri if document and publication and publication.is_public else None

    def node(self, node: Node) -> str | None:
        """The address of an end of a link, None if it has no page."""
        if node.kind is NodeKind.DOCUMENT:
            return self.document(node.key)
        task = self._trace.by_id.get(node.key)
        return self.task(task) if task else None

    @cached_property
    def _task_uris(self) -> dict[str, str]:
        slugs = unique_slugs(task.id for task in self._trace.tasks)
        return {
            task.path: f"{self._prefix}/tasks/{slug}.md"
            for task, slug in zip(self._trace.tasks, slugs, strict=True)
        }

    @cached_property
    def _phase_uris(self) -> dict[str, str]:
        phases: tuple[Phase, ...] = self._trace.phases
        slugs = unique_slugs(phase.name or "none" for phase in phases)
        return {
            phase.name: f"{self._prefix}/phases/{slug}.md"
            for phase, slug in zip(phases, slugs, strict=True)
        }


def unique_slugs(names: Iterable[str]) -> list[str]:
    """A file name for each name, in order; no two are equal, not even without case.

    Letters and digits of any script, `-`, `_` and `.` stay; anything else becomes `-`.
    """
    taken = set(_RESERVED)
    numbers: dict[str, Iterator[int]] = {}
    slugs = []
    for name in names:
        slug = base = _slug(name)
        while slug.casefold() in taken:
            number = next(numbers.setdefault(base.casefold(), count(2)))
            slug = f"{base}-{number}"
        taken.add(slug.casefold())
        slugs.append(slug)
    return slugs


def _slug(name: str) -> str:
    normal = unicodedata.normalize("NFC", name)
    slug = re.sub(r"[^\w.-]+", "-", normal).strip("-.") or "task"
    if len(slug.encode()) > _LONGEST_SLUG:
        import hashlib  # noqa: PLC0415 (slow to load, and few names are so long)

        digest = hashlib.sha256(normal.encode()).hexdigest()[:8]
        slug = f"{slug.encode()[:_LONGEST_SLUG].decode(errors='ignore')}-{digest}"
    return slug
