"""The one way from options and files to a trace and its problems, for plugin and commands."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from mkdocs_plantrace import checks, rules
from mkdocs_plantrace.checks.known import find_stale, mark_known
from mkdocs_plantrace.globs import fixed_folder, is_template, matcher
from mkdocs_plantrace.model import Document, DocumentKind, EvidenceFile, Scan, StatusKind, Task
from mkdocs_plantrace.paths import Resolver
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.reading.baseline import Baseline, read_baseline
from mkdocs_plantrace.reading.evidence import read_evidence
from mkdocs_plantrace.reading.ids import TaskIds
from mkdocs_plantrace.reading.markdown import scan
from mkdocs_plantrace.reading.metadata import MetadataFile, read_metadata, refused_metadata
from mkdocs_plantrace.reading.places import split_lines
from mkdocs_plantrace.reading.schema import MetadataSchema, read_schema
from mkdocs_plantrace.reading.source import UnreadableFileError, UnusableFileError, read_text
from mkdocs_plantrace.reading.tree import Tree, is_searched
from mkdocs_plantrace.rules import Severity
from mkdocs_plantrace.settings import Settings
from mkdocs_plantrace.trace import Material, Trace, connect
from mkdocs_plantrace.workspace import MARKDOWN, SitePage, Workspace, publications

MAX_PAGE_BYTES = 16 * 1024 * 1024
"""A page larger than this is not read, and left out of the site like one that is no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Where to look; `site` maps root-relative paths to the files that MkDocs knows.

    `has_own_slugs` says that the site has its own way from headings to anchors. `baseline` and
    `schema` are the files that the options of those names name.
    """

    place: Workspace
    tree: Tree
    site: Mapping[str, SitePage]
    has_own_slugs: bool = False
    baseline: Baseline | None = None
    schema: MetadataSchema | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """The trace, and all problems of rules that are on, known ones included.

    They are sorted by path, line and code.
    """

    trace: Trace
    problems: tuple[Problem, ...]

    @cached_property
    def by_task(self) -> dict[str, tuple[Problem, ...]]:
        """The problems that concern each task, by its id."""
        return _group(self.problems, lambda problem: problem.task or "")

    @cached_property
    def by_path(self) -> dict[str, tuple[Problem, ...]]:
        """The problems in each file, by its path."""
        return _group(self.problems, lambda problem: problem.location.path)

    @property
    def record_count(self) -> int:
        """How many plans and logs there are."""
        kinds = (DocumentKind.PLAN, DocumentKind.LOG)
        return sum(document.kind in kinds for document in self.trace.documents.values())

    def reported_links(self, path: str) -> frozenset[str]:
        """The links on a page that PT108 reports, as written."""
        return self._reported_links.get(path, frozenset())

    @cached_property
    def _reported_links(self) -> dict[str, frozenset[str]]:
        links: dict[str, set[str]] = {}
        for problem in self.problems:
            if problem.rule is rules.BROKEN_DOCUMENT_LINK:
                links.setdefault(problem.location.path, set()).add(problem.target)
        return {path: frozenset(found) for path, found in links.items()}

    def failing(self, *, strict: bool) -> bool:
        """Whether a build or a check with these problems must fail."""
        return any(
            (strict or problem.severity is Severity.ERROR) and not problem.baselined
            for problem in self.problems
        )


def _group(
    problems: Iterable[Problem], key: Callable[[Problem], str]
) -> dict[str, tuple[Problem, ...]]:
    grouped: dict[str, list[Problem]] = {}
    for problem in problems:
        grouped.setdefault(key(problem), []).append(problem)
    return {name: tuple(found) for name, found in grouped.items()}


@dataclass(kw_only=True)
class Memory:
    """What earlier runs read, so that a rebuild reads again only what changed."""

    settings: Settings | None = None
    schema: MetadataSchema | None = None
    ids: TaskIds | None = None
    metadata: dict[str, tuple[object, MetadataFile]] = field(default_factory=dict)
    scans: dict[str, tuple[object, Scan]] = field(default_factory=dict)


def open_project(
    settings: Settings,
    place: Workspace,
    tree: Tree,
    site: Mapping[str, SitePage],
    *,
    has_own_slugs: bool,
) -> Project:
    """The project with the files that the options name. Raises UnusableFileError."""
    for path in (settings.baseline, settings.schema):
        if path and tree.escapes(path):
            raise UnusableFileError(f"'{path}' leads out of the project root by a symbolic link")
    return Project(
        place=place,
        tree=tree,
        site=site,
        has_own_slugs=has_own_slugs,
        baseline=read_baseline(place.root, settings.baseline) if settings.baseline else None,
        schema=read_schema(place.root, settings.schema) if settings.schema else None,
    )


def run(settings: Settings, project: Project, memory: Memory | None = None) -> Result:
    """Read, connect and check.

    Metadata, pages of the site, plans and logs that cannot be read become problems, as do those
    that vanish meanwhile. Raises UnusableFileError for a schema that refers to something outside
    of itself.
    """
    memory = memory or Memory()
    sources = _sources(settings, project.tree.files)
    files = _read_tasks(settings, project, sources, memory)
    files.extend(_refused_sources(settings, project.tree))
    tasks = [file.task for file in files if file.task]
    resolver = Resolver(
        tree=project.tree,
        docs_dir=project.place.docs_dir,
        published=publications(project.site),
        sources=frozenset(file.path for file in files),
    )
    documents, unreadable = _read_documents(settings, project, resolver, tasks, memory)
    material = Material(
        tasks=tasks,
        documents=documents,
        missing_words=frozenset(word for file in files for word in file.words),
        unreadable=unreadable,
        evidence=_read_evidence(settings, project, resolver, tasks),
        has_own_slugs=project.has_own_slugs,
    )
    trace = connect(settings, project.place.configuration, resolver, material)
    found = [problem for file in files for problem in file.problems]
    found.extend(problem for check in checks.ALL for problem in check(trace))
    problems = sorted(_judge(settings, trace, found), key=_order)
    if project.baseline:
        problems = list(mark_known(project.baseline, problems))
        stale = find_stale(trace, project.baseline, problems)
        problems = sorted([*problems, *_judge(settings, trace, stale)], key=_order)
    return Result(trace=trace, problems=tuple(problems))


def _order(problem: Problem) -> tuple[str, int, str, int, str]:
    return problem.order


def _judge(settings: Settings, trace: Trace, found: Iterable[Problem]) -> Iterator[Problem]:
    """Apply the configured severities; archived tasks are out of the rules.

    That an archived task shares its id with another one concerns the other one as well.
    """
    archived = {task.path for task in trace.tasks if task.archived}
    for problem in found:
        severity = settings.severity_of(problem.rule)
        if problem.rule is rules.UNKNOWN_FIELD and not settings.is_turned_off(problem.rule):
            severity = severity or problem.severity  # a near miss, which only the reader knows
        is_out = problem.location.path in archived and problem.rule is not rules.DUPLICATE_TASK
        if severity is not None and not is_out:
            yield replace(problem, severity=severity)


def _sources(settings: Settings, paths: Iterable[str]) -> list[str]:
    """The paths that the globs for metadata match, but for templates and hidden folders."""
    matches = [(matcher([glob]), fixed_folder(glob)) for glob in settings.tasks]
    return [
        path
        for path in sorted(paths)
        if any(
            fits(path) and not is_template(path, folder) and is_searched(path, folder)
            for fits, folder in matches
        )
    ]


def _refused_sources(settings: Settings, tree: Tree) -> Iterator[MetadataFile]:
    """What the globs match and nobody may read: links out of the root, pipes, folders."""
    for path in _sources(settings, tree.escaping):
        message = "this metadata file is a symbolic link out of the project root"
        yield refused_metadata(path, rules.OUTSIDE_ROOT, message)
    for path in _sources(settings, tree.others | tree.folders):
        message = "this metadata file is no regular file"
        yield refused_metadata(path, rules.INVALID_YAML, message)


def _read_tasks(
    settings: Settings, project: Project, sources: list[str], memory: Memory
) -> list[MetadataFile]:
    if (memory.settings, memory.schema) != (settings, project.schema):
        memory.metadata.clear()
        memory.settings, memory.schema = settings, project.schema
    read = {}
    for path in sources:
        stamp = _stamp(os.path.join(project.place.root, path))
        known = memory.metadata.get(path)
        if known is None or stamp is None or known[0] != stamp:
            known = stamp, read_metadata(project.place.root, path, settings, project.schema)
        read[path] = known
    memory.metadata = read
    return [file for _, file in read.values()]


def _stamp(path: str) -> object:
    """What changes when a file does; None if there is no telling."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _read_documents(
    settings: Settings,
    project: Project,
    resolver: Resolver,
    tasks: list[Task],
    memory: Memory,
) -> tuple[list[Document], dict[str, str]]:
    """The pages of the site, the Markdown files outside it that tasks give a role, templates.

    Second, why pages that cannot be read cannot be read, by path.
    """
    ids = TaskIds(task.id for task in tasks)
    if memory.ids != ids:
        memory.scans.clear()
        memory.ids = ids
    roles = _roles(resolver, tasks)
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
    read = {}
    documents = []
    unreadable = {}
    for path in (*pages, *outside):
        page = project.site.get(path)
        try:
            read[path] = known = _scan_page(project, path, page, ids, memory.scans.get(path))
        except UnreadableFileError as error:
            unreadable[path] = error.reason
            continue
        kind = roles.get(path) or by_glob(page.uri if page else path)
        documents.append(_document(path, page, kind, known[1]))
    memory.scans = read
    return documents, unreadable


