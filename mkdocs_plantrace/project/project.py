"""A project: what to read of it, and the record of everything that was read."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from mkdocs_plantrace.config.rendering import Rendering
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.document import Document
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.log_entry import Signature
from mkdocs_plantrace.model.task import EvidenceFile, Task
from mkdocs_plantrace.parsing.baseline_file import Baseline, read_baseline
from mkdocs_plantrace.parsing.line_index import split_lines
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds
from mkdocs_plantrace.parsing.metadata.json_schema import MetadataSchema, read_schema
from mkdocs_plantrace.parsing.signature_registry import Registry, read_registry
from mkdocs_plantrace.project.file_tree import Tree
from mkdocs_plantrace.project.path_resolver import Resolver
from mkdocs_plantrace.project.workspace import SitePage, Workspace
from mkdocs_plantrace.utils.text_file import UnreadableFileError, UnusableFileError, read_text

_MAX_PAGE_BYTES = 16 * 1024 * 1024
"""A larger page is not read, and is left out of the site like one that is not text."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The metadata files and the documents to read.

    `known` are all metadata files, and `ids` the ids in them, which pages may mention. No document
    is read if `documents` is None, and no evidence if `evidence` is false. A `resolver` made before
    is used again.
    """

    known: tuple[str, ...]
    ids: TaskIds
    sources: frozenset[str]
    documents: frozenset[str] | None
    evidence: bool = True
    resolver: Resolver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What to read.

    `site` maps root-relative paths to the files that MkDocs knows. `baseline`, `schema` and
    `registry` are the files of the options `baseline`, `schema` and `signatures`. `unsaved` maps
    the paths of metadata files and pages to texts that are read instead of the files. Only if
    `for_search` is true, the sections of documents are read. With a `selection`, other files are
    not read, so that only what was selected has all its links and problems.
    """

    place: Workspace
    tree: Tree
    site: Mapping[str, SitePage]
    rendering: Rendering = field(default_factory=Rendering)
    baseline: Baseline = ()
    schema: MetadataSchema | None = None
    registry: Registry = field(default_factory=Registry)
    unsaved: Mapping[str, str] = field(default_factory=dict)
    for_search: bool = False
    selection: Selection | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all files are read."""
        return self.selection is None

    def uri_of(self, path: str) -> str | None:
        """The path relative to docs_dir; None for a file that MkDocs does not know."""
        return self.site[path].uri if path in self.site else None

    def is_in_memory(self, path: str) -> bool:
        return path in self.site and self.site[path].content is not None

    def read_page(self, path: str) -> str:
        """The text of a page, unsaved, in memory or on disk. Raises UnreadableFileError."""
        if path in self.unsaved:
            return self.unsaved[path]
        page = self.site.get(path)
        if page and page.content:
            return page.content()
        return read_text(os.path.join(self.place.root, path), limit=_MAX_PAGE_BYTES)


def open_project(
    settings: Settings,
    place: Workspace,
    tree: Tree,
    site: Mapping[str, SitePage],
    *,
    rendering: Rendering,
    unsaved: Mapping[str, str] = MappingProxyType({}),
    for_search: bool = False,
) -> Project:
    """Read the files that the options name. Raises UnusableFileError."""
    for path in (settings.baseline, settings.schema, settings.signatures):
        if path and tree.escapes(path):
            raise UnusableFileError(
                f"'{path}' passes through a symbolic link out of the project root"
            )
    return Project(
        place=place,
        tree=tree,
        site=site,
        rendering=rendering,
        baseline=read_baseline(place.root, settings.baseline) if settings.baseline else (),
        schema=read_schema(place.root, settings.schema) if settings.schema else None,
        registry=(
            read_registry(place.root, settings.signatures) if settings.signatures else Registry()
        ),
        unsaved=unsaved,
        for_search=for_search,
    )


def make_line_reader(project: Project) -> Callable[[str], list[str]]:
    """A function that returns the lines of a file; none if it cannot be read."""

    @cache
    def lines(path: str) -> list[str]:
        if project.tree.escapes(path):
            return []
        try:
            return split_lines(project.read_page(path))
        except UnreadableFileError:
            return []

    return lines


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything that was read, before it is connected.

    `tasks` are sorted by id, with numbers in ids by value. `documents` are, by path, the pages of
    the site and the Markdown files outside it that tasks name as plan, log, troubleshooting page
    or decision; templates are not included. `unreadable` maps the path of a page or template that
    cannot be read to the reason. `configuration` is the place of the options. `missing_words` are
    the words of metadata files that could not be read: perhaps ids and paths. `template_lines`
    maps the file name of templates to their lines with a placeholder. `evidence` is the evidence
    of completed tasks by path. `signatures` is the registry, by names and aliases.
    """

    settings: Settings
    configuration: Location
    resolver: Resolver
    tasks: tuple[Task, ...]
    documents: dict[str, Document]
    missing_words: frozenset[str]
    unreadable: Mapping[str, str]
    template_lines: Mapping[str, frozenset[str]]
    evidence: Mapping[str, EvidenceFile]
    signatures: Mapping[str, Signature]
