"""The pages of records in layouts: what they show, and that no link leads nowhere."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

RECORD = {
    "docs/index.md": "# Home\n\nSee [the login](../openspec/changes/add-login/proposal.md).\n",
    "openspec/changes/add-login/proposal.md": (
        "# Add the login\n\nSee [the design](design.md), [the code](../../../src/login.py) "
        "and ![a sketch](../../../src/sketch.png).\n"
    ),
    "openspec/changes/add-login/design.md": "# Design\n\nBack to [the proposal](proposal.md).\n",
    "openspec/changes/add-login/tasks.md": "- [x] 1.1 Form\n- [ ] 1.2 Lock\n- [ ] 1.3 Text\n",
    "openspec/changes/archive/2026-01-09-add-logout/proposal.md": "## Why\n\nTo leave.\n",
    "openspec/specs/login/spec.md": "# Login\n\nChanged by add-login and add-logout.\n",
    "src/login.py": "",
    "src/sketch.png": b"",
}
BACKLOG = {
    "docs/index.md": "# Home\n",
    "backlog/tasks/task-7 - Login.md": (
        "---\nid: TASK-7\ntitle: Login\nstatus: In Progress\nassignee: [ann, bob]\n"
        "milestone: m-1\n---\n\n## Acceptance Criteria\n\n- [x] #1 Form\n- [ ] #2 Lock\n\n"
        "## Implementation Notes\n\n- Error: the session is lost\n- Fix: keep the cookie\n"
    ),
    "backlog/tasks/task-8 - Logout.md": (
        "---\nid: TASK-8\ntitle: Logout\nstatus: To Do\nassignee: bob\ndependencies: [task-7]\n"
        "---\n\nAfter back-7, as task-7 says.\n"
    ),
    "backlog/milestones/m-1 - first-release.md": "---\nid: m-1\ntitle: First\n---\n",
}


class Html(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.text = [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag in ("a", "img") and (link := named.get("href") or named.get("src")):
            self.links.append(link)

    def handle_data(self, data):
        self.text.append(data)


def find_dead_links(site: Path):
    for path in site.rglob("*.html"):
        for link in Html(path).links if path.name != "404.html" else ():
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or not parts.path:
                continue
            base = site if parts.path.startswith("/") else path.parent
            target = base / unquote(parts.path).lstrip("/")
            if not (target / "index.html" if target.is_dir() else target).is_file():
                yield f"{path.relative_to(site)}: {link}"


def text_of(site, page):
    return " ".join(" ".join(Html(site / page / "index.html").text).split())


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs", "material"])
@pytest.mark.parametrize("nav", ["pruned", "full"])
def test_no_link_of_a_record_leads_nowhere(project, theme, nav):
    project.site = {"theme": theme}
    project.options = {"layouts": ["openspec", "backlog"], "nav": nav}
    project.write({**BACKLOG, **RECORD})

    outcome = project.build(strict=True)

    assert outcome.failure is None
    assert list(find_dead_links(outcome.site)) == []


def test_a_task_page_has_boxes_documents_and_no_empty_phase(project):
    project.options = {"layout": "openspec"}
    project.write(RECORD)

    site = project.build().site

    page = text_of(site, "trace/tasks/add-login")
    assert "Boxes 1 of 3 ticked" in page
    assert "Documents design.md tasks.md" in page
    assert "Phase" not in page
    assert "no log" not in page
    assert not (site / "trace/phases").exists()
    overview = text_of(site, "trace")
    assert "1 of 2 tasks completed · 1 of 3 boxes ticked" in overview
    assert "Phases" not in overview


def test_documents_and_task_link_to_each_other(project):
    project.options = {"layout": "openspec"}
    project.write(RECORD)

    site = project.build().site

    records = "trace/records/openspec/changes/add-login"
    task = Html(site / "trace/tasks/add-login/index.html").links
    for name in ("proposal", "design", "tasks"):
        assert f"../../records/openspec/changes/add-login/{name}/" in task
        assert "../../../../../tasks/add-login/" in Html(site / records / name / "index.html").links
    assert "../design/" in Html(site / records / "proposal/index.html").links
    assert f"{records}/proposal/" in Html(site / "index.html").links


def test_a_link_to_code_is_text_on_the_site(project):
    project.options = {"layout": "openspec"}
    project.write(RECORD)

    outcome = project.build(strict=True)

    page = outcome.site / "trace/records/openspec/changes/add-login/proposal/index.html"
    assert outcome.report == ""
    assert "the code and a sketch" in text_of(outcome.site, page.parent.relative_to(outcome.site))
    assert not [link for link in Html(page).links if "src" in link]


def test_links_to_headings_of_a_record_work_as_on_github(project):
    proposal = (
        "# A\n\n[one](#a--b), [two](#why-1), [three](design.md#form--text), [four](#why)\n\n"
        "## A & b\n\n## Why\n\n## Why\n"
    )
    folder = "openspec/changes/add-login"
    files = {f"{folder}/proposal.md": proposal, f"{folder}/design.md": "# Form / text\n"}
    project.options = {"layout": "openspec"}
    project.write({**RECORD, **files})

    outcome = project.build()

    (page,) = outcome.site.rglob("add-login/proposal/index.html")
    links = Html(page).links
    assert {"#a-b", "#why_1", "../design/#form-text", "#why"} <= set(links)
    assert not {"#a--b", "#why-1"} & set(links)


def test_a_link_of_a_record_from_the_root_works_as_on_github(project):
    text = (
        "# A\n\n[one](/openspec/specs/login/spec.md), [two](/src/login.py), [three](/src/), "
        "[four](/docs/index.md)\n"
    )
    project.options = {"layout": "openspec"}
    project.write({**RECORD, "openspec/changes/add-login/design.md": text})

    outcome = project.build(strict=True)

    (page,) = outcome.site.rglob("add-login/design/index.html")
    links = Html(page).links
    assert outcome.report == ""
    assert "../../../specs/login/spec/" in links
    assert "../../../../../../" in links
    assert not [link for link in links if "src" in link]


def test_a_phase_with_a_title_does_not_say_it_twice(project):
    folder = ".planning/phases/01-add-login"
    project.options = {"layout": "gsd"}
    project.write(
        {
            f"{folder}/01-01-PLAN.md": "---\nphase: 01-add-login\nplan: 1\n---\n",
            ".planning/phases/02-tidy/02-01-PLAN.md": "---\nphase: '02'\n---\n",
        }
    )

    site = project.build().site

    assert "Phase 01: Add login" in text_of(site, "trace/phases/01")
    assert "Phase 01: Add login" in text_of(site, "trace/tasks/01-01")
    assert "Phase 01: Add login" in text_of(site, "trace")
    assert "Phase 02: Tidy" in text_of(site, "trace/phases/02")


def test_boxes_of_a_record_are_drawn(project):
    project.options = {"layout": "openspec"}
    project.write(RECORD)

    site = project.build().site

    assert "☑ 1.1 Form ☐ 1.2 Lock ☐ 1.3 Text" in text_of(
        site, "trace/records/openspec/changes/add-login/tasks"
    )


def test_a_task_in_one_file_shows_it_once(project):
    project.options = {"layout": "backlog"}
    project.write(BACKLOG)

    site = project.build().site

    page = text_of(site, "trace/tasks/TASK-7")
    assert "Document Login" in page
    assert "Execution log" not in page
    assert "Phase m-1: First release" in page
    assert re.search("Owner ann *, bob", page)


def test_a_plan_with_parts_in_tags_is_called_like_its_task(project):
    project.options = {"layout": "gsd"}
    plan = "<objective>\nLock accounts.\n</objective>\n\n<context>\n# How it was\n</context>\n"
    project.write({"docs/index.md": "# Home\n", ".planning/phases/01-a/01-01-PLAN.md": plan})

    assert "Plan Lock accounts" in text_of(project.build().site, "trace/tasks/01-01")


def test_an_error_that_is_called_by_its_fix_shows_it_once(project):
    project.options = {"layout": "backlog"}
    text = "---\nid: {}\n---\n\n## Implementation Notes\n\n- Fix: {}\n"
    project.write(
        {
            "docs/index.md": "# Home\n",
            "backlog/tasks/task-7 - Login.md": text.format("TASK-7", "keep the cookie"),
            "backlog/tasks/task-8 - Logout.md": text.format("TASK-8", "remove the cookie"),
        }
    )

    index = text_of(project.build().site, "trace/errors")

    assert index.count("keep the cookie") == 1
    assert "Implementation Notes" not in index


def test_every_spelling_of_an_id_is_a_link(project):
    project.options = {"layout": "backlog"}
    project.write(BACKLOG)

    site = project.build().site

    page = Html(site / "trace/records/backlog/tasks/task-8 - Logout/index.html")
    assert page.links.count("../../../../tasks/TASK-7/") >= 2  # back-7 and task-7
    assert "../TASK-7/" in Html(site / "trace/tasks/TASK-8/index.html").links


def test_the_log_of_a_task_is_only_its_sections(project):
    project.options = {"layout": "backlog"}
    project.write(
        {
            **BACKLOG,
            "backlog/tasks/task-9 - Text.md": (
                "---\nid: TASK-9\ntitle: Text\nstatus: Done\n---\n\n"
                "## Description\n\n- Error: no entry of the log\n- Fix: none\n\n"
                "## Implementation Notes\n\n- Error: the font is missing\n- Fix: add it\n"
            ),
        }
    )

    page = text_of(project.build().site, "trace/errors")

    assert "the font is missing" in page
    assert "the session is lost" in page
    assert "no entry of the log" not in page


@pytest.mark.parametrize("nav", ["pruned", "full", "none"])
def test_records_are_in_the_navigation_as_plans_are(project, nav):
    project.options = {"layout": "openspec", "nav": nav}
    project.write(RECORD)

    links = Html(project.build().site / "index.html").links

    assert any("records/openspec/specs/login" in link for link in links) == (nav == "full")


def test_nothing_is_published_that_git_or_mkdocs_leaves_out(project):
    project.options = {"layout": "openspec"}
    project.site = {"exclude_docs": "private.md\n"}
    project.write(
        {
            **RECORD,
            ".git/HEAD": "",
            ".gitignore": "drafts/\n",
            "openspec/drafts/idea.md": "# Idea\n",
            "openspec/private.md": "# Private\n",
        }
    )

    site = project.build().site

    published = {path.name for path in (site / "trace/records").rglob("*") if path.is_dir()}
    assert "specs" in published
    assert {"drafts", "idea", "private"}.isdisjoint(published)


def test_publish_false_publishes_no_record(project):
    project.options = {"layout": "openspec", "publish": False}
    project.write({**RECORD, "docs/index.md": "# Home\n"})

    site = project.build().site

    assert (site / "trace/tasks/add-login/index.html").is_file()
    assert not (site / "trace/records").exists()


def test_an_observation_is_noted_and_not_an_open_error(project):
    project.options = {"layout": "execplan"}
    project.write(
        {
            "docs/index.md": "# Home\n",
            ".agent/execplans/login.md": (
                "# Login\n\n## Progress\n\n- [ ] Form\n\n## Surprises & Discoveries\n\n"
                "- Observation: The cookie is set twice.\n  Evidence: two headers in the trace.\n\n"
                "- Error: the session is lost\n\n## Decision Log\n\n"
                "- Decision: Keep one cookie.\n  Rationale: One is enough.\n"
            ),
        }
    )

    site = project.build().site

    index = text_of(site, "trace/errors")
    assert "2 errors in the execution logs, 1 of them open" in index
    assert "The cookie is set twice. noted seen once" in index
    (page,) = (it.parent.name for it in (site / "trace/errors").glob("the-cookie*/index.html"))
    assert "Cause two headers in the trace." in text_of(site, f"trace/errors/{page}")
    assert "the session is lost open seen once" in index
    assert "Keep one cookie" not in index


@pytest.mark.parametrize(("is_done", "state"), [(True, "noted"), (False, "open")])
def test_an_error_without_a_fix_in_the_summary_of_a_completed_task_is_noted(
    project, is_done, state
):
    project.options = {"layout": "backlog"}
    status = "Done" if is_done else "In Progress"
    text = f"---\nid: task-1\nstatus: {status}\n---\n\n## Implementation Notes\n\n- Error: lost\n"
    project.write({"docs/index.md": "# Home\n", "backlog/tasks/task-1 - a.md": text})

    assert f"lost {state} seen once" in text_of(project.build().site, "trace/errors")


def test_a_plan_that_git_ignores_is_no_problem(project):
    project.options = {"layout": "openspec"}
    project.write(
        {**RECORD, "docs/index.md": "# Home\n", ".git/HEAD": "", ".gitignore": "add-login/\n"}
    )

    assert project.build(strict=True).report == ""


def test_a_plan_and_log_outside_the_site_are_reported_once(project):
    project.options = {
        "layout": {"name": "rfc", "tasks": "rfcs/{id}.md", "plan": "#Design", "log": "#Notes"}
    }
    project.write(
        {
            "docs/index.md": "# Home\n",
            "rfcs/a.md": "Status: done\n\n# Design\n\nA\n\n# Notes\n\nB\n",
        }
    )

    report = project.build().report

    assert report.count("PT105") == 1
    assert "'rfcs/a.md' exists, but is outside docs_dir ('docs')" in report


def test_what_the_project_hides_in_docs_dir_stays_hidden(project):
    project.options = {
        "layout": {
            "tasks": "docs/specs/{id}.md",
            "publish": "docs/specs/**/*.md",
            "plan": "{id}.md",
        }
    }
    project.site = {"exclude_docs": "/specs/secret.md\n", "draft_docs": "specs/wip.md\n"}
    page = "Status: done\n\n# Page\n"
    project.write(
        {
            "docs/index.md": "# Home\n",
            **{f"docs/specs/{name}.md": page for name in ("open", "secret", "wip")},
        }
    )

    site = project.build().site

    assert not (site / "trace/records").exists()
    assert (site / "specs/open/index.html").exists()
    assert not (site / "specs/secret").exists()


def test_a_layout_in_which_no_file_is_a_task_fails(project):
    project.options = {"layout": {"tasks": "notes/{file}.md"}}
    project.write({"docs/index.md": "# Home\n", "notes/a.md": "# A\n"})

    assert "PT010 no-tasks" in project.build().report


def test_an_id_of_another_layout_is_no_spelling(project):
    project.options = {"layouts": ["plantrace", "backlog"]}
    project.write(
        {
            "docs/index.md": "# Home\n\nSee TASK-7 and task-7.\n",
            "tasks/TASK-7/meta.yml": "task_id: TASK-7\ntitle: A\nstatus: planned\nphase: '1'\n",
            "backlog/tasks/task-7 - B.md": "---\nid: task-7\ntitle: B\nstatus: To Do\n---\n",
        }
    )

    links = Html(project.build().site / "index.html").links

    assert "trace/tasks/TASK-7/" in links
    assert any(link.startswith("trace/tasks/task-7") for link in links)
