"""Text on terminals and in messages: escape sequences, control characters, width, length."""

import re
import unicodedata
from collections.abc import Sequence
from reprlib import Repr

# Every branch starts with a plain character, which makes the search fast.
_ESCAPE_SEQUENCE = re.compile(
    # strings such as titles and hyperlinks, colours and cursor movements, all others
    r"\x1b(?:[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~]?)"
    # colours where a tool or an editor has written the escape character as text, or lost it
    r"|\\(?:x1[bB]|u001[bB]|033|e)\[[0-9;]{0,20}[mK](?!\])"
    r"|\u241b\[[0-9;]{0,20}[mK](?!\])"
    r"|\^\[\[[0-9;]{0,20}[mK](?!\])"
    r"|\[[0-9;]{1,20}[mK](?!\])"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_LONGEST = 120
_SHORT = Repr()
_SHORT.maxlevel = 2
_SHORT.maxstring = _SHORT.maxother = _LONGEST


def strip_escape_sequences(text: str) -> str:
    """Remove colours, titles, links and cursor movements, in linear time."""
    return _ESCAPE_SEQUENCE.sub("", text)


def visible(text: str) -> str:
    """Replace control characters, which a terminal would obey."""
    return _CONTROL.sub(lambda match: " " if match.group() == "\t" else "\ufffd", text)


def find_width(text: str) -> int:
    """The width of a text on a terminal in columns."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def short_repr(value: object) -> str:
    """Represent a value like `repr`, with `...` for what is left out.

    The time is limited, too, also where aliases of YAML make a value exponentially large.
    """
    try:
        return _SHORT.repr(value)
    except ValueError:  # Python converts no number of thousands of digits
        return "a number of thousands of digits"


def format_table(rows: Sequence[Sequence[str]]) -> str:
    """Align the columns of rows; wide characters take two columns of a terminal."""
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(find_width, column)) for column in zip(*shown, strict=True)]
    lines = (
        "  ".join(
            cell + " " * (width - find_width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        for row in shown
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)
