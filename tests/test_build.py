"""Real builds, asserted on what readers of the site get."""

import ast
import filecmp
import html
import json
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import yaml
from conftest import metadata, traced
from test_cli import run_mkdocs

REPOSITORY = Path(__file__).parent.parent


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.hrefs = []
        self.scripts = []

    def handle_starttag(self, tag, attrs):
        self.scripts += [value for name, value in attrs if name.startswith("on")]
        if tag == "a":
            self.hrefs.append(dict(attrs).get("href"))


def parse(text):
    parser = _Links()
    parser.feed(text)
    return parser


def links(text):
    """Where the links of a page lead, in order."""
    return [href for href in parse(text).hrefs if href]


def main_part(text):
    """The content of a page of the mkdocs theme, without navigation."""
    return text.partition('role="main"')[2].partition("<footer")[0]


def targets(site, address):
    """The files that the links in the content of a page lead to."""
    found = set()
    for href in links(main_part((site / address).read_text(encoding="utf-8"))):
        if urlsplit(href).scheme or href.startswith("#"):
            continue
        path = unquote(urlsplit(urljoin(f"/{address}", href)).path)
        found.add((path + "index.html" if path.endswith("/") else path).lstrip("/"))
    return found


PROJECT = {
    **traced("T-1", title="Rotate the keys", owner_role="OPS", touches=["src/keys.py"]),
    **traced("a/B-2", status="in progress", phase="0.5", depends_on=["T-1", "T-1"]),
    "tasks/T-3/meta.yml": metadata(
        "T-3",
        status="done",
        phase=10,
        implementation_plan="docs/plans/T-1/PLAN.md",
        implementation_log="docs/plans/T-1/EXEC_LOG.md",
        decisions=["docs/decisions/ADR-1.md"],
        custom_field={"who": ["a", "b"]},
    ),
    "tasks/_template/meta.yml": "task_id: <ID>\n",
    "docs/index.md": "# Home\n\nWe began with T-1 and a/B-2. [T-1](no.md) `T-1` http://x/T-1\n"
    "\n# T-1\n",
    "docs/decisions/ADR-1.md": "# ADR 1\n\nBecause of T-1, see [it](../../tasks/a/B-2/meta.yml).\n",
    "docs/plans/T-1/EXEC_LOG.md": "# Log of T-1, T-3\n\nPlan: PLAN.md\n\n"
    "See docs/decisions/ADR-1.md.\n\n## Final summary\n\nDone.\n",
}


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs", "material"])
@pytest.mark.parametrize("directory_urls", [True, False])
def test_every_theme_and_url_style_builds_with_links_that_resolve(project, theme, directory_urls):
    project.write(PROJECT)
    project.site = {"theme": theme, "use_directory_urls": directory_urls}

    outcome = project.build()

    assert outcome.failure is None
    broken = []
    for page in outcome.site.rglob("*.html"):
        for href in links(page.read_text(encoding="utf-8")):
            parts = urlsplit(href)
            if parts.scheme or not parts.path or page.name == "404.html":
                continue
            target = Path(os.path.normpath(page.parent / unquote(parts.path)))
            if not (target / "index.html" if href.endswith("/") else target).exists():
                broken.append((page.name, href))
    assert {href for _, href in broken} <= {"no.md", "../no.md", "."}
    suffix = "/index.html" if directory_urls else ".html"
    for address in ("trace/problems", "trace/tasks/T-1", "trace/tasks/a-B-2", "trace/phases/0.5"):
        assert (outcome.site / f"{address}{suffix}").exists()


def test_from_a_plan_to_its_tasks_log_and_phase_and_back(project):
    project.write(PROJECT)

    site = project.build().site

    plan, log = "plans/T-1/PLAN/index.html", "plans/T-1/EXEC_LOG/index.html"
    first, third = "trace/tasks/T-1/index.html", "trace/tasks/T-3/index.html"
    assert {first, third, log, "trace/phases/0/index.html"} <= targets(site, plan)
    assert {first, third, plan, "trace/phases/10/index.html"} <= targets(site, log)
    assert {plan, log, "trace/phases/0/index.html", third} <= targets(site, first)
    assert {first, plan, log} <= targets(site, "trace/phases/0/index.html")
    assert {first, "trace/tasks/a-B-2/index.html"} <= targets(site, "decisions/ADR-1/index.html")


