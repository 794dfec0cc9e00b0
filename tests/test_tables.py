"""Tables of tasks in a real browser: sorting, filters, addresses that can be shared, speed."""

import csv
import re

import pytest
from conftest import IN_A_BROWSER, metadata, theme

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = IN_A_BROWSER

TASKS = {
    "T-1": {"status": "completed", "owner_role": "DBA", "title": "Rotate keys"},
    "T-2": {"status": "in_progress", "owner_role": "WEB", "title": "Queue worker"},
    "T-3": {"status": "blocked", "owner_role": "DBA", "title": "Queue metrics"},
    "T-10": {"status": "doing", "owner_role": "API", "title": "Keys <b>bold</b>"},
}
ALL = ["T-2", "T-10", "T-3", "T-1"]
"""The first order: by kind of status."""
STUCK = """
## 2026-01-10 Stuck

- Error: the worker stops after one message
- Fix: acknowledge it
"""


def recorded(tasks):
    files = {"docs/index.md": "# Home\n"}
    for task, fields in tasks.items():
        told = STUCK if task == "T-2" else ""
        folder = f"docs/plans/{task}"
        files[f"tasks/{task}/meta.yml"] = metadata(
            task,
            implementation_plan=f"{folder}/PLAN.md",
            implementation_log=f"{folder}/EXEC_LOG.md",
            **fields,
        )
        files[f"{folder}/PLAN.md"] = f"# Plan of {task}\n\nText.\n"
        files[f"{folder}/EXEC_LOG.md"] = (
            f"# Log of {task}\n\nPlan: PLAN.md\n{told}\n## Final summary\n\nDone.\n"
        )
    return files


@pytest.fixture
def built(build_site):
    def prepare(project):
        project.write(recorded(TASKS))
        project.site = theme("material")

    return build_site("tables", prepare)


@pytest.fixture
def phase(built, serve, page):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{serve(built)}/trace/phases/0/")
    page.wait_for_selector(".pt-sortable")
    return page


def shown(page):
    return page.locator(".pt-table tbody tr:visible .pt-id").all_text_contents()


def said(page, words):
    playwright.expect(page.locator(".pt-table-filters [role=status]")).to_have_text(words)


def click(page, column):
    page.get_by_role("button", name=column, exact=True).click()


def order(page, column):
    return page.locator("th", has_text=column).get_attribute("aria-sort")


def test_any_column_sorts_both_ways_and_back(phase):
    assert shown(phase) == ALL
    click(phase, "Task")
    ids = ["T-1", "T-2", "T-3", "T-10"]
    assert (shown(phase), order(phase, "Task")) == (ids, "ascending")  # 2 before 10
    click(phase, "Task")
    assert (shown(phase), order(phase, "Task")) == (ids[::-1], "descending")
    click(phase, "Task")
    assert (shown(phase), order(phase, "Task")) == (ALL, None)
    click(phase, "Owner")
    assert shown(phase) == ["T-10", "T-3", "T-1", "T-2"]
    click(phase, "Status")
    assert shown(phase) == ["T-10", "T-2", "T-3", "T-1"]  # by kind, then by word
    assert order(phase, "Owner") is None
    click(phase, "Errors")
    assert (shown(phase)[0], order(phase, "Errors")) == ("T-2", "descending")


def test_filters_narrow_together_and_can_be_cleared(phase):
    find = phase.get_by_label("Find")
    find.fill("queue")
    assert shown(phase) == ["T-2", "T-3"]
    said(phase, "2 of 4 tasks")
    phase.get_by_role("combobox", name="Owner").select_option("DBA")
    assert shown(phase) == ["T-3"]
    find.fill("T-2")
    assert shown(phase) == []
    said(phase, "No matching tasks")
    phase.locator(".pt-table-filters [type=reset]").click()
    assert shown(phase) == ALL
    said(phase, "")
    phase.get_by_role("combobox", name="Status").select_option("active")
    assert shown(phase) == ["T-2", "T-10"]
    phase.get_by_role("combobox", name="Status").select_option("doing")
    assert shown(phase) == ["T-10"]
    phase.wait_for_url("**/phases/0/?status=doing")


