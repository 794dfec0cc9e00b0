"""The MkDocs edge: hooks that translate MkDocs' values, call one function, and hand back."""

from __future__ import annotations

import atexit
import gc
import logging
import os
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mkdocs.config.base import ConfigErrors, ConfigWarnings, LegacyConfig, ValidationError
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.utils import get_relative_url

from mkdocs_plantrace import mkdocs_site, rules
from mkdocs_plantrace.authoring.evidence import EvidenceWriter
from mkdocs_plantrace.authoring.files import UnwritableFileError, inside_root
from mkdocs_plantrace.gathering import Memory
from mkdocs_plantrace.markdown_links import PageLinks, TraceLinks
from mkdocs_plantrace.pages.assets import script, stylesheet
from mkdocs_plantrace.pages.facts import Facts
from mkdocs_plantrace.pages.rendered import Html, Part, Rendered
from mkdocs_plantrace.pages.site import GRAPH, FaultyTemplateError, TraceSite
from mkdocs_plantrace.pipeline import Result, run
from mkdocs_plantrace.project import Project, line_reader, open_project
from mkdocs_plantrace.reading.mkdocs_yml import TOC_NAMES, has_own_slugs
from mkdocs_plantrace.reading.source import UnusableFileError
from mkdocs_plantrace.reports import text
from mkdocs_plantrace.reports.report import report_on
from mkdocs_plantrace.rules import Severity
from mkdocs_plantrace.settings import NavMode, Settings, load
from mkdocs_plantrace.workspace import SitePage, Workspace, project_root, publications, survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

    from mkdocs_plantrace.paths import Publication

log = get_plugin_logger(__name__)


@contextmanager
def _told_by_mkdocs() -> Iterator[None]:
    """Let MkDocs end with the reason why a file cannot be written."""
    try:
        yield
    except UnwritableFileError as error:
        raise PluginError(f"plantrace: {error}") from error


