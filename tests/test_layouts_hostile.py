"""Hostile records in layouts: nothing outside the root, nothing overwritten, linear time."""

import os

import pytest
from conftest import LONG
from msgspec.structs import replace

from benchmarks.linear import read_backlog, read_spec
from mkdocs_plantrace.config.layouts import load_preset
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.parsing.metadata.task_file import parse_metadata
from mkdocs_plantrace.project.task_spellings import unify_ids
from mkdocs_plantrace.utils.globs import compile_globs

SPEC = "# Feature Specification: {}\n\n**Status**: Draft\n"


@pytest.fixture
def specs(project):
    project.root /= "root"
    project.options = {"layout": "spec-kit", "rules": {"PT304": "warning"}}
    project.write({"docs/index.md": "# Home\n", "specs/001-a/spec.md": SPEC.format("A")})
    return project


def find_words(site, words):
    return [path for path in site.rglob("*") if path.is_file() and words in path.read_bytes()]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_out_of_the_root_are_neither_read_nor_published(specs):
    specs.write({"../secret.md": "SECRET FR-999\n", "../out/spec.md": "# SECRET\n"})
    specs.write({"specs/001-a/tasks.md": "- [ ] step\n"})
    (specs.root / "specs/001-a/plan.md").symlink_to("../../../secret.md")
    (specs.root / "specs/002-b").symlink_to("../../out")

    outcome = specs.build()

    assert outcome.report == ""
    assert (outcome.site / "trace/tasks/001-a/index.html").exists()
    assert find_words(outcome.site, b"SECRET") == []
    assert find_words(outcome.site, b"FR-999") == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders")
def test_pipes_and_folders_in_place_of_files(specs):
    os.mkfifo(specs.root / "specs/001-a/tasks.md")
    specs.write({"specs/001-a/plan.md/x": "", "specs/002-b/spec.md/x": "", "specs/003-c/x": ""})
    os.mkfifo(specs.root / "specs/003-c/spec.md")

    assert specs.build().report == "\n".join(
        f"specs/{name}/spec.md:1:1: error PT001 invalid-yaml: "
        "this metadata file is not a regular file"
        for name in ("002-b", "003-c")
    )


def test_every_file_that_is_not_text_is_reported_in_one_run(specs):
    specs.write({f"specs/001-a/{name}.md": b"\xff" for name in ("spec", "tasks", "plan")})

    report = specs.build().report

    assert sorted(line.split(":")[0] for line in report.splitlines() if "PT105" in line) == [
        f"specs/001-a/{name}.md" for name in ("plan", "spec", "tasks")
    ]
    assert "specs/001-a/spec.md:1:1: error PT001" in report


@pytest.mark.parametrize(
    "lines",
    [
        b"[z-a]\n001-a/private.md\n",
        b"!\n\\\n**/private.*\r\n",
        b"\xff\n",
        b"a" * (1024 * 1024 + 1),
    ],
)
def test_what_git_ignores_stays_private_whatever_else_its_file_holds(specs, lines):
    specs.write({"specs/.gitignore": lines, "specs/001-a/private.md": "SECRET\n"})
    specs.options["rules"] = {"PT105": "off"}

    outcome = specs.build()

    assert outcome.failure is None
    assert find_words(outcome.site, b"SECRET") == []


def test_a_faulty_line_of_gitignore_hides_nothing_else(specs):
    specs.write({".gitignore": "[z-a]\n", "specs/001-a/notes.md": "PUBLIC\n"})

    assert find_words(specs.build().site, b"PUBLIC</p>") != []


def test_no_record_overwrites_another_page(specs):
    specs.write(
        {
            "docs/trace/records/specs/002-b/spec/index.md": "# MINE\n",
            "specs/002-b/spec.md": SPEC.format("THEIRS"),
            "specs/001-a/README.md": "README\n",
            "specs/001-a/index.md": "INDEX\n",
            "specs/001-a/spec/index.md": "OTHER\n",
        }
    )
    specs.options["rules"] = {"PT105": "off"}

    outcome = specs.build()

    assert outcome.failure is None
    assert "MINE" in outcome.page("trace/records/specs/002-b/spec/index.html")
    assert "OTHER" not in outcome.page("trace/records/specs/001-a/spec/index.html")
    assert "<p>INDEX</p>" in outcome.page("trace/records/specs/001-a/index.html")


def test_a_status_with_markup_is_text_on_pages(specs):
    specs.write({"specs/002-b/spec.md": "# <i>B</i>\n\nStatus: <script>x</script>\n"})
    specs.options["rules"] = {"PT006": "off"}

    page = specs.build().page("trace/tasks/002-b/index.html")

    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_a_task_in_two_layouts_belongs_to_the_first(specs):
    specs.options = {"layouts": ["spec-kit", {"name": "x", "tasks": "specs/{phase}/spec.md"}]}

    outcome = specs.build()

    assert outcome.report == ""
    assert [it.name for it in (outcome.site / "trace/tasks").iterdir() if it.is_dir()] == ["001-a"]


HOSTILE = {
    "closing signs": f"# a{' #' * (LONG // 2)}a",
    "signs": f"# {'#' * LONG}a",
    "spaces in a heading": f"# a{' ' * LONG}(b",
    "brackets in a heading": f"# {'(' * LONG}",
    "vertical tabs in a heading": f"# a{chr(11) * LONG}b",
    "headings of one name": "# a\n" * (LONG // 4),
    "sections of one name": "## Acceptance Criteria\n" * (LONG // 23),
    "boxes": "- [ ] a\n" * (LONG // 8),
    "broken boxes": "- [" * (LONG // 3),
    "backticks": "`" * LONG,
    "fences": "```\n" * (LONG // 4),
    "quotes": "> " * (LONG // 2),
    "labels": "Status: a\n" * (LONG // 10),
    "a label without end": f"**{'a ' * (LONG // 2)}",
    "a long status": f"Status: {'done ' * (LONG // 5)}",
    "front matter that never ends": f"---\n{'a: b' * 9}\n" * (LONG // 41),
    "long front matter": f"---\n{'a: b' * 9}\n{'x' * LONG}\n---\n",
    "signs that YAML reserves": f"---\nid: T\na: {': @' * (LONG // 3)}",
    "requirements": f"- [ ] a\n{'FR-' * (LONG // 3)}",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("read", [read_backlog, read_spec])
@pytest.mark.usefixtures("bounded")
def test_a_long_text_of_anything_is_read_in_linear_time(read, name):
    assert read(HOSTILE[name]).path.endswith(".md")


@pytest.mark.usefixtures("bounded")
def test_a_glob_with_many_folders_and_a_deep_path():
    is_wanted = compile_globs([f"{'**/a/' * 30}x"])

    assert is_wanted(f"{'b/a/' * 300}x")
    assert not is_wanted(f"{'a/' * 1000}y")


@pytest.mark.usefixtures("bounded")
def test_spellings_of_many_ids():
    settings = Settings(layout=(load_preset("backlog"),))

    task = parse_metadata("backlog/tasks/1.md", "task_id: TASK-1\n", Settings()).task
    tasks = [replace(task, id=f"TASK-{n}", layout="backlog") for n in range(10_000)]

    assert "back-9999" in unify_ids(settings, tasks)[-1].spellings
