/* Filters the page of problems, which is complete without scripts, and opens folds. */
(() => {
  "use strict";
  const { addFilter, hasWords, onPage } = globalThis.plantracePage;

  function setUp(form) {
    const rules = Array.from(document.querySelectorAll(".pt-rule"));
    const groups = rules.flatMap((rule) => [
      rule, ...rule.querySelectorAll(".pt-folded"), ...rule.querySelectorAll(".pt-finding")]);
    const rows = rules.flatMap((rule) =>
      Array.from(rule.querySelectorAll(".pt-found"), (row) => ({
        row,
        rule: rule.dataset.rule,
        text: `${row.closest(".pt-finding").querySelector(".pt-message").textContent} ${
          rule.querySelector("h2").textContent} ${row.textContent}`.toLowerCase(),
      })));
    const has = (list, value) => (list ?? "").split("\n").includes(value);
    const tests = {
      text: ({ text }, value) => hasWords(text, value),
      severity: ({ row }, value) => row.dataset.kind === value,
      rule: (item, value) => item.rule === value,
      owner: ({ row }, value) => has(row.dataset.owners, value),
      phase: ({ row }, value) => has(row.dataset.phases, value),
    };

    addFilter(form, rows, tests, (wanted) => {
      for (const group of groups) {
        group.hidden = !group.querySelector(".pt-found:not([hidden])");
        if (group.tagName === "DETAILS") group.open = wanted.length > 0;
      }
    });
  }

  function openTarget() {
    const rule = document.getElementById(location.hash.slice(1))
      ?.closest(".pt-rule");
    if (!rule) return;
    for (const fold of rule.querySelectorAll("details")) fold.open = true;
  }

  function start() {
    document.querySelectorAll(".pt-problem-filters[hidden]").forEach(setUp);
    openTarget();
  }

  addEventListener("hashchange", openTarget);
  onPage(start);
})();