@contextmanager
def _without_collection() -> Iterator[None]:
    """Search for no garbage while much is made that stays: that takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class PlantracePlugin(BasePlugin[LegacyConfig]):  # type: ignore[no-untyped-call] # MkDocs'
    """Checks the record before a page is rendered, and publishes it.

    MkDocs keeps one instance over all builds of a `serve`; `_memory` and `_rendered` are meant
    to outlive a build, everything else is set anew by `on_config`, `on_files` and `on_nav`.
    """

    def __init__(self) -> None:
        self._settings = Settings()
        self._memory = Memory()
        self._links = TraceLinks()
        self._evidence = EvidenceWriter()
        self._is_serving = False
        self._server: LiveReloadServer | None = None
        self._watched: dict[str, int] = {}
        self._urls: dict[str, str] = {}
        self._paths: dict[str, str] = {}
        self._rendered = Rendered()
        self._project: Project | None = None
        self._site: TraceSite | None = None
        self._own_pages: frozenset[str] = frozenset()
        self._left_out: Mapping[str, Publication] = {}
        self._seen: list[tuple[str, str | None, InclusionLevel]] = []
        self._result: Result | None = None

    def load_config(
        self, options: dict[str, Any], config_file_path: str | None = None
    ) -> tuple[ConfigErrors, ConfigWarnings]:
        """Validate the options; an unknown one is an error, not MkDocs' warning."""
        self.config = LegacyConfig((), config_file_path=config_file_path)
        self.config.load_dict(options)
        self._settings, messages = load(options)
        if messages and config_file_path:
            self._fail_evidence(Path(config_file_path), [f"{n}: {text}" for n, text in messages])
        return [(name, ValidationError(message)) for name, message in messages], []

    def _fail_evidence(self, configuration: Path, reasons: Sequence[str]) -> None:
        """No hook is called when options are wrong; evidence must not say PASS then."""
        root = project_root(configuration, self._settings)
        if self._settings.evidence and root.is_dir():
            with suppress(UnwritableFileError):
                evidence = EvidenceWriter()
                evidence.begin(inside_root(root, self._settings.evidence), root)
                evidence.fail("\n".join(reasons))

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Learn whether to fail or to go on; builds through the API do not call this."""
        self._is_serving = command == "serve"
        # At its end Python would search all that the record holds for garbage.
        atexit.register(gc.freeze)

    def on_config(self, config: MkDocsConfig) -> None:
        """Register assets, Markdown extension and watched folders; safe to run twice."""
        self._site = self._result = self._project = None
        self._is_serving = self._is_serving or mkdocs_site.is_preview(config)
        self._promise(config)
        self._links.remembers = self._is_serving
        self._links.enter(None)
        extensions: list[Any] = config.markdown_extensions  # MkDocs' type leaves out instances
        if self._links not in extensions:
            extensions.append(self._links)
        address, _ = stylesheet()
        if address not in config.extra_css:
            config.extra_css.insert(0, address)  # so that the user's own styles come later
        address, _ = script()
        if address not in config.extra_javascript:
            config.extra_javascript.append(address)
        self._watch(config, mkdocs_site.input_paths(self._settings))

    def _watch(self, config: MkDocsConfig, paths: Iterable[str]) -> None:
        """Watch paths as soon as they exist; while serving, again when they were made anew."""
        root = mkdocs_site.place_of(config, self._settings).root
        for path in (str(root / name) for name in sorted(paths)):
            if not os.path.exists(path) or path in config.watch:
                continue
            config.watch.append(path)
            inode = os.stat(path).st_ino
            before = self._watched.get(path)
            if self._server and before != inode:
                if before is not None:  # the observer stops when a folder vanishes
                    self._server.unwatch(path)
                self._server.watch(path)
            self._watched[path] = inode

    def on_serve(
        self,
        server: LiveReloadServer,
        *,
        config: MkDocsConfig,
        builder: Callable[..., None],
    ) -> LiveReloadServer:
        """Keep the server, so that folders made later can be watched."""
        self._server = server
        return server

    @event_priority(50)
    def _add_trace(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Read the project and add the pages, early, so that other plugins see them."""
        self._own_pages, self._left_out = frozenset(), {}
        with _without_collection():
            project, _, site = self._read(files, config)
            self._left_out = mkdocs_site.prune(files, project, site.trace, self._settings.nav)
            self._add_pages(files, config, project, site)
            mkdocs_site.add_to_nav(config, site, self._settings.nav)
            self._seen = mkdocs_site.state_of(files)
        return files

    @event_priority(-90)
    def _check_trace(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Report and, unless serving, fail; late, when other plugins have added their pages."""
        project, result = self._project, self._result
        with _without_collection():
            if project is None or result is None or self._has_other_pages(config, files, project):
                project, result, site = self._read(files, config)
                site.keep(self._own_pages)
        self._report(config, project, result)
        is_told = self._settings.severity_of(rules.UNPUBLISHED_DOCUMENT) is not None
        if self._is_serving or is_told:  # else MkDocs itself has to refuse such pages
            mkdocs_site.leave_out_unreadable(files, project, result.trace)
        return files

    def _has_other_pages(self, config: MkDocsConfig, files: Files, project: Project) -> bool:
        if mkdocs_site.state_of(files) == self._seen:
            return False
        now = self._site_pages(files, config, project.place)
        return publications(now) != publications(project.site)

    on_files = CombinedEvent(_add_trace, _check_trace)

    def _read(self, files: Files, config: MkDocsConfig) -> tuple[Project, Result, TraceSite]:
        settings = self._settings
        place = mkdocs_site.place_of(config, settings)
        pages = self._site_pages(files, config, place)
        project, result = self._run(config, place, pages)
        site = TraceSite(result, mkdocs_site.template_folder(place.root, settings))
        self._project, self._result, self._site = project, result, site
        self._watch(config, mkdocs_site.folders_of(result.trace))
        return project, result, site

    def _site_pages(
        self, files: Files, config: MkDocsConfig, place: Workspace
    ) -> dict[str, SitePage]:
        return mkdocs_site.site_pages(config, files, place, self._own_pages, self._left_out)

    def _run(
        self, config: MkDocsConfig, place: Workspace, pages: Mapping[str, SitePage]
    ) -> tuple[Project, Result]:
        """Check; while serving without the files of options that cannot be used."""
        settings = self._settings
        tree = survey(settings, place)
        has_own = any(has_own_slugs(config.mdx_configs.get(name)) for name in TOC_NAMES)
        try:
            project = open_project(settings, place, tree, pages, has_own_slugs=has_own)
            return project, run(settings, project, self._memory)
        except UnusableFileError as error:
            self._complain(config, [str(error)])
        project = Project(place=place, tree=tree, site=pages, has_own_slugs=has_own)
        return project, run(settings, project, self._memory)

    def _report(self, config: MkDocsConfig, project: Project, result: Result) -> None:
        lines = line_reader(project)
        for problem in result.problems:
            if problem.baselined:
                continue
            level = logging.ERROR if problem.severity is Severity.ERROR else logging.WARNING
            log.log(self._level(level, config), text.describe(problem, lines))
        report = report_on(result, result.problems, strict=config.strict)
        summary = text.summarise(report)
        with _told_by_mkdocs():
            self._evidence.finish(report)
        if not self._is_serving and report.is_failing:
            raise PluginError(f"plantrace: {summary}")
        log.info(summary)

    def _promise(self, config: MkDocsConfig) -> None:
        """Begin the evidence that the option names; a preview is no check."""
        name, root = self._settings.evidence, mkdocs_site.place_of(config, self._settings).root
        self._evidence = EvidenceWriter()
        if name is not None and not self._is_serving:
            with _told_by_mkdocs():
                self._evidence.begin(inside_root(root, name), root)

    def _level(self, level: int, config: MkDocsConfig) -> int:
        """Under `serve --strict` MkDocs would end the server over a warning: say it softer."""
        if not self._is_serving:
            return level
        return logging.INFO if config.strict else logging.WARNING

    def _add_pages(
        self, files: Files, config: MkDocsConfig, project: Project, site: TraceSite
    ) -> None:
        assets = [stylesheet(), script(), (site.addresses.error_data, "")]
        included = InclusionLevel.INCLUDED
        nav = self._settings.nav
        pages = mkdocs_site.to_files(site.pages.values(), config, project.place.root, nav)
        pages += [
            File.generated(config, address, content=content, inclusion=included)
            for address, content in assets
        ]
        clashes = mkdocs_site.collisions(pages, files)
        self._complain(
            config,
            [
                f"'{other.src_uri}' stands where the generated page '{page.src_uri}' belongs; "
                "rename it, or set another 'prefix'"
                for page, other in clashes
            ],
        )
        taken = {page.src_uri for page, _ in clashes}
        for page in pages:
            if page.src_uri not in taken:
                files.append(page)
        self._own_pages = frozenset(page.src_uri for page in pages) - taken
        site.keep(self._own_pages)

    def _complain(self, config: MkDocsConfig, messages: Sequence[str]) -> None:
        """Fail the build if there are any; under `serve` only say so."""
        if messages and not self._is_serving:
            with suppress(UnwritableFileError):
                self._evidence.fail("\n".join(messages))
            raise PluginError("\n".join(f"plantrace: {message}" for message in messages))
        for message in messages:
            log.log(self._level(logging.WARNING, config), message)

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """Put our pages in order where MkDocs made the navigation itself."""
        with _without_collection():
            self._prepare(files)
        if self._site and config.nav is None and self._settings.nav is not NavMode.NONE:
            mkdocs_site.arrange_nav(nav, self._site, files, self._settings.nav)

    def _prepare(self, files: Files) -> None:
        """Begin with what is rendered of pages, now that the addresses of all are known."""
        site, project, result = self._site, self._project, self._result
        if site is None or project is None or result is None:
            return
        self._urls = {file.src_uri: file.url for file in files}
        self._paths = {file.src_uri: mkdocs_site.source_path(file, project.place) for file in files}
        facts = Facts(result, self._urls, (site.templates, self._is_serving))
        data = site.addresses.error_data
        parts = [
            *([("data", data)] if data in self._own_pages else []),
            *(("content", uri) for uri in site.pages),
            *(
                ("frame", uri)
                for uri, path in self._paths.items()
                if path in result.trace.documents
            ),
            *(("graph", uri) for uri in site.pages),
        ]
        render = partial(self._render, site)
        if not self._rendered.begin(facts, render, parts, keeps=self._is_serving):
            self._links.forget()

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Fill the file with the errors to search, just before files are written."""
        data = self._site.addresses.error_data if self._site else ""
        file = files.get_file_from_path(data) if data in self._own_pages else None
        if file:
            (file.content_string,) = self._rendered.get(("data", data))

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Leave no process behind."""
        self._rendered.end()

    def on_build_error(self, *, error: Exception) -> None:
        """Leave no process behind."""
        self._rendered.end()

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        """Spare generated pages what only Markdown needs."""
        if self._site and page.file.src_uri in self._site.pages:
            mkdocs_site.spare_rendering(page)
        return page

    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Tell the Markdown extension which page comes next, and mark where lists belong."""
        site = self._site
        if site is None or page.file.src_uri in site.pages:
            self._links.enter(None)
            return None
        self._links.enter(self._links_of(page))
        return site.with_marks(self._path(page.file), markdown)

    def _links_of(self, page: Page) -> PageLinks | None:
        if self._result is None or self._site is None:
            return None
        trace, path = self._result.trace, self._path(page.file)
        return PageLinks(
            trace=trace,
            addresses=self._site.addresses,
            ids=trace.ids if self._settings.autolink else None,
            path=path,
            uri=page.file.src_uri,
            reported=self._result.reported_links(path),
            found=self._links.found_on(path),
        )

    def on_page_content(
        self, html: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Give a generated page its HTML, and any other its lists, before search reads it."""
        site = self._site
        if site is None:
            return None
        uri = page.file.src_uri
        if uri not in site.pages:
            path = self._path(page.file)
            return self._with_lists(config, site, path, html, uri) if site.has_lists(path) else None
        content, headings = self._guarded(config, ("content", uri))
        mkdocs_site.fill(page, content, headings)
        return content

    @event_priority(-100)
    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> None:
        """Add box, references and graph, after search has read the page."""
        content = page.content
        if self._site is None or content is None:
            return
        uri = page.file.src_uri
        if uri in self._site.pages:
            before, mark, after = content.partition(GRAPH)
            if mark:
                graph, _ = self._guarded(config, ("graph", uri))
                page.content = f"{before}{graph}{after}"
        else:
            self._path(page.file)
            above, below = self._guarded(config, ("frame", uri))
            page.content = f"{above}{content}{below}" if above or below else content

    def _with_lists(
        self, config: MkDocsConfig, site: TraceSite, path: str, html: str, uri: str
    ) -> str:
        try:
            return site.with_lists(path, html, self._href(uri), with_problems=self._is_serving)
        except FaultyTemplateError as error:
            self._complain(config, [str(error)])
            return ""

    def _render(self, site: TraceSite, part: Part) -> Html:
        """The HTML of a generated page, its graph, or what comes before and after a document."""
        what, uri = part
        href = self._href(uri)
        if what == "data":
            return (site.error_data,)
        if what == "content":
            content = site.pages[uri].render(href)
            return content, mkdocs_site.headings_in(content)
        if what == "graph":
            return site.graph(uri, href), ""
        path = self._paths[uri]
        return (
            site.box(path, href, with_problems=self._is_serving),
            site.references(path, href),
        )

    def _guarded(self, config: MkDocsConfig, part: Part) -> Html:
        try:
            return self._rendered.get(part)
        except FaultyTemplateError as error:
            self._complain(config, [str(error)])
            return "", ""

    def _path(self, file: File) -> str:
        """The path of a file from the root; a plugin may have added it after `on_nav`."""
        if file.src_uri not in self._paths and self._project:
            self._paths[file.src_uri] = mkdocs_site.source_path(file, self._project.place)
            self._urls[file.src_uri] = file.url
        return self._paths[file.src_uri]

    def _href(self, uri: str) -> Callable[[str], str]:
        """URLs relative to a page; most are wanted more than once."""
        start = self._urls[uri]

        @cache
        def href(target: str) -> str:
            return get_relative_url(self._urls.get(target, target), start)

        return href
