"""Reading in layouts: patterns of paths, outlines of texts, files of tasks, and their options."""

import json

import pytest
from msgspec.structs import replace

from mkdocs_plantrace.checks.catalogue import load_settings
from mkdocs_plantrace.config.layouts import PRESETS, load_preset, make_layout
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.task import StatusKind
from mkdocs_plantrace.parsing.metadata.layout_file import parse_layout_file
from mkdocs_plantrace.parsing.metadata.task_file import parse_metadata
from mkdocs_plantrace.parsing.metadata.text_outline import TextOutline
from mkdocs_plantrace.project.layout_files import match_sources
from mkdocs_plantrace.project.task_spellings import unify_ids
from mkdocs_plantrace.utils.globs import InvalidPatternError, PathPattern, fill_groups
from mkdocs_plantrace.utils.text_file import read_text


class Files:
    """The files of a folder, by root-relative paths."""

    def __init__(self, root):
        self._root = root

    def has_file(self, path):
        return path in set(self.below(""))

    def below(self, folder):
        found = (it for it in (self._root / folder).rglob("*") if it.is_file())
        return sorted(it.relative_to(self._root).as_posix() for it in found)

    def read_text(self, path, *, limit):
        return read_text(self._root / path, limit=limit)


@pytest.fixture
def read(project):
    """Read the file of a task beside other files; a layout is a name or a declaration."""

    def run(layout, path, text, beside=None):
        project.write({**(beside or {}), path: text})
        declared = load_preset(layout) if isinstance(layout, str) else make_layout("own", layout)
        settings = Settings(layout=(declared,))
        source = match_sources(settings, [path])[path]
        return parse_layout_file(source, text, settings, Files(project.root))

    return run


BACKLOG = "backlog/tasks/task-7 - Login.md"
SPEC = "specs/001-login/spec.md"
TRACK = "conductor/tracks/login/metadata.json"


@pytest.mark.parametrize(
    ("pattern", "path", "groups"),
    [
        ("specs/{id:[0-9]*}/spec.md", "specs/001-login/spec.md", {"id": "001-login"}),
        ("specs/{id:[0-9]*}/spec.md", "specs/login/spec.md", None),
        ("{id}.md", "a/b.md", None),
        ("{id}.md", ".md", None),
        ("{date:date}-{id}/x", "2026-01-09-login/x", {"date": "2026-01-09", "id": "login"}),
        ("{n:int}-{slug}.md", "2-a-b.md", {"n": "2", "slug": "a-b"}),
        ("{name}-{n:int}.md", "a-b-3.md", {"name": "a-b", "n": "3"}),
        ("{n:number}-{slug}", "02.1-x", {"n": "02.1", "slug": "x"}),
        ("**/{id}/m.json", "a/b/c/m.json", {"id": "c"}),
        ("{id:(}", "(", {"id": "("}),
        ("{id:[!a]?}", "b\n", {"id": "b\n"}),
    ],
)
def test_groups_of_a_path(pattern, path, groups):
    assert PathPattern(pattern).match(path) == groups


@pytest.mark.parametrize(
    "pattern",
    ["{", "}", "{}", "{Id}", "{id", "{id:}", "{a}{a}", "{a:{b}}", "{a:b/c}", "{a:**}", "{a}\ue000"]
    + ["{a}-{b}-{c}-{d}-{e}"],
)
def test_what_no_pattern_can_be(pattern):
    with pytest.raises(InvalidPatternError):
        PathPattern(pattern)


def test_a_text_without_its_group_is_nothing():
    assert fill_groups("{a}-{b}", {"a": "1"}) is None
    assert fill_groups("{a}-{b}", {"a": "1", "b": "{a}"}) == "1-{a}"


