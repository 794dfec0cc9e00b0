"""The traceability matrix: what is there, every kind of gap, sums, filters and lists."""

import csv
import re

import pytest
from conftest import IN_A_BROWSER, metadata, theme, traced
from test_cli import plantrace

DEADLOCK = """
## 2026-01-10 Stuck

- Error: deadlock detected while two bookings hold seats
- Fix: sort the seats
"""
GOOD = {"status": "completed", "evidence": ["evidence/a.json"]}


def with_entry(task):
    files = traced(task, **GOOD)
    log = f"docs/plans/{task}/EXEC_LOG.md"
    return {**files, log: files[log].replace("\n## Final", f"{DEADLOCK}\n## Final")}


def without(task, field, **fields):
    return traced(task, **{**GOOD, field: None, **fields})


FILES = {
    "docs/index.md": "# Home\n\n<!-- plantrace: matrix gaps=plan,log limit=1 -->\n",
    "docs/troubleshooting/slow.md": "# Slow bookings\n\nWait.\n",
    "docs/decisions/one.md": "# One database\n\nFor T-1.\n",
    "docs/decisions/two.md": "# Two queues\n\nFor T-1.\n",
    "evidence/a.json": '{"status": "PASS"}',
    "evidence/b.json": '{"status": "FAIL"}',
    **traced("T-1", **GOOD, troubleshooting=["docs/troubleshooting/slow.md"], owner_role="Ann"),
    **without("T-2", "implementation_plan", status="in_progress", owner_role=["Ann", "Ben"]),
    **without("T-3", "implementation_log"),
    **traced("T-4", status="planned", implementation_plan="docs/plans/T-4/PLANS.md"),
    **traced("T-5", **{**GOOD, "evidence": ["evidence/a.json", "evidence/none.json"]}),
    **traced("T-6", **{**GOOD, "evidence": ["evidence/b.json"]}),
    **traced("T-7"),
    **traced("T-8", **GOOD, decisions=["docs/decisions/three.md"]),
    "tasks/T-9/meta.yml": metadata("T-9", depends_on=["T-1"], phase="1"),
    "tasks/T-10/meta.yml": metadata("T-10", status="completed", archived=True, phase="1"),
    "tasks/T-11/meta.yml": metadata("T-11", implementation_log={"path": "x"}, phase="1"),
    **{path: text for task in ("T-12", "T-13", "T-14") for path, text in with_entry(task).items()},
}
RULES = {
    **dict.fromkeys(("PT004", "PT101", "PT102", "PT103", "PT104", "PT108"), "warning"),
    "PT208": "warning",
    "PT112": "off",
    "PT113": "off",
}
EXPECTED = {
    "T-1": ["Plan", "Log", "1 of 1", "1", "2"],
    "T-2": ["!missing", "Log", "1 of 1", "", ""],
    "T-3": ["Plan", "!missing", "1 of 1", "", ""],
    "T-4": ["!broken", "Log", "", "", ""],
    "T-5": ["Plan", "Log", "!1 of 2 missing", "", ""],
    "T-6": ["Plan", "Log", "!failing", "", ""],
    "T-7": ["Plan", "Log", "!none", "", ""],
    "T-8": ["Plan", "Log", "1 of 1", "", "!broken"],
    "T-9": ["", "", "", "", ""],
    "T-10": ["", "", "", "", ""],
    "T-11": ["", "!broken", "", "", ""],
    **{key: ["Plan", "Log", "1 of 1", "!missing", ""] for key in ("T-12", "T-13", "T-14")},
}
GAPS = [task for task, cells in EXPECTED.items() if any(cell.startswith("!") for cell in cells)]


def rows_of(html):
    """The cells after the status by task; a gap starts with `!`."""
    table = html.partition("pt-matrix")[2].partition("</table>")[0]
    return {
        re.search(r'pt-id">([^<]+)', row)[1]: [
            ("!" if "pt-gap" in start else "") + re.sub("<[^>]+>", "", cell)
            for start, cell in re.findall(r"<td([^>]*)>(.*?)</td>", row)[2:]
        ]
        for row in re.findall(r"<tr data.*?</tr>", table, re.DOTALL)
    }


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def record(project):
    return record_in(project)


