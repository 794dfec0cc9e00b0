"""The MkDocs plugin: each hook passes MkDocs' values on to the build."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from mkdocs.config.base import ConfigErrors, ConfigWarnings, LegacyConfig, ValidationError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from mkdocs_plantrace.checks.catalogue import load_settings
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, resolve_in_root
from mkdocs_plantrace.editing.check_evidence import EvidenceWriter
from mkdocs_plantrace.project.workspace import project_root
from mkdocs_plantrace.site import mkdocs_files, navigation
from mkdocs_plantrace.site.build import Build, BuildCache
from mkdocs_plantrace.site.build_log import FailedBuildError
from mkdocs_plantrace.site.other_plugins import TranslatedBuild, needs_folders_in_nav
from mkdocs_plantrace.site.watcher import Watcher


class PlantracePlugin(BasePlugin[LegacyConfig]):  # type: ignore[no-untyped-call] # MkDocs'
    """Checks the record before MkDocs renders a page, and publishes it.

    - `load_config` validates the options.
    - `on_startup` notes whether MkDocs serves.
    - `on_config`, first: notes the configured docs_dir, which other plugins change.
    - `on_config` starts a build: evidence, assets, Markdown extension.
    - `on_serve` begins to watch what MkDocs does not watch, and `on_shutdown` ends this.
    - `on_files`, early: reads the project and adds the pages, so that other plugins see them.
    - `on_files`, late: reports and fails, when other plugins have added their pages.
    - `on_files`, around literate-nav (-100) and static-i18n (-100): hides pages from the
      navigation that literate-nav makes, adds pages after static-i18n, completes `nav`.
    - `on_nav` writes the search data, as all URLs are known, and sorts the generated pages: before
      section-index, which makes the first page of a section its index, but after awesome-pages.
    - `on_page_read_source` keeps metadata from becoming the text of a page.
    - `on_pre_page` skips the Markdown of generated pages.
    - `on_page_markdown` marks the places of lists, and sets the page for the extension.
    - `on_page_content`, first: adds generated HTML and lists, which other plugins read.
    - `on_page_context` adds box, references and graph, after search has read the page.
    - `on_build_error` writes the reason into the evidence.

    MkDocs uses one instance for all builds of a server. The state of one build is in `_build`.
    """

    _build: Build

    def __init__(self) -> None:
        self._settings = Settings()
        self._mistakes: list[str] = []
        self._config: MkDocsConfig | None = None
        self._docs_dir = ""
        self._is_serving = False
        self._cache = BuildCache()
        self._watcher = Watcher()
        self._evidence = EvidenceWriter()

    def load_config(
        self, options: dict[str, Any], config_file_path: str | None = None
    ) -> tuple[ConfigErrors, ConfigWarnings]:
        """Validate the options; for MkDocs, an unknown one would be a warning only.

        A server that runs ignores options with mistakes, as it would answer nothing after an error.
        """
        self.config = LegacyConfig((), config_file_path=config_file_path)
        self.config.load_dict(options)
        self._settings, messages = load_settings(options)
        self._mistakes = [f"option '{name}': {message}" for name, message in messages]
        if self._is_serving:
            return [], []
        if messages and config_file_path:
            root = project_root(Path(config_file_path), self._settings)
            with suppress(UnwritableFileError):  # MkDocs calls no hook after this
                _begin_evidence(self._settings, root).fail("\n".join(self._mistakes))
        return [(name, ValidationError(message)) for name, message in messages], []

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        self._is_serving = command == "serve"  # builds through the API do not call this
        self._cache.reported.clear()

    @event_priority(100)
    def _note_docs_dir(self, config: MkDocsConfig) -> None:
        if config is not self._config:  # static-i18n builds again with the same one
            self._config, self._docs_dir = config, config.docs_dir

    def _begin(self, config: MkDocsConfig) -> None:
        is_serving = self._is_serving or mkdocs_files.is_preview(config)
        root = mkdocs_files.find_workspace(config, self._docs_dir, self._settings).root
        if not is_serving and not TranslatedBuild(config).is_repeated:
            with _as_plugin_error():
                self._evidence = _begin_evidence(self._settings, root)
        self._build = Build(
            self._settings,
            self._cache,
            self._docs_dir,
            self._mistakes,
            is_serving=is_serving,
            is_strict=config.strict,
        )
        self._build.register(config)

    on_config = CombinedEvent(_note_docs_dir, _begin)

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., None]
    ) -> LiveReloadServer:
        self._is_serving = True  # even with --clean
        self._watcher.start(server)
        return server

    def on_shutdown(self) -> None:
        self._watcher.stop()

    @event_priority(50)
    def _add_pages(self, files: Files, *, config: MkDocsConfig) -> Files:
        mkdocs_files.remove_temporary(files)
        self._build.read(files, config)
        if not TranslatedBuild(config).is_active:
            self._build.add_pages(files, config)
        return files

    @event_priority(-90)
    def _check(self, files: Files, *, config: MkDocsConfig) -> Files:
        self._build.read_again(files, config)
        self._watcher.follow(*self._build.find_inputs())
        if not TranslatedBuild(config).is_repeated:
            report = self._build.report_problems()
            with _as_plugin_error():
                self._evidence.finish(report)
            self._build.conclude(report)
        self._build.exclude_unreadable(files)
        return files

    @event_priority(-99)
    def _hide_from_nav(self, files: Files, *, config: MkDocsConfig) -> Files:
        self._build.hide_from_nav(files, config)
        return files

    @event_priority(-101)
    def _add_to_nav(self, files: Files, *, config: MkDocsConfig) -> Files:
        if TranslatedBuild(config).is_active:
            self._build.add_pages(files, config)
        self._build.add_to_nav(files, config)
        return files

    on_files = CombinedEvent(_add_pages, _check, _hide_from_nav, _add_to_nav)

    @event_priority(50)
    def _begin_rendering(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        self._build.begin_rendering(files, config)
        if not needs_folders_in_nav(config):
            self._arrange(nav, config, files)

    @event_priority(-50)
    def _arrange_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        if needs_folders_in_nav(config):
            self._arrange(nav, config, files)

    on_nav = CombinedEvent(_begin_rendering, _arrange_nav)

    def _arrange(self, nav: Navigation, config: MkDocsConfig, files: Files) -> None:
        navigation.arrange_nav(nav, self._build.site, files, config, self._settings.nav)

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        if self._build.is_generated(page):
            mkdocs_files.skip_markdown(page)
        return page

    def on_page_read_source(self, *, page: Page, config: MkDocsConfig) -> str | None:
        return self._build.find_source(page)

    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        return self._build.prepare_markdown(page, markdown)

    @event_priority(100)
    def on_page_content(self, html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        return self._build.renderer.render_content(page, html)

    @event_priority(-100)
    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> None:
        if page.content is not None:
            page.content = self._build.renderer.complete_content(page, page.content)

    def on_build_error(self, *, error: Exception) -> None:
        if isinstance(error, FailedBuildError):
            with suppress(UnwritableFileError):
                self._evidence.fail("\n".join(error.reasons))


@contextmanager
def _as_plugin_error() -> Iterator[None]:
    """Stop the build if a file cannot be written."""
    try:
        yield
    except UnwritableFileError as error:
        raise PluginError(f"plantrace: {error}") from error


def _begin_evidence(settings: Settings, root: Path) -> EvidenceWriter:
    """Replace earlier evidence with a FAIL, if the option names a file."""
    evidence = EvidenceWriter()
    if settings.evidence is not None and os.path.isdir(root):
        evidence.begin(resolve_in_root(root, settings.evidence), root)
    return evidence