def test_a_task_lists_twenty_of_those_that_share_its_plan(project):
    project.write(traced("T-0"))
    plan = "docs/plans/T-0/PLAN.md"
    project.write(
        {f"tasks/{n}/meta.yml": metadata(f"T-{n}", implementation_plan=plan) for n in range(1, 25)}
    )

    outcome = project.build()

    task = main_part(outcome.page("trace/tasks/T-3/index.html"))
    listed = [f"T-{n}" for n in range(22) if n != 3]
    shared = task.partition("shared with 24 tasks")[2].partition("</details>")[0]
    assert re.findall(r"pt-id\">([^<]+)<", shared) == listed[:20]
    assert '<a href="../../../plans/T-0/PLAN/">and 4 more</a>' in shared
    assert "Plan of 25 tasks" in outcome.page("plans/T-0/PLAN/index.html")


def test_both_ends_know_a_dependency(project):
    project.write(PROJECT)

    site = project.build().site

    waiting = (site / "trace/tasks/a-B-2/index.html").read_text()
    waited = (site / "trace/tasks/T-1/index.html").read_text()
    assert waiting.count('<span class="pt-id">T-1</span>') == 1
    assert "<dt>Depends on</dt>" in waiting
    assert "<dt>Needed by</dt>" in waited


def facts(text):
    """The ids and words under each term of the page of a task."""
    pieces = re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd>", text, flags=re.DOTALL)
    return {term: re.sub(r"<[^>]+>", " ", value).split() for term, value in pieces}


def test_unknown_tasks_stand_on_the_side_on_which_they_were_written(project):
    project.write({"tasks/T-1/meta.yml": metadata(depends_on=["A-9"], blocks=["B-9", "B-9"])})
    project.options = {"rules": {"PT110": "warning"}}

    task = facts(project.build().page("trace/tasks/T-1/index.html"))

    assert task["Depends on"] == ["unknown", "A-9"]
    assert task["Needed by"] == ["unknown", "B-9"]


def test_an_archived_task_shows_its_dependencies_and_breaks_no_rule_with_them(project):
    project.write(traced("T-1", archived=True, depends_on=["T-2"], blocks=["T-3"]))
    project.write({"tasks/T-2/meta.yml": metadata("T-2", depends_on=["T-1"])})
    project.write(traced("T-3"))

    outcome = project.build()

    assert outcome.report == ""
    task = facts(outcome.page("trace/tasks/T-1/index.html"))
    assert "T-2" in task["Depends on"]
    assert "T-3" in task["Needed by"]
    assert "T-2" in task["Needed by"]
    assert "T-1" in facts(outcome.page("trace/tasks/T-3/index.html"))["Depends on"]


def test_a_long_list_says_how_many_entries_it_has(project):
    ids = [f"T-{n}" for n in range(9)]
    project.write({f"tasks/{task}/meta.yml": metadata(task) for task in ids})
    project.write({"docs/index.md": f"# Home\n\n{' '.join(ids)}\n"})

    assert "<summary>9 entries</summary>" in project.build().page("index.html")


def test_ids_and_paths_in_text_become_links_but_not_in_links_code_blocks_or_headings(project):
    project.write(PROJECT)
    project.write(
        {"docs/x.md": "# X T-1\n\nT-1 docs/decisions/ADR-1.md `T-1` `x T-1`\n\n    T-1\n"}
    )

    content = main_part(project.build().page("x/index.html"))

    assert '<p><a href="../trace/tasks/T-1/">T-1</a>' in content
    assert '<a href="../decisions/ADR-1/">docs/decisions/ADR-1.md</a>' in content
    assert '<a href="../trace/tasks/T-1/"><code>T-1</code></a>' in content
    assert "<code>x T-1</code>" in content
    assert "X T-1</h1>" in content
    assert re.search(r"<pre><code>T-1\s*</code></pre>", content)


@pytest.mark.parametrize(
    "text",
    [
        'See <a href="https://x.org">T-1 issue</a> and T-1',
        'x <script>var a="T-1";</script> y',
        "x <kbd>T-1</kbd>",
        "https://x.org/?q=T-1 and https://x.org/#T-1",
        "a@T-1 and T-1@example.org",
    ],
)
def test_raw_html_and_addresses_stay_as_they_are(project, text):
    project.write({**PROJECT, "docs/x.md": f"# X\n\n{text}\n"})

    assert f"<p>{text}</p>" in project.build().page("x/index.html")


def test_autolink_can_be_turned_off(project):
    project.write(PROJECT)
    project.options = {"autolink": False}

    content = main_part(project.build().page("index.html"))

    assert "<p>We began with T-1 and a/B-2." in content


def test_boxes_stay_out_of_the_search_index_and_task_pages_are_in_it(project):
    project.write(PROJECT)

    outcome = project.build()

    docs = json.loads(outcome.page("search/search_index.json"))["docs"]
    plan = " ".join(doc["text"] for doc in docs if doc["location"].startswith("plans/T-1/PLAN"))
    assert "Text." in plan
    assert "Rotate the keys" not in plan
    titles = {doc["title"] for doc in docs if doc["location"] == "trace/tasks/T-1/"}
    assert titles == {"T-1: Rotate the keys"}