def _templates_outside(project: Project, roles: Iterable[str]) -> list[str]:
    """Templates of plans and logs that MkDocs does not know."""
    return [
        path
        for name in sorted({path.rpartition("/")[2] for path in roles})
        for path in project.tree.by_name.get(name, ())
        if path not in project.site and is_template(path) and path.lower().endswith(MARKDOWN)
    ]


def _read_evidence(
    settings: Settings, project: Project, resolver: Resolver, tasks: list[Task]
) -> dict[str, EvidenceFile]:
    """What the evidence of completed tasks says, but for the file that the check writes."""
    wanted: dict[str, set[str]] = {}
    for task in tasks:
        if task.status.kind is not StatusKind.COMPLETED or task.archived:
            continue
        for promise in task.evidence:
            resolved = resolver.metadata_path(promise.path.value)
            is_read = promise.must_include or promise.path.value.lower().endswith(".json")
            if resolved.path and resolved.fault is None and is_read:
                keys = wanted.setdefault(resolved.path, set())
                keys.update(key.value for key in promise.must_include)
    wanted.pop(settings.evidence or "", None)
    return {
        path: read_evidence(project.place.root / path, keys)
        for path, keys in wanted.items()
        if not path.lower().endswith(MARKDOWN)
    }


def _document(path: str, page: SitePage | None, kind: DocumentKind, found: Scan) -> Document:
    first = next((heading.text for heading in found.headings if heading.level == 1), "")
    return Document(
        path=path,
        uri=page.uri if page else None,
        kind=kind,
        title=first or path.rpartition("/")[2],
        scan=found,
    )


