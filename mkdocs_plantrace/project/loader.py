"""Reads metadata, pages and evidence of a project, each file again only if it changed."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.document import Document, DocumentKind, Scan
from mkdocs_plantrace.model.log_entry import Signature
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.task import EvidenceFile, StatusKind, Task
from mkdocs_plantrace.parsing.evidence_file import is_json, read_evidence
from mkdocs_plantrace.parsing.markdown.scanner import scan
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds
from mkdocs_plantrace.parsing.metadata.metadata_rules import INVALID_YAML, OUTSIDE_ROOT
from mkdocs_plantrace.parsing.metadata.task_file import (
    MetadataFile,
    parse_metadata,
    read_metadata,
    refused_metadata,
)
from mkdocs_plantrace.project.file_index import FileIndex
from mkdocs_plantrace.project.file_tree import Tree
from mkdocs_plantrace.project.file_tree import is_searched as is_in_search_path
from mkdocs_plantrace.project.path_resolver import Fault, Resolver
from mkdocs_plantrace.project.project import MAX_PAGE_BYTES, Project
from mkdocs_plantrace.project.record import Record, template_lines
from mkdocs_plantrace.project.workspace import MARKDOWN, publications
from mkdocs_plantrace.utils.globs import fixed_folder, is_template, matcher
from mkdocs_plantrace.utils.order import id_order
from mkdocs_plantrace.utils.text_file import UnreadableFileError, read_text

R = TypeVar("R")
_RECORDS = (DocumentKind.PLAN, DocumentKind.LOG)


class Cache:
    """What earlier runs read, so that a later one reads again only what changed.

    This is the one place where anything that was read becomes invalid.
    """

    def __init__(self) -> None:
        self._contexts: dict[str, object] = {}
        self._read: dict[str, dict[str, tuple[object, Any]]] = {}

    def read(
        self,
        name: str,
        root: Path,
        wanted: Mapping[str, object],
        context: object,
        read: Callable[[str], R],
    ) -> dict[str, R]:
        """What `read` returns for each path below the root, in their order.

        The value that a run before cached under `name` is used where the file, what `wanted`
        maps its path to, and `context`, which holds for all paths, are the same. What is not
        wanted any more is dropped.
        """
        known = self._read.get(name, {}) if self._contexts.get(name) == context else {}
        values: dict[str, tuple[object, R]] = {}
        for path, detail in wanted.items():
            state = detail, _state_of(f"{root}/{path}")
            before = known.get(path)
            is_same = before is not None and before[0] == state
            values[path] = before if before is not None and is_same else (state, read(path))
        self._contexts[name], self._read[name] = context, values
        return {path: value for path, (_, value) in values.items()}


def _state_of(path: str) -> object:
    """What changes when a file or its permissions do; of one that is not there, nothing equal."""
    try:
        status = os.stat(path)
    except OSError:
        return object()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def gather(settings: Settings, project: Project, cache: Cache) -> tuple[Record, list[Problem]]:
    """Read everything once: the record, and the problems that reading found.

    Templates are no documents of the record. Raises UnusableFileError as `run` does.
    """
    files = _read_metadata(settings, project, cache)
    files.extend(_refused_sources(settings, project.tree))
    tasks = [file.task for file in files if file.task]
    resolver = Resolver(
        tree=project.tree,
        docs_dir=project.place.docs_dir,
        published=publications(project.site),
        sources=frozenset(file.path for file in files),
    )
    documents, unreadable = _read_documents(settings, project, resolver, tasks, cache)
    docs_dir = project.place.docs_dir
    record = Record(
        settings=settings,
        configuration=project.place.configuration,
        resolver=resolver,
        tasks=tuple(sorted(tasks, key=lambda task: (id_order(task.id), task.path))),
        documents={page.path: page for page in documents if not is_template(page.path, docs_dir)},
        missing_words=frozenset(word for file in files for word in file.words),
        unreadable=unreadable,
        template_lines=template_lines(p for p in documents if is_template(p.path, docs_dir)),
        evidence=_read_evidence(settings, project, resolver, tasks, cache),
        has_own_slugs=project.has_own_slugs,
        signatures=project.registry.signatures,
    )
    problems = [problem for file in files for problem in file.problems]
    return record, [*problems, *project.registry.problems]


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
            if not is_template(path, folder) and is_in_search_path(path, folder)
        }
    )


def _refused_sources(settings: Settings, tree: Tree) -> Iterator[MetadataFile]:
    """What the globs match and nobody may read: links out of the root, pipes, folders."""
    for path in _sources(settings, tree.escaping):
        message = "this metadata file is a symbolic link out of the project root"
        yield refused_metadata(path, OUTSIDE_ROOT, message)
    for path in _sources(settings, tree.others | tree.folders):
        message = "this metadata file is no regular file"
        yield refused_metadata(path, INVALID_YAML, message)


def _read_metadata(settings: Settings, project: Project, cache: Cache) -> list[MetadataFile]:
    root, schema = project.place.root, project.schema

    def read(path: str) -> MetadataFile:
        return read_metadata(root, path, settings, schema)

    wanted = dict.fromkeys(_sources(settings, project.tree.files))
    files = cache.read("metadata", root, wanted, (settings, schema), read)
    for path, text in project.unsaved.items():
        files[path] = parse_metadata(path, text, settings, schema)
    return [*files.values()]


def _read_documents(
    settings: Settings, project: Project, resolver: Resolver, tasks: list[Task], cache: Cache
) -> tuple[list[Document], dict[str, str]]:
    """The pages of the site, the Markdown files outside it that tasks give a role, templates.

    Second, why pages that cannot be read cannot be read, by path.
    """
    ids = TaskIds(task.id for task in tasks)
    kinds = _kinds(settings, project, resolver, tasks)
    in_memory = {path for path in kinds if path in project.site and project.site[path].content}

    searched = _searched(settings, project, kinds) if project.for_search else frozenset()

    def read(path: str) -> Scan | str:
        is_searched = path in searched
        labels = settings.log_fields
        return _scan_page(project, ids, kinds[path], labels, path, with_sections=is_searched)

    wanted = {
        path: (kind, path in searched) for path, kind in kinds.items() if path not in in_memory
    }
    context = ids, settings.log_fields
    scans = cache.read("pages", project.place.root, wanted, context, read)
    scans.update((path, read(path)) for path in in_memory)
    documents = [
        Document(
            path=path,
            uri=project.site[path].uri if path in project.site else None,
            kind=kinds[path],
            title=scan.title or path.rpartition("/")[2],
            scan=scan,
        )
        for path, scan in sorted(scans.items())
        if isinstance(scan, Scan)
    ]
    return documents, {path: why for path, why in scans.items() if isinstance(why, str)}


def _kinds(
    settings: Settings, project: Project, resolver: Resolver, tasks: list[Task]
) -> dict[str, DocumentKind]:
    """The documents to read, each with its kind: what a task says, otherwise what a glob says."""
    roles = _roles(resolver, tasks, project.registry.signatures.values())
    paths = [
        path
        for path, page in project.site.items()
        if page.uri.lower().endswith(MARKDOWN) and not project.tree.escapes(path)
    ]
    paths += [
        path for path in roles if path not in project.site and path.lower().endswith(MARKDOWN)
    ]
    paths += [  # templates of plans and logs that MkDocs does not know
        path
        for name in sorted({path.rpartition("/")[2] for path in roles})
        for path in project.tree.by_name.get(name, ())
        if path not in project.site and is_template(path) and path.lower().endswith(MARKDOWN)
    ]
    globs = [
        (DocumentKind.PLAN, matcher(settings.plans)),
        (DocumentKind.LOG, matcher(settings.logs)),
        (DocumentKind.TROUBLESHOOTING, matcher(settings.troubleshooting)),
        (DocumentKind.DECISION, matcher(settings.decisions)),
        (DocumentKind.PAGE, bool),
    ]
    uris = {path: project.site[path].uri if path in project.site else path for path in paths}
    return {
        path: roles.get(path) or next(kind for kind, fits in globs if fits(uri))
        for path, uri in uris.items()
    }


def _read_evidence(
    settings: Settings, project: Project, resolver: Resolver, tasks: list[Task], cache: Cache
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
    root = project.place.root

    def read(path: str) -> EvidenceFile:
        return read_evidence(os.path.join(root, path), wanted[path])

    return cache.read("evidence", root, wanted, None, read)


def _scan_page(
    project: Project,
    ids: TaskIds,
    kind: DocumentKind,
    labels: Mapping[str, str],
    path: str,
    *,
    with_sections: bool,
) -> Scan | str:
    page = project.site.get(path)
    try:
        if page and page.content:
            text = page.content()
        else:
            text = read_text(os.path.join(project.place.root, path), limit=MAX_PAGE_BYTES)
    except UnreadableFileError as error:
        return error.reason
    return scan(path, text, ids, kind, labels, with_sections=with_sections)


def _searched(
    settings: Settings, project: Project, kinds: Mapping[str, DocumentKind]
) -> frozenset[str]:
    """The documents with a role, what lies in a folder of docs_dir with plans, chosen pages."""
    is_chosen = matcher(settings.search)
    uris = {path: _uri(project, path) for path in kinds}
    areas = {uris[path].partition("/")[0] for path in kinds if kinds[path] in _RECORDS}
    return frozenset(
        path
        for path, uri in uris.items()
        if kinds[path] is not DocumentKind.PAGE
        or ("/" in uri and uri.partition("/")[0] in areas)
        or is_chosen(uri)
    )


def _uri(project: Project, path: str) -> str:
    return project.site[path].uri if path in project.site else path


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
    led = [(kind, resolver.metadata_path(text.value)) for kind, texts in named for text in texts]
    playbooks = (resolver.playbook(it.playbook.value) for it in signatures if it.playbook)
    led += [(DocumentKind.TROUBLESHOOTING, playbook) for playbook in playbooks if playbook]
    for kind, resolved in led:
        if resolved.fault is None and resolved.path:
            roles.setdefault(resolved.path, kind)
    return roles
