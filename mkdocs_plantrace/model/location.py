"""Locations in files, and texts with a location."""

from typing import NamedTuple


class Location(NamedTuple):
    """A range in a file; `path` is relative to the project root, with forward slashes.

    Lines and columns count from 1, in characters; the end is exclusive.
    """

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


class Text(NamedTuple):
    value: str
    location: Location
