"""Lines of a page that are not filled in: placeholders and empty labels."""

import re
from collections.abc import Iterator

from mkdocs_plantrace.model.document import Filling, Suspect
from mkdocs_plantrace.model.location import Text
from mkdocs_plantrace.parsing.markdown.commonmark import ITEM, LINE_START
from mkdocs_plantrace.parsing.markdown.page import Page

# Every branch starts with a plain character, which makes the search fast.
_SIGN = re.compile(
    r"<[^<>\n]*>|\{\{|TODO|TBD|XXX|NNN|YYYY|\.\.\.|…|:[*_]*[ \t]*$"
    r"|_[ \t]*$|\*[ \t]*$|\)[ \t]*$|\][ \t]*$",
    re.MULTILINE,
)
"""A sign of a placeholder in a line of a template: a mark, a label without a value at its end,
or the end of italics or brackets around the whole line."""
_LABEL = r"[*_]{0,2}\w[^:|\n]{0,60}:[*_]{0,2}[ \t]*"
_ITEM = re.compile(ITEM)
_ITEM_LABEL = re.compile(rf"{ITEM}{_LABEL}")
_NEXT_LINE = re.compile(r"\s*\n(?P<indent>[ \t]*)(?P<words>\S[^\n]*)")
_DATE = "<YYYY-MM-DD[^<>]*>"
_MARKS = "[*_]{0,3}"
_TO_DO = rf"{_MARKS}(?:TODO|TBD){_MARKS}[ \t]*[.!]?{_MARKS}[ \t]*"
_FILL_IN = re.compile(r"<[ \t]*fill[ _-]?in[ \t]*(?::[^<>]*)?>", re.IGNORECASE)
_UNFILLED = re.compile(
    rf"(?![ \t>]*\d){LINE_START}{_TO_DO}:?[ \t]*$"  # in a numbered list, TODO may be a name
    rf"|{LINE_START}(?:{_LABEL}(?:{_TO_DO}$|{_MARKS}{_DATE})"
    rf"|{_MARKS}{_DATE}{_MARKS}[ \t]*[.:]?[ \t]*$"
    rf"|#{{1,6}}[^\n]*?{_DATE})"
)
_UNFILLED_CELL = re.compile(rf"\|[ \t]*(?:{_TO_DO}|{_MARKS}{_DATE}{_MARKS}[ \t]*)(?=\||$)")
_BELOW_HEADER = re.compile(r"\n[ \t>]*\|?[ \t]*:?-[-:| \t]*$", re.MULTILINE)
_WRAPPED = re.compile(
    rf"{LINE_START}"
    r"(?:_(?!_)[^\n]*_|\*(?![* ])[^*\n]*\*|\([^\n]*\)|\[[^\[\]\n]{4,}\])[ \t]*$"
)
_EMPTY_LABEL = re.compile(rf"(?:{LINE_START})?{_LABEL}$")


def read_filling(page: Page) -> Filling:
    words = page.uncommented
    unfilled: list[Text] = []
    suspects: list[Suspect] = []
    for start, end in _signed_lines(page.visible):
        line = page.visible[start:end]
        left = len(line) - len(line.lstrip())
        place = page.places.at(start + left, start + len(line.rstrip()))
        found = Text(value=line.strip(), location=place)
        if _is_unfilled(words, page.prose, start, end):
            unfilled.append(found)
        elif not _EMPTY_LABEL.match(line):
            suspects.append(Suspect(text=found))
        elif not _has_value_below(words, start, end):
            suspects.append(Suspect(text=found, next_label=_next_label(words, end)))
    return Filling(unfilled=tuple(unfilled), suspects=tuple(suspects), is_empty=page.is_empty)


def _signed_lines(visible: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line with a sign of a placeholder."""
    end = -1
    for sign in _SIGN.finditer(visible):
        if sign.start() > end:
            start, end = visible.rfind("\n", 0, sign.start()) + 1, visible.find("\n", sign.start())
            end = len(visible) if end == -1 else end
            if sign.group()[0] not in "_*)]" or _WRAPPED.match(visible[start:end]):
                yield start, end


def _is_unfilled(words: str, prose: str, start: int, end: int) -> bool:
    """Whether a line is not filled in, whatever its template is."""
    line = prose[start:end]
    if _FILL_IN.search(line):
        return True
    if _UNFILLED.match(line):
        is_title = line.rstrip(" \t*_").endswith(":")
        return not (is_title and _has_value_below(words, start, end))
    cell = _UNFILLED_CELL.search(line)
    # In the header of a table, TODO may be the name of a column.
    return bool(cell and not ("TODO" in cell.group() and _BELOW_HEADER.match(prose, end)))


def _next_label(text: str, end: int) -> str | None:
    below = _NEXT_LINE.match(text, end)
    label = _ITEM_LABEL.match(below["words"]) if below else None
    return label.group().strip() if label else None


def _has_value_below(text: str, start: int, end: int) -> bool:
    """Whether the value of the empty label from `start` to `end` is clearly below it."""
    line = text[start:end]
    below = _NEXT_LINE.match(text, end)
    if not below or below["words"].startswith("#"):
        return False
    if len(below["indent"]) > len(line) - len(line.lstrip()):
        return True
    is_item = _ITEM.match(below["words"])
    if _ITEM.match(line.lstrip()):
        return not is_item or not _ITEM_LABEL.match(below["words"])
    return bool(is_item) or not re.match(_LABEL, below["words"])
