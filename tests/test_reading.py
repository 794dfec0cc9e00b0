"""What the readers make of YAML and Markdown, and what they must survive."""

import subprocess
import sys
from pathlib import Path

import markdown
import pytest
import yaml
from conftest import LONG, metadata
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml.nodes import MappingNode, ScalarNode

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.task import Items, Mapping, StatusKind
from mkdocs_plantrace.parsing.markdown.page import parse_page
from mkdocs_plantrace.parsing.markdown.scanner import scan_page
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds
from mkdocs_plantrace.parsing.metadata.task_file import parse_metadata
from mkdocs_plantrace.parsing.plugin_options import locate_option
from mkdocs_plantrace.parsing.yaml import yaml_nodes
from mkdocs_plantrace.project.file_tree import walk
from mkdocs_plantrace.project.workspace import MisplacedError, locate_folders
from mkdocs_plantrace.utils.globs import compile_globs, find_base_folder, is_template

EXAMPLE = Path(__file__).parent.parent / "example_site"
NO_IDS = TaskIds([])


def parse(text):
    return parse_metadata("tasks/T-1/meta.yml", text, Settings())


def shape(node):
    """A node with its places, as plain data."""
    if node is None:
        return None
    place = (node.tag, node.start_mark.index, node.end_mark.index)
    if isinstance(node, ScalarNode):
        return (*place, node.value)
    if isinstance(node, MappingNode):
        return (*place, [(shape(key), shape(value)) for key, value in node.value])
    return (*place, [shape(item) for item in node.value])


def composed(text, loader):
    try:
        return shape(yaml_nodes.compose(text, loader))
    except yaml_nodes.UnreadableError as error:
        return error.reason, error.offset


YAML_TEXTS = [
    "",
    "a: b: c",
    "é: 'ü'\n日本: {a: 😀b, c: d}\nlit: |\n  abc\nend: >-\n  s\n\nt: !!set {}\nq: \"a\n  b\"\nn:\n",
    "a: 1\r\nb: [x, y]\r\n# c\r\n",
    "a: x\x85y\n",
    "\tx: 1",
    "a: \x00",
    "--- 1\n--- 2\n",
    "[" * 50_000,
    "- " * 5_000,
    "{a: " * 200,
    *(path.read_text(encoding="utf-8") for path in sorted(EXAMPLE.glob("tasks/**/meta.yml"))),
]


def test_a_configuration_that_holds_itself_has_no_place():
    where = locate_option("mkdocs.yml", "plugins: [&a [*a], plantrace]\n", "tasks")

    assert where == Location(path="mkdocs.yml")


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="this PyYAML has only the pure parser")
@pytest.mark.parametrize("text", YAML_TEXTS)
def test_both_parsers_give_the_same_nodes_places_and_errors(text):
    assert composed(text, yaml.CSafeLoader) == composed(text, yaml.SafeLoader)


# libyaml lets a few slips pass that the pure parser refuses (a tab after a colon, `>#`), so the
# comparison is over what the pure parser accepts. Left out is `!`: before nothing it makes ""
# in one and null in the other, and metadata treats both as empty.
@given(st.text(alphabet=st.sampled_from("ab:-?[]{},#&*|>'\"% \n\té\x85\ufeff"), max_size=60))
@settings(max_examples=300, deadline=None)
@pytest.mark.skipif(not yaml.__with_libyaml__, reason="this PyYAML has only the pure parser")
def test_both_parsers_agree_on_whatever_is_written(text):
    try:
        expected = shape(yaml_nodes.compose(text, yaml.SafeLoader))
    except yaml_nodes.UnreadableError:
        return
    assert shape(yaml_nodes.compose(text, yaml.CSafeLoader)) == expected


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_metadata_never_raises_and_every_problem_has_a_place_in_the_text(text):
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in parse(text).problems:
        where = problem.location
        assert 1 <= where.line <= len(lines)
        assert 1 <= where.column <= len(lines[where.line - 1]) + 1


