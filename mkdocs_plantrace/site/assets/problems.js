/* Filters the page of problems, which is complete without scripts, and opens folds. */
(() => {
  "use strict";
  const { onPage, readAddress, writeAddress } = globalThis.plantracePage;
  const WAIT_IN_MILLISECONDS = 200;

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
    const fields = Object.fromEntries(
      Array.from(form.querySelectorAll("[name]"), (field) => [field.name, field]));
    const status = form.querySelector("[role=status]");
    const has = (list, value) => (list ?? "").split("\n").includes(value);
    const tests = {
      text: (item, value) => value.toLowerCase().split(/\s+/).every((it) => item.text.includes(it)),
      severity: ({ row }, value) => row.dataset.kind === value,
      rule: (item, value) => item.rule === value,
      owner: ({ row }, value) => has(row.dataset.owners, value),
      phase: ({ row }, value) => has(row.dataset.phases, value),
    };
    const asked = () => Object.entries(fields).map(([name, field]) => [name, field.value.trim()]);
    const share = () => writeAddress(Object.fromEntries(asked()));

    function filter() {
      const wanted = asked().filter(([, value]) => value);
      let shown = 0;
      for (const item of rows) {
        item.row.hidden = !wanted.every(([name, value]) => tests[name](item, value));
        shown += !item.row.hidden;
      }
      for (const group of groups) {
        group.hidden = !group.querySelector(".pt-found:not([hidden])");
        if (group.tagName === "DETAILS") group.open = wanted.length > 0;
      }
      const { listed, none } = form.dataset;
      status.textContent = wanted.length
        ? (shown ? listed : none).replace("{number}", shown).replace("{all}", rows.length)
        : "";
    }

    function update() {
      filter();
      share();
    }

    let timer = 0;
    fields.text.addEventListener("input", () => {
      filter();
      clearTimeout(timer);
      timer = setTimeout(share, WAIT_IN_MILLISECONDS);
    });
    form.addEventListener("change", update);
    form.addEventListener("reset", () => setTimeout(update));
    form.addEventListener("submit", (event) => event.preventDefault());
    readAddress(fields);
    filter();
    form.hidden = false;
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
