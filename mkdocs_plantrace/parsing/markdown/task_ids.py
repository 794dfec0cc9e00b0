"""Task ids in running text: which words are ids, and which only look like one."""

import re
from collections.abc import Iterable, Iterator

_MOST_STARTS = 50
_ODD = re.compile(r"[^\w./-]")
_FILE_NAME = re.compile(r"\.\w{1,5}$")
_END = re.compile(r"[._/-]|\Z")
"""Where an id may end in a longer word."""
_PIECE = re.compile(r"[^/.]+(?:\.[^/.]+)*")


class TaskIds:
    """The known ids, ready to be found in text; equal sets of ids make equal values."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.known = frozenset(ids)
        self.linkable = frozenset(task for task in self.known if _is_distinct(task))
        letters = sorted({_start(task) for task in self.known})
        starts = "|".join(letters) or r"(?!)"
        first = "|".join(_not_behind(r"[^\W_]", start) for start in letters) or r"(?!)"
        if len(letters) > _MOST_STARTS:  # to try each at every word takes longer
            starts = first = r"(?<![^\W_])[^\W_]"
        odd = sorted((task for task in self.known if _ODD.search(task)), key=len, reverse=True)
        whole = "|".join(_not_behind(r"\w", re.escape(task)) for task in odd)
        self._odd = re.compile(rf"(?:{whole})(?!\w)") if odd else None
        longest = max((len(task) for task in self.known), default=0) + 1
        # Possessive and bounded, so that a line of any length is read in linear time.
        self._running = re.compile(rf"(?:{starts})[\w./-]*+")
        self._anywhere = re.compile(rf"({first})(?=([\w./-]{{0,{longest}}}+))")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TaskIds) and self.known == other.known

    def __hash__(self) -> int:
        return hash(self.known)

    def may_be_in(self, text: str) -> bool:
        """Whether a text has a word that starts like an id: faster than to look for them."""
        return self._running.search(text) is not None

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
        words = {start + rest for start, rest in self._anywhere.findall(text)}
        named = {word[: end.start()] for word in words for end in _END.finditer(word)}
        if self._odd:
            named.update(self._odd.findall(text))
        return self.known & named


def _start(task: str) -> str:
    letters = re.match(r"[^\W\d_]+", task)
    if letters:
        return re.escape(letters.group())
    return r"\d" if task[0].isdecimal() else re.escape(task[0])


def _not_behind(before: str, pattern: str) -> str:
    """A pattern where the other one does not precede it.

    That is looked at afterwards, because `re` leaps to the first letter of a pattern only where
    nothing stands before that letter.
    """
    return f"{pattern}(?<!{before}{pattern})"


def _is_distinct(task: str) -> bool:
    """Whether an id cannot be taken for a plain word or number in a sentence."""
    if _ODD.search(task):
        return False
    return not (task.isdecimal() or task.isalpha())
