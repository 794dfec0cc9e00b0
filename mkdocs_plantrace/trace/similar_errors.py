"""Finds errors that are like another one, by the words of their entries."""

from collections.abc import Sequence
from functools import cached_property

from mkdocs_plantrace.trace.error_groups import RecordedError, headline
from mkdocs_plantrace.trace.search.bm25 import Indexed, Passage, SearchIndex
from mkdocs_plantrace.utils.order import group_values

_MOST_FOUND = 3
_LEAST_SCORE = 0.18
"""Of the score that the error has itself."""
_MOST_ENTRIES = 3
_LONGEST = 1_000
"""Characters of a text that are compared."""


class SimilarErrors:
    """Ranks errors by what the newest entries of an error say went wrong."""

    def __init__(self, errors: Sequence[RecordedError]) -> None:
        self._errors = errors

    def find(self, error: RecordedError) -> list[RecordedError]:
        """At most three errors with many of the same words, the most similar first."""
        hits = self._index.search(_symptoms(error), _MOST_FOUND + 1)
        by_key = self._by_key
        own = next((hit.score for hit in hits if hit.path == error.key), None)
        if own is None:
            return []
        likely = (hit for hit in hits if hit.score >= _LEAST_SCORE * own)
        return [by_key[hit.path][0] for hit in likely if hit.path != error.key]

    @cached_property
    def _index(self) -> SearchIndex:
        texts = ((error.key, _symptoms(error)) for error in self._errors)
        return SearchIndex(Indexed(Passage(key, 1, 1, "", text) for key, text in texts))

    @cached_property
    def _by_key(self) -> dict[str, tuple[RecordedError, ...]]:
        return group_values((error.key, error) for error in self._errors)


def _symptoms(error: RecordedError) -> str:
    newest = error.entries[-_MOST_ENTRIES:]
    return "\n".join(dict.fromkeys(headline(entry)[:_LONGEST] for entry in newest))
