"""Links that MkDocs, a browser or another plugin resolves are no problem, and lead to a page."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from conftest import metadata, traced

from mkdocs_plantrace.checks.project_check import check_project
from mkdocs_plantrace.config.rendering import _ADD_PAGES, _REWRITE_LINKS
from mkdocs_plantrace.parsing.markdown.scanner import find_formulas

LOG = "docs/plans/T-1/EXEC_LOG.md"
GUIDE = {"docs/guide/index.md": "# Guide\n", "docs/guide/a b.md": "# Spaces\n"}
MATH = {"markdown_extensions": [{"pymdownx.arithmatex": {"generic": True}}]}
REPLACES = """
def on_page_markdown(markdown, **_):
    return markdown.replace("{{ x }}", "..")
"""
ADDS = """
from mkdocs.structure.files import File
def on_files(files, config):
    files.append(File.generated(config, "reference/new.md", content="# New"))
    return files
"""
HOOK = {"hooks": ["hooks.py"]}


@pytest.fixture
def both(project):
    """Add text to the log; returns what build and check report, and the links of the page."""

    def run(text, files=None, site=None):
        written = {**traced(), "docs/index.md": "# Home\n", **GUIDE, **(files or {})}
        written[LOG] += f"\n{text}\n"
        project.write(written)
        project.site = {**project.site, **(site or {})}
        outcome = project.build()
        result = check_project(project.root / "mkdocs.yml")[1]
        checked = [(problem.rule.code, problem.location.line) for problem in result.problems]
        built = re.findall(r"EXEC_LOG\.md:(\d+):\d+: \w+ (PT\d+)", outcome.report)
        assert checked == [(rule, int(line)) for line, rule in built]
        return outcome, built

    return run


def dead_links(site, address="plans/T-1/EXEC_LOG/index.html"):
    """The links in the text of a page that lead to no file of the site."""
    html = (site / address).read_text(encoding="utf-8")
    content = html.partition('role="main"')[2].partition("<footer")[0]
    links = re.findall(r'<(?:a|img)[^>]* (?:href|src)="([^"]*)"', content)
    return [link for link in links if not _is_there(site, Path(address).parent, link)]


def _is_there(site, folder, link):
    parts = urlsplit(link)
    if parts.scheme or not parts.path:
        return True
    if parts.path.startswith("/"):
        return False
    target = (site / folder / unquote(parts.path)).resolve()
    return (target / "index.html").is_file() or target.is_file()


@pytest.mark.parametrize("directory_urls", [True, False])
@pytest.mark.parametrize(
    "link",
    [
        *("PLAN.md/", "PLAN.md/#plan-of-t-1", "./PLAN.md", "../T-1//PLAN.md", "PLAN%2Emd"),
        *("?x=1", "PLAN.md?x=1#plan-of-t-1", "../../guide/a%20b.md"),
        *("../../../docs/plans/T-1/PLAN.md", "../../../docs/guide/", "../../../docs/a.png"),
        *("../../guide", "../../guide/", "../../guide/#guide", "../..", "../../"),
        *("/plans/T-1/PLAN.md", "/guide/index.md#guide", "/plans/../plans/T-1/PLAN.md"),
        *("../../trace/tasks/T-1/", "../../trace/errors/", "../../trace/", "/trace/errors.md"),
        "../../trace/phases/0/?status=completed",
    ],
)
def test_a_link_that_is_resolved_leads_there(both, link, directory_urls):
    site = {"use_directory_urls": directory_urls}
    outcome, found = both(f"[x]({link})\n\n![x]({link})", {"docs/a.png": b"PNG"}, site)

    assert found == []
    address = "plans/T-1/EXEC_LOG" + ("/index.html" if directory_urls else ".html")
    assert dead_links(outcome.site, address) == []


@pytest.mark.parametrize(
    "link",
    [".", "./", "../PLAN/", "../PLAN", "../../../guide/", "../../..", "../../../trace/tasks/T-1/"],
)
def test_a_url_of_the_site_is_no_broken_link(both, link):
    outcome, found = both(f"[x]({link})")

    assert found == []
    assert dead_links(outcome.site) == []


@pytest.mark.parametrize(
    "link",
    [
        *("PLAN.md.", "PLAN.md/x", "../PLAN.md", "../PLANS/", "../../guides/", "/docs/PLAN.md"),
        *("../../../../guide/", "../EXEC_LOG.html/", "../../trace/tasks/T-2/", "{{ x }}/a.md"),
    ],
)
def test_a_link_that_leads_nowhere_is_reported(both, link):
    _, found = both(f"[x]({link})")

    assert found == [("9", "PT108")]


def test_with_relative_to_docs_a_generated_page_is_found(both):
    site = {"validation": {"links": {"absolute_links": "relative_to_docs"}}}
    outcome, found = both("[x](/trace/errors.md) [y](/plans/T-1/PLAN.md)", site=site)

    assert found == []
    assert dead_links(outcome.site) == []


@pytest.mark.parametrize(
    "link", ["{{ x }}/T-1/PLAN.md", "a/{{x}}.md", "${base}/a.md", "{% x %}", "v{x}.md"]
)
def test_an_expression_is_not_judged_where_a_hook_may_replace_it(both, link):
    _, found = both(f"[x]({link})", {"hooks.py": REPLACES}, HOOK)

    assert found == []


def test_beside_a_hook_other_links_are_judged(both):
    _, found = both("[x]({{ x }}/T-1/PLAN.md)\n[y](gone.md)", {"hooks.py": REPLACES}, HOOK)

    assert found == [("10", "PT108")]


@pytest.mark.parametrize(
    "text",
    [
        *("$F[x](t)$", "a $F[x](t)$ and $G[y](u)$.", "$$\nF[x](t)\n$$", "$$F[x](t)$$"),
        *(r"\(F[x](t)\)", r"\\(F[x](t)\\)", "\\[\nF[x](t)\n\\]", "- a\n- $F[x](t)$"),
        "\\begin{align}\nF[x](t)\n\\end{align}",
    ],
)
def test_a_formula_has_no_links(both, text):
    assert both(text, site=MATH)[1] == []


@pytest.mark.parametrize(
    "text",
    [
        *("It costs $5 [x](t) and $6.", "`$` [x](t) `$`", "a $ b [x](t) c $ d", r"\$[x](t)\$"),
        "$a\n\n[x](t)$",
    ],
)
def test_text_beside_a_dollar_is_no_formula(both, text):
    assert [rule for _, rule in both(text, site=MATH)[1]] == ["PT108"]


def test_without_the_extension_there_are_no_formulas(both):
    assert both("$F[x](t)$")[1] == [("9", "PT108")]


@pytest.mark.parametrize(
    "sentence",
    [
        *("Implements {}.", "See {}, then go.", "It follows ({}).", "{}: done", "By {}; fine"),
        *("参见{}。", "参见{}的说明", "計画は{}です", "계획은{}입니다"),
        *('As "{}".', "In {}…", "In {}...", "Von {}。", "**{}**!", "See {}?"),
    ],
)
def test_punctuation_ends_a_path(project, sentence):
    path = "docs/plans/T-1/PLAN.md"
    log = f"# Log of T-1\n\n{sentence.format(path)}\n\n## Final summary\n\nDone.\n"
    project.write({**traced(), LOG: log})

    outcome = project.build()

    assert outcome.report == ""
    assert '<a href="../PLAN/">docs/plans/T-1/PLAN.md</a>' in outcome.page(
        "plans/T-1/EXEC_LOG/index.html"
    )


@pytest.mark.parametrize("name", ["PLAN.md.bak", "PLAN.md-old", "PLAN.mdx", "PLAN.md/x"])
def test_a_longer_name_is_another_file(project, name):
    log = f"# Log of T-1\n\nSee docs/plans/T-1/{name}\n\n## Final summary\n\nDone.\n"
    project.write({**traced(), LOG: log})

    assert "PT106" in project.build().report


@pytest.mark.parametrize(
    ("written", "there", "named"),
    [
        ("caf\u00e9.md", "cafe\u0301.md", "U+0301 COMBINING ACUTE ACCENT"),
        ("cafe\u0301.md", "caf\u00e9.md", "U+00E9 LATIN SMALL LETTER E WITH ACUTE"),
        ("NOTES\u200b.md", "NOTES.md", "without U+200B ZERO WIDTH SPACE"),
        ("NO\u00adTES.md", "NOTES.md", "without U+00AD SOFT HYPHEN"),
        ("my%C2%A0notes.md", "my notes.md", "U+0020 SPACE instead of U+00A0 NO-BREAK SPACE"),
        ("NOTES\ufeff.md", "NOTES.md", "without U+FEFF ZERO WIDTH NO-BREAK SPACE"),
    ],
)
def test_a_difference_that_nobody_sees_is_named(both, written, there, named):
    outcome, found = both(f"[x]({written})", {f"docs/plans/T-1/{there}": "# Notes\n"})

    assert found == [("9", "PT108")]
    assert f"did you mean '{there}'?" in outcome.report
    assert named in outcome.report


def test_letters_that_look_alike_are_named(both):
    outcome, _ = both("[x](NOTE\u0405.md)", {"docs/plans/T-1/NOTES.md": "# Notes\n"})

    assert "U+0053 LATIN CAPITAL LETTER S instead of U+0405" in outcome.report


def test_a_usual_suggestion_names_no_characters(both):
    outcome, _ = both("[x](Plan.md)")

    assert "= did you mean 'PLAN.md'?\n" in f"{outcome.report}\n"


def test_on_a_page_with_expressions_any_heading_may_exist(both):
    plan = "# Plan of T-1\n\n{{ more }}\n"
    files = {"docs/plans/T-1/PLAN.md": plan}
    assert both("[x](PLAN.md#more)", files)[1] == [("9", "PT109")]
    assert both("[x](PLAN.md#more)", {**files, "hooks.py": REPLACES}, HOOK)[1] == []


def reported(project, links, plugins=("search",), hook=None):
    """The links that `plantrace check`, which runs no plugin, reports."""
    text = "\n".join(f"[x]({link})" for link in links)
    project.write({**traced(), LOG: f"{traced()[LOG]}\n{text}\n"})
    project.site = {"plugins": [*plugins, "plantrace"]}
    if hook:
        project.write({"hooks.py": hook})
        project.site["hooks"] = ["hooks.py"]
    project.configure()
    problems = check_project(project.root / "mkdocs.yml")[1].problems
    return [links[problem.location.line - 9] for problem in problems]


MISSING = ["../../reference/new.md", "/reference/new.md", "gone.md"]
WRONG = ["../../../tasks/gone.md", "/home/me/x.md", "file:x.md"]


@pytest.mark.parametrize("name", sorted(_ADD_PAGES))
def test_check_does_not_judge_pages_that_a_plugin_may_add(project, name):
    assert reported(project, [*MISSING, *WRONG], [name]) == WRONG


@pytest.mark.parametrize("name", sorted(_REWRITE_LINKS - {"pathconverter"}))
def test_links_that_a_plugin_may_rewrite_are_not_judged(project, name):
    assert reported(project, [*MISSING, "/home/me/x.md"], [name]) == ["/home/me/x.md"]


def test_check_does_not_judge_pages_that_a_hook_may_add(project):
    assert reported(project, [*MISSING, *WRONG], hook=ADDS) == WRONG
    assert reported(project, [*MISSING, *WRONG], hook=REPLACES) == [*MISSING, *WRONG]


def test_a_build_knows_the_pages_that_a_hook_adds(project):
    text = "".join(f"[x]({link})\n" for link in MISSING)
    project.write({**traced(), LOG: f"{traced()[LOG]}\n{text}", "hooks.py": ADDS})
    project.site = HOOK

    outcome = project.build()

    assert re.findall(r"EXEC_LOG.md:(\d+)", outcome.report) == ["11"]


def test_the_guide_names_every_plugin_that_is_known():
    guide = (Path(__file__).parents[1] / "example_site/docs/guide/plans-and-logs.md").read_text()
    named = set(re.findall(r"`([a-z0-9-]+)`", guide))
    assert named >= _ADD_PAGES | _REWRITE_LINKS


def test_pages_that_are_no_record_are_not_linked_with_each_other(project):
    text = "See docs/guide/index.md, `guide/index.md`, docs/plans/T-1/PLAN.md and T-1.\n"
    project.write({**traced(), **GUIDE, "docs/index.md": text, "docs/plans/T-1/NOTES.md": text})
    project.write({LOG: traced()[LOG] + f"\n{text}"})

    outcome = project.build()

    plan, guide = ">docs/plans/T-1/PLAN.md</a>", ">docs/guide/index.md</a>"
    for page in ("index.html", "plans/T-1/NOTES/index.html"):
        assert (plan in outcome.page(page), guide in outcome.page(page)) == (True, False)
        assert '<a href="' in outcome.page(page).partition(plan)[2].partition("T-1</a>")[0]
    log = outcome.page("plans/T-1/EXEC_LOG/index.html")
    assert (plan in log, guide in log) == (True, True)


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize(
    "text",
    ["$a ", "costs $5 or so. ", "\\( ", "\\[ ", "$$ ", "\\begin{a} ", "$x$ ", "$a[x](t)$ "],
)
def test_formulas_are_found_in_linear_time(text):
    found = list(find_formulas(text * 200_000))
    assert len(found) in (0, 100_000, 200_000)


def test_a_link_of_a_file_outside_docs_dir_has_no_url(project):
    """A URL of the site is relative to the URL of a page, and such a file has none."""
    files = {
        "design/PLAN.md": "# Plan of T-1\n\n[a](../../guide/) [b](../docs/guide/index.md)\n",
        "tasks/T-1/meta.yml": metadata(implementation_plan="design/PLAN.md"),
    }
    project.write({**GUIDE, **files})
    project.configure()
    problems = check_project(project.root / "mkdocs.yml")[1].problems

    assert [(it.rule.code, it.location.column) for it in problems if it.rule.code == "PT108"] == [
        ("PT108", 5)
    ]


@pytest.mark.parametrize("suffix", [".markdown", ".mkd", ".MD"])
def test_urls_of_pages_with_other_suffixes(project, suffix):
    text = "# Plan of T-1\n\n[a](../../../guide/)\n[b](../../../nowhere/)\n"
    files = {**traced(implementation_plan=f"docs/plans/T-1/PLAN{suffix}"), **GUIDE}
    del files["docs/plans/T-1/PLAN.md"]
    project.write({**files, f"docs/plans/T-1/PLAN{suffix}": text})
    project.options = {"rules": {"PT106": "off", "PT108": "warning"}}

    found = re.findall(rf"PLAN{suffix}:(\d+):\d+: warning (PT108)", project.build().report)
    assert found == [("4", "PT108")]


@pytest.mark.parametrize("name", ["tags", "blog", "macros", "awesome-nav", "redirects"])
def test_beside_plugins_that_add_no_pages_of_a_record_check_judges(project, name):
    assert reported(project, ["gone.md", "../T-2/PLAN.md"], [name]) == ["gone.md", "../T-2/PLAN.md"]


@pytest.mark.parametrize("hook", ["# on_files is not used\n", "x = 'File'\n", "#File(\n"])
def test_a_hook_that_mentions_files_adds_none(project, hook):
    assert reported(project, ["gone.md"], hook=hook) == ["gone.md"]


@pytest.mark.parametrize("title", ["计划T-1的范围", "T-1の計画", "작업T-1을 위한", "《T-1》"])
def test_an_id_needs_no_spaces_in_scripts_that_have_none(project, title):
    project.write({**traced(), "docs/plans/T-1/PLAN.md": f"# {title}\n\nText.\n"})
    outcome = project.build()
    assert outcome.report == ""


def test_ids_in_such_scripts_are_whole_words(project):
    files = traced("任务-1", phase="0")
    project.write({**files, "docs/index.md": "见任务-1的日志，和 任务-1。\n"})
    page = project.build().page("index.html")
    assert "见任务-1的日志，和 <a" in page


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        *(("PLAN.md/", True), ("/plans/T-1/PLAN.md", True), ("PLAN.md/#plan-of-t-1", True)),
        *(("/plans/T-1/GONE.md", False), ("GONE.md/", False)),
    ],
)
def test_a_plan_line_accepts_what_a_link_accepts(project, line, is_found):
    log = f"# Log of T-1\n\nPlan: {line}\n\n## Final summary\n\nDone.\n"
    project.write({**traced(), LOG: log})
    assert ("PT108" not in project.build().report) is is_found


def test_an_expression_in_a_plan_line_is_not_judged(project):
    plan = "Plan: docs/plans/{{x}}/PLAN.md"
    log = f"# Log of T-1\n\n{plan}\n\nSee PLAN.md.\n\n## Final summary\n\nDone.\n"
    project.write({**traced(), LOG: log, "hooks.py": REPLACES})
    project.site = HOOK
    assert project.build().report == ""


def test_a_path_from_the_root_of_the_repository_is_not_a_path_of_the_site(both):
    outcome, found = both("![x](/docs/a.png)", {"docs/a.png": b"PNG"})
    assert found == [("9", "PT108")]
    assert "write '../../a.png'" in outcome.report
