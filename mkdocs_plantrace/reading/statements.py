"""Takes a plan or log apart into statements: headings, labelled fields, items, rows, text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache

from mkdocs_plantrace.model import Heading
from mkdocs_plantrace.settings import fold_label

_ITEM = re.compile(r"(?:[-*+]|\d{1,4}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_ITEM_STARTS = ("-", "*", "+", *"0123456789")
_QUOTE = re.compile(r"(?:>[ ]?){1,5}")
_STAMP = re.compile(
    r"[*_`]{0,3}\[?[*_`]{0,3}(?P<date>20\d\d-[01]\d-[0-3]\d)"
    r"(?P<rest>[T ]?[\d:.]{0,15}(?:Z|[ ]?UTC|[+-]\d\d:?\d\d)?)[*_`]{0,3}\]?[*_`]{0,3}"
    r"[ \t]*[:|–—-]{0,2}[ \t]*"
    r"|\[?[012]?\d:[0-5]\d(?::[0-5]\d)?(?:Z|[ ]?UTC)?\]?[ \t]+(?:[–—-][ \t]+)?"
)
_STAMP_STARTS = ("*", "_", "`", "[", *"0123456789")
_DATE = re.compile(r"(?<![\d.])20\d\d-[01]\d-[0-3]\d(?!\d)")
_LABEL = re.compile(
    r"[*_`]{0,4}(?P<label>[A-Za-z][\w #/'&.-]{0,44}?(?:[ ]?\([^()\n]{1,40}\))?)[ ]?"
    r"(?:[*_`]{0,3}[ \t]?[:：][*_`]{0,3}(?=\s|$|[*_`\"'(<])|[*_`]{2,3}[ \t]+[–—-][ \t])[ \t]*"
)
_DASHED = re.compile(r"(?P<label>[A-Za-z][A-Za-z _]{1,30}?)[ \t]+[–—-]{1,2}[ \t]+")
"""A label with neither colon nor bold; it counts only if it is known."""
_MAY_HAVE_LABEL = re.compile(r"[:：]|[–—-][ \t]")
_SIGN = re.compile(r"[^\w\s!-/:-@\[-`{-~]+[ \t]*(?=[*_\w])")
_INNER = re.compile(
    r"(?:(?P<stop>[.;!?)`\"'][*_]{0,2}|[–—|]|->|→)[ \t]+|[ \t]*<br ?/?>[ \t]*|[ \t]+(?=\*\*))"
    r"\*{0,2}(?P<label>[A-Za-z][A-Za-z _-]{1,30}?)\*{0,2}:\*{0,2}[ \t]+(?=\S)"
)
_HEADING_LABEL = re.compile(
    r"(?P<label>[^:–—]{1,50}?)(?:[:：]|[ ][–—-](?=[ ]))[ \t]*(?P<value>\S.*)"
)
_ORDINAL = re.compile(
    r"^(?:(?:(?:step|phase|part|entry|no\.?)[ ]?#?\d{1,3}[.):]?|\d{1,3}(?:\.\d{1,3})*[.):]"
    r"|\d{1,2}(?:\.\d{1,3})*(?=[ ])|\d{3}(?=[ ][–—:-][ ]))[ ]+(?:[–—:-][ ]*)?|[^\w\s]+[ ]+)"
)
_TAIL = re.compile(r"(?:[ ](?:#?\d{1,3}|[a-z]))?(?:[ ]?\([^()]*\))?$")
_QUALIFIERS = frozenset(
    (
        *(
            "actual",
            "additional",
            "another",
            "applied",
            "captured",
            "confirmed",
            "correct",
            "current",
        ),
        *("detail", "details", "exact", "final", "first", "fourth", "fifth", "identified"),
        *("initial", "known", "likely", "main", "new", "next", "observed", "original", "other"),
        *("path", "preliminary", "primary", "probable", "real", "reported", "refined", "revised"),
        *("second", "secondary", "sequence", "steps", "summary", "suspected", "the", "third"),
        *("true", "underlying", "updated"),
    )
)
"""Words that stand before or after a label and do not change it."""
_DELIMITER = re.compile(r"\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
_RULE = re.compile(r"[ ]{0,3}(?:-[ \t]*){3,}|[ ]{0,3}(?:\*[ \t]*){3,}|[ ]{0,3}(?:_[ \t]*){3,}")
_MOST_LABEL_WORDS, _MOST_BOLD_WORDS = 4, 8
_STRONG = re.compile(r"(?<!\*)\*\*(?!\*)")
_CELL = re.compile(r"((?:`[^`]*`|\\.|[^|])*)(?:\||$)")


_NUMBERED = re.compile(r"\D ?#?(\d{1,3})$")
_MOST_REMEMBERED = 2000
_fold = lru_cache(maxsize=_MOST_REMEMBERED)(fold_label)  # teams use few labels, again and again


class Kind(Enum):
    """What a statement is."""

    HEADING = auto()
    FIELD = auto()
    ITEM = auto()
    TEXT = auto()
    ROW = auto()


@dataclass(slots=True, kw_only=True)
class Statement:
    """Something said, from `line` to `end`.

    `name` is the field that the label stands for, empty for a label of another kind and for no
    label; `label` is the label folded, `tag` as written. `level` is that of a heading, 0 for
    others; a field may be a heading, and `title` is what that says. `date` is ISO, where the
    statement itself has one. `first` is the text in the first line, `below` are the lines after
    it. `cells` are the columns of a row in a table of errors: names of fields and texts.
    """

    kind: Kind
    line: int
    end: int
    indent: int = 0
    level: int = 0
    name: str = ""
    label: str = ""
    date: str | None = None
    title: str = ""
    tag: str = ""
    first: str = ""
    below: list[str] = field(default_factory=list)
    cells: tuple[tuple[str, str], ...] = ()
    is_listed: bool = False

    @property
    def number(self) -> str | None:
        """The number of an error that its label has, as in `Error 2` and `Fix 2`."""
        found = _NUMBERED.search(self.label)
        return found[1] if found else None

    @property
    def has_text(self) -> bool:
        """Whether anything is said at all."""
        return bool(self.first or self.below)

    @property
    def text(self) -> str:
        """What it says, as Markdown, without the indentation it stands in."""
        below = textwrap.dedent("\n".join(self.below)).strip("\n") if self.below else ""
        text = f"{self.first}\n{below}".strip()
        item = _ITEM.match(text) if text.startswith(_ITEM_STARTS) else None
        return text[item.end() :] if item and "\n" not in text else text


class Labels:
    """Recognises the labels of fields, whatever they are adorned with."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = labels
        self.name_of = lru_cache(maxsize=_MOST_REMEMBERED)(self._name_of)
        """The field that a label stands for, empty if none."""

    def _name_of(self, label: str) -> str:
        folded = fold_label(label.replace("*", "").replace("`", ""))
        if folded in self._labels:
            return self._labels[folded]
        bare = _TAIL.sub("", _ORDINAL.sub("", folded)).strip(" .#")
        if bare in self._labels:
            return self._labels[bare]
        words = bare.split()
        while len(words) > 1 and words[0] in _QUALIFIERS:
            words = words[1:]
            if " ".join(words) in self._labels:
                return self._labels[" ".join(words)]
        while len(words) > 1 and words[-1] in _QUALIFIERS:
            words = words[:-1]
            if " ".join(words) in self._labels:
                return self._labels[" ".join(words)]
        return ""


