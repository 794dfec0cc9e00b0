"""Comments in a page that become lists: `<!-- plantrace: tasks phase=0 -->`."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from mkdocs_plantrace.model.document import Query, QueryFault, QueryOption
from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.markdown.commonmark import Span
from mkdocs_plantrace.parsing.markdown.page import Page, parse_page

KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "tasks": ("phase", "status", "owner", "id", "ready", "columns", "sort", "limit"),
        "board": ("phase", "status", "owner", "id", "limit"),
        "matrix": ("phase", "status", "owner", "id", "ready", "gaps", "limit"),
        "errors": ("phase", "state", "task", "limit"),
        "progress": ("phase",),
        "graph": ("phase", "task"),
    }
)
"""The kinds of lists, each with its keys."""
COLUMNS = ("id", "title", "status", "phase", "owner", "plan", "log", "errors", "problems")
DEFAULT_COLUMNS = ("id", "title", "status", "owner")
STATES = ("open", "fixed", "noted")
READY = ("yes", "no")
GAPS = ("any", "plan", "log", "evidence", "troubleshooting", "decision")

_NAME = "plantrace:"
_SPACES = "write key=value, and quotes around a value with spaces"
_START = re.compile(r"<!--\s*+plantrace:", re.IGNORECASE)
_RAW_CODE = re.compile(r"<(?P<tag>code|kbd|samp|xmp)\b[^<>]{0,500}>", re.IGNORECASE)
_KIND = re.compile(r"\s*+(?P<kind>[^\s=]++)(?!=)")
_WORD = re.compile(r"\s*+(?:(?P<key>[^\s=]++)=|(?P<other>\S++))")
_VALUE = re.compile(
    r"""(?P<quote>["'])(?P<quoted>.*?)(?P=quote)|(?P<open>["']).*+|(?P<bare>[^\s,]*+)""", re.DOTALL
)
_REST = re.compile(r"\S++")


def read_queries(page: Page) -> Iterator[Query]:
    for span in _spans(page):
        yield _Reader(page.text, span, page.places).read()


def find_query_spans(text: str) -> tuple[Span, ...]:
    """Locate the queries of a text with LF line ends."""
    return tuple(_spans(parse_page(text))) if _NAME in text.lower() else ()


def _spans(page: Page) -> Iterator[Span]:
    named = [span for span in page.comments if _START.match(page.text, *span)]
    code = list(_raw_code(page.prose)) if named else []
    for span in named:
        before = bisect_right(code, span) - 1
        if before < 0 or span.start >= code[before].end:
            yield span


def _raw_code(prose: str) -> Iterator[Span]:
    unclosed: set[str] = set()
    position = 0
    while opening := _RAW_CODE.search(prose, position):
        position = opening.end()
        tag = opening["tag"].lower()
        if tag in unclosed:
            continue
        closing = re.compile(rf"</{tag}\s*+>", re.IGNORECASE).search(prose, position)
        if closing is None:
            unclosed.add(tag)
        else:
            position = closing.end()
            yield Span(opening.start(), position)


class _Reader:
    def __init__(self, text: str, span: Span, places: LineIndex) -> None:
        self._text = text
        self._span = span
        self._end = span.end - len("-->")
        self._places = places
        self._faults: list[QueryFault] = []

    def read(self) -> Query:
        position = self._text.index(":", self._span.start) + 1
        kind = Text("", self._places.at(position - len(_NAME), position))
        if named := _KIND.match(self._text, position, self._end):
            kind, position = self._token(*named.span("kind")), named.end()
        return Query(
            text=self._token(*self._span),
            kind=kind,
            options=tuple(self._options(position)),
            faults=tuple(self._faults),
        )

    def _options(self, position: int) -> Iterator[QueryOption]:
        while word := _WORD.match(self._text, position, self._end):
            position = word.end()
            if word["key"]:
                values: list[Text] = []
                position = self._read_values(position, values)
                if values:
                    yield QueryOption(self._token(*word.span("key")), tuple(values))
            else:
                message = f"'{word['other']}' is not a key with a value"
                self._reject(*word.span("other"), message, _SPACES)

    def _read_values(self, position: int, values: list[Text]) -> int:
        """Add the values that start at `position`, and return their end."""
        while value := _VALUE.match(self._text, position, self._end):
            if value["open"]:
                self._reject(position, position + 1, f"the quote {value['open']} is not closed")
            elif value.end() == position:
                self._reject(position - 1, position, "a value is missing")
            else:
                place = self._places.at(*value.span("quoted" if value["quoted"] else 0))
                values.append(Text(value["bare"] or " ".join(value["quoted"].split()), place))
            position = value.end()
            if not self._text.startswith(",", position, self._end):
                break
            position += 1
        if rest := _REST.match(self._text, position, self._end):
            self._reject(*rest.span(), f"'{rest[0]}' follows a closing quote")
            position = rest.end()
        return position

    def _token(self, start: int, end: int) -> Text:
        return Text(self._text[start:end], self._places.at(start, end))

    def _reject(self, start: int, end: int, message: str, hint: str | None = None) -> None:
        self._faults.append(QueryFault(self._token(start, end), message, hint))
