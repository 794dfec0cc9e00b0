"""`mkdocs.yml`, read without MkDocs; unknown tags are tolerated."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml
import yaml_env_tag  # a dependency of MkDocs, so that `!ENV` has the same meaning

from mkdocs_plantrace.config.rendering import Rendering, make_rendering
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.yaml import yaml_nodes
from mkdocs_plantrace.utils.terminal import short_repr
from mkdocs_plantrace.utils.text_file import UnreadableFileError, read_text

_CONSTRUCTOR_ERRORS = (
    *(yaml.YAMLError, ArithmeticError, AttributeError, LookupError, RecursionError),
    *(TypeError, ValueError),
)
"""What PyYAML's constructors raise for values such as `!!int ""`."""
_MAX_BYTES = 1024 * 1024
_LONGEST_REASON = 500
_LONGEST_NUMBER = 100
_LONGEST_PATH = 1000
_NOT_IN_A_PATH = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ADDS_FILES = re.compile(r"(?m)^[^#\n]*\b(?:on_files\b|File(?:\.generated)?\()")
"""What the source of a hook contains if it adds files."""


class UnusableConfigurationError(ValueError):
    """A configuration that cannot be used; the message has the file and the reason."""


@dataclass(frozen=True, slots=True)
class RemovedFiles:
    """What the plugin mkdocs-exclude removes: files whose paths from docs_dir match a pattern."""

    globs: tuple[str, ...] = ()
    regexes: tuple[re.Pattern[str], ...] = ()

    def matches(self, uri: str) -> bool:
        is_named = any(fnmatchcase(uri, glob) for glob in self.globs)
        return is_named or any(regex.match(uri) for regex in self.regexes)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteConfiguration:
    """The settings that decide what a site publishes, and plantrace's raw options.

    `name`, `url` and those of the repository are '' if the file has none. `docs_dir` and
    `site_dir` are as in the file; `exclude_docs` and `draft_docs` are patterns as in `.gitignore`,
    '' for none.
    """

    path: Path
    name: str
    url: str
    repo_url: str
    repo_name: str
    edit_uri: str
    edit_uri_template: str
    docs_dir: str
    site_dir: str
    exclude_docs: str
    draft_docs: str
    removed: RemovedFiles
    rendering: Rendering
    options: Mapping[str, object]
    has_plugin: bool
    has_nav: bool


def read_site_configuration(
    path: Path, *, needs_plugin: bool = True, text: str | None = None
) -> SiteConfiguration:
    """Read `mkdocs.yml`, or its unsaved `text`. Raises UnusableConfigurationError."""
    values = _load_with_parents(path, text)
    if needs_plugin and "plantrace" not in _entries(values.get("plugins")):
        raise UnusableConfigurationError(
            f"{path}: there is no 'plantrace' in 'plugins'; 'plantrace init' can add it, "
            "and 'plantrace check --layout NAME' does not need it"
        )
    return make_site_configuration(path, values)


def make_site_configuration(path: Path, values: Mapping[str, Any]) -> SiteConfiguration:
    """Make a configuration from the values in `mkdocs.yml`. Raises UnusableConfigurationError."""
    plugins = _entries(values.get("plugins"))
    options = plugins.get("plantrace")
    if options is not None and not isinstance(options, dict):
        raise UnusableConfigurationError(f"{path}: the options of plantrace are not a mapping")
    return SiteConfiguration(
        path=path,
        name=_text(path, values, "site_name", ""),
        url=_text(path, values, "site_url", ""),
        repo_url=_text(path, values, "repo_url", ""),
        repo_name=_text(path, values, "repo_name", ""),
        edit_uri=_text(path, values, "edit_uri", ""),
        edit_uri_template=_text(path, values, "edit_uri_template", ""),
        docs_dir=_path_text(path, values, "docs_dir", "docs"),
        site_dir=_path_text(path, values, "site_dir", "site"),
        exclude_docs=_text(path, values, "exclude_docs", ""),
        draft_docs=_text(path, values, "draft_docs", ""),
        removed=_read_removed(path, plugins.get("exclude")),
        rendering=_read_rendering(path, values, plugins),
        options=options if isinstance(options, dict) else {},
        has_plugin="plantrace" in plugins,
        has_nav=values.get("nav") is not None,
    )


class _Loader(yaml.SafeLoader):
    """Reads a value with an unknown tag, such as `!!python/name:…`, as None."""


def _read_number(loader: _Loader, node: yaml.ScalarNode) -> int:
    if len(node.value) > _LONGEST_NUMBER:  # Python cannot print one of thousands of digits
        raise yaml.MarkedYAMLError(problem="the number is too long", problem_mark=node.start_mark)
    return loader.construct_yaml_int(node)


