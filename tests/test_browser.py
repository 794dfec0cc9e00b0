"""The error index in a real browser: search, filters, addresses that can be shared, speed."""

import random

import pytest
from conftest import IN_A_BROWSER, metadata, theme

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = IN_A_BROWSER

ENTRIES = {
    "T-1": """
## 2026-01-10 Missing table

- Error: `relation "ledger_postings" does not exist`
- Cause: the migration had not run on the new host
- Fix: run **alembic upgrade head** before the worker starts
- Outcome: fixed, PASS

## 2026-01-12 Certificate

- Error: certificate verify failed: hostname mismatch for payments gateway
- Cause: the certificate names the old host
""",
    "T-2": """
## 2026-02-03 Port taken

- Error: bind: address already in use by metrics exporter
- Cause: two exporters on one host
- Fix: give the second exporter its own port
- Outcome: fixed, PASS
""",
}


def log_of(task, entries):
    return f"# Log of {task}\n\nPlan: PLAN.md\n{entries}\n## Final summary\n\nDone.\n"


def recorded(entries, phases=None):
    files = {"docs/index.md": "# Home\n"}
    for task, text in entries.items():
        folder = f"docs/plans/{task}"
        files[f"tasks/{task}/meta.yml"] = metadata(
            task,
            status="completed",
            phase=(phases or {}).get(task, "0"),
            implementation_plan=f"{folder}/PLAN.md",
            implementation_log=f"{folder}/EXEC_LOG.md",
        )
        files[f"{folder}/PLAN.md"] = f"# Plan of {task}\n\nText.\n"
        files[f"{folder}/EXEC_LOG.md"] = log_of(task, text)
    return files


@pytest.fixture
def built(build_site):
    def prepare(project):
        project.write(recorded(ENTRIES, phases={"T-2": "1"}))
        project.site = theme("material")

    return build_site("errors", prepare)


def found(page):
    # What is below the window may not be rendered yet, but it is there.
    titles = page.locator("#pt-search-results h3").all_text_contents()
    return [" ".join(title.split()) for title in titles]


def shown(page):
    page.wait_for_function("document.getElementById('pt-search').hidden === false")
    return page.locator("#pt-errors .pt-error:visible h3").all_inner_texts()


