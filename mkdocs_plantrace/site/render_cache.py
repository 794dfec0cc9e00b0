"""HTML of the previous build, for a server that rebuilds unchanged pages."""

from collections.abc import Callable, Mapping
from enum import Enum, auto

from mkdocs_plantrace.checks.pipeline import Result
from mkdocs_plantrace.site.generated_pages import TraceSite


class Part(Enum):
    """The parts of a page that are rendered separately."""

    START = auto()
    CONTENT = auto()
    GRAPH = auto()
    END = auto()
    BOX = auto()
    REFERENCES = auto()


class RenderCache:
    """Parts of pages, valid as long as all values that pages display are equal."""

    def __init__(self) -> None:
        self._values: object = None
        self._html: dict[tuple[Part, str], str] = {}

    def begin(self, values: object) -> None:
        """Start a build with the `displayed_values`; None disables the cache."""
        if values != self._values:
            self._html.clear()
        self._values = values

    def get(self, part: Part, uri: str, render: Callable[[], str]) -> str:
        if self._values is None or (part, uri) not in self._html:
            self._html[part, uri] = render()
        return self._html[part, uri]


def displayed_values(
    result: Result, site: TraceSite, urls: Mapping[str, str], option_files: Mapping[str, object]
) -> object:
    """Collect all that boxes, references, graphs and generated pages depend on.

    `option_files` are the states of what the options name, such as the folder of templates.
    """
    trace = result.trace
    return (
        trace.settings,
        trace.task_index.phases,
        trace.resolver,
        trace.links.path_references,
        trace.evidence,
        trace.signatures,
        trace.errors.all,
        site.timeline.history,
        site.sources,
        [(link.kind, link.source, link.target) for link in trace.links.all],
        [(page.path, page.kind, page.title, page.uri) for page in trace.documents.values()],
        result.problems,
        site.search_version,
        site.notices,
        urls,
        option_files,
    )
