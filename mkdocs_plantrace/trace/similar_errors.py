"""Finds errors that are like another one, by the rare words of their entries."""

import math
from collections import defaultdict
from collections.abc import Sequence

from mkdocs_plantrace.trace.error_groups import RecordedError, headline
from mkdocs_plantrace.trace.search.terms import terms
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import group_values

_MOST_FOUND = 3
_LEAST_COSINE = 0.2
_MOST_WITH_WORD = 20
"""A word that more errors have makes none of them similar, and would take quadratic time."""
_MOST_ENTRIES = 3
_LONGEST = 1_000
"""Characters of a text that are compared."""


class SimilarErrors:
    """Compares what the newest entries of errors say went wrong.

    The measure is the cosine of their words, weighted by inverse document frequency. The search
    for a text would read all errors for each of them.
    """

    def __init__(self, errors: Sequence[RecordedError]) -> None:
        self._errors = errors

    def find(self, error: RecordedError) -> list[RecordedError]:
        """At most three errors with many of the same words, the most similar first."""
        words = self._words[error.key]
        products: defaultdict[int, float] = defaultdict(float)
        for word in sorted(words):
            numbers = self._with_word[word]
            if len(numbers) <= _MOST_WITH_WORD:
                for number in numbers:
                    products[number] += self._weigh(word)
        cosines = {
            number: product
            / math.sqrt(self._sums[error.key] * self._sums[self._errors[number].key])
            for number, product in products.items()
        }
        ranked = sorted(cosines, key=lambda number: (-cosines[number], number))
        likely = (number for number in ranked if cosines[number] >= _LEAST_COSINE)
        found = (self._errors[number] for number in likely)
        return [other for other in found if other.key != error.key][:_MOST_FOUND]

    def _weigh(self, word: str) -> float:
        return math.log(1 + len(self._errors) / len(self._with_word[word])) ** 2

    @cached_property
    def _sums(self) -> dict[str, float]:
        """For each error the sum of the weights of its words, in a fixed order."""
        return {key: sum(map(self._weigh, sorted(words))) for key, words in self._words.items()}

    @cached_property
    def _words(self) -> dict[str, frozenset[str]]:
        return {error.key: frozenset(terms(_symptoms(error))) for error in self._errors}

    @cached_property
    def _with_word(self) -> dict[str, tuple[int, ...]]:
        """For each word the numbers of the errors that have it."""
        words = enumerate(self._words.values())
        return group_values((word, number) for number, found in words for word in sorted(found))


def _symptoms(error: RecordedError) -> str:
    newest = error.entries[-_MOST_ENTRIES:]
    return "\n".join(dict.fromkeys(headline(entry)[:_LONGEST] for entry in newest))
