"""`plantrace pages`, and the extension that Zensical loads; `make matrix` runs Zensical itself."""

import os
import re
import shutil
from types import SimpleNamespace

import pytest
from conftest import metadata, traced
from markdown import Markdown
from markdown.preprocessors import Preprocessor
from test_cli import plantrace

from mkdocs_plantrace.site import zensical

TRACE = "docs/trace"
LOG = "plans/T-1/EXEC_LOG.md"


@pytest.fixture
def record(project):
    files = traced()
    files[f"docs/{LOG}"] += "\n## Issue\n\n- Error: it broke\n- Fix: repaired, see T-2\n"
    files["docs/index.md"] = "# Home of T-2\n\n<!-- plantrace: tasks -->\n\nSee T-1.\n"
    project.write({**files, "tasks/T-2/meta.yml": metadata("T-2", depends_on=["T-1"])})
    project.configure()
    return project


def run(project, *words):
    return plantrace(*words, cwd=project.root)


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_pages_are_written_and_removed_again(record):
    before = contents(record.root)
    checked = run(record, "check").stdout
    written = run(record, "pages")
    first = contents(record.root)

    assert (written.returncode, written.stdout) == (0, "15 files written to 'docs/trace'\n")
    assert {"docs/trace/index.md", "docs/trace/tasks/T-2.md"} < first.keys()
    assert run(record, "check").stdout == checked
    assert run(record, "pages").returncode == 0
    assert contents(record.root) == first
    assert run(record, "pages", "--clean").stdout == "15 files removed from 'docs/trace'\n"
    assert contents(record.root) == before
    assert not (record.root / TRACE).exists()


def test_a_page_is_html_with_links_relative_to_its_source(record):
    run(record, "pages")
    page = (record.root / TRACE / "tasks/T-2.md").read_text()

    front = 'title: "T-2: Title of T-2"\nrender_macros: false\nsearch: {boost: 2}'
    assert page.startswith(f"---\n{front}\n---\n\n<div")
    links = re.findall(r'href="([^"#]+)', page)
    assert "T-1.md" in links
    for link in links:
        assert (record.root / TRACE / "tasks" / link).is_file(), link
    html = Markdown().convert(page.partition("---\n\n")[2])
    assert html.startswith('<div class="pt-page" data-pt-language="en">')
    assert "<svg" in html
    errors = (record.root / TRACE / "errors.md").read_text()
    assert 'data-index="../errors-index.js?v=' in errors  # a URL: only a script reads it
    assert "it broke" in (record.root / TRACE / "errors-index.js").read_text()


def test_the_page_of_a_removed_task_goes(record):
    run(record, "pages")
    shutil.rmtree(record.root / "tasks/T-2")
    run(record, "pages")

    assert not (record.root / TRACE / "tasks/T-2.md").exists()
    assert (record.root / TRACE / "tasks/T-1.md").is_file()


def test_a_file_of_the_user_is_never_replaced_or_removed(record):
    record.write({f"{TRACE}/errors.md": "# Mine\n", f"{TRACE}/own.md": "# Mine, too\n"})
    before = contents(record.root)
    refused = run(record, "pages")

    assert refused.returncode == 2
    assert "'docs/trace/errors.md' already exists and is not replaced" in refused.stderr
    assert contents(record.root) == before
    (record.root / TRACE / "errors.md").unlink()
    run(record, "pages")
    run(record, "pages", "--clean")
    assert contents(record.root / TRACE) == {"own.md": b"# Mine, too\n"}


def test_a_list_of_somebody_else_removes_nothing_elsewhere(record, tmp_path):
    target = tmp_path / "target"
    record.write({"victim.txt": "kept", f"{TRACE}/folder/own.md": "kept"})
    target.mkdir()
    (target / "victim.txt").write_text("kept")
    os.symlink(target, record.root / TRACE / "out")
    os.symlink("../..", record.root / TRACE / "up")
    names = ["../index.md", "a/../../index.md", str(target / "victim.txt"), "/etc/hostname"]
    names += ["out/victim.txt", "up/victim.txt", "..\\..\\victim.txt", "nul\0", "folder", "", "."]
    record.write({f"{TRACE}/.plantrace-pages": "".join(f"{name}\n" for name in names)})
    before = contents(record.root / "docs") | contents(target)

    ended = run(record, "pages", "--clean")

    assert (ended.returncode, ended.stderr) == (0, "")
    after = contents(record.root / "docs") | contents(target)
    assert before.keys() - after.keys() == {"trace/.plantrace-pages"}
    assert (record.root / "victim.txt").is_file()


def test_docs_dir_stays_even_if_it_is_empty(project):
    project.write({"tasks/T-1/meta.yml": metadata()})
    project.configure()
    run(project, "pages")
    run(project, "pages", "--clean")

    assert list((project.root / "docs").iterdir()) == []
    assert run(project, "check").returncode == 0


class Context(Preprocessor):
    def run(self, lines):
        return lines


def render(project, uri):
    """The HTML of a page, rendered as Zensical does it (`zensical/markdown/render.py`)."""
    md = Markdown(extensions=["toc", "tables"])
    context = Context(md)
    context.page = SimpleNamespace(path=uri)
    context.config = {"root_dir": str(project.root)}
    md.preprocessors.register(context, "rendering_context", 0)
    zensical.makeExtension().extendMarkdown(md)
    return md.convert((project.root / "docs" / uri).read_text()), md


def test_the_extension_adds_box_references_and_links(record):
    html, md = render(record, LOG)

    assert html.count('class="pt-box"') == html.count('class="pt-references"') == 1
    places = [html.index(part) for part in ("pt-crumbs", "<h1", "pt-box", "pt-references")]
    assert places == sorted(places)
    assert '<a href="../../trace/tasks/T-2.md">T-2</a>' in html
    assert '<link rel="stylesheet" href="../../trace/plantrace.' in html
    assert [token["name"] for token in md.toc_tokens] == ["Log of T-1"]


def test_the_extension_fills_lists(record):
    html, _ = render(record, "index.md")

    assert "pt-list" in html
    assert '<a href="trace/tasks/T-1.md">T-1</a>' in html
    assert "plantrace: tasks" not in html


def test_a_written_page_stays_as_it_is(record):
    run(record, "pages")
    html, _ = render(record, "trace/tasks/T-1.md")

    assert html.count("pt-page") == 1
    assert "pt-box" not in html


def test_without_zensical_the_extension_does_nothing():
    text = "# T-1\n\nSee T-2.\n"
    changed = Markdown(extensions=["mkdocs_plantrace.site.zensical"]).convert(text)
    assert changed == Markdown().convert(text)


def test_own_templates_are_used_and_their_faults_reported(record):
    record.options = {"templates": "own"}
    record.write({"own/problems.html": "<p>Mine {{ 1 + 1 }}</p>"})
    record.configure()
    run(record, "pages")
    assert "<p>Mine 2</p>" in (record.root / TRACE / "problems.md").read_text()

    record.write({"own/problems.html": "{% if %}"})
    before = contents(record.root)
    ended = run(record, "pages")
    assert ended.returncode == 2
    assert "template problems.html:1: " in ended.stderr
    assert contents(record.root) == before