@pytest.mark.parametrize(
    ("nav", "shown", "hidden"),
    [
        (
            "pruned",
            ["trace/phases/0.5/", "trace/problems/"],
            ["trace/tasks/T-1/", "plans/T-1/PLAN/"],
        ),
        ("full", ["trace/phases/0.5/", "trace/tasks/T-1/", "plans/T-1/PLAN/"], []),
        ("none", ["plans/T-1/PLAN/"], ["trace/", "trace/tasks/T-1/"]),
    ],
)
def test_the_navigation_holds_what_the_option_says(project, nav, shown, hidden):
    project.write(PROJECT)
    project.options = {"nav": nav}
    project.site = {"theme": "readthedocs"}

    page = project.build().page("index.html")

    navigation = page.partition('role="navigation"')[2].partition("</nav>")[0]
    found = links(navigation)
    assert set(shown) <= set(found)
    assert not set(hidden) & set(found)


def test_phases_stand_in_order_configured_ones_first(project):
    project.write(
        {
            f"tasks/{n}/meta.yml": metadata(f"T-{n}", phase=phase)
            for n, phase in enumerate(["2", "word", "10", 0.5, "1", "0", "0.1", "0.10", "Alpha"])
        }
    )

    def order():
        page = main_part(project.build().page("trace/phases/index.html"))
        return re.findall(r'pt-card-title"[^>]*>Phase ([^<]+)<', page)

    assert order() == ["0", "0.1", "0.5", "0.10", "1", "2", "10", "Alpha", "word"]
    project.options = {"phases": {"word": "First", "1": "Second"}}
    assert order()[:4] == ["word: First", "1: Second", "0", "0.1"]


def test_an_explicit_navigation_keeps_its_entries_and_gains_a_section(project):
    project.write(PROJECT)
    project.site = {"nav": [{"Start": "index.md"}, {"The plan": "plans/T-1/PLAN.md"}]}

    outcome = project.build(strict=False)

    navigation = links(outcome.page("index.html").partition('role="main"')[0])
    assert {"plans/T-1/PLAN/", "trace/", "trace/phases/0/"} <= set(navigation)
    assert "trace/tasks/T-1/" not in navigation


def test_an_explicit_navigation_that_names_the_overview_is_left_alone(project):
    project.write(PROJECT)
    project.site = {"nav": ["index.md", {"Work": "trace/index.md"}]}

    navigation = links(project.build().page("index.html").partition('role="main"')[0])

    assert "trace/" in navigation
    assert "trace/problems/" not in navigation


def test_edit_links_of_task_pages_lead_to_their_metadata(project):
    project.write(PROJECT)
    project.site = {
        "repo_url": "https://github.com/o/r",
        "edit_uri": "edit/main/docs/",
        "theme": "readthedocs",
    }

    outcome = project.build()

    task = outcome.page("trace/tasks/T-1/index.html")
    assert "https://github.com/o/r/edit/main/tasks/T-1/meta.yml" in links(task)
    assert "edit/main" not in outcome.page("trace/index.html")


@pytest.mark.parametrize(
    "own",
    [
        "docs/trace/index.md",
        "docs/trace/tasks/T-1/index.md",
        "docs/trace/tasks/t-1.md",
        "docs/trace",
        "docs/trace/tasks/T-1",
    ],
)
def test_a_page_of_the_user_is_never_replaced(project, own):
    project.write({**PROJECT, own: "# Mine\n"})

    outcome = project.build()

    assert outcome.failure is not None
    (message,) = [text for level, text in outcome.records if "has the address of" in text]
    assert own.removeprefix("docs/") in message
    project.options = {"prefix": "record"}
    assert project.build().failure is None


def test_ids_that_make_one_file_name_get_pages_of_their_own(project):
    ids = ["a/b", "a-b", "A-B", "index", "README", "x y", "x#y", "ä", "." * 3, "z" * 300, "con.1"]
    project.write({f"tasks/{n}/meta.yml": metadata(task) for n, task in enumerate(ids)})

    outcome = project.build()

    assert outcome.failure is None
    pages = [path for path in (outcome.site / "trace/tasks").iterdir() if path.is_dir()]
    assert len(pages) == len(ids)
    shown = " ".join(page.joinpath("index.html").read_text() for page in pages)
    assert all(f"Title of {task}" in shown for task in ids)


HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% raw %}",
    "| | |",
    "](javascript:alert(1))",
    '" onmouseover="alert(1)',
    "&lt;b&gt; <!-- --> ]]>",
    "`<img src=x onerror=alert(1)>`",
    "# *x* _y_ [z](z.md)",
]


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs", "material"])
def test_text_stays_text(project, theme):
    for number, text in enumerate(HOSTILE):
        project.write(
            {
                f"tasks/{number}/meta.yml": metadata(
                    f"H-{number}",
                    title=text,
                    owner_role=text,
                    phase=text,
                    notes=text,
                    work=[text, {text: text}],
                    **{text: text},
                ),
            }
        )
    project.write(
        {
            "tasks/s/meta.yml": metadata(
                HOSTILE[0], status=HOSTILE[4], depends_on=[HOSTILE[0] + "x"]
            ),
            "docs/index.md": "# Home\n\nH-0\n",
        }
    )
    project.options = {"rules": {"PT006": "warning", "PT110": "warning"}}
    project.site = {"theme": theme}

    outcome = project.build()

    assert outcome.failure is None
    for page in outcome.site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        content = re.sub(r"<script[^>]*>.*?</script>", "", text, flags=re.DOTALL)
        assert "<script>alert(1)" not in text
        assert "<img src=x" not in content
        assert not [script for script in parse(text).scripts if "alert" in script]
        assert not [href for href in links(text) if href.startswith("javascript:")]
    task = outcome.page("trace/tasks/H-1/index.html")
    assert "{{ 7*7 }} {% raw %}" in html.unescape(task)
    if theme == "material":  # the script of MkDocs' own search escapes what it shows
        assert "<script>" not in outcome.page("search/search_index.json")


def test_nothing_outside_the_root_is_read_or_published(project, tmp_path):
    project.root = tmp_path / "root"
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "PLAN.md").write_text("# top secret\n")
    (tmp_path / "secret" / "meta.yml").write_text(metadata("S-1", title="top secret"))
    project.write(
        {
            "tasks/T-1/meta.yml": metadata(implementation_plan="docs/out/PLAN.md"),
            "tasks/T-2/meta.yml": metadata("T-2", implementation_plan="docs/linked.md"),
            "tasks/T-3/meta.yml": metadata("T-3", implementation_plan="../secret/PLAN.md"),
            "tasks/T-4/meta.yml": metadata("T-4", implementation_log="/etc/passwd"),
        }
    )
    (project.root / "docs").mkdir()
    (project.root / "docs/out").symlink_to(tmp_path / "secret")
    (project.root / "docs/linked.md").symlink_to(tmp_path / "secret/PLAN.md")
    (project.root / "docs/unnamed.md").symlink_to(tmp_path / "secret/PLAN.md")
    (project.root / "docs/excluded").symlink_to(tmp_path / "secret")
    (project.root / "tasks/S-1").symlink_to(tmp_path / "secret")
    (project.root / "tasks/L-1").mkdir()
    (project.root / "tasks/L-1/meta.yml").symlink_to(tmp_path / "secret/meta.yml")
    project.options = {"rules": {"outside-root": "warning"}}
    project.site = {"exclude_docs": "excluded/"}

    outcome = project.build()

    assert outcome.failure is None
    assert re.findall(r"(tasks/\S+): warning PT011", outcome.report) == [
        "tasks/L-1/meta.yml:1:1",
        *(f"tasks/T-{n}/meta.yml:5:{column}" for n, column in ((1, 22), (2, 22), (3, 22), (4, 21))),
    ]
    message = "symbolic link out of the project root; its target is not published"
    assert re.findall(r"(docs/\S+): warning PT011 outside-root: (.*)", outcome.report) == [
        ("docs/unnamed.md:1:1", message)
    ]
    assert len([level for level, _ in outcome.records if level == "WARNING"]) == 6
    published = [
        page
        for page in outcome.site.rglob("*.*")
        if page.suffix in (".html", ".json", ".md")
        and "top secret" in page.read_text(encoding="utf-8")
    ]
    assert published == []


def test_two_builds_of_one_tree_are_the_same_to_the_byte(project, tmp_path):
    project.write(PROJECT)
    project.site = {"theme": "material"}
    first = tmp_path / "first"
    project.build()
    shutil.copytree(project.root / "site", first)
    project.build()

    def differences(comparison):
        yield from comparison.diff_files + comparison.left_only + comparison.right_only
        for inner in comparison.subdirs.values():
            yield from differences(inner)

    found = set(differences(filecmp.dircmp(first, project.root / "site")))
    assert found <= {"sitemap.xml.gz"}  # gzip writes the time; MkDocs' own


def test_several_builds_in_one_process_see_what_changed(project):
    project.write(PROJECT)
    assert project.build().failure is None
    project.write({"tasks/T-9/meta.yml": metadata("T-9", implementation_plan="docs/gone.md")})
    assert "PT103" in project.build().report
    shutil.rmtree(project.root / "tasks/T-9")
    outcome = project.build()
    assert outcome.failure is None
    assert "PT" not in outcome.report


