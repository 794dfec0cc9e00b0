"""The error index and what other pages show of errors, as readers of the site get them."""

import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from conftest import metadata, traced

ARTICLE = re.compile(r'<article class="pt-error".*?</article>', re.DOTALL)
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
    address = "trace/errors/index.html" if directory_urls else "trace/errors.html"
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
    assert "does not exist" not in outcome.page("trace/index.html")  # it is fixed
    assert "#errors" in outcome.page("trace/phases/0/index.html")
    data = outcome.page("trace/errors-index.js")
    assert "<" not in data


def test_an_index_of_thousands_shows_most_errors_as_a_line(project):
    entries = "".join(f"\n- Error: gate{n:05}x is shut\n- Fix: opened it\n" for n in range(1_010))
    project.write(
        {**traced("T-1"), "docs/plans/T-1/EXEC_LOG.md": f"# T-1\n\nPlan: PLAN.md\n{entries}"}
    )

    page = project.build().page("trace/errors/index.html")

    assert "1010 errors in the execution logs" in page
    assert page.count("<dt>Fix</dt>") == 1_000
    lines = re.findall(r'<article class="pt-error pt-error-line".*?</article>', page)
    assert len(lines) == 10
    assert all("EXEC_LOG.md:" in line and 'data-state="fixed"' in line for line in lines)
    assert len(set(re.findall(r'<h3 id="([^"]+)"', page))) == 1_010