@pytest.mark.parametrize(
    ("line", "level", "title"),
    [
        ("# A", 1, "A"),
        ("   ### A ###  ", 3, "A"),
        ("# C#", 1, "C#"),
        ("## #", 2, ""),
        ("# a # b", 1, "a # b"),
        ("#\tA", 1, "A"),
    ],
)
def test_headings(line, level, title):
    (heading,) = TextOutline(f"{line}\r\ntext").headings

    assert (heading.level, heading.title.text) == (level, title)
    assert line[heading.title.start : heading.title.end] == title


@pytest.mark.parametrize("line", ["#a", "    # a", "####### a", "a # b", "```\n# a", "~~~\n# a"])
def test_what_is_no_heading(line):
    assert TextOutline(line).headings == []


def test_a_section_ends_at_a_heading_that_is_not_below_it():
    text = "# A\n## Log (2026)\none\n### B\ntwo\n## C\nthree\n## Log\nfour\n"

    section = TextOutline(text).find_section("log")

    assert text[section.start :].startswith("## Log (2026)")
    assert text[section.body : section.end] == "one\n### B\ntwo\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("# A\n## Status ##\n\n## Next\ntext\n", None),
        ("## Status\n\n text \n", "text"),
        ("# A\n## **Status**: half done ##\n", "half done"),
        ("## Status: one\n## Status\ntwo\n", "two"),
        ("## Status:\n## No status: done\n", None),
    ],
)
def test_the_value_of_a_section(text, value):
    found = TextOutline(text).find_value("status")

    assert (found and found.text) == value
    assert found is None or text[found.start :].startswith(value)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_boxes_at_every_line_end(end):
    lines = ["- [x] a", "* [ ] b", "1. [~] c", "> - [X] d", "- [y] e", "- [x]e", "```", "- [ ] f"]

    boxes = TextOutline(end.join(lines)).boxes

    assert [box.is_done for box in boxes] == [True, False, False, True]
    assert [box.is_begun for box in boxes] == [True, False, True, True]
    assert [box.span.text for box in boxes] == lines[:4]


def test_front_matter_that_never_ends_is_text(read):
    task = read("spec-kit", SPEC, "---\nStatus: Draft\n").task

    assert task.status.text == "Draft"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_front_matter(read, end):
    text = end.join(["---", "id: TASK-7", "assignee: [@ann, '@bob']", "title: 'a: `b`'", "---"])

    file = read("backlog", BACKLOG, text)

    assert file.problems == ()
    assert (file.task.id, file.task.title) == ("TASK-7", "a: `b`")
    assert file.task.owners == ("@ann", "@bob")


def test_a_key_that_is_a_list_does_no_harm(read):
    file = read("backlog", BACKLOG, "---\n? [a]\n: b\n? {c: d}\n: e\nid: TASK-7\n---\n")

    assert file.task.id == "TASK-7"


@pytest.mark.parametrize(
    ("text", "line", "column", "code"),
    [
        ("---\nid: T\nid: U\n---\n", 3, 1, "PT002"),
        ("---\nid:\n---\n", 2, 1, "PT003"),
        ("---\nid: [a]\n---\n", 2, 5, "PT004"),
        ("---\nid: 2026-01-01\n---\n", 2, 5, "PT004"),
        ("---\nid: 1.10\n---\n", 2, 5, "PT004"),
        ("---\nid: T\nstatus: ['x']\n---\n", 3, 9, "PT004"),
        ("---\nid: T\nstatus: <b>\n---\n", 3, 9, "PT006"),
        ("---\n- a\n---\n", 1, 1, "PT001"),
        ("---\r\n\tid: T\r\n---\r\n", 2, 1, "PT001"),
        ("---\nid: T\0\n---\n", 2, 6, "PT001"),
        ("---\nx: &a [*a]\n---\n", 2, 4, "PT001"),
        (f"---\nx: {'[' * 3000}\n---\n", 2, 103, "PT001"),
    ],
)
def test_mistakes_in_front_matter_have_their_place(read, text, line, column, code):
    (problem,) = read("backlog", BACKLOG, text).problems

    assert problem.rule.code == code
    assert (problem.location.line, problem.location.column) == (line, column)