def record_in(project):
    project.options = {"rules": RULES}
    project.write(FILES)
    return project


def test_each_kind_of_gap_is_marked_with_a_word(record):
    outcome = record.build()
    assert outcome.failure is None, outcome.report
    html = outcome.page("trace/matrix/index.html")

    assert rows_of(html) == EXPECTED
    assert next(iter(rows_of(html))) == "T-2"  # those in progress are first
    for task, cell in (("T-2", "problems"), ("T-6", "evidence"), ("T-12", "errors")):
        assert f'<a href="../tasks/{task}/#{cell}">' in html
        assert f'id="{cell}"' in outcome.page(f"trace/tasks/{task}/index.html")
    assert '<a href="../../troubleshooting/slow/" title="Slow bookings">1</a>' in html
    assert '<a href="../tasks/T-1/" title="One database, Two queues">2</a>' in html


def test_sums_count_what_is_there_and_gaps(record):
    outcome = record.build()
    sums = words(outcome.page("trace/matrix/index.html").partition("pt-legend")[2])

    assert (
        "Plan: 9 of 14, 2 gaps Log: 10 of 14, 2 gaps Evidence: 7 of 14, 3 gaps "
        "Troubleshooting: 1 of 14, 3 gaps Decisions: 1 of 14, 1 gap"
    ) in sums
    assert f"Traceability matrix ( {len(GAPS)} tasks with gaps )" in words(
        outcome.page("trace/index.html")
    )


def test_a_rule_that_is_off_finds_no_gap(record):
    off = ("PT101", "PT102", "PT103", "PT205", "PT207", "PT208", "PT108")
    record.options = {"rules": {**RULES, **dict.fromkeys(off, "off")}}
    rows = rows_of(record.build().page("trace/matrix/index.html"))

    assert [task for task in rows if any("!" in cell for cell in rows[task])] == ["T-11", "T-7"]


def test_known_problems_are_gaps(record):
    record.options = {"rules": RULES, "baseline": "known.json"}
    record.configure()
    assert plantrace("baseline", cwd=record.root).returncode == 0
    assert rows_of(record.build().page("trace/matrix/index.html")) == EXPECTED


def test_columns_without_anything_are_left_out(project):
    project.write(traced())
    html = project.build().page("trace/matrix/index.html")

    assert re.findall(r'data-key="(\w+)"', html) == ["id", "status", "plan", "log"]
    assert rows_of(html) == {"T-1": ["Plan", "Log"]}
    assert 'name="gaps"' not in html


def test_without_gaps_there_is_no_filter_for_them_nor_for_evidence(project):
    project.write({**traced(**GOOD), "evidence/a.json": '{"status": "PASS"}'})
    project.write({"tasks/T-2/meta.yml": metadata("T-2")})
    html = project.build().page("trace/matrix/index.html")

    assert rows_of(html) == {"T-2": ["", "", ""], "T-1": ["Plan", "Log", "1 of 1"]}
    assert re.findall(r' name="(\w+)"', html.partition("pt-filters")[2]) == [
        *("task", "status", "ready"),
    ]


def test_a_plan_that_is_not_published_is_there_without_a_link(project):
    project.write(traced())
    project.site = {"exclude_docs": "PLAN.md"}
    project.options = {"rules": {"PT105": "warning"}}
    html = project.build().page("trace/matrix/index.html")

    assert rows_of(html) == {"T-1": ["Plan", "Log"]}
    assert "<td>Plan</td>" in html


def test_without_tasks_it_says_so(project):
    project.options = {"rules": {"PT010": "off"}}
    project.write({"docs/index.md": "# Home\n"})

    assert "No tasks found." in project.build().page("trace/matrix/index.html")


