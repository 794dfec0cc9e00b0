r"""Ranks the records of a project by a text: a pasted output, a fragment, a few remembered words.

A *passage* is a section of a document, a *record* what is one answer: a document, or the plan and
the log of one task. The score of a record is that of its best passage:

    score = bm25(passage) + bm25(record) + 2 · together + adjacent / 2

    weight(term) = idf ^ 1.5, half for plain numbers; idf = ln(1 + (R - n + ½) / (n + ½)), where n
                   of R records have the term
    bm25         = Σ weight · f · 2.2 / (f + 1.2 · (1 - b + b · length / mean length)) over the 60
                   weightiest terms, f times in the passage (b = 0.3) or the record (b = 0.75); the
                   words of a record's path count as three more occurrences in its first passage
    together     = Σ weight · share over the same terms; the share is the part of the weight of the
                   term's line in the query that the passage has within 40 words, in the line that
                   has most of it
    adjacent     = Σ of the lesser weight of two words which stand beside each other in the query,
                   and in the passage, or with one word between them

So a line of a long output that the record quotes counts far more than words that happen to occur,
and nothing has to know what an error looks like. Passages with labelled fields (`is_entry`) count
5 % more, to come first where they are as good.

There is no answer when the best record has less than a quarter of every line of the query, by idf
of whole words, where a word that no record has counts as three that one record has.

The constants are the usual ones of BM25 (k1 = 1.2, b = 0.75); b = 0.3 and the power 1.5 are from
earlier measurements on three records. The others were chosen by 111 queries over seven records,
where each can be doubled or halved with a loss of two of them at most.

`pages/assets/search.js` does the same, in the same order, so that sums round alike.
"""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

from mkdocs_plantrace.search.tokenizer import Word, terms, words

_MOST_LINES, _LONGEST_LINE = 2000, 2000
_MOST_TERMS, _MOST_POSTINGS = 60, 60_000
_MOST_RECORDS, _MOST_PASSAGES = 30, 2
_WINDOW = 40
_LEAST_SHARE, _UNKNOWN, _FEWEST_ALIKE, _ENDING = 0.24, 3, 4, 3
_ENTRY = 1.05
_TYPED_LINES, _SHORTEST_START, MOST_ENDINGS = 5, 5, 50
_SHOWN_LINES = 3

_is_name = re.compile(r"[^\W\d_].{2,}").fullmatch
_is_number = re.compile(r"\d+").fullmatch


class Passage(NamedTuple):
    """A section of a document; `heading` is the path of headings, `A > B`.

    `record` names what is one answer; the document itself if empty.
    """

    path: str
    line: int
    end_line: int
    heading: str
    text: str
    record: str = ""
    is_entry: bool = False


class Hit(NamedTuple):
    """A record that fits: its best passages by number, and the best lines of the first of them."""

    score: float
    path: str
    passages: tuple[int, ...]
    lines: tuple[int, ...]


class Posting(NamedTuple):
    """Where a term occurs: in how many records; passage and count, in turns."""

    records: int
    places: Sequence[int]


class Corpus(Protocol):
    """What a search reads: from memory, or from a file as far as it is needed."""

    lengths: Sequence[int]
    records: Sequence[int]

    def posting(self, term: str) -> Posting | None:
        """Where a term occurs."""

    def beginning(self, start: str) -> list[str]:
        """The first terms that begin so, sorted."""

    def passage(self, number: int) -> Passage:
        """A passage by its number."""