def test_a_failing_build_renders_nothing_and_tells_everything(project):
    project.write(traced("T-1", implementation_plan="docs/gone.md", depends_on=["X"]))
    project.write({"docs/index.md": "# Home\n"})

    outcome = project.build()

    assert "Aborted" in outcome.failure
    assert not (outcome.site / "index.html").exists()
    rules = re.findall(r"(?:error|warning) (PT\d+)", outcome.report)
    assert rules == ["PT112", "PT103", "PT110"]


def test_a_broken_link_is_told_once(project):
    project.write(traced())
    project.write({"docs/plans/T-1/PLAN.md": "# T-1\n\n[a](gone.md) ![b](gone.png) [c](#t-1)\n"})
    project.options = {"rules": {"PT108": "warning"}}

    outcome = project.build()

    assert len([text for level, text in outcome.records if level == "WARNING"]) == 2
    content = main_part(outcome.page("plans/T-1/PLAN/index.html"))
    assert 'href="gone.md"' in content
    assert 'src="gone.png"' in content


def test_mkdocs_still_tells_when_the_rule_is_off(project):
    project.write(traced())
    project.write({"docs/plans/T-1/PLAN.md": "# T-1\n\n[a](gone.md)\n"})
    project.options = {"rules": {"PT108": False}}

    assert "contains a link 'gone.md'" in project.build().report


def test_plans_may_link_to_generated_pages(project):
    project.write(traced())
    project.write(
        {"docs/plans/T-1/PLAN.md": "# T-1\n\n[a](../../trace/tasks/T-1.md) [b](../../trace/)\n"}
    )

    assert project.build().report == ""


def test_places_on_generated_pages_are_known(project):
    project.write(traced())
    page = "../../trace/tasks/T-1.md"
    project.write({"docs/plans/T-1/PLAN.md": f"# T-1\n\n[a]({page}#task) [b]({page}#none)\n"})
    project.site = {"validation": {"anchors": "warn"}}

    fact = "the doc 'trace/tasks/T-1.md' does not contain an anchor '#none'."
    link = f"contains a link '{page}#none'"
    assert project.build().report == f"Doc file 'plans/T-1/PLAN.md' {link}, but {fact}"


def test_pages_of_other_plugins_are_known(project):
    project.write(traced())
    project.write(
        {
            "docs/plans/T-1/PLAN.md": "# T-1\n\n[made](../../made.md)\n",
            "hook.py": "from mkdocs.structure.files import File\n"
            "def on_files(files, config):\n"
            "    files.append(File.generated(config, 'made.md', content='# Made for T-1'))\n"
            "    return files\n",
        }
    )
    project.site = {"hooks": ["hook.py"]}

    outcome = project.build()

    assert outcome.report == ""
    assert "trace/tasks/T-1/index.html" in targets(outcome.site, "made/index.html")


def test_what_a_hook_excludes_is_not_published(project):
    project.write(traced())
    project.write(
        {
            "hook.py": "from mkdocs.structure.files import InclusionLevel\n"
            "def on_files(files, config):\n"
            "    plan = files.get_file_from_path('plans/T-1/PLAN.md')\n"
            "    plan.inclusion = InclusionLevel.EXCLUDED\n"
        }
    )
    project.site = {"hooks": ["hook.py"]}

    message = "'docs/plans/T-1/PLAN.md' exists, but is excluded from the site (exclude_docs)"
    assert f"error PT105 unpublished-document: {message}" in project.build().report


def test_a_link_that_is_no_address_is_told_once(project):
    project.write({**traced(), "docs/plans/T-1/PLAN.md": "# T-1\n\n[x](a://[b)\n"})
    project.options = {"rules": {"PT108": "warning"}}

    outcome = project.build()

    assert outcome.failure is None
    assert "warning PT108 broken-document-link: no file 'a://[b'" in outcome.report
    assert 'href="a://[b"' in main_part(outcome.page("plans/T-1/PLAN/index.html"))


def test_archived_tasks_are_out_of_the_rules_without_taking_others_along(project):
    project.write(traced("T-1", archived=True, status="done"))
    project.write(
        {
            "tasks/T-2/meta.yml": metadata(
                "T-2",
                status="done",
                implementation_plan="docs/plans/T-1/PLAN.md",
                implementation_log="docs/gone.md",
            ),
            "tasks/T-3/meta.yml": metadata(
                "T-1", archived=True, implementation_plan="docs/gone.md"
            ),
            "docs/plans/T-1/PLAN.md": "# T-1, T-2\n\n[x](gone.md)\n",
        }
    )

    rules = re.findall(r"^(\S+?):.*(PT\d+)", project.build().report, flags=re.MULTILINE)

    assert rules == [
        ("docs/plans/T-1/PLAN.md", "PT108"),
        ("tasks/T-2/meta.yml", "PT104"),
        ("tasks/T-3/meta.yml", "PT005"),
    ]