def date_in(text: str) -> str | None:
    """The first date of the form 2026-02-07 in the text."""
    found = _DATE.search(text)
    return found.group() if found else None


def read_statements(
    text: str, visible: str, headings: Iterable[Heading], labels: Labels
) -> list[Statement]:
    """The statements of a page, in order.

    `text` has LF line ends; `visible` is as long and lacks code blocks and comments.
    """
    reader = _Reader({heading.line: heading for heading in headings}, labels)
    for number, (raw, seen) in enumerate(
        zip(text.split("\n"), visible.split("\n"), strict=True), start=1
    ):
        reader.read(number, raw, seen)
    return reader.statements


class _Reader:
    """Goes down a page line by line; `_open` is the statement that lines below may add to."""

    def __init__(self, headings: Mapping[int, Heading], labels: Labels) -> None:
        self.statements: list[Statement] = []
        self._headings = headings
        self._labels = labels
        self._open: Statement | None = None
        self._after_gap = True
        self._columns: list[str] = []
        self._last_row: list[str] = []

    def read(self, number: int, raw: str, seen: str) -> None:
        """Take one line; `seen` is blank where it is code."""
        if seen.lstrip(" ").startswith(("-", "*", "_")) and _RULE.fullmatch(seen):
            self._open = None
            seen = raw = ""
        if not seen.strip():
            if raw.strip():
                self._continue(number, raw)
            elif self._open and self._open.below:
                self._open.below.append("")
            self._after_gap = not raw.strip()
            self._columns = self._last_row = []
            return
        if number in self._headings:
            self._add(self._heading(number, self._headings[number]))
        elif self._is_row(seen):
            self._row(number, seen)
        else:
            self._columns, self._last_row = [], _cells(seen) if "|" in seen else []
            self._line(number, raw, seen)
        self._after_gap = False

    def _add(self, statement: Statement) -> None:
        self.statements.append(statement)
        self._open = statement

    def _continue(self, number: int, raw: str) -> None:
        if self._open:
            self._open.below.append(raw)
            self._open.end = number

    def _heading(self, number: int, heading: Heading) -> Statement:
        words = heading.text.strip()
        date = date_in(words)
        stamp = _STAMP.match(words)
        title = words[stamp.end() :] if stamp else words
        title = _ORDINAL.sub("", title) or title
        statement = Statement(
            kind=Kind.HEADING,
            line=number,
            end=number,
            level=heading.level,
            date=date,
            title=title,
            first=title,
        )
        if heading.level > 1:
            named = _HEADING_LABEL.match(title)
            if name := self._labels.name_of(title):
                statement.kind, statement.name, statement.first = Kind.FIELD, name, ""
                statement.label = _fold(title)
            elif named and (name := self._labels.name_of(named["label"])):
                statement.kind, statement.name, statement.first = Kind.FIELD, name, named["value"]
                statement.label = _fold(named["label"])
        return statement

    def _is_row(self, seen: str) -> bool:
        """Whether a line is part of a table: rows need no pipe before their first cell."""
        if "|" not in seen:
            return False
        row = seen.strip(" \t>")
        is_below = bool(self._columns) or _DELIMITER.fullmatch(row) is not None
        return row.startswith("|") or ("|" in row and is_below)

    def _row(self, number: int, seen: str) -> None:
        row = seen.strip(" \t>")
        if _DELIMITER.fullmatch(row):
            self._columns = [self._labels.name_of(cell) for cell in self._last_row]
            is_header = bool(self.statements) and self.statements[-1].line == number - 1
            if {"error", "finding"} & set(self._columns) and is_header:
                self.statements.pop()  # the header itself says nothing
            return
        cells = _cells(row)
        self._last_row = cells
        statement = Statement(
            kind=Kind.ROW, line=number, end=number, first=" ".join(cells), date=date_in(row)
        )
        if {"error", "finding"} & set(self._columns):
            statement.cells = tuple(
                (name, cell) for name, cell in zip(self._columns, cells, strict=False) if name
            )
        elif len(cells) == 2 and (name := self._labels.name_of(cells[0])):  # noqa: PLR2004
            statement.kind, statement.name, statement.first = Kind.FIELD, name, cells[1]
            statement.label = _fold(cells[0])
        self._add(statement)

    def _line(self, number: int, raw: str, seen: str) -> None:
        words = seen.expandtabs(4)
        bare = words.lstrip(" ")
        indent = len(words) - len(bare)
        words = bare.strip()
        if "<!--" in raw:  # what it hides left blanks behind
            words = " ".join(words.split())
        if quote := _QUOTE.match(words) if words.startswith(">") else None:
            words = words[quote.end() :].strip()
        item = _ITEM.match(words) if words.startswith(_ITEM_STARTS) else None
        if item:
            words = words[item.end() :]
        stamp = _STAMP.match(words) if words.startswith(_STAMP_STARTS) else None
        date = stamp["date"] if stamp else None
        if stamp:
            words = words[stamp.end() :]
        parts = list(self._parts(words))
        is_start = bool(item or stamp or self._after_gap or words.startswith(("**", "__")))
        name, label, value = parts[0]
        if not name and self._goes_on(indent, is_item=bool(item), is_start=is_start, label=label):
            self._continue(number, words if quote else raw)
            parts = parts[1:]
        elif label and not name and (written := _STAMP.fullmatch(value)):
            date = written["date"] or date
        kind = Kind.ITEM if item else Kind.TEXT
        for name, label, value in parts:
            self._add(
                Statement(
                    kind=Kind.FIELD if name else kind,
                    line=number,
                    end=number,
                    indent=indent,
                    name=name,
                    label=label,
                    tag=words[: words.find(":") + 1] if label and not name else "",
                    date=date,
                    first=value,
                    is_listed=bool(item),
                )
            )

    def _parts(self, words: str) -> Iterator[tuple[str, str, str]]:
        """Name, label and value of what stands in one line; labels within it start new parts."""
        if not _MAY_HAVE_LABEL.search(words):
            yield "", "", self._bare(words)
            return
        match = self._label(words)
        name = label = ""
        start = 0
        if match:
            name = self._labels.name_of(match["label"])
            most = _MOST_BOLD_WORDS if words.startswith("**") else _MOST_LABEL_WORDS
            if name or len(match["label"].split()) <= most:
                label, start = _fold(match["label"]), match.end()
        position = start
        for inner in _INNER.finditer(words, start):
            found = self._labels.name_of(inner["label"])
            if not found:
                continue
            yield name, label, self._bare(words[position : inner.start()] + (inner["stop"] or ""))
            name, label, position = found, _fold(inner["label"]), inner.end()
        yield name, label, self._bare(words[position:])

    def _label(self, words: str) -> re.Match[str] | None:
        """The label at the start of a line; a known one may have a sign before it, or a dash."""
        sign = _SIGN.match(words) if words > "~" else None  # signs are not ASCII
        start = sign.end() if sign else 0
        match = _LABEL.match(words, start) or _DASHED.match(words, start)
        if match and (start or match.re is _DASHED) and not self._labels.name_of(match["label"]):
            return None
        return match

    def _bare(self, value: str) -> str:
        """A value without the marks that only part it from its label, or from the next one."""
        value = value.strip().removesuffix("→").removesuffix("->").rstrip(" |—–")
        if "**" not in value:
            return value
        marks = [mark.span() for mark in _STRONG.finditer(value)]
        if len(marks) % 2:
            start, end = marks[-1] if marks[-1][1] == len(value) else marks[0]
            value = value[:start] + value[end:]
        return value

    def _goes_on(self, indent: int, *, is_item: bool, is_start: bool, label: str) -> bool:
        """Whether a line without a field of its own adds to the statement above it."""
        above = self._open
        if above is None or above.kind in (Kind.ROW, Kind.HEADING):
            return False
        if above.level:  # a heading that is a field holds all text below it
            return is_item or not label or not above.has_text
        is_waiting = above.kind is Kind.FIELD and not above.is_listed and not above.has_text
        if indent > above.indent or (is_waiting and not label):
            return True
        if above.is_listed:
            return not is_item and not self._after_gap and not label
        if above.kind is Kind.FIELD and is_item:
            return is_waiting or not self._after_gap or above.first.endswith(":")
        return not is_start and not label


def _cells(row: str) -> list[str]:
    """The cells of a row; a pipe in code, or behind a backslash, does not end one."""
    bare = row.strip(" \t>").removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in _CELL.findall(bare)[:-1]]
