/* The search box and the filters of the error index, which is complete without scripts. */
(() => {
  "use strict";
  const { makeCopyButton, onPage, readAddress, writeAddress } = globalThis.plantracePage;
  const MOST_SHOWN = 10;
  const MOST_TASKS = 5;
  const MOST_READ = 100;
  const LONGEST_SHARED = 200;
  const MOST_NEAREST = 3;
  const LONGEST_LINK = 2000;
  const LONGEST_TEMPLATE_LINE = 300;
  const SHARED = "#pt-find=";
  const ASKED = "plantrace-asked";
  const indexes = new Map();

  const named = ([path, line, heading, text, record, is_entry]) =>
    ({ path, line, heading, text, record, is_entry });

  /* Chooses what a match shows: the entry around a matching line, or the lines. */
  function answer({ passages: [best], lines }, passages, tasks) {
    const [path, line, , text, , , url, heading, own, entries] = passages[best];
    const entry = entries.find(([, , first, last]) => lines.some((n) => first <= n && n <= last));
    const written = text.split("\n");
    return {
      entry: entry ?? (lines.length ? undefined : entries[0]),
      path: `${path}:${lines[0] ?? line}`,
      url,
      heading,
      tasks: own.map((number) => tasks[number]),
      lines: lines.map((number) => written[number - line].trim()),
    };
  }

  function element(name, className, ...content) {
    const made = document.createElement(name);
    made.className = className;
    made.append(...content);
    return made;
  }

  function link(url, text) {
    const made = element(url ? "a" : "span", "", text);
    if (url) made.href = url;
    return made;
  }

  /* A section without a labelled error. */
  function passageCard({ path, url, heading, tasks, lines }) {
    const where = element("p", "pt-where");
    for (const [id, address] of tasks.slice(0, MOST_TASKS)) where.append(link(address, id), " · ");
    where.append(element("span", "pt-source", path));
    const code = element("pre", "", element("code", "nohighlight", lines.join("\n")));
    code.tabIndex = 0;
    return element("article", "pt-error pt-passage", element("h3", "", link(url, heading)), code, where);
  }

  /* A script, not a request for data: browsers refuse such requests for local files. */
  function load(url) {
    if (!indexes.has(url)) {
      indexes.set(url, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        globalThis.plantraceErrorIndex = async ({ passages, tasks, errors }) => {
          const index = await globalThis.plantraceSearch.create({ passages: passages.map(named) });
          const find = (...asked) => index.search(...asked).map((hit) => answer(hit, passages, tasks));
          resolve({ find, errors });
        };
        script.onload = () => script.remove();
        script.onerror = () => {
          indexes.delete(url);
          reject(new Error(url));
        };
        script.src = url;
        document.head.append(script);
      }));
    }
    return indexes.get(url);
  }

  function start() {
    const form = document.getElementById("pt-search");
    if (!form || !form.hidden) return;
    const part = (name) => document.getElementById(`pt-search-${name}`);
    const [text, phase, state, clear, status, results, nothing] =
      ["text", "phase", "state", "clear", "status", "results", "none"].map(part);
    const list = document.getElementById("pt-errors");
    const articles = Array.from(list.querySelectorAll(".pt-error"));
    const groups = list.querySelectorAll(".pt-errors");
    const showStatus = (words, number) => {
      status.textContent = words
        .replace("{number}", number)
        .replace("{all}", articles.length);
    };
    const { link: shareAll, long: shareEnd, copied } = form.dataset;
    const shareButton = makeCopyButton(shareAll, copied, makeLink);
    let index = null;
    let timer = 0;

    const isChosen = (number) => String(number) === phase.selectedOptions[0].dataset.number;
    const isShown = (article) =>
      (!state.value || article.dataset.state === state.value) &&
      (!phase.value || article.dataset.phases.split(" ").some(isChosen));

    function filter() {
      let shown = 0;
      for (const article of articles) {
        const is = isShown(article);
        if (article.hidden === is) article.hidden = !is;
        shown += is;
      }
      for (const group of groups) {
        group.hidden = !group.querySelector(".pt-error:not([hidden])");
      }
      return shown;
    }

    /* Makes the article of an error, with the matching entry only. */
    function articleOf([error, number]) {
      const html = index.errors[error];
      if (!html) {
        const line = articles[error].cloneNode(true);
        line.querySelector("h3").removeAttribute("id");
        return line;
      }
      const template = document.createElement("template");
      template.innerHTML = html;
      const article = template.content.firstElementChild;
      const entries = article.querySelectorAll(".pt-entry");
      const shown = entries[number] ?? entries[0];
      for (const entry of entries) if (entry !== shown) entry.remove();
      return article;
    }

    /* Finds what the filters allow, each error once. */
    function find(limit, isSure) {
      const isFiltered = Boolean(phase.value || state.value);
      const shown = new Set();
      return index.find(text.value, isFiltered ? Infinity : MOST_READ, isSure).filter((hit) => {
        const article = hit.entry && articles[hit.entry[0]];
        if (article) return isShown(article) && !shown.has(article) && shown.add(article);
        return !state.value && (!phase.value || hit.tasks.some(([, , of]) => isChosen(of)));
      }).slice(0, limit);
    }

    /* Offers the template of an entry with the last line of the text, where errors are. */
    function showNothing(hasNearest) {
      nothing.hidden = false;
      nothing.querySelector(".pt-nearest").hidden = !hasNearest;
      nothing.querySelector("code span").textContent =
        text.value.trim().split("\n").at(-1).trim().slice(0, LONGEST_TEMPLATE_LINE);
    }

    function search() {
      const hits = find(MOST_SHOWN, true);
      const shown = hits.length ? hits : find(MOST_NEAREST, false);
      if (hits.length) nothing.hidden = true;
      else showNothing(shown.length > 0);
      results.replaceChildren(...shown.map((hit) => (hit.entry ? articleOf(hit.entry) : passageCard(hit))));
      results.hidden = shown.length === 0;
      list.hidden = true;
      const { one, many, none } = form.dataset;
      showStatus(hits.length === 1 ? one : hits.length ? many : none, hits.length);
    }

    /* Only on request, because an output can contain secrets. Browsers do not send a fragment. */
    function makeLink() {
      const url = new URL(location.href);
      url.search = "";
      url.hash = `${SHARED}${encodeURIComponent(text.value.trim().slice(-LONGEST_LINK))}`;
      return url.href;
    }

    /* Takes the text of a link, or of the box on the overview. */
    function takeText() {
      let asked = null;
      try {
        if (location.hash.startsWith(SHARED)) {
          asked = decodeURIComponent(location.hash.slice(SHARED.length));
          history.replaceState(history.state, "", location.pathname);
        }
        asked ??= sessionStorage.getItem(ASKED);
        sessionStorage.removeItem(ASKED);
      } catch {
        /* A broken link, or a browser that stores nothing. */
      }
      if (asked) text.value = asked;
    }

    /* Not `q`: Material would open its own search. */
    function share() {
      const query = text.value.trim();
      const isShort = query.length <= LONGEST_SHARED && !query.includes("\n");
      writeAddress({ error: isShort ? query : "", phase: phase.value, state: state.value });
    }

    async function update() {
      shareButton.hidden = !text.value.trim();
      shareButton.dataset.label = text.value.trim().length > LONGEST_LINK ? shareEnd : shareAll;
      shareButton.textContent = shareButton.dataset.label;
      if (!text.value.trim()) {
        results.hidden = nothing.hidden = true;
        results.replaceChildren();
        list.hidden = false;
        showStatus(phase.value || state.value ? form.dataset.listed : "", filter());
        return;
      }
      try {
        index = await load(form.dataset.index);
      } catch {
        showStatus(form.dataset.failed, 0);
        return;
      }
      if (text.value.trim()) search();
    }

    function refilter() {
      filter();
      update();
      share();
    }

    function reset() {
      text.value = phase.value = state.value = "";
      refilter();
    }

    /* Shows the error in the address, even if a search or filter hides it. */
    function reveal() {
      if (location.hash.startsWith(SHARED)) {
        takeText();
        update();
        return;
      }
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const article = target?.closest(".pt-error");
      if (!article?.isConnected || !(article.hidden || list.hidden)) return;
      reset();
      target.scrollIntoView();
    }

    text.addEventListener("focus", () => load(form.dataset.index).catch(() => {}));
    text.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        update().then(share);
      });
    });
    text.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && text.value) {
        event.preventDefault();
        text.value = "";
        update().then(share);
      }
    });
    phase.addEventListener("change", refilter);
    state.addEventListener("change", refilter);
    clear.addEventListener("click", () => {
      reset();
      text.focus();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", reveal);
    clear.after(shareButton);

    readAddress({ error: text, phase, state });
    takeText();
    form.hidden = false;
    filter();
    update();
    reveal();
  }

  /* The box on the overview hands its text to the index. */
  function startAsking() {
    const text = document.getElementById("pt-ask");
    text?.form.addEventListener("submit", (event) => {
      event.preventDefault();
      try {
        sessionStorage.setItem(ASKED, text.value);
      } catch {
        /* The browser stores nothing, or not so much. */
      }
      location.assign(text.form.action);
    });
    text?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      text.form.requestSubmit();
    });
  }

  /* Opens the occurrence in the address. */
  function openOccurrence() {
    const target = document.querySelector(".pt-occurrence:target");
    if (!target) return;
    for (let fold = target; fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView();
  }

  onPage(start);
  onPage(startAsking);
  onPage(openOccurrence);
  addEventListener("hashchange", openOccurrence);
})();
