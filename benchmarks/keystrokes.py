"""How long a page takes to answer a keystroke, in a browser (Chromium, without a window)."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

_TYPE = """async ([selector, words]) => {
  const box = document.querySelector(selector);
  const seconds = [];
  for (let end = 1; end <= words.length; end += 1) {
    const before = performance.now();
    box.value = words.slice(0, end);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => setTimeout(() => requestAnimationFrame(() => {
      document.body.offsetHeight;
      setTimeout(done);
    }), 1));
    seconds.push((performance.now() - before) / 1000);
  }
  return seconds;
}"""
"""Types one letter after the other, and waits for each answer to be laid out."""


def measure(site: Path) -> dict[str, list[float]]:
    """Measure the search box of the error index and the filter of the table of all tasks."""
    with sync_playwright() as started:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = started.chromium.launch(executable_path=chromium, args=arguments)
        page = browser.new_page()
        page.goto((site / "trace/errors/index.html").as_uri())
        error = (page.locator("#pt-errors h3").first.text_content() or "").strip()
        page.locator("#pt-search-text").fill(error)
        page.wait_for_selector("#pt-search-results .pt-error")
        search = _type(page, "#pt-search-text", error)
        page.goto((site / "trace/tasks/index.html").as_uri())
        page.wait_for_selector(".pt-sortable")
        figures = {"search for errors": search, "filter of all tasks": _type(page, "#pt-task", "1")}
        browser.close()
    return figures


def _type(page: Page, selector: str, words: str) -> list[float]:
    figures: list[float] = page.evaluate(_TYPE, [selector, words])
    return figures
