"""The board, and the pages of owners."""

import re

import pytest
from conftest import metadata
from test_build import main_part

QUIET = {f"PT{number}": "off" for number in (101, 102, 203)}
TASKS = {
    "T-1": {"status": "completed", "owner_role": "Ann"},
    "T-2": {"status": "in_progress", "owner_role": ["Ann", "Ben & Co"]},
    "T-3": {"depends_on": ["T-2"]},
    "T-4": {"owner_role": "Ben & Co"},
    "T-5": {"status": "blocked", "owner_role": "Ben & Co"},
    "T-6": {"status": "completed", "archived": True},
}


LIST = "# Home\n\n<!-- plantrace: board owner=Ann limit=1 -->\n\n[Ann](trace/owners/Ann.md)\n"
COLUMN = re.compile(r'<section class="pt-column" aria-label="([^"]+)">(.*?)</section>', re.DOTALL)
ID = re.compile(r'<span class="pt-id">(T-\d)</span>')


@pytest.fixture
def built(project):
    project.options = {"rules": QUIET}
    project.write({f"tasks/{it}/meta.yml": metadata(it, **TASKS[it]) for it in TASKS})
    project.write({"docs/index.md": LIST})
    outcome = project.build(strict=True)
    assert outcome.failure is None, outcome.report
    return outcome


def columns_of(html):
    """The columns of a board: a kind, how many tasks it has, and those that are shown."""
    return {
        kind: (int(re.search(r"</span> (\d+)</p>", part)[1]), ID.findall(part))
        for kind, part in COLUMN.findall(html)
    }


def test_the_board_has_tasks_by_status_and_first_what_can_start(built):
    html = built.page("trace/board/index.html")

    assert columns_of(html) == {
        "planned": (2, ["T-4", "T-3"]),
        "in progress": (1, ["T-2"]),
        "blocked": (1, ["T-5"]),
        "completed": (1, ["T-1"]),
    }
    assert html.count("can start") == 1
    assert "can start" in html.partition("T-4")[2].partition("T-3")[0]


def test_a_board_in_a_page_has_the_tasks_that_it_asks_for(built):
    assert columns_of(built.page("index.html")) == {
        "planned": (0, []),
        "in progress": (1, ["T-2"]),
        "blocked": (0, []),
        "completed": (1, ["T-1"]),
    }


def test_owners_with_the_most_open_tasks_come_first(built):
    rows = re.findall(r"<tr><td.*?</tr>", built.page("trace/owners/index.html"))

    assert [re.sub(r"<[^>]+>", " ", row).split() for row in rows] == [
        ["Ben", "&amp;", "Co", "3", "1", "1", "1", "0", "0"],
        ["Ann", "1", "1", "0", "0", "1", "0"],
    ]


def test_an_owner_has_a_page_with_all_tasks(built):
    page = main_part(built.page("trace/owners/Ben-Co/index.html"))

    assert "Ben &amp; Co</h1>" in page
    assert ID.findall(page) == ["T-2", "T-5", "T-4"]
    assert '<a href="../../owners/Ben-Co/">Ben &amp; Co</a>' in built.page(
        "trace/tasks/T-4/index.html"
    )


def test_without_owners_there_are_no_pages_of_owners(project):
    project.write({"tasks/1/meta.yml": metadata()})

    outcome = project.build()

    assert not (outcome.site / "trace/owners").exists()
    assert (outcome.site / "trace/board/index.html").exists()
