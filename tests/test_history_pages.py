"""What generated pages show of a history, from histories made by hand."""

import re
import shutil
from datetime import date, timedelta
from html import unescape

import pytest
from conftest import metadata, theme, traced
from histories import ACTIVE, DONE, PLANNED, at, changed, history
from markdown import Markdown

from mkdocs_plantrace.checks.project_check import check_project
from mkdocs_plantrace.config.settings import validate_options
from mkdocs_plantrace.site.generated_pages import TraceSite, find_source_date
from mkdocs_plantrace.site.markdown_pages import MarkdownPages, render_files
from mkdocs_plantrace.site.page_renderer import displayed_values

META = "tasks/T-1/meta.yml"
PLAN, LOG = "docs/plans/T-1/PLAN.md", "docs/plans/T-1/EXEC_LOG.md"
ENTRY = "\n## {day} Port\n\n- Error: port {port} is <b>taken</b>\n{fix}"
FIX = "- Fix: another port\n- Outcome: fixed, PASS\n"
STARTED = history(
    changed(at("2026-03-01"), None, PLANNED),
    changed(at("2026-03-05", "Ben <b>"), PLANNED, ACTIVE),
    files={META: (at("2026-03-01"), at("2026-03-05", "Ben <b>"))},
)


@pytest.fixture
def make(project):
    def make_site(known, files, **options):
        project.options = options
        project.write({"docs/index.md": "# Home\n", **files})
        project.configure()
        _, result = check_project(project.root / "mkdocs.yml")
        return TraceSite(result, history=known)

    return make_site


def html_of(site, name):
    return site.render_content(f"trace/{name}.md", lambda uri: uri)


