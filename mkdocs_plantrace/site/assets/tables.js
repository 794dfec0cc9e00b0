/* Sorts and filters a table of tasks, which is complete without scripts. */
(() => {
  "use strict";
  const { addFilter, hasWords, makeButton, onPage } = globalThis.plantracePage;
  const KINDS = ["active", "blocked", "planned", "completed", "dropped", "unknown", "archived"];
  const PROOFS = ["failing", "none", "incomplete", "complete"];
  const NUMBERS = new Set(["record", "changed", "errors", "problems"]);
  const NARROW = matchMedia("(max-width: 44em)");
  const { compare } = new Intl.Collator(undefined, { numeric: true });

  function start() {
    document.querySelectorAll(".pt-table-filters[hidden]").forEach(setUp);
  }

  function setUp(form) {
    const scroll = form.nextElementSibling;
    const table = scroll.querySelector("table");
    const body = table.tBodies[0];
    const heads = Array.from(table.tHead.rows[0].cells);
    const columns = Object.fromEntries(heads.map((head, place) => [head.dataset.key, place]));
    const orders = form.querySelector("#pt-order");
    const fold = form.querySelector(".pt-fold");
    const rows = Array.from(body.rows, (row) => ({ row, text: row.textContent.toLowerCase() }));
    const isMatrix = table.classList.contains("pt-matrix");
    let order = "";

    const statusOf = (row) => row.querySelector(".pt-badge").textContent.trim();
    const words = (row, key) => row.cells[columns[key]].textContent.trim();
    /* The values of a filter without a column: each row has the places of its options. */
    const chosenOf = (row, key) =>
      row.dataset[key]?.split(" ").map((place) => form.elements[key].options[place].value) ?? [];
    const ownersOf = (row) => {
      if (!columns.owner) return chosenOf(row, "owner");
      const several = row.cells[columns.owner].querySelectorAll("span");
      return several.length ? Array.from(several, (it) => it.textContent) : [words(row, "owner")];
    };
    const tests = {
      task: ({ text }, value) => hasWords(text, value),
      status: ({ row }, value) => (KINDS.includes(value) ? row.dataset.kind : statusOf(row)) === value,
      phase: ({ row }, value) =>
        columns.phase ? words(row, "phase") === value : chosenOf(row, "phase").includes(value),
      owner: ({ row }, value) => ownersOf(row).includes(value),
      evidence: ({ row }, value) => row.dataset.proof === value,
      ready: ({ row }, value) => row.dataset.ready === value,
      gaps: ({ row: { dataset } }, value) =>
        dataset.gaps && (value === "any" || dataset.gaps.split(" ").includes(value)),
    };

    /* Gaps come first, then what is there, then what is not required. */
    const rankOf = ({ classList, firstChild }) => (classList.contains("pt-gap") ? 0 : firstChild ? 1 : 2);

    function keyOf(row, key) {
      if (key === "status") return `${KINDS.indexOf(row.dataset.kind)} ${statusOf(row)}`;
      if (isMatrix && !["id", "status"].includes(key)) return rankOf(row.cells[columns[key]]);
      if (key === "evidence") return PROOFS.indexOf(row.dataset.proof);
      if (key === "record") return row.cells[columns[key]].querySelectorAll("a").length;
      if (key === "changed") {
        return Date.parse(row.cells[columns[key]].querySelector("time")?.dateTime) || 0;
      }
      return NUMBERS.has(key) ? Number(words(row, key)) : words(row, key);
    }

    function sort(wanted) {
      const key = wanted.replace("-", "");
      order = Object.hasOwn(columns, key) ? wanted : "";
      const way = order.startsWith("-") ? -1 : 1;
      for (const head of heads) {
        if (order && head.dataset.key === key) {
          head.setAttribute("aria-sort", way < 0 ? "descending" : "ascending");
        } else head.removeAttribute("aria-sort");
      }
      const found = rows.map(({ row }) => ({ row, key: order && keyOf(row, key) }));
      const areNumbers = typeof found[0].key === "number";
      const by = areNumbers ? (a, b) => a.key - b.key : (a, b) => compare(a.key, b.key);
      orders.value = order;
      if (order) found.sort((a, b) => way * by(a, b));
      body.append(...found.map(({ row }) => row));
    }

    /* Numbers start with the highest; the third click restores the first order. */
    function next(key) {
      const first = NUMBERS.has(key) ? `-${key}` : key;
      const second = NUMBERS.has(key) ? key : `-${key}`;
      return order === first ? second : order === second ? "" : first;
    }

    for (const head of heads) {
      const { key } = head.dataset;
      const button = makeButton("pt-sort", head.textContent, () => {
        sort(next(key));
        share();
      });
      button.title = table.dataset.sort.replace("{column}", head.textContent);
      const ways = [[key, "↑"], [`-${key}`, "↓"]];
      if (NUMBERS.has(key)) ways.reverse();
      for (const [value, arrow] of ways) {
        orders.add(new Option(`${head.textContent} ${arrow}`, value));
      }
      head.replaceChildren(button);
    }
    orders.addEventListener("change", () => sort(orders.value));
    fold.addEventListener("click", () => {
      fold.setAttribute("aria-expanded", fold.getAttribute("aria-expanded") === "false");
    });
    addDownload(form, table);
    if (isMatrix) {
      body.addEventListener("pointerover", ({ target }) => {
        if (target.matches(".pt-title")) target.title = target.textContent;
      });
    }
    new ResizeObserver(() => {
      scroll.classList.toggle("pt-fits", table.offsetWidth <= scroll.clientWidth);
    }).observe(table);
    table.classList.add("pt-sortable");
    sort(new URLSearchParams(location.search).get("sort") ?? "");
    const share = addFilter(form, rows, tests, (wanted) => {
      const folded = wanted.filter(([name]) => name !== "task").length;
      fold.lastElementChild.textContent = folded ? `(${folded})` : "";
    }, () => ({ sort: order }));
    form.addEventListener("reset", () => setTimeout(() => { orders.value = order; }));
    const setFocus = () => {
      for (const it of table.querySelectorAll(".pt-sort")) it.tabIndex = NARROW.matches ? -1 : 0;
    };
    setFocus();
    NARROW.addEventListener("change", setFocus); // on a phone, nobody sees them
    if (NARROW.matches) setRoles(table);
    else NARROW.addEventListener("change", () => setRoles(table), { once: true });
  }

  function addDownload(form, table) {
    const { csv, title } = form.dataset;
    const button = makeButton("pt-copy pt-download", csv, () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([writeCsv(table, title)], { type: "text/csv" }));
      const words = document.querySelector("h1").textContent.toLowerCase();
      link.download = `${words.match(/[\p{L}\p{N}.]+/gu).join("-")}.csv`;
      link.click();
      URL.revokeObjectURL(link.href);
    });
    table.parentElement.after(button);
  }

  /* The rows that are shown. The byte order mark is for Excel. */
  function writeCsv(table, title) {
    const [first, ...others] = Array.from(table.tHead.rows[0].cells, (head) => head.textContent);
    const shown = Array.from(table.tBodies[0].rows).filter((row) => !row.hidden);
    const lines = [[first, title, ...others], ...shown.map(readRow)];
    const quote = (value) => `"${value.replaceAll('"', '""')}"`;
    return `\ufeff${lines.map((line) => `${line.map(quote).join(",")}\r\n`).join("")}`;
  }

  function readRow(row) {
    const [task, ...others] = row.cells;
    const parts = [".pt-id", ".pt-title"].map((it) => task.querySelector(it)?.textContent ?? "");
    const dateOf = (cell) => cell.querySelector("time")?.dateTime.slice(0, 10);
    return [...parts, ...others.map((cell) => dateOf(cell) ?? cell.textContent.trim())];
  }

  /* For some screen readers, a table with `display: block` is not a table. */
  function setRoles(table) {
    table.setAttribute("role", "table");
    for (const part of [table.tHead, ...table.tBodies]) part.setAttribute("role", "rowgroup");
    for (const row of table.rows) {
      row.setAttribute("role", "row");
      for (const cell of row.cells) {
        cell.setAttribute("role", cell.tagName === "TH" ? "columnheader" : "cell");
      }
    }
  }

  onPage(start);
})();