def test_a_task_knows_the_place_of_each_value():
    file = parse(metadata(implementation_plan="docs/a.md", depends_on=["T-2", "T-3"]))

    assert file.problems == ()
    plan, (first, second) = file.task.plan, file.task.depends_on
    assert (plan.value, plan.location.line, plan.location.column) == ("docs/a.md", 5, 22)
    assert (first.location.line, first.location.column, first.location.end_column) == (7, 3, 6)
    assert (second.value, second.location.line) == ("T-3", 8)


def test_fields_are_kept_as_written_known_ones_first():
    file = parse(metadata(custom={"b": [1, True]}, notes="n", work=["do `x`"]))

    assert file.task.fields == (
        ("work", Items(("do `x`",))),
        ("notes", "n"),
        ("custom", Mapping((("b", Items(("1", "true"))),))),
    )


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("In Progress", StatusKind.ACTIVE),
        ("in-progress", StatusKind.ACTIVE),
        ("DONE", StatusKind.COMPLETED),
        ("deferred", StatusKind.DROPPED),
        ("ready", StatusKind.PLANNED),
    ],
)
def test_statuses_are_compared_without_case_and_with_any_separator(status, kind):
    assert parse(metadata(status=status)).task.status.kind is kind


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        (b"a: 1\nb: \xff\n", "is not UTF-8: byte 0xFF at offset 8", 2),
        (b"x: 1\n" * 60_000, "is larger than 256 KiB", 1),
        (b"\xff\xfea\x00:\x00", "is not UTF-8: byte 0xFF at offset 0", 1),
    ],
)
def test_bytes_that_are_no_text_are_one_problem(project, text, reason, line):
    project.write({"tasks/T-1/meta.yml": text})

    outcome = project.build()

    place = f"tasks/T-1/meta.yml:{line}:1: error PT001 invalid-yaml: this metadata file {reason}"
    assert place in outcome.report


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n"
            for a, b in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "a: &a [*a]\n",
        "a: &a {<<: *a}\n",
    ],
)
@pytest.mark.usefixtures("bounded")
def test_an_alias_bomb_is_a_problem_not_a_hang(bomb):
    (problem,) = parse(bomb).problems

    assert "aliases expanded" in problem.message


DEEP = [
    "? a\n: " + "- " * 100_000 + "x",
    "b:\r" + "- " * 100_000 + "x",
    "b:\x85" + "? " * 100_000 + "x",
    "\u2028" + "- " * 100_000 + "x",
    "[" * 250_000,
    "{a: " * 60_000,
    "".join(" " * n + "a:\n" for n in range(600)),
    "-\n" * 100_000,
]


