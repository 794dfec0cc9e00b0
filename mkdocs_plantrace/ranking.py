"""Finds the recorded errors that a word, a sentence or a whole pasted output is most like.

`pages/assets/ranking.js` does the same in the browser, step by step; a test holds them equal.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from mkdocs_plantrace.folding import folded_words, lower, table, whole_and_parts, wholes

_MOST_LINES = 5_000
_LONGEST_LINE = 2_000
_FEW_LINES, _FEW_TERMS = 5, 40
"""A query of no more lines and words is also searched as a sentence, not only as output."""
_LEAST_COVERED = 0.5
"""So much of a recorded error must stand near together in an output, by weight of its words."""
_LEAST_MEANT = 0.4
"""So much of a sentence must be in an entry, by weight of its words."""
_BONUS = 0.25
"""What an entry can gain by its values, folders, signature, context, cause and fix."""
_SIGNATURE_SCORE = 1_000_000.0
_SMOOTHING = 50
"""So many more errors are supposed than recorded, for in few entries every word is rare."""
_NEAREST, _WIDEST = 2, 60
"""The fewest and the most neighbouring lines in which an error is looked for."""
_WHOLE_SHARE = 3
"""An identifier weighs as much as so many of its parts."""

_STOP_WORDS = frozenset(table()["stop_words"])
_GENERIC_WORDS = frozenset(table()["generic_words"])
_last_word = re.compile(r"[^ \t\r\n]+\Z")


class Indexed(NamedTuple):
    """The texts by which an error is found, and its key, which only the caller reads."""

    key: str
    signature: str | None
    error: str | None
    context: str | None
    cause: str | None
    fix: str | None
    outcome: str | None


class Hit(NamedTuple):
    """A position in the index, and how well it matches: comparable within one search only."""

    position: int
    score: float


class _Line(NamedTuple):
    text: str
    wholes: list[str]
    terms: list[str]


class _Entry(NamedTuple):
    core: list[int]
    """The words that two runs of the error share."""
    weights: list[int]
    """What each of them tells."""
    specific: list[bool]
    """Which of them tell more than that something failed."""
    total: int
    """The weight of them all."""
    least_specific: int
    others: dict[int, int]
    """All other words, with the weight of the field each stands in."""
    width: int
    """Within how many lines of an output its words must stand."""
    pairs: list[int]
    """Which words follow one another in it."""


class Index:
    """Entries, and by which words each is found."""

    def __init__(self, entries: Iterable[Indexed]) -> None:
        self._entries = list(entries)
        self._ids: dict[str, int] = {}
        self._postings: list[dict[int, int]] = []
        self._core_postings: list[dict[int, int]] = []
        self._signatures: dict[str, list[tuple[int, list[str], str]]] = defaultdict(list)
        self._words: list[list[int]] = []
        fields = [self._add(position, entry) for position, entry in enumerate(self._entries)]
        self._weights = [
            self._weight(term, len(postings))
            for term, postings in zip(self._ids, self._postings, strict=True)
        ]
        self._generic = [term in _GENERIC_WORDS for term in self._ids]
        self._by_weight = [
            self._described(entry, words, core, others)
            for entry, words, (core, others) in zip(self._entries, self._words, fields, strict=True)
        ]
        self._sorted_terms = sorted(self._ids)

    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """The entries most like a word, a sentence or an output, best first, then by position.

        Of an output the last 5,000 distinct lines are read, and of a line 2,000 characters. An
        entry whose signature stands in the text comes before all others. Otherwise most of the
        words of its error must stand in the text near together; of a text of few words, most
        must be in the entry, and the last may be half typed. Empty if nothing really matches.
        """
        lines = _distinct_lines(text)
        scores = self._in_output(lines, limit)
        asked = {term for line in lines for term in line.terms}
        if len(lines) <= _FEW_LINES and len(asked) <= _FEW_TERMS:
            for position, score in self._in_sentence(lines, _half_typed(text)):
                scores[position] = max(score, scores.get(position, 0.0))
        for position in self._signed(lines):
            scores[position] = scores.get(position, 0.0) + _SIGNATURE_SCORE
        hits = [Hit(position, score) for position, score in scores.items()]
        return sorted(hits, key=lambda hit: (-hit.score, hit.position))[:limit]

    def _add(self, position: int, entry: Indexed) -> tuple[dict[int, int], dict[int, int]]:
        """Registers the words of an entry: those of its folded error, and all others."""
        error = entry.error or entry.signature or ""
        core: dict[int, int] = {}
        words: list[int] = []
        for whole in folded_words(error):
            for number, term in enumerate(whole_and_parts(whole)):
                known = self._id_of(term)
                share = 1 if number else _WHOLE_SHARE
                core[known] = max(core.get(known, 1), share)
                if not number:
                    words.append(known)
        self._words.append(words)
        fields: dict[int, int] = dict.fromkeys(core, 4)
        for texts, weight in (
            ((entry.signature, entry.error), 4),
            ((entry.context, entry.cause), 2),
            ((entry.fix, entry.outcome), 1),
        ):
            for whole in wholes("\n".join(filter(None, texts))):
                for term in whole_and_parts(whole):
                    fields.setdefault(self._id_of(term), weight)
        for known, weight in fields.items():
            self._postings[known][position] = weight
        for known, share in core.items():
            self._core_postings[known][position] = share
        signed = [word for word in map(_plain, wholes(entry.signature or "")) if word]
        if signed:
            signature = (position, signed, lower((entry.signature or "").strip(" ")))
            self._signatures[signed[0]].append(signature)
        return core, {term: weight for term, weight in fields.items() if term not in core}

    def _id_of(self, term: str) -> int:
        number = self._ids.setdefault(term, len(self._ids))
        if number == len(self._postings):
            self._postings.append({})
            self._core_postings.append({})
        return number

    def _weight(self, term: str, count: int) -> int:
        """How much a word tells that so many entries have; whole, so that sums are exact."""
        if term in _STOP_WORDS:
            return 0
        others = len(self._entries) + _SMOOTHING - count
        weight = math.floor(1000 * math.log(1 + (others + 0.5) / (count + 0.5)) + 0.5)
        return weight // 4 if term in _GENERIC_WORDS else weight

    def _described(
        self,
        entry: Indexed,
        words: Sequence[int],
        shares: Mapping[int, int],
        others: dict[int, int],
    ) -> _Entry:
        core = [term for term in shares if self._weights[term]]
        weights = [shares[term] * self._weights[term] for term in core]
        specific = [not self._generic[term] for term in core]
        lines = len(re.split("[\r\n]+", entry.error or ""))
        return _Entry(
            core,
            weights,
            specific,
            sum(weights),
            min(2, sum(specific)) or len(core) + 1,
            others,
            min(max(_NEAREST, 2 * lines), _WIDEST),
            sorted({self._pair(first, second) for first, second in pairwise(words)}),
        )

    def _pair(self, first: int, second: int) -> int:
        return first * len(self._ids) + second

    def _pairs_in(self, lines: Sequence[_Line]) -> set[int]:
        """The known words that follow one another in a line, or with one word between them."""
        found = set()
        for line in lines:
            ids = [self._ids.get(word, -1) for word in line.wholes]
            for distance in (1, 2):
                for first, second in zip(ids, ids[distance:], strict=False):
                    if first >= 0 and second >= 0:
                        found.add(self._pair(first, second))
        return found

    def _in_output(self, lines: Sequence[_Line], limit: int) -> dict[int, float]:
        """Scores of entries most of whose error stands in neighbouring lines."""
        places: dict[int, list[int]] = defaultdict(list)
        for number, line in enumerate(lines):
            for term in dict.fromkeys(line.terms):
                identity = self._ids.get(term)
                if identity is not None and self._weights[identity]:
                    places[identity].append(number)
        anywhere = [0] * len(self._entries)
        for known in places:
            weight = self._weights[known]
            for position, share in self._core_postings[known].items():
                anywhere[position] += share * weight
        likely = [
            (_covered(mass, self._by_weight[position].total) * (1 + _BONUS), position)
            for position, mass in enumerate(anywhere)
            if mass and mass >= _LEAST_COVERED * self._by_weight[position].total
        ]
        likely.sort(key=lambda pair: (-pair[0], pair[1]))
        scores: dict[int, float] = {}
        best: list[float] = []
        pairs = self._pairs_in(lines)
        for highest, position in likely:
            if len(best) == limit and highest < best[-1]:
                break
            entry = self._by_weight[position]
            score = self._nearby(entry, places) * _in_order(entry.pairs, pairs)
            if score:
                scores[position] = score
                best = sorted([*best, score], reverse=True)[:limit]
        return scores

    def _nearby(self, entry: _Entry, places: Mapping[int, Sequence[int]]) -> float:
        """The score of an entry by the neighbouring lines that have most of its error, or 0."""
        size = len(entry.core)
        events = [
            line * size + number
            for number, term in enumerate(entry.core)
            for line in places.get(term, ())
        ]
        events.sort()
        counts = [0] * size
        mass = specific = first = best = 0
        for event in events:
            number = event % size
            counts[number] += 1
            if counts[number] == 1:
                mass += entry.weights[number]
                specific += entry.specific[number]
            outside = event - number - (entry.width - 1) * size
            while events[first] < outside:
                number = events[first] % size
                first += 1
                counts[number] -= 1
                if not counts[number]:
                    mass -= entry.weights[number]
                    specific -= entry.specific[number]
            if specific >= entry.least_specific:
                best = max(best, mass)
        if not best or best < _LEAST_COVERED * entry.total:
            return 0.0
        found = possible = 0
        for term, weight in entry.others.items():
            possible += weight * self._weights[term]
            found += weight * self._weights[term] if term in places else 0
        bonus = _BONUS * (found / possible if possible else 0)
        return _covered(best, entry.total) * (1 + bonus)

    def _in_sentence(self, lines: Sequence[_Line], half: Sequence[str]) -> list[tuple[int, float]]:
        """Scores of entries that have most of the words."""
        asked = 0
        meant: dict[int, int] = defaultdict(int)
        weighted: dict[int, int] = defaultdict(int)
        covered: dict[int, int] = defaultdict(int)
        for term in dict.fromkeys(term for line in lines for term in line.terms):
            postings = self._having(term, half=term in half)
            weight = self._weight(term, len(postings))
            asked += weight if postings else weight // 2
            known = self._ids.get(term)
            for position, field in postings.items():
                meant[position] += weight
                weighted[position] += weight * field
            for position, share in self._core_postings[known].items() if known is not None else ():
                covered[position] += share * weight
        return [
            (position, self._sentence_score(position, weighted[position], mass / asked, covered))
            for position, mass in meant.items()
            if mass and mass >= _LEAST_MEANT * asked
        ]

    def _sentence_score(
        self, position: int, weighted: int, share: float, covered: Mapping[int, int]
    ) -> float:
        total = self._by_weight[position].total
        coverage = covered.get(position, 0) / total if total else 0.0
        return weighted / 4 * share * (0.5 + 0.5 * coverage)

    def _having(self, term: str, *, half: bool) -> dict[int, int]:
        """The entries that have a word, or one that begins with it, with the field's weight."""
        terms: Iterable[str] = (term,) if term in self._ids else ()
        if half:
            start = bisect_left(self._sorted_terms, term)
            following = (self._sorted_terms[n] for n in range(start, len(self._sorted_terms)))
            terms = takewhile(lambda known: known.startswith(term), following)
        found: dict[int, int] = {}
        for known in terms:
            if known in _STOP_WORDS:
                continue
            for position, weight in self._postings[self._ids[known]].items():
                found[position] = max(weight, found.get(position, 0))
        return found

    def _signed(self, lines: Sequence[_Line]) -> set[int]:
        """The entries whose signature stands in a line, as a word or words of its own."""
        found = set()
        for line in lines:
            for start, word in enumerate(line.wholes):
                for position, words, signature in self._signatures.get(word, ()):
                    if line.wholes[start : start + len(words)] == words and signature in lower(
                        line.text
                    ):
                        found.add(position)
        return found


