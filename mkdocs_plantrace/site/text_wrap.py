"""Breaks and shortens text for drawings, where no browser does it."""

from unicodedata import combining, east_asian_width

_NARROW = frozenset("ijlftrI.,:;'|!()[]/ -")
_BROAD = frozenset("mwMW@%")
_LEAST = 6


def length(text: str) -> float:
    """About how wide a text is in a proportional typeface, in letters of common width."""
    return sum(map(_width, text))


def lines(text: str, width: float, most: int) -> tuple[str, ...]:
    """The text in at most so many lines, each at most so long; `…` stands for what is left out."""
    found: list[str] = []
    words = text.split()
    while words and len(found) < most:
        line = words.pop(0)
        while words and length(f"{line} {words[0]}") <= width:
            line = f"{line} {words.pop(0)}"
        if words and len(found) == most - 1:
            line = f"{line} {words.pop(0)}"
            words = []
            found.append(_cut(f"{line}…" if length(line) < width - 1 else line, width))
        else:
            found.append(_cut(line, width))
    return tuple(found)


def shortened(text: str, most: int) -> str:
    """A name of at most so many characters: where it is longer, its start and its end."""
    most = max(most, _LEAST)
    end = most // 2
    return text if len(text) <= most else f"{text[: most - end - 1]}…{text[-end:]}"


def _cut(text: str, width: float) -> str:
    if length(text) <= width:
        return text
    kept, rest = 0, width - 1
    while kept < len(text) and (rest := rest - _width(text[kept])) >= 0:
        kept += 1
    return f"{text[:kept].rstrip()}…"


def _width(letter: str) -> float:
    if letter in _NARROW:
        return 0.6
    if letter in _BROAD:
        return 1.5
    if letter.isascii():
        return 1.25 if letter.isupper() else 1.0
    if combining(letter):
        return 0.0
    return 2.0 if east_asian_width(letter) in "WF" else 1.25
