"""Generated pages beside what other plugins and settings do to a site."""

import json

import pytest
from conftest import IN_A_BROWSER, traced

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = IN_A_BROWSER

MATERIAL = {"name": "material", "font": False}
PAGES = ("trace/index", "trace/phases/0", "trace/tasks/T-1", "trace/errors", "plans/T-1/PLAN")


def with_(*others):
    return ["search", *others, {"plantrace": {}}]


@pytest.fixture
def record(project):
    project.write({"docs/index.md": "---\ntags: [home]\n---\n# Home\n", **traced()})
    return project


def test_offline_it_needs_no_server(record, page):
    record.site = {"theme": MATERIAL, "use_directory_urls": False, "plugins": with_("offline")}
    site = record.build().site
    for address in PAGES:
        page.goto(f"file://{site}/{address}.html")
        assert page.locator(".pt-page, .pt-box").count() == 1
    page.goto(f"file://{site}/trace/phases/0.html")
    page.get_by_role("combobox", name="Sort").select_option("Task ↑")
    assert page.locator("th").first.get_attribute("aria-sort") == "ascending"
    # Material's own search asks for a shim there.
    others = [
        url for url in page.requested if not url.startswith("https://unpkg.com/iframe-worker")
    ]
    assert all(url.startswith("file:") for url in others)


def test_below_a_folder_of_a_site_every_request_is_answered(record, serve, page):
    record.site = {
        "theme": MATERIAL,
        "site_url": "https://docs.example/project/record/",
        "plugins": with_("tags"),
    }
    site = record.build().site
    site.rename(site.parent / "record")
    answers = []
    page.on("response", lambda answer: answers.append((answer.status, answer.url)))
    base = serve(site.parent)
    for address in PAGES:
        page.goto(f"{base}/record/{address.removesuffix('/index')}/")
        for link in page.locator(".pt-page a, .pt-box a").all():
            target = link.evaluate("(link) => link.href")
            assert page.request.get(target).ok, target
    assert [answer for answer in answers if answer[0] >= 400] == []
    assert all(url.startswith(f"{base}/record/") for _, url in answers)


@pytest.mark.parametrize("name", ["material", "mkdocs"])
def test_search_finds_a_task_by_id_and_title_and_no_box(record, name):
    record.write(traced("T-2", title="Rotate the frobnicator", depends_on=["T-1"]))
    record.site = {"theme": name}
    site = record.build().site
    docs = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))["docs"]
    found = {doc["location"] for doc in docs if "frobnicator" in doc["title"] + doc["text"]}
    assert "trace/tasks/T-2/" in found
    assert not any(location.startswith("plans/") for location in found)
    (title,) = [doc["title"] for doc in docs if doc["location"] == "trace/tasks/T-2/"]
    assert title.replace(":", "") == "T-2 Rotate the frobnicator"


def test_it_prints_without_controls(record, serve, page):
    record.site = {"theme": MATERIAL}
    page.goto(f"{serve(record.build().site)}/trace/phases/0/")
    page.emulate_media(media="print")
    assert not page.locator(".pt-table-filters").is_visible()
    assert page.locator(".pt-table tbody tr").is_visible()
