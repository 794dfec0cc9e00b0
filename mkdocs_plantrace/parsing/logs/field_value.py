"""Values of fields: text of a page without the markup around it."""

import re
import textwrap

from mkdocs_plantrace.parsing.markdown.line_patterns import MARKERS
from mkdocs_plantrace.utils.terminal import strip_escape_sequences

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_STRONG = re.compile(r"(?<!\*)\*\*(?!\*)")
_END_OF_STRONG = re.compile(r"(?<=[^\s*])\*\*(?!\*)")
_QUOTE = re.compile(r"[ \t]*>[ ]?")
_NUMBERED_ITEM = re.compile(r"\d{1,3}[.)][ \t]+")
_MARKERS = re.compile(MARKERS)
_INLINE_CODE = re.compile(r"(`+)(?!`)(.+)(?<!`)\1")


def strip_control(text: str) -> str:
    return _CONTROL.sub("", strip_escape_sequences(text))


def clean_value(text: str) -> str:
    """Remove indentation, quote marks and unpaired bold marks from a value."""
    first, _, below = strip_control(text).strip(" \t").partition("\n")
    lines = below.split("\n") if below else []
    if lines and all(line.lstrip().startswith(">") for line in lines if line.strip()):
        lines = [_QUOTE.sub("", line) for line in lines]
    below = textwrap.dedent("\n".join(line.rstrip() for line in lines)).strip("\n")
    first = " ".join(first.split()) if "  " in first else first.strip()
    value = f"{first}\n{below}".strip().rstrip(" |—–→")
    if len(_STRONG.findall(value)) % 2:  # the label is in the same bold words
        value = _END_OF_STRONG.sub("", value, count=1)
    item = _MARKERS.match(value)
    return value[item.end() :] if item and "\n" not in value else value


def unwrap_code(value: str) -> str:
    """Return the text of a value that is one piece of inline code; any other value as it is."""
    found = _INLINE_CODE.fullmatch(value)
    if found is None or found[1] in re.findall("`+", found[2]):
        return value
    text = found[2]
    is_padded = text.startswith(" ") and text.endswith(" ") and text.strip()
    return text[1:-1] if is_padded else text


def split_items(value: str) -> tuple[str, ...]:
    """The items of a value that is a numbered list, () for any other value."""
    items: list[list[str]] = []
    for line in value.split("\n"):
        item = _NUMBERED_ITEM.match(line)
        if item:
            items.append([line[item.end() :]])
        elif items and (not line.strip() or line[0] in " \t"):
            items[-1].append(line)
        else:
            return ()
    return tuple(clean_value("\n".join(lines)) for lines in items)
