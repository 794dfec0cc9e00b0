"""The page of a task, the overview, and what plans and logs get: order, places, links."""

import json
import re

import pytest
from conftest import metadata, traced

from mkdocs_plantrace.site.templating import put_box

WAITING = {"status": "blocked", "owner_role": "OPS"}
REASON = "The vendor has no sandbox, see T-1."
PLAN = "docs/plans/T-1/PLAN.md"


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def part(page, start, end):
    return text_of(page.partition(start)[2].partition(end)[0])


def headings(page):
    return re.findall(r'<h2 id="([^"]+)"', page)


@pytest.fixture
def blocked(project):
    project.write(
        {
            **traced(),
            "tasks/B-1/meta.yml": metadata(
                "B-1", **WAITING, blocked_reason=REASON, blocked_since="2026-03-05"
            ),
            "tasks/B-2/meta.yml": metadata("B-2", **WAITING, depends_on=["B-1", "T-1"]),
            "tasks/B-3/meta.yml": metadata("B-3", **WAITING, depends_on=["T-1"]),
            "tasks/B-4/meta.yml": metadata(
                "B-4", blocked_reason="It <was> late.", blocked_since="2026-03-05"
            ),
            "docs/index.md": "# Home\n",
        }
    )
    outcome = project.build()
    assert outcome.failure is None
    return outcome


def test_a_blocked_task_says_why_and_since_when(blocked):
    page = blocked.page("trace/tasks/B-1/index.html")

    assert part(page, '<p class="pt-reason">', "</p>") == (
        f"Blocked since 2026-03-05 : {REASON[:-1]} ."
    )
    assert 'see <a href="../T-1/">T-1</a>.</p>' in page
    assert 'since <time datetime="2026-03-05">' in part_html(page, "pt-glance")
    assert page.count("The vendor has no sandbox") == 1
    other = blocked.page("trace/tasks/B-2/index.html")
    assert part(other, '<p class="pt-reason">', "</p>") == "Blocked: depends on blocked B-1"
    last = blocked.page("trace/tasks/B-3/index.html")
    assert part(last, '<p class="pt-reason">', "</p>") == "Blocked; no reason recorded"


def part_html(page, name):
    return page.partition(f'class="{name}"')[2].partition("</dl>")[0]


def test_overview_board_and_tables_have_the_reason(blocked):
    overview = blocked.page("trace/index.html")
    listed = part(overview, '<h2 id="blocked">', "<h2")

    assert "blocked B-1 Title of B-1 OPS · since 2026-03-05 The vendor has no sandbox" in listed
    assert "B-2 Title of B-2 OPS depends on blocked B-1" in listed
    assert "B-3 Title of B-3 OPS no reason recorded" in listed
    assert "The vendor has no sandbox" in blocked.page("trace/board/index.html")
    assert f'<td title="{REASON}">' in blocked.page("trace/tasks/index.html")


def test_the_reason_of_a_task_that_is_not_blocked_any_more_is_only_metadata(blocked):
    page = blocked.page("trace/tasks/B-4/index.html")

    assert "pt-reason" not in page
    assert "2 more fields of the metadata" in page
    rest = part(page, '<details class="pt-shared pt-rest"', "</details>")
    assert "It &lt;was&gt; late." in rest
    assert "Blocked since 2026-03-05" in rest


def test_the_overview_starts_with_what_needs_attention(project):
    log = "\n## One\n\n- Error: gate A is shut\n- Fix: opened\n\n- Error: pipe B is cut\n"
    files = {
        **traced("T-1", phase="1"),
        **traced("T-2", status="in_progress", owner_role="WEB"),
        "tasks/T-3/meta.yml": metadata("T-3", status="blocked"),
        "tasks/T-4/meta.yml": metadata("T-4", depends_on=["T-1"]),
        "tasks/T-5/meta.yml": metadata("T-5", depends_on=["T-3"]),
    }
    files["docs/plans/T-2/EXEC_LOG.md"] += log
    project.write({**files, "docs/odd/PLAN.md": "# Plan of nothing\n"})
    project.options = {"rules": {"orphan-plan": "warning"}}
    page = project.build().page("trace/index.html")

    assert headings(page)[:5] == ["blocked", "active", "ready", "errors", "problems"]
    assert headings(page)[-1] == "phases"
    assert part(page, '<h2 id="active">', "<h2").endswith("T-2 Title of T-2 WEB")
    assert "T-4" in (ready := part(page, '<h2 id="ready">', "<h2"))
    assert "T-5" not in ready
    assert "pipe B is cut" in (errors := part(page, '<h2 id="errors">', "<h2"))
    assert "gate A" not in errors
    assert re.search(r'href="errors/" data-pt-query="state=open"><span class="pt-figure">1<', page)


