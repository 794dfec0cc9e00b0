"""Reads all that a project has: metadata, pages and evidence, from memory where nothing changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from mkdocs_plantrace import rules
from mkdocs_plantrace.globs import fixed_folder, is_template, matcher
from mkdocs_plantrace.model import (
    Document,
    DocumentKind,
    EvidenceFile,
    Scan,
    Signature,
    StatusKind,
    Task,
)
from mkdocs_plantrace.paths import Fault, Resolver
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.project import MAX_PAGE_BYTES, Project
from mkdocs_plantrace.reading.evidence import is_json, read_evidence
from mkdocs_plantrace.reading.ids import TaskIds
from mkdocs_plantrace.reading.metadata import (
    MetadataFile,
    parse_metadata,
    read_metadata,
    refused_metadata,
)
from mkdocs_plantrace.reading.schema import MetadataSchema
from mkdocs_plantrace.reading.source import UnreadableFileError, read_text
from mkdocs_plantrace.reading.tree import Tree, is_searched
from mkdocs_plantrace.settings import Settings
from mkdocs_plantrace.similar import FileIndex
from mkdocs_plantrace.spreading import spread
from mkdocs_plantrace.workspace import MARKDOWN, publications

if TYPE_CHECKING:
    from mkdocs_plantrace.trace import Material, Trace

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What was read, ready to be connected, and the problems that reading found."""

    resolver: Resolver
    material: Material
    problems: tuple[Problem, ...]


