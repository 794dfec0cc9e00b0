/* Adds copy buttons to commands, to places in files, and to the fix of an error. */
(() => {
  "use strict";
  const { makeButton, onPage } = globalThis.plantracePage;
  const SHOWN_IN_MILLISECONDS = 2000;

  /* Without HTTPS, browsers have only the old API, which copies what is selected. */
  async function copy(text, button) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    button.after(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    if (!isCopied) throw new Error("not copied");
  }

  function make(label, copied, find, select = () => {}) {
    const button = makeButton("pt-copy", label, async () => {
      try {
        await copy(find(), button);
      } catch {
        select();
        return;
      }
      button.textContent = copied;
      setTimeout(() => { button.textContent = button.dataset.label ?? label; }, SHOWN_IN_MILLISECONDS);
    });
    return button;
  }

  onPage(() => {
    for (const { dataset, children } of document.querySelectorAll(".pt-commands")) {
      for (const command of Array.from(children).filter((each) => !each.querySelector(".pt-copy"))) {
        const code = command.querySelector("code");
        const select = () => getSelection().selectAllChildren(code);
        command.append(make(dataset.copy, dataset.copied, () => code.textContent, select));
      }
    }
    for (const list of document.querySelectorAll("[data-copy]:not(.pt-commands)")) {
      const { copy: label, copied } = list.dataset;
      for (const place of list.querySelectorAll("[data-pt-copy]:not(:has(.pt-copy))")) {
        const text = place.dataset.ptCopy;
        const button = make(label, copied, () => text, () => getSelection().selectAllChildren(place));
        button.title = `${label}: ${text}`;
        place.append(button);
      }
    }
    for (const place of document.querySelectorAll(".pt-copies:empty")) {
      const { fix, markdown, copied, text } = place.dataset;
      const shown = place.parentElement.querySelector(".pt-fix");
      if (fix && shown) place.append(make(fix, copied, () => shown.innerText, () => getSelection().selectAllChildren(shown)));
      place.append(make(markdown, copied, () => text));
    }
  });

  globalThis.plantracePage.makeCopyButton = make;
})();