@pytest.mark.parametrize("text", DEEP)
def test_no_depth_crashes_the_process(text, tmp_path):
    # In a process of its own: libyaml would take the tests along.
    (tmp_path / "meta.yml").write_text(text, encoding="utf-8", newline="")
    program = (
        "from pathlib import Path\n"
        "from mkdocs_plantrace.parsing.metadata.task_file import read_metadata\n"
        "from mkdocs_plantrace.config.settings import Settings\n"
        "print(len(read_metadata(Path('.'), 'meta.yml', Settings()).problems))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout.strip()) == (0, "1"), ended.stderr


@pytest.mark.parametrize(
    "text",
    [r'title: "\UFFFFFFFF"', r'title: "\U00110000"', "%YAML 1." + "1" * 5000 + "\n---\na: b"],
)
def test_what_makes_the_parsers_stumble_is_one_problem(text):
    (problem,) = parse(text).problems

    assert problem.rule.code == "PT001"


def test_control_characters_from_escapes_do_not_reach_pages():
    task = parse('task_id: "T\\u00071"\ntitle: "a\\ud800b"\nstatus: planned\nphase: "0"\n').task

    assert (task.id, task.title) == ("T\ufffd1", "a\ufffdb")


MARKDOWN_TEXTS = [
    "# A\n\n## A\n\n## A\n\n# `code` and *emphasis* __init__ _under_ snake_case\n",
    "Setext\n======\n\nSecond one\n---\n\n# Closed #\n\n###### Six\n",
    "# Žlutý kůň & <b>co</b>. [a](b.md) ![i](j.png) \\*x\\*\n\n#No space\n",
    "# a\n```\n# no\n```\n~~~\n# no\n~~~\n    # no\n\n<!-- \n# no\n-->\n\n# b\n",
    "# 漢字\n\n# 漢字\n\n# ...\n",
    "# [`a b`](c.md)\n\n## *x `*y*` z* `[q](r)`\n\n## ![`i`](j.png) `k` `l`\n",
    "- ## In item\n\n1. ## One\n\n> a\n> ## In quote\n\n>## Close\n\n- a\n    ## no\n",
    "## See <https://e.com/a>\n\n## Mail <a@b.com>\n",
    '# [a](b_(c).md) x\n\n## [d [e] f](g.md)\n\n## [h](i.md "j (k)")\n',
    "- item\n\n    # in a list? no\n\nText\n# after text\n",
    *(path.read_text(encoding="utf-8") for path in sorted(EXAMPLE.glob("docs/**/*.md"))),
]


@pytest.mark.parametrize("text", MARKDOWN_TEXTS)
def test_anchors_are_those_of_python_markdown(text):
    converter = markdown.Markdown(extensions=["toc", "tables", "fenced_code"])
    converter.convert(text)

    def flat(tokens):
        for token in tokens:
            yield token["id"]
            yield from flat(token["children"])

    headings = parse_page(text).headings
    assert [heading.anchor for heading in headings] == list(flat(converter.toc_tokens))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# A\n\n## A\n", {"a", "a_1"}),
        ("# A b {#x}\n\n# C { .y id=z }\n", {"x", "a-b-x", "z", "c-y-idz"}),
        ("# A {.y}\n", {"a", "a-y"}),
        ("## :smile: emoji\n", {"emoji", "smile-emoji"}),
        ("## A[^1]\n\n[^1]:\n    ## B\n", {"a", "a1", "b", "fn:1", "fnref:1"}),
        ('??? note "x"\n    ## H\n\n=== "T"\n    t\n    ## I\n', {"h", "i", "t"}),
        ("Words\n{: #x .y }\n\n*word*{#z} and {#}, { # }\n", {"x", "z"}),
        ("- item\n{ id='x' }\n", {"x"}),
        ('Some <a name="x"></a> and <b ID = y title="1 > 0" data-id="n">b</b>\n', {"x", "y"}),
        ('<b name="x"> <a title="id=y"> a <id="x">\n', set()),
        ('<div id="x">\n<!-- <b id="n"> -->\n<p\n  id=\'a&amp;b\'>\n</div>\n', {"x", "a&b"}),
        ('<pre id="x"></pre> <!-- open <b id="y">\n', {"x", "y"}),
        ('`<a id="n">` `{#n}` <!-- <a id="n"> -->\n```\n<a id="n">\n# n\n```\n', set()),
        (
            "A[^1] b[^1] c[^2]\n\n[^1]: one\n[^n]: none\n",
            {"fn:1", "fnref:1", "fnref2:1"} | {"fn:n", "fnref:n"},
        ),
        ('=== "Unix Tools"\n\n    a\n', {"unix-tools"}),  # with `slugify` of pymdownx.tabbed
        ('===+ "C++"\n\n    a\n', {"c"}),
        ("/// tab | Unix Tools\na\n///\n", {"unix-tools"}),
    ],
)
def test_a_page_has_the_anchors_of_its_headings_and_those_its_authors_wrote(text, found):
    assert set(scan_page("x.md", text, NO_IDS).anchors) == found


def test_links_have_the_place_of_their_destination():
    text = '# T\r\n\r\nSee [a](one.md "t") and [b] or [c][B].\r\n\r\n[b]: <two x.md>\r\n'

    links = scan_page("x.md", text, NO_IDS).links

    found = [(link.value, link.location.line, link.location.column) for link in links]
    assert found == [("one.md", 3, 9), ("two x.md", 5, 7)]


