"""The page of problems, with and without scripts."""

import json
import re

import pytest
from conftest import IN_A_BROWSER, Project, metadata, theme, traced

from mkdocs_plantrace.checks.project_check import check_project
from mkdocs_plantrace.site.generated_pages import TraceSite

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

PROBLEMS = "trace/problems/"
WARNINGS = {"missing-log": "warning", "broken-document-link": "warning", "missing-plan": "off"}


def recorded():
    """Hundreds of problems of a few rules, some of them of tasks."""
    files = {"docs/index.md": "# Home\n"}
    for number in range(90):
        files[f"docs/plans/old-{number}/PLAN.md"] = f"# Old {number}\n\nText.\n"
        files[f"docs/plans/old-{number}/EXEC_LOG.md"] = f"# Log {number}\n\nText.\n"
    for number in range(1, 13):
        owner = "DBA" if number % 2 else "<b>WEB"
        files |= traced(f"T-{number}", owner_role=owner, phase=str(number % 3))
        files[f"docs/plans/T-{number}/EXEC_LOG.md"] += f"\nSee [more](gone-{number}.md).\n"
    files["tasks/T-13/meta.yml"] = metadata("T-13", status="completed", owner_role="DBA")
    return files


def record_in(project):
    project.write(recorded())
    project.options = {"rules": dict(WARNINGS)}
    project.site = theme("material") | {"plugins": ["search", {"plantrace": project.options}]}
    return project


@pytest.fixture
def record(project):
    return record_in(project)


@pytest.fixture
def base(build_once, serve):
    def fill(folder):
        assert record_in(Project(root=folder)).build().failure is None

    return serve(build_once("problems", fill) / "site")


def render(project):
    """The page with errors as well, which a build does not reach."""
    project.configure()
    _, result = check_project(project.root / "mkdocs.yml")
    return TraceSite(result).render_content("trace/problems.md", lambda uri: uri)


def rules_of(html):
    return re.findall(r'<h2 id="([^"]+)">PT\d+ \1 \((\d+)\)', html)


def test_errors_come_first_then_warnings_then_known_problems(record):
    record.options["rules"]["missing-log"] = "error"
    first = [rule for rule, _ in rules_of(render(record))]
    assert first[0] == "missing-log"
    assert first.index("orphan-plan") < first.index("broken-document-link")

    _, result = check_project(record.root / "mkdocs.yml")
    known = [it for it in result.problems if it.rule.name == "orphan-plan"]
    values = [
        {
            "rule": it.rule.code,
            "task": it.task,
            "path": it.location.path,
            "target": it.target,
            "fingerprint": it.fingerprint,
            "count": 1,
        }
        for it in known
    ]
    record.write({"known.json": json.dumps({"version": 1, "problems": values})})
    record.options["baseline"] = "known.json"
    html = render(record)
    assert [rule for rule, _ in rules_of(html)][-1] == "orphan-plan"
    assert '<span class="pt-badge pt-known">90 known</span>' in html
    assert html.count('data-kind="known"') == 90


def test_one_message_stands_for_all_its_places(record):
    html = render(record)
    assert html.count("no task refers to this plan") == 1
    counted = {rule: int(number) for rule, number in rules_of(html)}
    assert counted["orphan-plan"] == counted["orphan-log"] == 90
    assert counted["broken-document-link"] == 12
    assert html.count('class="pt-line pt-found"') == sum(counted.values())
    assert html.count("<details") == html.count("</details>") >= 3
    assert "<b>WEB" not in html
    assert "docs/plans/T-3/EXEC_LOG.md:9:12" in html


def test_without_problems_it_says_so(project):
    project.write({"docs/index.md": "# Home\n", **traced()})
    html = render(project)
    assert "No problems." in html
    assert "Checked: 1 task, 2 documents" in html
    assert "<form" not in html


def in_a_browser(test):
    for mark in IN_A_BROWSER:
        test = mark(test)
    return test


@in_a_browser
@pytest.mark.parametrize(("width", "tallest"), [(1440, 4000), (390, 6000)])
def test_hundreds_of_problems_are_a_short_page(base, page, width, tallest):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{base}/{PROBLEMS}")
    page.wait_for_selector(".pt-problem-filters:visible")
    height = "document.documentElement.scrollHeight"
    assert page.locator(".pt-found").count() > 180
    assert page.evaluate(height) < tallest
    assert page.evaluate("document.documentElement.scrollWidth") == width
    short = page.evaluate(height)
    page.locator("summary").first.click()
    assert page.evaluate(height) > short + 90 * 15


@in_a_browser
def test_an_anchor_opens_its_fold(base, page):
    page.goto(f"{base}/{PROBLEMS}#orphan-log")
    place = page.get_by_text("docs/plans/old-7/EXEC_LOG.md:1:1")
    playwright.expect(place).to_be_visible()
    other = page.get_by_text("docs/plans/old-7/PLAN.md:1:1")
    assert not other.is_visible()
    page.locator(".pt-index").get_by_text("orphan-plan").click()
    playwright.expect(other).to_be_visible()
    page.goto(f"{base}/{PROBLEMS}#%E0%A4%A")
    assert page.locator(".pt-problem-filters").is_visible()


def shown(page):
    return page.locator(".pt-found:visible").count()


@in_a_browser
def test_filters_narrow_together_and_live_in_the_address(base, page):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{base}/{PROBLEMS}")
    status = page.locator(".pt-problem-filters [role=status]")
    everything = page.locator(".pt-found").count()
    page.get_by_label("Find").fill("GONE")
    assert shown(page) == 12
    playwright.expect(status).to_have_text(f"12 of {everything} problems")
    page.get_by_role("combobox", name="Owner").select_option("<b>WEB")
    assert shown(page) == 6
    page.get_by_role("combobox", name="Phase").select_option("Phase 2")
    assert shown(page) == 2
    page.wait_for_url("**/?text=GONE&phase=Phase+2&owner=%3Cb%3EWEB")
    assert page.locator(".pt-rule:visible").count() == 1

    page.goto(page.url)
    playwright.expect(status).to_have_text(f"2 of {everything} problems")
    assert shown(page) == 2
    page.get_by_role("combobox", name="Rule").select_option("orphan-plan")
    playwright.expect(status).to_have_text("No matching problems")
    page.locator(".pt-problem-filters [type=reset]").click()
    page.wait_for_url(f"**/{PROBLEMS}")
    playwright.expect(status).to_have_text("")
    assert page.locator(".pt-rule details[open]").count() == 0


@in_a_browser
def test_a_place_is_copied(base, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{base}/{PROBLEMS}#broken-document-link")
    line = page.locator(".pt-found", has_text="docs/plans/T-3/EXEC_LOG.md")
    line.get_by_role("button", name="Copy").click()
    playwright.expect(line.get_by_role("button")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "docs/plans/T-3/EXEC_LOG.md:9"


@in_a_browser
def test_without_scripts_everything_is_there(base, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}/{PROBLEMS}")
    assert not page.locator(".pt-problem-filters").is_visible()
    page.locator("summary", has_text="no task refers to this plan").click()
    assert page.get_by_text("docs/plans/old-7/PLAN.md:1:1").is_visible()
    context.close()
