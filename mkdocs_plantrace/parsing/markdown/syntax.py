"""Pieces of Markdown for regular expressions that look at one line."""

ITEM = r"(?:[-*+]|\d{1,9}[.)])[ \t]++"
"""The marker of a list item."""
LINE_START = rf"[ \t>]*+(?:{ITEM})?+(?:\[[ xX]?\][ \t]++)?+"
"""What stands before the words of a line: quote marks, a marker, a check box."""
