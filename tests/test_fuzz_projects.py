"""Random configurations, names, links and repositories: problems or reasons, no other exception."""

import os
import posixpath
import shutil
import subprocess

import pytest
import yaml
from conftest import metadata, traced
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mkdocs_plantrace.checks.catalogue import load_settings
from mkdocs_plantrace.checks.project_check import check_project, find_files
from mkdocs_plantrace.cli.console import COMMAND_ERRORS
from mkdocs_plantrace.config.layouts import LAYOUT_KEYS
from mkdocs_plantrace.config.settings import OPTIONS
from mkdocs_plantrace.editing.check_evidence import EvidenceWriter
from mkdocs_plantrace.project.file_tree import walk
from mkdocs_plantrace.project.git import has_changes, run_git
from mkdocs_plantrace.project.path_resolver import Publication, Resolver
from mkdocs_plantrace.reports import github, junit, sarif, text_report
from mkdocs_plantrace.reports.check_report import render_json, report_on

LONGEST_MESSAGE = 3000


def with_examples(part):
    """A test whose examples take longer than others: this part of the usual number of them."""
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    most = max(5, settings().max_examples // part)
    return settings(max_examples=most, suppress_health_check=checks, deadline=None)


def write_bytes(root, path, content):
    """Write a file; surrogates in its path are bytes that are not UTF-8."""
    try:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    except (OSError, ValueError):  # what this system refuses, or a file where a folder is to be
        assume(False)


WORDS = st.text(max_size=8) | st.sampled_from(
    ["docs", "site", ".", "..", "/", "~", "a/b", "\\", "**", "[z-a]", "*", "[", "!", "x.yml", "\0"]
    + ["\ud800", "\x1b[8m", "en", "none", "error", "completed", "PT001", "mkdocs.yml", "x" * 5000]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | WORDS
VALUES = st.recursive(
    SCALARS | st.binary(max_size=4) | st.just(16**3000),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCALARS, inner, max_size=3),
    max_leaves=8,
)
NAMED = st.dictionaries(st.sampled_from([option.name for option in OPTIONS]) | WORDS, VALUES)
CONFIGURATIONS = st.dictionaries(
    st.sampled_from(
        "INHERIT docs_dir site_dir exclude_docs draft_docs nav hooks plugins use_directory_urls"
        " markdown_extensions theme".split()
    ),
    VALUES,
    max_size=4,
)


@given(NAMED)
def test_options_of_any_type(options):
    _, messages = load_settings(options)

    for name, message in messages:
        assert len(str(name)) + len(message) < LONGEST_MESSAGE


GLOBS = st.lists(
    st.sampled_from(
        ["s", "/", "{id}", "{a}", "{n:int}", "*", "**/", "-", ".md", "#", "..", "[a-z]"]
    ),
    min_size=1,
    max_size=5,
).map("".join)
DECLARATIONS = st.fixed_dictionaries(
    {"tasks": st.sampled_from(["s/{id}.md", "s/{id}/t.json", "**/{a}-{n:int}.md"]) | GLOBS},
    optional={key: GLOBS | VALUES for key in LAYOUT_KEYS if key != "tasks"},
)


@given(DECLARATIONS, st.booleans())
def test_layouts_of_any_kind(declared, is_listed):
    options = {"layouts": [declared, "kiro"]} if is_listed else {"layout": declared}

    settings, messages = load_settings(options)

    assert messages or any(layout.name == "own" for layout in settings.other_layouts)
    for name, message in messages:
        assert len(str(name)) + len(message) < LONGEST_MESSAGE


LINES = st.lists(
    st.sampled_from(
        [
            "---",
            "...",
            "id: T",
            "id: [a]",
            "? [a]",
            "status: done",
            "Status: Draft",
            "**Status**: x",
        ]
        + ["assignee: @a", "- [ ] FR-1", "- [x] FR-2", "# A", "## Acceptance Criteria", "## Status"]
        + [
            "{",
            "}",
            '"id": "T",',
            '"status": 5',
            "[",
            "<<: *a",
            "a: &a {id: U}",
            "\t",
            "```",
            "\x00",
        ]
    ),
    max_size=8,
)
RECORD_FILES = st.sampled_from(
    [
        "backlog/tasks/a.md",
        "backlog/tasks/b.md",
        "backlog/archive/tasks/c.md",
        "specs/001-a/spec.md",
    ]
    + ["specs/001-a/tasks.md", "specs/001-a/plan.md/x", "conductor/tracks/a/metadata.json"]
    + ["conductor/tracks/a/plan.md", "keps/s/1-a/kep.yaml", "docs/sprint-status.yaml", ".gitignore"]
    + ["docs/stories/1-2-a.md", ".kiro/specs/a/spec.json", ".kiro/specs/a/tasks.md"]
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
LAYOUTS = ["plantrace", "backlog", "spec-kit", "conductor", "kep", "bmad", "kiro"]


@with_examples(2)
@given(st.dictionaries(RECORD_FILES, st.tuples(LINES, ENDS), max_size=6), st.permutations(LAYOUTS))
def test_records_in_layouts_of_any_content(tmp_path_factory, files, layouts):
    root = tmp_path_factory.mktemp("project")
    (root / "docs").mkdir()
    for path, (lines, end) in files.items():
        write_bytes(root, path, end.join(lines).encode())
    (root / "mkdocs.yml").write_text(f"plugins: [{{plantrace: {{layouts: {layouts}}}}}]\n")

    _, result = check_project(root / "mkdocs.yml")

    assert all((root / problem.location.path).exists() for problem in result.problems)
    assert files.keys() >= {task.path for task in result.trace.tasks}


@with_examples(2)
@given(CONFIGURATIONS, NAMED, st.booleans())
def test_a_whole_configuration(tmp_path_factory, values, options, is_inherited):
    root = tmp_path_factory.mktemp("project")
    (root / "docs").mkdir()
    values = {"plugins": [{"plantrace": options}], **values}
    files = {"mkdocs.yml": values}
    if is_inherited:
        files = {"mkdocs.yml": {"INHERIT": values.pop("INHERIT", "base.yml")}, "base.yml": values}
    for name, content in files.items():
        (root / name).write_text(yaml.dump(content, allow_unicode=False), encoding="utf-8")

    try:
        find_files(root / "mkdocs.yml")
    except COMMAND_ERRORS as error:
        assert 0 < len(str(error)) < LONGEST_MESSAGE * (len(options) + 1)


NAMES = st.text(alphabet="aB.é %\\&?#'\"<\n\x1b\u202e\udcff", min_size=1, max_size=6) | (
    st.sampled_from(
        ["index.html", "index.md", "README.md", "PLAN.md", "EXEC_LOG.md", "meta.yml", "CON"]
        + ["_x", ".x", "tasks", "docs", "troubleshooting", "é.md", "e\u0301.md", "A.md", "a.md"]
        + ["\udcff.md", "trace", "trace.md", "x" * 250 + ".md", "node_modules", "a b.md"]
    )
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)


@with_examples(2)
@given(st.lists(PATHS, max_size=6), st.lists(PATHS, max_size=3), st.lists(NAMES, max_size=3))
def test_files_of_any_name(tmp_path_factory, pages, folders, ids):
    root = tmp_path_factory.mktemp("project")
    (root / "docs").mkdir()
    for path in pages:
        write_bytes(root, f"docs/{path}", b"# Page\n\n[a](a.md) [b](../x)\n")
    for number, folder in enumerate(folders):
        name = ids[number] if number < len(ids) else f"T-{number}"
        text = metadata(name.encode("utf-8", "replace").decode(), title=folder, phase=name)
        write_bytes(root, f"tasks/{folder}/meta.yml", text.encode("utf-8", "surrogatepass"))
    (root / "mkdocs.yml").write_text("plugins: [plantrace]\n")

    _, result = check_project(root / "mkdocs.yml")

    report = report_on(result, result.problems, strict=True)
    for text in (
        render_json(report),
        junit.render(report, strict=True),
        *(form.render(report, "") for form in (github, sarif)),
    ):
        text.encode(errors="backslashreplace")
    assert text_report.render(report, lambda _: []).replace("\n", "").isprintable()


LINK_PIECES = st.sampled_from(
    ["a", "b", "c.md", "index.md", "/", "/", "..", "../", "./", "//", "%2e%2e", "%2F", "%00", "\\"]
    + ["#x", "?q", " ", "é", "file:", "http:", "~", "C:", "é.md", "\udcff", "\n", "docs", "link"]
)
LINKS = st.lists(LINK_PIECES, min_size=1, max_size=7).map("".join)
TREES = st.lists(
    st.lists(
        st.sampled_from(["a", "b", "c.md", "é.md", "index.md", "docs"]), min_size=1, max_size=3
    ).map("/".join),
    max_size=6,
)


@with_examples(2)
@given(TREES, st.lists(LINKS, min_size=1, max_size=20))
def test_what_resolves_is_a_file_below_the_root(tmp_path_factory, tree, links):
    outside = tmp_path_factory.mktemp("outside")
    root = outside / "root"
    for path in tree:
        write_bytes(root, f"docs/{path}", b"# A\n")
    write_bytes(root, "docs/page.md", b"# Page\n")
    write_bytes(outside, "c.md", b"# Secret\n")
    (root / "docs/link").symlink_to(outside)
    found = walk(root)
    published = dict.fromkeys(found.files, Publication.PAGE)
    resolver = Resolver(tree=found, docs_dir="docs", published=published, sources=frozenset())

    for link in links:
        ways = (
            resolver.metadata_path(link),
            resolver.plan_line(link, "docs/a"),
            resolver.page_link(link, "docs/page.md"),
        )
        for path, fault in filter(None, ways):
            assert path is None or posixpath.normpath(path).split("/")[0] != ".."
            if fault is None:
                real = os.path.realpath(root / path)
                assert real.startswith(f"{os.path.realpath(root)}{os.sep}")
                assert os.path.isfile(real)


@with_examples(50)
@given(TREES, st.lists(LINKS.filter(lambda link: "\n" not in link and "\udcff" not in link)))
def test_build_and_check_agree_on_links(project, tmp_path_factory, tree, links):
    project.root = tmp_path_factory.mktemp("project")
    project.write(traced())
    for path in tree:
        write_bytes(project.root, f"docs/{path}", b"# A\n")
    log = "docs/plans/T-1/EXEC_LOG.md"
    text = "\n\n".join(f"[x](<{link.replace('<', '')}>)" for link in links)
    project.write({log: f"# Log\n\nPlan: PLAN.md\n\n{text}\n\n## Final summary\n\nDone.\n"})
    project.options = {"rules": {"PT108": "warning", "PT109": "warning"}}

    report = project.build().report
    problems = check_project(project.root / "mkdocs.yml")[1].problems

    assert sorted(line for line in report.splitlines() if ": warning PT" in line) == sorted(
        text_report.format_headline(problem) for problem in problems
    )


GIT = shutil.which("git")
STATES = {
    "bare": "git init -q --bare .git",
    "without a commit": "git init -q",
    "in a merge": "git init -q && git commit -q --allow-empty -m a && git rev-parse HEAD"
    " > .git/MERGE_HEAD",
    "shallow": "git init -q && git commit -q --allow-empty -m a && git rev-parse HEAD"
    " > .git/shallow",
    "a file that points nowhere": "echo 'gitdir: ../nowhere' > .git",
    "a file that points at itself": "echo 'gitdir: .git' > .git",
    "a file of noise": "head -c 5000 /dev/urandom > .git",
    "a loop": "ln -s .git .git",
    "an empty folder": "mkdir .git",
    "a branch of noise": "git init -q && printf 'ref: refs/heads/\\377\\n' > .git/HEAD",
    "a broken index": "git init -q && git commit -q --allow-empty -m a && echo noise > .git/index",
    "a configuration of noise": "git init -q && echo '[[[' > .git/config",
}
GIT_AUTHOR = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "x"), ("EMAIL", "x"), ("DATE", "2026-01-01T00:00:00Z"))
}
needs_git = pytest.mark.skipif(GIT is None or os.name == "nt", reason="there is no git, or no sh")


