"""The state of one build: project, trace, problems, and the files of its pages."""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import Files, InclusionLevel
from mkdocs.structure.pages import Page

from mkdocs_plantrace.checks.file_rules import UNPUBLISHED_DOCUMENT
from mkdocs_plantrace.checks.pipeline import Result, run
from mkdocs_plantrace.config.option_values import NavMode
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.history import History
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.project.cache import Cache, find_states
from mkdocs_plantrace.project.git import GitError
from mkdocs_plantrace.project.history_reader import find_head, read_history
from mkdocs_plantrace.project.inputs import (
    Inputs,
    InputState,
    find_files_beside,
    find_input_paths,
    find_option_files,
)
from mkdocs_plantrace.project.project import Project, make_line_reader, open_project
from mkdocs_plantrace.project.workspace import (
    SitePage,
    map_publications,
    publish_records,
    walk_project,
)
from mkdocs_plantrace.reports import text_report
from mkdocs_plantrace.reports.check_report import Report, report_on
from mkdocs_plantrace.site import mkdocs_files, navigation
from mkdocs_plantrace.site.assets import load_script, load_stylesheet
from mkdocs_plantrace.site.build_log import BuildLog
from mkdocs_plantrace.site.generated_files import FileFactory, SourceFolder, make_source
from mkdocs_plantrace.site.generated_pages import TraceSite
from mkdocs_plantrace.site.markdown_extension import PageLinks, TraceLinks
from mkdocs_plantrace.site.other_plugins import (
    NavigationFiles,
    PrintedPages,
    TranslatedBuild,
    exclude_from_git_authors,
)
from mkdocs_plantrace.site.page_renderer import PageRenderer, RenderCache, displayed_values
from mkdocs_plantrace.site.source_links import make_source_links
from mkdocs_plantrace.site.templating import FaultyTemplateError
from mkdocs_plantrace.utils.text_file import UnusableFileError

log = get_plugin_logger(__name__)


@dataclass(frozen=True)
class BuildCache:
    """All that a server keeps from one build to the next; `reported` is not reported again."""

    files: Cache = field(default_factory=Cache)
    html: RenderCache = field(default_factory=RenderCache)
    sources: SourceFolder = field(default_factory=SourceFolder)
    reported: set[str] = field(default_factory=set)