def test_a_plan_that_is_no_text_is_a_problem_of_the_task_that_names_it(project):
    project.write({**traced(), "docs/plans/T-1/PLAN.md": b"# T-1\n\xff\n"})

    outcome = project.build()

    message = "'docs/plans/T-1/PLAN.md' exists, but is not UTF-8: byte 0xFF at offset 6"
    assert f"tasks/T-1/meta.yml:5:22: error PT105 unpublished-document: {message}" in outcome.report


def test_a_page_that_is_no_text_is_told_of_and_left_out(project):
    project.write({**traced(), "docs/other.md": b"# \xff\n"})
    project.options = {"rules": {"PT105": "warning"}}

    outcome = project.build()

    assert outcome.failure is None
    assert outcome.report.count("is not UTF-8") == 1
    assert not (outcome.site / "other/index.html").exists()


def test_mkdocs_refuses_a_page_that_is_no_text_when_the_rule_is_off(project):
    project.write({**traced(), "docs/other.md": b"# \xff\n"})
    project.options = {"rules": {"PT105": "off"}}

    with pytest.raises(UnicodeDecodeError):
        project.build()


@pytest.mark.parametrize("link", ["tasks/again", "tasks/T-1/up"])
def test_links_that_lead_in_circles_are_walked_once(project, link):
    project.write(traced())
    (project.root / link).symlink_to(project.root / link.partition("/")[0])

    assert project.build().report == ""


def test_a_virtual_environment_is_not_searched(project):
    project.write({f"tasks/{task}/meta.yml": metadata(task) for task in ("T-1", "T-2", "T-3")})
    project.write({"tasks/T-2/pyvenv.cfg": "home = /usr\n"})
    (project.root / "tasks/T-3/pyvenv.cfg").symlink_to("nowhere")

    pages = {path.name for path in (project.build().site / "trace/tasks").iterdir()}
    assert pages == {"index.html", "T-1", "T-3"}


def test_metadata_that_is_no_regular_file_is_told(project):
    project.write(traced())
    (project.root / "tasks/F/meta.yml").mkdir(parents=True)
    (project.root / "tasks/P").mkdir()
    os.mkfifo(project.root / "tasks/P/meta.yml")

    report = project.build().report

    for path in ("tasks/F/meta.yml", "tasks/P/meta.yml"):
        assert f"{path}:1:1: error PT001 invalid-yaml: this metadata file is not a reg" in report


@pytest.mark.usefixtures("bounded")
def test_paths_without_end_lead_nowhere_and_cost_no_time(project):
    endless = "/a" * 100_000
    log = (
        *("# T-1", f"Plan: {endless}", f"[a](file:{endless})", f"[b]({endless}.md)"),
        *(f"[c](/home/x.md?{endless})", f"[d](x.md#{endless})", f"[e](x{endless})"),
        *(f"[f](https://x.org{endless})", f"[g](/home?{endless})"),
        *("## Final summary", "Done."),
    )
    project.write(traced(implementation_plan=endless))
    project.write({"docs/plans/T-1/EXEC_LOG.md": "\n\n".join(log)})

    report = project.build().report

    assert re.findall(r"^(\S+:\d+):\d+: .*(PT\d+)", report, flags=re.MULTILINE) == [
        *((f"docs/plans/T-1/EXEC_LOG.md:{line}", "PT108") for line in (5, 7, 9, 11, 13)),
        ("docs/plans/T-1/PLAN.md:1", "PT112"),
        ("tasks/T-1/meta.yml:5", "PT011"),
    ]


def test_many_circles_are_all_told(project):
    tasks = range(400)
    project.write(
        {f"tasks/{n}/meta.yml": metadata(f"T-{n}", depends_on=[f"T-{n ^ 1}"]) for n in tasks}
    )

    assert project.build().report.count("PT111") == len(tasks) // 2


def test_pages_of_the_user_below_the_prefix_stay_in_the_navigation(project):
    project.write({**PROJECT, "docs/trace/notes.md": "# Notes\n"})
    project.site = {"theme": "readthedocs"}

    navigation = links(project.build().page("index.html").partition("</nav>")[0])

    assert {"trace/notes/", "trace/problems/"} <= set(navigation)


