"""Task ids and names of files in running text."""

import re
from collections.abc import Iterable, Iterator, Mapping

_MOST_STARTS = 50
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Letters of scripts that put no spaces between words, for a character class."""
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")
_ODD = re.compile(r"[^\w./-]")
_ENDS_LIKE_FILE = re.compile(r"\.\w{1,5}$")
_END = re.compile(r"[._/-]|\Z")
"""A possible end of an id in a longer word."""
_PIECE = re.compile(r"[^/.]+(?:\.[^/.]+)*")
_SUFFIX = re.compile(rf"\.(?i:md|ya?ml)(?!\.*+(?![{_UNSPACED}])[\w/+@~-])")
"""The end of a name; a full stop after it ends the sentence."""
_WORDS_BEFORE = re.compile(rf"[{_UNSPACED}]++(?!\.|/)")
_FILE = re.compile(r"(?<![\w./+@~-])[\w./+@~-]++\Z")


class TaskIds:
    """The known ids, compiled for a search in text; equal sets of ids are equal.

    `spellings` maps other forms of ids to the ids; a search finds them as well, and yields the ids.
    """

    def __init__(self, ids: Iterable[str], spellings: Mapping[str, str] | None = None) -> None:
        self._spellings = dict(spellings or {})
        self.known = frozenset((*ids, *self._spellings))
        self.linkable = frozenset(task for task in self.known if _is_distinct(task))
        letters = sorted({_start(task) for task in self.known})
        starts = "|".join(letters) or r"(?!)"
        first = "|".join(_not_behind(r"[^\W_]", start) for start in letters) or r"(?!)"
        if len(letters) > _MOST_STARTS:  # too many alternatives are slow
            starts = first = r"(?<![^\W_])[^\W_]"
        self._is_unspaced = any(map(_UNSPACED_CHARACTER.search, self.known))
        odd = sorted((task for task in self.known if _ODD.search(task)), key=len, reverse=True)
        whole = "|".join(_not_behind(r"\w", re.escape(task)) for task in odd)
        self._odd = re.compile(rf"(?:{whole})(?!\w)") if odd else None
        longest = max((len(task) for task in self.known), default=0) + 1
        # Possessive and bounded, for linear time on lines of any length.
        self._running = re.compile(rf"(?:{starts})[\w./-]*+")
        self._anywhere = re.compile(rf"({first})(?=([\w./-]{{0,{longest}}}+))")

    def _separate(self, text: str) -> str:
        """Put spaces in place of letters that stand beside an id without a space."""
        return text if text.isascii() or self._is_unspaced else _UNSPACED_CHARACTER.sub(" ", text)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, TaskIds)
            and self.known == other.known
            and self._spellings == other._spellings
        )

    def __hash__(self) -> int:
        return hash(self.known)

    def __repr__(self) -> str:
        return f"TaskIds({sorted(self.known)}, {sorted(self._spellings.items())})"

    def mentions(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Find the ids in running text, with start and end, in order.

        Ids in longer words and in paths are ignored, and ids that are a plain word or number,
        because these are too frequent in text.
        """
        text = self._separate(text)
        for match in self._running.finditer(text):
            start = match.start()
            before = text[start - 1] if start else " "
            if before.isalnum() or before in "_./-":
                continue
            word = match.group().rstrip("./-")
            if word in self.linkable:
                yield start, start + len(word), self._spellings.get(word, word)
            elif ("/" in word or ".." in word) and not _ENDS_LIKE_FILE.search(word):
                for piece in _PIECE.finditer(word):
                    if (task := piece.group()) in self.linkable:
                        task = self._spellings.get(task, task)
                        yield start + piece.start(), start + piece.end(), task

    def named(self, text: str) -> frozenset[str]:
        """Find all ids that are whole words, also in paths, in code and before `_slug`."""
        text = self._separate(text)
        words = {start + rest for start, rest in self._anywhere.findall(text)}
        named = {word[: end.start()] for word in words for end in _END.finditer(word)}
        if self._odd:
            named.update(self._odd.findall(text))
        return frozenset(self._spellings.get(word, word) for word in self.known & named)


def _start(task: str) -> str:
    letters = re.match(r"[^\W\d_]+", task)
    if letters:
        return re.escape(letters.group())
    return r"\d" if task[0].isdecimal() else re.escape(task[0])


def _not_behind(before: str, pattern: str) -> str:
    """Extend a pattern so that the other one does not precede it.

    The lookbehind is at the end, because `re` finds the first letter of a pattern faster if
    nothing is before it.
    """
    return f"{pattern}(?<!{before}{pattern})"


def _is_distinct(task: str) -> bool:
    """Whether an id cannot be confused with a plain word or number in a sentence."""
    if _ODD.search(task):
        return False
    return not (task.isdecimal() or task.isalpha())


def find_file_names(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each name, in linear time.

    Words of scripts without spaces may belong to the name or not: both are yielded.
    """
    position = 0
    for suffix in _SUFFIX.finditer(text):
        end = suffix.end()
        position = max(position, text.rfind(" ", position, end) + 1)
        position = max(position, text.rfind("\n", position, end) + 1)
        if name := _FILE.search(text, position, end):
            yield name.start(), end
            if before := _WORDS_BEFORE.match(text, name.start(), end):
                yield before.end(), end
        position = end