def test_all_mistakes_of_a_file_at_once(read):
    text = "---\nid: T\ndependencies: a\nstatus: x\nmilestone: [m]\n---\n"

    problems = read("backlog", BACKLOG, text).problems

    assert sorted((it.location.line, it.rule.code) for it in problems) == [
        (3, "PT004"),
        (4, "PT006"),
        (5, "PT004"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "column", "fact"),
    [
        ("", 1, 1, "not JSON"),
        ("{", 1, 2, "not JSON"),
        ("{\n'a': 1}", 2, 1, "not JSON"),
        ('{"a": 1,\r\n}', 2, 1, "not JSON"),
        ('{"a": 1}\rx', 2, 1, "not JSON"),
        ("[]", 1, 1, "holds a list, not a mapping"),
        ("null", 1, 1, "holds nothing, not a mapping"),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, 1, 1, "not JSON"),
        (f'{{"a":{"9" * 5000}}}', 1, 1, "not JSON"),
    ],
)
def test_mistakes_in_json_have_their_place(read, text, line, column, fact):
    file = read("conductor", TRACK, text)

    (problem,) = file.problems
    assert file.task is None
    assert (problem.location.line, problem.location.column) == (line, column)
    assert fact in problem.message


def test_characters_that_json_escapes_in_halves(read):
    text = json.dumps({"description": "🚀 lift \t off \ud800", "status": "new"})

    file = read("conductor", TRACK, text)

    assert file.task.title == "🚀 lift off \ufffd"


def test_json_with_tabs_between_values(read):
    task = read("conductor", TRACK, '{\t"description":\t"A",\n\t"status": "new"\t}').task

    assert (task.title, task.status.text) == ("A", "new")


REQUIRING = {
    "tasks": "specs/{id}/spec.md",
    "plan": ["../../../secret.md", "spec.md"],
    "boxes": "spec.md",
    "requirements": "FR-",
}


def test_nothing_outside_the_root_is_read(read, project):
    project.root /= "root"
    project.write({"../secret.md": "FR-001\n", "specs/a/x": ""})

    file = read(REQUIRING, "specs/a/spec.md", "# A\n\n- [x] b\n\nFR-002\n")

    assert [text.value for text in file.task.uncited] == []


def test_a_place_whose_group_the_path_lacks_is_not_the_file_itself(read):
    declared = {
        "tasks": ["{date:date}/{id}.md", "open/{id}.md"],
        "plan": "{date}.md",
        "log": "{date}.md#Log",
        "boxes": "{date}-boxes.md",
    }

    task = read(declared, "open/a.md", "# A\n\n- [x] one\n\n## Log\n\nText.\n").task

    assert (task.plan, task.log, task.progress) == (None, None, None)


def test_a_status_file_of_any_shape_gives_no_status(read):
    declared = {"tasks": "s/{id}.md", "status_files": "status.yml", "status_key": "all"}
    for text in ("", "5", "- a", "all: 5", "all: [a]", "all: {a: [done]}", "all: {? [a] : b}", "{"):
        task = read(declared, "s/a.md", "# A\n", {"status.yml": text}).task
        assert task.status.text == "", text

    task = read(declared, "s/a.md", "# A\n", {"status.yml": "all: {b: x, a: done}"}).task
    assert task.status.text == "done"


def make_task(task_id, number, *depends_on):
    text = f"task_id: {task_id}\ndepends_on: [{', '.join(depends_on)}]\n"
    file = parse_metadata(f"backlog/tasks/{number}.md", text, Settings())
    return replace(file.task, layout="backlog")


