"""The generated pages: the views that they share, and the address and template of each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial

from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.model.task import Task
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
from mkdocs_plantrace.site.templating import COMMIT
from mkdocs_plantrace.site.view import Anchor, Links, View, mark, phase_label, shorten_phase
from mkdocs_plantrace.trace.error_groups import RecordedError
from mkdocs_plantrace.trace.page_urls import Addresses
from mkdocs_plantrace.trace.task_index import Phase
from mkdocs_plantrace.trace.timeline import Timeline

_MOST_ON_OVERVIEW = 5


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


def generate_pages(views: SiteViews, search_version: Callable[[], str]) -> Iterator[GeneratedPage]:
    """Generate all pages in order; rendering the error index calls `search_version`."""
    trace, text, page = views.trace, views.words.text, partial(_make_page, views.addresses)
    yield page("overview", text("Overview"), lambda: _view_overview(views))
    if trace.task_index.has_phases or not trace.tasks:
        yield page("phases", text("All phases"), lambda: _view_phases(views))
        yield from (_make_phase_page(views, phase) for phase in trace.task_index.phases)
    table, board, matrix = (
        views.tasks.view_sorted,
        views.boards.view_board,
        views.matrix.view_matrix,
    )
    yield page("tasks", text("All tasks"), lambda: {"table": table(trace.tasks)}, is_wide=True)
    yield from (_make_task_page(views, task) for task in trace.tasks)
    yield page("board", text("Board"), lambda: {"board": board(trace.tasks)}, is_wide=True)
    title = text("Traceability matrix")
    yield page("matrix", title, lambda: {"matrix": matrix(trace.tasks)}, is_wide=True)
    if trace.task_index.has_owners:
        yield page("owners", text("Owners"), lambda: {"owners": views.boards.view_owners()})
        yield from (_make_owner_page(views, name) for name in views.boards.list_names())
    yield page("errors", text("Errors"), lambda: _view_error_index(views, search_version()))
    yield from (_make_error_page(views, error) for error in views.error_pages.list_with_page())
    yield page("changes", text("Changes"), lambda: {"changes": views.changes.view_all()})
    yield page("problems", text("Problems"), lambda: _view_problems(views))


def _make_page(
    addresses: Addresses,
    name: str,
    title: str,
    values: Callable[[], dict[str, object]],
    *,
    is_wide: bool = False,
) -> GeneratedPage:
    """Make the page whose address and template have the same name."""
    uri = getattr(addresses, name)
    return GeneratedPage(uri, title, f"{name}.html", values, is_wide=is_wide)


def _make_phase_page(views: SiteViews, phase: Phase) -> GeneratedPage:
    label = phase_label(views.words, shorten_phase(phase.name, phase.title))
    return GeneratedPage(
        views.addresses.phase(phase.name),
        f"{label}: {phase.title}" if phase.title else label,
        "phase.html",
        lambda: {
            "phase": views.tasks.view_phase(phase),
            "burn_up": views.changes.view_burn_up(phase),
        },
        cache(lambda: views.graphs.view_phase(phase)),
        is_wide=True,
        trail=lambda: views.breadcrumbs.view_phase(phase),
    )


def _make_owner_page(views: SiteViews, name: str) -> GeneratedPage:
    return GeneratedPage(
        views.addresses.owner(name),
        name,
        "owner.html",
        lambda: {"owner": views.boards.view_owner(name)},
        is_listed=False,
        is_wide=True,
        trail=lambda: views.breadcrumbs.view_owner(name),
    )


def _make_error_page(views: SiteViews, error: RecordedError) -> GeneratedPage:
    title = views.error_pages.make_title(error)
    return GeneratedPage(
        views.addresses.error_page(error) or "",
        title,
        "error.html",
        lambda: {"error": views.error_pages.view_page(error)},
        is_listed=False,
        trail=lambda: views.breadcrumbs.view_error(error.signature or title),
    )


def _make_task_page(views: SiteViews, task: Task) -> GeneratedPage:
    return GeneratedPage(
        views.addresses.task(task),
        f"{task.id}: {task.title}" if task.title else task.id,
        "task.html",
        lambda: {
            "task": views.tasks.view_task(task),
            "met": views.errors.view_of_tasks(
                views.trace.errors.by_task.get(task.id, ()), {task.id}
            ),
        },
        cache(lambda: views.graphs.view_task(task)),
        task.path,
        is_listed=False,
        trail=lambda: views.breadcrumbs.view_task(task),
        neighbors=lambda: views.breadcrumbs.view_neighbors(task),
    )


def _view_phases(views: SiteViews) -> dict[str, object]:
    return {
        "phases": views.tasks.view_phases(),
        "elsewhere": views.tasks.count_problems_elsewhere(),
    }


def _view_overview(views: SiteViews) -> dict[str, object]:
    return {
        "phases": views.tasks.view_phases() if views.trace.task_index.has_phases else [],
        "elsewhere": views.tasks.count_problems_elsewhere(),
        "progress": views.tasks.count_all(),
        "kinds": views.tasks.count_kinds(),
        **views.tasks.view_first_tasks(),
        "stale": views.tasks.view_stale(),
        "burn_up": views.changes.view_burn_up(),
        "recent": views.changes.view_recent(),
        "problems": views.tasks.problems.group_new(),
        "errors": views.errors.view_open(_MOST_ON_OVERVIEW),
        "has_errors": bool(views.trace.errors.all),
        "gaps": views.matrix.count_gaps(),
    }


def _view_problems(views: SiteViews) -> dict[str, object]:
    return {"check": views.tasks.problems.view_check(), "commit_place": COMMIT}


def _view_error_index(views: SiteViews, search_version: str) -> dict[str, object]:
    phases = views.trace.task_index.phases
    return {
        "errors": views.error_pages.view_index(),
        "phases": [(phase.name, phase_label(views.words, phase.name)) for phase in phases],
        "data": f"{mark(views.addresses.search_data)}?v={search_version}",
    }
