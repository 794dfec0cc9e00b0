/* Adds a copy button to each command. */
(() => {
  "use strict";
  const SHOWN_IN_MILLISECONDS = 2000;

  /* Without HTTPS, browsers have only the old API. */
  async function copy(element) {
    if (navigator.clipboard) return navigator.clipboard.writeText(element.textContent);
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    const isCopied = document.execCommand("copy");
    selection.removeAllRanges();
    if (!isCopied) throw new Error("not copied");
  }

  function add(command, { copy: label, copied }) {
    const code = command.querySelector("code");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "pt-copy";
    button.textContent = label;
    button.addEventListener("click", async () => {
      try {
        await copy(code);
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
        add(command, list.dataset);
      }
    }
  });
})();
