"""The tokenizer of logs: the labelled fields of a page, in order, each with its value.

A field is a label and the value that follows it. A label is

    - at the start of a line, bold or not:      **Fix applied**: …   - root_cause: …   1. Error 2: …
    - in a heading, alone or before a value:    ## error_observed    ### Issue: the gate is red
    - later in a line, after the end of a sentence or in bold:       Issue: red. **Fix:** retry
    - in a table, as the first of two cells, or as the header of a column

and the value ends at the next label. It includes the lines, items and code blocks that belong to
the label: those below a heading up to the next one, those of an item, the code and the list after
a line, or else deeper headings after it. The labels are those of `LOG_FIELDS` and the option
`log_fields`; case, `_`, `-`, markup, numbering, plural and the qualifiers in `labels` do not
matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from mkdocs_plantrace.config.vocabulary import VOWEL_SIGNS
from mkdocs_plantrace.model.document import Heading
from mkdocs_plantrace.parsing.logs.fields import (
    Field,
    Label,
    Section,
    clean_value,
    find_date,
    make_finder,
    strip_control,
    unwrap_code,
)
from mkdocs_plantrace.parsing.logs.open_field import OpenField
from mkdocs_plantrace.parsing.markdown.blocks import Block, BlockKind
from mkdocs_plantrace.parsing.markdown.commonmark import MARKERS, Span
from mkdocs_plantrace.parsing.markdown.page import Page

_SIGN = re.compile(r"(?:[^\w\s!-/:-@\[-`{-~]+|\d\ufe0f?\u20e3|:[a-z][\w+-]{1,40}:)[ \t]*")
"""A symbol before a label, also a number in a box, or a shortcode such as `:bug:`."""
_SPACE = r"[^\S\n]"
"""Any space in a line; French puts a no-break space before a colon."""
_MARKS = "[*_`]{0,4}"
_LABEL = re.compile(
    rf"{_MARKS}(?:{_SIGN.pattern})?"
    rf"(?P<label>[^\W\d_](?:[\w {VOWEL_SIGNS}#/'&.+-]|\([^()\n]{{1,40}}\)|（[^（）\n]{{1,40}}）)"
    rf"{{0,44}}?){_SPACE}?"
    rf"(?:[^\w\s!-/:-@\[-`{{-~\uff1a\u2013\u2014{VOWEL_SIGNS}]{{1,4}}[ ]?)?"
    rf"(?:{_MARKS}(?:[ ]\([^()\n]{{1,40}}\))?{_SPACE}?"
    rf"(?::{_MARKS}(?=\s|$|[*_`\"'(<\[])|：{_MARKS})"
    rf"|{_MARKS}[ \t]+[–—][ \t])[ \t]*"
)
_MAY_LABEL = re.compile(r"[:：–—*_\"]|20\d\d-")
_BOX = re.compile(r"[ \t]*(?:!!!|\?\?\?\+?)[ \t]+[\w -]*\"(?P<label>[^\"\n]{1,80})\"")
_SUMMARY = re.compile(r"(?i)\b(?:summary|lessons? learn(?:ed|t)|final outcome)\b")
_WORDS = rf"[^\W\d_][\w {VOWEL_SIGNS}-]{{1,30}}?"
_ALONE = re.compile(r"(?P<mark>\*{1,3}|_{1,3})(?P<label>[^\W\d_][^*\n]{0,60}?)(?P=mark)[ \t]*\Z")
"""A line that is entirely bold or in italics."""
_NUMBERED_TITLE = re.compile(r"[ \t]*\*\*(?P<title>\d{1,3}[.)][ \t]+[^\n]{1,300})\*\*[ \t]*\Z")
"""A bold line with a number, which has the fields below it like a heading: `**2. Title**`."""
_INNER_LABEL = re.compile(
    rf"\*\*(?P<bold>{_WORDS}){_SPACE}?(?:[:：]\*\*|\*\*{_SPACE}?[:：])[ \t]*(?=\S)"
    rf"|(?:(?:[.;!?)`\"'|–—→]|->)[ \t]+|<br ?/?>[ \t]*)\*{{0,2}}(?P<label>{_WORDS})"
    rf"\*{{0,2}}{_SPACE}?[:：]\*{{0,2}}[ \t]+(?=\S)"
)
_HEADING_LABEL = re.compile(
    r"(?P<label>[^:：–—]{1,50}?)(?:[:：]|[ ][–—-](?=[ ]))[ \t]*(?P<value>\S.*)"
)
_STAMP = re.compile(
    r"[*_`]{0,3}[\[(]?[*_`]{0,3}(?:(?P<date>20\d\d-[01]\d-[0-3]\d)"
    r"[T ]?[\d:.]{0,15}(?:Z|[ ]?UTC|[+-]\d\d:?\d\d)?|[012]?\d:[0-5]\d(?::[0-5]\d)?(?:Z|[ ]?UTC)?)"
    r"[*_`]{0,3}[\])]?[*_`]{0,3}[ \t]*[:|–—-]{0,2}[ \t]*"
)
_ADORNMENTS = re.compile(rf"{MARKERS}(?P<stamp>{_STAMP.pattern})?(?:{_SIGN.pattern})?")
_SCALAR = re.compile(r"[|>][+-]?[ \t]*\Z")
"""The start of a block scalar of YAML, whose text is in the indented lines below."""
_PAIR = 2


def read_fields(page: Page, labels: Mapping[str, str]) -> tuple[list[Field], list[Section]]:
    """Return the fields and sections of a page; the first section is above all headings."""
    reader = _Reader(page, labels)
    reader.read()
    return reader.fields, reader.sections


def _find_end_of_scalar(text: str, end: int, indent: int) -> int:
    """The end of the lines from `end` on that are empty or indented more."""
    below = re.compile(rf"(?:\n(?:[ \t]*(?=\n|\Z)|[ ]{{{indent + 1}}}[^\n]*))*+")
    found = below.match(text, end)
    return found.end() if found else end


class _Reader:
    """Reads the blocks of a page: each starts, continues or ends fields."""

    def __init__(self, page: Page, labels: Mapping[str, str]) -> None:
        self.fields: list[Field] = []
        self.sections = [Section(0, "", None, None)]
        self._text = page.uncommented
        self._page = page
        self._label_of = make_finder(tuple(labels.items()))
        self._places = page.places
        self._open: OpenField | None = None
        self._columns: list[Label] = []
        self._list: OpenField | None = None
        self._inside: list[int] = []
        self._date: str | None = None
        self._moment = 0
        self._title = ""
        self._scalar_end = 0

    def read(self) -> None:
        headings = {heading.start: heading for heading in self._page.headings}
        for block in self._page.blocks:
            self._inside = self._inside[: block.depth - block.opens_item]
            self._inside += [block.start] * (block.depth - len(self._inside))
            if block.kind is BlockKind.HEADING:
                self._read_heading(headings[block.start])
            elif block.kind is BlockKind.RULE:
                self._close()
            elif block.kind is BlockKind.ROW:
                self._read_row(block)
            elif block.kind is BlockKind.CODE:
                self._extend(block)
            else:
                self._read_text(block)
        self._close()

    def _read_heading(self, heading: Heading) -> None:
        title = strip_control(heading.text).strip()
        date = find_date(title)
        for adornment in (_STAMP, _SIGN):
            found = adornment.match(title)
            title = title[found.end() :] if found else title
        label, value = self._label_heading(heading, title)
        is_label = bool(label.name) and heading.level > 1
        opened = self._open
        if opened and not (opened.has_text or opened.field.depth):
            opened.level = opened.level or self.sections[-1].level
        if is_label or not (opened and 0 < opened.level < heading.level):
            self._close()
        self._date = self._list = None
        self._title = ""
        self._moment += date is not None
        name, parent = label.name if is_label else "", self._parent(heading.level)
        section = Section(heading.level, title, heading.anchor, date, name, parent)
        self.sections.append(section)
        if is_label:
            span = Span(heading.end, heading.end)
            opened = self._begin(label, span, line=heading.line, level=heading.level)
            opened.first = value

    def _label_heading(self, heading: Heading, title: str) -> tuple[Label, str]:
        """Return the label in a heading, and the value after it."""
        label, value = self._label_of(title), ""
        parts = None if label.name or self._is_code(heading) else _HEADING_LABEL.match(title)
        if parts:
            label, value = self._label_of(parts["label"]), parts["value"]
        if not label.name and _SUMMARY.search(title):
            label = Label("summary", "summary")
        return label, value

    def _is_code(self, heading: Heading) -> bool:
        """Whether the words after the date are code, as `log` writes an error like a label."""
        words = self._text[heading.start : heading.end].lstrip("# \t").rstrip()
        stamp = _STAMP.match(words)
        words = words[stamp.end() :] if stamp else words
        return unwrap_code(words) != words

    def _parent(self, level: int) -> int:
        parent: int | None = len(self.sections) - 1
        while parent is not None and self.sections[parent].level >= level:
            parent = self.sections[parent].parent
        return parent or 0

    def _read_row(self, row: Block) -> None:
        cells = [self._text[slice(*cell)].strip() for cell in row.cells]
        line = self._places.line(row.start)
        if row.is_header:
            self._columns = [self._label_of(cell) for cell in cells]
        named = [index for index, label in enumerate(self._columns) if label.name]
        is_pair = len(cells) == _PAIR and self._label_of(cells[0]).name and not row.is_header
        if len(named) >= _PAIR:
            for index in named if not row.is_header else ():
                if index < len(cells):
                    self._begin(self._columns[index], row.cells[index], line=line, row=line)
            self._close()
        elif is_pair:
            self._begin(self._label_of(cells[0]), row.cells[1], line=line)
            self._close()
        elif any(cells) and not row.is_header:
            self._extend(row)

    def _read_text(self, block: Block) -> None:
        start = block.start
        before = -1
        for line in self._text[start : block.end].rstrip("\n").split("\n"):
            end = start + len(line)
            if not self._read_line(block, Span(start, end)):
                if before < 0:
                    self._extend(block._replace(end=end))
                elif self._open and self._open.end >= before:
                    self._open.end = end
            before, start = end, end + 1

    def _read_line(self, block: Block, span: Span) -> bool:
        """Read the labels of a line. Returns False if the line belongs to the value above it."""
        if span.start < self._scalar_end or not _MAY_LABEL.search(self._text, *span):
            return False
        if not block.depth and self._read_title(span):
            return True
        position = self._after_adornments(span)
        match = (
            _LABEL.match(self._text, position, span.end)
            or _ALONE.match(self._text, position, span.end)
            or self._title_of_box(block, span)
        )
        label = self._label_of(match["label"]) if match else Label("", "")
        indent = position - self._places.line_start(position)
        if self._open and self._open.has_detail(label, block, len(self.sections) - 1):
            return False
        if match and _SCALAR.match(self._text, match.end(), span.end):
            self._scalar_end = _find_end_of_scalar(self._text, span.end, indent)
            if label.name:
                self._begin(label, Span(span.end, self._scalar_end), depth=block.depth)
                return True
        if match and label.name:
            position = match.end()
            self._begin(label, Span(position, span.end), depth=block.depth, indent=indent)
        elif match and self._read_other_label(match, span, block):
            return True
        line = Span(position, span.end)
        return self._read_inner_labels(line, block, indent, is_labelled=bool(label.name))

    def _read_other_label(self, match: re.Match[str], span: Span, block: Block) -> bool:
        """Close the open field, or leave a line with an unknown label out of it."""
        if stamp := _STAMP.fullmatch(self._text, match.end(), span.end):
            self._add_stamp(stamp, is_detail=" " in match["label"])
        opened = self._open
        if opened and opened.is_attribute(match, block):
            opened.left_out.append(Span(self._places.line_start(span.start), span.end))
            return True
        start = match.start()
        is_first = self._text[span.start : start].strip() == ""
        indent = start - self._places.line_start(start)
        if opened and is_first and opened.is_ended(match, span, block, indent):
            self._close()
        return False

    def _read_inner_labels(
        self, line: Span, block: Block, indent: int, *, is_labelled: bool
    ) -> bool:
        """Begin the fields within a line, which are bold unless the line begins with a label.

        Returns whether the line has any label.
        """
        found = is_labelled
        for inner in _INNER_LABEL.finditer(self._text, *line):
            label = self._label_of(inner["label"] or inner["bold"])
            if label.name and (found or "**" in inner[0]):
                if found and self._open:
                    self._open.end = inner.start() + (self._text[inner.start()] in ".!?)`\"'")
                value = Span(inner.end(), line.end)
                self._begin(label, value, depth=block.depth, indent=indent)
                found = True
        return found

    def _read_title(self, span: Span) -> bool:
        """Begin the part below a bold line with a number, unless the line is a label.

        Below a heading that labels causes or fixes, the line is a part of these.
        """
        found = _NUMBERED_TITLE.match(self._text, *span)
        if found is None or self._label_of(found["title"]).name:
            return False
        if self._open and self._open.level and self._open.field.name in ("cause", "fix"):
            return False
        self._close()
        self._title = found["title"]
        return True

    def _after_adornments(self, span: Span) -> int:
        """Return the start of the words, after marks, a check box, a date and signs."""
        found = _ADORNMENTS.match(self._text, *span)
        if found is None:
            return span.start
        if found["stamp"]:
            self._close()
            self._add_stamp(found)
        return found.end()

    def _title_of_box(self, block: Block, span: Span) -> re.Match[str] | None:
        """Match the title of an admonition, which labels its content."""
        line = self._places.line_start(span.start)
        return _BOX.match(self._text, line, span.end) if block.opens_item else None

    def _add_stamp(self, stamp: re.Match[str], *, is_detail: bool = False) -> None:
        """Note a time, or a day that is not a detail such as `Date resolved`."""
        self._date = stamp["date"] or self._date
        self._moment += not is_detail or ":" in stamp[0]

    def _begin(
        self,
        label: Label,
        span: Span,
        *,
        line: int = 0,
        level: int = 0,
        depth: int = 0,
        indent: int = 0,
        row: int | None = None,
    ) -> OpenField:
        opened = self._open
        if opened and opened.has_items and depth > opened.field.depth + 1:
            self._list = opened
        self._close()
        line = line or self._places.line(span.start)
        field = Field(
            *label,
            value="",
            line=line,
            end_line=line,
            section=len(self.sections) - 1,
            level=level,
            depth=depth,
            date=self._date,
            moment=self._moment,
            row=row,
            title=self._title,
            inside=tuple(self._inside),
        )
        has_text = not self._text[span.start : span.end].isspace() and span.end > span.start
        self._open = OpenField(field, span.start, span.end, indent, has_text, level)
        return self._open

    def _extend(self, block: Block) -> None:
        """Add a block to the value of the open field, or close that field."""
        opened, listed = self._open, self._list
        if listed and block.opens_item and block.depth == listed.field.depth + 1:
            label = Label(*listed.field[:3])
            self._begin(label, Span(block.start, block.end), depth=block.depth)
        elif opened is None:
            return
        elif opened.continues(block, self._text, self._scalar_end):
            opened.has_items = opened.has_items or block.depth > opened.field.depth
            opened.has_text = True
            opened.end = block.end
        else:
            self._close()

    def _close(self) -> None:
        opened, self._open = self._open, None
        if opened is None:
            return
        written = self._text[opened.start : opened.end]
        last = opened.start + max(len(written.rstrip()) - 1, 0)
        self.fields.append(
            opened.field._replace(
                value=clean_value(opened.written(self._text)),
                end_line=max(opened.field.line, self._places.line(last)),
            )
        )