def test_the_address_holds_filters_and_order(phase):
    phase.get_by_label("Find").fill("e")
    phase.get_by_role("combobox", name="Owner").select_option("DBA")
    click(phase, "Task")
    click(phase, "Task")
    phase.wait_for_url("**/?task=e&owner=DBA&sort=-id")
    expected = shown(phase)
    other = phase.context.new_page()
    other.set_viewport_size(phase.viewport_size)
    other.goto(phase.url)
    other.wait_for_selector(".pt-sortable")
    assert shown(other) == expected == ["T-3", "T-1"]
    assert other.get_by_role("combobox", name="Owner").input_value() == "DBA"
    other.goto(phase.url.replace("DBA", "nobody").replace("-id", "nonsense"))
    assert shown(other) == ALL


def test_numbers_of_the_overview_lead_to_their_tasks(built, serve, page):
    page.goto(f"{serve(built)}/trace/")
    page.locator(".pt-tile", has_text="in progress").click()
    page.wait_for_selector(".pt-sortable")
    assert shown(page) == ["T-2", "T-10"]
    page.go_back()
    page.get_by_role("heading", name="Completed without evidence").get_by_role("link").first.click()
    page.wait_for_selector(".pt-sortable")
    assert shown(page) == ["T-1"]


def test_archived_tasks_are_counted_and_found_apart(project, serve, page):
    archived = {"status": "blocked", "archived": True, "title": "Old"}
    project.write(recorded({**TASKS, "T-4": archived}))
    project.site = theme("mkdocs")
    base = serve(project.build().site)
    page.goto(f"{base}/trace/")
    assert page.locator(".pt-tile", has_text="blocked").locator(".pt-figure").inner_text() == "1"
    for value, expected in (("blocked", ["T-3"]), ("archived", ["T-4"])):
        page.goto(f"{base}/trace/tasks/?status={value}")
        page.wait_for_selector(".pt-sortable")
        assert shown(page) == expected


def test_an_odd_order_in_the_address_is_none(built, serve, page):
    page.goto(f"{serve(built)}/trace/phases/0/?sort=toString")
    page.wait_for_selector(".pt-sortable")
    assert page.get_by_label("Find").is_visible()
    assert shown(page) == ALL


def test_the_keyboard_is_enough(phase):
    phase.get_by_label("Find").focus()
    phase.keyboard.type("queue")
    phase.keyboard.press("Escape")
    assert shown(phase) == ALL
    for _ in range(20):
        phase.keyboard.press("Tab")
        if phase.evaluate("document.activeElement.textContent") == "Owner":
            break
    phase.keyboard.press("Enter")
    assert shown(phase)[0] == "T-10"
    assert phase.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_on_a_phone_it_stays_a_table_to_screen_readers(built, serve, page):
    page.goto(f"{serve(built)}/trace/phases/0/")
    page.wait_for_selector(".pt-sortable")
    assert page.get_by_role("table").get_by_role("row").count() == 5
    names = ["Task", "Status", "Owner", "Documents", "Errors", "Problems"]
    for head, name in zip(page.get_by_role("columnheader").all(), names, strict=True):
        playwright.expect(head).to_have_accessible_name(name)
        assert head.locator("button").evaluate("it => it.tabIndex") == -1
    label = "getComputedStyle(document.querySelector('td.pt-number'), '::before').content"
    assert page.evaluate(label) == '"Errors"'


def test_on_a_phone_one_field_sorts_and_filters_are_folded(built, serve, page):
    page.goto(f"{serve(built)}/trace/phases/0/?owner=DBA&status=completed")
    page.wait_for_selector(".pt-sortable")
    assert shown(page) == ["T-1"]
    filters = page.get_by_role("button", name="Filters (2)")
    assert not page.get_by_role("combobox", name="Owner").is_visible()
    filters.click()
    page.get_by_role("combobox", name="Owner").select_option("")
    page.get_by_role("combobox", name="Status").select_option("")
    page.get_by_role("button", name="Filters", exact=True).click()
    assert not page.get_by_role("combobox", name="Owner").is_visible()
    page.get_by_role("combobox", name="Sort").select_option("Task ↓")
    page.wait_for_url("**/phases/0/?sort=-id")
    assert shown(page) == ["T-10", "T-3", "T-2", "T-1"]
    page.get_by_role("combobox", name="Sort").select_option("default")
    page.wait_for_url("**/phases/0/")
    assert shown(page) == ["T-2", "T-10", "T-3", "T-1"]


