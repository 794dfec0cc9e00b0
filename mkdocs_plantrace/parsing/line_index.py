"""Offsets in a text to lines and columns, as in editors."""

from bisect import bisect_right
from io import StringIO
from itertools import accumulate

from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.utils.lazy_property import cached_property


class LineIndex:
    """The lines of one text. Unlike in YAML, only CR, LF and CRLF end a line."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._text = text

    @cached_property
    def _starts(self) -> list[int]:
        """The start of each line, on demand: most texts have nothing to locate."""
        lines = StringIO(self._text, newline="")
        starts = list(accumulate(map(len, lines), initial=0))
        if not self._text.endswith(("\n", "\r")):
            starts.pop()
        return starts or [0]

    def line(self, position: int) -> int:
        return bisect_right(self._starts, position)

    def line_start(self, position: int) -> int:
        return self._starts[bisect_right(self._starts, position) - 1]

    def at(self, start: int, end: int) -> Location:
        starts = self._starts
        line = end_line = bisect_right(starts, start)
        if end_line < len(starts) and end >= starts[end_line]:
            end_line = bisect_right(starts, end)
        return Location(
            self.path, line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1
        )


def split_lines(text: str) -> list[str]:
    """The lines of a text without their ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