def paste(page, text):
    """A real paste: to fill in thousands of lines one by one would take a minute."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.locator("#pt-search-text").focus()
    page.keyboard.press("Control+V")


def said(page, words):
    playwright.expect(page.locator("#pt-search-status")).to_have_text(words)


def test_a_long_coloured_output_finds_its_match(built, serve, page):
    output = [f"\x1b[32m2026-11-23 10:00:{n % 60:02d}\x1b[0m step {n} ok" for n in range(5000)]
    output[4321] = '\x1b[31mERROR\x1b[0m relation "ledger_postings" does not exist (line 17)'
    page.goto(f"{serve(built)}/trace/errors/")

    paste(page, "\n".join(output))

    said(page, "1 match")
    result = page.locator("#pt-search-results .pt-error").first
    assert found(page)[0] == 'relation "ledger_postings" does not exist'
    assert "run alembic upgrade head before the worker starts" in result.inner_text()
    assert "the migration had not run" in result.inner_text()
    assert "?" not in page.url
    result.locator(".pt-source").first.click()
    page.wait_for_url("**/plans/T-1/EXEC_LOG/#2026-01-10-missing-table")
    assert page.locator("[id='2026-01-10-missing-table']").is_visible()


def test_the_title_of_a_result_leads_to_the_page_of_the_error(built, serve, page):
    page.goto(f"{serve(built)}/trace/errors/")
    page.locator("#pt-search-text").fill("ledger_postings does not exist")
    said(page, "1 match")
    page.locator("#pt-search-results h3 a").click()
    page.wait_for_url("**/trace/errors/relation-does-not-exist-*/")
    playwright.expect(page.locator(".pt-fix")).to_have_text(
        "run alembic upgrade head before the worker starts"
    )


def test_a_result_shows_the_entry_that_was_found_not_the_newest(project, serve, page):
    same = "- Signature: CI.GATE\n- Error: {}\n- Cause: {}\n- Fix: {}\n"
    entries = "".join(
        f"\n## 2026-0{month}-01 Gate\n\n" + same.format(*told)
        for month, told in enumerate(
            (("yaml anchors are refused", "old parser", "upgrade the parser"),
             ("licence scan rejects fonts", "GPL font", "take another font")),
            start=1,
        )
    )  # fmt: skip
    project.write(recorded({"T-1": entries}))
    project.site = theme("material")
    page.goto(f"{serve(project.build().site)}/trace/errors/")
    page.locator("#pt-search-text").fill("yaml anchors are refused here")
    said(page, "1 match")
    text = page.locator("#pt-search-results .pt-error").inner_text()
    assert "upgrade the parser" in text
    assert "take another font" not in text
    assert "seen twice, last 2026-02-01" in text
    page.get_by_role("link", name="All 2 occurrences").click()
    page.wait_for_url("**/trace/errors/ci-gate/#occurrences")


def test_words_find_and_nothing_found_says_so(built, serve, page):
    page.goto(f"{serve(built)}/trace/errors/")
    page.locator("#pt-search-text").press_sequentially("exporter port")
    said(page, "1 match")
    assert found(page) == ["bind: address already in use by metrics exporter"]
    page.locator("#pt-search-text").fill("xyzzy")
    said(page, "No matches")
    nothing = page.locator("#pt-search-none")
    playwright.expect(nothing).to_contain_text("No similar error is recorded.")
    playwright.expect(nothing.locator("code").first).to_contain_text("- Error: xyzzy")
    assert not nothing.get_by_text("The nearest are:").is_visible()
    page.locator("#pt-search-text").press("Escape")
    said(page, "")
    assert not nothing.is_visible()
    assert len(shown(page)) == 3


def test_a_section_without_labels_is_found_with_the_lines_that_match(project, serve, page):
    files = recorded(ENTRIES)
    files["docs/plans/T-2/PLAN.md"] += "\n## Risks\n\nThe linker maps <all> of libfoo at once.\n"
    project.write(files)
    project.site = theme("material")
    page.goto(f"{serve(project.build().site)}/trace/errors/")

    page.locator("#pt-search-text").fill("linker maps libfoo")

    said(page, "1 match")
    card = page.locator("#pt-search-results .pt-passage")
    assert found(page) == ["Plan of T-2 > Risks"]
    assert "The linker maps <all> of libfoo at once." in card.inner_text()
    assert "docs/plans/T-2/PLAN.md:7" in card.inner_text()
    page.get_by_label("State", exact=True).select_option("open")
    said(page, "No matches")
    page.get_by_label("State", exact=True).select_option("")
    card.locator("h3 a").click()
    page.wait_for_url("**/plans/T-2/PLAN/#risks")


def test_filters_and_a_shared_address(built, serve, page):
    base = serve(built)
    page.goto(f"{base}/trace/errors/")
    page.get_by_label("State", exact=True).select_option("open")
    said(page, "1 of 3 errors")
    (certificate,) = shown(page)
    assert certificate.startswith("certificate verify failed")
    page.get_by_label("State", exact=True).select_option("fixed")
    page.get_by_label("Phase", exact=True).select_option("1")
    assert shown(page) == ["bind: address already in use by metrics exporter"]
    page.locator("#pt-search-text").fill("address in use")
    said(page, "1 match")
    assert page.url == f"{base}/trace/errors/?error=address+in+use&phase=1&state=fixed"

    page.goto("about:blank")
    page.goto(f"{base}/trace/errors/?error=address+in+use&phase=1&state=fixed")

    said(page, "1 match")
    assert page.get_by_label("Phase", exact=True).input_value() == "1"
    assert shown(page) == []
    page.locator("#pt-search-clear").click()
    assert page.url == f"{base}/trace/errors/"
    assert len(shown(page)) == 3


def test_a_deep_link_shows_an_error_that_filters_hide(built, serve, page):
    base = serve(built)
    page.goto(f"{base}/trace/errors/")
    anchor = page.locator("#pt-errors h3").nth(0).get_attribute("id")
    other = page.locator(f"#{anchor}").inner_text()
    page.goto(f"{base}/trace/errors/?phase=none#{anchor}")
    assert other in shown(page)
    playwright.expect(page.locator(f"#{anchor}")).to_be_in_viewport()


def test_the_nearest_errors_are_shown_where_none_is_like_the_text(built, serve, page):
    page.goto(f"{serve(built)}/trace/errors/")
    page.locator("#pt-search-text").fill("kubelet: image of exporter unreachable, quota exceeded")
    said(page, "No matches")
    assert page.get_by_text("The nearest are:").is_visible()
    assert "bind: address already in use by metrics exporter" in found(page)


def test_a_pasted_output_is_shared_by_a_link(built, serve, page):
    base = serve(built)
    page.goto(f"{base}/trace/errors/")
    output = f"step one\nbind: address already in use, metrics exporter\n{'ok ' * 20}"
    paste(page, output)
    said(page, "1 match")
    assert "exporter" not in page.url
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{base}/trace/errors/#pt-find=")
    assert len(link) < 7_000

    page.goto("about:blank")
    page.goto(link)

    said(page, "1 match")
    assert page.locator("#pt-search-text").input_value() == output.strip()
    assert "pt-find" not in page.url


def test_the_box_of_the_overview_asks_the_index(built, serve, page):
    base = serve(built)
    page.goto(f"{base}/trace/")
    box = page.get_by_label("Seen this before?")
    box.fill("some step\nbind: address already in use by metrics exporter")
    page.get_by_role("button", name="Search errors").click()
    page.wait_for_url(f"{base}/trace/errors/")
    page.locator("#pt-search-results h3").first.wait_for()
    assert found(page)[0] == "bind: address already in use by metrics exporter"
    page.reload()
    assert page.locator("#pt-search-text").input_value() == ""


def test_without_script_the_box_of_the_overview_leads_to_the_index(built, serve, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{serve(built)}/trace/")
    page.get_by_label("Seen this before?").fill("a secret")
    page.get_by_role("button", name="Search errors").click()
    page.wait_for_url("**/trace/errors/*")
    assert "secret" not in page.url
    page.locator("#pt-errors h3 a").first.click()
    assert page.locator("h1").is_visible()
    assert page.get_by_role("button", name="Copy").count() == 0
    context.close()


def test_the_fix_is_copied_as_text_and_the_entry_as_markdown(built, serve, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{serve(built)}/trace/errors/")
    page.locator("#pt-errors h3 a", has_text="ledger_postings").click()
    page.get_by_role("button", name="Copy the fix").click()
    page.get_by_role("button", name="Copied").wait_for()
    fix = page.evaluate("navigator.clipboard.readText()")
    assert fix == "run alembic upgrade head before the worker starts"
    page.get_by_role("button", name="Copy as Markdown").click()
    page.wait_for_function(
        "navigator.clipboard.readText().then((text) => text.startsWith('- Error: '))"
    )
    assert page.evaluate("navigator.clipboard.readText()") == (
        '- Error: `relation "ledger_postings" does not exist`\n'
        "- Cause: the migration had not run on the new host\n"
        "- Fix: run **alembic upgrade head** before the worker starts\n"
        "- Outcome: fixed, PASS\n- Log: docs/plans/T-1/EXEC_LOG.md:7\n"
    )


def test_a_link_to_a_folded_occurrence_opens_it(project, serve, page):
    entries = "".join(
        f"\n## 2026-01-{day:02} Gate\n\n- Error: gate {day}x{day} is shut\n- Signature: CI.GATE\n"
        f"- Fix: opened gate {day}\n"
        for day in range(1, 20)
    )
    project.write(recorded({"T-1": entries}))
    project.site = theme("material")
    base = serve(project.build().site)
    page.goto(f"{base}/trace/errors/ci-gate/")
    assert not page.get_by_text("opened gate 2", exact=True).last.is_visible()
    page.goto("about:blank")
    page.goto(f"{base}/trace/errors/ci-gate/#occurrence-2")
    playwright.expect(page.locator("#occurrence-2 .pt-fix")).to_be_in_viewport()


@pytest.fixture
def kept(project):
    project.write(recorded(ENTRIES))


@pytest.mark.usefixtures("kept")
def test_it_survives_instant_navigation(instantly):
    instantly.get_by_role("link", name="Errors", exact=True).first.click()
    instantly.locator("#pt-search-text").fill("exporter port")
    said(instantly, "1 match")


def test_it_works_from_files_and_asks_nobody(project, page):
    project.write(recorded(ENTRIES))
    project.site = {"use_directory_urls": False, **theme("mkdocs")}
    site = project.build().site
    page.goto(f"file://{site}/trace/errors.html")
    assert not [url for url in page.requested if "errors-index" in url]
    page.locator("#pt-search-text").fill("certificate verify failed")
    said(page, "1 match")
    assert {url.partition(":")[0] for url in page.requested} == {"file"}


@pytest.mark.parametrize("name", ["mkdocs", "readthedocs", "material"])
def test_nothing_leaves_the_origin_and_nothing_scrolls_sideways(project, serve, page, name):
    project.write(recorded({**ENTRIES, "T-3": f"\n## Long\n\n- Error: {'x' * 900}\n- Fix: y\n"}))
    project.site = theme(name)
    base = serve(project.build().site)
    for address in ("trace/errors/", "trace/tasks/T-3/", "plans/T-1/PLAN/", "trace/phases/0/"):
        page.goto(f"{base}/{address}")
        widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1], address
    page.goto(f"{base}/trace/errors/")
    page.locator("#pt-search-text").fill("certificate verify failed")
    said(page, "1 match")
    own = [url for url in page.requested if "fonts.googleapis" not in url]  # readthedocs asks it
    assert all(url.startswith(f"{base}/") for url in own)


def test_without_script_the_page_is_whole_and_has_no_box(built, serve, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{serve(built)}/trace/errors/")
    assert page.locator("#pt-errors .pt-error").count() == 3
    assert not page.locator("#pt-search").is_visible()
    assert page.get_by_text("run alembic upgrade head before the worker starts").is_visible()
    context.close()


ENDS = ("nd", "st", "rm")
WORDS = [f"{a}{b}{c}" for a in ("le", "po", "tri", "ga") for b in "aeiou" for c in ENDS]


def test_the_answer_is_short_among_hundreds_of_errors(project, serve, page):
    made = random.Random(7)  # noqa: S311 (words, no secrets)
    entries = {}
    for number in range(2):
        text = []
        for item in range(100):
            words = " ".join(made.choice(WORDS) for _ in range(9))
            name = f"code_{chr(97 + number % 26)}{chr(97 + item % 26)}{number}x{item}"
            text.append(
                f"\n## Case {item}\n\n- Error: {words} {name} failed in `svc/{words[:4]}.py`\n"
                f"- Cause: {words[::-1]}\n- Fix: {words} again\n- Outcome: fixed\n"
            )
        entries[f"T-{number}"] = "".join(text)
    project.write(recorded(entries))
    project.site = theme("mkdocs")
    base = serve(project.build().site)
    page.goto(f"{base}/trace/errors/")
    assert page.locator("#pt-errors .pt-error").count() > 190
    title = page.locator("#pt-errors h3").nth(70).text_content().strip()
    page.locator("#pt-search-text").fill(title)
    page.wait_for_function("document.querySelector('#pt-search-results .pt-error')", timeout=20_000)
    assert page.locator("#pt-search-results .pt-error").count() <= 10
    assert title in page.locator("#pt-search-results .pt-error").first.text_content()
