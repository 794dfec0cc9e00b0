"""The boxes of a task in a layout: its progress, and the requirements that no box cites."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.model.task import Progress
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.metadata.text_outline import Box, TextOutline


class Boxes(NamedTuple):
    """Boxes, the path of their file, and the text of the part that they are in."""

    all: list[Box]
    path: str
    text: str


def find_boxes(path: str, outline: TextOutline, name: str) -> Boxes | None:
    """The boxes of a file, or of its section of this name; None if there are none."""
    section = outline.find_section(name) if name else None
    if name and section is None:
        return None
    start, end = (section.body, section.end) if section else (0, len(outline.text))
    found = [box for box in outline.boxes if start <= box.span.start < end]
    return Boxes(found, path, outline.text[start:end]) if found else None


def make_progress(boxes: Boxes, text: str) -> Progress | None:
    """The progress by the boxes; `text` is that of their file."""
    if not boxes.all:
        return None
    left = next((box.span for box in boxes.all if not box.is_done), None)
    places = LineIndex(boxes.path, text)
    return Progress(
        boxes.path,
        sum(box.is_done for box in boxes.all),
        len(boxes.all),
        Text(value=left.text, location=places.at(left.start, left.end)) if left else None,
    )


def find_uncited(
    prefixes: Iterable[str], boxes: Boxes, plans: Iterable[tuple[str, str]]
) -> Iterator[Text]:
    """The requirements in the plans, pairs of a path and its text, that no box names."""
    requirement = re.compile(rf"\b(?:{'|'.join(map(re.escape, prefixes))})\d+\b")
    seen = set(requirement.findall(boxes.text))
    for path, text in plans:
        places = LineIndex(path, text)
        for found in requirement.finditer(text):
            if found.group() not in seen:
                seen.add(found.group())
                yield Text(value=found.group(), location=places.at(*found.span()))
