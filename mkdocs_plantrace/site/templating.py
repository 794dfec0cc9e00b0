"""The templates, built-in ones and those of a project, and the places for parts in their HTML."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import jinja2
from markupsafe import Markup

from mkdocs_plantrace.config.page_texts import Words
from mkdocs_plantrace.project.file_tree import is_inside

_FAULTS_OF_EXPRESSIONS = (
    *(jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError),
    *(TypeError, ValueError),
)
"""Errors that an expression in a template of a project can raise."""
GRAPH = Markup("<!-- plantrace-graph -->")
"""The place of the graph in a generated page."""
COMMIT = Markup("<!-- plantrace-commit -->")
"""The place of the commit in a generated page that does not have it at its end."""
_TITLE_END = "</h1>"
_TEXT = re.compile("<h[2-6][ >]|<p>.*<p>", re.DOTALL)
"""Text above a heading of level 1 that is not the title; a link back is only one paragraph."""


class FaultyTemplateError(ValueError):
    """A template that a project overrides cannot be rendered."""


class Templates:
    """Renders templates; those in `folder` override the built-in ones, and all know `values`."""

    def __init__(self, folder: Path | None, words: Words, **values: object) -> None:
        self._environment = _set_up_environment(folder, words)
        self._environment.globals.update(values)

    def render(self, name: str, values: Mapping[str, object]) -> str:
        """Raise FaultyTemplateError if the template cannot be rendered."""
        try:
            return self._environment.get_template(name).render(values)
        except jinja2.TemplateSyntaxError as error:
            where = f"{error.name or name}:{error.lineno}"
            raise FaultyTemplateError(f"template {where}: {error.message}") from error
        except jinja2.TemplateNotFound as error:
            raise FaultyTemplateError(f"template {name}: no template '{error.name}'") from error
        except _FAULTS_OF_EXPRESSIONS as error:
            raise FaultyTemplateError(f"template {name}: {error}") from error


class _InsideLoader(jinja2.FileSystemLoader):
    """Loads templates of a folder, but no symbolic links out of it."""

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        source, path, is_current = super().get_source(environment, template)
        folder = os.path.realpath(self.searchpath[0])
        if not is_inside(os.path.realpath(path), folder):
            raise jinja2.TemplateNotFound(template)
        return source, path, is_current


def _set_up_environment(folder: Path | None, words: Words) -> jinja2.Environment:
    built_in = jinja2.PackageLoader("mkdocs_plantrace.site")
    own = [_InsideLoader(folder)] if folder else []
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([*own, built_in]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,  # else each page would check the files of its templates
    )
    environment.globals.update(_=words.text, _n=words.count)
    environment.filters.update(css_string=_css_string)
    return environment


def _css_string(text: str) -> str:
    quoted = re.sub(r"[\"\\\x00-\x1f]", lambda found: f"\\{ord(found[0]):x} ", text)
    return f'"{quoted}"'


def put_graph(html: str, render: Callable[[], str]) -> str:
    """Put a graph in its place in the HTML of a generated page, if it has one."""
    before, mark, after = html.partition(GRAPH)
    return f"{before}{render()}{after}" if mark else html


def put_commit(html: str, commit: str) -> str:
    """Put the commit in its place in the HTML of a generated page, or else below it."""
    before, mark, after = html.partition(COMMIT)
    return f"{before}{commit}{after}" if mark else f"{html}{commit}"


def put_box(html: str, box: str) -> str:
    """Put a box below the title in the HTML of a document, or above all if it has none."""
    title, mark, rest = html.partition(_TITLE_END)
    has_title = mark and not _TEXT.search(title)
    return f"{title}{mark}{box}{rest}" if has_title else f"{box}{html}"