class Indexed:
    """Passages in memory, with the postings of their terms."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self.passages = tuple(passages)
        self.lengths = array("I")
        self.records = array("I")
        self.places: dict[str, array[int]] = {}
        self._sorted: list[str] = []
        numbers: dict[str, int] = {}
        for number, passage in enumerate(self.passages):
            name = passage.record or passage.path
            counts = Counter(terms(_whole_text(passage)))
            if name not in numbers:
                counts.update(terms(_title(passage)))
            self.records.append(numbers.setdefault(name, len(numbers)))
            self.lengths.append(counts.total())
            for term, count in counts.items():
                if term not in self.places:
                    self.places[term] = array("I")
                self.places[term].extend((number, count))

    def posting(self, term: str) -> Posting | None:
        """Where a term occurs."""
        places = self.places.get(term)
        if places is None:
            return None
        return Posting(len({self.records[number] for number in places[::2]}), places)

    def beginning(self, start: str) -> list[str]:
        """The first terms that begin so, sorted."""
        self._sorted = self._sorted or sorted(self.places)
        first = bisect_left(self._sorted, start)
        following = self._sorted[first : first + MOST_ENDINGS]
        return [term for term in following if term.startswith(start)]

    def passage(self, number: int) -> Passage:
        """A passage by its number."""
        return self.passages[number]


class SearchIndex:
    """Answers queries from a corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._record_lengths: Counter[int] = Counter()
        for record, length in zip(corpus.records, corpus.lengths, strict=True):
            self._record_lengths[record] += length
        total = sum(corpus.lengths)
        self._mean = total / max(1, len(corpus.lengths))
        self._record_mean = total / max(1, len(self._record_lengths))

    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """The records that fit a text, best first; none if nothing fits."""
        query = _Query(self._corpus, max(1, len(self._record_lengths)), text)
        passages, records = self._bm25(query)
        best: dict[int, list[int]] = defaultdict(list)
        for number in sorted(passages, key=lambda number: (-passages[number], number)):
            best[self._corpus.records[number]].append(number)
        first = {record: -records[record] - passages[best[record][0]] for record in best}
        found = []
        for record in sorted(best, key=lambda record: (first[record], record))[:_MOST_RECORDS]:
            scores = []
            for number in best[record][:_MOST_PASSAGES]:
                passage = self._corpus.passage(number)
                score = passages[number] + records[record] + query.closeness(passage)
                scores.append((-score * (_ENTRY if passage.is_entry else 1.0), number))
            scores.sort()
            found.append((scores[0][0], [number for _, number in scores]))
        found.sort()
        if not found or query.share(self._terms_of_record(found[0][1][0])) < _LEAST_SHARE:
            return []
        return [self._hit(query, -score, numbers) for score, numbers in found[:limit]]

    def _bm25(self, query: _Query) -> tuple[dict[int, float], dict[int, float]]:
        """The scores of passages and of records."""
        records, lengths = self._corpus.records, self._corpus.lengths
        by_passage: dict[int, float] = defaultdict(float)
        by_record: dict[int, float] = defaultdict(float)
        for term, weight in query.heaviest.items():
            counts: dict[int, int] = defaultdict(int)
            for number, count in _pairs(query.postings[term].places):
                length = 0.25 + 0.75 * (lengths[number] / self._mean)
                by_passage[number] += weight * (count * 2.2 / (count + 1.2 * length))
                counts[records[number]] += count
            for record, count in counts.items():
                length = 0.25 + 0.75 * (self._record_lengths[record] / self._record_mean)
                by_record[record] += weight * (count * 2.2 / (count + 1.2 * length))
        return by_passage, by_record

    def _terms_of_record(self, number: int) -> set[str]:
        """The terms of all passages of the record that a passage belongs to."""
        record = self._corpus.records[number]
        numbers = (n for n, other in enumerate(self._corpus.records) if other == record)
        passages = [self._corpus.passage(number) for number in numbers]
        return {term for passage in passages for term in terms(_whole_text(passage))} | set(
            terms(_title(passages[0]))
        )

    def _hit(self, query: _Query, score: float, numbers: Sequence[int]) -> Hit:
        passage = self._corpus.passage(numbers[0])
        return Hit(score, passage.path, tuple(numbers), query.matching_lines(passage))


