"""What axe-core says of every kind of page of the example site, in three themes, light and dark."""

from pathlib import Path

import pytest
from conftest import IN_A_BROWSER
from mkdocs.commands.build import build
from mkdocs.config import load_config

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
pytestmark = IN_A_BROWSER

ROOT = Path(__file__).parents[1]
THEMES = {
    "material": None,  # as the example site has it
    "mkdocs": {"name": "mkdocs", "highlightjs": False, "color_mode": "auto"},
    "readthedocs": {"name": "readthedocs", "highlightjs": False},
}
PAGES = (
    *("trace/", "trace/phases/", "trace/phases/1/", "trace/tasks/", "trace/tasks/FER-1-003/"),
    *("trace/tasks/FER-0.5-003/", "trace/errors/", "trace/changes/"),
    *("trace/problems/", "trace/matrix/"),
    *("plans/phase1/FER-1-001_accessible_booking/PLAN/",),
    *("plans/phase1/FER-1-001_accessible_booking/EXEC_LOG/",),
    *("operations/troubleshooting/postgres_deadlock_seat_inventory/",),
)
KINDS = (
    *("trace/", "trace/tasks/FER-1-003/", "trace/errors/", "trace/changes/", "trace/matrix/"),
    PAGES[-2],
)
"""For all but light pages of Material: each part of our pages is on one of these."""
OURS = (".pt-page", ".pt-crumbs", ".pt-neighbors", ".pt-box", ".pt-references", ".pt-list")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


# Only Material has a dark scheme of its own; mkdocs follows the system.
VIEWS = [
    ("material", "light", 1280),
    ("material", "dark", 390),
    ("mkdocs", "dark", 390),
    ("readthedocs", "light", 1280),
]


DARK = """
body { color-scheme: light; background: #222; color: #fff; }
pre, code, .card { background: #333; color: inherit; }
"""
"""Dark pages of a theme that declares a light scheme, as that of Bootswatch's Darkly."""


@pytest.fixture
def example(request, build_once):
    theme = THEMES[request.param]

    def fill(folder):
        options = {"theme": theme, "extra_css": ["own.css"]} if theme else {}
        config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), **options)
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        (folder / "own.css").touch()

    return build_once(f"example-{request.param}", fill)


def findings(page):
    ours = [[part] for part in OURS if page.locator(part).count()]
    options = {"runOnly": STANDARDS, "resultTypes": ["violations"], "preload": False}
    found = axe.Axe().run(page, {"include": ours}, options).response
    return [
        (rule["id"], rule["impact"], node["html"])
        for rule in found["violations"]
        for node in rule["nodes"]
        if "md-code__nav" not in node["html"]  # which Material adds itself
    ]


@pytest.mark.parametrize(("example", "scheme", "width"), VIEWS, indirect=["example"])
def test_nothing_is_found_on_any_page(example, serve, browser, scheme, width):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    base = serve(example)
    is_material = (example / "assets/javascripts").is_dir()
    for address in PAGES if is_material and scheme == "light" else KINDS:
        page.goto(f"{base}/{address}")
        assert findings(page) == [], address
        widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1], address
    context.close()


@pytest.mark.parametrize("example", ["mkdocs"], indirect=True)
def test_dark_pages_of_a_light_scheme_can_be_read(example, serve, browser):
    page = browser.new_page(viewport={"width": 390, "height": 900}, color_scheme="light")
    page.route("**/own.css", lambda route: route.fulfill(body=DARK, content_type="text/css"))
    base = serve(example)
    for address in (*KINDS, "trace/board/", "trace/problems/"):
        page.goto(f"{base}/{address}")
        page.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(34, 34, 34)"
        assert findings(page) == [], address
    page.close()


def test_a_fault_would_be_found(serve, browser, tmp_path):
    (tmp_path / "index.html").write_text(
        "<!doctype html><html lang=en><title>t</title><main><h1>t</h1>"
        '<div class="pt-page"><button></button></div></main>'
    )
    page = browser.new_page()
    page.goto(serve(tmp_path))
    assert [rule for rule, *_ in findings(page)] == ["button-name"]
    page.close()
