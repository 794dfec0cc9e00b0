"""Labels such as `Owner:`, and whether the value of one stands below it."""

import re

LABEL = r"[*_]{0,2}\w[^:|\n]{0,60}:[*_]{0,2}[ \t]*"
_ITEM = re.compile(r"[-*+][ \t]|\d{1,9}[.)][ \t]")
ITEM_LABEL = re.compile(rf"(?:[-*+]|\d{{1,9}}[.)])[ \t]+{LABEL}")
NEXT_LINE = re.compile(r"\s*\n(?P<indent>[ \t]*)(?P<words>\S[^\n]*)")


def has_value_below(text: str, start: int, end: int) -> bool:
    """Whether the value of the empty label from `start` to `end` surely stands below it."""
    line = text[start:end]
    below = NEXT_LINE.match(text, end)
    if not below or below["words"].startswith("#"):
        return False
    if len(below["indent"]) > len(line) - len(line.lstrip()):
        return True
    is_item = _ITEM.match(below["words"])
    if _ITEM.match(line.lstrip()):
        return not is_item or not ITEM_LABEL.match(below["words"])
    return bool(is_item) or not re.match(LABEL, below["words"])