def test_ids_that_mean_the_same_get_the_spelling_of_the_first():
    tasks = [
        make_task("TASK-7", 1),
        make_task("back-7", 2),
        make_task("BACK-8", 3, "task-7", "Back-7", "'7'", "task-9", "draft-7"),
    ]

    first, same, other = unify_ids(Settings(layout=(load_preset("backlog"),)), tasks)

    assert (first.id, same.id, other.id) == ("TASK-7", "TASK-7", "BACK-8")
    assert [text.value for text in other.depends_on] == ["TASK-7"] * 3 + ["task-9", "draft-7"]
    assert {"task-7", "back-7", "BACK-7"} <= set(first.spellings)
    assert {"TASK-7", "7"}.isdisjoint(first.spellings)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_match_their_own_files_only(name):
    layout = load_preset(name)

    assert layout.tasks
    assert make_layout(name, {"tasks": "x"}).name == name
    assert load_settings({"layout": name})[1] == ()


MINIMAL = {"tasks": "tasks/{id}.md"}


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("x" * 10**6, "no layout 'xxx"),
        ("speckit", "no layout 'speckit'; did you mean 'spec-kit'?"),
        ({}, "a layout needs the key 'tasks'"),
        ([], "expected a layout or a list of layouts"),
        ([[]], "expected a mapping, found []"),
        ({5: "x"}, "YAML reads a key as 5"),
        ({**MINIMAL, "taks": "x"}, "a layout has no key 'taks'; did you mean 'tasks'?"),
        ({**MINIMAL, "y" * 10**6: 1}, "a layout has no key 'yyy"),
        ({**MINIMAL, "name": "kiro"}, "another name than that of a preset"),
        ([MINIMAL, MINIMAL], "two layouts have one name"),
        ({"tasks": "{a}{a}"}, "tasks of a layout: expected a glob with up to four groups"),
        ({"tasks": "/etc/{id}"}, "tasks of a layout: expected a relative glob"),
        ({"tasks": "../{id}"}, "tasks of a layout: expected a relative glob"),
        ({**MINIMAL, "publish": "../**"}, "publish of a layout: expected a relative glob"),
        ({**MINIMAL, "status_files": "../x"}, "status_files of a layout: expected a relative"),
        ({**MINIMAL, "documents": "../*"}, "documents of a layout: expected a relative glob"),
        ({**MINIMAL, "plan": "/etc/passwd"}, "plan of a layout: expected a relative path"),
        ({**MINIMAL, "plan": "~/x"}, "plan of a layout: expected a relative path"),
        ({**MINIMAL, "boxes": "#"}, "boxes of a layout: expected a relative path"),
        ({**MINIMAL, "log": [""]}, "log of a layout: expected text"),
        ({**MINIMAL, "log": "\x1b"}, "log of a layout: expected a shorter text"),
        ({**MINIMAL, "log": "{idd}.md"}, "'tasks' has no group 'idd'; did you mean 'id'?"),
        ({**MINIMAL, "log": "{id.md"}, "log of a layout: expected a text with groups"),
        ({**MINIMAL, "values": {"phase": "{x}"}}, "values of a layout: 'tasks' has no group 'x'"),
        (
            {**MINIMAL, "values": {"fase": "x"}},
            "expected a field that a path can give",
        ),
        ({**MINIMAL, "values": {"z" * 10**6: "x"}}, "found 'zzz"),
        ({**MINIMAL, "status_files": "*.yml"}, "expected a path without wildcards"),
        ({**MINIMAL, "requirements": ""}, "requirements of a layout: expected text"),
        ({**MINIMAL, "statuses": {"x": "don"}}, "a kind of status for 'x'"),
        ({**MINIMAL, "rules": {"PT3O1": "off"}}, "no rule 'pt3o1'"),
        ({**MINIMAL, "ignore_case": "yes"}, "ignore_case of a layout: expected true or false"),
    ],
    ids=lambda value: repr(value)[:60],
)
@pytest.mark.parametrize("option", ["layout", "layouts"])
def test_a_mistake_in_a_layout_is_named_in_short(option, declared, message):
    if declared in ({}, []) and option == "layouts":
        assert load_settings({option: declared})[1] == ()  # the default is an empty list
        return

    _, ((name, text),) = load_settings({option: declared})

    assert name == option
    assert message in text
    assert len(text) < 1000


