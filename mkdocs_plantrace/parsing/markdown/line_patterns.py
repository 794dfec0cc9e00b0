"""Markdown syntax as parts of regular expressions for one line."""

ITEM = r"(?:[-*+]|\d{1,9}[.)])[ \t]++"
"""The marker of a list item."""
LINE_START = rf"[ \t>]*+(?:{ITEM})?+(?:\[[ xX]?\][ \t]++)?+"
"""Quote marks, a marker and a check box at the start of a line."""
MARKERS = rf"(?:[ \t>]*+{ITEM})*+{LINE_START}"
"""The same with the markers of nested items."""
