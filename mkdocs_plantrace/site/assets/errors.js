/* The search box and the filters of the error index, which is complete without scripts. */
(() => {
  "use strict";
  const { onPage, readAddress, writeAddress } = globalThis.plantracePage;
  const MOST_SHOWN = 10;
  const MOST_TASKS = 5;
  const MOST_READ = 100;
  const LONGEST_SHARED = 200;
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
        globalThis.plantraceErrorIndex = async ({ passages, tasks }) => {
          const index = await globalThis.plantraceSearch.create({ passages: passages.map(named) });
          resolve((text, limit) => index.search(text, limit).map((hit) => answer(hit, passages, tasks)));
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
    const [text, phase, state, clear, status, results] =
      ["text", "phase", "state", "clear", "status", "results"].map(part);
    const list = document.getElementById("pt-errors");
    const articles = Array.from(list.querySelectorAll(".pt-error"));
    const groups = list.querySelectorAll(".pt-errors");
    const showStatus = (words, number) => {
      status.textContent = words
        .replace("{number}", number)
        .replace("{all}", articles.length);
    };
    let find = null;
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

    /* Copies the article of an error, with the matching entry in first place. */
    function copyOf(article, number) {
      const entry = number && article.querySelectorAll(".pt-entry")[number - 1];
      const copy = article.cloneNode(false);
      const parts = Array.from(article.children).filter((part) =>
        !part.matches(entry ? "details, .pt-fields, .pt-where, .pt-note" : "details"));
      const own = entry ? Array.from(entry.children).slice(1) : [];
      copy.append(...[...parts, ...own].map((part) => part.cloneNode(true)));
      if (entry) copy.querySelector("h3 a").lastChild.textContent = ` ${entry.firstElementChild.textContent}`;
      copy.querySelectorAll("[id]").forEach((element) => element.removeAttribute("id"));
      return copy;
    }

    function search() {
      const isFiltered = Boolean(phase.value || state.value);
      const shown = new Set();
      const hits = find(text.value, isFiltered ? Infinity : MOST_READ).filter((hit) => {
        const article = hit.entry && articles[hit.entry[0]];
        if (article) return isShown(article) && !shown.has(article) && shown.add(article);
        return !state.value && (!phase.value || hit.tasks.some(([, , of]) => isChosen(of)));
      }).slice(0, MOST_SHOWN);
      results.replaceChildren(...hits.map((hit) =>
        (hit.entry ? copyOf(articles[hit.entry[0]], hit.entry[1]) : passageCard(hit))));
      results.hidden = hits.length === 0;
      list.hidden = true;
      const { one, many, none } = form.dataset;
      showStatus(hits.length === 1 ? one : hits.length ? many : none, hits.length);
    }

    /* Not `q`: Material would open its own search. */
    function share() {
      const query = text.value.trim();
      const isShort = query.length <= LONGEST_SHARED && !query.includes("\n");
      writeAddress({ error: isShort ? query : "", phase: phase.value, state: state.value });
    }

    async function update() {
      if (!text.value.trim()) {
        results.hidden = true;
        results.replaceChildren();
        list.hidden = false;
        showStatus(phase.value || state.value ? form.dataset.listed : "", filter());
        return;
      }
      try {
        find = await load(form.dataset.index);
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
    /* If the address is already that of the error, it does not change. */
    results.addEventListener("click", (event) => {
      if (event.target.closest("h3 a")) setTimeout(reveal);
    });

    readAddress({ error: text, phase, state });
    form.hidden = false;
    filter();
    update();
    reveal();
  }

  onPage(start);
})();