class _Query:
    """The distinct lines of a text, and the weights of the terms that the corpus has."""

    def __init__(self, corpus: Corpus, records: int, text: str) -> None:
        self._lines = _distinct_lines(text)
        asked = {term for line in self._lines for word in line for term in word}
        found = {term: corpus.posting(term) for term in asked}
        self.postings = {term: posting for term, posting in found.items() if posting}
        self._meant: dict[str, str] = {}
        if len(self._lines) <= _TYPED_LINES:
            for term in sorted(filter(_is_name, asked - self.postings.keys())):
                self._complete(corpus, term, asked)
        self._rarest = _idf(1, records)
        self._idf = {
            term: _idf(posting.records, records) for term, posting in self.postings.items()
        }
        self._weights = {term: _weight(term, idf) for term, idf in self._idf.items()}
        self.heaviest = self._choose_terms()
        self._lines_with: dict[str, list[int]] = {term: [] for term in self.heaviest}
        self._totals: list[int] = []
        for number, line in enumerate(self._lines):
            distinct = {term for word in line for term in word}
            unknown = [_weight(term, self._rarest) for term in distinct - self._weights.keys()]
            self._totals.append(sum(self._weights.get(t, 0) for t in distinct) + sum(unknown) // 3)
            for term in distinct & self._lines_with.keys():
                self._lines_with[term].append(number)

    def _choose_terms(self) -> dict[str, int]:
        chosen: dict[str, int] = {}
        postings = 0
        for term in sorted(self._weights, key=lambda term: (-self._weights[term], term)):
            postings += len(self.postings[term].places)
            if len(chosen) == _MOST_TERMS or (chosen and postings > _MOST_POSTINGS):
                break
            chosen[term] = self._weights[term]
        return chosen

    def _complete(self, corpus: Corpus, unknown: str, asked: Collection[str]) -> None:
        """Let the terms that begin as an unknown word stand for it, or the longest it begins as."""
        meant = corpus.beginning(unknown)
        for length in range(len(unknown) - 1, _SHORTEST_START - 1, -1):
            meant = meant or [unknown[:length]][: corpus.posting(unknown[:length]) is not None]
        places: Counter[int] = Counter()
        for term in meant:
            posting = corpus.posting(term)
            if posting and term not in asked and term not in self._meant:
                self._meant[term] = unknown
                for number, count in _pairs(posting.places):
                    places[number] += count
        if places:
            flat = [value for number in sorted(places) for value in (number, places[number])]
            records = {corpus.records[number] for number in places}
            self.postings[unknown] = Posting(len(records), flat)

    def _words(self, text: str) -> list[Word]:
        meant = self._meant
        return [
            tuple(meant.get(term, term) for term in word) if meant else word for word in words(text)
        ]

    def closeness(self, passage: Passage) -> float:
        """What a passage has together, and in order, of the lines of the query."""
        found = self._words(_whole_text(passage))
        wholes = [word[0] for word in found]
        places: dict[str, list[int]] = defaultdict(list)
        for at, word in enumerate(found):
            for term in word:
                if term in self._weights:
                    places[term].append(at)
        neighbours = {*pairwise(wholes), *zip(wholes, wholes[2:], strict=False)}
        shares: dict[str, float] = {}
        in_order: dict[tuple[str, str], int] = {}
        for number in sorted({line for term in places for line in self._lines_with.get(term, ())}):
            line = self._lines[number]
            terms_here = {term for word in line for term in word if term in places}
            events = sorted((at, term) for term in terms_here for at in places[term])
            mass, inside = self._best_window(events)
            for term in inside:
                shares[term] = max(mass / self._totals[number], shares.get(term, 0.0))
            for pair in pairwise(word[0] for word in line):
                if pair in neighbours and pair[0] != pair[1]:
                    in_order[pair] = min(self._weights.get(whole, 0) for whole in pair)
        together = sum(self._weights[term] * share for term, share in sorted(shares.items()))
        named = sum(self._weights.get(term, 0) for term in set(terms(_title(passage))))
        return 2 * together + sum(in_order.values()) + named

    def _best_window(self, events: Sequence[tuple[int, str]]) -> tuple[int, set[str]]:
        """The most weight of distinct terms within so many words, and the terms that make it."""
        counts: Counter[str] = Counter()
        start = mass = best = 0
        inside = (0, 0)
        for end, (at, term) in enumerate(events):
            counts[term] += 1
            if counts[term] == 1:
                mass += self._weights[term]
            while events[start][0] <= at - _WINDOW:
                left = events[start][1]
                counts[left] -= 1
                if not counts[left]:
                    mass -= self._weights[left]
                start += 1
            if mass > best:
                best, inside = mass, (start, end + 1)
        return best, {term for _, term in events[slice(*inside)]}

    def share(self, known: Collection[str]) -> float:
        """The greatest part of a line whose words are known, or begin like one, as a part of one."""
        known = {*known, *(self._meant[term] for term in self._meant if term in known)}
        begun = {term[:length] for term in known for length in range(_FEWEST_ALIKE, len(term) + 1)}
        best = 0.0
        for line in self._lines:
            total = covered = 0
            for term in {word[0] for word in line}:
                alike = _is_name(term) and term[: max(_FEWEST_ALIKE, len(term) - _ENDING)] in begun
                unknown = self._rarest if alike else _UNKNOWN * self._rarest
                idf = self._idf.get(term, unknown) * (1 if _is_number(term) else 2)
                total += idf
                covered += idf if alike or term in known else 0
            best = max(best, covered / total)
        return best

    def matching_lines(self, passage: Passage) -> tuple[int, ...]:
        """The numbers of the lines of the document that have most of the query, in order."""
        masses = []
        for number, line in enumerate(passage.text.split("\n"), passage.line):
            found = {term for word in self._words(line) for term in word}
            mass = sum(weight for term, weight in self.heaviest.items() if term in found)
            if mass:
                masses.append((-mass, number))
        return tuple(sorted(number for _, number in sorted(masses)[:_SHOWN_LINES]))


def _distinct_lines(text: str) -> list[list[Word]]:
    """The lines that differ in their words, the last ones of a very long text."""
    lines = re.split("[\r\n]+", text)[-_MOST_LINES:]
    distinct: dict[tuple[str, ...], list[Word]] = {}
    for line in lines:
        found = words(line[:_LONGEST_LINE])
        if found:
            distinct.setdefault(tuple(word[0] for word in found), found)
    return list(distinct.values())


def _idf(records: int, all_records: int) -> int:
    """The inverse document frequency in thousandths: whole numbers add up alike everywhere."""
    ratio = (all_records - records + 0.5) / (records + 0.5)
    return math.floor(1000 * math.log(1 + ratio) + 0.5)


def _weight(term: str, idf: int) -> int:
    weight = math.floor(idf * math.sqrt(math.sqrt(idf / 1000)) + 0.5)
    return weight // 2 if _is_number(term) else weight


def _pairs(flat: Sequence[int]) -> Iterator[tuple[int, int]]:
    values = iter(flat)
    return zip(values, values, strict=True)


def _whole_text(passage: Passage) -> str:
    return f"{passage.heading}\n{passage.text}"


def _title(passage: Passage) -> str:
    """The end of the path of a record, without a suffix: folder and name often say what it is."""
    return " ".join((passage.record or passage.path).removesuffix(".md").split("/")[-2:])
