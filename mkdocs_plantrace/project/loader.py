"""Loads the record of a project: metadata, documents and evidence."""

import itertools
import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.document import Document
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.task import EvidenceFile, Task
from mkdocs_plantrace.parsing.evidence_file import is_json, read_evidence
from mkdocs_plantrace.parsing.metadata.json_schema import MetadataSchema
from mkdocs_plantrace.parsing.metadata.layout_file import parse_layout_file, read_layout_file
from mkdocs_plantrace.parsing.metadata.layout_source import LayoutSource
from mkdocs_plantrace.parsing.metadata.metadata_rules import INVALID_YAML, OUTSIDE_ROOT
from mkdocs_plantrace.parsing.metadata.task_file import (
    MetadataFile,
    create_unreadable,
    parse_metadata,
    read_metadata,
)
from mkdocs_plantrace.project.cache import Cache, ValueKind, find_states
from mkdocs_plantrace.project.document_loader import read_documents
from mkdocs_plantrace.project.file_index import FileIndex
from mkdocs_plantrace.project.file_tree import Tree, find_folders_within, is_searched
from mkdocs_plantrace.project.layout_files import (
    find_record_folders,
    find_task_folders,
    match_sources,
)
from mkdocs_plantrace.project.path_resolver import Fault, Resolver
from mkdocs_plantrace.project.project import Project, Record
from mkdocs_plantrace.project.task_spellings import unify_ids
from mkdocs_plantrace.project.workspace import find_moved, map_publications
from mkdocs_plantrace.utils.globs import compile_globs, find_base_folder, has_wildcard, is_template
from mkdocs_plantrace.utils.order import id_order
from mkdocs_plantrace.utils.paths import is_utf8

_METADATA = ValueKind("metadata", MetadataFile, lambda file: file.task is not None)
_EVIDENCE = ValueKind("evidence", EvidenceFile, lambda file: file.fault is None)


def load_record(settings: Settings, project: Project, cache: Cache) -> tuple[Record, list[Problem]]:
    """Read everything once; return the record and the problems found in metadata and registry.

    Raises UnusableFileError for a schema that refers to something outside of itself.
    """
    selection = project.selection
    sources = selection.known if selection else find_sources(settings, project.tree.files)
    read = sorted(selection.sources) if selection else sources
    files = read_sources(settings, project, cache, read, is_whole=selection is None)
    resolver = selection.resolver if selection else None
    if resolver is None:
        files.extend(_refuse_sources(settings, project.tree))
        resolver = _make_resolver(settings, project, sources, files)
    tasks = unify_ids(settings, [file.task for file in files if file.task])
    documents, unreadable = read_documents(settings, project, resolver, tasks, cache)
    record = Record(
        settings=settings,
        configuration=project.place.configuration,
        resolver=resolver,
        tasks=tuple(sorted(tasks, key=lambda task: (id_order(task.id), task.path))),
        documents={page.path: page for page in documents if not resolver.is_template(page.path)},
        missing_words=frozenset(word for file in files for word in file.words),
        unreadable=unreadable,
        template_lines=_template_lines(p for p in documents if resolver.is_template(p.path)),
        evidence=_read_evidence(settings, project, resolver, tasks, cache)
        if selection is None or selection.evidence
        else {},
        signatures=project.registry.signatures,
    )
    problems = [problem for file in files for problem in file.problems]
    return record, [*problems, *project.registry.problems]


def _make_resolver(
    settings: Settings, project: Project, sources: Iterable[str], files: list[MetadataFile]
) -> Resolver:
    docs_dir = project.place.docs_dir
    silent = {file.path for file in files if file.task is None and not file.problems}
    return Resolver(
        tree=project.tree,
        docs_dir=docs_dir,
        has_site=project.place.has_site,
        published=map_publications(project.site),
        sources=frozenset((*sources, *(file.path for file in files))) - silent,
        rendering=project.rendering,
        moved=find_moved(project.site, docs_dir),
        record_folders=find_record_folders(settings, docs_dir),
    )


def read_tasks(settings: Settings, tree: Tree) -> tuple[Task, ...]:
    """The tasks alone, without a schema and without documents."""
    reader = _make_reader(settings, tree, match_sources(settings, tree.files))
    files = map(reader, find_sources(settings, tree.files))
    return tuple(unify_ids(settings, [file.task for file in files if file.task]))


def _make_reader(
    settings: Settings,
    tree: Tree,
    sources: Mapping[str, LayoutSource],
    schema: MetadataSchema | None = None,
) -> Callable[[str], MetadataFile]:
    """A function that reads the file of a task; `sources` are those of the other layouts."""

    def read(path: str) -> MetadataFile:
        if source := sources.get(path):
            return read_layout_file(source, settings, tree)
        return read_metadata(tree.root, path, settings, schema)

    return read


