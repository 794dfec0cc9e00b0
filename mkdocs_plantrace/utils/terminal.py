"""Escape sequences of terminals."""

import re

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


def strip_escape_sequences(text: str) -> str:
    """Remove colours, titles, links and cursor movements, in linear time."""
    return _ESCAPE_SEQUENCE.sub("", text)
