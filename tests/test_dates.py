"""Dates in a real browser, which says how long ago they are; the clock is that of its page."""

import re

import pytest
from conftest import IN_A_BROWSER, metadata
from histories import ACTIVE, DONE, PLANNED, at, changed, history

from mkdocs_plantrace.checks.project_check import check_project
from mkdocs_plantrace.site.assets import load_script, load_stylesheet
from mkdocs_plantrace.site.generated_pages import TraceSite

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = IN_A_BROWSER

STATUSES = {"T-1": "in_progress", "T-2": "completed", "T-3": "in_progress", "T-4": "planned"}
TASKS = {f"tasks/{it}/meta.yml": metadata(it, status=word) for it, word in STATUSES.items()}
FIRST, LAST, LATER = at("2025-01-10"), at("2026-03-05"), at("2026-03-10", time="09:00:00-08:00")
KNOWN = history(
    changed(FIRST, None, PLANNED),
    changed(LAST, PLANNED, ACTIVE),
    changed(LAST, None, DONE, task="T-2"),
    changed(LATER, None, ACTIVE, task="T-3"),
    files={
        "tasks/T-1/meta.yml": (FIRST, LAST),
        "tasks/T-2/meta.yml": (LAST, at("2026-03-05", time="12:00:00+01:00")),
        "tasks/T-3/meta.yml": (LATER,),
    },
)
PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>t</title><style>{}</style>{}'


@pytest.fixture
def open_page(project, page):
    """Opens a generated page at noon of a day, as a theme would show it."""

    def open_at(name, day, **options):
        project.options = options
        project.write({"docs/index.md": "# Home\n", **TASKS})
        project.configure()
        _, result = check_project(project.root / "mkdocs.yml")
        html = TraceSite(result, history=KNOWN).render_content(f"trace/{name}.md", lambda uri: uri)
        (_, style), (_, script) = load_stylesheet(), load_script()
        text = PAGE.format(style, f"{html}<script>{script}</script>")
        (project.root / "page.html").write_text(text, encoding="utf-8")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.clock.set_fixed_time(f"{day}T12:00:00")
        page.goto((project.root / "page.html").as_uri())
        return page

    return open_at


def fact(page, name):
    return page.locator(f".pt-glance div:has(> dt:text-is('{name}')) dd").inner_text()


@pytest.mark.parametrize(
    ("day", "status", "created", "changed"),
    [
        ("2026-03-05", "in progress since today", "last year Ann", "today Ann"),
        ("2026-03-06", "in progress for 1 day", "last year Ann", "yesterday Ann"),
        ("2026-03-26", "in progress for 21 days", "last year Ann", "21 days ago Ann"),
        ("2026-07-01", "in progress for 118 days", "last year Ann", "3 months ago Ann"),
        ("2027-03-04", "in progress for 364 days", "2 years ago Ann", "12 months ago Ann"),
        ("2026-03-04", "in progress since today", "last year Ann", "today Ann"),  # another zone
    ],
)
def test_dates_of_a_task_become_words(open_page, day, status, created, changed):
    page = open_page("tasks/T-1", day)
    assert fact(page, "Status") == status
    assert fact(page, "Created") == created
    assert fact(page, "Last changed") == changed
    times = page.locator(".pt-glance time")
    assert [time.get_attribute("title") for time in times.all()] == [
        "2026-03-05",
        "2025-01-10",
        "2026-03-05",
        "2026-03-05",
    ]


def test_words_are_in_the_language_of_the_pages(open_page):
    page = open_page("tasks/T-1", "2026-03-26", language="de")
    assert fact(page, "Status") == "in Arbeit seit 21 Tagen"
    assert fact(page, "Zuletzt geändert") == "vor 21 Tagen Ann"


def test_a_table_is_sorted_by_moments_not_by_words(open_page):
    page = open_page("tasks/index", "2026-03-26")

    def shown():
        return page.locator("tbody tr .pt-id").all_inner_texts()

    cells = page.locator("tbody tr").filter(has_text="T-2").locator("time")
    assert cells.inner_text() == "21 days ago"
    assert shown() == ["T-1", "T-3", "T-4", "T-2"]
    page.get_by_role("button", name="Changed").click()
    assert shown() == ["T-3", "T-2", "T-1", "T-4"]
    page.get_by_role("button", name="Changed").click()
    assert shown() == ["T-4", "T-1", "T-2", "T-3"]
    page.get_by_label("Find").fill("2026-03-10")
    assert page.locator("tbody tr:visible .pt-id").all_inner_texts() == ["T-3"]


@pytest.mark.parametrize(
    ("day", "stale"),
    [
        ("2026-03-18", []),
        ("2026-03-19", ["T-1"]),
        ("2026-03-24", ["T-1", "T-3"]),
    ],
)
def test_tasks_become_stale_as_time_goes_by(open_page, day, stale):
    page = open_page("index", day)
    assert page.locator(".pt-stale .pt-line:visible .pt-id").all_inner_texts() == stale
    assert page.locator("#stale").is_visible() is bool(stale)
    if stale:
        days = int(day[-2:]) - 5
        line = page.locator(".pt-stale .pt-line").first.inner_text()
        assert re.search(rf"unchanged for {days} days$", line)


def test_the_overview_says_for_how_long_tasks_are_in_progress(open_page):
    page = open_page("index", "2026-03-26")
    lines = page.locator("#active + .pt-lines .pt-line").all_inner_texts()
    assert [line.split("Title of ")[1] for line in lines] == ["T-1 for 21 days", "T-3 for 16 days"]