@pytest.mark.parametrize(
    "text",
    [
        "`[a](b.md)`",
        "``[a](b.md) ` ``",
        "```\n[a](b.md)\n```",
        "> ```\n> [a](b.md)\n> ```",
        "- x\n\n        [a](b.md)\n",
        "<!-- [a](b.md) -->",
        "<pre>[a](b.md)</pre>",
        "\\[a](b.md)",
        "[a]: b.md",
        "[^1]: b.md",
        "See [1].\n\n[1]: the error was here",
        "<p>[a](b.md)</p>",
        "  <center>\n![a](b.png)\n</center>",
        '<div markdown="0">\n[a](b.md)\n</div>',
        "---\nx: '[a](b.md)'\n---\n",
        "<details>\n<summary>[a](b.md)</summary>\n</details>",
    ],
)
def test_what_is_no_link_is_not_taken_for_one(text):
    assert scan_page("x.md", text, NO_IDS).links == ()


@pytest.mark.parametrize(
    "text",
    [
        "```\nnever closed [a](b.md)",
        "`` not code ` [a](b.md)",
        "- x\n\n    [a](b.md) in the item\n",
        "![a](b.md)",
        "[a `code` b](b.md)",
        "[![i](https://x/y.png)](b.md)",
        "<div>text</div>\n\n[a](b.md)",
        '!!! note "T"\n\n    [a](b.md)\n',
        "[^1]: one\n\n    [a](b.md)\n",
        "<div markdown>\n\n[a](b.md)\n\n</div>",
        "---\n\n[a](b.md)\n\n---\n",
        "\u0130" * 60 + "<!-- c --> [a](b.md)",
    ],
)
def test_links_in_odd_places_are_found(text):
    assert [
        link.value for link in scan_page("x.md", text, NO_IDS).links if ":" not in link.value
    ] == ["b.md"]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Plan: PLAN.md", "PLAN.md"),
        ("- **Plan**: `docs/x/PLAN.md`", "docs/x/PLAN.md"),
        ("**Plan reference:** ../PLAN.md.", "../PLAN.md"),
        ("> implementation_plan: docs/p.md", "docs/p.md"),
        ("Plan: **PLAN.md**", "PLAN.md"),
        ("Plan: '../T-1/PLAN.md'<br>", "../T-1/PLAN.md"),
        ("Plan: docs/x/PLAN.md{.x}", "docs/x/PLAN.md"),
        ("Plan: PLAN.md#scope", "PLAN.md#scope"),
    ],
)
def test_plan_lines_are_read_in_any_spelling(line, value):
    assert [text.value for text in scan_page("x.md", line, NO_IDS).plan_references] == [value]


@pytest.mark.parametrize(
    "line",
    [
        "Plan: n/a",
        "Plan: yes/no",
        "Plan: **[PLAN](../T-1/PLAN.md)**",
        "Plan: ftp://x.org/a.md",
        "Plan: see PLAN.md for more",
        "Plan: to be written",
        "Plan: TBD",
        "Plan: see A/B tests",
        "The plan: x/y.md",
        "Plan:",
    ],
)
def test_sentences_are_no_plan_lines(line):
    assert scan_page("x.md", line, NO_IDS).plan_references == ()


IDS = TaskIds(["TSK-1", "TSK-12", "a/B-1", "5116", "setup", "T-2"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TSK-1, TSK-12.", ["TSK-1", "TSK-12"]),
        ("a/B-1 and (T-2)", ["a/B-1", "T-2"]),
        ("TSK-1/TSK-12, TSK-1..T-2", ["TSK-1", "TSK-12", "TSK-1", "T-2"]),
        ("TSK-1's", ["TSK-1"]),
        ("TSK-123 XTSK-1 TSK-1_slug tasks/TSK-1/meta.yml TSK-1/notes.md", []),
        ("5116 setup", []),
    ],
)
def test_ids_in_text_are_whole_words(text, found):
    assert [task for _, _, task in IDS.mentions(text)] == found


@pytest.mark.parametrize("task", ["OPS:12", "PROJ#12", "C++-1", "OPS 12", "T\u20111"])
def test_a_page_names_ids_of_any_characters(task):
    assert TaskIds([task]).named(f"# Plan of {task}.") == {task}


def test_ids_of_many_series_are_found():
    ids = TaskIds(f"{chr(97 + n // 26)}{chr(97 + n % 26)}-{n}" for n in range(300))

    assert [task for _, _, task in ids.mentions("aa-0, xx-1 (ab-1) bz-51.")] == [
        "aa-0",
        "ab-1",
        "bz-51",
    ]


