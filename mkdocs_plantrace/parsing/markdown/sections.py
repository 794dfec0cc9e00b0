"""The sections of a page, for search."""

from __future__ import annotations

from collections.abc import Iterator

from mkdocs_plantrace.model.document import Heading, PageSection
from mkdocs_plantrace.parsing.markdown.commonmark import end_of_front_matter
from mkdocs_plantrace.parsing.markdown.page import Page


def read_sections(page: Page) -> tuple[PageSection, ...]:
    """Split a page at its headings; blank sections are left out."""
    return tuple(_sections(page))


def _sections(page: Page) -> Iterator[PageSection]:
    above: list[Heading] = []
    start = end_of_front_matter(page.text)
    for heading in [*page.headings, None]:
        end = heading.start if heading else len(page.text)
        body = page.text[start:end].rstrip()
        if body:
            yield PageSection(
                line=page.places.line(start),
                end_line=page.places.line(start + len(body) - 1),
                headings=tuple(over.text for over in above),
                anchor=above[-1].anchor if above else None,
                text=body,
            )
        if heading:
            above = [over for over in above if over.level < heading.level]
            above.append(heading)
            start = min(heading.end + 1, len(page.text))