class Kept(Generic[R]):
    """What was read of files, by their paths, each with what changes when the file does."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, R]] = {}

    def forget(self) -> None:
        """Read everything again next time."""
        self._kept.clear()

    def read(
        self,
        stamps: Mapping[str, object],
        read_all: Callable[[list[str]], Iterable[R]],
    ) -> dict[str, R]:
        """What was read of each path, from before where the stamp is the same.

        `read_all` reads some of them, in their order; a file whose stamp is None is read in any
        case. Files that are not asked for are forgotten.
        """
        known = {
            path: value
            for path, (stamp, value) in self._kept.items()
            if stamp is not None and stamp == stamps.get(path)
        }
        new = [path for path in stamps if path not in known]
        known.update(zip(new, read_all(new), strict=True))
        self._kept = {path: (stamp, known[path]) for path, stamp in stamps.items()}
        return {path: known[path] for path in stamps}


@dataclass(kw_only=True)
class Memory:
    """What earlier runs read, so that a rebuild reads again only what changed."""

    lasts: bool = True
    """Whether there may be another run."""
    settings: Settings | None = None
    schema: MetadataSchema | None = None
    ids: TaskIds | None = None
    labels: Mapping[str, str] | None = None
    metadata: Kept[MetadataFile] = field(default_factory=Kept)
    scans: Kept[Scan | str] = field(default_factory=Kept)
    resolver: Resolver | None = None
    evidence: Kept[EvidenceFile] = field(default_factory=Kept)
    documents: dict[str, Document] = field(default_factory=dict)
    trace: Trace | None = None

    def stamp(self, root: str, path: str) -> object:
        """What changes when a file or its permissions do; None if there is no telling."""
        if not self.lasts:
            return None
        try:
            status = os.stat(f"{root}/{path}")
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def gather(
    settings: Settings, project: Project, memory: Memory, meanwhile: Callable[[], None]
) -> Gathered:
    """Read everything once; `meanwhile` is what to do while other processes begin with that.

    Raises UnusableFileError as `run` does.
    """
    sources = _sources(settings, project.tree.files)
    files = _read_tasks(settings, project, sources, memory, meanwhile)
    from mkdocs_plantrace.trace import Material  # noqa: PLC0415 (slow to load, see `meanwhile`)

    files.extend(_refused_sources(settings, project.tree))
    tasks = [file.task for file in files if file.task]
    resolver = Resolver(
        tree=project.tree,
        docs_dir=project.place.docs_dir,
        published=publications(project.site),
        sources=frozenset(file.path for file in files),
    )
    if resolver == memory.resolver and memory.resolver.is_up_to_date():
        resolver = memory.resolver  # which knows already where most paths lead
    memory.resolver = resolver
    evidence: dict[str, EvidenceFile] = {}

    def read_promised() -> None:
        evidence.update(_read_evidence(settings, project, resolver, tasks, memory))

    documents, unreadable = _read_documents(
        settings, project, resolver, tasks, memory, read_promised
    )
    material = Material(
        tasks=tasks,
        documents=documents,
        missing_words=frozenset(word for file in files for word in file.words),
        unreadable=unreadable,
        evidence=evidence,
        has_own_slugs=project.has_own_slugs,
        signatures=project.registry.signatures,
    )
    problems = (
        *(problem for file in files for problem in file.problems),
        *project.registry.problems,
    )
    return Gathered(resolver=resolver, material=material, problems=problems)


def read_tasks(settings: Settings, root: Path, tree: Tree) -> tuple[Task, ...]:
    """The tasks alone, without a schema and without anything that they name."""
    files = (read_metadata(root, path, settings) for path in _sources(settings, tree.files))
    return tuple(file.task for file in files if file.task)


def _sources(settings: Settings, paths: Iterable[str]) -> list[str]:
    """The paths that the globs for metadata match, but for templates and hidden folders."""
    matches = [(matcher([glob]), fixed_folder(glob)) for glob in settings.tasks]
    return sorted(
        {
            path
            for fits, folder in matches
            for path in filter(fits, paths)
            if not is_template(path, folder) and is_searched(path, folder)
        }
    )


def _refused_sources(settings: Settings, tree: Tree) -> Iterator[MetadataFile]:
    """What the globs match and nobody may read: links out of the root, pipes, folders."""
    for path in _sources(settings, tree.escaping):
        message = "this metadata file is a symbolic link out of the project root"
        yield refused_metadata(path, rules.OUTSIDE_ROOT, message)
    for path in _sources(settings, tree.others | tree.folders):
        message = "this metadata file is no regular file"
        yield refused_metadata(path, rules.INVALID_YAML, message)


def _read_tasks(
    settings: Settings,
    project: Project,
    sources: list[str],
    memory: Memory,
    meanwhile: Callable[[], None],
) -> list[MetadataFile]:
    if (memory.settings, memory.schema) != (settings, project.schema):
        memory.metadata.forget()
        memory.settings, memory.schema = settings, project.schema
    root = os.fspath(project.place.root)
    reader = partial(
        read_metadata,
        root,
        settings=settings,
        schema=project.schema,
        for_display=project.for_display,
    )
    stamps = {path: memory.stamp(root, path) for path in sources}
    files = memory.metadata.read(stamps, lambda new: spread(reader, new, meanwhile))
    unsaved = {
        path: parse_metadata(path, text, settings, project.schema)
        for path, text in project.unsaved.items()
    }
    return [unsaved.get(path, file) for path, file in files.items()]


def _read_documents(
    settings: Settings,
    project: Project,
    resolver: Resolver,
    tasks: list[Task],
    memory: Memory,
    meanwhile: Callable[[], None],
) -> tuple[list[Document], dict[str, str]]:
    """The pages of the site, the Markdown files outside it that tasks give a role, templates.

    Second, why pages that cannot be read cannot be read, by path. `meanwhile` is done while
    other processes begin.
    """
    known_ids = frozenset(task.id for task in tasks)
    ids = memory.ids if memory.ids and memory.ids.known == known_ids else TaskIds(known_ids)
    if memory.ids is not ids or memory.labels != settings.log_labels:
        memory.scans.forget()
        memory.ids, memory.labels = ids, settings.log_labels
    roles = _roles(resolver, tasks, project.registry.signatures.values())
    by_glob = _kinds(settings)
    pages = [
        path
        for path, page in project.site.items()
        if page.uri.lower().endswith(MARKDOWN) and not project.tree.escapes(path)
    ]
    outside = [
        path for path in roles if path not in project.site and path.lower().endswith(MARKDOWN)
    ]
    outside.extend(_templates_outside(project, roles))
    kinds = {path: roles.get(path) or by_glob(_uri(project, path)) for path in (*pages, *outside)}
    root = os.fspath(project.place.root)
    in_memory = {path for path in pages if project.site[path].content}
    stamps = {
        path: None if path in in_memory or stamp is None else (stamp, kind)
        for path, kind in kinds.items()
        for stamp in [memory.stamp(root, path)]
    }
    scanner = partial(_scan_page, project, ids, kinds, settings.log_labels)
    documents: dict[str, Document] = {}
    unreadable = {}
    scans = memory.scans.read(stamps, lambda new: spread(scanner, new, meanwhile))
    for path, found in scans.items():
        if isinstance(found, str):
            unreadable[path] = found
        else:
            known = memory.documents.get(path)
            page = project.site.get(path)
            uri, kind = page.uri if page else None, kinds[path]
            is_same = known and known.scan is found and known.kind is kind and known.uri == uri
            documents[path] = known if known and is_same else _document(path, uri, kind, found)
    memory.documents = documents
    return [*documents.values()], unreadable


def _templates_outside(project: Project, roles: Iterable[str]) -> list[str]:
    """Templates of plans and logs that MkDocs does not know."""
    return [
        path
        for name in sorted({path.rpartition("/")[2] for path in roles})
        for path in project.tree.by_name.get(name, ())
        if path not in project.site and is_template(path) and path.lower().endswith(MARKDOWN)
    ]


def _read_evidence(
    settings: Settings,
    project: Project,
    resolver: Resolver,
    tasks: list[Task],
    memory: Memory,
) -> dict[str, EvidenceFile]:
    """What the evidence of completed tasks says, but for the file that the check writes."""
    promised: dict[str, set[str]] = {}
    for task in tasks:
        if task.status.kind is not StatusKind.COMPLETED or task.archived:
            continue
        for promise in task.evidence:
            keys = promised.setdefault(promise.path.value, set())
            keys.update(key.value for key in promise.must_include)
    index = FileIndex(project.tree, project.place.docs_dir)
    wanted: dict[str, set[str]] = {}
    for written, keys in promised.items():
        path, fault = resolver.metadata_path(written)
        if path and fault is None and (keys or is_json(path)):
            wanted.setdefault(path, set()).update(keys)
        elif path and fault is Fault.MISSING:
            for match in filter(is_json, index.matches(path)):
                wanted.setdefault(match, set()).update(keys)
    wanted.pop(settings.evidence or "", None)
    root = os.fspath(project.place.root)
    stamps = {
        path: None if stamp is None else (stamp, frozenset(keys))  # what it lacks rests on these
        for path, keys in wanted.items()
        for stamp in [memory.stamp(root, path)]
    }
    return memory.evidence.read(
        stamps,
        lambda new: [read_evidence(os.path.join(root, path), wanted[path]) for path in new],
    )


def _document(path: str, uri: str | None, kind: DocumentKind, found: Scan) -> Document:
    return Document(
        path=path,
        uri=uri,
        kind=kind,
        title=found.title or path.rpartition("/")[2],
        scan=found,
    )


def _scan_page(
    project: Project,
    ids: TaskIds,
    kinds: Mapping[str, DocumentKind],
    labels: Mapping[str, str],
    path: str,
) -> Scan | str:
    """The scan of a page, or why it cannot be read."""
    from mkdocs_plantrace.reading.markdown import scan  # noqa: PLC0415 (slow to load)

    page = project.site.get(path)
    try:
        if page and page.content:
            text = page.content()
        else:
            file = os.path.join(project.place.root, path)
            text = read_text(file, limit=MAX_PAGE_BYTES)
    except UnreadableFileError as error:
        return error.reason
    return scan(path, text, ids=ids, kind=kinds[path], labels=labels)


def _uri(project: Project, path: str) -> str:
    page = project.site.get(path)
    return page.uri if page else path


def _roles(
    resolver: Resolver, tasks: list[Task], signatures: Iterable[Signature]
) -> dict[str, DocumentKind]:
    """The roles that tasks and the registry give to documents; of several the first counts."""
    roles: dict[str, DocumentKind] = {}
    named = (
        (DocumentKind.PLAN, [task.plan for task in tasks if task.plan]),
        (DocumentKind.LOG, [task.log for task in tasks if task.log]),
        (DocumentKind.TROUBLESHOOTING, [text for task in tasks for text in task.troubleshooting]),
        (DocumentKind.DECISION, [text for task in tasks for text in task.decisions]),
    )
    for kind, texts in named:
        for text in texts:
            resolved = resolver.metadata_path(text.value)
            if resolved.fault is None and resolved.path:
                roles.setdefault(resolved.path, kind)
    for signature in signatures:
        if signature.playbook:
            playbook = resolver.playbook(signature.playbook.value)
            if playbook and playbook.fault is None and playbook.path:
                roles.setdefault(playbook.path, DocumentKind.TROUBLESHOOTING)
    return roles


def _kinds(settings: Settings) -> Callable[[str], DocumentKind]:
    matchers = (
        (DocumentKind.PLAN, matcher(settings.plans)),
        (DocumentKind.LOG, matcher(settings.logs)),
        (DocumentKind.TROUBLESHOOTING, matcher(settings.troubleshooting)),
        (DocumentKind.DECISION, matcher(settings.decisions)),
    )
    return lambda uri: next((kind for kind, matches in matchers if matches(uri)), DocumentKind.PAGE)