def lines_of(html):
    """The words of each line of a list."""
    lines = re.findall(r'<div class="pt-line[^>]*>(.*?)</div>', html, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", "", line)).split()) for line in lines]


def facts_of(html):
    facts = re.findall(r"<div><dt>(.*?)</dt><dd>(.*?)</dd></div>", html, re.DOTALL)
    return {name: " ".join(unescape(re.sub(r"<[^>]+>", "", text)).split()) for name, text in facts}


def section(html, anchor):
    return html.partition(f'id="{anchor}"')[2].partition("<h2")[0]


def test_a_task_shows_when_it_was_created_started_completed_and_changed_and_by_whom(make):
    site = make(
        history(
            *STARTED.statuses,
            changed(at("2026-03-09", "Cleo"), ACTIVE, DONE),
            files={META: (at("2026-03-01"), at("2026-03-10", "Dora"))},
        ),
        traced("T-1"),
    )
    html = html_of(site, "tasks/T-1")
    facts = facts_of(html)
    assert {name: facts[name] for name in ("Created", "Started", "Completed", "Last changed")} == {
        "Created": "2026-03-01 Ann",
        "Started": "2026-03-05 Ben <b>",
        "Completed": "2026-03-09 Cleo",
        "Last changed": "2026-03-10 Dora",
    }
    assert '<time class="pt-ago" datetime="2026-03-09T10:00:00+01:00">2026-03-09</time>' in html
    assert facts["Status"] == "completed"
    assert "<b>" not in html


def test_a_task_in_progress_shows_since_when(make):
    site = make(STARTED, {META: metadata("T-1", status="in_progress")})
    assert facts_of(html_of(site, "tasks/T-1"))["Status"] == "in progress since 2026-03-05"
    progress = section(html_of(site, "index"), "active")
    assert lines_of(progress) == ["in progress T-1 Title of T-1 since 2026-03-05"]


def test_tables_have_a_column_of_dates_and_a_dash_for_what_is_not_committed(make):
    site = make(STARTED, {**traced("T-1"), "tasks/T-2/meta.yml": metadata("T-2")})
    for page in ("tasks/index", "phases/0"):
        html = html_of(site, page)
        assert '<th scope="col" data-key="changed">Changed</th>' in html
        rows = re.findall(r"<tr data-kind.*?</tr>", html, re.DOTALL)
        (dated,) = [row for row in rows if ">T-1<" in row]
        (other,) = [row for row in rows if ">T-2<" in row]
        assert 'datetime="2026-03-05T10:00:00+01:00">2026-03-05</time></td>' in dated
        assert '<td class="pt-none">–</td>' in other


def test_without_a_history_pages_are_as_before(make):
    site = make(None, traced("T-1", status="in_progress"))
    for page in ("index", "tasks/index", "tasks/T-1", "phases/0"):
        html = html_of(site, page)
        assert "<time" not in html
        assert "Changed" not in html
        assert "pt-chart" not in html
        assert "pt-stale" not in html
    assert "No changes are known" in html_of(site, "changes")
    assert site.render_feed(lambda uri: uri, "Test", "") == ""
    assert site.footer == ""


STALE = {f"tasks/T-{it}/meta.yml": metadata(f"T-{it}", status="in_progress") for it in range(1, 4)}
IDLE = history(
    files={
        "tasks/T-1/meta.yml": (at("2026-03-30"),),
        "tasks/T-2/meta.yml": (at("2026-03-17"),),
        "tasks/T-3/meta.yml": (at("2026-03-01"),),
    },
    head=at("2026-03-31"),
)


def stale_lines(html):
    """The lines of stale tasks, and whether each is shown."""
    found = re.findall(r'<div class="pt-line"[^>]*data-day=[^>]*>', html)
    lines = lines_of(html.partition('<section class="pt-stale"')[2].partition("</section>")[0])
    return dict(zip(lines, (" hidden" not in line for line in found), strict=True))


def test_the_overview_shows_tasks_without_a_change_for_long_up_to_the_last_commit(make):
    html = html_of(make(IDLE, STALE), "index")
    assert stale_lines(html) == {
        "in progress T-3 Title of T-3 unchanged since 2026-03-01": True,
        "in progress T-2 Title of T-2 unchanged since 2026-03-17": True,
        "in progress T-1 Title of T-1 unchanged since 2026-03-30": False,
    }
    assert '<section class="pt-stale" data-days="14">' in html
    assert ">In progress, unchanged for 14 days</a></h2>" in html


@pytest.mark.parametrize(
    ("after", "shown"), [(15, [True, False, False]), (30, [True, False, False]), (31, [False] * 3)]
)
def test_the_number_of_days_is_an_option(make, after, shown):
    html = html_of(make(IDLE, STALE, stale_after=after), "index")
    assert list(stale_lines(html).values()) == shown
    assert f'data-days="{after}"{"" if any(shown) else " hidden"}>' in html


@pytest.mark.parametrize("after", [0, None])
def test_no_days_turn_the_list_off(make, after):
    assert "pt-stale" not in html_of(make(IDLE, STALE, stale_after=after), "index")


@pytest.mark.parametrize("value", [-1, 1.5, True, "14", [14]])
def test_days_are_a_whole_number(value):
    _, messages = validate_options({"stale_after": value})
    assert messages == (("stale_after", f"expected a whole number of days, found {value!r}"),)


def test_the_changes_of_a_day(make):
    files = traced("T-1")
    files[LOG] += ENTRY.format(day="2026-03-05", port=1, fix=FIX)
    files[LOG] += ENTRY.format(day="2026-03-05", port=2, fix="")
    later = at("2026-03-05", "Ben <b>")
    site = make(
        history(
            changed(at("2026-03-01"), None, PLANNED),
            changed(later, PLANNED, DONE),
            changed(later, ACTIVE, None, task="OLD-1"),
            files={PLAN: (at("2026-03-01"), later), LOG: (later,)},
        ),
        files,
    )
    html = html_of(site, "changes")
    assert re.findall(r"<h2.*?</h2>", html) == [
        '<h2 class="pt-day" id="2026-03-05">2026-03-05</h2>',
        '<h2 class="pt-day" id="2026-03-01">2026-03-01</h2>',
    ]
    assert lines_of(section(html, "2026-03-05")) == [
        "planned → completed T-1 Title of T-1 Ben <b>",
        "in progress → removed OLD-1 Ben <b>",
        "log written Log of T-1 Ben <b>",
        "plan changed Plan of T-1 Ben <b>",
        "fixed port 1 is <b>taken</b> T-1",
        "seen port 2 is <b>taken</b> T-1",
    ]
    assert lines_of(section(html, "2026-03-01")) == [
        "created → planned T-1 Title of T-1 Ann",
        "plan written Plan of T-1 Ann",
    ]
    assert "<b>" not in html
    assert 'href="trace/changes.xml"' in html
    links = set(re.findall(r'href="([^"#]+)', section(html, "2026-03-05")))
    assert {"trace/tasks/T-1.md", "plans/T-1/PLAN.md"} <= links
    assert [link for link in links if link.startswith("trace/errors/port-")]


def test_without_a_history_changes_have_the_errors_that_logs_date(make):
    files = traced("T-1")
    files[LOG] += ENTRY.format(day="2026-02-07", port=1, fix=FIX)
    site = make(None, files)
    html = html_of(site, "changes")
    assert lines_of(section(html, "2026-02-07")) == ["fixed port 1 is <b>taken</b> T-1"]
    assert "Changed in the last seven days" not in html_of(site, "index")


def test_the_overview_sums_up_the_days_of_the_last_week(make):
    site = make(
        history(
            changed(at("2026-03-01"), None, PLANNED),
            changed(at("2026-03-20"), PLANNED, DONE),
            changed(at("2026-03-20"), None, DONE, task="T-2"),
            changed(at("2026-03-20"), PLANNED, None, task="T-3"),
            files={PLAN: (at("2026-03-25"),)},
            head=at("2026-03-26"),
        ),
        traced("T-1"),
    )
    html = section(html_of(site, "index"), "changes")
    assert lines_of(html) == [
        "2026-03-25 1 document",
        "2026-03-20 2 completed 1 removed",
        "All changes",
    ]
    assert 'href="trace/changes.md#2026-03-25"' in html


def daily(days, tasks=1):
    """A task is created and completed every day, `tasks` times."""
    first = date(2024, 1, 1)
    for number in range(days):
        commit = at((first + timedelta(number)).isoformat())
        for other in range(tasks):
            yield changed(commit, None, DONE, task=f"OLD-{number}-{other}")


def test_older_days_are_folded_by_year(make):
    html = html_of(make(history(*daily(400)), traced("T-1")), "changes")
    assert html.count("<h2") == 60
    assert re.findall(r"<summary>(.*?)</summary>", html) == ["2024: 340 older days"]
    assert "not shown" not in html


def test_a_long_history_has_a_page_of_limited_size(make):
    html = html_of(make(history(*daily(800, tasks=50)), traced("T-1")), "changes")
    # 40 tasks of each of 25 days
    assert html.count("created") == 1000
    assert html.count("and 10 more") == 25
    assert "775 older days are not shown." in html
    assert len(html) < 500_000


def test_progress_is_drawn_with_its_numbers(make):
    site = make(
        history(
            changed(at("2026-03-01"), None, PLANNED),
            changed(at("2026-03-01"), None, PLANNED, task="T-2"),
            changed(at("2026-03-06"), PLANNED, DONE),
            head=at("2026-03-11"),
        ),
        {**traced("T-1"), "tasks/T-2/meta.yml": metadata("T-2", phase="1")},
    )
    html = html_of(site, "index")
    assert '<path class="pt-total" d="M0 0H300V0H600"/>' in html
    assert '<path class="pt-completed" d="M0 160H300V80H600"/>' in html
    label = "Progress from 2026-03-01 to 2026-03-11: 1 of 2 tasks completed"
    assert f'role="img" aria-label="{label}"' in html
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", html)
    assert rows == [("2026-03-01", "2", "0"), ("2026-03-06", "2", "1")]
    assert "with archived tasks" not in html
    assert "1 of 1 tasks completed" in html_of(site, "phases/0")
    assert "pt-chart" not in html_of(site, "phases/1")  # one point


def test_archived_tasks_count_in_the_progress(make):
    site = make(
        history(changed(at("2026-03-01"), None, PLANNED), changed(at("2026-03-02"), PLANNED, DONE)),
        traced("T-1", archived=True),
    )
    assert "1 completed · with archived tasks" in html_of(site, "phases/0")


def test_progress_of_years_is_a_small_drawing_with_a_row_for_each_month(make):
    html = html_of(make(history(*daily(2000)), traced("T-1")), "index")
    (line,) = re.findall(r'<path class="pt-total" d="([^"]+)"', html)
    assert line.count("V") == 600
    assert line.endswith("H600V0H600")
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td>", html)
    assert rows[:2] == [("2024-01-31", "31"), ("2024-02-29", "60")]
    assert len(rows) == 66


def test_pages_are_in_german(make):
    files = {**traced("T-1"), "tasks/T-2/meta.yml": metadata("T-2", status="in_progress")}
    known = history(
        *STARTED.statuses,
        changed(at("2026-03-05"), None, ACTIVE, task="T-2"),
        files={META: (at("2026-03-05"),), "tasks/T-2/meta.yml": (at("2026-03-05"),)},
    )
    site = make(known, files, language="de")
    assert "Angelegt" in facts_of(html_of(site, "tasks/T-1"))
    assert facts_of(html_of(site, "tasks/T-2"))["Status"] == "in Arbeit seit 2026-03-05"
    overview = html_of(site, "index")
    assert overview.startswith('<div class="pt-page" data-pt-language="de">')
    assert "In den letzten sieben Tagen geändert" in overview
    assert "planned → in progress T-1 Title of T-1 Ben <b>" in lines_of(html_of(site, "changes"))
    assert "Commit 2026-03 vom 2026-03-05" in site.footer


def test_the_commit_is_below_each_page_for_zensical_too(project, make):
    make(STARTED, traced("T-1"))
    pages = MarkdownPages(*check_project(project.root / "mkdocs.yml"), STARTED)
    texts = [text for name, text in pages.render_files().items() if name.endswith(".md")]
    for text in texts:
        html = Markdown().convert(text.partition("---\n\n")[2])
        assert html.count(">Commit 2026-03 of 2026-03-05</p>") == 1
        is_above = "Problems</h1>" in html  # on which the commit says what was checked
        assert is_above or html.endswith(">Commit 2026-03 of 2026-03-05</p></div>")
        assert "<p><" not in html
    assert len(texts) == 10


def test_without_a_history_the_date_of_the_sources_is_below_generated_pages(project, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772668799")  # a second before midnight in UTC
    project.write({"docs/index.md": "# Home\n", **traced("T-1")})
    outcome = project.build()
    generated = list((outcome.site / "trace").rglob("*.html"))
    assert len(generated) == 10
    for page in generated:
        assert page.read_text(encoding="utf-8").count(">As of 2026-03-04</p>") == 1
    assert "As of" not in outcome.page("plans/T-1/PLAN/index.html")
    assert "As of" not in outcome.page("search/search_index.json")


@pytest.mark.parametrize("value", ["", "x", "9" * 30, "-" + "9" * 18])
def test_a_date_of_sources_that_is_none_is_ignored(monkeypatch, value):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    assert find_source_date() == ""


def test_html_of_the_build_before_is_not_used_after_a_commit(project, make):
    first = make(STARTED, traced("T-1"))
    _, result = check_project(project.root / "mkdocs.yml")
    later = history(*STARTED.statuses, files=STARTED.files, head=at("2026-04-01"))
    second = TraceSite(result, history=later)
    same = TraceSite(result, history=STARTED)
    values = [displayed_values(result, site, {}, {}) for site in (first, same, second)]
    assert values[0] == values[1] != values[2]


IN_PROGRESS = traced("T-1", status="in_progress")


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
@pytest.mark.parametrize("name", ["mkdocs", "readthedocs", "material"])
def test_a_build_has_the_history_of_its_repository(repository, project, name):
    files = {"docs/index.md": "# Home\n", ".gitignore": "site\n"}
    repository.commit({**files, **traced("T-1", status="planned")}, "2026-03-01")
    repository.commit(IN_PROGRESS, "2026-03-05", author="Ben")
    project.site = theme(name)
    outcome = project.build()
    assert "no history" not in str(outcome.records)
    facts = facts_of(outcome.page("trace/tasks/T-1/index.html"))
    assert facts["Status"] == "in progress since 2026-03-05"
    assert facts["Last changed"] == "2026-03-05 Ben"
    lines = lines_of(section(outcome.page("trace/changes/index.html"), "2026-03-05"))
    assert lines == ["planned → in progress T-1 Title of T-1 Ben"]
    for page in (outcome.site / "trace").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert len(re.findall(r">Commit [0-9a-f]{7} of 2026-03-05</p>", text)) == 1
    search = (outcome.site / "search/search_index.json").read_text(encoding="utf-8")
    assert "Commit" not in search


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_plantrace_pages_has_the_history_too(repository, project):
    repository.commit({"docs/index.md": "# Home\n", **IN_PROGRESS}, "2026-03-05")
    project.configure()
    files = render_files(*check_project(project.root / "mkdocs.yml"))
    assert facts_of(files["tasks/T-1.md"])["Created"] == "2026-03-05 A"
    assert "changes.xml" in files


def test_a_build_without_a_repository_says_so_and_goes_on(project):
    project.write({"docs/index.md": "# Home\n", **traced("T-1")})
    outcome = project.build(strict=True)
    assert outcome.failure is None
    (said,) = [text for _, text in outcome.records if "no history" in text]
    assert said.startswith("mkdocs_plantrace: pages have no history: ")