def test_a_task_page_begins_with_the_task_and_shows_nothing_twice(project):
    criteria = ["[x] The gate opens.", "[ ] The gate shuts.", "Nobody is hurt."]
    files = traced(
        "T-1",
        status="in_progress",
        intent="Open the gate.",
        acceptance_criteria=criteria,
        work=["Oil it."],
        notes="Mind the dog.",
        priority="high",
        verification=["make test"],
        depends_on=["T-2"],
        evidence=["docs/proof.md", "docs/proof.json", "evidence/other.json"],
        troubleshooting=["docs/troubleshooting/gate.md"],
    )
    files["docs/plans/T-1/EXEC_LOG.md"] += "\n- Error: gate A is shut\n"
    project.write(
        {
            **files,
            "docs/proof.md": "# Proof\n",
            "docs/proof.json": "{}",
            "evidence/other.json": "{}",
            "docs/troubleshooting/gate.md": "# Gates\n",
            "tasks/T-2/meta.yml": metadata("T-2"),
        }
    )
    page = project.build().page("trace/tasks/T-1/index.html")
    ours = page[page.index('<div class="pt-page"') : page.index("pt-neighbors")]

    assert headings(ours) == [
        *("acceptance-criteria", "work", "notes", "dependencies", "errors", "evidence"),
        *("verification", "documents"),
    ]
    assert ours.index("Open the gate.") < ours.index('id="acceptance-criteria"')
    checks = part(ours, '<ul class="pt-checks">', "</ul>")
    assert checks == "☑ The gate opens. ☐ The gate shuts. ☐ Nobody is hurt."
    for once in (
        *("Plan of T-1", "Log of T-1", "Gates", "Oil it.", "Mind the dog.", "make test"),
        *("Open the gate.", "evidence/other.json", "The gate opens."),
    ):
        assert text_of(ours).count(once) == 1, once
    assert '<a href="../../../proof/"><code>docs/proof.md</code></a>' in ours
    assert '<a href="../../../proof.json"><code>docs/proof.json</code></a>' in ours
    assert "<code>evidence/other.json</code></span></div>" in ours
    assert part(ours, '<details class="pt-shared pt-rest"', "</details>").endswith("Priority high")


def test_a_completed_task_meets_its_criteria(project):
    project.write(traced(acceptance_criteria=["The gate opens."]))
    page = project.build().page("trace/tasks/T-1/index.html")

    assert 'aria-label="done">☑</span>' in page


def trails(page):
    crumbs = re.findall(r'<nav class="pt-crumbs" aria-label="Breadcrumb".*?</nav>', page, re.DOTALL)
    return [re.findall(r"<li>.*?>([^<]+)<", it) for it in crumbs]


@pytest.mark.parametrize("theme", ["mkdocs", "material", "readthedocs"])
def test_breadcrumbs_lead_from_the_overview_to_each_page(project, theme):
    shared = {"implementation_plan": PLAN}
    project.write(
        {
            **traced("T-1", phase="1", owner_role="WEB"),
            **traced("T-2", phase="2"),
            "tasks/T-3/meta.yml": metadata("T-3", phase="1", **shared),
            "docs/page.md": "# Page\n",
        }
    )
    project.write(
        {"docs/plans/T-2/EXEC_LOG.md": "# Log\n\nPlan: PLAN.md\n\n- Error: port 1 is taken\n"}
    )
    project.options = {"phases": {"1": "Pilot & more"}}
    project.site = {"theme": theme}
    outcome = project.build()
    start = ["Trace", "Phase 1: Pilot &amp; more"]
    (error,) = (
        page.parent.relative_to(outcome.site)
        for page in outcome.site.glob("trace/errors/*/index.html")
    )

    for address, trail in (
        ("trace/tasks/T-1", [*start, "T-1"]),
        ("plans/T-1/EXEC_LOG", [*start, "T-1", "Execution log"]),
        ("plans/T-1/PLAN", [*start, "Plan"]),
        ("plans/T-2/PLAN", ["Trace", "Phase 2", "T-2", "Plan"]),
        ("trace/phases/1", ["Trace", "All phases", start[1]]),
        ("trace/owners/WEB", ["Trace", "Owners", "WEB"]),
        (error, ["Trace", "Errors", "port 1 is taken"]),
    ):
        page = outcome.page(f"{address}/index.html")
        assert trails(page) == [trail], address
        assert f'<span aria-current="page">{trail[-1]}</span>' in page
        assert page.index("pt-crumbs") < page.index("<h1 id=") or theme == "readthedocs"
    for address in ("trace", "page", "trace/problems"):
        assert trails(outcome.page(f"{address}/index.html")) == []
    page = outcome.page("plans/T-2/PLAN/index.html")
    assert re.findall(r'<li><a href="([^"]+)">', page.partition("pt-crumbs")[2])[:3] == [
        *("../../../trace/", "../../../trace/phases/2/", "../../../trace/tasks/T-2/")
    ]