def test_the_groups_of_a_source_are_those_of_its_path():
    settings = Settings(layout=(load_preset("openspec"),))
    path = "openspec/changes/archive/2026-01-09-add-login/proposal.md"

    source = match_sources(settings, [path])[path]

    assert (source.layout, source.path) == (load_preset("openspec"), path)
    assert source.groups == {"date": "2026-01-09", "id": "add-login"}


def test_statuses_of_the_tool_have_kinds_by_their_place(read):
    declared = {"tasks": "t/{id}.md", "status_words": "config.yml#statuses"}
    config = {"config.yml": "statuses: [Inbox, Baking, Cooling, Done, Served]\n"}

    def kind_of(status, files=config):
        text = f"---\nstatus: {status}\n---\n"
        return read(declared, "t/a.md", text, files).task.status.kind

    assert kind_of("Inbox") is StatusKind.PLANNED
    assert kind_of("baking") is kind_of("Cooling") is StatusKind.ACTIVE
    assert kind_of("Done") is kind_of("Served") is StatusKind.COMPLETED
    assert kind_of("Inbox", {"config.yml": "statuses: 5\n"}) is None
    assert kind_of("Inbox", {"config.yml": "statuses: ["}) is None


@pytest.mark.parametrize(
    "text",
    [
        "1. ```bash\n   foo\n   ```\n\n- [ ] b\n- [x] c\n",
        "```npm test``` passes\n\n- [ ] b\n- [x] c\n",
        "<!-- an example\n- [ ] example\n-->\n- [ ] b\n- [x] c\n",
        "a <!-- note --> b\n- [ ] b\n- [x] c\n",
        "~~~\n- [ ] code\n```\n~~~ text\n- [ ] code\n~~~\n- [ ] b\n- [x] c\n",
    ],
)
def test_boxes_in_code_and_comments_do_not_count(text):
    assert [box.is_done for box in TextOutline(text).boxes] == [False, True]


def test_a_status_in_a_comment_is_none(read):
    text = "# A\n\n<!--\n**Status**: Draft | Done\n-->\n\n**Status**: Done\n"

    assert read("spec-kit", SPEC, text).task.status.text == "Done"


@pytest.mark.parametrize("status", ["status: ~", "status: null", "status:", 'status: ""'])
def test_an_empty_status_is_no_status(read, status):
    declared = {"tasks": "t/{id}.md", "boxes": "#Steps"}

    found = read(declared, "t/a.md", f"---\n{status}\n---\n\n# Steps\n\n- [x] one\n")

    assert found.problems == ()
    assert found.task.status.text == "completed"


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        *[("T-1, T-2", ["T-1", "T-2"]), ("T-1", ["T-1"]), ("none", []), ("-", []), ("", [])],
        *[("[T-1, 'T-2']", ["T-1", "T-2"]), ("[]", []), ("[T-1](a.md)", ["[T-1](a.md)"])],
    ],
)
def test_dependencies_can_be_a_labelled_line(read, line, ids):
    declared = {"tasks": "t/{id}.md", "fields": {"depends_on": "Depends on"}}

    found = read(declared, "t/a.md", f"# A\n\n**Depends on**: {line}\n")

    assert found.problems == ()
    assert [text.value for text in found.task.depends_on] == ids


def test_a_whole_file_is_the_log_even_if_a_section_of_another_file_could_be(read):
    declared = {"tasks": "t/{id}.md", "log": ["{id}-LOG.md", "#Notes"]}

    whole = read(declared, "t/a.md", "# A\n", {"t/a-LOG.md": "# Log\n\n## Notes\n"}).task
    section = read(declared, "t/b.md", "# B\n\n## Notes\n").task

    assert (whole.log.value, whole.log_sections) == ("t/a-LOG.md", ())
    assert (section.log.value, section.log_sections) == ("t/b.md", ("Notes",))


