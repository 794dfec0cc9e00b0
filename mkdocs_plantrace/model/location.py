"""Places in files, and texts that know theirs."""

from typing import NamedTuple


class Location(NamedTuple):
    """A place in a file: `path` relative to the project root, POSIX.

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
