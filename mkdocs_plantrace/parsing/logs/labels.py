"""Labels of logs, and the fields that they name."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from mkdocs_plantrace.config.vocabulary import normalize_label

_MOST_CACHED = 2000
_QUALIFIERS = frozenset(
    (
        *("actual", "applied", "confirmed", "correct", "description", "details", "detected"),
        *("discovered", "hit", "met", "noticed", "occurred", "reported", "seen"),
        *("encountered", "final", "known"),
        *("first", "second", "third", "fourth", "fifth", "found", "identified", "implemented"),
        *("implementation", "initial", "likely", "main", "message", "messages", "observed"),
        *("original", "output", "outputs", "possible", "probable", "quick", "the"),
    )
)
"""Words around a label that do not change its meaning, as in `issue found`."""
_ORDINAL = re.compile(
    r"(?:(?:step|phase|part|entry|no\.?)[ ]?)?#?\d{1,3}(?:\.\d{1,3})*[.):]?[ ]+(?:[–—:-][ ]*)?"
)
_NUMBER = re.compile(r"[ ]?#?(?P<number>\d{1,3})$")
_REMARK = re.compile(r"[ ]?(?:\([^()]*\)|\uff08[^\uff08\uff09]*\uff09)$")


class Labels:
    """Finds the field of a label, ignoring numbers, remarks and qualifiers around it."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = labels
        self.field_of = lru_cache(maxsize=_MOST_CACHED)(self._field_of)

    def _field_of(self, label: str) -> tuple[str, str, str | None]:
        """Return the name of the field ('' if unknown), the label and its number."""
        words_alone = _REMARK.sub("", re.sub(r"[*`]", "", label).strip())
        folded = normalize_label(words_alone)
        bare = _ORDINAL.sub("", folded).strip(" .#")
        numbered = _NUMBER.search(bare)
        bare = bare[: numbered.start()] if numbered else bare
        number = numbered["number"] if numbered else None
        words = bare.split()
        while words:
            for form in _forms(words):
                if form in self._labels:
                    return self._labels[form], form, number
            if len(words) > 1 and words[-1] in _QUALIFIERS:
                words = words[:-1]
            elif len(words) > 1 and words[0] in _QUALIFIERS:
                words = words[1:]
            else:
                break
        return "", folded, number


def _forms(words: list[str]) -> Iterator[str]:
    for plural in ("", "s", "es"):
        yield " ".join(word.removesuffix(plural) for word in words)


@lru_cache(maxsize=4)
def get_labels(labels: tuple[tuple[str, str], ...]) -> Labels:
    """The labels of a project, from pairs of a label and the name of its field."""
    return Labels(dict(labels))
