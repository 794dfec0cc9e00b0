"""Formulas in the notations of `pymdownx.arithmatex`, in which nothing is Markdown."""

import re
from collections.abc import Iterator

_MARK = re.compile(
    r"(?P<end>\n[ \t]*(?=\n))|(?<!\\)(?P<dollar>\$\$?)"
    r"|\\{1,2}(?P<bracket>[()\[\]])|\\(?P<edge>begin|end)\{(?P<name>[a-z]{1,20}\*?)\}"
)
_CLOSING = {")": "(", "]": "["}


def find_formulas(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each formula, by end; none has a blank line.

    Formulas may be inside others, as an environment is inside `$$`.
    """
    opened: dict[str, int] = {}
    for mark in _MARK.finditer(text):
        if mark["end"]:
            opened.clear()
            continue
        kind, opens, closes = _read_mark(mark)
        start = opened.pop(kind, None) if closes else None
        if start is not None:
            yield start, mark.end()
        elif opens:
            opened[kind] = mark.start()


def _read_mark(mark: re.Match[str]) -> tuple[str, bool, bool]:
    """Return the kind of a mark, and whether it can open and close a formula."""
    if mark["dollar"]:
        text, is_block = mark.string, mark["dollar"] == "$$"
        before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
        return mark["dollar"], is_block or not after.isspace(), is_block or not before.isspace()
    if bracket := mark["bracket"]:
        return _CLOSING.get(bracket, bracket), bracket not in _CLOSING, bracket in _CLOSING
    return mark["name"], mark["edge"] == "begin", mark["edge"] == "end"
