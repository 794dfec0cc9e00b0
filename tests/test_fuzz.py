"""Whatever people write: no exception but the declared ones, and every problem has its place."""

import json
import string
from pathlib import Path

import pytest
from conftest import metadata
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mkdocs_plantrace.checks.catalogue import load_settings
from mkdocs_plantrace.checks.pipeline import run
from mkdocs_plantrace.config.settings import OPTIONS, Settings
from mkdocs_plantrace.editing.markdown_excerpt import adapt_excerpt
from mkdocs_plantrace.parsing.baseline_file import read_baseline
from mkdocs_plantrace.parsing.evidence_file import read_evidence
from mkdocs_plantrace.parsing.line_index import split_lines
from mkdocs_plantrace.parsing.markdown.scanner import scan_page
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds
from mkdocs_plantrace.parsing.metadata.json_schema import read_schema
from mkdocs_plantrace.parsing.metadata.task_file import parse_metadata
from mkdocs_plantrace.parsing.mkdocs_yml import UnusableConfigurationError, read_site_configuration
from mkdocs_plantrace.parsing.signature_registry import read_registry
from mkdocs_plantrace.project.file_tree import walk
from mkdocs_plantrace.project.path_resolver import Resolver
from mkdocs_plantrace.project.project import Project
from mkdocs_plantrace.project.workspace import (
    MisplacedError,
    find_site_pages,
    locate_folders,
    walk_project,
)
from mkdocs_plantrace.utils.text_file import UnusableFileError

KEYS = (
    "task_id title status phase owner_role implementation_plan implementation_log depends_on blocks"
    " evidence must_include path troubleshooting decisions archived notes Depends-On titel <<"
).split()
YAML_PIECES = st.sampled_from(
    [
        *KEYS,
        *": - [ ] { } , \n \n  \t # & * ! | > ' \" ? @ % --- ...".split(" "),
        "\n",
        "\n  ",
        ": ",
    ]
    + ["&a", "*a", "!!int", "!x", "TSK-1", "007", "yes", "completed", "docs/PLAN.md", "../x", "/x"]
    + ["é", "\u2028", "\x85", "\ufeff", "\x00", "𝔘", "\r\n", "\r", "~", "null", "<fill in>"]
)
MARKDOWN_PIECES = st.sampled_from(
    ["# ", "## ", "\n", "\n\n", "\r\n", "    ", "\t", "- ", "1. ", "> ", "```", "~~~", "`", "``"]
    + ["[a]", "(b.md)", "(<c d.md>)", "[x]: y.md", "(#a)", "![", "](", ")", "<!--", "-->", "\\"]
    + ["<pre>", "</pre>", "<a id='x'>", "{#id}", "---", "===", "Plan: PLAN.md", "TSK-1", "TODO"]
    + [
        "<fill in>",
        "Error:",
        "Final summary:",
        "|",
        "*",
        "__",
        "é",
        "𝔘",
        "\u2028",
        "\x00",
        ":",
        " ",
    ]
)
METADATA = st.one_of(st.text(), st.lists(YAML_PIECES, max_size=60).map("".join))
MARKDOWN = st.one_of(st.text(), st.lists(MARKDOWN_PIECES, max_size=80).map("".join))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["version", "problems", "rule", "path", "task", "status", "x.y"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
tmp_path_is_shared = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_is_in(location, text):
    lines = split_lines(text)
    for line, column in (
        (location.line, location.column),
        (location.end_line, location.end_column),
    ):
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 3  # a line end of two, and the end
    assert (location.line, location.column) <= (location.end_line, location.end_column)


@given(METADATA)
def test_metadata(text):
    file = parse_metadata("tasks/T/meta.yml", text, Settings())

    assert file == parse_metadata("tasks/T/meta.yml", text, Settings())
    for problem in file.problems:
        assert_is_in(problem.location, text)
        assert problem.message == problem.message.strip() != ""
        assert len(problem.fingerprint) == 16


@given(MARKDOWN)
def test_markdown(text):
    ids = TaskIds(["TSK-1", "7"])
    found = scan_page("docs/a.md", text, ids)

    assert found == scan_page("docs/a.md", text, ids)
    if found.title_location:
        assert_is_in(found.title_location, text)
    places = [
        *found.links,
        *found.plan_references,
        *found.paths,
        *found.mentions,
        *found.filling.unfilled,
        *(suspect.text for suspect in found.filling.suspects),
    ]
    for place in places:
        assert_is_in(place.location, text)


@given(st.dictionaries(st.sampled_from([option.name for option in OPTIONS]) | st.text(), JSON))
def test_options(options):
    settings, messages = load_settings(options)

    assert isinstance(settings, Settings)
    starts = {name[:50] for name in options}  # a long name is shortened
    assert {name[:50] for name, _ in messages} <= starts
    assert load_settings(options) == (settings, messages)


@tmp_path_is_shared
@given(st.one_of(st.text(), st.lists(YAML_PIECES | st.just("plugins"), max_size=30).map("".join)))
def test_configuration(tmp_path, text):
    path = tmp_path / "mkdocs.yml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")

    try:
        read_site_configuration(path)
    except UnusableConfigurationError as error:
        assert str(error).startswith(str(path))


