"""Selects the files that a question about one task needs.

To look for words in the text of all files takes a small part of the time of parsing them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import IntEnum, auto
from pathlib import Path
from posixpath import dirname, join, normpath

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds
from mkdocs_plantrace.project.cache import Cache
from mkdocs_plantrace.project.file_index import last_two
from mkdocs_plantrace.project.loader import find_sources, load_record, read_sources
from mkdocs_plantrace.project.project import Project, Selection
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import group_values
from mkdocs_plantrace.utils.paths import MARKDOWN_SUFFIXES

_WORD = re.compile(r"[^\W\d_]{3,}")


class Scope(IntEnum):
    """What is complete for a task; each includes those before it."""

    FILES = auto()
    """Its metadata, plan and log."""
    PROBLEMS = auto()
    """The problems in these files, and the same errors in all logs."""
    LINKS = auto()
    """What mentions the task."""


def select_files(
    settings: Settings, project: Project, task_id: str, cache: Cache, scope: Scope
) -> Project:
    """Limit a project to the files that concern a task.

    It stays as it is in layouts other than the default, if there is no such task, or if the task
    depends on an unknown one or on itself: what is suggested or reported then depends on all tasks.
    Raises UnusableFileError.
    """
    if settings.other_layouts:
        return project
    selector = _Selector(settings, project, task_id, cache)
    if not selector.select_task():
        return project
    if scope >= Scope.PROBLEMS:
        if not selector.select_related_tasks():
            return project
        selector.select_documents()
        selector.select_errors()
    if scope >= Scope.LINKS:
        selector.select_mentions()
    return selector.limit()


class _Selector:
    def __init__(self, settings: Settings, project: Project, task_id: str, cache: Cache) -> None:
        self._settings = settings
        self._project = project
        self._id = task_id
        self._cache = cache
        self._sources: set[str] = set()
        self._pages: set[str] = set()
        root, tree = project.place.root, project.tree
        self._known = tuple(find_sources(settings, tree.files))
        self._metadata = _Texts(root, self._known)
        markdown = (path for path in tree.files if path.lower().endswith(MARKDOWN_SUFFIXES))
        self._markdown = _Texts(root, markdown)

    def limit(self) -> Project:
        """Return the project with what is selected; of files with the same id, all."""
        same = (self._paths_by_id.get(task.id, ()) for task in self._read_tasks())
        selection = Selection(
            known=self._known,
            ids=self._ids,
            sources=frozenset(self._sources.union(*same)),
            documents=frozenset(self._pages),
        )
        return replace(self._project, selection=selection)

    def select_task(self) -> bool:
        """Select all metadata with the id, and the documents that the task names."""
        self._sources = self._metadata.find(self._id) | self._unusual_sources
        tasks = self._find_tasks()
        for task in tasks:
            own = filter(None, (task.plan, task.log))
            named = (*own, *task.troubleshooting, *task.decisions, *task.must_read)
            self._pages.update(normpath(text.value) for text in named)
        return bool(tasks)

    def select_related_tasks(self) -> bool:
        """Select all tasks that share a document, and those on which the task depends.

        False if that takes all tasks: to suggest an id, or to report a cycle.
        """
        tasks = self._find_tasks()
        named = {text.value for task in tasks for text in (*task.depends_on, *task.blocks)}
        if not named <= self._paths_by_id.keys():
            return False
        for text in (text for task in tasks for text in (task.plan, task.log) if text):
            self._sources |= self._metadata.find(last_two(text.value))
        self._sources.update(*(self._paths_by_id[task] for task in named))
        return not self._is_in_cycle()

    def _is_in_cycle(self) -> bool:
        """Whether the task depends on itself; which cycle is reported depends on all tasks."""
        blocking = self._metadata.find_values(self._settings.fields["blocks"])
        self._sources.update(path for path, value in blocking if value != "[]")
        done, found = set[str](), {self._id}
        while found:
            done |= found
            tasks = self._read_tasks()
            needed = {it.value for task in tasks if task.id in found for it in task.depends_on}
            needed |= {task.id for task in tasks for it in task.blocks if it.value in found}
            if self._id in needed:
                return True
            found = (needed & self._paths_by_id.keys()) - done
            self._sources.update(*(self._paths_by_id[task] for task in found))
        return False

    def select_documents(self) -> None:
        """Select the pages beside the documents of the task, and those to which these refer."""
        for task in self._find_tasks():
            own = (text.value for text in (task.plan, task.log) if text)
            for folder in map(dirname, (task.path, *own)):
                files = self._project.tree.files
                beside = {it for it in files if it.rpartition("/")[0] == folder} - self._pages
                self._pages |= beside
                self._select_claims(beside)
            if task.lacks("plan") or task.lacks("log"):
                self.select_mentions()  # the one that is meant may be among them
        trace = self._read()
        self._pages.update(it.resolved.path or "" for it in trace.links.page_references)
        for document in trace.documents.values():
            folder = dirname(document.path)
            for text in document.scan.paths:
                self._pages |= {normpath(text.value), normpath(join(folder, text.value))}

    def select_mentions(self) -> None:
        """Select the pages with the id of the task or the path of its metadata.

        A page outside docs_dir is part of the record if a task names it.
        """
        names = (last_two(task.path) for task in self._find_tasks())
        found = {path for name in (self._id, *names) for path in self._markdown.find(name)}
        for path in found - self._project.site.keys():
            self._sources |= self._metadata.find(last_two(path))
        self._pages |= found
        self._select_claims(found)

    def select_errors(self) -> None:
        """Select the pages with all words of an error of the task, and their tasks.

        What an error is called depends on whether other logs have the same heading.
        """
        known = set[str]()
        while new := self._find_error_names() - known:
            known |= new
            for name in new:
                found = self._markdown.find_words(_WORD.findall(name))
                self._pages |= found
                self._select_claims(found)

    def _find_error_names(self) -> set[str]:
        """The names of the errors of the task, and the headings that name errors."""
        errors = self._read().errors
        own = errors.by_task.get(self._id, ())
        headings = {entry.title for entry in errors.entries if entry.title and not entry.error}
        return headings.union(*((error.key, *error.former_names) for error in own))

    def _select_claims(self, pages: Iterable[str]) -> None:
        """Select the tasks whose plan or log a page is."""
        for path in pages:
            self._sources.update(self._sources_by_document.get(last_two(path), ()))

    @cached_property
    def _sources_by_document(self) -> dict[str, tuple[str, ...]]:
        """The metadata files with a plan or log, by the last two segments of its path."""
        keys = (self._settings.fields[field] for field in ("plan", "log"))
        found = (pair for key in keys for pair in self._metadata.find_values(key))
        return group_values((last_two(value), path) for path, value in found)

    def _find_tasks(self) -> list[Task]:
        """The tasks with the id: several files may have it."""
        return [task for task in self._read_tasks() if task.id == self._id]

    def _read_tasks(self) -> list[Task]:
        files = read_sources(self._settings, self._project, self._cache, sorted(self._sources))
        return [file.task for file in files if file.task]

    def _read(self) -> Trace:
        return Trace(**vars(load_record(self._settings, self.limit(), self._cache)[0]))

    @cached_property
    def _paths_by_id(self) -> dict[str, tuple[str, ...]]:
        found = self._metadata.find_values(self._settings.fields["id"])
        return group_values((value, path) for path, value in found)

    @cached_property
    def _ids(self) -> TaskIds:
        return TaskIds([*self._paths_by_id, *(task.id for task in self._read_tasks())])

    @cached_property
    def _unusual_sources(self) -> set[str]:
        """The metadata files in which the id is written in another way, such as `{id: T-1}`."""
        return set(self._known).difference(*self._paths_by_id.values())


class _Texts:
    """The contents of files, by root-relative path; empty for one that cannot be read."""

    def __init__(self, root: Path, paths: Iterable[str]) -> None:
        self._root = root
        self._paths = paths

    @cached_property
    def _texts(self) -> dict[str, bytes]:
        return {path: b"\n%b\n" % _read_bytes(f"{self._root}/{path}") for path in self._paths}

    @cached_property
    def _folded_texts(self) -> dict[str, str]:
        texts = self._texts.items()
        return {path: text.decode(errors="replace").casefold() for path, text in texts}

    def find(self, text: str) -> set[str]:
        """The files that contain a text."""
        wanted = text.encode("utf-8", "surrogateescape")
        return {path for path, content in self._texts.items() if wanted in content}

    def find_values(self, key: str) -> Iterator[tuple[str, str]]:
        """The files with a key of YAML, and its value, if that is on the same line, as is usual."""
        start = f"\n{key}:".encode()
        for path, content in self._texts.items():
            at = content.find(start)
            if at != -1:
                line = content[at + len(start) : content.find(b"\n", at + 1)]
                value = line.partition(b" #")[0].strip(b" \r\"'")
                yield path, value.decode(errors="replace")

    def find_words(self, words: Iterable[str]) -> set[str]:
        """The files that contain all words, without case."""
        wanted = [word.casefold() for word in words]
        texts = self._folded_texts.items()
        return {path for path, content in texts if all(word in content for word in wanted)}


def _read_bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return b""
