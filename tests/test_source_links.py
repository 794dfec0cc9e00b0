"""Links to the lines of files in the repository of a site."""

import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from conftest import Repository, traced

from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.project.workspace import Workspace
from mkdocs_plantrace.site.source_links import RepositorySettings, make_source_links

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PLANTRACE = Path(sys.executable).with_name("plantrace")


def link(path, line=10, *, root, docs="docs", commit=COMMIT, **settings):
    place = Workspace(
        root=root, docs_dir=docs, site_dir=None, configuration=Location(path="mkdocs.yml")
    )
    return make_source_links(RepositorySettings(**settings), place, commit).find(path, line)


@pytest.mark.parametrize(
    ("settings", "permanent", "of_branch"),
    [
        (
            {"url": "https://github.com/u/r", "edit_uri": "edit/main/docs/"},
            f"https://github.com/u/r/blob/{COMMIT}/a.yml#L10",
            "https://github.com/u/r/blob/main/a.yml#L10",
        ),
        (
            {"url": "https://github.com/u/r.git/"},
            f"https://github.com/u/r/blob/{COMMIT}/a.yml#L10",
            "https://github.com/u/r/blob/HEAD/a.yml#L10",
        ),
        (
            {"url": "https://gitlab.example.org/g/s/r", "edit_uri": "-/edit/main/docs/"},
            f"https://gitlab.example.org/g/s/r/-/blob/{COMMIT}/a.yml#L10",
            "https://gitlab.example.org/g/s/r/-/blob/main/a.yml#L10",
        ),
        (
            {"url": "https://bitbucket.org/u/r", "edit_uri": "src/default/docs/"},
            f"https://bitbucket.org/u/r/src/{COMMIT}/a.yml#lines-10",
            "https://bitbucket.org/u/r/src/default/a.yml#lines-10",
        ),
        (
            {"url": "https://codeberg.org/u/r", "edit_uri": "_edit/main/docs/"},
            f"https://codeberg.org/u/r/src/commit/{COMMIT}/a.yml#L10",
            "https://codeberg.org/u/r/src/branch/main/a.yml#L10",
        ),
        (
            {"url": "http://code.example/u/r", "name": "Forgejo", "edit_uri": "docs/"},
            f"http://code.example/u/r/src/commit/{COMMIT}/a.yml#L10",
            "http://code.example/u/r/src/branch/HEAD/a.yml#L10",
        ),
        (
            {"url": "https://code.example/u/r", "edit_uri": "src/branch/main/docs/"},
            f"https://code.example/u/r/src/commit/{COMMIT}/a.yml#L10",
            "https://code.example/u/r/src/branch/main/a.yml#L10",
        ),
        (
            {"url": "https://code.example/u/r", "edit_uri": "-/tree/main/docs/"},
            f"https://code.example/u/r/-/blob/{COMMIT}/a.yml#L10",
            "https://code.example/u/r/-/blob/main/a.yml#L10",
        ),
        (
            {
                "url": "https://code.example/u/r/",
                "edit_uri_template": "https://code.example/u/r/edit/main/docs/{path}",
            },
            f"https://code.example/u/r/blob/{COMMIT}/a.yml#L10",
            "https://code.example/u/r/blob/main/a.yml#L10",
        ),
        (  # an unknown kind of host: as MkDocs links it
            {"url": "https://code.example/u/r", "edit_uri": "browse/docs"},
            "https://code.example/u/r/browse/a.yml",
            "https://code.example/u/r/browse/a.yml",
        ),
    ],
)
def test_each_host_has_its_addresses(tmp_path, settings, permanent, of_branch):
    assert link("a.yml", root=tmp_path, **settings) == permanent
    assert link("a.yml", root=tmp_path, commit="", **settings) == of_branch


