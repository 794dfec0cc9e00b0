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

  onPage(addQueries);
  return { onPage, writeAddress, readAddress, readField };
})();
