"""The sections of a page that are a log, where the rest of the page is not."""

from mkdocs_plantrace.parsing.markdown.commonmark import Span, blank
from mkdocs_plantrace.parsing.markdown.page import Page, parse_page
from mkdocs_plantrace.parsing.metadata.text_outline import TextOutline


def keep_sections(page: Page, sections: tuple[str, ...]) -> Page:
    """Return the page with all but these sections blank; the whole page if there are none."""
    if not sections:
        return page
    outline = TextOutline(page.text)
    found = (outline.find_section(name) for name in sections)
    spans = sorted((section.start, section.end) for section in found if section)
    starts = [0, *(end for _, end in spans)]
    ends = [*(page.text.rfind("\n", 0, start) + 1 for start, _ in spans), len(page.text)]
    others = [Span(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
    return parse_page(blank(page.text, others), page.places.path)
