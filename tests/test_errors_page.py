"""The error index and what other pages show of errors, as readers of the site get them."""

import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from conftest import metadata, traced

ARTICLE = re.compile(r'<h1 id="error".*?All errors and their fixes', re.DOTALL)
LINE = re.compile(r'<article class="pt-error pt-error-line.*?</article>', re.DOTALL)
LOG = """# Log of T-1

Plan: PLAN.md

## 2026-01-10 Missing table

- Error: boom <b onclick="x()">here</b> {{ config }} `relation` does not exist, see T-2
- Cause: [here](../../notes.md), [bad](javascript:alert(2)), [data](data:text/html,x), [gone](no.md)
- Fix: run **alembic upgrade head** <img src=x onerror=alert(3)> ![shot](shot.png)
- Outcome: fixed, PASS

## Final summary

Done.
"""


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs", "material"])
@pytest.mark.parametrize("directory_urls", [True, False])
def test_fields_are_safe_and_links_lead_to_real_places(project, theme, directory_urls):
    project.write(
        {
            **traced("T-1"),
            "docs/plans/T-1/EXEC_LOG.md": LOG,
            "docs/notes.md": "# Notes\n",
            "tasks/T-2/meta.yml": metadata("T-2"),
        }
    )
    project.options = {"rules": {"broken-document-link": "off"}}
    project.site = {"theme": theme, "use_directory_urls": directory_urls}

    outcome = project.build()

    assert outcome.failure is None
    index = "trace/errors/index.html" if directory_urls else "trace/errors.html"
    (anchor,) = re.findall(r'<h3 id="([^"]+)"', outcome.page(index))
    address = f"trace/errors/{anchor}{'/index' if directory_urls else ''}.html"
    assert f'href="{"" if directory_urls else "errors/"}{anchor}' in outcome.page(index)
    (article,) = ARTICLE.findall(outcome.page(address))
    assert "&lt;b onclick=" in article
    assert "{{ config }}" in article
    assert "<strong>alembic upgrade head</strong>" in article
    assert not re.search(r"<(script|img|b )|\"(javascript|data):", article)
    assert "<span>bad</span>" in article
    assert "<span>gone</span>" in article
    hrefs = re.findall(r'href="([^"]+)"', article)
    assert len(hrefs) > 5
    for href in hrefs:
        parts = urlsplit(urljoin(f"/{address}", href))
        path = unquote(parts.path).lstrip("/")
        page = outcome.page(f"{path}index.html" if path.endswith("/") or not path else path)
        assert not parts.fragment or f'id="{parts.fragment}"' in page
    assert any(href.endswith("#2026-01-10-missing-table") for href in hrefs)


def test_task_plan_and_overview_tell_of_the_error(project):
    project.write({**traced("T-1"), "docs/plans/T-1/EXEC_LOG.md": LOG})
    project.options = {"rules": {"broken-document-link": "off"}}

    outcome = project.build()

    for address in ("trace/tasks/T-1", "plans/T-1/PLAN"):
        page = outcome.page(f"{address}/index.html")
        assert "Errors (1)" in page
        assert "alembic upgrade head" in page
    assert "1 error" in outcome.page("plans/T-1/EXEC_LOG/index.html")
    overview = outcome.page("trace/index.html")
    assert "does not exist" not in overview  # it is fixed
    assert 'class="pt-search pt-ask"' in overview
    assert "#errors" in outcome.page("trace/phases/0/index.html")
    data = outcome.page("trace/errors-index.js")
    assert "<" not in data


def test_the_overview_searches_a_record_without_labelled_errors(project):
    project.write({**traced("T-1"), "docs/plans/T-1/EXEC_LOG.md": "# T-1\n\nPlan: PLAN.md\n"})
    overview = project.build().page("trace/index.html")
    assert 'class="pt-search pt-ask"' in overview
    assert "All errors and their fixes" not in overview


