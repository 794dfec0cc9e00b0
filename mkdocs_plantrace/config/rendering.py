"""What the configuration of a site says about how its pages become HTML."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_TOC = ("toc", "markdown.extensions.toc")
_MATH = ("arithmatex", "katex", "math")
_LEAVE_TEXT = frozenset(
    {
        *("search", "plantrace", "blog", "info", "meta", "offline", "optimize", "privacy"),
        *("projects", "social", "tags", "typeset"),
    }
)
"""The plugins of MkDocs and Material, and our own: none of them replaces text in pages."""
_ADD_PAGES = frozenset(
    {
        *("api-autonav", "autoapi", "coverage", "gen-files", "i18n", "mkdocs-jupyter", "mkdoxy"),
        *("monorepo", "multirepo", "same-dir", "simple", "techdocs-core"),
    }
)
"""Plugins that add pages which are not in `docs_dir`."""
_REWRITE_LINKS = frozenset(
    {
        *("alias", "autolinks", "ezlinks", "obsidian-bridge", "pathconverter", "roamlinks"),
        "site-urls",
    }
)
"""Plugins and extensions that give links of pages other destinations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """What decides whether a link of a page can be resolved without a build.

    - `has_own_slugs`: the ids of headings are not the default ones of the toc extension.
    - `has_math`: text between marks of TeX has no links.
    - `replaces_text`: a hook or plugin may replace text in braces.
    - `rewrites_links`: a plugin or extension may give a link another destination.
    - `adds_pages`: a hook or plugin may add pages that are not known yet.
    """

    use_directory_urls: bool = True
    has_own_slugs: bool = False
    has_math: bool = False
    replaces_text: bool = False
    rewrites_links: bool = False
    adds_pages: bool = False


def make_rendering(
    plugins: Iterable[str],
    extensions: Mapping[str, object],
    *,
    use_directory_urls: bool,
    has_hooks: bool,
    hooks_add_pages: bool = False,
) -> Rendering:
    """Make it from the names of plugins, and the names and options of Markdown extensions."""
    names = {name.rpartition("/")[2] for name in plugins}  # Material's may be `material/tags`
    extension_names = {name.rpartition(".")[2] for name in extensions}
    return Rendering(
        use_directory_urls=use_directory_urls,
        has_own_slugs=any(_has_own_slugs(extensions.get(name)) for name in _TOC),
        has_math=any(word in name for name in extension_names for word in _MATH),
        replaces_text=has_hooks or not names <= _LEAVE_TEXT,
        rewrites_links=not _REWRITE_LINKS.isdisjoint(names | extension_names),
        adds_pages=hooks_add_pages or not _ADD_PAGES.isdisjoint(names),
    )


def _has_own_slugs(toc: object) -> bool:
    return isinstance(toc, dict) and ("slugify" in toc or toc.get("separator", "-") != "-")
