"""Lists in pages: how comments are read, what is wrong with them, and what they become."""

import json
import re
from pathlib import Path

import pytest
from conftest import Project, metadata, traced
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple
from test_cli import plantrace
from test_serve import serve  # noqa: F401 (a fixture)

from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.parsing.markdown.list_comments import COLUMNS, GAPS, KEYS, READY, STATES
from mkdocs_plantrace.parsing.markdown.scanner import scan_page
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds

GUIDE = Path(__file__).parent.parent / "example_site/docs/guide/lists.md"
PIECES = st.sampled_from(
    ["<!--", "-->", "<!-- plantrace: ", " -->", "plantrace:", "tasks", "graph", "phase", "owner"]
    + ["=", ",", '"', "'", " ", "\n", "\t", "\r\n", "-", "`", "```", "<code>", "</code>", "<div>"]
    + ["</div>", "<pre>", "é", "𝔘", "\u2028", "\x00", "\x85", "    ", "0", "Anna B", "\\", ">"]
)


def queries(text):
    return scan_page("docs/a.md", text, TaskIds(())).queries


def told(query):
    """Kind, options and what could not be read, in plain words."""
    options = {
        option.key.value: [value.value for value in option.values] for option in query.options
    }
    return query.kind.value, options, [fault.message for fault in query.faults]


def place(line, column, end_column):
    return Location("docs/a.md", line, column, line, end_column)


