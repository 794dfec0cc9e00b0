"""Ranks records by a text: pasted output, a fragment, or a few words.

A *passage* is a section of a document, a *record* what is one answer: a document, or the plan and
the log of one task. The score of a record is that of its best passage:

    score = bm25(passage) + part · bm25(record) + 1.5 · together

    weight(term) = idf ^ 1.5, so that rare words count most; half for numbers
    part         = 0.7
    idf          = ln(1 + (R - n + ½) / (n + ½)), where n of R records have the term
    bm25         = Σ weight · f · 2.2 / (f + 1.2 · (1 - b + b · length / mean length)) over the 100
                   weightiest terms, each of which occurs f times in the passage or record
    b            = ¾ for a passage; 1 for a record, as a long one is about many things
    together     = Σ weight · share over the same terms; the share is the part of the weight of
                   the term's line in the query that the passage has within 40 words, in the line
                   that has most of it

So a line of output that the record quotes counts far more than scattered words. Passages of
records with a labelled error (`is_entry`) count 5 % more, to win a tie.

A text of up to five lines is probably typed from memory, in words that the record need not have.
So its rare words count less (idf ^ 1.25), the whole record counts more (part 1.2), and an unknown
word stands for the words that begin with it, or else for the longest word with which it begins.

There is no answer unless one of the two best records

- has 0.26 of a line of the query, by idf of whole words, and its best passage half as much; a word
  counts as present if there is a word with the same beginning, and a word that is in no record
  counts as three of the rarest;
- or has, however long the line, words of it within 40 words that weigh as much as 2¾ of the rarest.

A record with less than a quarter of the best score is left out.

2.2, 1.2 and ¾ are the usual constants of BM25. The others were chosen with labelled queries over
several projects; values near them change one or two answers. Word pairs, stems, stop words,
shorter passages, query expansion and lists of typical words of errors did not help.

`site/assets/search.js` does the same: weights are integers and sums have the same order, so that
scores are equal to the last bit.
"""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import NamedTuple, Protocol

from mkdocs_plantrace.trace.search.terms import Word, query_words, terms, words

_MOST_LINES, _LONGEST_LINE = 2000, 2000
_MOST_TERMS = 100
_MOST_RECORDS, _MOST_PASSAGES = 30, 2
_WINDOW = 40
_OF_TYPED, _OF_PASTED, _TOGETHER = 1.2, 0.7, 1.5
_LEAST_SHARE, _LEAST_SHARE_OF_PASSAGE, _LEAST_NEAR = 0.26, 0.13, 2.75
_LEAST_OF_BEST = 0.25
_MOST_JUDGED, _UNKNOWN, _FEWEST_ALIKE, _ENDING = 2, 3, 4, 3
_ENTRY = 1.05
_OF_PASSAGE, _OF_RECORD = 0.75, 1.0
_TYPED_LINES, _SHORTEST_START, MOST_ENDINGS = 5, 5, 50
_SHOWN_LINES = 3

_is_name = re.compile(r"[^\W\d_].{2,}").fullmatch
_is_number = re.compile(r"\d+").fullmatch


class Passage(NamedTuple):
    """A section of a document; `heading` is the path of headings, `A > B`.

    `record` is the unit of answers; the document itself if empty.
    """

    path: str
    line: int
    end_line: int
    heading: str
    text: str
    record: str = ""
    is_entry: bool = False


class Hit(NamedTuple):
    """A matching record: its best passages by number, and the best lines of the first of them."""

    score: float
    path: str
    passages: tuple[int, ...]
    lines: tuple[int, ...]


class Corpus(Protocol):
    """The passages and terms of an index, in memory or in a file."""

    lengths: array[int]
    records: array[int]

    def places(self, term: str) -> Sequence[int]:
        """The occurrences of a term: alternately a passage number and the count in it."""

    def beginning(self, start: str) -> list[str]:
        """The first terms with this beginning, sorted."""

    def passage(self, number: int) -> Passage: ...


