"""Locations in files, and texts with a location."""

from msgspec import Struct


class Location(Struct, frozen=True, order=True, array_like=True, gc=False):
    """A range in a file; `path` is relative to the project root, with forward slashes.

    Lines and columns count from 1, in characters; the end is exclusive.
    """

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


class Text(Struct, frozen=True, order=True, array_like=True, gc=False):
    value: str
    location: Location