def test_plan_and_log_in_one_file_are_columns_of_what_it_has(project):
    project.options = {"layout": "backlog"}
    project.write(
        {
            "docs/index.md": "# Home\n",
            "backlog/tasks/task-1 - One.md": "---\nid: task-1\ntitle: One\nstatus: Done\n---\n\n"
            "## Implementation Plan\n\nDo it.\n\n## Implementation Notes\n\nDone.\n",
            "backlog/tasks/task-2 - Two.md": "---\nid: task-2\ntitle: Two\nstatus: Done\n---\n\n"
            "## Implementation Plan\n\nDo it.\n",
            "backlog/tasks/task-3 - Three.md": "---\nid: task-3\ntitle: Three\nstatus: To Do\n"
            "---\n\nText.\n",
        }
    )
    outcome = project.build()
    assert outcome.failure is None, outcome.report

    rows = rows_of(outcome.page("trace/matrix/index.html"))
    assert rows == {"task-1": ["Plan", "Log"], "task-2": ["Plan", ""], "task-3": ["", ""]}


def test_a_list_has_the_rows_that_it_asks_for(record):
    html = record.build().page("index.html")

    assert rows_of(html) == {"T-2": ["!missing", "Log", "1 of 1"]}
    assert "and 3 more" in html
    assert "pt-table-filters" not in html


def test_lists_of_tasks_that_can_start(project):
    project.write(FILES)
    project.options = {"rules": RULES}
    project.write(
        {
            "docs/index.md": "# Home\n\n<!-- plantrace: tasks ready=yes -->\n",
            "docs/no.md": "# No\n\n<!-- plantrace: matrix ready=no phase=1 -->\n",
        }
    )
    outcome = project.build()

    ids = re.findall(r'pt-id">(T-\d+)', outcome.page("index.html"))
    assert ids == ["T-4", "T-9", "T-11"]
    assert [*rows_of(outcome.page("no/index.html"))] == ["T-10"]


@pytest.mark.parametrize(
    ("list_", "fault"),
    [
        ("matrix gaps=plans", "no gap 'plans'"),
        ("tasks ready=maybe", "no value of ready 'maybe'"),
        ("tasks gaps=plan", "'tasks' has no key 'gaps'"),
        ("matrix ready=yes,no", "'ready' takes one value"),
    ],
)
def test_mistakes_in_lists_are_reported(project, list_, fault):
    project.write({**traced(), "docs/index.md": f"# Home\n\n<!-- plantrace: {list_} -->\n"})

    assert f"PT116 invalid-query: {fault}" in project.build().report


playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.fixture
def matrix(build_site, serve, page):
    def prepare(project):
        plugins = ["search", {"plantrace": record_in(project).options}]
        project.site = {**theme("material"), "plugins": plugins}

    page.set_viewport_size({"width": 1440, "height": 900})
    base = serve(build_site("matrix", prepare))
    page.goto(f"{base}/trace/matrix/")
    page.wait_for_selector(".pt-sortable")
    return page


def shown(page):
    return page.locator(".pt-matrix tbody tr:visible .pt-id").all_text_contents()


def in_a_browser(test):
    for mark in reversed(IN_A_BROWSER):
        test = mark(test)
    return test


@in_a_browser
def test_numbers_of_gaps_and_filters_lead_to_rows(matrix):
    matrix.locator(".pt-legend").get_by_role("link", name="3 gaps").first.click()
    matrix.wait_for_url("**/trace/matrix/?gaps=evidence")
    matrix.wait_for_selector(".pt-sortable")
    assert shown(matrix) == ["T-5", "T-6", "T-7"]
    matrix.get_by_role("combobox", name="Gaps").select_option("with gaps")
    assert sorted(shown(matrix)) == sorted(GAPS)
    matrix.get_by_role("combobox", name="Owner").select_option("Ben")
    assert shown(matrix) == ["T-2"]
    matrix.get_by_role("combobox", name="Owner").select_option("Ann")
    matrix.get_by_role("combobox", name="Gaps").select_option("all")
    assert shown(matrix) == ["T-2", "T-1"]
    matrix.locator(".pt-filters [type=reset]").click()
    matrix.get_by_role("combobox", name="Phase").select_option("Phase 1")
    assert shown(matrix) == ["T-9", "T-11", "T-10"]
    matrix.get_by_role("checkbox", name="can start").check()
    matrix.wait_for_url("**/trace/matrix/?phase=Phase+1&ready=yes")
    assert shown(matrix) == ["T-9", "T-11"]
    matrix.reload()
    matrix.wait_for_selector(".pt-sortable")
    assert shown(matrix) == ["T-9", "T-11"]
    matrix.locator(".pt-filters [type=reset]").click()
    assert len(shown(matrix)) == len(EXPECTED)


