/* Adds a copy button to each command and each place in a file. */
(() => {
  "use strict";
  const SHOWN_IN_MILLISECONDS = 2000;

  /* Without HTTPS, browsers have only the old API. */
  async function copy(element, text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    const isCopied = document.execCommand("copy");
    selection.removeAllRanges();
    if (!isCopied) throw new Error("not copied");
  }

  /* The old API copies the shown text of `code`. */
  function add(command, code, text, { copy: label, copied }) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "pt-copy";
    button.textContent = label;
    button.title = `${label}: ${text}`;
    button.addEventListener("click", async () => {
      try {
        await copy(code, text);
      } catch {
        getSelection().selectAllChildren(code);
        return;
      }
      button.textContent = copied;
      setTimeout(() => { button.textContent = label; }, SHOWN_IN_MILLISECONDS);
    });
    command.append(button);
  }

  globalThis.plantracePage.onPage(() => {
    for (const list of document.querySelectorAll(".pt-commands")) {
      for (const command of list.querySelectorAll(".pt-command:not(:has(.pt-copy))")) {
        const code = command.querySelector("code");
        add(command, code, code.textContent, list.dataset);
      }
    }
    for (const list of document.querySelectorAll("[data-copy]:not(.pt-commands)")) {
      for (const place of list.querySelectorAll("[data-pt-copy]:not(:has(.pt-copy))")) {
        add(place, place.firstElementChild, place.dataset.ptCopy, list.dataset);
      }
    }
  });
})();