class Indexed:
    """Passages in memory, with the postings of their terms."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self.passages = tuple(passages)
        self.lengths = array("I")
        self.records = array("I")
        self.postings: dict[str, list[int]] = {}
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
                self.postings.setdefault(term, []).extend((number, count))

    def places(self, term: str) -> Sequence[int]:
        return self.postings.get(term, ())

    def beginning(self, start: str) -> list[str]:
        self._sorted = self._sorted or sorted(self.postings)
        first = bisect_left(self._sorted, start)
        following = self._sorted[first : first + MOST_ENDINGS]
        return [term for term in following if term.startswith(start)]

    def passage(self, number: int) -> Passage:
        return self.passages[number]


class SearchIndex:
    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        record_lengths: Counter[int] = Counter()
        for record, length in zip(corpus.records, corpus.lengths, strict=True):
            record_lengths[record] += length
        self._norms = _length_norms(dict(enumerate(corpus.lengths)), _OF_PASSAGE)
        self._record_norms = _length_norms(record_lengths, _OF_RECORD)

    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """The records that match a text, best first."""
        query = _Query(self._corpus, max(1, len(self._record_norms)), text)
        passages, records = self._bm25(query)
        members: dict[int, list[int]] = defaultdict(list)
        for number in sorted(passages, key=lambda number: (-passages[number], number)):
            members[self._corpus.records[number]].append(number)
        sums = ((-passages[members[each][0]] - records[each], each) for each in members)
        found = []
        for _, record in nsmallest(_MOST_RECORDS, sums):
            scores = []
            for number in members[record][:_MOST_PASSAGES]:
                passage = self._corpus.passage(number)
                score = records[record] + passages[number] + query.closeness(passage)
                scores.append((-score * (_ENTRY if passage.is_entry else 1.0), number))
            found.append(sorted(scores))
        found.sort()
        if not any(self._is_like(query, scores[0][1]) for scores in found[:_MOST_JUDGED]):
            return []
        least = _LEAST_OF_BEST * found[0][0][0]
        return [self._hit(query, scores) for scores in found[:limit] if scores[0][0] <= least]

    def _bm25(self, query: _Query) -> tuple[dict[int, float], dict[int, float]]:
        """The scores of passages and of records."""
        records = self._corpus.records
        by_passage: dict[int, float] = defaultdict(float)
        by_record: dict[int, float] = defaultdict(float)
        for term, weight in query.heaviest.items():
            counts: dict[int, int] = defaultdict(int)
            for number, count in _pairs(query.places[term]):
                by_passage[number] += weight * (count * 2.2 / (count + self._norms[number]))
                counts[records[number]] += count
            for record, count in counts.items():
                by_record[record] += weight * (count * 2.2 / (count + self._record_norms[record]))
        part = _OF_TYPED if query.is_typed else _OF_PASTED
        return by_passage, {record: part * score for record, score in by_record.items()}

    def _is_like(self, query: _Query, number: int) -> bool:
        """Whether a passage or its record is like the query."""
        passage = self._corpus.passage(number)
        if query.nearest(passage) >= _LEAST_NEAR:
            return True
        return (
            query.share(_terms_of([passage])) >= _LEAST_SHARE_OF_PASSAGE
            and query.share(self._terms_of_record(number)) >= _LEAST_SHARE
        )

    def _terms_of_record(self, number: int) -> set[str]:
        """The terms of all passages of the record that a passage belongs to."""
        record = self._corpus.records[number]
        numbers = [n for n, other in enumerate(self._corpus.records) if other == record]
        return _terms_of([self._corpus.passage(number) for number in numbers])

    def _hit(self, query: _Query, scores: Sequence[tuple[float, int]]) -> Hit:
        numbers = tuple(number for _, number in scores)
        passage = self._corpus.passage(numbers[0])
        return Hit(-scores[0][0], passage.path, numbers, query.matching_lines(passage))


class _Query:
    """The distinct lines of a text, and the weights of the terms that the corpus has."""

    def __init__(self, corpus: Corpus, records: int, text: str) -> None:
        self._lines = _distinct_lines(text)
        self.is_typed = len(self._lines) <= _TYPED_LINES
        asked = {term for line in self._lines for word in line for term in word}
        found = {term: corpus.places(term) for term in asked}
        self.places = {term: places for term, places in found.items() if places}
        self._replacements: dict[str, str] = {}
        if self.is_typed:
            for term in sorted(filter(_is_name, asked - self.places.keys())):
                self._complete(corpus, term, asked)
        self._rarest = _idf(1, records)
        self._idf = {
            term: _idf(len({corpus.records[number] for number in places[::2]}), records)
            for term, places in self.places.items()
        }
        self._weights = {term: self._weigh(term, idf) for term, idf in self._idf.items()}
        ranked = sorted(self._weights.items(), key=lambda each: (-each[1], each[0]))
        self.heaviest = dict(ranked[:_MOST_TERMS])
        self._lines_with: dict[str, list[int]] = {term: [] for term in self.heaviest}
        self._totals: list[int] = []
        unknown = {term: self._weigh(term, self._rarest) // 3 for term in asked}
        for number, line in enumerate(self._lines):
            distinct = {term for word in line for term in word}
            self._totals.append(sum(self._weights.get(term, unknown[term]) for term in distinct))
            for term in distinct & self._lines_with.keys():
                self._lines_with[term].append(number)

    def _weigh(self, term: str, idf: int) -> int:
        root = math.sqrt(idf / 1000)
        weight = math.floor(idf * (math.sqrt(root) if self.is_typed else root) + 0.5)
        return weight // 2 if _is_number(term) else weight

    def _complete(self, corpus: Corpus, unknown: str, asked: Collection[str]) -> None:
        """Replace an unknown word by the terms that begin with it, or its longest known start."""
        starts = (unknown[:length] for length in range(len(unknown) - 1, _SHORTEST_START - 1, -1))
        places: Counter[int] = Counter()
        for term in corpus.beginning(unknown) or [next(filter(corpus.places, starts), "")]:
            if term and term not in asked and term not in self._replacements:
                self._replacements[term] = unknown
                for number, count in _pairs(corpus.places(term)):
                    places[number] += count
        if places:
            self.places[unknown] = [value for pair in sorted(places.items()) for value in pair]

    def _words(self, text: str) -> list[Word]:
        found, known = words(text), self._replacements
        return [tuple(known.get(term, term) for term in word) for word in found] if known else found

    def closeness(self, passage: Passage) -> float:
        """The part `together` of the score of a passage."""
        shares: dict[str, float] = {}
        for number, mass, inside in self._windows(passage):
            for term in inside:
                shares[term] = max(mass / self._totals[number], shares.get(term, 0.0))
        return _TOGETHER * sum(self._weights[term] * it for term, it in sorted(shares.items()))

    def nearest(self, passage: Passage) -> float:
        """The greatest weight within 40 words of a passage, in units of the rarest word."""
        greatest = max((mass for _, mass, _ in self._windows(passage)), default=0)
        return greatest / self._weigh("", self._rarest)

    def _windows(self, passage: Passage) -> Iterator[tuple[int, int, set[str]]]:
        """For each line, the greatest weight within 40 words of a passage, and these terms."""
        places: dict[str, list[int]] = defaultdict(list)
        for at, word in enumerate(self._words(_whole_text(passage))):
            for term in word:
                if term in self._weights:
                    places[term].append(at)
        for number in {line for term in places for line in self._lines_with.get(term, ())}:
            here = {term for word in self._lines[number] for term in word if term in places}
            events = sorted((at, each) for each in here for at in places[each])
            yield number, *self._best_window(events)

    def _best_window(self, events: Sequence[tuple[int, str]]) -> tuple[int, set[str]]:
        """The greatest weight of distinct terms within 40 words, and these terms."""
        counts: Counter[str] = Counter()
        start = mass = best = 0
        inside = (0, 0)
        for end, (at, term) in enumerate(events, 1):
            mass += 0 if counts[term] else self._weights[term]
            counts[term] += 1
            while events[start][0] <= at - _WINDOW:
                left = events[start][1]
                counts[left] -= 1
                mass -= 0 if counts[left] else self._weights[left]
                start += 1
            if mass > best:
                best, inside = mass, (start, end)
        return best, {term for _, term in events[slice(*inside)]}

    def share(self, known: Collection[str]) -> float:
        """The greatest share of a line, up to 1, whose words are known or almost known."""
        replaced = (word for term, word in self._replacements.items() if term in known)
        known = {*known, *replaced}
        in_order = sorted(known)
        best = 0.0
        for line in self._lines:
            total = covered = 0
            for term in {word[0] for word in line}:
                start = term[: max(_FEWEST_ALIKE, len(term) - _ENDING)]
                is_long = len(start) >= _FEWEST_ALIKE
                alike = is_long and bool(_is_name(term)) and _has_start(in_order, start)
                idf = self._idf.get(term, self._rarest * (1 if alike else _UNKNOWN))
                idf *= 1 if _is_number(term) else 2
                total += idf
                covered += idf if alike or term in known else 0
            best = max(best, covered / total)
        return best

    def matching_lines(self, passage: Passage) -> tuple[int, ...]:
        """The numbers of the lines of the document that match the query best, in order."""
        masses = []
        for number, line in enumerate(passage.text.split("\n"), passage.line):
            found = {term for word in self._words(line) for term in word}
            mass = sum(self.heaviest.get(term, 0) for term in found)
            masses += [(-mass, number)] if mass else []
        return tuple(sorted(number for _, number in nsmallest(_SHOWN_LINES, masses)))


def _distinct_lines(text: str) -> list[list[Word]]:
    """The lines with different words; of a very long text only the last ones."""
    distinct: dict[tuple[str, ...], list[Word]] = {}
    for line in re.split("[\r\n]+", text)[-_MOST_LINES:]:
        if found := query_words(line[:_LONGEST_LINE]):
            distinct.setdefault(tuple(word[0] for word in found), found)
    return list(distinct.values())


def _has_start(in_order: Sequence[str], start: str) -> bool:
    """Whether one of the sorted terms starts so."""
    first = bisect_left(in_order, start)
    return any(term.startswith(start) for term in in_order[first : first + 1])


def _idf(records: int, all_records: int) -> int:
    """The inverse document frequency in thousandths, an integer so that sums are exact."""
    ratio = (all_records - records + 0.5) / (records + 0.5)
    return math.floor(1000 * math.log(1 + ratio) + 0.5)


def _length_norms(lengths: Mapping[int, int], part: float) -> dict[int, float]:
    """The length normalization of BM25, which is added to a count."""
    mean = sum(lengths.values()) / max(1, len(lengths)) or 1.0
    return {number: 1.2 * (1 - part + part * (length / mean)) for number, length in lengths.items()}


def _pairs(flat: Sequence[int]) -> Iterator[tuple[int, int]]:
    values = iter(flat)
    return zip(values, values, strict=True)


def _terms_of(passages: Sequence[Passage]) -> set[str]:
    """The terms of passages of one record, and of its title."""
    texts = [_title(passages[0]), *map(_whole_text, passages)]
    return {term for text in texts for term in terms(text)}


def _whole_text(passage: Passage) -> str:
    return f"{passage.heading}\n{passage.text}"


def _title(passage: Passage) -> str:
    """The last two segments of the path of a record, without a suffix."""
    return " ".join((passage.record or passage.path).removesuffix(".md").split("/")[-2:])
