"""The Atom feed of changes: what RFC 4287 requires, links, ids that stay."""

from datetime import datetime
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from conftest import theme, traced
from histories import DONE, PLANNED, at, changed, history

from mkdocs_plantrace.checks.project_check import check_project
from mkdocs_plantrace.site.generated_pages import TraceSite
from mkdocs_plantrace.site.markdown_pages import MarkdownPages

ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "https://example.org/docs/"
ONCE = {"id", "title", "updated"}
KNOWN = ONCE | {"author", "link", "content", "entry"}
URLS = {"trace/changes.md": "trace/changes/", "trace/tasks/T-1.md": "trace/tasks/T-1/"}
ENTRY = "\n## 2026-02-07 Port\n\n- Error: port taken \x07 by <b>\n- Fix: another\n"


@pytest.fixture
def render(project):
    def render_site(known, site_url=ADDRESS, title="Test"):
        project.write({"docs/index.md": "# Home\n", **traced("T-1")})
        project.configure()
        _, result = check_project(project.root / "mkdocs.yml")
        site = TraceSite(result, history=known)
        return site.render_feed(lambda uri: URLS.get(uri, uri), title, site_url)

    return render_site


def children(element, name):
    return element.findall(f"{ATOM}{name}")


def text(element, name):
    (found,) = children(element, name)
    return found.text


def links(element):
    return {link.get("rel"): link.get("href") for link in children(element, "link")}


def assert_valid(feed):
    """The rules of RFC 4287 for the elements that the feed has (4.1.1, 4.1.2, 3.2, 3.3)."""
    root = ET.fromstring(feed)  # noqa: S314 (our own)
    assert root.tag == f"{ATOM}feed"
    entries = children(root, "entry")
    for element in (root, *entries):
        names = [child.tag.removeprefix(ATOM) for child in element]
        assert set(names) <= KNOWN
        assert [name for name in ONCE if names.count(name) != 1] == []
        assert UUID(text(element, "id").removeprefix("urn:uuid:")).version == 5
        assert datetime.fromisoformat(text(element, "updated")).tzinfo
        assert "T" in text(element, "updated")
        assert text(element, "title").strip()
        targets = [(link.get("rel"), link.get("type")) for link in children(element, "link")]
        assert len(targets) == len(set(targets))
        assert all(link.get("href") for link in children(element, "link"))
    assert "self" in links(root)
    (author,) = children(root, "author")  # of all entries
    assert text(author, "name").strip()
    assert len({text(entry, "id") for entry in (root, *entries)}) == len(entries) + 1
    for entry in entries:
        (content,) = children(entry, "content")
        assert content.get("type") == "html"
        assert len(content) == 0  # escaped
    return root


CREATED = changed(at("2026-03-01"), None, PLANNED)
COMPLETED = changed(at("2026-03-05", time="23:00:00-05:00"), PLANNED, DONE)


def test_a_feed_has_an_entry_for_each_day(render):
    feed = assert_valid(render(history(CREATED, COMPLETED)))
    assert text(feed, "title") == "Test: Changes"
    assert text(feed, "updated") == "2026-03-05T23:00:00-05:00"
    assert links(feed) == {
        "self": "https://example.org/docs/trace/changes.xml",
        "alternate": "https://example.org/docs/trace/changes/",
    }
    last, first = children(feed, "entry")
    assert [text(last, "title"), text(first, "title")] == ["2026-03-05", "2026-03-01"]
    assert text(first, "updated") == "2026-03-01T10:00:00+01:00"
    assert links(last) == {"alternate": "https://example.org/docs/trace/changes/#2026-03-05"}
    assert 'href="https://example.org/docs/trace/tasks/T-1/"' in text(last, "content")


def test_the_feed_is_as_new_as_its_latest_moment(render):
    early = changed(at("2026-03-06", time="01:00:00+14:00"), None, DONE, task="T-2")
    feed = assert_valid(render(history(CREATED, COMPLETED, early)))
    assert text(feed, "updated") == "2026-03-05T23:00:00-05:00"


def test_ids_depend_on_the_site_and_the_day_alone(render):
    def ids(*changes, **options):
        feed = assert_valid(render(history(*changes), **options))
        return [text(element, "id") for element in (feed, *children(feed, "entry"))]

    before = ids(CREATED)
    more = ids(CREATED._replace(task="T-2"), CREATED, COMPLETED)
    assert before == [more[0], more[2]]
    assert set(ids(CREATED, site_url="https://example.org/other/")).isdisjoint(before)
    assert set(ids(CREATED, site_url="", title="A")).isdisjoint(ids(CREATED, site_url=""))


def test_links_are_relative_without_an_address(render):
    feed = assert_valid(render(history(CREATED), site_url=""))
    assert links(feed) == {"self": "changes.xml", "alternate": "changes/"}
    (entry,) = children(feed, "entry")
    assert 'href="tasks/T-1/"' in text(entry, "content")


def test_a_feed_has_thirty_entries_at_most(render):
    days = [changed(at(f"2026-{m:02}-{d:02}"), None, DONE) for m in (1, 2) for d in range(1, 29)]
    entries = children(assert_valid(render(history(*days))), "entry")
    assert len(entries) == 30
    assert text(entries[0], "title") == "2026-02-28"


def test_what_people_wrote_is_text_without_characters_that_xml_does_not_have(render):
    wild = CREATED._replace(commit=at("2026-03-01", "<i>\x00\x1b & \ufffe"))
    feed = assert_valid(render(history(wild), title="<x> & \x07"))
    assert text(feed, "title") == "<x> & : Changes"
    (entry,) = children(feed, "entry")
    assert "&lt;i&gt; &amp; </span>" in text(entry, "content")


def test_a_site_has_the_feed_that_its_page_links_to(project):
    files = traced("T-1")
    files["docs/plans/T-1/EXEC_LOG.md"] += ENTRY
    project.write({"docs/index.md": "# Home\n", **files})
    project.site = {**theme("material"), "site_url": ADDRESS}
    outcome = project.build()
    assert 'href="../changes.xml"' in outcome.page("trace/changes/index.html")
    feed = assert_valid(outcome.page("trace/changes.xml"))
    (entry,) = children(feed, "entry")
    assert links(feed)["self"] == f"{ADDRESS}trace/changes.xml"
    assert text(feed, "updated") == "2026-02-07T00:00:00Z"
    assert f'href="{ADDRESS}trace/tasks/T-1/"' in text(entry, "content")
    assert "port taken by &lt;b&gt;</a>" in text(entry, "content")


def test_a_site_without_changes_has_no_feed(project):
    project.write({"docs/index.md": "# Home\n", **traced("T-1")})
    outcome = project.build()
    assert not (outcome.site / "trace/changes.xml").exists()
    assert "changes.xml" not in outcome.page("trace/changes/index.html")


def test_zensical_gets_the_feed_as_well(project):
    project.write({"docs/index.md": "# Home\n", **traced("T-1")})
    project.site = {"site_url": ADDRESS.rstrip("/")}
    project.configure()
    checked = check_project(project.root / "mkdocs.yml")
    files = MarkdownPages(*checked, history(CREATED)).render_files()
    feed = assert_valid(files["changes.xml"])
    assert links(feed)["self"] == f"{ADDRESS}trace/changes.xml"
    assert text(feed, "title") == "Test: Changes"
    assert 'href="../changes.xml"' in files["changes.md"]
