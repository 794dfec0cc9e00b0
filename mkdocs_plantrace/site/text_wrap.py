"""Line breaks and ellipses for text in drawings, where the browser makes none."""

from unicodedata import combining, east_asian_width

_NARROW = frozenset("ijlftrI.,:;'|!()[]/ -")
_BROAD = frozenset("mwMW@%")
_LEAST = 6


def measure(text: str) -> float:
    """Estimate the width of a text in a proportional font, in average letters."""
    return sum(map(_width, text))


def wrap(text: str, width: float, most: int) -> tuple[str, ...]:
    """Wrap a text to at most so many lines of a width; `…` replaces what is left out."""
    found: list[str] = []
    words = text.split()
    while words and len(found) < most:
        line = words.pop(0)
        while words and measure(f"{line} {words[0]}") <= width:
            line = f"{line} {words.pop(0)}"
        if words and len(found) == most - 1:
            line = f"{line} {words.pop(0)}"
            words = []
            found.append(_cut(f"{line}…" if measure(line) < width - 1 else line, width))
        else:
            found.append(_cut(line, width))
    return tuple(found)


def shorten(text: str, most: int) -> str:
    """Shorten a name to at most so many characters, to its start and its end."""
    most = max(most, _LEAST)
    end = most // 2
    return text if len(text) <= most else f"{text[: most - end - 1]}…{text[-end:]}"


def _cut(text: str, width: float) -> str:
    if measure(text) <= width:
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
