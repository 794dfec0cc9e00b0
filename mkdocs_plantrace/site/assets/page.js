/* Functions for all scripts. */
globalThis.plantracePage = (() => {
  "use strict";
  const WAIT_IN_MILLISECONDS = 200;

  /* Material replaces the page without a reload, and emits an event. */
  function onPage(start) {
    if (typeof document$ !== "undefined") document$.subscribe(start);
    else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
    else start();
  }

  /* Writes values into the address, without empty ones. */
  function writeAddress(values) {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(values)) {
      url.searchParams.delete(name);
      if (value) url.searchParams.append(name, value);
    }
    if (url.href === location.href) return;
    try {
      history.replaceState(history.state, "", url);
    } catch {
      /* Some browsers refuse this for local files, or too often. */
    }
  }

  const readField = (field) =>
    field.type !== "checkbox" ? field.value.trim() : field.checked ? field.value : "";

  /* Sets fields to the values in the address; an unknown choice becomes empty. */
  function readAddress(fields) {
    const asked = new URLSearchParams(location.search);
    for (const [name, field] of Object.entries(fields)) {
      if (field.type === "checkbox") {
        field.checked = asked.get(name) === field.value;
        continue;
      }
      field.value = asked.get(name) ?? "";
      if (field.selectedIndex < 0) field.value = "";
    }
  }

  const hasWords = (text, value) =>
    value.toLowerCase().split(/\s+/).every((word) => text.includes(word));

  /* Shows the rows that match all fields of a form, and writes the fields into the address.
     An item has its `row`, and `tests` has a function of item and value for each field. `finish`
     gets the names and values of the fields, without empty ones; `others` are further values of
     the address. */
  function addFilter(form, items, tests, finish, others = () => ({})) {
    const named = Array.from(form.querySelectorAll("[name]"), (field) => [field.name, field]);
    const fields = Object.fromEntries(named);
    const status = form.querySelector("[role=status]");
    const asked = () => named.map(([name, field]) => [name, readField(field)]);
    const share = () => writeAddress({ ...Object.fromEntries(asked()), ...others() });

    function filter() {
      const wanted = asked().filter(([, value]) => value);
      let shown = 0;
      for (const item of items) {
        const is = wanted.every(([name, value]) => tests[name](item, value));
        if (item.row.hidden === is) item.row.hidden = !is;
        shown += is;
      }
      const { listed, none } = form.dataset;
      status.textContent = wanted.length
        ? (shown ? listed : none).replace("{number}", shown).replace("{all}", items.length)
        : "";
      finish(wanted);
    }

    function update() {
      filter();
      share();
    }

    let timer = 0;
    form.querySelector("[type=search]").addEventListener("input", () => {
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
    return share;
  }

  function makeButton(name, text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = name;
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  /* Links to filtered tables have no query in the HTML, because a crawler finds no such page. */
  function addQueries() {
    for (const link of document.querySelectorAll("a[data-pt-query]")) {
      link.search = link.dataset.ptQuery;
    }
  }

  const FIELDS = ":is(.pt-search, .pt-filters) :is(textarea, input)";
  const KEYS = {
    i: () => Array.from(document.querySelectorAll(FIELDS)).find(isShown)?.focus(),
    "[": () => document.querySelector(".pt-neighbors [rel=prev]")?.click(),
    "]": () => document.querySelector(".pt-neighbors [rel=next]")?.click(),
  };
  const isShown = (field) => field.getClientRects().length > 0;

  /* On some keyboards, AltGr makes a bracket, and looks like Ctrl and Alt. */
  function onKey(event) {
    const [at] = event.composedPath();
    const isTyping = at.isContentEditable || /^(input|select|textarea)$/i.test(at.tagName ?? "");
    const isBracket = event.getModifierState("AltGraph");
    const isModified = event.metaKey || (!isBracket && (event.ctrlKey || event.altKey));
    if (isTyping || isModified || event.defaultPrevented || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault(); // the letter would be typed into the field
    KEYS[event.key]();
  }

  document.addEventListener("keydown", onKey);
  onPage(addQueries);
  return { addFilter, hasWords, makeButton, onPage, readAddress, readField, writeAddress };
})();