def test_a_plan_of_tasks_in_two_phases_is_in_none_and_its_box_names_both(project):
    plan = {"implementation_plan": PLAN}
    project.write({**traced("T-1"), "tasks/T-2/meta.yml": metadata("T-2", phase="1", **plan)})
    page = project.build().page("plans/T-1/PLAN/index.html")

    assert trails(page) == [["Trace", "Plan"]]
    assert "Phase Phase 0 Phase Phase 1" in part(page, '<aside class="pt-box"', "</aside>")


def test_the_box_is_below_the_title_with_labels(project):
    project.write({**traced("T-1", depends_on=["T-2"]), "tasks/T-2/meta.yml": metadata("T-2")})
    page = project.build().page("plans/T-1/EXEC_LOG/index.html")

    assert page.index("<h1") < page.index('class="pt-box"') < page.index("<p>Plan:")
    facts = re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd>", box_html(page), re.DOTALL)
    assert [(words, text_of(value)) for words, value in facts] == [
        ("Task", "T-1 Title of T-1"),
        ("Status", "completed"),
        ("Plan", "Plan of T-1"),
        ("Depends on", "1 open"),
    ]


def box_html(page):
    return page.partition('<aside class="pt-box"')[2].partition("</aside>")[0]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h1>A</h1><p>b</p>", "<h1>A</h1>BOX<p>b</p>"),
        ("<p>b</p><h1>A</h1>", "<p>b</p><h1>A</h1>BOX"),
        ("<p>b</p><p>c</p><h1>A</h1>", "BOX<p>b</p><p>c</p><h1>A</h1>"),
        ("<p>b</p>", "BOX<p>b</p>"),
        ("<h2>B</h2><h1>A</h1>", "BOX<h2>B</h2><h1>A</h1>"),
        ("<header>x</header><h1>A</h1>", "<header>x</header><h1>A</h1>BOX"),
        ("", "BOX"),
    ],
)
def test_a_box_never_stands_above_a_title(html, expected):
    assert put_box(html, "BOX") == expected


def test_what_is_added_at_the_end_has_no_headings(project):
    files = traced("T-1")
    files[PLAN] = "# Plan\n\n## Mine\n\nText.\n"
    files["docs/plans/T-1/EXEC_LOG.md"] += "\n- Error: gate A is shut\n- Fix: open it\n"
    project.write(files)
    page = project.build().page("plans/T-1/PLAN/index.html")
    foot = page.partition('<div class="pt-references"')[2]

    assert re.findall(r"<h[1-6][^>]*>([^<]*)", page.partition('class="pt-references"')[0])[:2] == [
        *("Plan", "Mine"),
    ]
    assert '<section aria-label="Errors (1)">' in foot
    assert '<section aria-label="References">' in foot
    assert not re.search(r"<h[1-6]", foot.partition("</section>\n</div>")[0])


def test_a_task_page_leads_to_the_tasks_before_and_after_it_in_its_phase(project):
    project.write({f"tasks/T-{n}/meta.yml": metadata(f"T-{n}") for n in (1, 2, 10)})
    project.write({"tasks/T-3/meta.yml": metadata("T-3", phase="1")})
    outcome = project.build()

    page = outcome.page("trace/tasks/T-2/index.html").partition("pt-neighbors")[2]
    links = re.findall(r'<a rel="(\w+)" href="([^"]+)"', page)
    assert links == [("prev", "../T-1/"), ("next", "../T-10/")]
    assert part(page, ">", "</nav>") == "Previous T-1 Title of T-1 Next T-10 Title of T-10"
    assert 'rel="prev"' not in outcome.page("trace/tasks/T-1/index.html").partition("pt-page")[2]
    assert "pt-neighbors" not in outcome.page("trace/tasks/T-3/index.html")


def test_pages_of_tasks_count_more_in_the_search_of_material(project):
    project.write(traced())
    project.site = {"theme": {"name": "material", "font": False}}
    outcome = project.build()
    docs = json.loads(outcome.page("search/search_index.json"))["docs"]

    boosted = {doc["location"].partition("#")[0] for doc in docs if doc.get("boost")}
    assert boosted == {"trace/tasks/T-1/"}
    # What is around the content of a page is not found as its text.
    assert not any("Breadcrumb" in doc["text"] or "Previous" in doc["text"] for doc in docs)
