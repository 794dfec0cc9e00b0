"""What a build does for one other plugin, where no general way works for all."""

import glob
from collections.abc import Container, Iterable
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files


class TranslatedBuild:
    """The build of one language by static-i18n, which builds a site once for each.

    It rejects pages that are not in docs_dir, so that generated pages have to be added after it.
    """

    def __init__(self, config: MkDocsConfig) -> None:
        plugin: Any = config.plugins.get("i18n")
        self.is_active = plugin is not None
        self.is_repeated = bool(plugin and plugin.building)
        language = plugin.current_language if plugin else None
        self._folder = f"{language}/" if plugin and language != plugin.default_language else ""

    def move(self, file: File) -> None:
        """Move a generated page to the folder of the language; the default one has none."""
        file.dest_uri = self._folder + file.dest_uri


class NavigationFiles:
    """Keeps files from literate-nav, which lists all pages, also those to be left out."""

    def __init__(self) -> None:
        self._hidden: list[File] = []

    def hide(
        self, files: Files, config: MkDocsConfig, ours: Container[str], pruned: Container[str]
    ) -> None:
        """Hide our pages and pruned ones; where there is a navigation, those that are both.

        It can still name each of them. `ours` that are not pruned get their place afterwards.
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
        while self._hidden:
            files.append(self._hidden.pop(0))


def exclude_from_git_authors(config: MkDocsConfig, uris: Iterable[str]) -> None:
    """Exclude pages without a history from git-authors, which warns about each of them."""
    plugin: Any = config.plugins.get("git-authors")
    if plugin is not None:
        plugin.config.exclude = sorted({*(plugin.config.exclude or ()), *map(glob.escape, uris)})


def needs_sources_in_git(config: MkDocsConfig) -> bool:
    """Whether git is asked about each source, and fails at a file outside the repository.

    The theme shadcn shows dates of pages.
    """
    return config.theme.name == "shadcn"