def test_folders_of_the_user_below_the_prefix_stay_sections(project):
    project.write(
        {
            **PROJECT,
            "docs/trace/notes.md": "# Notes\n",
            "docs/trace/sub/one.md": "# One\n",
            "docs/trace/sub/deep/two.md": "# Two\n",
            "docs/trace/phases/mine.md": "# Mine\n",
            "hook.py": "from pathlib import Path\n"
            "def on_nav(nav, config, files):\n"
            "    def shape(item):\n"
            "        if item.is_page:\n"
            "            return item.file.src_uri\n"
            "        return {item.title: [shape(child) for child in item.children]}\n"
            "    (trace,) = (item for item in nav.items if item.title == 'Trace')\n"
            "    Path(config.config_file_path + '.nav').write_text(repr(shape(trace)))\n"
            "    assert all(\n"
            "        child.parent is item\n"
            "        for item in [trace, *trace.children] if item.is_section\n"
            "        for child in item.children\n"
            "    )\n",
        }
    )
    project.site = {"hooks": ["hook.py"]}

    assert project.build().failure is None

    navigation = ast.literal_eval((project.root / "mkdocs.yml.nav").read_text())
    phases = [f"trace/phases/{name}.md" for name in ("index", "0", "0.5", "10")]
    assert navigation == {
        "Trace": [
            "trace/index.md",
            {"Phases": phases},
            "trace/tasks/index.md",
            "trace/board.md",
            "trace/matrix.md",
            "trace/owners/index.md",
            "trace/errors.md",
            "trace/changes.md",
            "trace/problems.md",
            "trace/notes.md",
            "trace/phases/mine.md",
            {"Sub": ["trace/sub/one.md", {"Deep": ["trace/sub/deep/two.md"]}]},
        ]
    }


def test_a_project_overrides_templates(project):
    project.write({**PROJECT, "own/phases.html": "<h1>My {{ phases | length }} phases</h1>"})
    project.options = {"templates": "own"}

    assert "<h1>My 3 phases</h1>" in project.build().page("trace/phases/index.html")


def test_a_template_outside_the_root_is_none(project, tmp_path):
    project.root = tmp_path / "root"
    project.write({**PROJECT, "own/phase.html": "x"})
    (tmp_path / "secret").write_text("top secret")
    (project.root / "own/phases.html").symlink_to(tmp_path / "secret")
    project.options = {"templates": "own"}

    assert "top secret" not in project.build().page("trace/phases/index.html")


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{% if %}", "template phases.html:1: Expected an expression"),
        ("{{ nothing }}", "template phases.html: 'nothing' is undefined"),
        ("{{ 1/0 }}", "template phases.html: division by zero"),
        ("{% include 'no.html' %}", "template phases.html: no template 'no.html'"),
        ("{% extends 'phases.html' %}", "template phases.html: "),
    ],
)
def test_a_faulty_template_is_told_by_name(project, template, message):
    project.write({**PROJECT, "own/phases.html": template})
    project.options = {"templates": "own"}

    outcome = project.build()

    assert outcome.failure is not None
    assert any(message in text for _, text in outcome.records)


