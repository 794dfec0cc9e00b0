/* Finds recorded errors in the browser exactly as `folding.py` and `ranking.py` do in Python. */
(() => {
  "use strict";

  const MOST_LINES = 5000;
  const LONGEST_LINE = 2000;
  const FEW_LINES = 5;
  const FEW_TERMS = 40;
  const LEAST_COVERED = 0.5;
  const LEAST_MEANT = 0.4;
  const BONUS = 0.25;
  const SIGNATURE_SCORE = 1000000;
  const SMOOTHING = 50;
  const NEAREST = 2;
  const WIDEST = 60;
  const WHOLE_SHARE = 3;
  const MOST_REMEMBERED = 20000;
  const SLICE = 12; /* milliseconds */
  const FIELDS = [["signature", "error", 4], ["context", "cause", 2], ["fix", "outcome", 1]];

  /* Like setdefault of a Python dictionary. */
  const known = (map, key, make) => {
    let value = map.get(key);
    if (value === undefined) map.set(key, (value = make()));
    return value;
  };

  /* The weight of the words found, much less where words are missing. */
  const covered = (mass, total) => {
    const share = mass / total;
    return (mass / WHOLE_SHARE) * share * share;
  };

  /* From a half to one: the more words follow one another as in the error, the more. */
  const inOrder = (wanted, found) => {
    if (!wanted.size) return 1;
    let matched = 0;
    for (const pair of wanted) if (found.has(pair)) matched++;
    return 0.5 + 0.5 * (matched / wanted.size);
  };

  function create(table) {
    const everywhere = (pattern) => new RegExp(pattern, "gu");
    const compiled = (...serves) =>
      table.rules.filter((rule) => serves.includes(rule.serves))
        .map((rule) => [everywhere(rule.pattern), rule.replacement]);
    const all = compiled("both", "key", "value");
    const withValues = compiled("both", "key");
    const forSearch = compiled("both");
    const [upperCase, notWords, edgeUnderscores, placeholders, whole, part] =
      ["upper_case", "not_words", "edge_underscores", "placeholders", "whole", "part"]
        .map((name) => everywhere(table[name]));
    const realWord = new RegExp(table.real_word, "u");
    const stopWords = new Set(table.stop_words);
    const genericWords = new Set(table.generic_words);

    const lower = (text) => text.replace(upperCase, (letters) => letters.toLowerCase());
    const replaced = (text, rules) =>
      rules.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), text);
    const words = (text, rules) =>
      lower(replaced(text, rules)).replace(notWords, " ").replace(edgeUnderscores, "")
        .replace(/ {2,}/g, " ")
        .replace(placeholders, "… ").replace(/^[ …]+/, "").replace(/(?<![ …])[ …]+$/, "");

    function fold(text) {
      let folded = words(text, all);
      if (folded.split(" ").filter((word) => realWord.test(word)).length < table.fewest_words) {
        folded = words(text, withValues);
      }
      return realWord.test(folded) ? folded : words(text, forSearch.slice(0, 1));
    }

    const wholes = (text) => replaced(text, forSearch).match(whole) ?? [];

    function split(identifier) {
      const stripped = identifier.replace(/^_+/, "").replace(/(?<!_)_+$/, "");
      if (!stripped) return [];
      const parts = stripped.match(part) ?? [];
      return (parts.length > 1 ? [stripped, ...parts] : [stripped]).map(lower);
    }

    const splits = new Map();
    function wholeAndParts(identifier) {
      if (splits.size > MOST_REMEMBERED * 5) splits.clear();
      return known(splits, identifier, () => split(identifier));
    }

    const terms = (text) => wholes(text).flatMap(wholeAndParts);

    /* What a line consists of stays known while a text is typed or edited. */
    const lines = new Map();
    function readLine(text) {
      if (lines.size > MOST_REMEMBERED) lines.clear();
      return known(lines, text, () => {
        const found = wholes(text).map(wholeAndParts).filter((identifier) => identifier.length);
        return { text, wholes: found.map((identifier) => identifier[0]), terms: found.flat() };
      });
    }

    function distinctLines(text) {
      const latest = new Set();
      const written = text.split(/[\r\n]+/);
      for (let n = written.length - 1; n >= 0 && latest.size < MOST_LINES; n--) {
        const line = written[n];
        latest.add(line.length > LONGEST_LINE ? [...line].slice(0, LONGEST_LINE).join("") : line);
      }
      const distinct = new Map();
      for (const line of [...latest].reverse()) {
        const read = readLine(line);
        if (read.terms.length) known(distinct, read.terms.join(" "), () => read);
      }
      return [...distinct.values()];
    }

    function halfTyped(text) {
      const last = /[^ \t\r\n]+$/.exec([...text.slice(-2 * LONGEST_LINE)].slice(-LONGEST_LINE).join(""));
      const found = last ? wholes(last[0]).at(-1) : undefined;
      if (found === undefined || !text.endsWith(found)) return new Set();
      const identifier = wholeAndParts(found);
      const open = [...identifier.slice(0, 1), ...identifier.slice(-1)];
      return new Set(open.filter((term) => [...term].length > 1));
    }

    class Index {
      constructor(entries) {
        for (const _ of this.fill(entries ?? [])) ;
      }

      /* The same, a little at a time, so that a page stays responsive meanwhile. */
      static async gently(entries) {
        const index = new Index();
        const steps = index.fill(entries);
        for (;;) {
          const until = performance.now() + SLICE;
          while (performance.now() < until) if (steps.next().done) return index;
          await new Promise((resolve) => { setTimeout(resolve); });
        }
      }

      *fill(entries) {
        this.entries = entries;
        this.ids = new Map();
        this.postings = [];
        this.corePostings = [];
        this.signatures = new Map();
        const fields = [];
        for (const entry of entries) {
          fields.push(this.add(fields.length, entry));
          yield;
        }
        const vocabulary = [...this.ids.keys()];
        this.weights = vocabulary.map((term, id) => this.weight(term, this.postings[id].length));
        this.generic = vocabulary.map((term) => genericWords.has(term));
        yield;
        this.described = [];
        for (const entry of entries) {
          this.described.push(this.describe(entry, ...fields[this.described.length]));
          yield;
        }
        this.sortedTerms = vocabulary.sort();
      }

      add(position, entry) {
        const core = new Map();
        const words = [];
        for (const identifier of fold(entry.error || entry.signature || "").match(whole) ?? []) {
          wholeAndParts(identifier).map((term) => this.idOf(term)).forEach((term, number) => {
            core.set(term, Math.max(core.get(term) ?? 1, number ? 1 : WHOLE_SHARE));
            if (!number) words.push(term);
          });
        }
        const fields = new Map([...core.keys()].map((term) => [term, 4]));
        for (const [one, other, weight] of FIELDS) {
          const text = [entry[one], entry[other]].filter(Boolean).join("\n");
          for (const term of terms(text)) known(fields, this.idOf(term), () => weight);
        }
        for (const [term, weight] of fields) this.postings[term].push([position, weight]);
        for (const [term, share] of core) this.corePostings[term].push([position, share]);
        const { wholes: signed } = readLine(entry.signature ?? "");
        if (signed.length) {
          const text = lower(entry.signature.replace(/^ +| +$/g, ""));
          known(this.signatures, signed[0], () => []).push({ position, words: signed, text });
        }
        return [words, [...core], [...fields].filter(([term]) => !core.has(term))];
      }

      idOf(term) {
        return known(this.ids, term, () => {
          this.corePostings.push([]);
          return this.postings.push([]) - 1;
        });
      }

      weight(term, count) {
        if (stopWords.has(term)) return 0;
        const others = this.entries.length + SMOOTHING - count;
        const weight = Math.floor(1000 * Math.log(1 + (others + 0.5) / (count + 0.5)) + 0.5);
        return genericWords.has(term) ? Math.floor(weight / 4) : weight;
      }

      describe(entry, words, shares, others) {
        const core = shares.map(([term, share]) => [term, share * this.weights[term]])
          .filter(([, weight]) => weight);
        const specific = core.map(([term]) => (this.generic[term] ? 0 : 1));
        const height = (entry.error ?? "").split(/[\r\n]+/).length;
        return {
          core,
          specific,
          total: core.reduce((sum, [, weight]) => sum + weight, 0),
          leastSpecific: Math.min(2, specific.filter(Boolean).length) || core.length + 1,
          others,
          width: Math.min(Math.max(NEAREST, 2 * height), WIDEST),
          pairs: new Set(words.slice(1).map((second, n) => this.pair(words[n], second))),
        };
      }

      pair(first, second) {
        return first * this.ids.size + second;
      }

      pairsIn(read) {
        const found = new Set();
        for (const line of read) {
          const ids = line.wholes.map((word) => this.ids.get(word));
          for (const distance of [1, 2]) {
            for (let n = distance; n < ids.length; n++) {
              if (ids[n] !== undefined && ids[n - distance] !== undefined) {
                found.add(this.pair(ids[n - distance], ids[n]));
              }
            }
          }
        }
        return found;
      }

      search(text, limit = 10) {
        const read = distinctLines(text);
        const asked = new Set(read.flatMap((line) => line.terms));
        const scores = this.inOutput(read, limit);
        if (read.length <= FEW_LINES && asked.size <= FEW_TERMS) {
          for (const [position, score] of this.inSentence(asked, halfTyped(text))) {
            scores.set(position, Math.max(score, scores.get(position) ?? 0));
          }
        }
        for (const position of this.signed(read)) {
          scores.set(position, (scores.get(position) ?? 0) + SIGNATURE_SCORE);
        }
        return [...scores].map(([position, score]) => ({ position, score }))
          .sort((a, b) => b.score - a.score || a.position - b.position).slice(0, limit);
      }

      inOutput(read, limit) {
        const places = new Map();
        read.forEach((line, number) => {
          for (const term of new Set(line.terms)) {
            const id = this.ids.get(term);
            if (id !== undefined && this.weights[id]) known(places, id, () => []).push(number);
          }
        });
        const anywhere = new Float64Array(this.entries.length);
        for (const term of places.keys()) {
          for (const [position, share] of this.corePostings[term]) {
            anywhere[position] += share * this.weights[term];
          }
        }
        const likely = [];
        anywhere.forEach((mass, position) => {
          const { total } = this.described[position];
          if (mass && mass >= LEAST_COVERED * total) {
            likely.push([covered(mass, total) * (1 + BONUS), position]);
          }
        });
        likely.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
        const scores = new Map();
        let best = [];
        const pairs = this.pairsIn(read);
        for (const [highest, position] of likely) {
          if (best.length === limit && highest < best.at(-1)) break;
          const entry = this.described[position];
          const score = this.nearby(entry, places) * inOrder(entry.pairs, pairs);
          if (score) {
            scores.set(position, score);
            best = [...best, score].sort((a, b) => b - a).slice(0, limit);
          }
        }
        return scores;
      }

      nearby(entry, places) {
        const size = entry.core.length;
        const found = [];
        entry.core.forEach(([term], number) => {
          for (const line of places.get(term) ?? []) found.push(line * size + number);
        });
        const events = Float64Array.from(found).sort();
        const counts = new Uint16Array(size);
        let [mass, specific, first, best] = [0, 0, 0, 0];
        for (const event of events) {
          const number = event % size;
          if (counts[number]++ === 0) {
            mass += entry.core[number][1];
            specific += entry.specific[number];
          }
          const outside = event - number - (entry.width - 1) * size;
          for (; events[first] < outside; first++) {
            const left = events[first] % size;
            if (--counts[left] === 0) {
              mass -= entry.core[left][1];
              specific -= entry.specific[left];
            }
          }
          if (specific >= entry.leastSpecific) best = Math.max(best, mass);
        }
        if (!best || best < LEAST_COVERED * entry.total) return 0;
        let [matched, possible] = [0, 0];
        for (const [term, weight] of entry.others) {
          possible += weight * this.weights[term];
          if (places.has(term)) matched += weight * this.weights[term];
        }
        return covered(best, entry.total) * (1 + BONUS * (possible ? matched / possible : 0));
      }

      inSentence(asked, half) {
        let whole = 0;
        const [meant, weighted, near] = [new Map(), new Map(), new Map()];
        const plus = (map, position, mass) => map.set(position, (map.get(position) ?? 0) + mass);
        for (const term of asked) {
          const having = this.having(term, half.has(term));
          const weight = this.weight(term, having.size);
          whole += having.size ? weight : Math.floor(weight / 2);
          for (const [position, field] of having) {
            plus(meant, position, weight);
            plus(weighted, position, weight * field);
          }
          const id = this.ids.get(term);
          for (const [position, share] of this.corePostings[id] ?? []) plus(near, position, share * weight);
        }
        return [...meant].filter(([, mass]) => mass && mass >= LEAST_MEANT * whole)
          .map(([position, mass]) => {
            const { total } = this.described[position];
            const coverage = total ? (near.get(position) ?? 0) / total : 0;
            return [position, (weighted.get(position) / 4) * (mass / whole) * (0.5 + 0.5 * coverage)];
          });
      }

      having(term, half) {
        const found = new Map();
        for (const begun of half ? this.beginning(term) : [term]) {
          if (stopWords.has(begun)) continue;
          for (const [position, weight] of this.postings[this.ids.get(begun)] ?? []) {
            found.set(position, Math.max(weight, found.get(position) ?? 0));
          }
        }
        return found;
      }

      *beginning(term) {
        let [low, high] = [0, this.sortedTerms.length];
        while (low < high) {
          const middle = (low + high) >> 1;
          if (this.sortedTerms[middle] < term) low = middle + 1;
          else high = middle;
        }
        while (this.sortedTerms[low]?.startsWith(term)) yield this.sortedTerms[low++];
      }

      signed(read) {
        const found = new Set();
        for (const line of read) {
          line.wholes.forEach((word, start) => {
            for (const { position, words: signed, text } of this.signatures.get(word) ?? []) {
              if (signed.every((part, n) => line.wholes[start + n] === part) &&
                  lower(line.text).includes(text)) found.add(position);
            }
          });
        }
        return found;
      }
    }

    return { fold, terms, Index };
  }

  globalThis.plantraceRanking = { create };
})();