def at(location, text):
    """The characters of a text that a location marks."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if location.line == location.end_line:
        return lines[location.line - 1][location.column - 1 : location.end_column - 1]
    first, last = lines[location.line - 1], lines[location.end_line - 1]
    between = lines[location.line : location.end_line - 1]
    return "\n".join([first[location.column - 1 :], *between, last[: location.end_column - 1]])


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("<!-- plantrace: tasks -->", ("tasks", {}, [])),
        ("<!--PLANTRACE:tasks-->", ("tasks", {}, [])),
        ("<!--\n  plantrace:\n  tasks\n  phase=0\n-->", ("tasks", {"phase": ["0"]}, [])),
        (
            '<!-- plantrace: tasks owner="Anna, B",Ben\'s,\'C "D"\' phase=0,1 -->',
            ("tasks", {"owner": ["Anna, B", "Ben's", 'C "D"'], "phase": ["0", "1"]}, []),
        ),
        ('<!-- plantrace: x a="b\n   c" -->', ("x", {"a": ["b c"]}, [])),
        ('<!-- plantrace: x a="" b=c=d -->', ("x", {"a": [""], "b": ["c=d"]}, [])),
        ("<!-- plantrace: -->", ("", {}, [])),
        ("<!-- plantrace: phase=0 -->", ("", {"phase": ["0"]}, [])),
        ("<!-- plantrace: x a= b=, -->", ("x", {}, ["a value is missing"] * 3)),
        ("<!-- plantrace: x a='b -->", ("x", {}, ["the quote ' is not closed"])),
        ("<!-- plantrace: x a='b'c -->", ("x", {"a": ["b"]}, ["'c' follows a closing quote"])),
        (
            "<!-- plantrace: x a = b -->",
            ("x", {}, [f"'{w}' is not a key with a value" for w in "a=b"]),
        ),
    ],
)
def test_a_comment_is_read(comment, expected):
    assert [told(query) for query in queries(f"Text\n\n{comment}\n")] == [expected]


def test_every_token_has_its_place():
    text = "# A\r\n\r\n> Text <!-- plantrace: tasks\r\n  phase=0,'a b' limit=x -->\r\n"

    (query,) = queries(text)

    assert query.text.location == Location("docs/a.md", 3, 8, 4, 28)
    assert query.kind.location == place(3, 24, 29)
    phase, limit = query.options
    assert (phase.key.location, limit.key.location) == (place(4, 3, 8), place(4, 17, 22))
    assert [value.location for value in phase.values] == [place(4, 9, 10), place(4, 12, 15)]
    assert limit.values[0].location == place(4, 23, 24)


@pytest.mark.parametrize(
    "page",
    [
        "    <!-- plantrace: tasks -->",
        "```\n<!-- plantrace: tasks -->\n```",
        "`<!-- plantrace: tasks -->`",
        "<code><!-- plantrace: tasks --></code>",
        "<kbd>x <!-- plantrace: tasks --></kbd>",
        "<pre>\n<!-- plantrace: tasks -->\n</pre>",
        "<script>\n<!-- plantrace: tasks -->\n</script>",
        "<div>\n<!-- plantrace: tasks -->\n</div>",
        "---\nx: '<!-- plantrace: tasks -->'\n---\n",
        "<!-- plantrace: tasks",
        "<!-- a plantrace: tasks -->",
        "<!-- plantrace tasks -->",
    ],
)
def test_what_is_no_query(page):
    assert queries(page) == ()


@pytest.mark.parametrize(
    "page",
    [
        "Text <!-- plantrace: tasks --> and text",
        "- item\n\n    <!-- plantrace: tasks -->",
        "<div markdown>\n<!-- plantrace: tasks -->\n</div>",
        "<code>x</code> <!-- plantrace: tasks --> <code>x</code>",
        "<code> <!-- plantrace: tasks -->",
    ],
)
def test_what_is_one(page):
    assert [told(query) for query in queries(page)] == [("tasks", {}, [])]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=40).map("".join))
def test_any_text_is_read_and_every_token_stands_at_its_place(text):
    for query in queries(text):
        written = at(query.text.location, text)
        assert written == query.text.value
        assert (written[:4], written[-3:]) == ("<!--", "-->")
        _, *whole = astuple(query.text.location)
        start, end = tuple(whole[:2]), tuple(whole[2:])
        tokens = [
            *([query.kind] if query.kind.value else []),
            *(fault.text for fault in query.faults),
            *(option.key for option in query.options),
            *(value for option in query.options for value in option.values),
        ]
        for token in tokens:
            _, *where = astuple(token.location)
            assert start < tuple(where[:2]) < tuple(where[2:]) < end
            assert at(where, text).split() == token.value.split() or not token.value


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=25).map(lambda pieces: f"<!-- plantrace: {''.join(pieces)} -->"))
def test_any_comment_is_judged(tmp_path_factory, text):
    project = Project(root=tmp_path_factory.mktemp("judged"))
    project.configure()
    project.write({"tasks/T-1/meta.yml": metadata(), "docs/index.md": f"# Home\n\n{text}\n"})

    ended = plantrace("check", "--format", "json", cwd=project.root)

    assert ended.stderr == ""
    problems = json.loads(ended.stdout)["problems"]
    assert {problem["rule"] for problem in problems} <= {"PT116"}


@pytest.mark.parametrize(
    "piece",
    [
        "<!-- plantrace: ",
        "<!-- plantrace: a=b -->",
        "<code><!-- plantrace: a --></code>",
        "<code>",
        "<!-- plantrace: a='",
        'a="b",',
        "a=,",
        "\n",
        "'",
    ],
)
@pytest.mark.usefixtures("bounded")
def test_a_long_page_takes_no_longer_than_its_length(piece):
    text = "<!-- plantrace: tasks " + piece * (400_000 // len(piece)) + " -->"
    queries(text)


RECORD = {
    **traced("T-1", phase="0", owner_role="Anna B", title="First"),
    "docs/plans/T-1/EXEC_LOG.md": "# Log of T-1\n\nPlan: PLAN.md\n\n## 2026-03-02\n\n"
    "- Error: disk full\n- Root cause: logs\n- Fix applied: rotate\n\n"
    "## Final summary\n\nDone.\n",
    **traced("T-2", phase="0", status="in_progress", owner_role="Ben", title="second"),
    "docs/plans/T-2/EXEC_LOG.md": "# Log of T-2\n\nPlan: PLAN.md\n\n## 2026-03-03\n\n"
    "- Error: disk full\n- Root cause: images\n- Fix applied: prune\n\n"
    "## 2026-03-04\n\n- Error: no route to host\n- Root cause: not known yet\n",
    "tasks/T-3/meta.yml": metadata("T-3", phase="1", owner_role="Ben", title="Third"),
    "tasks/T-10/meta.yml": metadata(
        "T-10", phase="1", status="blocked", title="Tenth", depends_on=["T-3"]
    ),
}


def lists(project, *comments, **options):
    """What the comments become in a built page."""
    text = "\n\n".join(f"<!-- plantrace: {comment} -->" for comment in comments)
    project.write({**RECORD, "docs/index.md": f"# Home\n\n{text}\n\nEnd.\n"})
    project.options = options
    outcome = project.build()
    assert outcome.failure is None
    listed = outcome.page("index.html").partition("<p>End.")[0]
    _, *found = listed.split('<div class="pt-list" data-search-exclude>\n')
    return [list_.rpartition("</div>")[0].strip() for list_ in found]


def cells(table):
    """The words of a table, row by row."""
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    found = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<.*?>", "", cell).split()) for cell in row] for row in found]


def ids(table):
    return re.findall(r'<span class="pt-id">(.*?)</span>', table)


def test_tasks_are_chosen_by_every_key(project):
    shown = lists(
        project,
        "tasks",
        "tasks phase=1",
        "tasks status=planned,in_progress",
        "tasks status=active",
        "tasks status=In-Progress",
        'tasks owner="Anna B",""',
        "tasks id=T-10,T-1",
        "tasks phase=1 owner=Ben",
    )

    assert [ids(table) for table in shown] == [
        ["T-1", "T-2", "T-3", "T-10"],
        ["T-3", "T-10"],
        ["T-2", "T-3"],
        ["T-2"],
        ["T-2"],
        ["T-1", "T-10"],
        ["T-1", "T-10"],
        ["T-3"],
    ]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("id", "T-1 T-2 T-3 T-10"),
        ("-id", "T-10 T-3 T-2 T-1"),
        ("title", "T-1 T-2 T-10 T-3"),
        ("status", "T-2 T-10 T-3 T-1"),
        ("phase", "T-1 T-2 T-3 T-10"),
        ("-phase", "T-3 T-10 T-1 T-2"),
        ("owner", "T-1 T-2 T-3 T-10"),
        ("plan", "T-1 T-2 T-3 T-10"),
        ("-log", "T-3 T-10 T-1 T-2"),
        ("-errors", "T-2 T-1 T-3 T-10"),
        ("problems", "T-1 T-2 T-3 T-10"),
    ],
)
def test_tasks_are_sorted(project, sort, expected):
    (table,) = lists(project, f"tasks sort={sort}")

    assert ids(table) == expected.split()


def test_columns_stand_in_the_order_wanted(project):
    every, some = lists(
        project,
        "tasks id=T-2 columns=title,id,status,phase,owner,plan,log,errors,problems",
        "tasks columns=owner,id,title,id limit=1",
    )

    assert cells(every) == [
        "Title,Task,Status,Phase,Owner,Plan,Execution log,Errors,Problems".split(","),
        ["second", "T-2", "in progress", "Phase 0", "Ben", "plan", "log", "2", "0"],
    ]
    assert cells(some) == [["Owner", "Task"], ["Anna B", "T-1 First"]]
    assert '<p class="pt-note">and 3 more</p>' in some


def test_errors_are_chosen_and_told_by_the_tasks_that_are_named(project):
    both, of_task, fixed, first, none = lists(
        project,
        "errors",
        "errors task=T-1",
        "errors state=fixed phase=0",
        "errors limit=1",
        "errors phase=1",
    )

    titles = re.compile(r'pt-brief-title">.*?<a href="trace/errors/.*?/">(.*?)</a>')
    assert titles.findall(both) == ["disk full", "no route to host"]
    assert "prune" in both
    assert titles.findall(of_task) == ["disk full"]
    assert "rotate" in of_task
    assert titles.findall(fixed) == ["disk full"]
    assert titles.findall(first) == ["disk full"]
    assert "and 1 more" in first
    assert none == '<p class="pt-none">No errors.</p>'


def test_progress_graph_and_nothing(project):
    every, one, phase, task, none, empty = lists(
        project,
        "progress",
        "progress phase=1",
        "graph phase=0",
        "graph task=T-3",
        "tasks phase=9",
        "graph phase=9",
        phases={"0": "Start", "9": "Later"},
    )

    assert re.findall(r'pt-card-title".*?>(.*?)</a>', every) == ["Phase 0: Start", "Phase 1"]
    assert re.findall(r'pt-card-title".*?>(.*?)</a>', one) == ["Phase 1"]
    assert 'aria-label="Dependencies of T-3"' in task
    assert '<a xlink:href="trace/tasks/T-10/" class="pt-node' in task
    assert phase == empty == '<p class="pt-none">No dependencies.</p>'
    assert none == '<p class="pt-none">No tasks.</p>'


@pytest.mark.parametrize("theme", ["material", "mkdocs"])
def test_only_what_was_read_is_replaced(project, theme):
    comment = "<!-- plantrace: progress phase=1 -->"
    project.site = {
        "theme": theme,
        "markdown_extensions": ["fenced_code", "md_in_html", "admonition"],
    }
    project.write(RECORD)
    project.write(
        {
            "docs/sub/page.md": f"---\r\ntitle: P\r\n---\r\n# Page\r\n\r\n"
            f"<div>{comment}</div>\r\n\r\n"
            f"<pre>{comment}</pre>\r\n\r\n"
            f"<code>{comment}</code> and `{comment}`\r\n\r\n"
            f"```html\r\n{comment}\r\n```\r\n\r\n"
            f"    {comment}\r\n\r\n"
            f"FIRST\r\n\r\n{comment}\r\n\r\nLAST\r\n\r\n"
            f'!!! note "N"\r\n\r\n    {comment}\r\n\r\n'
            f"<div markdown>\r\n\r\n{comment}\r\n\r\n</div>\r\n"
        }
    )

    html = project.build().page("sub/page/index.html")

    listed = '<div class="pt-list" data-search-exclude>\n<div class="pt-cards" role="list">'
    assert html.count(comment) == 3
    assert html.count("&lt;!-- plantrace: progress phase=1 --&gt;") == 3
    assert html.count(listed) == 3
    between = html[html.index("FIRST") : html.index("LAST")]
    assert between.startswith(f"FIRST</p>\n{listed}")
    assert "plantrace-list" not in html
    assert f"<p>{listed}" not in html
    assert 'href="../../trace/phases/1/"' in between


def test_what_another_plugin_puts_in_is_left_alone(project):
    (project.root / "hook.py").write_text(
        "def on_page_markdown(markdown, **_):\n"
        "    return '<!-- plantrace: tasks phase=1 -->\\n\\n' + markdown\n"
    )
    project.site = {"hooks": ["hook.py"]}
    (table,) = lists(project, "tasks phase=0")

    assert ids(table) == ["T-1", "T-2"]
    assert "<!-- plantrace: tasks phase=1 -->" in (project.root / "site/index.html").read_text()


def test_what_people_wrote_is_escaped(project):
    evil = "<script>alert('x')</script> \\1 \\g<0> {{ x }}"
    project.write(
        {
            "tasks/T-1/meta.yml": metadata(title=evil, owner_role=evil, phase="<b>", status="<i>"),
            "tasks/T-2/meta.yml": metadata("T-2", depends_on=["T-1"]),
            "docs/index.md": "# Home\n\n<!-- plantrace: tasks columns=id,title,owner,phase,status"
            " -->\n\n<!-- plantrace: progress -->\n\n<!-- plantrace: graph task=T-1 -->\n\nEnd.\n",
        }
    )
    project.options = {"rules": {"unknown-status": "off"}}

    html = project.build().page("index.html")

    escaped = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; \\1 \\g&lt;0&gt; {{ x }}"
    # Title and owner in the table, title in the graph, there in the tooltip as well.
    assert html.count(escaped) == 4
    for raw in ("<script>alert", "<b>", "<i>"):
        assert raw not in html


def test_search_leaves_lists_out(project):
    project.site = {"theme": "material"}
    project.write({"docs/other.md": "# Other\n"})
    lists(project, "tasks columns=title")

    index = json.loads((project.root / "site/search/search_index.json").read_text())

    (home,) = [found["text"] for found in index["docs"] if found["location"] == ""]
    assert "End." in home
    assert "First" not in home


def test_check_and_build_find_the_same(project):
    project.write({**RECORD, "docs/_template/page.md": "<!-- plantrace: x -->\n"})
    plan = "# PLAN of T-1\n\n<!-- plantrace: graph task=T-4 -->\n"
    project.write({"docs/plans/T-1/PLAN.md": plan})
    project.write({"docs/index.md": "# Home\n\n<!-- plantrace: tasks\n  phase=7 sort=ids -->\n"})

    outcome = project.build()
    checked = plantrace("check", cwd=project.root)

    assert outcome.failure is not None
    assert not (outcome.site / "index.html").exists()
    assert checked.stdout.startswith(outcome.report)
    assert re.findall(r"^\S.*PT116.*$", outcome.report, re.MULTILINE) == [
        "docs/index.md:4:9: error PT116 invalid-query: no phase '7'",
        "docs/index.md:4:16: error PT116 invalid-query: no column 'ids'",
        "docs/plans/T-1/PLAN.md:3:28: error PT116 invalid-query: no task 'T-4'",
    ]


@pytest.mark.parametrize("severity", ["warning", "off"])
def test_a_build_that_does_not_fail_shows_nothing_of_a_faulty_list(project, severity):
    shown = lists(project, "tasks phase=7", "tasks phase=1", rules={"PT116": severity})

    assert [ids(table) for table in shown] == [["T-3", "T-10"]]
    assert "plantrace" not in page_of_site(project).partition("<h1")[2].partition("End.")[0]


def page_of_site(project):
    return (project.root / "site/index.html").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_read_may_hold_what_a_list_asks_for(project):
    project.write(
        {**RECORD, "tasks/T-7/meta.yml": "task_id: T-7\nphase: '7'\nowner_role: Zoe\nx: ["}
    )
    project.write(
        {"docs/index.md": "# Home\n\n<!-- plantrace: tasks id=T-7 phase=7 owner=Zoe -->\n"}
    )

    assert "PT116" not in project.build().report


def test_archived_plans_are_out_of_the_rule(project):
    project.write(traced(archived=True))
    project.write(
        {"docs/plans/T-1/PLAN.md": "# PLAN of T-1\n\n<!-- plantrace: tasks phase=7 -->\n"}
    )

    assert project.build().report == ""


def test_serve_notes_what_is_wrong_in_the_place_and_follows_changes(project, serve):  # noqa: F811
    page = "# Home\n\n<!-- plantrace: tasks pase=0 -->\n\nEnd.\n"
    project.write({**RECORD, "docs/index.md": page})
    server = serve()

    html = server.wait("", lambda html: "End." in html and "pt-list" in html)
    note = html.partition('<div class="pt-list" data-search-exclude>')[2].partition("End.")[0]
    assert '<div class="pt-problem pt-error">' in note
    assert "&#39;tasks&#39; has no key &#39;pase&#39;" in note
    assert "did you mean &#39;phase&#39;?" in note
    assert '<aside class="pt-box"' in html
    assert "docs/index.md:3:23" in html

    project.write({"docs/index.md": page.replace("pase", "phase")})
    server.wait("", lambda html: "T-2" in html and "pt-problem" not in html)
    project.write({"tasks/T-11/meta.yml": metadata("T-11", title="Later")})
    server.wait("", lambda html: "T-11" in html)


def test_the_guide_names_every_kind_key_column_and_state():
    guide = GUIDE.read_text(encoding="utf-8")

    for kind, keys in KEYS.items():
        section = guide.partition(f"\n### {kind}\n")[2].partition("\n##")[0]
        assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
        assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(keys)
    columns = guide.partition("\n## Columns\n")[2].partition("\n##")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", columns, re.MULTILINE)) == COLUMNS
    assert all(f"`{value}`" in guide for value in (*STATES, *READY, *GAPS))