def test_the_plans_of_other_tasks_are_no_documents(read):
    folder = ".planning/phases/01-login"
    plans = {f"{folder}/01-0{number}-PLAN.md": "# Plan\n" for number in (1, 2)}
    beside = {**plans, f"{folder}/01-01-SUMMARY.md": "# Done\n", f"{folder}/CONTEXT.md": "# C\n"}

    task = read("gsd", f"{folder}/01-01-PLAN.md", "# Plan\n", beside).task

    assert [text.value for text in task.documents] == [f"{folder}/CONTEXT.md"]


def test_a_file_of_statuses_has_ids_of_front_matter_too(read):
    declared = {"tasks": "t/{file}.md", "status_files": "status.yml"}

    found = read(declared, "t/a.md", "---\nid: T-1\n---\n", {"status.yml": "T-1: done\n"})

    assert found.task.status.text == "done"


def test_a_task_without_a_heading_has_its_id_as_words_for_a_title(read):
    assert read("backlog", BACKLOG, "---\nid: add-login\n---\n").task.title == "Add login"


@pytest.mark.parametrize(
    ("path", "task_id"),
    [
        ("phases/01-add-login/01-01-PLAN.md", "01-01"),
        ("quick/003-add-login/003-PLAN.md", "003"),
        ("quick/260324-lqg-add-login/260324-lqg-SUMMARY.md", "260324-lqg"),
    ],
)
def test_a_title_by_the_path_is_in_words(read, path, task_id):
    task = read("gsd", f".planning/{path}", "<objective>\n").task

    assert (task.id, task.title) == (task_id, "Add login")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("<objective>\nLock **accounts** after\nfive failures, e.g. of bots. Safety.", None),
        ("<objective>\n\n  Lock **accounts** after\r\nfive failures, e.g. of bots\n<x>", None),
        ("<context>\n# A\n</context>\n<objective>\nLock [it](a.md)!\n\nNow.", "Lock it!"),
        ("# Locks\n\n<objective>\nLock accounts.\n</objective>", "Locks"),
        ("<objective>\n</objective>\nLock accounts.", "Add login"),
        ("```\n<objective>\nLock accounts.\n```", "Add login"),
        ("<objective>\n" + "Lock many accounts " * 9, "Lock many accounts " * 5 + "…"),
    ],
)
def test_a_title_by_a_tag_is_its_first_sentence(read, text, title):
    task = read("gsd", ".planning/phases/01-add-login/01-01-PLAN.md", text).task

    assert task.title == (title or "Lock accounts after five failures, e.g. of bots")


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("Requirements Document", "Dark mode"),
        ("Bugfix Requirements Document", "Dark mode"),
        ("需求文档", "Dark mode"),
        ("Requirements Document: Night", "Night"),
        ("需求文档：夜间", "夜间"),
        ("要件定義書 - 夜間", "夜間"),
        ("Night", "Night"),
    ],
)
def test_a_heading_that_only_says_what_a_document_is_is_no_title(read, heading, title):
    path = ".kiro/specs/dark-mode/requirements.md"

    assert read("kiro", path, f"# {heading}\n").task.title == title


