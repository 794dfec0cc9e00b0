/* Stands in until the real ranking is merged: words in common, rare ones first. */
globalThis.plantraceRanking = {
  create(table) {
    const fold = (text) => text.toLowerCase();
    const terms = (text) => fold(text).match(/[a-z0-9_]{3,}/g) ?? [];
    class Index {
      constructor(errors) {
        this.found = new Map();
        errors.forEach((error, position) => {
          for (const word of new Set(terms(Object.values(error).join(" ")))) {
            if (!this.found.has(word)) this.found.set(word, []);
            this.found.get(word).push(position);
          }
        });
        this.size = errors.length;
      }
      search(text, limit) {
        const scores = new Map();
        for (const word of new Set(terms(text))) {
          const positions = this.found.get(word) ?? [];
          for (const position of positions) {
            const weight = Math.log(1 + this.size / positions.length);
            scores.set(position, (scores.get(position) ?? 0) + weight);
          }
        }
        return [...scores]
          .sort((a, b) => b[1] - a[1] || a[0] - b[0])
          .slice(0, limit)
          .map(([position, score]) => ({ position, score }));
      }
    }
    return { fold, terms, Index };
  },
};