@tmp_path_is_shared
@given(st.one_of(st.binary(), JSON.map(lambda value: json.dumps(value).encode())))
def test_files_that_options_name(tmp_path, content):
    for name in ("b.json", "b.yml"):
        (tmp_path / name).write_bytes(content)

    read_evidence(tmp_path / "b.json", ["x.y", "status"])
    for read, name in ((read_baseline, "b.json"), (read_schema, "b.json"), (read_schema, "b.yml")):
        try:
            read(tmp_path, name)
        except UnusableFileError as error:
            assert "b." in str(error)


@tmp_path_is_shared
@given(JSON.filter(lambda value: isinstance(value, dict)), METADATA)
def test_schemas(tmp_path, schema, text):
    keywords = ("type", "enum", "required", "properties", "items", "anyOf", "additionalProperties")
    shaped = dict(zip(keywords, schema.values(), strict=False))
    (tmp_path / "s.json").write_text(json.dumps(shaped), encoding="utf-8")
    try:
        found = read_schema(tmp_path, "s.json")
    except UnusableFileError:
        return

    for problem in parse_metadata("tasks/T/meta.yml", text, Settings(), found).problems:
        assert_is_in(problem.location, text)


@st.composite
def projects(draw):
    tasks = draw(st.lists(METADATA | st.just(metadata("TSK-1")), min_size=1, max_size=3))
    pages = draw(st.lists(MARKDOWN, max_size=3))
    files = {f"tasks/T-{n}/meta.yml": text for n, text in enumerate(tasks)}
    names = ("docs/PLAN.md", "docs/EXEC_LOG.md", "docs/troubleshooting/x.md")
    return files | dict(zip(names, pages, strict=False))


@pytest.mark.parametrize("rules", [{}, {"PT007": "error", "PT114": "error"}])
@tmp_path_is_shared
@given(files=projects())
def test_a_whole_check(tmp_path_factory, rules, files):
    root = tmp_path_factory.mktemp("project")
    (root / "docs").mkdir()
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    chosen, _ = load_settings({"rules": rules})
    place = locate_folders(root / "mkdocs.yml", "docs", "site", chosen)
    tree = walk_project(chosen, place)
    pages = find_site_pages(tree, place, exclude_docs="", draft_docs="")
    project = Project(place=place, tree=tree, site=pages)

    result = run(chosen, project)

    assert list(result.problems) == sorted(result.problems, key=lambda problem: problem.order)
    assert [p.fingerprint for p in run(chosen, project).problems] == [
        p.fingerprint for p in result.problems
    ]
    for problem in result.problems:
        if problem.rule.code != "PT001":
            assert_is_in(problem.location, files[problem.location.path].removeprefix("\ufeff"))


@given(st.text(alphabet=string.printable + "/.%\\~é\x00", max_size=60))
def test_paths_and_links(written):
    tree = walk(Path(__file__).parent / "golden")
    resolver = Resolver(tree=tree, docs_dir="", published={}, sources=frozenset())

    resolver.metadata_path(written)
    resolver.plan_line(written, "a/b")
    resolver.page_link(written, "a/b.md")


def test_a_place_that_fits_together_or_the_reason(tmp_path):
    with pytest.raises(MisplacedError, match="no folder 'x'"):
        locate_folders(tmp_path / "mkdocs.yml", "docs", "site", load_settings({"root": "x"})[0])


@tmp_path_is_shared
@given(text=METADATA)
def test_a_registry_is_read_or_refused_and_its_problems_have_places(text, tmp_path):
    (tmp_path / "signatures.yml").write_bytes(text.encode(errors="surrogatepass"))
    try:
        registry = read_registry(tmp_path, "signatures.yml")
    except UnusableFileError as error:
        assert "signatures.yml" in str(error)
        return
    for problem in registry.problems:
        assert_is_in(problem.location, text)
    for name, signature in registry.signatures.items():
        assert name == signature.name or name in [alias.value for alias in signature.aliases]
        assert_is_in(signature.location, text)


@given(text=MARKDOWN)
def test_what_is_taken_over_has_no_headings(text):
    taken = scan_page("page.md", adapt_excerpt(text, lambda _: None), TaskIds(()))

    assert taken.headings == ()
