"""The sections of a page that are a log, where the rest of the page is not."""

from collections.abc import Mapping

from msgspec.structs import replace

from mkdocs_plantrace.model.log_entry import LogRecord
from mkdocs_plantrace.parsing.logs.parser import read_log
from mkdocs_plantrace.parsing.markdown.page import Page
from mkdocs_plantrace.parsing.metadata.text_outline import TextOutline


def read_log_sections(
    page: Page, sections: tuple[str, ...], labels: Mapping[str, str]
) -> LogRecord:
    """Read the entries in these sections of a page; in the whole page if there are none."""
    record = read_log(page, labels)
    if not sections:
        return record
    outline = TextOutline(page.text)
    found = (outline.find_section(name) for name in sections)
    lines = [
        (page.places.line(section.start), page.places.line(section.end - 1))
        for section in found
        if section
    ]
    entries = (
        entry
        for entry in record.entries
        if any(first <= entry.location.line <= last for first, last in lines)
    )
    return replace(record, entries=tuple(entries))
