/* Functions for all scripts. */
globalThis.plantracePage = (() => {
  "use strict";

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
  return { onPage, writeAddress, readAddress, readField };
})();