def assert_git_answers(root):
    assert has_changes(root, but="x.md") in (True, False)
    assert run_git(root, "rev-parse", "--short", "HEAD") is not None
    EvidenceWriter().begin(root / "evidence.json", root)
    sha = yaml.safe_load((root / "evidence.json").read_text())["git_sha"]
    assert sha is None or len(sha) == 40


@needs_git
@pytest.mark.parametrize("state", STATES)
def test_repositories_in_any_state(tmp_path, state):
    environment = {**os.environ, **GIT_AUTHOR}
    subprocess.run(STATES[state], cwd=tmp_path, check=True, env=environment, shell=True)

    assert_git_answers(tmp_path)


@needs_git
@with_examples(10)
@given(st.data())
def test_damaged_repositories(tmp_path_factory, data):
    root = tmp_path_factory.mktemp("repository")
    (root / "a.md").write_text("a")
    command = "git init -q && git add -A && git commit -q -m a"
    environment = {**os.environ, **GIT_AUTHOR}
    subprocess.run(command, cwd=root, check=True, env=environment, shell=True)
    files = sorted(path for path in (root / ".git").rglob("*") if path.is_file())
    for path in data.draw(st.lists(st.sampled_from(files), min_size=1, max_size=3)):
        path.chmod(0o644)
        content = path.read_bytes()
        start = data.draw(st.integers(0, 500))  # the length of a file differs between runs
        path.write_bytes(content[:start] + data.draw(st.binary(max_size=20)))

    assert_git_answers(root)
