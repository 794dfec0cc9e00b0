/* Searches passages exactly as `trace/search/` does in Python. */
(() => {
  "use strict";

  const [MOST_LINES, LONGEST_LINE] = [2000, 2000];
  const [MOST_TERMS, MOST_RECORDS, MOST_PASSAGES, WINDOW] = [100, 30, 2, 40];
  const [LEAST_SHARE, LEAST_SHARE_OF_PASSAGE, LEAST_NEAR] = [0.26, 0.13, 2.75];
  const [LEAST_OF_BEST, MOST_JUDGED, UNKNOWN, FEWEST_ALIKE, ENDING] = [0.25, 2, 3, 4, 3];
  const [OF_PASSAGE, OF_RECORD] = [0.75, 1];
  const [TYPED_LINES, SHORTEST_START, MOST_ENDINGS] = [5, 5, 50];
  const [OF_TYPED, OF_PASTED, TOGETHER, ENTRY, SHOWN_LINES] = [1.2, 0.7, 1.5, 1.05, 3];
  const MOST_REMEMBERED = 200000;
  const SLICE = 12; /* milliseconds */

  const ESCAPES = /\x1b(?:\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]?)|(?:\\x1[bB]|\\u001[bB]|\\033|\\e|\u241b|\^\[)?\[[0-9;]{1,20}[mK](?!\])/g;
  const WORD = /[\p{L}\p{N}]+(?:[_.\-]+[\p{L}\p{N}]+)*/gu;
  const PART = /[A-Z]+(?![a-z])|[A-Z]?(?:(?![A-Z])[\p{L}\p{Nl}\p{No}])+|\p{Nd}+/gu;
  const JOINED = /[_.\-]|[a-z][A-Z]/;
  const PASSING = /^(?:(?=[a-fA-F]*[0-9])[0-9a-fA-F]{7,}|[0-9]{6,}|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]+(?:\.[0-9]+)?Z?)?)$/;
  const UNSPACED = /[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]/;
  const SCRIPTS = new RegExp(`${UNSPACED.source}+|${UNSPACED.source.replace("[", "[^")}+`, "gu");
  const NUMBER = /^\p{Nd}+$/u;
  const NAME = /^(?!\p{Nd})[\p{L}\p{N}].{2,}$/u;

  /* Like `dict.setdefault` of Python. */
  const known = (map, key, make) => {
    let value = map.get(key);
    if (value === undefined) map.set(key, (value = make()));
    return value;
  };
  const plus = (map, key, value) => map.set(key, (map.get(key) ?? 0) + value);
  const byScore = (a, b) => b[0] - a[0] || a[1] - b[1];
  const ascending = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

  /* Like `bisect_left` of Python. */
  const findStart = (sorted, start) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < start) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const pairs = (run) =>
    Array.from({ length: Math.max(1, run.length - 1) }, (_, at) => [run.slice(at, at + 2)]);

  const split = (written, isQuery) => {
    if (PASSING.test(written)) return [];
    if (UNSPACED.test(written)) {
      const byScript = (run) => (UNSPACED.test(run) ? pairs(run) : wordsOf(run, isQuery));
      return written.match(SCRIPTS).flatMap(byScript);
    }
    const lower = written.toLowerCase();
    if (!JOINED.test(written)) return [[lower]];
    const parts = (written.match(PART) ?? []).filter((part) => !PASSING.test(part));
    const isInner = (part) => part !== written && JOINED.test(part);
    const inner = isQuery ? [] : written.split(/[.\-]+/).filter(isInner);
    return [[lower, ...[...inner, ...parts].map((part) => part.toLowerCase())]];
  };

  const remembered = new Map();
  const read = (written) => {
    if (remembered.size > MOST_REMEMBERED) remembered.clear();
    return known(remembered, written, () => split(written, false));
  };
  function wordsOf(text, isQuery) {
    return (text.match(WORD) ?? []).flatMap((it) => (isQuery ? split(it, true) : read(it)));
  }

  const words = (text) => wordsOf(text.replace(ESCAPES, " "), false);
  const queryWords = (text) => wordsOf(text.replace(ESCAPES, " "), true);
  const terms = (text) => words(text).flat();

  const wholeText = (passage) => `${passage.heading}\n${passage.text}`;
  const title = (passage) =>
    (passage.record || passage.path).replace(/\.md$/, "").split("/").slice(-2).join(" ");
  /* The terms of passages of one record, and of its title. */
  const termsOf = (passages) =>
    new Set([...terms(title(passages[0])), ...passages.flatMap((passage) => terms(wholeText(passage)))]);

  const idf = (records, all) => Math.floor(1000 * Math.log(1 + (all - records + 0.5) / (records + 0.5)) + 0.5);

  function lengthNorms(lengths, part) {
    const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length) || 1;
    return lengths.map((length) => 1.2 * (1 - part + part * (length / mean)));
  }

  function distinctLines(text) {
    const distinct = new Map();
    for (const line of text.split(/[\r\n]+/).slice(-MOST_LINES)) {
      const found = queryWords(line.length > LONGEST_LINE ? [...line].slice(0, LONGEST_LINE).join("") : line);
      if (found.length) known(distinct, found.map((word) => word[0]).join("\n"), () => found);
    }
    return [...distinct.values()];
  }

  class Query {
    constructor(index, text) {
      this.lines = distinctLines(text);
      this.isTyped = this.lines.length <= TYPED_LINES;
      const all = Math.max(1, index.members.length);
      const asked = new Set(this.lines.flat(2));
      const recorded = [...asked].filter((term) => index.postings.has(term));
      this.places = new Map(recorded.map((term) => [term, index.postings.get(term)]));
      this.meant = new Map();
      if (this.isTyped) {
        const unknown = [...asked].filter((term) => NAME.test(term) && !this.places.has(term));
        for (const term of unknown.sort()) this.complete(index, term, asked);
      }
      this.rarest = idf(1, all);
      this.idf = new Map();
      this.weights = new Map();
      for (const [term, places] of this.places) {
        this.idf.set(term, idf(index.recordsOf(places), all));
        this.weights.set(term, this.weigh(term, this.idf.get(term)));
      }
      const ranked = [...this.weights].sort((a, b) => b[1] - a[1] || ascending(a[0], b[0]));
      this.heaviest = new Map(ranked.slice(0, MOST_TERMS));
      this.linesWith = new Map([...this.heaviest.keys()].map((term) => [term, []]));
      this.totals = this.lines.map((line, number) => {
        let total = 0;
        for (const term of new Set(line.flat())) {
          total += this.weights.get(term) ?? Math.floor(this.weigh(term, this.rarest) / 3);
          this.linesWith.get(term)?.push(number);
        }
        return total;
      });
    }

    weigh(term, rarity) {
      const root = Math.sqrt(rarity / 1000);
      const weight = Math.floor(rarity * (this.isTyped ? Math.sqrt(root) : root) + 0.5);
      return NUMBER.test(term) ? Math.floor(weight / 2) : weight;
    }

    complete(index, unknown, asked) {
      let meant = index.beginning(unknown);
      const letters = [...unknown];
      for (let n = letters.length - 1; n >= SHORTEST_START && !meant.length; n--) {
        meant = [letters.slice(0, n).join("")].filter((start) => index.postings.has(start));
      }
      const places = new Map();
      for (const term of meant) {
        if (asked.has(term) || this.meant.has(term)) continue;
        this.meant.set(term, unknown);
        const found = index.postings.get(term);
        for (let n = 0; n < found.length; n += 2) plus(places, found[n], found[n + 1]);
      }
      if (places.size) this.places.set(unknown, [...places].sort((a, b) => a[0] - b[0]).flat());
    }

    words(text) {
      const found = words(text);
      if (!this.meant.size) return found;
      return found.map((word) => word.map((term) => this.meant.get(term) ?? term));
    }

    closeness(passage) {
      const shares = new Map();
      for (const [number, mass, inside] of this.windows(passage)) {
        const share = mass / this.totals[number];
        for (const term of inside) shares.set(term, Math.max(share, shares.get(term) ?? 0));
      }
      let together = 0;
      for (const term of [...shares.keys()].sort()) together += this.weights.get(term) * shares.get(term);
      return TOGETHER * together;
    }

    nearest(passage) {
      const greatest = this.windows(passage).reduce((most, [, mass]) => Math.max(most, mass), 0);
      return greatest / this.weigh("", this.rarest);
    }

    windows(passage) {
      const places = new Map();
      this.words(wholeText(passage)).forEach((word, at) => {
        for (const term of word) if (this.weights.has(term)) known(places, term, () => []).push(at);
      });
      const numbers = new Set([...places.keys()].flatMap((term) => this.linesWith.get(term) ?? []));
      return [...numbers].map((number) => (
        [number, ...this.bestWindow([...new Set(this.lines[number].flat())], places)]
      ));
    }

    bestWindow(line, places) {
      const events = line.flatMap((term) => (places.get(term) ?? []).map((at) => [at, term]))
        .sort((a, b) => a[0] - b[0] || ascending(a[1], b[1]));
      const counts = new Map();
      let [start, mass, best, inside] = [0, 0, 0, [0, 0]];
      events.forEach(([at, term], end) => {
        plus(counts, term, 1);
        if (counts.get(term) === 1) mass += this.weights.get(term);
        for (; events[start][0] <= at - WINDOW; start++) {
          const left = events[start][1];
          plus(counts, left, -1);
          if (!counts.get(left)) mass -= this.weights.get(left);
        }
        if (mass > best) [best, inside] = [mass, [start, end + 1]];
      });
      return [best, new Set(events.slice(...inside).map((event) => event[1]))];
    }

    share(known) {
      const found = new Set(known);
      for (const [term, unknown] of this.meant) if (known.has(term)) found.add(unknown);
      const sorted = [...found].sort();
      return Math.max(...this.lines.map((line) => {
        let [total, covered] = [0, 0];
        for (const term of new Set(line.map((word) => word[0]))) {
          const start = term.slice(0, Math.max(FEWEST_ALIKE, term.length - ENDING));
          const isLong = start.length >= FEWEST_ALIKE && NAME.test(term);
          const alike = isLong && sorted[findStart(sorted, start)]?.startsWith(start);
          const unknown = this.rarest * (alike ? 1 : UNKNOWN);
          const rarity = (this.idf.get(term) ?? unknown) * (NUMBER.test(term) ? 1 : 2);
          total += rarity;
          if (alike || found.has(term)) covered += rarity;
        }
        return covered / total;
      }));
    }

    matchingLines(passage) {
      const masses = [];
      passage.text.split("\n").forEach((line, number) => {
        let mass = 0;
        for (const term of new Set(this.words(line).flat())) mass += this.heaviest.get(term) ?? 0;
        if (mass) masses.push([mass, passage.line + number]);
      });
      return masses.sort(byScore).slice(0, SHOWN_LINES)
        .map((found) => found[1]).sort((a, b) => a - b);
    }
  }

  class Index {
    *fill(passages) {
      this.passages = passages;
      [this.lengths, this.records, this.members, this.recordLengths] = [[], [], [], []];
      this.postings = new Map();
      const numbers = new Map();
      for (const passage of passages) {
        const number = this.lengths.length;
        const record = known(numbers, passage.record || passage.path, () => numbers.size);
        const found = terms(wholeText(passage));
        if (record === this.members.length) {
          this.members.push([]);
          this.recordLengths.push(0);
          found.push(...terms(title(passage)));
        }
        const counts = new Map();
        for (const term of found) plus(counts, term, 1);
        for (const [term, count] of counts) known(this.postings, term, () => []).push(number, count);
        this.records.push(record);
        this.lengths.push(found.length);
        this.members[record].push(number);
        this.recordLengths[record] += found.length;
        yield;
      }
      this.norms = lengthNorms(this.lengths, OF_PASSAGE);
      this.recordNorms = lengthNorms(this.recordLengths, OF_RECORD);
      yield;
      this.sorted = [...this.postings.keys()].sort();
    }

    recordsOf(places) {
      const found = new Set();
      for (let n = 0; n < places.length; n += 2) found.add(this.records[places[n]]);
      return found.size;
    }

    beginning(start) {
      const first = findStart(this.sorted, start);
      return this.sorted.slice(first, first + MOST_ENDINGS).filter((term) => term.startsWith(start));
    }

    /* With `isSure` false, also what is hardly like the text. */
    search(text, limit = 10, isSure = true) {
      const query = new Query(this, text);
      const [byPassage, byRecord] = this.bm25(query);
      const likely = this.members.map((members, record) => {
        const scored = members.filter((number) => byPassage.has(number))
          .sort((a, b) => byPassage.get(b) - byPassage.get(a) || a - b);
        return [byPassage.get(scored[0]) + byRecord.get(record), record, scored.slice(0, MOST_PASSAGES)];
      }).filter((each) => each[2].length).sort(byScore).slice(0, MOST_RECORDS);
      const found = likely.map(([, record, numbers]) => numbers.map((number) => {
        const passage = this.passages[number];
        const score = byRecord.get(record) + byPassage.get(number) + query.closeness(passage);
        return [score * (passage.is_entry ? ENTRY : 1), number];
      }).sort(byScore)).sort((a, b) => byScore(a[0], b[0]));
      const isLike = ([[, number]]) => query.nearest(this.passages[number]) >= LEAST_NEAR
        || (query.share(termsOf([this.passages[number]])) >= LEAST_SHARE_OF_PASSAGE
          && query.share(this.termsOfRecord(number)) >= LEAST_SHARE);
      if (isSure && !found.slice(0, MOST_JUDGED).some(isLike)) return [];
      const least = found.length ? LEAST_OF_BEST * found[0][0][0] : 0;
      return found.slice(0, limit).filter((scores) => scores[0][0] >= least).map((scores) => {
        const passage = this.passages[scores[0][1]];
        const passages = scores.map((each) => each[1]);
        return { score: scores[0][0], path: passage.path, passages, lines: query.matchingLines(passage) };
      });
    }

    bm25(query) {
      const [byPassage, byRecord] = [new Map(), new Map()];
      for (const [term, weight] of query.heaviest) {
        const counts = new Map();
        const places = query.places.get(term);
        for (let n = 0; n < places.length; n += 2) {
          const [number, count] = [places[n], places[n + 1]];
          plus(byPassage, number, weight * ((count * 2.2) / (count + this.norms[number])));
          plus(counts, this.records[number], count);
        }
        for (const [record, count] of counts) {
          plus(byRecord, record, weight * ((count * 2.2) / (count + this.recordNorms[record])));
        }
      }
      const part = query.isTyped ? OF_TYPED : OF_PASTED;
      for (const [record, score] of byRecord) byRecord.set(record, part * score);
      return [byPassage, byRecord];
    }

    termsOfRecord(number) {
      return termsOf(this.members[this.records[number]].map((member) => this.passages[member]));
    }
  }

  /* Builds the index in slices, so that the page stays responsive. */
  async function create({ passages }) {
    const index = new Index();
    const steps = index.fill(passages);
    for (;;) {
      const until = performance.now() + SLICE;
      while (performance.now() < until) if (steps.next().done) return index;
      await new Promise((resolve) => { setTimeout(resolve); });
    }
  }

  globalThis.plantraceSearch = { create, words, queryWords };
})();
