"""Graphs in a real browser: what is in view, and the keyboard."""

import pytest
from conftest import IN_A_BROWSER, Project, metadata, theme

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = IN_A_BROWSER

CHAIN = {
    f"tasks/{n}/meta.yml": metadata(
        f"TASK-{n:03}",
        title="Announce the timer of a held seat to a screen reader in both languages",
        depends_on=[f"TASK-{n - 1:03}"] if n else [],
    )
    for n in range(8)
}


@pytest.fixture(scope="module", params=["material", "mkdocs", "readthedocs"])
def chain(request, tmp_path_factory):
    """The site of a chain of eight tasks."""
    project = Project(root=tmp_path_factory.mktemp("chain"))
    project.write({"docs/index.md": "# Home\n", **CHAIN})
    project.site = theme(request.param)
    return project.build().site


@pytest.fixture
def graph(chain, serve, page):
    """Opens the page of a task at a width; returns its graph."""

    def open_at(width, address="trace/tasks/TASK-004/"):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{serve(chain)}/{address}")
        return page.locator(".pt-graph-scroll")

    return open_at


@pytest.mark.parametrize("width", [390, 1440])
def test_the_task_is_in_view(graph, width):
    area = graph(width)

    inside, outside = area.locator(".pt-current").bounding_box(), area.bounding_box()

    assert inside["x"] >= outside["x"]
    assert inside["x"] + inside["width"] <= outside["x"] + outside["width"]


def test_text_stays_in_its_box(graph):
    overflowing = (
        graph(1440)
        .locator(".pt-node-text")
        .evaluate_all(
            """boxes => boxes.filter(box => {
            const [inner, outer] = [box, box.closest("foreignObject")].map(
                (it) => it.getBoundingClientRect());
            return inner.bottom > outer.bottom + 1 || inner.right > outer.right + 1
                || [...box.children].some((it) => it.scrollWidth > it.clientWidth + 1);
        }).length"""
        )
    )

    assert overflowing == 0


def test_one_stop_of_tab_leads_to_all_boxes(graph, page):
    area = graph(1440)
    focused = "document.activeElement.querySelector('.pt-node-id')?.textContent"
    assert area.locator("[tabindex='0']").count() == 1

    area.locator("a.pt-node").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "TASK-003"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "TASK-005"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(focused) == "TASK-003"
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == "TASK-003"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.pt-graph-scroll')") is None


def test_what_goes_on_fades(graph):
    area = graph(390)
    sides = "it => ['before', 'after'].map((side) => it.style.getPropertyValue(`--pt-${side}`))"
    assert area.evaluate(sides) == ["2rem", "2rem"]

    area.evaluate("it => it.scrollTo(0, 0)")
    area.page.wait_for_function(
        "document.querySelector('.pt-graph-scroll').style.getPropertyValue('--pt-before') === '0px'"
    )


def test_the_critical_chain_of_a_phase_is_in_view(graph):
    area = graph(390, "trace/phases/0/")

    box, frame = area.locator(".pt-critical.pt-node").first.bounding_box(), area.bounding_box()

    assert frame["x"] <= box["x"] <= frame["x"] + frame["width"]
