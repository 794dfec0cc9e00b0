"""The generated pages of one trace, and the additions to other pages."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mkdocs_plantrace.checks.list_rules import find_faults
from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.model.history import History
from mkdocs_plantrace.model.list_query import Query
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.site.board_views import BoardViews
from mkdocs_plantrace.site.breadcrumbs import Breadcrumbs
from mkdocs_plantrace.site.change_views import ChangeViews
from mkdocs_plantrace.site.entry_html import EntryRenderer
from mkdocs_plantrace.site.error_page_views import ErrorPageViews
from mkdocs_plantrace.site.error_views import ErrorViews
from mkdocs_plantrace.site.feed import FeedEntry, FeedSource, make_feed_href, render_feed
from mkdocs_plantrace.site.graphs import Graphs
from mkdocs_plantrace.site.inline_text import ProseRenderer
from mkdocs_plantrace.site.lists import ListViews, fill_marks, make_view, mark_queries
from mkdocs_plantrace.site.matrix_views import MatrixViews
from mkdocs_plantrace.site.page_places import COMMIT, GRAPH, put_commit
from mkdocs_plantrace.site.page_views import Views
from mkdocs_plantrace.site.search_data import render_script
from mkdocs_plantrace.site.source_date import find_source_date
from mkdocs_plantrace.site.source_links import SourceLinks
from mkdocs_plantrace.site.templating import Templates
from mkdocs_plantrace.site.text_references import ReferenceFinder
from mkdocs_plantrace.site.view import (
    Anchor,
    Href,
    Links,
    View,
    insert_urls,
    mark,
    phase_label,
    shorten_phase,
)
from mkdocs_plantrace.trace.error_groups import RecordedError
from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.trace.task_index import Phase
from mkdocs_plantrace.trace.timeline import Timeline
from mkdocs_plantrace.utils.lazy_property import cached_property

_MOST_ON_OVERVIEW = 5
_MOST_IN_FEED = 30
"""Days."""


@dataclass(frozen=True, slots=True)
class GeneratedPage:
    """A page that is not rendered yet; `source` is the metadata file of a task page.

    A pruned navigation has it only if `is_listed`.

    `values` returns the values of its template, except `graph`.
    """

    uri: str
    title: str
    template: str
    values: Callable[[], dict[str, object]]
    graph: Callable[[], View | None] = lambda: None
    source: str | None = None
    is_listed: bool = True
    is_wide: bool = False
    """Whether it has no table of contents beside it, in themes that can leave it out."""
    trail: Callable[[], list[Anchor]] = list
    neighbors: Callable[[], View | None] = lambda: None


class TraceSite:
    """Renders the pages of a result; the folder `templates` overrides built-in ones.

    `notices` say why a server ignores a file or a folder that an option names.
    """

    def __init__(
        self,
        result: Result,
        templates: Path | None = None,
        notices: Sequence[str] = (),
        history: History | None = None,
        sources: SourceLinks | None = None,
    ) -> None:
        self.trace = result.trace
        self.sources = sources or SourceLinks()
        self.notices = tuple(notices)
        self.timeline = Timeline(self.trace, history)
        self.addresses = Addresses(self.trace)
        self.references = ReferenceFinder(self.trace, self.addresses)
        self._words = self.trace.settings.language
        prose = ProseRenderer(self.references)
        links = Links(self.trace, self.addresses)
        self._views = Views(result, links, self.timeline)
        self._changes = ChangeViews(self.timeline, links)
        entry_renderer = EntryRenderer(self.trace, self.addresses, self.references, prose)
        self._errors = ErrorViews(links, entry_renderer)
        self._error_pages = ErrorPageViews(links, self._errors)
        self._graphs = Graphs(self.trace, self.addresses)
        self._breadcrumbs = Breadcrumbs(self.trace, links)
        self._boards = BoardViews(self.trace, links, self._views)
        self._matrix = MatrixViews(result, links, self._views)
        self._lists = ListViews(
            self.trace, self._views, self._boards, self._matrix, self._errors, self._graphs
        )
        names = (
            *("overview", "phases", "tasks", "board", "owners", "errors", "changes", "feed"),
            *("problems", "matrix"),
        )
        urls = {name: mark(getattr(self.addresses, name)) for name in names}
        self._templates = Templates(
            templates,
            self._words,
            urls=urls,
            prose=prose.render_value,
            notices=self.notices,
            source_url=self.sources.find,
        )
        self.search_version = ""
        self.pages = {page.uri: page for page in self._generate()}

    def keep(self, uris: Collection[str]) -> None:
        """Keep the pages of these addresses only; the user has files at the others."""
        self.pages = {uri: page for uri, page in self.pages.items() if uri in uris}

    def render_search_data(self, href: Href) -> str:
        """Render what the error index searches, with URLs relative to that page."""
        results = [
            self._render("error_result.html", href, {"error": error})
            for error in self._error_pages.view_results()
        ]
        script = render_script(self.trace, self.addresses, href, results)
        self.search_version = hashlib.sha256(script.encode()).hexdigest()[:8]
        return script

    def render_content(self, uri: str, href: Href) -> str:
        """Render a generated page, without its graph."""
        page = self.pages[uri]
        html = self._render(page.template, href, {**page.values(), "graph": page.graph() and GRAPH})
        language = self._words.language
        return f'<div class="pt-page" data-pt-language="{language}">\n{html}\n</div>'

    def render_start(self, uri: str, href: Href) -> str:
        """Render what is above the content of a generated page, which search does not find."""
        return self._render_trail(self.pages[uri].trail(), href)

    def render_end(self, uri: str, href: Href) -> str:
        """Render what is below the content of a generated page, which search does not find."""
        neighbors = self.pages[uri].neighbors()
        values = {"neighbors": neighbors}
        return self._render("neighbors.html", href, values) if neighbors else ""

    def render_trail(self, path: str, href: Href) -> str:
        """Render the breadcrumb of a document; '' if it has none."""
        return self._render_trail(self._breadcrumbs.view_document(path), href)

    def _render_trail(self, trail: list[Anchor], href: Href) -> str:
        return self._render("breadcrumb.html", href, {"trail": trail}) if trail else ""

    def add_commit(self, html: str) -> str:
        """Add the commit or date of the sources to a page, at its place or else below it."""
        return put_commit(html, self.footer)

    @cached_property
    def footer(self) -> str:
        """The commit or the date of the sources of generated pages; '' if it is unknown.

        It is not in the content, as search would find each page by it.
        """
        history, day = self.timeline.history, find_source_date()
        if not history and not day:
            return ""
        values = {"commit": history.head if history else None, "date": day}
        return self._templates.render("commit.html", values)

    def render_feed(self, find_url: Href, title: str, site_url: str) -> str:
        """Render the feed of changes of the site with this title; '' without any."""
        changes, feed = self.addresses.changes, self.addresses.feed
        href = make_feed_href(find_url, feed, site_url)
        entries = [
            FeedEntry(
                day.date,
                day.date,
                f"{href(changes)}#{day.date}",
                day.time,
                self._render("feed_day.html", href, {"day": self._changes.view_day(day)}),
            )
            for day in self.timeline.days[:_MOST_IN_FEED]
        ]
        source = FeedSource(
            title=f"{title}: {self._words.text('Changes')}",
            author=title,
            base=f"{site_url or title} {find_url(feed)}",
            url=href(changes),
            own_url=href(feed),
        )
        return render_feed(source, entries) if entries else ""

    def render_graph(self, uri: str, href: Href) -> str:
        """Render the graph of a page; it is not in the content, as search is slow on it."""
        return self._render("graph.html", href, {"graph": self.pages[uri].graph()})

    def render_box(self, path: str, href: Href, *, with_problems: bool) -> str:
        """Render the box below the title of a document; '' if it needs none."""
        box = self._views.view_box(path, with_problems=with_problems)
        if box is None:
            return ""
        document = self.trace.documents[path]
        counts = {
            "met": len(self._errors.find_seen_on(document)),
            "near": len(self._errors.find_nearby(document)),
            "behind": sum(error.count for error in self._errors.find_covered_by(path)),
        }
        is_ours = document.kind in (DocumentKind.PLAN, DocumentKind.LOG)
        if not (is_ours or box.tasks or box.problems or any(counts.values())):
            return ""  # perhaps a page for the readers of a product
        return self._render("box.html", href, {"box": box, **counts})

    def render_references(self, path: str, href: Href) -> str:
        """Render errors and references below a document; '' if there are none."""
        document = self.trace.documents.get(path)
        if document is None:
            return ""
        errors = self._errors
        values = {
            "groups": self._views.view_references(path),
            "met": errors.view_of_document(document).errors,
            "met_count": len(errors.find_seen_on(document)),
            "near": errors.view_nearby(document),
            "behind": errors.view_covered_by(document),
        }
        return self._render("references.html", href, values) if any(values.values()) else ""

    def mark_lists(self, path: str, markdown: str) -> str:
        """Put marks into the text of a document where it has queries for lists."""
        return mark_queries(markdown, self._queries.get(path, ()))

    def fill_lists(self, path: str, html: str, href: Href, *, with_problems: bool) -> str:
        """Replace the marks in the HTML of a document with lists.

        A query with faults becomes a note `with_problems`, else nothing.
        """

        def render(query: Query) -> str:
            faults = find_faults(self.trace, query)
            if faults and not with_problems:
                return ""
            view = make_view(query, faults=faults) if faults else self._lists.view(query)
            return self._render("list.html", href, {"list": view})

        return fill_marks(html, self._queries.get(path, ()), render)

    @cached_property
    def _queries(self) -> dict[str, tuple[Query, ...]]:
        """The queries of documents by path; most documents have none."""
        documents = self.trace.documents.values()
        return {document.path: document.queries for document in documents if document.queries}

    def _generate(self) -> Iterator[GeneratedPage]:
        text, views, changes = self._words.text, self._views, self._changes
        yield self._page("overview", text("Overview"), self._overview)
        if self.trace.task_index.has_phases or not self.trace.tasks:
            yield self._page("phases", text("All phases"), self._all_phases)
            yield from map(self._phase_page, self.trace.task_index.phases)
        yield GeneratedPage(
            self.addresses.tasks,
            text("All tasks"),
            "tasks.html",
            lambda: {"table": views.view_all_tasks()},
            is_wide=True,
        )
        yield from map(self._task_page, self.trace.tasks)
        yield GeneratedPage(
            self.addresses.board, text("Board"), "board.html", self._board, is_wide=True
        )
        yield GeneratedPage(
            self.addresses.matrix,
            text("Traceability matrix"),
            "matrix.html",
            lambda: {"matrix": self._matrix.view_matrix(self.trace.tasks)},
            is_wide=True,
        )
        if self.trace.task_index.has_owners:
            owners = self._boards.view_owners
            yield self._page("owners", text("Owners"), lambda: {"owners": owners()})
            yield from map(self._owner_page, self._boards.list_names())
        yield self._page("errors", text("Errors"), self._error_index)
        yield from map(self._error_page, self._error_pages.list_with_page())
        yield self._page("changes", text("Changes"), lambda: {"changes": changes.view_all()})
        yield self._page("problems", text("Problems"), self._problems)

    def _page(
        self, name: str, title: str, values: Callable[[], dict[str, object]]
    ) -> GeneratedPage:
        return GeneratedPage(getattr(self.addresses, name), title, f"{name}.html", values)

    def _phase_page(self, phase: Phase) -> GeneratedPage:
        label = phase_label(self._words, shorten_phase(phase.name, phase.title))
        return GeneratedPage(
            self.addresses.phase(phase.name),
            f"{label}: {phase.title}" if phase.title else label,
            "phase.html",
            lambda: {
                "phase": self._views.view_phase(phase),
                "burn_up": self._changes.view_burn_up(phase),
            },
            cache(lambda: self._graphs.view_phase(phase)),
            is_wide=True,
            trail=lambda: self._breadcrumbs.view_phase(phase),
        )

    def _owner_page(self, name: str) -> GeneratedPage:
        return GeneratedPage(
            self.addresses.owner(name),
            name,
            "owner.html",
            lambda: {"owner": self._boards.view_owner(name)},
            is_listed=False,
            is_wide=True,
            trail=lambda: self._breadcrumbs.view_owner(name),
        )

    def _error_page(self, error: RecordedError) -> GeneratedPage:
        title = self._error_pages.make_title(error)
        return GeneratedPage(
            self.addresses.error_page(error) or "",
            title,
            "error.html",
            lambda: {"error": self._error_pages.view_page(error)},
            is_listed=False,
            trail=lambda: self._breadcrumbs.view_error(error.signature or title),
        )

    def _task_page(self, task: Task) -> GeneratedPage:
        return GeneratedPage(
            self.addresses.task(task),
            f"{task.id}: {task.title}" if task.title else task.id,
            "task.html",
            lambda: {
                "task": self._views.view_task(task),
                "met": self._errors.view_of_tasks(
                    self.trace.errors.by_task.get(task.id, ()), {task.id}
                ),
            },
            cache(lambda: self._graphs.view_task(task)),
            task.path,
            is_listed=False,
            trail=lambda: self._breadcrumbs.view_task(task),
            neighbors=lambda: self._breadcrumbs.view_neighbors(task),
        )

    def _board(self) -> dict[str, object]:
        return {"board": self._boards.view_board(self.trace.tasks)}

    def _all_phases(self) -> dict[str, object]:
        views = self._views
        return {"phases": views.view_phases(), "elsewhere": views.count_problems_elsewhere()}

    def _overview(self) -> dict[str, object]:
        return {
            "phases": self._views.view_phases() if self.trace.task_index.has_phases else [],
            "elsewhere": self._views.count_problems_elsewhere(),
            "progress": self._views.count_all(),
            "kinds": self._views.count_kinds(),
            **self._views.view_first_tasks(),
            "stale": self._views.view_stale(),
            "burn_up": self._changes.view_burn_up(),
            "recent": self._changes.view_recent(),
            "problems": self._views.group_problems(),
            "errors": self._errors.view_open(_MOST_ON_OVERVIEW),
            "has_errors": bool(self.trace.errors.all),
            "gaps": self._matrix.count_gaps(),
        }

    def _problems(self) -> dict[str, object]:
        return {"check": self._views.problems.view_check(), "commit_place": COMMIT}

    def _error_index(self) -> dict[str, object]:
        phases = self.trace.task_index.phases
        return {
            "errors": self._error_pages.view_index(),
            "phases": [(phase.name, phase_label(self._words, phase.name)) for phase in phases],
            "data": f"{mark(self.addresses.search_data)}?v={self.search_version}",
        }

    def _render(self, name: str, href: Href, values: Mapping[str, object]) -> str:
        return insert_urls(self._templates.render(name, values), href)