LONG = {
    f"T-{number}": {
        "status": "in_progress" if number == 1 else "completed",
        "owner_role": "INTEGRATION_CONTRACTS",
        "title": "A title that is a good deal too long for one line of the table of tasks " * 2,
        "evidence": ["evidence/a.json"] if number == 3 else [],
    }
    for number in range(1, 31)
}
PASSED = {"evidence/a.json": '{"status": "PASS"}'}


@pytest.fixture
def long(build_site, serve):
    def prepare(project):
        project.write(recorded(LONG) | PASSED)
        project.site = theme("material")

    return serve(build_site("long tables", prepare))


HEIGHTS = "rows => rows.map(row => row.getBoundingClientRect()).map(it => [it.bottom, it.height])"


@pytest.mark.parametrize("address", ["trace/tasks/", "trace/phases/0/"])
@pytest.mark.parametrize(
    ("width", "height", "rows", "tallest"), [(1440, 900, 11, 50), (390, 844, 6, 60)]
)
def test_many_tasks_are_on_the_first_screen(long, page, address, width, height, rows, tallest):
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{long}/{address}")
    page.wait_for_selector(".pt-sortable")
    boxes = page.locator(".pt-tasks tbody tr").evaluate_all(HEIGHTS)
    assert sum(bottom <= height for bottom, _ in boxes) >= rows
    assert max(tall for _, tall in boxes) <= tallest
    assert page.evaluate("document.documentElement.scrollWidth") == width
    owner = page.locator("td.pt-owner").first
    assert owner.evaluate("it => it.getBoundingClientRect().height") < 40
    assert page.locator(".pt-title").first.get_attribute("title") == LONG["T-1"]["title"].strip()


def test_a_long_name_of_a_phase_leaves_room_for_titles(build_site, serve, page):
    def prepare(project):
        phases = {"T-1": "M5 - Advanced interface features of the third release", "T-2": "1"}
        tasks = {task: {**LONG[task], "phase": phase} for task, phase in phases.items()}
        project.write(recorded(tasks) | PASSED)
        project.site = theme("material")

    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{serve(build_site('tables with long phases', prepare))}/trace/tasks/")
    page.wait_for_selector(".pt-sortable")

    title = page.locator(".pt-main").first.evaluate("it => it.offsetWidth")
    phases = page.locator(".pt-phase").evaluate_all("them => them.map(it => it.offsetWidth)")
    assert all(100 <= width < title for width in phases)
    assert page.locator(".pt-phase").last.evaluate("it => it.offsetHeight") < 40


def test_the_header_stays_below_that_of_the_theme(long, page):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{long}/trace/tasks/")
    page.wait_for_selector(".pt-fits")
    page.evaluate("scrollTo(0, 600)")
    header = page.locator(".md-header").bounding_box()
    head = page.locator(".pt-tasks th").first
    assert head.bounding_box()["y"] == header["height"]
    page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
    ground = "it => getComputedStyle(it).backgroundColor"
    assert head.evaluate(ground) == page.locator("body").evaluate(ground)


def test_the_evidence_of_completed_tasks_is_a_column_with_gaps(long, page):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{long}/trace/tasks/")
    page.wait_for_selector(".pt-sortable")
    place = page.locator("th").all_text_contents().index("Evidence")
    cells = {
        row.locator(".pt-id").inner_text(): row.locator("td").nth(place)
        for row in page.locator(".pt-tasks tbody tr").all()[:4]
    }
    assert {task: cell.inner_text() for task, cell in cells.items()} == {
        "T-1": "–", "T-2": "none", "T-3": "complete", "T-4": "none",
    }  # fmt: skip
    gaps = [task for task, cell in cells.items() if "pt-gap" in cell.get_attribute("class")]
    assert gaps == ["T-2", "T-4"]
    click(page, "Evidence")
    assert shown(page)[-1] == "T-3"


def test_the_rows_that_are_shown_are_downloaded(phase):
    phase.get_by_label("Find").fill("queue")
    with phase.expect_download() as started:
        phase.get_by_role("button", name="Download as CSV").click()
    assert started.value.suggested_filename == "phase-0.csv"
    with open(started.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["Task", "Title", "Status", "Owner", "Documents", "Errors", "Problems"],
        ["T-2", "Queue worker", "in progress", "WEB", "plan · log", "1", "0"],
        ["T-3", "Queue metrics", "blocked", "DBA", "plan · log", "0", "0"],
    ]


