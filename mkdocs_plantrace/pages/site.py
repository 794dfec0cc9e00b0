"""The generated pages of one trace, and what is added to the pages people wrote."""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import jinja2
from markupsafe import Markup

from mkdocs_plantrace.addresses import Addresses
from mkdocs_plantrace.checks.queries import faults_in
from mkdocs_plantrace.model import Query, Task
from mkdocs_plantrace.pages.error_views import ErrorsByPage, ErrorViews
from mkdocs_plantrace.pages.graphs import Graphs
from mkdocs_plantrace.pages.lists import ListViews, fill_marks, list_view, mark_queries
from mkdocs_plantrace.pages.proofs import ProofsByTask
from mkdocs_plantrace.pages.prose import Href, Prose
from mkdocs_plantrace.pages.search_data import as_script
from mkdocs_plantrace.pages.task_rows import KINDS, group_of
from mkdocs_plantrace.pages.view import Links, View, phase_label
from mkdocs_plantrace.pages.views import Views
from mkdocs_plantrace.pages.written import Written
from mkdocs_plantrace.pipeline import Result
from mkdocs_plantrace.reading.tree import is_inside
from mkdocs_plantrace.trace import Phase
from mkdocs_plantrace.words import Words

_FAULTS_OF_EXPRESSIONS = (
    *(jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, RecursionError),
    *(TypeError, ValueError),
)
"""What an expression in a template of a project can raise."""
_MOST_PRESSING = 5
GRAPH = Markup("<!-- plantrace-graph -->")
"""Where the graph of a generated page comes."""


