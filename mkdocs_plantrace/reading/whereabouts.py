"""Where in a plan or log its reader stands: section, anchor, date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from mkdocs_plantrace.reading import telling
from mkdocs_plantrace.reading.statements import Kind, Statement

_RECAP = re.compile(
    r"(?i)\b(?:summary|conclusion|lessons|recap|closeout|overview|current status|notes?|results?)\b"
)


@dataclass(slots=True)
class Whereabouts:
    """What the headings passed so far say of the statements below them.

    `anchors` are those of headings, by line. `page_date` is the date of what no heading dates.
    `section` counts headings; `chapter` is the section of the last one that is no field, and
    `heading` is the last heading, unless it is a field. In a recap everything has been told
    before, and what is told in vain did not help.
    """

    anchors: Mapping[int, str]
    page_date: str | None
    section: int = 0
    chapter: int = 0
    heading: Statement | None = None
    anchor: str | None = None
    date: str | None = None
    is_recap: bool = False
    is_head: bool = True
    is_vain: bool = False
    _dated_level: int = 0

    def __post_init__(self) -> None:
        self.date = self.page_date

    def enter(self, heading: Statement) -> None:
        """Go below a heading."""
        self.section += 1
        self.anchor = self.anchors.get(heading.line, self.anchor)
        self.is_head = heading.level == 1
        self.heading = None
        if heading.kind is Kind.HEADING:
            self.heading = heading
            self.chapter = self.section
            self.is_recap = bool(_RECAP.search(heading.first))
        self.is_vain = telling.is_vain(heading.title)
        if heading.date:
            self.date, self._dated_level = heading.date, heading.level
        elif heading.level <= self._dated_level:
            self.date, self._dated_level = self.page_date, 0
