"""The date of the sources, where Git does not tell it."""

import os
from datetime import UTC, datetime

_VARIABLE = "SOURCE_DATE_EPOCH"
"""Seconds since 1970, for builds that can be repeated (reproducible-builds.org)."""


def find_source_date() -> str:
    """The date in the environment, in UTC; '' without one."""
    try:
        seconds = int(os.environ.get(_VARIABLE, ""))
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
