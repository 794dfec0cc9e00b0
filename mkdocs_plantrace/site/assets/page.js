/* What the scripts of all pages share. */
globalThis.plantracePage = (() => {
  "use strict";

  /* Material replaces the page without loading it anew, and tells so. */
  function onPage(start) {
    if (typeof document$ !== "undefined") document$.subscribe(start);
    else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
    else start();
  }

  /* Keeps values in the address, so that it can be shared; an empty one goes. */
  function remember(values) {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(values)) {
      url.searchParams.delete(name);
      if (value) url.searchParams.append(name, value);
    }
    if (url.href === location.href) return;
    try {
      history.replaceState(history.state, "", url);
    } catch {
      /* Some browsers refuse where pages are plain files, or when asked too often. */
    }
  }

  /* Gives fields the values that the address holds; a choice that there is not stays empty. */
  function recall(fields) {
    const asked = new URLSearchParams(location.search);
    for (const [name, field] of Object.entries(fields)) {
      field.value = asked.get(name) ?? "";
      if (field.selectedIndex < 0) field.value = "";
    }
  }

  return { onPage, remember, recall };
})();