def test_a_page_names_ids_in_paths_code_and_before_slugs():
    assert IDS.named("`TSK-1_slug/x` tasks/T-2/meta.yml 5116, XTSK-12") == {"TSK-1", "T-2", "5116"}


HOSTILE = {
    "brackets": "[" * LONG,
    "pairs": "[]" * (LONG // 2),
    "links": "[a](" * (LONG // 4),
    "parentheses": "[a]" + "(" * LONG,
    "backticks": "` `` " * (LONG // 5),
    "rising backticks": " ".join("`" * (n % 1400 + 1) for n in range(1400)),
    "comments": "<!--" * (LONG // 4),
    "raw blocks": "<pre><script>" * (LONG // 13),
    "fences": "```a\n" * (LONG // 5),
    "hashes": "#" * LONG,
    "stars": "# " + "*a _b " * (LONG // 6),
    "lists": "- " * (LONG // 2),
    "ids": "TSK-1-" * (LONG // 6),
    "dots": "TSK-1.." * (LONG // 7),
    "slashes": "TSK-1/" * (LONG // 6),
    "letters": "a" * LONG,
    "path": "a/" * (LONG // 2) + ".md",
    "definitions": "[a]: b\n" * (LONG // 7),
    "plan": "Plan: " * (LONG // 6),
    "spaces": " " * LONG + "x",
    "quotes": '[a](b "' * (LONG // 7),
    "headings": "# a\n" * (LONG // 16),
    "blank lines": "\n \n" * (LONG // 3),
    "backslashes": "\\" * LONG,
    "front matter": "---\n" + "a\n" * (LONG // 2),
    "nested brackets": "[" * (LONG // 2) + "]" * (LONG // 2),
    "spaced heading": "# " + " " * LONG + "x",
    "rising code in a heading": "# " + " ".join("`" * (n % 1400 + 1) for n in range(1400)),
    "spaced destination": "[a](x" + " " * LONG + "y",
    "open spaced destination": "[a](" + " " * LONG + "x",
    "inline code": "`a` " * (LONG // 16),
    "details": "<details>\n" * (LONG // 10),
    "angles": "[a](<" * (LONG // 5),
    "braces": "{" * LONG,
    "lists of attributes": "# {#" * (LONG // 4),
    "ids in lists": "{" + "#a" * (LONG // 2) + "}",
    "spaced ids": "<a " + "id = " * (LONG // 5) + ">",
    "open tags": "<a \"'" * (LONG // 5),
    "attributes": "<a " + "a" * LONG + ">",
    "open attribute": "<a " + "id=" + " " * LONG,
    "comments in raw blocks": "<div>" + "<!--" * (LONG // 4) + "</div>",
    "footnotes": "[^1]" * (LONG // 8),
    "footnote marks": "[^" * (LONG // 2),
    "words of a summary": "a_" * (LONG // 2) + "summary",
    "labels": "- Error:\n" * (LONG // 9),
    "a label and blank lines": "Error:\n" + "\n" * LONG + "- x",
    "summaries": "## Summary\n### Summary\n" * (LONG // 23),
    "summaries in bold": "**Summary**\n" * (LONG // 12),
    "empty summaries in bold": "**Summary**\n-\n" * (LONG // 14),
    "headings of empty summaries": "".join(
        f"{'#' * (n % 5 + 2)} Summary\n" for n in range(LONG // 14)
    ),
    "summaries in HTML": "".join(f"<h2>Summary {n}</h2>\n" for n in range(LONG // 22)),
    "summaries in admonitions": '!!! note "Summary"\n\n' * (LONG // 20),
    "rows of summaries": "| Summary | |\n" * (LONG // 14),
    "fields of summaries": "- Summary:\n\n" * (LONG // 12),
    "indented headings": "- # a\n    # b\n" * (LONG // 32),
    "indented text and headings": "    a\n        # b\n" * (LONG // 32),
    "quoted headings": "> " * (LONG // 2) + "# a",
    "placeholders": "<fill in" * (LONG // 8),
    "italics": "_a" * (LONG // 2) + ")",
    "a label of stars": ":" + "*" * LONG + "x",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("bounded")
def test_a_long_text_of_anything_is_read_in_linear_time(name):
    scan_page("x.md", HOSTILE[name], IDS)


HOSTILE_METADATA = {
    "tabs in a list": "touches: [\n" + "\tx,\n" * 60_000 + "]\n",
    "tabs in a value": "notes: " + "a\t" * 120_000 + "\n",
    "tabs in a comment": "#" + "\t" * 250_000 + "\n",
    "keys": "".join(f"k{n}: x\n" for n in range(25_000)),
    "keys in another style": "".join(f"K{n}-a: x\n" for n in range(20_000)),
    "near misses": "".join(f"implementation_plan{n}: x\n" for n in range(9_000)),
    "promises": "evidence:\n" + "- {path: a, must_include: [b]}\n" * 8_000,
    "a key": "a_" * 100_000 + "A: x\n",
}


@pytest.mark.parametrize("name", HOSTILE_METADATA)
@pytest.mark.usefixtures("bounded")
def test_the_largest_metadata_of_any_shape_is_read_in_linear_time(name):
    parse_metadata("x.yml", f"task_id: T\n{HOSTILE_METADATA[name]}", Settings())


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("tasks/**/meta.yml", "tasks/meta.yml", True),
        ("tasks/**/meta.yml", "tasks/a/b/meta.yml", True),
        ("tasks/**/meta.yml", "tasks/a/meta.yaml", False),
        ("**/PLAN.md", "PLAN.md", True),
        ("**/PLAN.md", "x/XPLAN.md", False),
        ("*/[a-c]?.md", "x/b1.md", True),
        ("*/[!a-c]?.md", "x/b1.md", False),
        ("docs/**", "docs/a/b.md", True),
        ("a+b.md", "aab.md", False),
        ("*a*b*.md", "xaybz.md", True),
        ("*a*b*.md", "xbya.md", False),
        ("x[*]y.md", "x*y.md", True),
        ("*ab.md", "aabab.md", True),
        ("**/**/x/**/y.md", "a/x/b/y.md", True),
        ("*a" * 40 + "b.md", "a" * 200 + ".md", False),
    ],
)
def test_globs(glob, path, matches):
    assert compile_globs([glob])(path) is matches


def test_templates_and_fixed_folders():
    assert is_template("tasks/_template/meta.yml")
    assert is_template("_x/meta.yml")
    assert not is_template("tasks/T_1/_meta.yml")
    assert not is_template("_out/stories/1-1-login.md", "_out", "docs")
    assert is_template("_out/_template/1-1-login.md", "_out", "docs")
    assert is_template("_output/stories/1-1-login.md", "_out", "docs")
    assert find_base_folder("work/tasks/**/meta.yml") == "work/tasks"


def test_the_walk_follows_links_inside_and_names_those_that_lead_out(tmp_path):
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "a" / "x.md").write_text("x")
    (root / "node_modules" / "y").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "inside").symlink_to(root / "a")
    (root / "a" / "loop").symlink_to(root)
    (tmp_path / "secret").write_text("s")
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "dangling").symlink_to(root / "gone")

    (root / "itself").symlink_to(root / "itself")
    for name in "12345678":  # folders that link to one another must not multiply
        (root / "ring" / name).mkdir(parents=True)
    for name in "12345678":
        for other in "12345678".replace(name, ""):
            (root / "ring" / name / other).symlink_to(root / "ring" / other)

    tree = walk(root)

    assert tree.others == {"dangling", "itself"}
    assert not tree.exists("node_modules/" + "a" * 5000)
    assert tree.files == {"a/x.md", "inside/x.md"}
    assert tree.escaping == {"out"}
    assert {"node_modules", ".git"} <= tree.skipped
    assert tree.escapes("out/anything")


def test_a_docs_dir_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(MisplacedError, match="docs_dir: no folder 'nowhere'"):
        locate_folders(tmp_path / "mkdocs.yml", "nowhere", "site", Settings())