def _scan_page(
    project: Project,
    path: str,
    page: SitePage | None,
    ids: TaskIds,
    known: tuple[object, Scan] | None,
) -> tuple[object, Scan]:
    """What changes when the page does, and its scan. Raises UnreadableFileError."""
    if page and page.content:
        return None, scan(path, page.content(), ids)
    file = os.path.join(project.place.root, path)
    stamp = _stamp(file)
    if known and stamp is not None and known[0] == stamp:
        return known
    return stamp, scan(path, read_text(file, limit=MAX_PAGE_BYTES), ids)


def _roles(resolver: Resolver, tasks: list[Task]) -> dict[str, DocumentKind]:
    """The roles that tasks give to documents; the first of plan, log and so on counts."""
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
    return roles


def _kinds(settings: Settings) -> Callable[[str], DocumentKind]:
    matchers = (
        (DocumentKind.PLAN, matcher(settings.plans)),
        (DocumentKind.LOG, matcher(settings.logs)),
        (DocumentKind.TROUBLESHOOTING, matcher(settings.troubleshooting)),
        (DocumentKind.DECISION, matcher(settings.decisions)),
    )
    return lambda uri: next((kind for kind, matches in matchers if matches(uri)), DocumentKind.PAGE)


def line_reader(project: Project) -> Callable[[str], list[str]]:
    """Gives the lines of files for excerpts; a file that cannot be read has none."""
    remembered: dict[str, list[str]] = {}

    def lines(path: str) -> list[str]:
        if path not in remembered:
            page = project.site.get(path)
            if project.tree.escapes(path):
                return []
            try:
                text = (
                    page.content()
                    if page and page.content
                    else read_text(project.place.root / path, limit=MAX_PAGE_BYTES)
                )
            except UnreadableFileError:
                text = ""
            remembered[path] = split_lines(text)
        return remembered[path]

    return lines