_Loader.add_constructor("tag:yaml.org,2002:int", _read_number)
_Loader.add_constructor("!ENV", yaml_env_tag.construct_env_tag)
_Loader.add_constructor(None, lambda _loader, _node: None)


def _load_with_parents(path: Path, text: str | None = None) -> dict[str, Any]:
    """Load a file and the files that it inherits from."""
    values = _load(path, "" if os.path.exists(path) else "; 'plantrace init' writes one", text)
    seen = {os.path.realpath(path)}
    while "INHERIT" in values:
        parent = path.parent / _path_text(path, values, "INHERIT", "")
        del values["INHERIT"]
        inherited = _load(parent)
        if os.path.realpath(parent) in seen:
            raise UnusableConfigurationError(f"{path}: INHERIT refers to the same file again")
        seen.add(os.path.realpath(parent))
        path, values = parent, _merge(inherited, values)
    return values


def _load(path: Path, hint: str = "", unsaved: str | None = None) -> dict[str, Any]:
    try:
        text = read_text(path, limit=_MAX_BYTES) if unsaved is None else unsaved
        root = yaml_nodes.read(text)
        values: Any = _Loader("").construct_document(root) if root else None
    except UnreadableFileError as error:
        raise UnusableConfigurationError(f"{path}: the file {error.reason}{hint}") from error
    except yaml_nodes.UnreadableError as error:
        place = LineIndex("", text).at(error.offset, error.offset)
        where = f"{path}:{place.line}:{place.column}"
        raise UnusableConfigurationError(f"{where}: {_shorten(error)}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else f"{path}"
        raise UnusableConfigurationError(f"{where}: {error.problem}") from error
    except _CONSTRUCTOR_ERRORS as error:
        raise UnusableConfigurationError(f"{path}: {_shorten(error)}") from error
    if not isinstance(values, dict):
        raise UnusableConfigurationError(f"{path}: the file is not a mapping")
    return values


def _shorten(error: Exception) -> str:
    """The message of an error, which may quote a value of any length."""
    return str(error)[:_LONGEST_REASON]


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Merge mappings and replace everything else, like MkDocs."""
    merged = {**below, **above}
    for key, value in above.items():
        inherited = below.get(key)
        if isinstance(inherited, dict) and isinstance(value, dict):
            merged[key] = _merge(inherited, value)
    return merged


def _text(path: Path, values: Mapping[str, Any], key: str, default: str) -> str:
    value = values.get(key)
    if value is None:
        return default
    if not isinstance(value, str):
        found = short_repr(value)
        raise UnusableConfigurationError(f"{path}: {key} must be text, found {found}")
    return value


def _path_text(path: Path, values: Mapping[str, Any], key: str, default: str) -> str:
    text = _text(path, values, key, default)
    if len(text) > _LONGEST_PATH or _NOT_IN_A_PATH.search(text):
        raise UnusableConfigurationError(f"{path}: {key} cannot be a path: {short_repr(text)}")
    return text


def _read_removed(path: Path, options: object) -> RemovedFiles:
    """Read the options of mkdocs-exclude, each one pattern or a list."""

    def patterns(name: str) -> list[str]:
        value = options.get(name) if isinstance(options, dict) else None
        return [str(it) for it in (value if isinstance(value, list) else [value]) if it]

    try:
        regexes = tuple(map(re.compile, patterns("regex")))
    except (re.error, OverflowError, RecursionError) as error:
        raise UnusableConfigurationError(f"{path}: plugin exclude: regex: {error}") from error
    return RemovedFiles(tuple(patterns("glob")), regexes)


def _read_rendering(
    path: Path, values: Mapping[str, Any], plugins: Mapping[str, object]
) -> Rendering:
    listed = values.get("hooks")
    hooks = listed if isinstance(listed, list) else []
    return make_rendering(
        plugins,
        _entries(values.get("markdown_extensions")),
        use_directory_urls=values.get("use_directory_urls") is not False,
        has_hooks=bool(hooks),
        hooks_add_pages=any(_adds_pages(path.parent / str(hook)) for hook in hooks),
    )


def _adds_pages(hook: Path) -> bool:
    """Whether the source of a hook looks so; it is not run."""
    try:
        source = read_text(hook, limit=_MAX_BYTES)
    except UnreadableFileError:
        return False
    return _ADDS_FILES.search(source) is not None


def _entries(entries: object) -> dict[str, object]:
    """The plugins or extensions in a list or mapping, each with its options."""
    if isinstance(entries, dict):
        entries = [{name: options} for name, options in entries.items()]
    found: dict[str, object] = {}
    for entry in entries if isinstance(entries, list) else []:
        name, options = entry, None
        if isinstance(entry, dict) and len(entry) == 1:
            ((name, options),) = entry.items()
        found.setdefault(str(name), options)
    return found
