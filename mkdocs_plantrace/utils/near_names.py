"""The former place of `did_you_mean`."""

from mkdocs_plantrace.utils.did_you_mean import Names, Series

__all__ = ["Names", "Series"]
