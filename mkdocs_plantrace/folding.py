"""Folds what differs between two runs of the same failure."""

from __future__ import annotations


def fold(text: str) -> str:
    """The text without case and layout."""
    return " ".join(text.lower().split())
