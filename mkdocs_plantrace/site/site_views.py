"""The views of one trace, which its pages, lists and boxes share."""

from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.site.board_views import BoardViews
from mkdocs_plantrace.site.breadcrumbs import Breadcrumbs
from mkdocs_plantrace.site.change_views import ChangeViews
from mkdocs_plantrace.site.entry_html import EntryRenderer
from mkdocs_plantrace.site.error_page_views import ErrorPageViews
from mkdocs_plantrace.site.error_views import ErrorViews
from mkdocs_plantrace.site.graphs import Graphs
from mkdocs_plantrace.site.lists import ListViews
from mkdocs_plantrace.site.matrix_views import MatrixViews
from mkdocs_plantrace.site.page_views import Views
from mkdocs_plantrace.site.view import Links
from mkdocs_plantrace.trace.timeline import Timeline


class SiteViews:
    """One object for each kind of view; `tasks` also has those of phases and documents."""

    def __init__(
        self, result: Result, links: Links, timeline: Timeline, entries: EntryRenderer
    ) -> None:
        self.trace = result.trace
        self.addresses = links.addresses
        self.words = result.trace.settings.language
        self.tasks = Views(result, links, timeline)
        self.changes = ChangeViews(timeline, links)
        self.errors = ErrorViews(links, entries)
        self.error_pages = ErrorPageViews(links, self.errors)
        self.graphs = Graphs(self.trace, self.addresses)
        self.breadcrumbs = Breadcrumbs(self.trace, links)
        self.boards = BoardViews(self.trace, links, self.tasks)
        self.matrix = MatrixViews(result, links, self.tasks)
        self.lists = ListViews(
            self.trace, self.tasks, self.boards, self.matrix, self.errors, self.graphs
        )