class Build:
    """One build. `read` comes first; there is a `renderer` from `begin_rendering` on.

    `mistakes` are those in the options that a server ignores.
    """

    project: Project
    result: Result
    site: TraceSite
    renderer: PageRenderer
    _option_files: dict[str, object]
    _records: dict[str, SitePage]
    _paths: mkdocs_files.SourcePaths

    def __init__(
        self,
        settings: Settings,
        cache: BuildCache,
        docs_dir: str,
        mistakes: Sequence[str] = (),
        *,
        is_serving: bool,
        is_strict: bool,
    ) -> None:
        self._settings = settings
        self._cache = cache
        self._docs_dir = docs_dir
        self._mistakes = mistakes
        self._is_serving = is_serving
        self._is_strict = is_strict
        self._log = BuildLog(is_serving=is_serving, is_strict=is_strict)
        self._hidden = NavigationFiles()
        self._links = TraceLinks()
        self._added: set[str] = set()
        self._pruned: set[str] = set()

    def register(self, config: MkDocsConfig) -> None:
        """Add assets and Markdown extension; a second time replaces the extension."""
        extensions: list[Any] = config.markdown_extensions  # MkDocs' type leaves out instances
        extensions[:] = [it for it in extensions if not isinstance(it, TraceLinks)]
        extensions.append(self._links)
        (style, _), (code, _) = load_stylesheet(), load_script()
        if style not in config.extra_css:
            config.extra_css.insert(0, style)  # so that the user's own styles come later
        if code not in config.extra_javascript:
            config.extra_javascript.append(code)

    def read(self, files: Files, config: MkDocsConfig) -> None:
        """Read and check the project; a server ignores what options name but is unusable."""
        settings = self._settings
        self._log.reasons.clear()
        if self._mistakes:
            self._log.fail(self._mistakes)
        place = mkdocs_files.find_workspace(config, self._docs_dir, settings)
        self._option_files = find_states(place.root, find_option_files(settings, place.root))
        self._paths = mkdocs_files.SourcePaths(place, config.docs_dir)
        tree = walk_project(settings, place)
        pages = mkdocs_files.collect_site_pages(config, files, self._paths, self._added)
        is_excluded = mkdocs_files.make_exclusion(config)
        self._records = publish_records(settings, tree, pages, is_excluded)
        open_with = partial(
            open_project,
            place=place,
            tree=tree,
            site={**pages, **self._records},
            rendering=mkdocs_files.find_rendering(config),
            for_search=True,
        )
        try:
            self.project = open_with(settings)
            self.result = run(settings, self.project, self._cache.files)
        except UnusableFileError as error:
            self._log.fail([str(error)])
            self.project = open_with(replace(settings, baseline=None, schema=None, signatures=None))
            self.result = run(settings, self.project, self._cache.files)
        templates = None
        try:
            templates = mkdocs_files.find_template_folder(place.root, settings)
        except UnusableFileError as error:
            self._log.fail([str(error)])
        history = self._read_history()
        commit = history.head.id if history else find_head(settings, place.root)
        sources = make_source_links(mkdocs_files.find_repository_settings(config), place, commit)
        self.site = TraceSite(self.result, templates, self._log.reasons, history, sources)

    def _read_history(self) -> History | None:
        try:
            return read_history(self.result.trace)
        except GitError as error:
            if str(error) not in self._cache.reported:
                self._cache.reported.add(str(error))
                log.info("pages have no history: %s", error)
        return None

    def find_inputs(self) -> tuple[Inputs, InputState]:
        """What was read, and the state of it at that time."""
        trace, place = self.result.trace, self.project.place
        prefix = f"{place.docs_dir}/" if place.docs_dir else ""
        named = {
            *(reference.resolved.path for reference in trace.links.path_references),
            *(reference.resolved.path for reference in trace.links.page_references),
        }
        others = {path for path in named if path and not path.startswith(prefix)}
        files = self.project.tree.files
        others |= find_files_beside(self._settings, files)
        states = {
            **find_states(place.root, others),
            **self._option_files,
            **self._cache.files.file_states(),
        }
        sources = find_input_paths(self._settings, files)
        return Inputs(self._settings, place, frozenset(states)), InputState(sources, states)

    def read_again(self, files: Files, config: MkDocsConfig) -> None:
        """Read the project again if other plugins have added or removed pages."""
        pages = mkdocs_files.collect_site_pages(config, files, self._paths, self._added)
        if map_publications({**pages, **self._records}) != map_publications(self.project.site):
            self.read(files, config)
            if self._added:
                self.site.keep(self._added & files.src_uris.keys())

    def add_pages(self, files: Files, config: MkDocsConfig) -> None:
        """Add generated pages, assets and records outside docs_dir to the files."""
        site, nav = self.site, self._settings.nav
        if nav is NavMode.PRUNED:
            self._pruned.update(navigation.prune(files, self._paths, site.trace))
        factory = FileFactory(config, self.project.place, self._cache.sources)
        translation = TranslatedBuild(config)
        for record in factory.make_records(self._records, nav):
            translation.move(record)
            files.append(record)
            if record.inclusion is InclusionLevel.NOT_IN_NAV:
                self._pruned.add(record.src_uri)
        pages = [*factory.make_pages(site, nav), *factory.make_data(site)]
        for page in pages:
            translation.move(page)
        pages.extend(factory.make_assets())
        collisions = mkdocs_files.find_collisions(pages, files)
        messages = [
            f"'{other.src_uri}' has the address of the generated page '{page.src_uri}'; "
            "rename it, or set another 'prefix'"
            for page, other in collisions.items()
        ]
        if messages:
            self._log.fail(messages)
        for page in [page for page in pages if page not in collisions]:
            files.append(page)
            self._added.add(page.src_uri)
            if page.inclusion is InclusionLevel.NOT_IN_NAV:
                self._pruned.add(page.src_uri)
        site.keep(self._added)
        without_history = (page.uri for page in site.pages.values() if page.source is None)
        exclude_from_git_authors(config, without_history)

    def hide_from_nav(self, files: Files, config: MkDocsConfig) -> None:
        """Hide pages from a plugin that makes a navigation of all files."""
        self._hidden.hide(files, config, self.site.pages, self._pruned)

    def add_to_nav(self, files: Files, config: MkDocsConfig) -> None:
        """Add our pages to an explicit navigation."""
        self._hidden.restore(files)
        navigation.add_to_nav(config, self.site, self._settings.nav)

    def report_problems(self) -> Report:
        """Log all new problems."""
        lines = make_line_reader(self.project)
        report = report_on(self.result, self.result.problems, strict=self._is_strict)
        for problem in report.new():
            level = logging.ERROR if problem.severity is Severity.ERROR else logging.WARNING
            self._log.write(level, text_report.format_problem(problem, lines))
        return report

    def conclude(self, report: Report) -> None:
        """Log the summary, or fail with it if there are errors, unless serving.

        Warnings fail a strict build at its end, when MkDocs has logged its own.
        """
        summary = text_report.format_summary(report)
        if report.new(Severity.ERROR) and not self._is_serving:
            raise PluginError(f"plantrace: {summary}")
        log.info(summary)

    def exclude_unreadable(self, files: Files) -> None:
        """Exclude pages that cannot be read, unless MkDocs has to report them."""
        is_reported = self._settings.is_on(UNPUBLISHED_DOCUMENT)
        unreadable = self.site.trace.unreadable if self._is_serving or is_reported else ()
        mkdocs_files.exclude(files, self._paths, self.project, unreadable)

    def begin_rendering(self, files: Files, config: MkDocsConfig) -> None:
        """Write search data and feed, and find out whether cached HTML is still valid."""
        urls = mkdocs_files.FileUrls(files, config)
        self.renderer = PageRenderer(
            site=self.site,
            paths=self._paths,
            urls=urls,
            printed=PrintedPages(config, map(urls.find, self._pruned)),
            cache=self._cache.html,
            log=self._log,
            with_problems=self._is_serving,
        )
        site, at = self.site, self.site.addresses
        page = files.get_file_from_path(at.errors)
        if page:
            href = urls.relative_to(page)
            self._write_file(at.search_data, lambda: site.render_search_data(href))
        title, url = config.site_name, config.site_url or ""
        self._write_file(at.feed, lambda: site.render_feed(urls.find, title, url))
        values = displayed_values(self.result, site, urls.all, self._option_files)
        self._cache.html.begin(values if self._is_serving else None)

    def _write_file(self, uri: str, render: Callable[[], str]) -> None:
        """Write a generated file that is no page; empty if one of its templates has a fault."""
        if uri not in self._added:
            return
        text = ""
        try:
            text = render()
        except FaultyTemplateError as error:
            self._log.fail([str(error)])
        self._cache.sources.write(uri, text)

    def is_generated(self, page: Page) -> bool:
        return page.file.src_uri in self.site.pages

    def find_source(self, page: Page) -> str | None:
        """The Markdown of a page in place of that in its file.

        Where another plugin has replaced the file of a generated page by a copy with the same
        `abs_src_path`, that would be the metadata. A page that has been removed since it was read
        is empty: the server builds again.
        """
        path = page.file.abs_src_path
        if self._is_serving and path and not os.path.isfile(path):
            return ""
        if not self.is_generated(page) or mkdocs_files.is_ours(page.file):
            return None
        return make_source(self.site.pages[page.file.src_uri])

    def prepare_markdown(self, page: Page, markdown: str) -> str:
        """Set the page for the Markdown extension, and mark the places of lists."""
        if self.is_generated(page):
            self._links.page = None
            return markdown
        path = self._paths.find(page.file)
        reported = self.result.reported_links(path)
        self._links.page = PageLinks(self.site, path, page.file.src_uri, reported)
        return self.site.mark_lists(path, markdown)
