"""Task ids in running text: which words are ids, and which only look like one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_MOST_STARTS = 50
_ODD = re.compile(r"[^\w./-]")
_FILE_NAME = re.compile(r"\.\w{1,5}$")
_SEPARATOR = re.compile(r"[._/-]")
_PIECE = re.compile(r"[^/.]+(?:\.[^/.]+)*")


class TaskIds:
    """The known ids, ready to be found in text; equal sets of ids make equal values."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.known = frozenset(ids)
        self.linkable = frozenset(task for task in self.known if _is_distinct(task))
        starts = "|".join(sorted({_start(task) for task in self.known})) or r"(?!)"
        if starts.count("|") > _MOST_STARTS:  # to try each at every word takes longer
            starts = r"(?<![^\W_])[^\W_]"
        odd = sorted((task for task in self.known if _ODD.search(task)), key=len, reverse=True)
        self._odd = (
            re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, odd))})(?!\w)") if odd else None
        )
        longest = max((len(task) for task in self.known), default=0) + 1
        # Possessive and bounded, so that a line of any length is read in linear time. What stands
        # before a match is looked at afterwards: a pattern that starts with letters is faster.
        self._running = re.compile(rf"(?:{starts})[\w./-]*+")
        self._anywhere = re.compile(rf"(?:{starts})(?=([\w./-]{{0,{longest}}}+))")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TaskIds) and self.known == other.known

    def __hash__(self) -> int:
        return hash(self.known)

    def mentions(self, text: str) -> Iterator[tuple[int, int, str]]:
        """The ids in running text with start and end, in order.

        Ids inside longer words and in paths do not count; neither do ids that are a plain
        word or number, which would be found in every other sentence.
        """
        for match in self._running.finditer(text):
            start = match.start()
            before = text[start - 1] if start else " "
            if before.isalnum() or before in "_./-":
                continue
            word = match.group().rstrip("./-")
            if word in self.linkable:
                yield start, start + len(word), word
            elif ("/" in word or ".." in word) and not _FILE_NAME.search(word):
                yield from self._pieces(start, word)

    def _pieces(self, start: int, word: str) -> Iterator[tuple[int, int, str]]:
        for piece in _PIECE.finditer(word):
            if piece.group() in self.linkable:
                yield start + piece.start(), start + piece.end(), piece.group()

    def named(self, text: str) -> frozenset[str]:
        """All ids that occur as whole words, also in paths, code and before `_slug`."""
        words = {
            text[match.start() : match.end(1)]
            for match in self._anywhere.finditer(text)
            if not text[match.start() - 1 : match.start()].isalnum()
        }
        plain = (task for word in words for task in self._prefixes(word))
        return frozenset([*plain, *(self._odd.findall(text) if self._odd else ())])

    def _prefixes(self, word: str) -> Iterator[str]:
        if word in self.known:
            yield word
        for separator in _SEPARATOR.finditer(word):
            start = word[: separator.start()]
            if start in self.known:
                yield start


def _start(task: str) -> str:
    letters = re.match(r"[^\W\d_]+", task)
    if letters:
        return re.escape(letters.group())
    return r"\d" if task[0].isdecimal() else re.escape(task[0])


def _is_distinct(task: str) -> bool:
    """Whether an id cannot be taken for a plain word or number in a sentence."""
    if _ODD.search(task):
        return False
    return not (task.isdecimal() or task.isalpha())