@pytest.mark.parametrize(
    "settings",
    [
        {"url": ""},
        {"url": "git@github.com:u/r.git"},
        {"url": "javascript:alert(1)//github.com/u/r"},
        {"url": "file:///home/u/r", "edit_uri": "edit/main/docs/"},
        {"url": "https://[github.com/u/r"},
        {"url": "https://code.example/u/r"},
        {"url": "https://code.example/u/r", "edit_uri": "javascript:alert(1)//"},
        {"url": "https://code.example/u/r", "edit_uri_template": "{nonsense}"},
        {"url": "https://code.example/u/r", "edit_uri": "?query=docs/"},
    ],
)
def test_without_a_known_repository_there_is_no_link(tmp_path, settings):
    assert link("tasks/a.yml", root=tmp_path, **settings) is None


def test_paths_are_quoted(tmp_path):
    found = link("a b/#1%/ü?.yml", 3, root=tmp_path, url="https://github.com/u/r")
    assert found == f"https://github.com/u/r/blob/{COMMIT}/a%20b/%231%25/%C3%BC%3F.yml#L3"


def test_a_line_of_markdown_needs_the_text_of_the_page(tmp_path):
    base = "https://github.com/u/r"
    assert link("a.md", root=tmp_path, url=base) == f"{base}/blob/{COMMIT}/a.md?plain=1#L10"
    assert link("a.md", 0, root=tmp_path, url=base) == f"{base}/blob/{COMMIT}/a.md"


@pytest.mark.parametrize(
    ("edit", "path", "expected"),
    [
        ("?query=docs/", "docs/a b.md", "https://code.example/u/r?query=docs/a%20b.md"),
        ("browse/docs/", "docs/a b.md", "https://code.example/u/r/browse/docs/a%20b.md"),
        ("browse/docs/", "tasks/a.yml", "https://code.example/u/r/browse/tasks/a.yml"),
    ],
)
def test_an_unknown_host_has_the_edit_link(tmp_path, edit, path, expected):
    found = link(path, root=tmp_path, url="https://code.example/u/r", edit_uri=edit)
    assert found == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("edit?file={path!q}", "https://code.example/u/r/edit?file=a%2Fb%20c.md"),
        ("wiki/{path_noext}", "https://code.example/u/r/wiki/a/b%20c"),
    ],
)
def test_an_edit_template_is_filled_in(tmp_path, template, expected):
    url = "https://code.example/u/r"
    found = link("docs/a/b c.md", root=tmp_path, url=url, edit_uri_template=template)
    assert found == expected


@pytest.mark.parametrize(
    ("edit", "docs", "expected"),
    [
        ("edit/main/docs/", "docs", "main/"),
        ("edit/main/packages/a/docs/", "docs", "main/packages/a/"),
        ("edit/main/packages/a/", "", "main/packages/a/"),
        ("edit/main/", "", "main/"),
        ("edit/main/packages%20b/docs/", "docs", "main/packages%20b/"),
        ("edit/main/a/site/docs/", "site/docs", "main/a/"),
    ],
)
def test_without_git_the_edit_link_names_the_root(tmp_path, edit, docs, expected):
    url = "https://github.com/u/r"
    found = link("a.yml", root=tmp_path, docs=docs, commit="", url=url, edit_uri=edit)
    assert found == f"{url}/blob/{expected}a.yml#L10"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ("edit/main/sub/docs/", "main/sub/"),
        ("edit/feature/x/sub/docs/", "feature/x/sub/"),
        ("edit/master/docs/", "master/sub/"),  # MkDocs' default
        ("", "HEAD/sub/"),
        ("edit/main/mirror/docs/", "main/mirror/"),  # of another repository
    ],
)
def test_git_knows_the_root_and_so_the_branch(tmp_path, edit, expected):
    (tmp_path / ".git").mkdir()
    root, url = tmp_path / "sub", "https://github.com/u/r"
    found = link("a.yml", root=root, commit="", url=url, edit_uri=edit)
    assert found == f"{url}/blob/{expected}a.yml#L10"


