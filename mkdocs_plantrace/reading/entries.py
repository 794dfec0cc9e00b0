"""Reads what a plan or log tells of errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from mkdocs_plantrace.model import Heading, LogEntry, Story
from mkdocs_plantrace.reading.places import Places

_FIELD = re.compile(
    r"[ \t]*(?:[-*+][ \t]+)?[*_]{0,2}([A-Za-z_ -]{3,40}?)[*_]{0,2}:[*_]{0,2}[ \t]*(\S.*)?$"
)


def read_story(
    text: str, headings: Iterable[Heading], places: Places, labels: Mapping[str, str]
) -> Story:
    """Read one page; `labels` maps folded labels to the names of fields."""
    entries: list[LogEntry] = []
    values: dict[str, str] = {}
    signature = None
    start = 0
    anchors = {heading.location.line: heading.anchor for heading in headings}
    anchor = None

    def flush(end: int) -> None:
        if values.get("error"):
            place = places.at(0, 0)._replace(line=start, end_line=end)
            entries.append(
                LogEntry(location=place, anchor=anchor, is_fixed="fix" in values, **values)
            )
        values.clear()

    for number, line in enumerate(text.split("\n"), start=1):
        if number in anchors:
            flush(number - 1)
            anchor = anchors[number]
        match = _FIELD.match(line)
        name = (
            labels.get(match[1].strip().lower().replace("_", " ").replace("-", " "))
            if match
            else None
        )
        if not name or not match[2]:
            continue
        if name == "signature" and not values:
            signature = match[2].strip("` ")
            continue
        if name == "error" and values.get("error"):
            flush(number - 1)
        if not values:
            start = number
        values.setdefault(name, match[2])
        end = number
    if values:
        flush(end)
    return Story(entries=tuple(entries), signature=signature)
