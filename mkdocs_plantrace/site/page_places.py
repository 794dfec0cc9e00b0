"""Places in the HTML of pages where parts are put that search must not read."""

import re
from collections.abc import Callable

from markupsafe import Markup

GRAPH = Markup("<!-- plantrace-graph -->")
"""The place of the graph in a generated page."""
COMMIT = Markup("<!-- plantrace-commit -->")
"""The place of the commit in a generated page that does not have it at its end."""
_TITLE_END = "</h1>"
_TEXT = re.compile("<h[2-6][ >]|<p>.*<p>", re.DOTALL)
"""Text above a heading of level 1 that is not the title; a link back is only one paragraph."""


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
