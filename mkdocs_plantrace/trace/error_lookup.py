"""Finds errors by name: signature, text, or the first words of either."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import dropwhile, takewhile

from mkdocs_plantrace.model.log_entry import Signature
from mkdocs_plantrace.trace.error_groups import RecordedError, find_current_names, headline
from mkdocs_plantrace.utils.error_normalization import normalize_error

_FEWEST_WORDS = 3
_DIGEST = re.compile(r"-[0-9a-f]{8}$")
"""The end of the anchor of an error, after its words."""


def find_by_name(
    errors: tuple[RecordedError, ...], registry: Mapping[str, Signature], name: str
) -> tuple[RecordedError, ...]:
    """The error with exactly this name, or else all errors whose name starts with it.

    A name is a signature or one of its aliases, the text of the error, its key, or its anchor on
    the error index. Case and punctuation matter only if errors differ in nothing else. If no
    name matches, the words may be anywhere in the text.
    """
    current = find_current_names(registry)
    if exact := tuple(error for error in errors if error.key in (name, current.get(name))):
        return exact
    words = plain_words(name)
    starts = {words, plain_words(normalize_error(name)), _DIGEST.sub("", words)} - {""}
    names = {error.key: plain_words(error.key) for error in errors}
    if whole := tuple(error for error in errors if names[error.key] in starts):
        return whole
    aliases = {plain_words(alias): now for alias, now in current.items()}
    if words and words in aliases:
        return tuple(error for error in errors if error.key == aliases[words])
    started = tuple(e for e in errors if names[e.key].startswith(tuple(starts)))
    return started or tuple(e for e in errors if any(_contains(e, start) for start in starts))


def _contains(error: RecordedError, words: str) -> bool:
    texts = (plain_words(normalize_error(headline(entry))) for entry in error.entries)
    return "-" in words and any(f"-{words}-" in f"-{text}-" for text in texts)


class ShortNames:
    """Names of errors for a command line: without quotes, and unique if possible."""

    def __init__(self, errors: Iterable[RecordedError]) -> None:
        self._words = sorted({plain_words(error.key) for error in errors})

    def of(self, error: RecordedError) -> str:
        """The signature, or so many first words that no other error starts with them."""
        if error.signature and re.fullmatch(r"[\w.:/@%+-]+", error.key):
            return error.key
        words = plain_words(error.key)
        place = bisect_left(self._words, words)
        around = self._words[max(place - 1, 0) : place] + self._words[place + 1 : place + 2]
        parts = words.split("-")
        starts = ("-".join(parts[:count]) for count in range(_FEWEST_WORDS, len(parts)))
        own = (start for start in starts if not any(other.startswith(start) for other in around))
        return next(own, words)


def first_paragraph(text: str) -> str:
    """The first lines up to a blank line or a code fence, joined."""
    lines = dropwhile(_is_empty, text.split("\n"))
    return " ".join(" ".join(takewhile(lambda line: not _is_empty(line), lines)).split())


def _is_empty(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith(("```", "~~~"))


def plain_words(text: str) -> str:
    """The text in lower case, with one `-` for each run of other characters."""
    normal = unicodedata.normalize("NFKD", text).lower()
    return re.sub(r"[\W_]+", "-", normal).strip("-")
