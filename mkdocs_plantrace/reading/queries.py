"""Reads the comments in a page that ask for a list: `<!-- plantrace: tasks phase=0 -->`."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from mkdocs_plantrace.model import Query, QueryFault, QueryOption, Text
from mkdocs_plantrace.reading.commonmark import Span
from mkdocs_plantrace.reading.page import Page, parse
from mkdocs_plantrace.reading.places import Places

KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "tasks": ("phase", "status", "owner", "id", "columns", "sort", "limit"),
        "errors": ("phase", "state", "task", "limit"),
        "progress": ("phase",),
        "graph": ("phase", "task"),
    }
)
"""The kinds of lists, each with the keys that it takes."""
COLUMNS = ("id", "title", "status", "phase", "owner", "plan", "log", "errors", "problems")
DEFAULT_COLUMNS = ("id", "title", "status", "owner")
STATES = ("open", "fixed")

_NAME = "plantrace:"
_SPACES = "write key=value, and quotes around a value with spaces"
_START = re.compile(r"<!--\s*+(?P<name>plantrace:)", re.IGNORECASE)
_END = len("-->")
_RAW_CODE = re.compile(r"<(?P<tag>code|kbd|samp|xmp)\b[^<>]{0,500}>", re.IGNORECASE)
_SPACE = re.compile(r"\s*+")
_WORD = re.compile(r"[^\s=]++")
_BARE = re.compile(r"[^\s,]*+")
_REST = re.compile(r"\S++")


def read_queries(page: Page, places: Places) -> Iterator[Query]:
    """The queries of a page, in order."""
    for span in _spans(page):
        yield _Reader(page.text, span, places).read()


def query_spans(text: str) -> tuple[Span, ...]:
    """Where the queries of a text with LF line ends stand."""
    return tuple(_spans(parse(text))) if _NAME in text.lower() else ()


def _spans(page: Page) -> Iterator[Span]:
    named = [span for span in page.comments if _START.match(page.text, *span)]
    code = list(_raw_code(page.prose)) if named else []
    for span in named:
        before = bisect_right(code, span) - 1
        if before < 0 or span.start >= code[before].end:
            yield span


def _raw_code(prose: str) -> Iterator[Span]:
    """Elements of inline code that are written in HTML."""
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
    """Reads one comment, a token after the other."""

    def __init__(self, text: str, span: Span, places: Places) -> None:
        self._text = text
        self._span = span
        self._end = span.end - _END
        self._places = places
        self._faults: list[QueryFault] = []

    def read(self) -> Query:
        start = _START.match(self._text, *self._span)
        if start is None:
            raise ValueError("no query starts here")
        position = self._skip(start.end())
        word = _WORD.match(self._text, position, self._end)
        if word and not self._is_at("=", word.end()):
            kind, position = self._token(*word.span()), word.end()
        else:
            kind = Text("", self._places.at(*start.span("name")))
        return Query(
            text=Text(self._text[slice(*self._span)], self._places.at(*self._span)),
            kind=kind,
            options=tuple(self._options(position)),
            faults=tuple(self._faults),
        )

    def _options(self, position: int) -> Iterator[QueryOption]:
        while (position := self._skip(position)) < self._end:
            word = _WORD.match(self._text, position, self._end)
            if word and self._is_at("=", word.end()):
                values: list[Text] = []
                position = self._read_values(word.end() + 1, values)
                if values:
                    yield QueryOption(self._token(*word.span()), tuple(values))
            else:
                end = self._rest(position)
                written = self._text[position:end]
                self._refuse(position, end, f"'{written}' is no key with a value", _SPACES)
                position = end

    def _read_values(self, position: int, values: list[Text]) -> int:
        """Add the values that start at `position`, and tell where they end."""
        while True:
            position = self._read_value(position, values)
            if not self._is_at(",", position):
                break
            position += 1
        end = self._rest(position)
        if end > position:
            written = self._text[position:end]
            self._refuse(position, end, f"'{written}' follows a closing quote")
        return end

    def _read_value(self, position: int, values: list[Text]) -> int:
        quote = self._text[position : min(position + 1, self._end)]
        if quote not in ("'", '"'):
            end = self._bare_end(position)
            if end == position:
                self._refuse(position - 1, position, "a value is missing")
            else:
                values.append(self._token(position, end))
            return end
        close = self._text.find(quote, position + 1, self._end)
        if close == -1:
            self._refuse(position, position + 1, f"the quote {quote} is not closed")
            return self._end
        inner = (position + 1, close) if close > position + 1 else (position, close + 1)
        value = " ".join(self._text[position + 1 : close].split())
        values.append(Text(value, self._places.at(*inner)))
        return close + 1

    def _bare_end(self, position: int) -> int:
        bare = _BARE.match(self._text, position, self._end)
        return bare.end() if bare else position

    def _rest(self, position: int) -> int:
        rest = _REST.match(self._text, position, self._end)
        return rest.end() if rest else position

    def _skip(self, position: int) -> int:
        space = _SPACE.match(self._text, position, self._end)
        return space.end() if space else position

    def _is_at(self, sign: str, position: int) -> bool:
        return position < self._end and self._text[position] == sign

    def _token(self, start: int, end: int) -> Text:
        return Text(self._text[start:end], self._places.at(start, end))

    def _refuse(self, start: int, end: int, message: str, hint: str | None = None) -> None:
        self._faults.append(QueryFault(self._token(start, end), message, hint))
