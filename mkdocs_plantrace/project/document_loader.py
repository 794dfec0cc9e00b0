"""Reads the documents of a project: pages of the site, files that tasks name, templates."""

import itertools
import posixpath
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.document import Document, DocumentKind, Scan
from mkdocs_plantrace.model.log_entry import Signature
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.parsing.markdown.scanner import scan_page
from mkdocs_plantrace.project.cache import Cache, ValueKind
from mkdocs_plantrace.project.path_resolver import Resolver
from mkdocs_plantrace.project.project import Project
from mkdocs_plantrace.project.task_spellings import make_task_ids
from mkdocs_plantrace.utils.globs import compile_globs, is_template
from mkdocs_plantrace.utils.paths import MARKDOWN_SUFFIXES, is_utf8
from mkdocs_plantrace.utils.text_file import UnreadableFileError


class _Wanted(NamedTuple):
    """What to read from a document, and from which version of its text.

    The version is the unsaved text, or None for the file. That of a page in memory is an object,
    which equals no other one, so that the page is always read again.
    """

    kind: DocumentKind
    is_searched: bool
    log_sections: tuple[str, ...]
    version: object


_PAGES = ValueKind("pages", Scan, lambda scan: isinstance(scan, Scan))
_SEARCHED_PAGES = _PAGES._replace(name="searched pages")


def read_documents(
    settings: Settings, project: Project, resolver: Resolver, tasks: list[Task], cache: Cache
) -> tuple[list[Document], dict[str, str]]:
    """The documents, sorted by path, and why others cannot be read, by path."""
    if project.selection and project.selection.documents is None:
        return [], {}
    ids = project.selection.ids if project.selection else make_task_ids(tasks)
    wanted = _find_wanted(settings, project, resolver, tasks)

    def read(path: str) -> Scan | str:
        try:
            text = project.read_page(path)
        except UnreadableFileError as error:
            return error.reason
        page = wanted[path]
        return scan_page(
            *(path, text, ids, page.kind, settings.log_fields),
            log_sections=page.log_sections,
            rendering=project.rendering,
            with_sections=page.is_searched,
        )

    context = ids, settings.log_fields, project.rendering
    kind = _SEARCHED_PAGES if project.for_search else _PAGES
    scans = cache.read(kind, project.place.root, wanted, context, read, is_whole=project.is_whole)
    titles = {task.path: task.title for task in tasks}
    documents = [
        Document(
            path=path,
            uri=project.uri_of(path),
            kind=wanted[path].kind,
            title=titles.get(path) or result.title or _name(path, resolver),
            scan=result,
        )
        for path, result in sorted(scans.items())
        if isinstance(result, Scan)
    ]
    unreadable = {path: why for path, why in scans.items() if isinstance(why, str)}
    nameless = itertools.filterfalse(is_utf8, project.site)
    return documents, unreadable | dict.fromkeys(nameless, "has a path that is not UTF-8")


def _find_wanted(
    settings: Settings, project: Project, resolver: Resolver, tasks: list[Task]
) -> dict[str, _Wanted]:
    """The documents to read, by path."""
    roles = _find_roles(resolver, tasks, project.registry.signatures.values())
    kinds = _find_kinds(settings, project, roles)
    log_sections = _find_log_sections(resolver, tasks)
    searched = _find_searched(settings, project, kinds) if project.for_search else frozenset()
    return {
        path: _Wanted(
            kind,
            path in searched,
            log_sections.get(path, ()),
            object() if project.is_in_memory(path) else project.unsaved.get(path),
        )
        for path, kind in kinds.items()
    }


def _name(path: str, resolver: Resolver) -> str:
    """The name of a page without a title; a record outside docs_dir has the name of its folder."""
    return "/".join(path.split("/")[-2 if path in resolver.moved else -1 :])


def _find_log_sections(resolver: Resolver, tasks: Iterable[Task]) -> dict[str, tuple[str, ...]]:
    """The sections of documents that are a log, by path."""
    named = ((resolver.metadata_path(it.log.value).path, it.log_sections) for it in tasks if it.log)
    return {path: sections for path, sections in named if path and sections}


def _find_roles(
    resolver: Resolver, tasks: list[Task], signatures: Iterable[Signature]
) -> dict[str, DocumentKind]:
    """The documents to which tasks or the registry give a role; of several, the first counts."""
    named = [
        *((DocumentKind.PLAN, task.plan) for task in tasks),
        *((DocumentKind.LOG, task.log) for task in tasks),
        *((DocumentKind.TROUBLESHOOTING, text) for task in tasks for text in task.troubleshooting),
        *((DocumentKind.DECISION, text) for task in tasks for text in task.decisions),
        *((DocumentKind.PAGE, text) for task in tasks for text in task.documents),
    ]
    resolved = [(kind, resolver.metadata_path(text.value)) for kind, text in named if text]
    playbooks = (resolver.playbook(it.playbook.value) for it in signatures if it.playbook)
    resolved += [(DocumentKind.TROUBLESHOOTING, playbook) for playbook in playbooks if playbook]
    roles: dict[str, DocumentKind] = {}
    for kind, (path, fault) in resolved:
        if path and fault is None:
            roles.setdefault(path, kind)
    return roles


def _find_kinds(
    settings: Settings, project: Project, roles: Mapping[str, DocumentKind]
) -> dict[str, DocumentKind]:
    """The documents to read, each with its role, or else the kind of the first matching glob."""
    tree, site = project.tree, project.site
    names = sorted({posixpath.basename(path) for path in roles})
    named = [path for name in names for path in tree.by_name.get(name, ())]
    templates = set(filter(is_template, named))
    selection = project.selection
    documents = selection.documents if selection else None
    pages = site.keys() if documents is None else site.keys() & (documents | templates)
    paths = [
        *(it for it in pages if _is_markdown(site[it].uri) and not tree.escapes(it)),
        *(it for it in (*roles, *templates) if _is_markdown(it) and it not in site),
    ]
    globs = [
        (DocumentKind.PLAN, compile_globs(settings.plans)),
        (DocumentKind.LOG, compile_globs(settings.logs)),
        (DocumentKind.TROUBLESHOOTING, compile_globs(settings.troubleshooting)),
        (DocumentKind.DECISION, compile_globs(settings.decisions)),
        (DocumentKind.PAGE, bool),
    ]
    uris = {path: project.uri_of(path) or path for path in paths if is_utf8(path)}
    return {
        path: roles.get(path) or next(kind for kind, fits in globs if fits(uri))
        for path, uri in uris.items()
    }


def _is_markdown(path: str) -> bool:
    return path.lower().endswith(MARKDOWN_SUFFIXES)


def _find_searched(
    settings: Settings, project: Project, kinds: Mapping[str, DocumentKind]
) -> frozenset[str]:
    """Documents with a role, pages of the top folders that contain a plan or log, chosen pages."""
    is_chosen = compile_globs(settings.search)
    uris = {path: project.uri_of(path) or path for path in kinds}
    records = (DocumentKind.PLAN, DocumentKind.LOG)
    folders = {uris[path].partition("/")[0] for path, kind in kinds.items() if kind in records}
    return frozenset(
        path
        for path, uri in uris.items()
        if kinds[path] is not DocumentKind.PAGE
        or ("/" in uri and uri.partition("/")[0] in folders)
        or is_chosen(uri)
    )