def _in_order(wanted: Sequence[int], found: Collection[int]) -> float:
    """From a half to one: the more words follow one another as in the error, the more."""
    if not wanted:
        return 1.0
    return 0.5 + 0.5 * (sum(1 for pair in wanted if pair in found) / len(wanted))


def _covered(mass: int, total: int) -> float:
    """The weight of the words found, much less where words are missing."""
    share = mass / total
    return mass / _WHOLE_SHARE * share * share


def _plain(whole: str) -> str:
    """An identifier as it is compared; empty if nothing but underscores."""
    return next(iter(whole_and_parts(whole)), "")


def _distinct_lines(text: str) -> list[_Line]:
    latest: dict[str, None] = {}
    for line in reversed(re.split("[\r\n]+", text)):
        latest[line[:_LONGEST_LINE]] = None
        if len(latest) == _MOST_LINES:
            break
    distinct: dict[str, _Line] = {}
    for line in reversed(latest):
        found = wholes(line)
        terms = [term for whole in found for term in whole_and_parts(whole)]
        words = [word for word in map(_plain, found) if word]
        if terms:
            distinct.setdefault(" ".join(terms), _Line(line, words, terms))
    return list(distinct.values())


def _half_typed(text: str) -> tuple[str, ...]:
    """The words that may go on: the last identifier, whole, and its last part."""
    last = _last_word.search(text[-_LONGEST_LINE:])
    found = wholes(last[0]) if last else []
    if not found or not text.endswith(found[-1]):
        return ()
    terms = whole_and_parts(found[-1])
    return tuple(term for term in {*terms[:1], *terms[-1:]} if len(term) > 1)
