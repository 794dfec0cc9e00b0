"""Ids, phases and files of any name: a page of its own, or a problem."""

import os

import pytest
from conftest import metadata, traced
from test_cli import findings, plantrace

NAMES = [
    *("index.html", "INDEX.HTML", "index", "readme", ".", "..", "...", "CON", "con.txt", "COM1"),
    *("a/b", "a\\b", "a b", "-", "../x", "404.html", "tasks", "errors", "e\u0301", "\u00e9", "𝔘"),
    *("T-" + "x" * 10_000, "T-" + "é" * 5000, "a\0b", "a\x1b[31m", "a\u202eb", "c\nd", "<b>", "~"),
    *("%2e%2e%2f", "a?b", "a#b", "*", "{{ x }}", "&amp;", "index.md", "sitemap.xml", "\u200b"),
]


@pytest.mark.parametrize("urls", [True, False])
def test_any_id_and_any_phase_has_a_page_of_its_own(project, urls):
    files = {
        f"tasks/{n}/meta.yml": metadata(name, title=f"Title {n}", phase=name)
        for n, name in enumerate(NAMES)
    }
    project.write(files)
    project.site = {"use_directory_urls": urls}

    outcome = project.build()

    assert outcome.failure is None
    for folder in ("tasks", "phases"):
        pages = [page for page in (outcome.site / "trace" / folder).rglob("*") if page.is_file()]
        assert len(pages) == len(NAMES) + 1  # and the index
    assert plantrace("check", cwd=project.root).returncode == 0


@pytest.fixture
def nameless(project):
    """Write a file whose path is not UTF-8, with a byte instead of a `?`."""

    def write(path, text):
        where = os.path.join(os.fsencode(project.root), path.encode().replace(b"?", b"\xff"))
        try:
            os.makedirs(os.path.dirname(where), exist_ok=True)
            with open(where, "w", encoding="utf-8") as file:
                file.write(text)
        except (OSError, UnicodeDecodeError):
            pytest.skip("this system has no such files")

    return write


@pytest.mark.parametrize("urls", [True, False])
@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("tasks/?/meta.yml", "PT001"),
        ("docs/?.md", "PT105"),
        ("docs/?/a.md", "PT105"),
        ("docs/?.png", "PT105"),
        ("docs/troubleshooting/?.md", "PT105"),
    ],
)
def test_a_file_whose_path_is_not_utf8_is_a_problem(project, nameless, path, rule, urls):
    project.write(traced())
    nameless(path, metadata("T-2") if path.endswith(".yml") else "# A\n")
    project.site = {"use_directory_urls": urls}

    outcome = project.build()
    ended = plantrace("check", cwd=project.root)

    assert outcome.failure == "Aborted with a BuildError!"
    assert ended.returncode == 1
    assert ended.stderr == ""
    (problem,) = findings(ended.stdout)
    assert f" error {rule} " in problem
    assert problem.endswith("not UTF-8")
    assert findings(outcome.report) == [problem]
    for form in ("json", "sarif", "junit", "github"):
        assert plantrace("check", "--format", form, "-o", "x", cwd=project.root).returncode == 1


def test_a_file_whose_path_is_not_utf8_is_left_out_where_that_is_no_problem(project, nameless):
    project.write(traced())
    nameless("docs/?.md", "# A\n")
    nameless("docs/?.png", "x")
    project.options = {"rules": {"unpublished-document": "off"}}

    outcome = project.build()

    assert outcome.failure is None
    assert all(os.fsencode(path).isascii() for path in outcome.site.rglob("*"))


def test_files_elsewhere_may_have_any_name(project, nameless):
    project.write({**traced(), "docs/index.md": "# Home\n"})
    nameless("other/?.md", "# A\n")
    nameless("tasks/T-1/?.txt", "x")

    assert project.build().failure is None
    assert plantrace("check", cwd=project.root).returncode == 0