@pytest.mark.parametrize(
    ("layout", "path", "task_id"),
    [
        ("kep", "keps/976-plain-pods/kep.yaml", "976"),
        ("kep", "keps/sig-node/memory/976-plain-pods/kep.yaml", "976"),
        ("bmad", "docs/stories/1-6a-runner.md", "1-6a-runner"),
        ("bmad", "docs/stories/1-10-runner.md", "1-10-runner"),
        ("bmad", "_bmad-output/implementation-artifacts/2-6b-two-ways.md", "2-6b-two-ways"),
    ],
)
def test_ids_by_the_paths_that_tools_write(read, layout, path, task_id):
    text = "kep-number: 976\n" if layout == "kep" else "# Story\n"

    assert read(layout, path, text).task.id == task_id


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("**Implemented** (two slices)", "completed"),
        ("proposed", "planned"),
        ("**PARKED (2026-03-09)** \u2014 valid", "dropped"),
    ],
)
def test_statuses_of_exec_plans(read, word, kind):
    task = read("execplan", ".agent/plans/login.md", f"# Login\n\n> Status: {word}\n").task

    assert task.status.kind is StatusKind(kind)


@pytest.mark.parametrize(
    ("layout", "path", "text", "status"),
    [
        (
            "bmad",
            "docs/stories/1.2.login.md",
            "# Login\n\n## Status: ✅ **COMPLETED**\n",
            "COMPLETED",
        ),
        ("execplan", "docs/exec-plans/active/a.md", "# A\n\n## Status\n\n" + "All " * 20, "active"),
        ("execplan", "docs/exec-plans/active/a.md", "# A\n\n## Status\n\nParked (May)\n", "Parked"),
        ("execplan", ".agent/execplans/archive/a.md", "# A\n", "completed"),
        ("openspec", "openspec/changes/add-x/proposal.md", "# A\nStatus: IMPLEMENTED\n", "active"),
        ("kiro", ".kiro/specs/a/spec.json", '{"phase": "validated"}', "validated"),
        ("spec-kit", "specs/001-a/spec.md", "# A\n\n**Status**: Implemented\n", "Implemented"),
        ("spec-kit", "specs/001-a/spec.md", "---\nstatus: Draft\n---\n# A\n", "Draft"),
    ],
)
def test_statuses_as_teams_write_them(read, layout, path, text, status):
    file = read(layout, path, text)

    assert file.task.status.text == status
    assert file.problems == ()


def test_an_unknown_status_ends_before_its_reason(read):
    (problem,) = read("execplan", ".agent/plans/a.md", "# A\n\nStatus: baking (in May)\n").problems

    assert "'baking'" in problem.message


def test_keys_of_front_matter_may_differ_in_case(read):
    task = read("spec-kit", "specs/001-a/spec.md", "---\nOWNER: ann\nid: F001\n---\n# A\n").task

    assert (task.id, list(task.owners)) == ("001-a", ["ann"])


def test_a_phase_in_a_line_of_a_proposal_is_none(read):
    text = "# A\n\nPhase: 1 of 3\n"

    assert read("openspec", "openspec/changes/add-x/proposal.md", text).task.phase == ""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("openspec/changes/archive/2026-02-07_fix-build/proposal.md", ("fix-build", False)),
        (".planning/phases/27/27-01-PLAN.md", ("27-01", False)),
        (".planning/milestones/v1-phases/06-a/06-01-PLAN.md", ("06-01", True)),
    ],
)
def test_paths_as_teams_write_them(read, path, expected):
    task = read(path.partition("/")[0].replace(".planning", "gsd"), path, "# A\n").task

    assert (task.id, task.archived) == expected


def test_a_short_id_is_completed_by_that_of_the_task():
    def task(task_id, *depends_on):
        found = make_task(task_id, task_id, *depends_on)
        return replace(found, layout="gsd")

    tasks = [task("api-02"), task("web-02"), task("web-03", "'02'", "'04'")]

    *_, last = unify_ids(Settings(layout=(load_preset("gsd"),)), tasks)

    assert [text.value for text in last.depends_on] == ["web-02", "04"]


