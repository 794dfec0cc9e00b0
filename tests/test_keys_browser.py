"""Keys, lines in the dark, filters by address and the search of Material, in a real browser."""

import pytest
from conftest import IN_A_BROWSER, metadata, theme, traced
from test_accessibility import THEMES, example  # noqa: F401 (a fixture)

pytestmark = IN_A_BROWSER

LINES = """
() => {
  const channels = (colour) => {
    const context = document.createElement("canvas").getContext("2d");
    context.canvas.width = context.canvas.height = 1;
    return (ground) => {
      for (const one of [ground, colour]) {
        context.fillStyle = one;
        context.fillRect(0, 0, 1, 1);
      }
      return Array.from(context.getImageData(0, 0, 1, 1).data).slice(0, 3);
    };
  };
  const light = (colour) => colour
    .map((value) => value / 255)
    .map((value) => (value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4))
    .reduce((sum, value, place) => sum + value * [.2126, .7152, .0722][place], 0);
  let ground = "white";
  for (let at = document.querySelector("h1"); at; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at);
    if (!/^rgba\\(.*, 0\\)$|transparent/.test(backgroundColor)) { ground = backgroundColor; break; }
  }
  const parts = ".pt-glance, .pt-tile, .pt-card, .pt-facts > div, .pt-board-card, .pt-box, td";
  return Array.from(document.querySelectorAll(parts))
    .filter((part) => part.getClientRects().length)
    .map((part) => {
      const line = getComputedStyle(part).borderBottomColor;
      const [one, two] = [channels(line)(ground), channels(ground)(ground)].map(light);
      return (Math.max(one, two) + .05) / (Math.min(one, two) + .05);
    });
}
"""


@pytest.fixture
def record(project):
    files = {f"tasks/T-{n}/meta.yml": metadata(f"T-{n}", depends_on=[]) for n in (2, 3)}
    project.write({"docs/index.md": "# Home\n", **traced("T-1"), **files})
    project.write({"tasks/T-4/meta.yml": metadata("T-4", depends_on=["T-2"])})
    return project


@pytest.mark.parametrize("name", ["material", "mkdocs", "readthedocs"])
def test_keys_lead_to_the_field_and_through_a_phase(record, serve, page, name):
    record.site = theme(name)
    base = serve(record.build().site)
    page.set_viewport_size({"width": 1280, "height": 900})

    page.goto(f"{base}/trace/tasks/T-2/")
    page.keyboard.press("]")
    page.wait_for_url("**/T-3/")
    page.keyboard.press("[")
    page.wait_for_url("**/T-2/")
    page.keyboard.press("Control+[")
    page.keyboard.press("i")  # there is no field
    page.keyboard.press("[")
    page.wait_for_url("**/T-1/")
    page.keyboard.press("[")  # it is the first

    page.goto(f"{base}/trace/tasks/")
    page.keyboard.press("i")
    assert page.evaluate("document.activeElement.id") == "pt-task"
    page.keyboard.type("i[]")
    assert page.locator("#pt-task").input_value() == "i[]"
    page.goto(f"{base}/trace/errors/")
    page.keyboard.press("i")
    assert page.evaluate("document.activeElement.id") == "pt-search-text"
    assert page.locator("#pt-search-text").input_value() == ""


@pytest.mark.usefixtures("record")
def test_links_and_keys_survive_instant_navigation_to_pages_with_graphs(instantly):
    instantly.locator('.pt-tile[href*="tasks"]').first.click()
    instantly.locator(".pt-main a", has_text="T-2").click()
    instantly.locator("#task", has_text="T-2").wait_for()
    instantly.keyboard.press("]")
    instantly.locator("#task", has_text="T-3").wait_for()
    instantly.get_by_role("link", name="Previous T-2").click()
    instantly.locator("#task", has_text="T-2").wait_for()


def test_the_table_shows_what_can_start(record, serve, page):
    record.site = theme("mkdocs")
    base = serve(record.build().site)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{base}/trace/")
    page.locator("#ready a").click()
    page.wait_for_url("**/tasks/?ready=yes")
    assert page.locator("tbody tr:visible .pt-id").all_inner_texts() == ["T-2", "T-3"]
    page.locator('input[name="ready"]').uncheck()
    page.locator('select[name="status"]').select_option("planned")
    assert page.locator("tbody tr:visible").count() == 3


@pytest.mark.parametrize(
    ("name", "scheme"),
    [("material", "light"), ("material", "dark"), ("mkdocs", "dark"), ("readthedocs", "light")],
)
def test_lines_can_be_seen(record, serve, browser, name, scheme):
    record.site = theme(name)
    if name == "material":
        palette = [
            {"media": f"(prefers-color-scheme: {it})", "scheme": own}
            for it, own in (("light", "default"), ("dark", "slate"))
        ]
        record.site["theme"]["palette"] = palette
    if name == "mkdocs":
        record.site["theme"]["color_mode"] = "auto"
    base = serve(record.build().site)
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    for address in ("", "tasks/", "tasks/T-1/", "board/", "../plans/T-1/PLAN/"):
        page.goto(f"{base}/trace/{address}")
        contrasts = page.evaluate(LINES)
        assert contrasts, address
        assert min(contrasts) >= 1.3, (address, sorted(contrasts)[:3])
    page.close()


@pytest.mark.parametrize("example", ["material"], indirect=True)
def test_the_search_of_material_finds_the_page_of_a_task_first(example, serve, browser):  # noqa: F811
    assert "material" in THEMES
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(serve(example))
    for task in ("FER-0-002", "fer-1-004", "FER-0.5-003"):
        page.goto("about:blank")
        page.go_back()
        page.keyboard.press("s")
        page.keyboard.type(task)
        first = page.locator(".md-search-result__item > a").first
        first.wait_for()
        page.wait_for_function(
            "task => document.querySelector('.md-search-result__item > a')?.href.includes(task)",
            arg=f"/trace/tasks/{task.upper()}/",
            timeout=20_000,
        )
    page.close()
