"""The MkDocs edge: hooks that translate MkDocs' values, call one function, and hand back."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from mkdocs.config.base import ConfigErrors, ConfigWarnings, LegacyConfig, ValidationError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from mkdocs_plantrace.checks.catalogue import load_settings
from mkdocs_plantrace.checks.file_rules import UNPUBLISHED_DOCUMENT
from mkdocs_plantrace.checks.pipeline import run
from mkdocs_plantrace.config.settings import NavMode, Settings
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, inside_root
from mkdocs_plantrace.editing.check_evidence import EvidenceWriter
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.parsing.mkdocs_yml import TOC_NAMES, has_own_slugs
from mkdocs_plantrace.project.cache import Cache
from mkdocs_plantrace.project.project import line_reader, open_project
from mkdocs_plantrace.project.workspace import (
    SitePage,
    Workspace,
    project_root,
    publications,
    survey,
)
from mkdocs_plantrace.reports import text_report
from mkdocs_plantrace.reports.outcome import report_on
from mkdocs_plantrace.site import mkdocs_files
from mkdocs_plantrace.site.assets import script, stylesheet
from mkdocs_plantrace.site.build import Build
from mkdocs_plantrace.site.generated_pages import FaultyTemplateError, TraceSite
from mkdocs_plantrace.site.markdown_extension import TraceLinks
from mkdocs_plantrace.site.render_cache import Rendered, shown_on_pages
from mkdocs_plantrace.utils.text_file import UnusableFileError

log = get_plugin_logger(__name__)


@contextmanager
def _as_plugin_error() -> Iterator[None]:
    """End the build with the reason why a file cannot be written."""
    try:
        yield
    except UnwritableFileError as error:
        raise PluginError(f"plantrace: {error}") from error


class PlantracePlugin(BasePlugin[LegacyConfig]):  # type: ignore[no-untyped-call] # MkDocs'
    """Checks the record before a page is rendered, and publishes it.

    MkDocs keeps one instance over all builds of a `serve`; what is of one build is in `_build`.
    """

    def __init__(self) -> None:
        self._settings = Settings()
        self._cache = Cache()
        self._rendered = Rendered()
        self._links = TraceLinks()
        self._evidence = EvidenceWriter()
        self._is_serving = False
        self._server: LiveReloadServer | None = None
        self._watched: dict[str, int] = {}
        self._build: Build | None = None

    def load_config(
        self, options: dict[str, Any], config_file_path: str | None = None
    ) -> tuple[ConfigErrors, ConfigWarnings]:
        """Validate the options; an unknown one is an error, not MkDocs' warning."""
        self.config = LegacyConfig((), config_file_path=config_file_path)
        self.config.load_dict(options)
        self._settings, messages = load_settings(options)
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

    def on_config(self, config: MkDocsConfig) -> None:
        """Register assets, Markdown extension and watched folders; safe to run twice."""
        self._build = None
        self._is_serving = self._is_serving or mkdocs_files.is_preview(config)
        self._promise(config)
        self._links.page = None
        extensions: list[Any] = config.markdown_extensions  # MkDocs' type leaves out instances
        if self._links not in extensions:
            extensions.append(self._links)
        (style, _), (code, _) = stylesheet(), script()
        if style not in config.extra_css:
            config.extra_css.insert(0, style)  # so that the user's own styles come later
        if code not in config.extra_javascript:
            config.extra_javascript.append(code)
        self._watch(config, mkdocs_files.input_paths(self._settings))

    def _watch(self, config: MkDocsConfig, paths: Iterable[str]) -> None:
        """Watch paths as soon as they exist; while serving, again when they were made anew."""
        root = self._place(config).root
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
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., None]
    ) -> LiveReloadServer:
        """Keep the server, so that folders made later can be watched."""
        self._server = server
        return server

    @event_priority(50)
    def _add_trace(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Read the project and add the pages, early, so that other plugins see them."""
        pages, nav = mkdocs_files.site_pages(config, files, self._place(config)), self._settings.nav
        build = self._build = self._read(pages, config)
        if nav is NavMode.PRUNED:
            mkdocs_files.prune(files, build.project, build.site.trace)
        self._add_pages(files, config, build)
        mkdocs_files.add_to_nav(config, build.site, nav)
        return files

    @event_priority(-90)
    def _check_trace(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Report and, unless serving, fail; late, when other plugins have added their pages."""
        build, pages = self._build, mkdocs_files.site_pages(config, files, self._place(config))
        if build is None or publications(pages) != publications(build.project.site):
            build = self._build = self._read(pages, config)
            build.site.keep({file.src_uri for file in files if mkdocs_files.is_ours(file)})
        self._report(config, build)
        is_reported = self._settings.severity_of(UNPUBLISHED_DOCUMENT) is not None
        # If neither, MkDocs itself has to refuse pages that cannot be read.
        is_ours = self._is_serving or is_reported
        mkdocs_files.leave_out(files, build.project, build.site.trace.unreadable if is_ours else ())
        return files

    on_files = CombinedEvent(_add_trace, _check_trace)

    def _place(self, config: MkDocsConfig) -> Workspace:
        return mkdocs_files.place_of(config, self._settings)

    def _read(self, pages: Mapping[str, SitePage], config: MkDocsConfig) -> Build:
        """Check; while serving without the files of options that cannot be used."""
        settings, place = self._settings, self._place(config)
        open_with = partial(
            open_project,
            place=place,
            tree=survey(settings, place),
            site=pages,
            has_own_slugs=any(has_own_slugs(config.mdx_configs.get(name)) for name in TOC_NAMES),
            for_search=True,
        )
        try:
            project = open_with(settings)
            result = run(settings, project, self._cache)
        except UnusableFileError as error:
            self._complain(config, [str(error)])
            project = open_with(replace(settings, baseline=None, schema=None, signatures=None))
            result = run(settings, project, self._cache)
        self._watch(config, mkdocs_files.folders_of(result.trace))
        return Build(
            project=project,
            result=result,
            site=TraceSite(result, mkdocs_files.template_folder(place.root, settings)),
            rendered=self._rendered,
            with_problems=self._is_serving,
        )

    def _report(self, config: MkDocsConfig, build: Build) -> None:
        result, lines = build.result, line_reader(build.project)
        for problem in (it for it in result.problems if not it.baselined):
            level = logging.ERROR if problem.severity is Severity.ERROR else logging.WARNING
            log.log(self._level(level, config), text_report.describe(problem, lines))
        report = report_on(result, result.problems, strict=config.strict)
        summary = text_report.summarise(report)
        with _as_plugin_error():
            self._evidence.finish(report)
        if not self._is_serving and report.is_failing:
            raise PluginError(f"plantrace: {summary}")
        log.info(summary)

    def _promise(self, config: MkDocsConfig) -> None:
        """Begin the evidence that the option names; a preview is no check."""
        name, root = self._settings.evidence, self._place(config).root
        self._evidence = EvidenceWriter()
        if name is not None and not self._is_serving:
            with _as_plugin_error():
                self._evidence.begin(inside_root(root, name), root)

    def _level(self, level: int, config: MkDocsConfig) -> int:
        """Under `serve --strict` MkDocs would end the server over a warning: say it softer."""
        if not self._is_serving:
            return level
        return logging.INFO if config.strict else logging.WARNING

    def _add_pages(self, files: Files, config: MkDocsConfig, build: Build) -> None:
        site, nav = build.site, self._settings.nav
        root, included = build.project.place.root, InclusionLevel.INCLUDED
        pages = list(mkdocs_files.to_files(site.pages.values(), config, root, nav))
        for address, content in (stylesheet(), script(), (site.addresses.search_data, "")):
            pages.append(File.generated(config, address, content=content, inclusion=included))
        clashes = mkdocs_files.collisions(pages, files)
        messages = [
            f"'{other.src_uri}' stands where the generated page '{page.src_uri}' belongs; "
            "rename it, or set another 'prefix'"
            for page, other in clashes.items()
        ]
        self._complain(config, messages)
        ours = [page for page in pages if page not in clashes]
        for page in ours:
            files.append(page)
        site.keep({page.src_uri for page in ours})

    def _complain(self, config: MkDocsConfig, messages: Sequence[str]) -> None:
        """Fail the build if there are any; under `serve` only say so."""
        if messages and not self._is_serving:
            with suppress(UnwritableFileError):
                self._evidence.fail("\n".join(messages))
            raise PluginError("\n".join(f"plantrace: {message}" for message in messages))
        for message in messages:
            log.log(self._level(logging.WARNING, config), message)

    @contextmanager
    def _complaining(self, config: MkDocsConfig) -> Iterator[None]:
        """Complain of a template of the project that cannot be rendered."""
        try:
            yield
        except FaultyTemplateError as error:
            self._complain(config, [str(error)])

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """Put our pages in order where MkDocs made the navigation itself."""
        build = self._build
        if build is None:
            return
        build.fill_search_data(files)
        templates = mkdocs_files.template_folder(build.project.place.root, self._settings)
        shown = shown_on_pages(build.result, build.site.search_version, build.urls, templates)
        self._rendered.begin(shown if self._is_serving else None)
        if config.nav is None and self._settings.nav is not NavMode.NONE:
            mkdocs_files.arrange_nav(nav, build.site, files, config, self._settings.nav)

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        """Spare generated pages what only Markdown needs."""
        if self._build and self._build.generates(page):
            mkdocs_files.spare_rendering(page)
        return page

    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Set the page for the Markdown extension, and mark where lists belong."""
        build = self._build
        if build is None or build.generates(page):
            self._links.page = None
            return None
        self._links.page = build.links_of(page)
        return build.site.with_marks(build.path_of(page), markdown)

    def on_page_content(
        self, html: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Give a generated page its HTML, and any other its lists, before search reads it."""
        build = self._build
        if build is None:
            return None
        with self._complaining(config):
            if build.generates(page):
                html = build.content(page)
                mkdocs_files.fill(page, html)
            else:
                html = build.with_lists(page, html)
        return html

    @event_priority(-100)
    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> None:
        """Add box, references and graph, after search has read the page."""
        if self._build is None or page.content is None:
            return
        with self._complaining(config):
            page.content = self._build.completed(page)