def test_requirements_of_a_plan_in_the_same_file_are_not_cited_by_it(read):
    declared = {"tasks": "t/{id}.md", "plan": "#Plan", "boxes": "#Steps", "requirements": "FR-"}
    text = "# Plan\n\nFR-1 and FR-2.\n\n# Steps\n\n- [ ] FR-1\n"

    task = read(declared, "t/a.md", text).task

    assert [(it.value, it.location.line) for it in task.uncited] == [("FR-2", 3)]


def test_an_unknown_word_in_a_file_of_statuses_is_reported_there(read):
    declared = {"tasks": "t/{id}.md", "status_files": "status.yml"}

    (problem,) = read(declared, "t/a.md", "# A\n", {"status.yml": "b: done\na: baking\n"}).problems

    assert problem.rule.code == "PT006"
    assert (problem.location.path, problem.location.line) == ("status.yml", 2)


@pytest.mark.parametrize(
    ("layout", "path", "text", "expected"),
    [
        (
            *("gsd", ".planning/phases/02-login/02-01-PLAN.md"),
            "---\nwave: 1\n---\n<context>\n# Existing code\n- id: string\n- status: done\n",
            ("02-01", "Login", "planned"),
        ),
        (
            *("openspec", "openspec/changes/add-x/proposal.md"),
            "# Add X\n# Why\n- id: string\n- status: done\n",
            ("add-x", "Add X", "active"),
        ),
        (
            *("bmad", "docs/stories/1.2.login.md"),
            "---\nstatus: ✅ Done (May)\n---\n# Login\n",
            ("1-2-login", "Login", "Done"),
        ),
        (
            "bmad",
            "_bmad-output/x/1.2.story.md",
            "# Login\nStatus: done\n",
            ("1-2", "Login", "done"),
        ),
    ],
    ids=["in tags", "below a second heading", "front matter", "dotted"],
)
def test_only_what_is_above_the_text_describes_the_task(read, layout, path, text, expected):
    task = read(layout, path, text).task

    assert (task.id, task.title, task.status.text) == expected


def test_a_status_in_front_matter_with_more_words_is_unknown(read):
    found = read("backlog", BACKLOG, "---\nid: task-7\nstatus: Done but not tested\n---\n")

    assert [problem.rule.code for problem in found.problems] == ["PT006"]


def find_ids(layout, *paths):
    """The ids by the paths of the files that are tasks, and these paths."""
    found = match_sources(Settings(layout=(load_preset(layout),)), paths)
    return [(source.fill_value("id"), path.rpartition("/")[2]) for path, source in found.items()]


def test_a_plan_and_its_summary_are_one_task_whichever_has_a_name():
    folder = ".planning/phases/01-login"
    names = ["01-01-form-PLAN.md", "01-01-SUMMARY.md", "01-02-PLAN.md", "01-02-lock-SUMMARY.md"]
    names += ["01-03-a-PLAN.md", "01-03-b-PLAN.md", "01-CLOSEOUT-SUMMARY.md", "01-04-SUMMARY.md"]

    assert find_ids("gsd", *(f"{folder}/{name}" for name in names)) == [
        ("01-01", "01-01-form-PLAN.md"),
        ("01-02", "01-02-PLAN.md"),
        ("01-03", "01-03-a-PLAN.md"),
        ("01-03", "01-03-b-PLAN.md"),
        ("01-04", "01-04-SUMMARY.md"),
    ]


def test_a_review_beside_a_story_is_no_task():
    names = ["1-2-login.md", "1-2-login.validation-report.md", "1-3-use-v1.2.md", "1-3-use-v1.md"]

    assert find_ids("bmad", *(f"_bmad-output/{name}" for name in names)) == [
        ("1-2-login", "1-2-login.md"),
        ("1-3-use-v1.2", "1-3-use-v1.2.md"),
        ("1-3-use-v1", "1-3-use-v1.md"),
    ]
    with_ids_inside = ["backlog/tasks/task-1 - a.md", "backlog/tasks/task-1 - a.b.md"]
    assert len(find_ids("backlog", *with_ids_inside)) == len(with_ids_inside)