class FaultyTemplateError(ValueError):
    """A template that a project overrides cannot be rendered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedPage:
    """A page to be: `uri` is its address, `source` the metadata file it shows, if one.

    `is_single_task` marks the pages that a pruned navigation leaves out. `graph` gives what
    stands at the place for it.
    """

    uri: str
    title: str
    source: str | None = None
    is_single_task: bool = False
    render: Callable[[Href], str]
    graph: Callable[[Href], View | None] = lambda _: None


class TraceSite:
    """Renders the pages of a result. `templates` is a folder that overrides the built-in ones."""

    def __init__(self, result: Result, templates: Path | None = None) -> None:
        self.addresses = Addresses(result.trace)
        self._result = result
        self.trace = result.trace
        self._prose = Prose(result.trace, self.addresses)
        self._written = Written(result.trace, self.addresses, self._prose)
        self._errors = ErrorsByPage(result.trace)
        self._proofs = ProofsByTask(result.trace)
        self._words = result.trace.settings.language
        self._graphs = Graphs(result.trace, self.addresses)
        self._environment = _environment(templates, self._words)
        self.search_version = ""
        self.pages = {page.uri: page for page in self._generate()}

    def keep(self, uris: frozenset[str]) -> None:
        """Drop the pages of other addresses, which files of the user have taken."""
        self.pages = {uri: page for uri, page in self.pages.items() if uri in uris}

    def search_data(self, href: Href) -> str:
        """The script that the error index searches, for URLs as seen from that page."""
        script = as_script(self.trace, self.addresses, href)
        self.search_version = hashlib.sha256(script.encode()).hexdigest()[:8]
        return script

    def graph(self, uri: str, href: Href) -> str:
        """The graph of a generated page; '' where there is none.

        It comes late, since a search that read it would take as long as all the rest.
        """
        page = self.pages.get(uri)
        view = page.graph(href) if page else None
        return self._render("graph.html", href, graph=view) if view else ""

    def box(self, path: str, href: Href, *, with_problems: bool) -> str:
        """The HTML above a document; '' if there is nothing to say."""
        box = self._views(href).box(path, with_problems=with_problems)
        if box is None:
            return ""
        document = self.trace.documents[path]
        return self._render(
            "box.html",
            href,
            box=box,
            met=len(self._errors.met_on(document)),
            near=len(self._errors.near(document)),
            behind=sum(error.count for error in self._errors.curated_by(path)),
        )

    def references(self, path: str, href: Href) -> str:
        """The HTML below a document; '' if nothing refers to it."""
        document = self.trace.documents.get(path)
        if document is None:
            return ""
        errors = self._error_views(href)
        shown = {
            "groups": self._views(href).references(path),
            "met": errors.of_document(document).errors,
            "met_count": len(self._errors.met_on(document)),
            "near": errors.near(document),
            "behind": errors.behind(document),
        }
        is_empty = not any(shown.values())
        return "" if is_empty else self._render("references.html", href, **shown)

    def with_marks(self, path: str, markdown: str) -> str:
        """The text of a document with marks where it asks for lists."""
        return mark_queries(markdown, self._queries.get(path, ()))

    def has_lists(self, path: str) -> bool:
        return path in self._queries

    def with_lists(self, path: str, html: str, href: Href, *, with_problems: bool) -> str:
        """The HTML of a document with lists where the marks are.

        Of a query with faults there is nothing, or a note `with_problems`.
        """
        queries = self._queries[path]
        errors = self._error_views(href)
        lists = ListViews(self._views(href), errors, self._graphs, self._links(href))

        def render(query: Query) -> str:
            faults = faults_in(self.trace, query)
            if faults and not with_problems:
                return ""
            kind = query.kind.value
            view = list_view(kind, faults=faults) if faults else lists.view(query)
            return self._render("list.html", href, list=view)

        return fill_marks(html, queries, render)

    @cached_property
    def _queries(self) -> dict[str, tuple[Query, ...]]:
        """What documents ask for; most ask for no lists."""
        documents = self.trace.documents.values()
        return {document.path: document.queries for document in documents if document.queries}

    def _generate(self) -> Iterator[GeneratedPage]:
        at, text = self.addresses, self._words.text
        yield GeneratedPage(uri=at.overview, title=text("Overview"), render=self._overview)
        yield GeneratedPage(uri=at.phases, title=text("All phases"), render=self._phases)
        yield from map(self._phase_page, self.trace.phases)
        yield GeneratedPage(uri=at.tasks, title=text("All tasks"), render=self._tasks)
        yield from map(self._task_page, self.trace.tasks)
        yield GeneratedPage(uri=at.errors, title=text("Errors"), render=self._error_index)
        yield GeneratedPage(uri=at.problems, title=text("Problems"), render=self._problems)

    def _phase_page(self, phase: Phase) -> GeneratedPage:
        label = phase_label(self._words, phase.name)
        return GeneratedPage(
            uri=self.addresses.phase(phase.name),
            title=f"{label}: {phase.title}" if phase.title else label,
            render=lambda href: self._page(
                "phase.html",
                href,
                phase=self._views(href).phase(phase),
                graph=self._graphs.has_phase(phase) and GRAPH,
            ),
            graph=lambda href: self._graphs.of_phase(phase, href),
        )

    def _task_page(self, task: Task) -> GeneratedPage:
        return GeneratedPage(
            uri=self.addresses.task(task),
            title=f"{task.id}: {task.title}" if task.title else task.id,
            source=task.path,
            is_single_task=True,
            render=lambda href: self._page(
                "task.html",
                href,
                task=self._views(href).task(task),
                graph=self._graphs.has_task(task) and GRAPH,
                met=self._error_views(href).of_task(task),
            ),
            graph=lambda href: self._graphs.of_task(task, href),
        )

    def _overview(self, href: Href) -> str:
        views = self._views(href)
        return self._page(
            "overview.html",
            href,
            phases=views.phases(),
            kinds=views.rows.by_kind(),
            **views.first_tasks(),
            problems=views.problem_groups(),
            errors=self._error_views(href).pressing(_MOST_PRESSING),
        )

    def _phases(self, href: Href) -> str:
        return self._page("phases.html", href, phases=self._views(href).phases())

    def _tasks(self, href: Href) -> str:
        tasks = sorted(self.trace.tasks, key=lambda task: KINDS.index(group_of(task)))
        return self._page("tasks.html", href, table=self._views(href).rows.table(tasks))

    def _error_index(self, href: Href) -> str:
        return self._page(
            "errors.html",
            href,
            errors=self._error_views(href).all(),
            phases=[
                (phase.name, phase_label(self._words, phase.name)) for phase in self.trace.phases
            ],
            data=f"{href(self.addresses.search_data)}?v={self.search_version}",
        )

    def _problems(self, href: Href) -> str:
        views = self._views(href)
        known = views.problem_groups(known=True)
        return self._page("problems.html", href, groups=views.problem_groups(), known=known)

    def _links(self, href: Href) -> Links:
        return Links(self.trace, self.addresses, href)

    def _views(self, href: Href) -> Views:
        return Views(self._result, self._links(href), self._proofs)

    def _error_views(self, href: Href) -> ErrorViews:
        return ErrorViews(self._errors, self._links(href), self._written)

    def _page(self, name: str, href: Href, **values: object) -> str:
        return f'<div class="pt-page">\n{self._render(name, href, **values)}\n</div>'

    def _render(self, name: str, href: Href, **values: object) -> str:
        names = ("overview", "phases", "tasks", "errors", "problems")
        urls = {page: href(getattr(self.addresses, page)) for page in names}
        try:
            template = self._environment.get_template(name)
            return template.render(urls=urls, prose=partial(self._prose.value, href=href), **values)
        except jinja2.TemplateSyntaxError as error:
            where = f"{error.name or name}:{error.lineno}"
            raise FaultyTemplateError(f"template {where}: {error.message}") from error
        except jinja2.TemplateNotFound as error:
            raise FaultyTemplateError(f"template {name}: no template '{error.name}'") from error
        except _FAULTS_OF_EXPRESSIONS as error:
            raise FaultyTemplateError(f"template {name}: {error}") from error


class _InsideLoader(jinja2.FileSystemLoader):
    """Templates of a folder; a symbolic link out of it is no template."""

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        source, path, is_current = super().get_source(environment, template)
        folder = os.path.realpath(self.searchpath[0])
        if not is_inside(os.path.realpath(path), folder):
            raise jinja2.TemplateNotFound(template)
        return source, path, is_current


def _environment(templates: Path | None, words: Words) -> jinja2.Environment:
    built_in = jinja2.PackageLoader("mkdocs_plantrace.pages")
    own = [_InsideLoader(templates)] if templates else []
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([*own, built_in]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,  # or each template would be looked at on disk for each page
    )
    environment.globals.update(_=words.text, _n=words.count)
    environment.filters["css_string"] = _css_string
    return environment


def _css_string(text: str) -> str:
    quoted = re.sub(r"[\"\\\x00-\x1f]", lambda found: f"\\{ord(found[0]):x} ", text)
    return f'"{quoted}"'