LOG = """
## 2026-01-10 Stuck

- Error: the worker stops
- Fix: acknowledge it
"""
FILES = {
    "docs/index.md": "# Home\n",
    ".gitignore": "site\n",
    "docs/plans/old/PLAN.md": "# Old\n\nText.\n",
    "evidence/a b.json": '{"status": "PASS"}',
}


@pytest.fixture
def record(project):
    """A project in a folder of its repository."""
    project.root = project.root / "packages/a b"
    fields = {"evidence": ["evidence/a b.json", "evidence/gone.json"]}
    files = FILES | traced("T-1", **fields)
    files["docs/plans/T-1/EXEC_LOG.md"] += LOG
    project.write(files)
    project.site = {
        "repo_url": "https://github.com/u/r",
        "edit_uri": "edit/main/packages/a%20b/docs/",
    }
    return project


def in_repository(project):
    top = project.root.parents[1]
    repository = Repository(project, is_new=False)
    repository.root = top
    repository.git("init", "-q", "-b", "main")
    repository.commit({})
    return repository.git("rev-parse", "HEAD")


def hrefs(text):
    return {unescape(it) for it in re.findall(r'href="(https://[^"]+/packages[^"]+)"', text)}


def pages_of(site):
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*.html"))
        if path != site / "index.html"  # in which MkDocs writes the time of the build
    }


@pytest.mark.parametrize("is_known", [True, False])
def test_pages_link_to_the_lines(record, is_known):
    commit = in_repository(record) if is_known else "main"
    base = f"https://github.com/u/r/blob/{commit}/packages/a%20b"
    outcome = record.build()
    assert outcome.failure is None

    problems = outcome.page("trace/problems/index.html")
    assert f"{base}/docs/plans/old/PLAN.md?plain=1#L1" in hrefs(problems)
    assert '<a href="../../plans/old/PLAN/">page</a>' in problems
    log = f"{base}/docs/plans/T-1/EXEC_LOG.md?plain=1#L11"
    (error,) = outcome.site.glob("trace/errors/*/index.html")
    assert log in hrefs(error.read_text(encoding="utf-8"))
    task = hrefs(outcome.page("trace/tasks/T-1/index.html"))
    assert {log, f"{base}/evidence/a%20b.json", f"{base}/tasks/T-1/meta.yml#L1"} <= task
    assert not any("gone.json" in it for it in task)

    first = pages_of(outcome.site)
    shutil.rmtree(outcome.site)
    assert pages_of(record.build().site) == first


def test_a_shallow_clone_knows_its_commit(record, tmp_path):
    in_repository(record)
    repository = Repository(record, is_new=False)
    repository.commit({"docs/index.md": "# Home 2\n"})
    commit = repository.git("rev-parse", "HEAD")
    top = record.root.parents[1]
    repository.git("clone", "-q", "--depth", "1", top.as_uri(), str(tmp_path / "clone"))
    record.root = tmp_path / "clone/packages/a b"

    page = record.build().page("trace/problems/index.html")

    assert f"https://github.com/u/r/blob/{commit}/packages/a%20b/" in page


def test_without_a_repository_places_are_text_or_links_to_pages(record):
    record.site = {}
    outcome = record.build()
    task = outcome.page("trace/tasks/T-1/index.html")
    assert '<span class="pt-place" data-pt-copy="tasks/T-1/meta.yml:1"><code>' in task
    assert '<a href="../../plans/old/PLAN/">docs/plans/old/PLAN.md:1:1</a>' in outcome.page(
        "trace/problems/index.html"
    )
    for text in pages_of(outcome.site).values():
        assert b"github.com" not in text.replace(b"https://github.com/highlightjs", b"")


def test_pages_for_zensical_have_the_links(record):
    commit = in_repository(record)
    record.configure()
    subprocess.run([PLANTRACE, "pages"], cwd=record.root, check=True, capture_output=True)
    page = (record.root / "docs/trace/problems.md").read_text(encoding="utf-8")
    base = f"https://github.com/u/r/blob/{commit}/packages/a%20b"
    assert f"{base}/docs/plans/old/PLAN.md?plain=1#L1" in hrefs(page)