@pytest.mark.parametrize("name", ["macros", "error_result"])
def test_a_faulty_template_of_search_data_is_told_by_name(project, name):
    entry = "\n## Case\n\n- Error: boom\n- Fix: retry\n"
    log = PROJECT["docs/plans/T-1/EXEC_LOG.md"] + entry
    project.write({**PROJECT, "docs/plans/T-1/EXEC_LOG.md": log})
    project.write({f"own/{name}.html": "{{ nothing.at.all }}"})
    project.options = {"templates": "own"}

    outcome = project.build()

    assert outcome.failure is not None
    assert "'nothing' is undefined" in outcome.records[-1][1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"taks": "x"}, "option 'taks': unknown option; did you mean 'tasks'?"),
        ({"a" * 300: 1}, f"option '{'a' * 57}...{'a' * 58}': unknown option"),
        ({"tasks": 3}, "option 'tasks': expected a glob or a list of globs, found 3"),
        ({"tasks": []}, "option 'tasks': expected a glob or a list of globs, found []"),
        ({"tasks": "[z-a].yml"}, "option 'tasks': expected a glob with ascending ranges"),
        ({"templates": ".."}, "option 'templates': expected a path from the root"),
        ({"tasks": "../x"}, "option 'tasks': expected a relative glob"),
        ({"nav": "some"}, "option 'nav': expected pruned or full or none, found 'some'"),
        ({"autolink": "yes"}, "option 'autolink': expected true or false, found 'yes'"),
        ({"prefix": "../x"}, "option 'prefix': expected a folder name"),
        ({"prefix": ""}, "option 'prefix': expected text, found ''"),
        ({"rules": {"orphan-plam": "off"}}, "no rule 'orphan-plam'; did you mean 'orphan-plan'?"),
        (
            {"rules": {"PT112": "fatal"}},
            "expected off, warning or error for 'PT112', found 'fatal'",
        ),
        ({"rules": ["PT112"]}, "option 'rules': expected a mapping, found ['PT112']"),
        ({"statuses": {"x": "finished"}}, "expected a kind of status for 'x'"),
        ({"statuses": {False: "dropped"}}, "YAML reads a key as False, which is not text; quote"),
        ({"phases": {0.1: "Ten"}}, "YAML reads a key as 0.1, which is not text; quote it"),
        ({"phases": {True: "On"}}, "YAML reads a key as True, which is not text; quote it"),
        ({"fields": {"plam": "x"}}, "no field 'plam'; did you mean 'plan'?"),
        ({"fields": {"plan": "task_id"}}, "key 'task_id' is used for both 'id' and 'plan'"),
        ({"phases": {"0": []}}, "expected a title for phase '0', found []"),
        ({"root": "a" * 5000}, "option 'root': expected a shorter text"),
        ({"templates": "a\0b"}, "option 'templates': expected text that can be written to a file"),
        ({"root": 1}, "option 'root': expected text, found 1"),
        ({"templates": True}, "option 'templates': expected text, found True"),
        ({"root": "nowhere"}, "option 'root': no folder 'nowhere'"),
        ({"root": "tasks"}, "is not inside the project root"),
        ({"templates": "nowhere"}, "option 'templates': no folder 'nowhere'"),
    ],
)
def test_wrong_options_stop_the_build_and_say_why(project, options, message):
    project.write(PROJECT)
    project.options = options
    project.configure()

    ended = run_mkdocs("build", cwd=project.root)

    assert ended.returncode == 1
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_rules_may_be_turned_off_with_a_bare_off(project):
    project.write({**traced(), "docs/plans/old/PLAN.md": "# Old\n"})
    project.options = {"rules": yaml.safe_load("orphan-plan: off")}

    assert project.build(strict=True).failure is None


def test_the_command_exits_with_1_and_prints_the_problem(project):
    project.write(traced("T-1", implementation_log="docs/plans/T-1/EXEC_LOGS.md"))
    project.configure()

    ended = run_mkdocs("build", cwd=project.root)

    assert ended.returncode == 1
    assert "tasks/T-1/meta.yml:6:21: error PT104 broken-log-link" in ended.stderr
    assert "did you mean 'docs/plans/T-1/EXEC_LOG.md'?" in ended.stderr
    assert "plantrace: 1 error, 0 warnings in 1 task and 2 documents" in ended.stderr


@pytest.mark.parametrize("folder", ["mkdocs_out", "mkdocs_previews"])
def test_a_build_into_the_temporary_folder_is_no_preview(project, tmp_path, folder):
    project.root = tmp_path / "root"
    project.write(traced("T-1", implementation_plan="docs/gone.md"))
    project.configure()

    ended = run_mkdocs(
        *("build", "--site-dir", tmp_path / folder), cwd=project.root, TMPDIR=os.fspath(tmp_path)
    )

    assert ended.returncode == 1
    assert "error PT103" in ended.stderr


def test_the_example_site_is_clean_and_breaks_when_one_link_is_broken(tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(
        REPOSITORY,
        copy,
        ignore=shutil.ignore_patterns(".*", "tests", "site"),
    )
    command = ("build", "--strict", "--site-dir", tmp_path / "out")

    clean = run_mkdocs(*command, cwd=copy)
    metadata_file = copy / "example_site/tasks/FER-0-001/meta.yml"
    text = metadata_file.read_text(encoding="utf-8")
    metadata_file.write_text(text.replace("/EXEC_LOG.md", "/EXEC_LOGS.md"), encoding="utf-8")
    broken = run_mkdocs(*command, cwd=copy)

    assert clean.returncode == 0, clean.stderr
    assert broken.returncode == 1
    line = 1 + text[: text.index("implementation_log")].count("\n")
    assert f"tasks/FER-0-001/meta.yml:{line}:21: error PT104 broken-log-link" in broken.stderr


@pytest.mark.parametrize("path", ["troubleshooting/wifi.md", "adr/0001.md", "guide/decisions/a.md"])
def test_a_public_page_that_no_task_concerns_has_no_box(project, path):
    project.write({**traced(), f"docs/{path}": "# For everybody\n\nTurn it off and on.\n"})
    page = path.removesuffix(".md") + "/index.html"
    assert "pt-box" not in project.build().page(page)

    field = "troubleshooting" if "wifi" in path else "decisions"
    project.write(traced(**{field: [f"docs/{path}"]}))
    assert "pt-box" in project.build().page(page)