def test_an_index_of_thousands_shows_most_errors_as_a_line(project):
    entries = "".join(f"\n- Error: gate{n:05}x is shut\n- Fix: opened it\n" for n in range(1_010))
    project.write(
        {**traced("T-1"), "docs/plans/T-1/EXEC_LOG.md": f"# T-1\n\nPlan: PLAN.md\n{entries}"}
    )

    outcome = project.build()

    page = outcome.page("trace/errors/index.html")
    assert "1010 errors in the execution logs" in page
    assert page.count("<strong>Fix</strong> opened it") == 1_000
    lines = LINE.findall(page)
    assert len(lines) == 1_010
    assert len([line for line in lines if "EXEC_LOG.md:" in line]) == 10
    assert all('data-state="fixed"' in line for line in lines)
    assert len(set(re.findall(r'<h3 id="([^"]+)"', page))) == 1_010
    assert len(list((outcome.site / "trace/errors").glob("*/index.html"))) == 1_000


def log(*entries):
    text = "".join(f"\n## {date} Gate\n\n{fields}" for date, fields in entries)
    return f"# Log\n\nPlan: PLAN.md\n{text}\n## Final summary\n\nDone.\n"


def entry(error, signature="", **fields):
    lines = {**({"signature": signature} if signature else {}), "error": error, **fields}
    return "".join(f"- {name.capitalize()}: {text}\n" for name, text in lines.items())


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


GATES = [
    (f"2026-0{month}-{day:02}", entry(error, fix=fix, outcome="fixed", signature="CI.GATE"))
    for month, day, error, fix in (
        (1, 5, "evidence is stale", "regenerated it"),
        (1, 20, "no licence header", "added one"),
        (3, 1, "evidence is stale", "regenerated it again"),
        (3, 2, "`scripts/audit.sh`\n    - `sudo: a terminal is required`", "ran it as root"),
        (3, 9, "schema has no owner", "set the owner"),
    )
]


def test_the_page_of_many_entries_has_the_title_of_their_signature(project):
    newest = ("2026-03-12", entry("disk is full", outcome="resolved", signature="CI.GATE"))
    project.write(
        {
            **traced("T-1"),
            "docs/plans/T-1/EXEC_LOG.md": log(*GATES, newest),
            "docs/signatures.yml": (
                "CI.GATE:\n  description: A gate failed.\n  aliases: [OLD.GATE]\n"
            ),
        }
    )
    project.options = {"signatures": "docs/signatures.yml"}

    outcome = project.build()

    page = outcome.page("trace/errors/ci-gate/index.html")
    assert '<span class="pt-id">CI.GATE</span> A gate failed</h1>' in page
    assert "6 times , last 2026-03-12" in text_of(page)
    assert "One signature can cover different failures" in page
    first = page[page.index("Last fix that worked</h2>") : page.index('id="occurrences"')]
    assert "set the owner" in first
    lines = re.findall(
        r'<details class="pt-shared pt-occurrence" id="(.*?)"(.*?)>(.*?)</summary>', page
    )
    assert [name for name, _, _ in lines] == [f"occurrence-{n}" for n in (6, 4, 3, 2, 1)]
    assert not any("open" in state for _, state, _ in lines)
    words = [text_of(line) for _, _, line in lines]
    assert words[0] == "2026-03-12 disk is full – fix not recorded"
    assert words[1] == "2026-03-02 sudo: a terminal is required – ran it as root"
    assert words[2] == "2026-03-01 seen again evidence is stale – regenerated it again"
    assert words[4] == "2026-01-05 evidence is stale – regenerated it"
    assert re.findall(r'number">(\d+)<.*?label">([^<]+)<', page) == [
        *(("2", "2026-01"), ("0", "2026-02"), ("4", "2026-03")),
    ]
    assert "OLD.GATE" in page
    line = text_of(*LINE.findall(outcome.page("trace/errors/index.html")))
    assert "CI.GATE A gate failed fixed seen 6 times, last 2026-03-12" in line
    assert "Among them: disk is full · schema has no owner · sudo: a terminal" in line