@pytest.mark.parametrize(
    ("address", "number", "asked", "rows"),
    [
        ("trace/", ".pt-tile:has(.pt-blocked)", "trace/tasks/?status=blocked", ["T-3"]),
        ("trace/phases/0/", ".pt-legend a >> nth=0", "trace/phases/0/?status=", None),
        ("trace/", ".pt-card .pt-note a >> nth=0", "trace/phases/0/?status=completed", None),
    ],
)
def test_numbers_lead_to_filtered_tables(built, serve, page, address, number, asked, rows):
    base = serve(built)
    page.goto(f"{base}/{address}")
    page.locator(number).click()
    page.wait_for_url(re.compile(re.escape(f"{base}/{asked}")))
    assert rows is None or shown(page) == rows


def test_without_script_the_table_is_whole(built, serve, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{serve(built)}/trace/tasks/?status=blocked")
    assert shown(page) == ["T-2", "T-10", "T-3", "T-1"]
    assert not page.get_by_label("Find").is_visible()
    context.close()


@pytest.fixture
def kept(project):
    project.write(recorded(TASKS))


@pytest.mark.usefixtures("kept")
def test_it_survives_instant_navigation(instantly):
    instantly.locator(".pt-tile", has_text="blocked").click()
    instantly.wait_for_selector(".pt-sortable")
    assert shown(instantly) == ["T-3"]


def test_a_command_is_copied(project, serve, page):
    command = "make test && echo \"a  b\" | grep -c 'x'"
    project.write(recorded({**TASKS, "T-2": {**TASKS["T-2"], "verification": [command, "make"]}}))
    project.site = theme("mkdocs")
    page.goto(f"{serve(project.build().site)}/trace/tasks/T-2/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    buttons = page.locator(".pt-commands").get_by_role("button", name="Copy")
    assert buttons.count() == 2
    buttons.first.click()
    playwright.expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == command


def test_sums_say_what_they_leave_out(project):
    project.write(
        recorded(
            {
                "T-1": {"status": "completed"},
                "T-2": {"status": "planned"},
                "T-3": {"status": "dropped"},
                "T-4": {"status": "completed", "archived": True},
            }
        )
    )
    outcome = project.build()
    text = {
        name: re.sub(r"<[^>]+>", "", outcome.page(f"trace/{name}index.html"))
        for name in ("", "phases/", "phases/0/")
    }
    assert "1 of 2 tasks completed · not counted: 1 dropped, 1 archived" in text["phases/"]
    assert "50%" in text["phases/"]
    assert "not counted: 1 dropped, 1 archived" in text["phases/0/"]
    widths = re.findall(r'style="width:([\d.]+)%"', outcome.page("trace/phases/0/index.html"))
    assert widths == ["50.00", "50.00"]


def test_problems_without_a_task_complete_the_sum_of_the_phases(project):
    project.write(recorded({"T-1": {"status": "completed", "depends_on": ["T-2"]}, "T-2": {}}))
    project.write({"docs/plans/T-8/PLAN.md": "# A plan of no task\n\nText.\n"})
    outcome = project.build()
    for name in ("", "phases/"):
        html = outcome.page(f"trace/{name}index.html")
        assert ">1 problem</a>" in html, "in the card of the phase"
        assert ">1 problem in files without a task</a>" in html
    assert '<span class="pt-figure">2</span> <span class="pt-badge pt-error">problems' in (
        outcome.page("trace/index.html")
    )


def test_five_hundred_tasks_are_light_and_are_filtered(project, serve, page):
    kinds = ("planned", "in_progress", "blocked", "completed", "dropped")
    tasks = {
        f"TSK-P0-{number:03}": {
            "status": kinds[number % 5],
            "owner_role": ("ARCHITECT", "SECURITY", "DBA")[number % 3],
            "title": f"Define control planes and a drift checker for area {number}",
            "depends_on": [f"TSK-P0-{number - 1:03}"] if number % 7 else [],
        }
        for number in range(500)
    }
    project.write(recorded(tasks))
    project.site = theme("mkdocs")
    outcome = project.build()
    assert len(outcome.page("trace/phases/0/index.html").encode()) < 400_000
    page.goto(f"{serve(outcome.site)}/trace/phases/0/")
    page.wait_for_selector(".pt-sortable")
    page.locator("#pt-task").fill("drift 44")
    assert shown(page)[:2] == ["TSK-P0-441", "TSK-P0-446"]  # those in progress are first
