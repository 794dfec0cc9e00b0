r"""Splits text into words, and words into terms, for any script and without word lists.

1. Terminal codes are removed, even without their escape character.
2. A word is a run of letters and digits; `_`, `.` and `-` join runs to an identifier
   (`verify_a.sh`, `pre-commit`). Letters are folded to lower case.
3. An identifier gives a term as a whole, then one for each of its parts, which end at the joints
   and between a lower and an upper case letter. Any other word gives one term. In a text that is
   searched, a part between `.` or `-` that is an identifier gives a term, too: `fromEntries` finds
   `Object.fromEntries`. In a query, these would count twice.
4. Hashes, dates and numbers of six digits or more differ from run to run and give none.
5. Runs of Thai, Lao, Japanese, Chinese and Korean, where words are not separated, give each pair
   of adjacent characters.

`site/assets/search.js` does the same in the browser; a test compares them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain

Word = tuple[str, ...]
"""The terms of a word: as a whole first, then its parts."""

_ESCAPES = re.compile(
    r"\x1b(?:\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]?)"
    r"|(?:\\x1[bB]|\\u001[bB]|\\033|\\e|\u241b|\^\[)?\[[0-9;]{1,20}[mK](?!\])"
)
_WORD = re.compile(r"[^\W_]+(?:[_.-]+[^\W_]+)*")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
_INNER = re.compile(r"[.-]+")
_IS_JOINED = re.compile(r"[_.-]|[a-z][A-Z]")
_IS_PASSING = re.compile(
    r"(?=[a-fA-F]*[0-9])[0-9a-fA-F]{7,}|[0-9]{6,}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]+(?:\.[0-9]+)?Z?)?"
)
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_SCRIPTS = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")


def words(text: str) -> list[Word]:
    """The words of a text that is searched."""
    return list(chain.from_iterable(map(_words, _WORD.findall(_ESCAPES.sub(" ", text)))))


def query_words(text: str) -> list[Word]:
    found = _WORD.findall(_ESCAPES.sub(" ", text))
    return [word for written in found for word in _words(written, is_query=True)]


def terms(text: str) -> list[str]:
    """The terms of a text that is searched."""
    return list(chain.from_iterable(map(_terms, _WORD.findall(_ESCAPES.sub(" ", text)))))


@lru_cache(maxsize=100_000)
def _terms(text: str) -> Word:
    return tuple(chain.from_iterable(_words(text)))


@lru_cache(maxsize=100_000)
def _words(text: str, *, is_query: bool = False) -> tuple[Word, ...]:
    """The word; several if its script has no spaces, none for a hash, date or long number."""
    if _IS_PASSING.fullmatch(text):
        return ()
    if _IS_UNSPACED.search(text):
        runs = _SCRIPTS.findall(text)
        return tuple(word for run in runs for word in _run(run, is_query=is_query))
    lower = text.lower()
    if not _IS_JOINED.search(text):
        return ((lower,),)
    parts = [part for part in _PART.findall(text) if not _IS_PASSING.fullmatch(part)]
    inner = [it for it in _INNER.split(text) if it != text and _IS_JOINED.search(it)]
    return ((lower, *(part.lower() for part in chain([] if is_query else inner, parts))),)


def _run(run: str, *, is_query: bool) -> tuple[Word, ...]:
    if not _IS_UNSPACED.match(run):
        found = _WORD.findall(run)
        return tuple(word for text in found for word in _words(text, is_query=is_query))
    return tuple((run[at : at + 2],) for at in range(max(1, len(run) - 1)))
