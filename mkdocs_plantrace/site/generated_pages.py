"""The HTML of the generated pages of one trace, and of the additions to other pages."""

import hashlib
import os
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from mkdocs_plantrace.checks.list_rules import find_faults
from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.model.document import DocumentKind, Query
from mkdocs_plantrace.model.history import History
from mkdocs_plantrace.site.entry_html import EntryRenderer
from mkdocs_plantrace.site.feed import FeedEntry, FeedSource, make_feed_href, render_feed
from mkdocs_plantrace.site.lists import fill_marks, make_view, mark_queries
from mkdocs_plantrace.site.page_table import SiteViews, generate_pages
from mkdocs_plantrace.site.search_data import render_script
from mkdocs_plantrace.site.source_links import SourceLinks
from mkdocs_plantrace.site.templating import GRAPH, Templates, put_commit
from mkdocs_plantrace.site.text_references import ProseRenderer, ReferenceFinder
from mkdocs_plantrace.site.view import Anchor, Href, Links, insert_urls, mark
from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.trace.timeline import Timeline
from mkdocs_plantrace.utils.lazy_property import cached_property

_MOST_IN_FEED = 30
"""Days."""
_VARIABLE = "SOURCE_DATE_EPOCH"
"""Seconds since 1970, for builds that can be repeated (reproducible-builds.org)."""


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
        prose = ProseRenderer(self.references)
        entries = EntryRenderer(self.trace, self.addresses, self.references, prose)
        links = Links(self.trace, self.addresses)
        self._views = SiteViews(result, links, self.timeline, entries)
        names = (
            *("overview", "phases", "tasks", "board", "owners", "errors", "changes", "feed"),
            *("problems", "matrix"),
        )
        urls = {name: mark(getattr(self.addresses, name)) for name in names}
        self._templates = Templates(
            templates,
            self._views.words,
            urls=urls,
            prose=prose.render_value,
            notices=self.notices,
            source_url=self.sources.find,
        )
        self.search_version = ""
        pages = generate_pages(self._views, lambda: self.search_version)
        self.pages = {page.uri: page for page in pages}

    def keep(self, uris: Collection[str]) -> None:
        """Keep the pages of these addresses only; the user has files at the others."""
        self.pages = {uri: page for uri, page in self.pages.items() if uri in uris}

    def render_search_data(self, href: Href) -> str:
        """Render what the error index searches, with URLs relative to that page."""
        results = [
            self._render("error_result.html", href, {"error": error})
            for error in self._views.error_pages.view_results()
        ]
        script = render_script(self.trace, self.addresses, href, results)
        self.search_version = hashlib.sha256(script.encode()).hexdigest()[:8]
        return script

    def render_content(self, uri: str, href: Href) -> str:
        """Render a generated page, without its graph."""
        page = self.pages[uri]
        html = self._render(page.template, href, {**page.values(), "graph": page.graph() and GRAPH})
        language = self._views.words.language
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
        return self._render_trail(self._views.breadcrumbs.view_document(path), href)

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
                self._render("feed_day.html", href, {"day": self._views.changes.view_day(day)}),
            )
            for day in self.timeline.days[:_MOST_IN_FEED]
        ]
        source = FeedSource(
            title=f"{title}: {self._views.words.text('Changes')}",
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
        box = self._views.tasks.view_box(path, with_problems=with_problems)
        if box is None:
            return ""
        document = self.trace.documents[path]
        counts = {
            "met": len(self._views.errors.find_seen_on(document)),
            "near": len(self._views.errors.find_nearby(document)),
            "behind": sum(error.count for error in self._views.errors.find_covered_by(path)),
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
        errors = self._views.errors
        values = {
            "groups": self._views.tasks.view_references(path),
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
            view = make_view(query, faults=faults) if faults else self._views.lists.view(query)
            return self._render("list.html", href, {"list": view})

        return fill_marks(html, self._queries.get(path, ()), render)

    @cached_property
    def _queries(self) -> dict[str, tuple[Query, ...]]:
        """The queries of documents by path; most documents have none."""
        documents = self.trace.documents.values()
        return {it.path: it.scan.queries for it in documents if it.scan.queries}

    def _render(self, name: str, href: Href, values: Mapping[str, object]) -> str:
        return insert_urls(self._templates.render(name, values), href)


def find_source_date() -> str:
    """The date in the environment, in UTC; '' without one."""
    try:
        seconds = int(os.environ.get(_VARIABLE, ""))
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