@in_a_browser
def test_tables_of_tasks_have_the_filter_too(matrix):
    matrix.goto(matrix.url.replace("matrix/", "tasks/?ready=yes"))
    matrix.wait_for_selector(".pt-sortable")
    ids = matrix.locator(".pt-tasks tbody tr:visible .pt-id").all_text_contents()
    assert ids == ["T-4", "T-9", "T-11"]
    matrix.get_by_role("link", name="Traceability matrix").last.click()
    matrix.wait_for_url("**/trace/matrix/")


@in_a_browser
def test_a_column_sorts_its_gaps_first(matrix):
    matrix.get_by_role("button", name="Log", exact=True).click()
    assert shown(matrix)[:2] == ["T-11", "T-3"]
    assert shown(matrix)[-2:] == ["T-9", "T-10"]
    matrix.get_by_role("button", name="Task", exact=True).click()
    assert shown(matrix)[:2] == ["T-1", "T-2"]


@in_a_browser
def test_the_rows_that_are_shown_are_downloaded(matrix):
    matrix.get_by_role("combobox", name="Gaps").select_option("Plan")
    with matrix.expect_download() as started:
        matrix.get_by_role("button", name="Download as CSV").click()
    assert started.value.suggested_filename == "traceability-matrix.csv"
    with open(started.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        [
            *("Task", "Title", "Status", "Plan", "Log", "Evidence", "Troubleshooting"),
            "Decisions",
        ],
        ["T-2", "Title of T-2", "in progress", "missing", "Log", "1 of 1", "", ""],
        ["T-4", "Title of T-4", "planned", "broken", "Log", "", "", ""],
    ]


@in_a_browser
def test_a_dash_has_words_for_screen_readers_and_a_title_its_whole_text(matrix):
    cell = matrix.locator(".pt-matrix tbody td:empty").first
    style = "it => getComputedStyle(it, '::before').content"
    assert cell.evaluate(style) == '"–" / "not required"'
    title = matrix.locator(".pt-title").first
    title.hover()
    assert title.get_attribute("title") == "Title of T-2"


@in_a_browser
@pytest.mark.parametrize(
    ("width", "height", "rows", "tallest"), [(1440, 900, 12, 40), (390, 844, 6, 60)]
)
def test_many_tasks_are_on_the_first_screen(project, serve, page, width, height, rows, tallest):
    for number in range(1, 31):
        project.write(traced(f"TASK-{number:03}", title="A title that is too long for a line " * 4))
    project.write({"tasks/TASK-004/meta.yml": metadata("TASK-004", status="in_progress")})
    project.options = {"rules": {"PT101": "warning", "PT102": "warning"}}
    project.site = {**theme("material"), "plugins": ["search", {"plantrace": project.options}]}
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{serve(project.build().site)}/trace/matrix/")
    page.wait_for_selector(".pt-sortable")
    heights = page.locator(".pt-matrix tbody tr").evaluate_all(
        "rows => rows.map(row => row.getBoundingClientRect()).map(it => [it.bottom, it.height])"
    )
    assert sum(bottom <= height for bottom, _ in heights) >= rows
    assert max(tall for _, tall in heights) <= tallest
    assert page.evaluate("document.documentElement.scrollWidth") == width
    if width < 500:
        label = "it => getComputedStyle(it, '::before').content + it.textContent"
        gaps = page.locator("td.pt-gap:visible").evaluate_all(f"all => all.map({label})")
        assert gaps == ['"Plan"missing', '"Log"missing']


@in_a_browser
def test_without_script_it_is_whole(record, serve, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{serve(record.build().site)}/trace/matrix/?gaps=plan")
    assert len(shown(page)) == len(EXPECTED)
    assert not page.get_by_label("Find").is_visible()
    context.close()
