/* Says how long ago a date is. A build does not know the day on which somebody reads it. */
(() => {
  "use strict";
  const { onPage } = globalThis.plantracePage;
  const DAY = 24 * 60 * 60 * 1000;
  const UNITS = [["year", 365], ["month", 30], ["day", 1]];

  function daysSince(day) {
    const now = new Date();
    const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
    return Math.max(0, Math.round((today - Date.parse(day)) / DAY));
  }

  function describeAge(time, language) {
    const days = daysSince(time.textContent);
    const [unit, length] = UNITS.find(([, length]) => days >= length) ?? UNITS.at(-1);
    const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
    return words.format(-Math.floor(days / length), unit);
  }

  function describeSpan(time, { today, one, many }) {
    const days = daysSince(time.textContent);
    return days === 0 ? today : days === 1 ? one : many.replace("{number}", days);
  }

  function write(time, words) {
    time.title = time.textContent;
    time.textContent = words;
  }

  /* The page has all tasks in progress, with those hidden that were not stale when it was built. */
  function showStale(section) {
    const rows = Array.from(section.querySelectorAll("[data-day]"));
    for (const row of rows) row.hidden = daysSince(row.dataset.day) < Number(section.dataset.days);
    section.hidden = rows.every((row) => row.hidden);
  }

  function start() {
    for (const page of document.querySelectorAll("[data-pt-language]")) {
      page.querySelectorAll(".pt-stale").forEach(showStale);
      for (const time of page.querySelectorAll(".pt-ago:not([title])")) {
        write(time, describeAge(time, page.dataset.ptLanguage));
      }
      for (const span of page.querySelectorAll(".pt-since")) {
        const time = span.querySelector("time:not([title])");
        if (!time) continue;
        write(time, describeSpan(time, span.dataset));
        span.replaceChildren(time);
      }
    }
  }

  onPage(start);
})();
