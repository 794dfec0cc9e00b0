"""Did you mean: the closest name to a wrong one, fast among thousands of names."""

import difflib
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote

from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import group_values

_MOST_COMPARED = 20
"""A full comparison is slow, so only this many candidates are compared."""
_MOST_COUNTED = 300
"""The number of index entries after which the candidates are clear."""
_CUTOFF = 0.75
"""The least similarity, from 0 to 1, of a name that is worth suggesting."""
_LONGEST_WORD = 1000
"""To compare two words takes quadratic time."""
_SUGGESTION = re.compile(r"did you mean '(.+)'\?(?: \([^']*\))?|write '(.+)'")
_RANGE_END = re.compile(r"(.*?)(\d{1,9})")


def find_closest(word: str, names: Iterable[str], cutoff: float = _CUTOFF) -> str | None:
    """Find the name that is most similar to a word; of equal ones the last in order."""
    if len(word) > _LONGEST_WORD:
        return None
    short = [name for name in names if len(name) <= 2 * _LONGEST_WORD]
    return next(iter(difflib.get_close_matches(word, short, n=1, cutoff=cutoff)), None)


def format_suggestion(name: str | None, written: str = "") -> str | None:
    """Suggest a name; where it looks like the one written, say how they differ."""
    if not name:
        return None
    differences = ""
    is_short = max(len(written), len(name)) <= _LONGEST_WORD
    if is_short and not (written.isascii() and name.isascii() and "%" not in written):
        differences = _list_differences(unquote(written), name)
    return f"did you mean '{name}'?{differences}"


def parse_suggestion(hint: str | None) -> str | None:
    """Return the name that a hint suggests in place of the one written."""
    found = _SUGGESTION.fullmatch(hint or "")
    return found and (found[1] or found[2])


def fold(name: str) -> str:
    """The name without case, composition of characters, and characters that nobody sees."""
    if name.isascii():
        return name.casefold()
    characters = unicodedata.normalize("NFKC", name)
    return "".join(it for it in characters if unicodedata.category(it) != "Cf").casefold()


def _list_differences(written: str, name: str) -> str:
    """List the characters that differ, if the names look alike."""
    pairs = [pair for pair in zip(written, name, strict=False) if pair[0] != pair[1]]
    is_alike = len(written) == len(name) and all(a.isascii() != b.isascii() for a, b in pairs)
    if not is_alike and fold(written) != fold(name):
        return ""
    changes = difflib.SequenceMatcher(None, written, name, autojunk=False).get_opcodes()
    parts = []
    for kind, start, end, first, last in changes:
        if kind != "equal":
            old, new = _name_characters(written[start:end]), _name_characters(name[first:last])
            with_new = f"{new} instead of {old}" if old else f"with {new}"
            parts.append(with_new if new else f"without {old}")
    return f" ({', '.join(parts)})" if parts else ""


def _name_characters(text: str) -> str:
    return " ".join(f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip() for char in text)


class Names:
    """Names with an index of trigrams, which preselects the candidates."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(names)

    def closest(self, word: str) -> str | None:
        return find_closest(word, self.likely(word))

    def likely(self, word: str) -> Sequence[str]:
        """Return all names if they are few, otherwise those with most common trigrams."""
        if len(self._names) <= _MOST_COMPARED:
            return self._names
        known = (self._by_trigram.get(trigram, ()) for trigram in _trigrams(word))
        shared: Counter[str] = Counter()
        counted = 0
        for names in sorted(known, key=len):  # rare trigrams are the most significant
            shared.update(names)
            counted += len(names)
            if counted > _MOST_COUNTED:
                break
        return [name for name, _ in shared.most_common(_MOST_COMPARED)]

    @cached_property
    def _by_trigram(self) -> Mapping[str, Sequence[str]]:
        return group_values((trigram, name) for name in self._names for trigram in _trigrams(name))


def _trigrams(word: str) -> Iterable[str]:
    framed = f"\0{word}\0"
    return dict.fromkeys(framed[start : start + 3] for start in range(len(framed) - 2))


class Series:
    """Names in series such as `TSK-1`, `TSK-2`.

    A name with another number is never suggested: it is another member of the series.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(names)

    def find_lookalike(self, word: str) -> str | None:
        """Find the name that differs in nothing that a reader sees, but for case."""
        return self._by_folded.get(fold(word))

    def most_similar(self, word: str) -> str | None:
        same_numbers = self._by_numbers.get(_numbers(word))
        slack = max(3, len(word) // 2)
        likely = same_numbers.likely(word) if same_numbers else ()
        return find_closest(word, (n for n in likely if abs(len(n) - len(word)) <= slack))

    def between(self, start: str, first: int, last: int) -> tuple[str, ...]:
        """Return the names `start` plus a number from `first` to `last`, by number."""
        members = self._by_start.get(start, [])
        low = bisect_left(members, first, key=lambda member: member[0])
        high = bisect_right(members, last, key=lambda member: member[0])
        return tuple(name for _, name in members[low:high])

    @cached_property
    def _by_folded(self) -> Mapping[str, str]:
        return {fold(name): name for name in reversed(self._names)}

    @cached_property
    def _by_numbers(self) -> Mapping[tuple[int, ...], Names]:
        grouped = group_values((_numbers(name), name) for name in self._names)
        return {numbers: Names(names) for numbers, names in grouped.items()}

    @cached_property
    def _by_start(self) -> Mapping[str, list[tuple[int, str]]]:
        matches = filter(None, map(_RANGE_END.fullmatch, self._names))
        grouped = group_values((match[1], (int(match[2]), match[0])) for match in matches)
        return {start: sorted(members) for start, members in grouped.items()}


def _numbers(word: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d{1,18}", word))
