"""A labelled field while its value is read: which blocks and lines belong to it."""

import dataclasses
import re

from mkdocs_plantrace.parsing.logs.fields import Field, Label, is_description
from mkdocs_plantrace.parsing.markdown.blocks import Block, BlockKind
from mkdocs_plantrace.parsing.markdown.commonmark import Span

_MOST_LABEL_WORDS = 4


@dataclasses.dataclass(slots=True)
class OpenField:
    """A field whose value may continue: from `start` up to `end` in the text.

    `first` is the value in the heading that is the label. Headings below `level`, if there is one,
    are part of the value. One that `has_items` may be a list of values: if one of its items has
    labels, each item is a value. Lines that are `left_out` are no part of the value.
    """

    field: Field
    start: int
    end: int
    indent: int
    has_text: bool
    level: int
    has_items: bool = False
    first: str = ""
    left_out: list[Span] = dataclasses.field(default_factory=list)

    def written(self, text: str) -> str:
        """The value in the text."""
        starts = [self.start, *(end for _, end in self.left_out)]
        ends = [*(min(start, self.end) for start, _ in self.left_out), self.end]
        parts = (text[start:end] for start, end in zip(starts, ends, strict=True))
        return self.first + "".join(parts)

    def continues(self, block: Block, text: str, scalar_end: int) -> bool:
        """Whether a block belongs to the value."""
        if self.level or block.kind is BlockKind.CODE or block.start < scalar_end:
            return True
        if block.depth < self.field.depth:
            return False
        if not self.has_text:
            return True
        if block.depth > self.field.depth:
            is_tight = "\n\n" not in text[self.end - 1 : block.start]
            is_inside = self.field.depth > 0 or self.has_items
            ending = text[max(self.start, self.end - 9) : self.end].rstrip(" \t\n*_")
            return is_inside or is_tight or ending.endswith((":", "："))
        return 0 < block.depth == self.field.depth and not block.opens_item

    def has_detail(self, label: Label, block: Block, section: int) -> bool:
        """Whether a label is part of the value of a cause or a fix.

        This is so for a file directly below the heading, and for tasks in a list that is the value.
        """
        if self.field.name not in ("cause", "fix"):
            return False
        if label.name == "task":
            is_item = block.depth > self.field.depth
            return is_item and (self.has_items or not self.has_text)
        is_below = self.level > 0 and self.field.section == section
        return label.name == "context" and is_below and not (self.first or self.has_text)

    def is_attribute(self, match: re.Match[str], block: Block) -> bool:
        """Whether an unknown label, such as `Severity:`, is below a heading that names an error."""
        is_named = self.level and self.field.name == "error" and (self.first or self.field.number)
        is_label = ":" in match[0] and (match[0].startswith("**") or block.depth > 0)
        is_short = len(match["label"].split()) <= _MOST_LABEL_WORDS
        return bool(is_named) and is_label and is_short and not is_description(match["label"])

    def is_ended(self, match: re.Match[str], line: Span, block: Block, indent: int) -> bool:
        """Whether a line that begins with an unknown label, in the style of the field, ends it.

        A line that is bold beyond the colon is not labelled. An item of a list that is the value
        does not end it, and nor does a line such as `Change this:`, if it is the first.
        """
        is_bold = match[0].startswith("**")
        if self.level or len(match["label"].split()) > _MOST_LABEL_WORDS:
            return False
        if is_bold and match[0].count("**") == 1:
            return False
        is_item = block.depth > self.field.depth and indent > self.indent
        is_intro = not (is_bold or block.depth) and match.end() == line.end
        if (is_item and self.has_items) or (not self.has_text and (is_item or is_intro)):
            return False
        return indent <= self.indent