def test_a_troubleshooting_page_shows_three_entries_and_folds_the_rest(project):
    project.write(
        {
            **traced("T-1"),
            "docs/plans/T-1/EXEC_LOG.md": log(*GATES),
            "docs/troubleshooting/gate.md": "# Gate\n\nCI.GATE\n\n## Fix\n\nLook.\n",
        }
    )

    page = project.build().page("troubleshooting/gate/index.html")

    assert "seen 5 times, last 2026-03-09" in text_of(page)
    assert page.count('<div class="pt-entry">') == 3
    folded = page[page.index("2 other entries</summary>") :]
    assert "errors/ci-gate/#occurrence-1" in folded
    assert "evidence is stale" in folded


def test_the_state_tells_open_again_and_resolved_without_a_fix(project):
    project.write(
        {
            **traced("T-1"),
            "docs/plans/T-1/EXEC_LOG.md": log(
                ("2026-01-01", entry("the certificate is old", outcome="resolved")),
                ("2026-01-02", entry("the port is taken", fix="another port", outcome="fixed")),
                ("2026-01-03", entry("the port is taken", outcome="still failing")),
                ("2026-01-04", entry("the font is missing", fix="added it")),
            ),
        }
    )

    outcome = project.build()

    briefs = re.findall(
        r'<div class="pt-brief".*?data-state="(.*?)">.*?<a href="\.\./\.\./errors/[^"]+">(.*?)</a>',
        outcome.page("trace/tasks/T-1/index.html"),
        re.DOTALL,
    )
    assert briefs == [
        ("open again", "the port is taken"),
        ("fixed", "the font is missing"),
        ("resolved, fix not recorded", "the certificate is old"),
    ]
    lines = {text_of(line) for line in LINE.findall(outcome.page("trace/errors/index.html"))}
    assert (
        "the certificate is old resolved, fix not recorded seen once, 2026-01-01 · "
        "docs/plans/T-1/EXEC_LOG.md:7" in lines
    )


def test_similar_errors_are_linked_and_others_are_not(project):
    words = "certificate verify failed: hostname mismatch for the {} gateway"
    project.write(
        {
            **traced("T-1"),
            "docs/plans/T-1/EXEC_LOG.md": log(
                ("2026-01-01", entry(words.format("payments"), fix="a new certificate")),
                ("2026-01-02", entry(words.format("ledger"), fix="another name")),
                ("2026-01-04", entry("the font is missing", fix="added it")),
            ),
        }
    )

    outcome = project.build()

    pages = {path.parent.name: path.read_text() for path in outcome.site.glob("trace/errors/*/*")}
    similar = {
        name: re.findall(r'href="\.\./([^/"]+)/"', page[page.index('id="similar"') :])
        for name, page in pages.items()
        if 'id="similar"' in page
    }
    (payments,) = (name for name, page in pages.items() if "a new certificate</p>" in page)
    (ledger,) = (name for name, page in pages.items() if "another name</p>" in page)
    assert similar == {payments: [ledger], ledger: [payments]}


def test_addresses_of_errors_are_safe_and_unique(project):
    names = ("INDEX.HTML", "A.B", "A_B", "TRACE.ERRORS")
    entries = [("2026-01-01", entry(f"e {name}", fix="f", signature=name)) for name in names]
    project.write({**traced("T-1"), "docs/plans/T-1/EXEC_LOG.md": log(*entries)})

    outcome = project.build()

    found = [path.parent.name for path in (outcome.site / "trace/errors").glob("*/index.html")]
    assert len(found) == len(names)
    assert {"index-html", "a-b", "trace-errors"} < set(found)
    index = outcome.page("trace/errors/index.html")
    assert sorted(re.findall(r'<h3 id="[^"]+"><a href="([^"]+)/"', index)) == sorted(found)


@pytest.mark.parametrize("nav", ["pruned", "full", "none"])
def test_pages_of_errors_are_in_the_full_navigation_only(project, nav):
    project.write({**traced("T-1"), "docs/plans/T-1/EXEC_LOG.md": log(*GATES)})
    project.options = {"nav": nav}

    outcome = project.build()

    assert outcome.failure is None
    menu = outcome.page("trace/index.html").partition('role="main"')[0]
    assert ('href="errors/' in menu.replace('href="errors/"', "")) == (nav == "full")