def find_sources(settings: Settings, paths: Iterable[str]) -> list[str]:
    """The paths of metadata files, if UTF-8, sorted; no templates, nothing in hidden folders."""
    others = match_sources(settings, paths)
    default = filter(is_utf8, find_default_sources(settings, paths))
    return sorted({*others, *default}) if others else list(default)


def find_default_sources(settings: Settings, paths: Iterable[str]) -> list[str]:
    """The metadata files of the default layout, sorted."""
    found: set[str] = set()
    for glob in settings.tasks if settings.has_default_layout else ():
        fits, folder, name = compile_globs([glob]), find_base_folder(glob), posixpath.basename(glob)
        # Most files have another name, and comparing it is faster than matching.
        named = paths if has_wildcard(name) else (path for path in paths if path.endswith(name))
        found.update(
            path
            for path in filter(fits, named)
            if not is_template(path, folder) and is_searched(path, folder)
        )
    return sorted(found)


def read_sources(
    settings: Settings,
    project: Project,
    cache: Cache,
    paths: Iterable[str],
    *,
    is_whole: bool = False,
) -> list[MetadataFile]:
    """Read metadata files, in this order, and the unsaved ones; `is_whole` if these are all."""
    tree, schema = project.tree, project.schema
    sources = match_sources(settings, tree.files)
    beside = find_states(
        tree.root, {it for source in sources.values() for it in source.read_beside}
    )
    wanted: dict[str, object] = dict.fromkeys(paths)
    for path in sources.keys() & wanted.keys():
        states = tuple((tree.has_file(it), beside[it]) for it in sources[path].read_beside)
        has_documents = bool(sources[path].layout.documents)
        below = tree.below(posixpath.dirname(path)) if has_documents else ()
        wanted[path] = states, tuple(below)
    patterns = (pattern for layout in settings.used_layouts for pattern in layout.phases)
    phases = [tuple(tree.below(pattern.base_folder)) for pattern in patterns]
    read = _make_reader(settings, tree, sources, schema)
    context = settings, schema, phases
    files = cache.read(_METADATA, tree.root, wanted, context, read, is_whole=is_whole)
    for path in project.unsaved.keys() & wanted.keys():
        text = project.unsaved[path]
        if source := sources.get(path):
            files[path] = parse_layout_file(source, text, settings, tree)
        else:
            files[path] = parse_metadata(path, text, settings, schema)
    return list(files.values())


def _refuse_sources(settings: Settings, tree: Tree) -> Iterator[MetadataFile]:
    """Metadata paths that must not be read: links out of the root, pipes, folders, no UTF-8.

    Also the folders that may hold metadata, but may not be read.
    """
    for path in find_default_sources(settings, list(itertools.filterfalse(is_utf8, tree.files))):
        yield create_unreadable(path, INVALID_YAML, "the path of this metadata file is not UTF-8")
    for folder in find_folders_within(tree.locked, find_task_folders(settings)):
        yield create_unreadable(folder, INVALID_YAML, "this folder of metadata cannot be read")
    for path in find_sources(settings, tree.escaping):
        message = "this metadata file is a symbolic link out of the project root"
        yield create_unreadable(path, OUTSIDE_ROOT, message)
    for path in find_sources(settings, tree.others | tree.folders):
        message = "this metadata file is not a regular file"
        yield create_unreadable(path, INVALID_YAML, message)


def _template_lines(templates: Iterable[Document]) -> dict[str, frozenset[str]]:
    """The lines with a placeholder in the templates of each file name."""
    lines: dict[str, set[str]] = {}
    for page in templates:
        filling = page.scan.filling
        known = lines.setdefault(posixpath.basename(page.path), set())
        known.update(line.value for line in filling.unfilled)
        known.update(suspect.text.value for suspect in filling.suspects)
    return {name: frozenset(known) for name, known in lines.items()}


def _read_evidence(
    settings: Settings, project: Project, resolver: Resolver, tasks: list[Task], cache: Cache
) -> dict[str, EvidenceFile]:
    """The evidence of completed tasks by path, without the file that the check itself writes."""
    promised: dict[str, set[str]] = {}
    for promise in (it for task in tasks if task.is_completed for it in task.evidence):
        keys = promised.setdefault(promise.path.value, set())
        keys.update(key.value for key in promise.must_include)
    index = FileIndex(project.tree, resolver.is_template)
    wanted: dict[str, set[str]] = {}
    for text, keys in promised.items():
        path, fault = resolver.metadata_path(text)
        if path and fault is None and (keys or is_json(path)):
            wanted.setdefault(path, set()).update(keys)
        elif path and fault is Fault.MISSING:
            for match in filter(is_json, index.matches(path)):
                wanted.setdefault(match, set()).update(keys)
    wanted.pop(settings.evidence or "", None)
    root = project.place.root

    def read(path: str) -> EvidenceFile:
        return read_evidence(os.path.join(root, path), wanted[path])

    details = {path: tuple(sorted(keys)) for path, keys in wanted.items()}
    return cache.read(_EVIDENCE, root, details, None, read, is_whole=project.is_whole)
