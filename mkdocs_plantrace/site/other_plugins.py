"""What a build does for one other plugin, where no general way works for all."""

import glob
import posixpath
import re
from collections.abc import Callable, Container, Iterable
from html import escape, unescape
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

_LINK = re.compile(r'(<a\s[^>]*?\bhref=)"([^"]*)"')


class TranslatedBuild:
    """The build of one language by static-i18n, which builds a site once for each.

    It rejects pages that are not in docs_dir, so that generated pages have to be added after it.
    """

    def __init__(self, config: MkDocsConfig) -> None:
        self._plugin: Any = config.plugins.get("i18n")
        self._use_directory_urls = config.use_directory_urls
        self.is_active = self._plugin is not None
        self.is_repeated = bool(self._plugin and self._plugin.building)

    def move(self, file: File) -> None:
        """Move a generated page to the folder of the language."""
        if self.is_active:
            file.dest_uri = self._folder_of(self._plugin.current_language) + file.dest_uri

    def find_url(self, uri: str) -> str:
        """The URL of a page that is not in this build, because it is in another language."""
        if not self.is_active:
            return uri
        if self._plugin.config.docs_structure == "folder":
            language, _, path = uri.partition("/")
        else:
            stem, suffix = posixpath.splitext(uri)
            stem, _, language = stem.rpartition(".")
            path = stem + suffix
        if language not in self._plugin.all_languages:
            return uri
        return self._folder_of(language) + File(path, None, "", self._use_directory_urls).url

    def _folder_of(self, language: str) -> str:
        """The folder of a language in the site; the default one has none."""
        return "" if language == self._plugin.default_language else f"{language}/"


class NavigationFiles:
    """Keeps files from literate-nav, which lists all pages, also those to be left out."""

    def __init__(self) -> None:
        self._hidden: list[File] = []

    def hide(
        self, files: Files, config: MkDocsConfig, ours: Container[str], pruned: Container[str]
    ) -> None:
        """Hide our pages and the pruned ones from an automatic navigation.

        From a navigation of the user, which may name any page, only our pruned pages are hidden.
        """
        plugin: Any = config.plugins.get("literate-nav")
        if plugin is None or TranslatedBuild(config).is_active:
            return
        has_nav = config.nav is not None or files.get_file_from_path(plugin.config.nav_file)
        for file in list(files.documentation_pages()):
            is_ours, is_pruned = file.src_uri in ours, file.src_uri in pruned
            if (is_ours and is_pruned) if has_nav else (is_ours or is_pruned):
                files.remove(file)
                self._hidden.append(file)

    def restore(self, files: Files) -> None:
        for file in self._hidden:
            files.append(file)
        self._hidden.clear()


class PrintedPages:
    """Corrects the HTML that print-site joins to one page; it takes it in `on_page_content`.

    Graphs are not in it yet. Its links to pages that are out of the navigation, and so of the
    printed page, would lead nowhere: print-site makes an anchor of each address in double quotes.
    """

    def __init__(self, config: MkDocsConfig, left_out: Iterable[str]) -> None:
        self._plugin: Any = config.plugins.get("print-site")
        self._left_out = {posixpath.normpath(url) for url in left_out}

    def correct(self, page: Page, complete: Callable[[str], str]) -> None:
        """Correct the HTML of a page; `complete` adds its graph."""
        if self._plugin is None or not hasattr(page, "html"):
            return

        def replace(link: re.Match[str]) -> str:
            path, hash_, anchor = unescape(link[2]).partition("#")
            url = posixpath.normpath(posixpath.join(posixpath.dirname(page.url), path))
            if not path or url not in self._left_out:
                return link[0]
            slash = "/" if path.endswith("/") else ""
            printed = get_relative_url(url + slash, self._plugin.print_file.url)
            return f"{link[1]}'{escape(printed + hash_ + anchor)}'"

        page.html = _LINK.sub(replace, complete(page.html))


def exclude_from_git_authors(config: MkDocsConfig, uris: Iterable[str]) -> None:
    """Exclude pages without a history from git-authors, which warns about each of them."""
    plugin: Any = config.plugins.get("git-authors")
    if plugin is not None:
        plugin.config.exclude = sorted({*(plugin.config.exclude or ()), *map(glob.escape, uris)})


def needs_folders_in_nav(config: MkDocsConfig) -> bool:
    """Whether sections must be folders in `on_nav`: awesome-pages finds them by their pages."""
    return "awesome-pages" in config.plugins


def needs_sources_in_git(config: MkDocsConfig) -> bool:
    """Whether git is asked about each source, and fails at a file outside the repository.

    The theme shadcn shows dates of pages.
    """
    return config.theme.name == "shadcn"
