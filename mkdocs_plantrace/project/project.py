"""A project: where it lies, the files that MkDocs knows, and those that options name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.parsing.baseline_file import Baseline, read_baseline
from mkdocs_plantrace.parsing.line_index import split_lines
from mkdocs_plantrace.parsing.metadata.json_schema import MetadataSchema, read_schema
from mkdocs_plantrace.parsing.signature_registry import Registry, read_registry
from mkdocs_plantrace.project.file_tree import Tree
from mkdocs_plantrace.project.workspace import SitePage, Workspace
from mkdocs_plantrace.utils.text_file import UnreadableFileError, UnusableFileError, read_text

MAX_PAGE_BYTES = 16 * 1024 * 1024
"""A page larger than this is not read, and left out of the site like one that is no text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Where to look; `site` maps root-relative paths to the files that MkDocs knows.

    `has_own_slugs` says that the site has its own way from headings to anchors. `baseline` and
    `schema` are the files that the options of those names name, `registry` is that of `signatures`.
    `unsaved` maps the paths of metadata files to texts that are read in place of what they hold.
    Only if it is `for_search`, sections of documents are read.
    """

    place: Workspace
    tree: Tree
    site: Mapping[str, SitePage]
    has_own_slugs: bool = False
    baseline: Baseline = ()
    schema: MetadataSchema | None = None
    registry: Registry = field(default_factory=Registry)
    unsaved: Mapping[str, str] = field(default_factory=dict)
    for_search: bool = False


def open_project(
    settings: Settings,
    place: Workspace,
    tree: Tree,
    site: Mapping[str, SitePage],
    *,
    has_own_slugs: bool,
    for_search: bool = False,
) -> Project:
    """The project with the files that the options name. Raises UnusableFileError."""
    for path in (settings.baseline, settings.schema, settings.signatures):
        if path and tree.escapes(path):
            raise UnusableFileError(f"'{path}' leads out of the project root by a symbolic link")
    return Project(
        place=place,
        tree=tree,
        site=site,
        has_own_slugs=has_own_slugs,
        baseline=read_baseline(place.root, settings.baseline) if settings.baseline else (),
        schema=read_schema(place.root, settings.schema) if settings.schema else None,
        registry=(
            read_registry(place.root, settings.signatures) if settings.signatures else Registry()
        ),
        for_search=for_search,
    )


def line_reader(project: Project) -> Callable[[str], list[str]]:
    """Gives the lines of files for excerpts; a file that cannot be read has none."""

    @cache
    def lines(path: str) -> list[str]:
        if project.tree.escapes(path):
            return []
        if path in project.unsaved:
            return split_lines(project.unsaved[path])
        page = project.site.get(path)
        if page and page.content:
            return split_lines(page.content())
        try:
            return split_lines(read_text(project.place.root / path, limit=MAX_PAGE_BYTES))
        except UnreadableFileError:
            return []

    return lines
