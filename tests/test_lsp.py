"""`plantrace lsp`: what an editor is told while somebody types, driven by a real client."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from conftest import metadata, traced
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient
from test_edits import tree

from mkdocs_plantrace.cli.servers import editor_answers as answers
from mkdocs_plantrace.cli.servers.editor_project import EditorProject

REPOSITORY = Path(__file__).parent.parent
GUIDE = REPOSITORY / "example_site/docs/guide/editors.md"
LOG = """# T-1: log

Plan: PLAN.md

## Connection refused

- Error: port 5432
- Fix applied: wait, see [the plan](PLAN.md#the-order)

## Final summary

Done, as T-2 needs it.
"""


@pytest.fixture
def record(project):
    """T-2 depends on T-1, which is completed; T-3 has a problem."""
    project.write(traced("T-1", owner_role="DB"))
    project.write(traced("T-2", status="in_progress", depends_on=["T-1"]))
    project.write({"docs/plans/T-1/EXEC_LOG.md": LOG})
    project.write({"docs/plans/T-1/PLAN.md": "# Plan of T-1\n\n## The order\n\nText.\n"})
    project.write({"tasks/T-3/meta.yml": metadata("T-3", depends_on=["T-99"])})
    project.write({"evidence/t1.json": "{}"})
    project.configure()
    return project


def open_editor(project):
    editor = EditorProject(project.root)
    assert editor.check({}) == ()
    return editor


def read(project, path):
    return (project.root / path).read_text(encoding="utf-8")


def edit(editor, project, path, text):
    """What is found at once, and what a check of everything finds, in the edited file."""
    absolute = str(project.root / path)
    editor.unsaved[absolute] = text
    at_once = editor.check_edit(absolute)
    editor.check(dict(editor.unsaved))
    return at_once, editor.find_problems().get(absolute, ())


def place(editor, path, text):
    """The cursor at the `|` in a text."""
    before, _, after = text.partition("|")
    line = before.count("\n") + 1
    column = len(before.rpartition("\n")[2])
    return answers.Cursor(editor.checked, path, before + after, line, column)


def at(editor, project, path, words):
    """The cursor in a file, at the `|` in words of it."""
    text = read(project, path)
    assert words.replace("|", "") in text
    return place(editor, path, text.replace(words.replace("|", ""), words, 1))


PLAN, LOG_2 = "docs/plans/T-2/PLAN.md", "docs/plans/T-2/EXEC_LOG.md"
META = "tasks/T-2/meta.yml"


@pytest.mark.parametrize(
    ("path", "old", "new", "codes"),
    [
        (META, "- T-1", "- T-l", ["PT110"]),
        (META, "- T-1", "- T-2", ["PT111"]),
        (META, "status: in_progress", "status: completd", ["PT006"]),
        (META, "status: in_progress", "status: [", ["PT001"]),
        (META, "status: in_progress", "", ["PT003"]),
        (META, "T-2/PLAN.md", "T-2/PLN.md", ["PT103"]),
        (META, "T-2/PLAN.md", "T-1/PLAN.md", []),
        (META, "task_id: T-2", "task_id: T-1", ["PT005"]),
        (META, "task_id: T-2", "", ["PT003"]),
        (META, "title:", "titel:", ["PT003"]),
        (META, "depends_on:", "depend_on:", ["PT007"]),
        (META, "status: in_progress", "status: completed\nevidence: [evidence/t2.json]", ["PT205"]),
        (LOG_2, "PLAN.md", "PLN.md", ["PT108"]),
        (LOG_2, "Plan: PLAN.md", "", ["PT106"]),
        (LOG_2, "T-2", "T-3", ["PT107"]),
        (LOG_2, "Done.", "[x](../T-1/PLAN.md#the-ordr)", ["PT109"]),
        (LOG_2, "Done.", "[x](../T-1/PLAN.md#the-order)", []),
        ("docs/plans/T-1/EXEC_LOG.md", "- Fix applied: wait", "- See", ["PT204"]),
        (PLAN, "Text.", "[x](../T-1/PLN.md)", ["PT108"]),
        ("tasks/T-3/meta.yml", "T-99", "T-2", []),
        ("tasks/T-3/meta.yml", "status: planned", "status: completed", ["PT101", "PT102", "PT110"]),
    ],
)
def test_an_edit_has_the_problems_that_a_check_of_everything_finds(record, path, old, new, codes):
    editor = open_editor(record)
    text = read(record, path)
    assert old in text
    at_once, later = edit(editor, record, path, text.replace(old, new))
    assert at_once == later
    assert sorted(finding.code for finding in later) == codes

    record.write({path: text.replace(old, new)})
    editor.unsaved.clear()
    editor.check({})
    assert editor.find_problems().get(str(record.root / path), ()) == later


def test_a_file_that_was_never_saved_is_part_of_the_project(record):
    editor = open_editor(record)
    _, found = edit(editor, record, "tasks/T-4/meta.yml", metadata("T-4", depends_on=["T-8"]))
    assert [finding.code for finding in found] == ["PT110"]
    _, found = edit(editor, record, "tasks/T-3/meta.yml", metadata("T-3", depends_on=["T-4"]))
    assert found == ()


def test_only_what_an_edit_changes_is_read(record, monkeypatch):
    editor = open_editor(record)
    scanned = []
    module = sys.modules["mkdocs_plantrace.project.document_loader"]
    original = module.scan_page
    monkeypatch.setattr(
        module, "scan_page", lambda path, *a, **k: scanned.append(path) or original(path, *a, **k)
    )
    for number in range(3):
        edit(editor, record, PLAN, f"# Plan of T-2\n\n{number}\n")
    # Alone, with what belongs to it, and with everything.
    assert scanned.count(PLAN) == 3 * 3
    assert scanned.count(LOG_2) <= 1


@pytest.mark.parametrize(
    ("configuration", "line", "message"),
    [
        ("plugins:\n- plantrace:\n    phase: 1\n", 3, "option 'phase'"),
        ("plugins:\n- plantrace:\n    schema: none.json\n", 3, "none.json"),
        ("plugins: [plantrace]\ndocs_dir: nowhere\n", 2, "no folder 'nowhere'"),
        ("plugins: [plantrace]\nsite_name: [\n", 3, ""),
        ("plugins: [search]\n", 1, "there is no 'plantrace' in 'plugins'"),
    ],
)
def test_mistakes_of_the_configuration_are_shown_and_the_last_good_one_is_used(
    record, configuration, line, message
):
    editor = open_editor(record)
    path = str(record.root / "mkdocs.yml")
    editor.unsaved[path] = configuration
    editor.check(dict(editor.unsaved))
    found = editor.find_problems()
    (finding,) = found[path]
    assert message in finding.message
    assert str(record.root) not in finding.message
    assert finding.location.line == line
    assert [it.code for it in found[str(record.root / "tasks/T-3/meta.yml")]] == ["PT110"]

    editor.unsaved.clear()
    assert editor.check({}) == ()
    assert path not in editor.find_problems()


def test_an_unsaved_configuration_counts(record):
    editor = open_editor(record)
    path = str(record.root / "mkdocs.yml")
    editor.unsaved[path] = "plugins:\n- plantrace:\n    rules: {unknown-task: off}\n"
    assert editor.check_edit(path) == ()
    editor.check(dict(editor.unsaved))
    assert editor.find_problems() == {}
    editor.unsaved[path] = "plugins:\n- plantrace:\n    rule: {}\n"
    assert "option 'rule'" in editor.check_edit(path)[0].message


@pytest.mark.parametrize(
    ("path", "words", "target"),
    [
        (META, "- T-|1", ("tasks/T-1/meta.yml", 1)),
        (META, "plans/T-2/PL|AN.md", ("docs/plans/T-2/PLAN.md", 1)),
        ("docs/plans/T-1/EXEC_LOG.md", "as T|-2 needs", ("tasks/T-2/meta.yml", 1)),
        ("docs/plans/T-1/EXEC_LOG.md", "Plan: PLAN|.md", ("docs/plans/T-1/PLAN.md", 1)),
        ("docs/plans/T-1/EXEC_LOG.md", "PLAN.md#the-|order", ("docs/plans/T-1/PLAN.md", 3)),
        ("docs/plans/T-1/EXEC_LOG.md", "Connection ref|used", None),
        (META, "status: in_pro|gress", None),
    ],
)
def test_definition(record, path, words, target):
    found = answers.find_definition(at(open_editor(record), record, path, words))
    assert [(it.path, it.line) for it in found] == ([target] if target else [])


def test_references_are_those_of_tasks_plans_and_logs(record):
    editor = open_editor(record)
    found = answers.find_references(at(editor, record, META, "task_id: T-|2"))
    assert {it.path for it in found} == {"docs/plans/T-1/EXEC_LOG.md", PLAN, LOG_2}
    found = answers.find_references(at(editor, record, META, "- T-|1"))
    assert ("tasks/T-2/meta.yml", 8) in {(it.path, it.line) for it in found}
    found = answers.find_references(at(editor, record, PLAN, "Te|xt."))
    assert {it.path for it in found} == {META, LOG_2}


@pytest.mark.parametrize(
    ("path", "words", "expected"),
    [
        (LOG_2, "# Log of T-|2", "**T-2**: Title of T-2\n\nin_progress · phase 0"),
        (META, "- T|-1", "completed · phase 0 · DB"),
        (META, "task_id: T|-2", "depends on T-1 (completed)"),
        (META, "T-2/PLAN|.md", "**Plan of T-2**\n\nplan of T-2"),
        (META, "depends|_on:", "**depends_on**: The ids of the tasks"),
        (META, "status: in_|progress", "**in_progress** means active"),
    ],
)
def test_hover(record, path, words, expected):
    assert expected in answers.describe(at(open_editor(record), record, path, words))


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (META, "task_id: T-2\nst|", ["status: "]),
        (META, "task_id: T-2\nstatus: in|", ["in_progress"]),
        (META, "depends_on: [T-1, T|]", ["T-1", "T-2", "T-3"]),
        (META, "depends_on:\n  - T-1\n  - |", ["T-1", "T-2", "T-3"]),
        (META, 'depends_on: ["t-3|"]', ["T-3"]),
        (META, "phase: |", ["'0'"]),
        (META, "owner_role: d|", ["DB"]),
        (META, "implementation_plan: docs/plans/T-2/|", [LOG_2, PLAN]),
        (META, "evidence:\n  - path: t1|", ["evidence/t1.json"]),
        (META, "notes: T|", []),
        (PLAN, "As in T-|", ["T-1", "T-2", "T-3"]),
        (PLAN, "As in XT-|", []),
        (PLAN, "See [it](EXEC|", ["EXEC_LOG.md", "../T-1/EXEC_LOG.md"]),
        (PLAN, "See [it](../T-1/PL|", ["../T-1/PLAN.md"]),
        (PLAN, "See [it](../T-1/PLAN.md#the|", ["../T-1/PLAN.md#the-order"]),
        (LOG_2, "Plan: PL|", ["PLAN.md", "../T-1/PLAN.md"]),
        (LOG_2, "- Root|", ["Root cause: ", "Root cause analysis: "]),
        (PLAN, "- Root|", []),
    ],
)
def test_completion(record, path, text, expected):
    found = answers.complete(place(open_editor(record), path, text))
    assert [it.insert for it in found] == expected
    word = text.partition("|")[0].rpartition("\n")[2]
    assert all(0 <= it.start <= len(word) for it in found)


FIXES = [
    (META, "- T-1", "- T1"),
    (META, "- T-1", "- 't-1'"),
    (META, "status: in_progress", "status: in_progres"),
    (META, "T-2/PLAN.md", "T-2/PLN.md"),
    (META, "title:", "titel:"),
    (META, "depends_on:", "dependson:"),
    (LOG_2, "PLAN.md", "PLN.md"),
    (LOG_2, "Plan: PLAN.md\n\n", ""),
    (PLAN, "Text.", "[x](../T-1/PLN.md#the-order)"),
    (PLAN, "Text.", "[x](../T-1/PLAN.md#the-ordr)"),
]


@pytest.mark.parametrize(("path", "old", "new"), FIXES)
def test_a_fix_ends_its_problem(record, path, old, new):
    editor = open_editor(record)
    text = read(record, path).replace(old, new)
    _, found = edit(editor, record, path, text)
    (finding,) = found
    fix = answers.find_fix(finding.problem, text)
    lines = text.split("\n")
    where = fix.location
    line = lines[where.line - 1]
    lines[where.line - 1] = line[: where.column - 1] + fix.text + line[where.end_column - 1 :]
    assert edit(editor, record, path, "\n".join(lines))[1] == ()
    assert answers.find_fix(finding.problem, "\n".join(lines)) is None  # the text is another one


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (META, "- T-1", "- X-77"),
        (META, "  implementation_log", "# "),
        (META, "status: in_progress", "status: [ok]"),
    ],
)
def test_without_a_certain_hint_there_is_no_fix(record, path, old, new):
    editor = open_editor(record)
    text = re.sub(rf"{old}.*" if new == "# " else old, new, read(record, path))
    _, found = edit(editor, record, path, text)
    assert all(answers.find_fix(it.problem, text) is None for it in found)


def test_the_name_of_an_empty_field_is_not_replaced_by_the_path_in_the_hint(record):
    record.write({"docs/plans/T-3/PLAN.md": "# Plan of T-3\n"})
    editor = open_editor(record)
    text = metadata("T-3", status="completed", implementation_plan=None)
    _, found = edit(editor, record, "tasks/T-3/meta.yml", text)
    (problem,) = (it.problem for it in found if it.code == "PT101")
    assert "docs/plans/T-3/PLAN.md" in problem.hint
    assert answers.find_fix(problem, text) is None


def test_symbols(record):
    editor = open_editor(record)
    found = answers.find_symbols("docs/plans/T-1/EXEC_LOG.md", LOG, editor.checked)
    assert [(it.name, it.level) for it in found] == [
        ("T-1: log", 1),
        ("Connection refused", 2),
        ("Final summary", 2),
    ]
    found = answers.find_symbols(META, read(record, META), editor.checked)
    assert ("task_id", "T-2") in [(it.name, it.detail) for it in found]
    found = answers.search_symbols(editor.checked, "t-1 title")
    assert [it.name for it in found] == ["T-1 Title of T-1"]


def test_tasks_in_front_matter(project):
    """Of another layout, problems, targets and ids are known as well."""
    project.options = {"layouts": ["backlog"]}
    task = "---\nid: task-{0}\ntitle: Title\nstatus: To Do\ndependencies: [{1}]\n---\n\nText.\n"
    first, second = (f"backlog/tasks/task-{n} - x.md" for n in (1, 2))
    project.write({first: task.format(1, ""), second: task.format(2, "task-1")})
    project.configure()
    editor = open_editor(project)
    assert editor.find_problems() == {}
    at_once, later = edit(editor, project, second, task.format(2, "task-7"))
    assert [it.code for it in later] == ["PT110"]
    assert at_once == later
    cursor = at(editor, project, second, "[task-|1]")
    assert [it.path for it in answers.find_definition(cursor)] == [first]
    assert [it.insert for it in answers.complete(place(editor, second, "See task-|"))] == [
        "task-1",
        "task-2",
    ]


class Client(LanguageClient):
    """A client of the real command, which notes what the server reports."""

    def __init__(self, folder):
        super().__init__("test", "1")
        self.folder = folder
        self.diagnostics = {}
        self.messages = []
        self.texts = {}
        self.errors = b""
        self._news = asyncio.Condition()

        @self.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        async def on_diagnostics(params):
            self.diagnostics[params.uri] = params.diagnostics
            async with self._news:
                self._news.notify_all()

        @self.feature(lsp.WINDOW_SHOW_MESSAGE)
        async def on_message(params):
            self.messages.append(params.message)
            async with self._news:
                self._news.notify_all()

    async def until(self, condition):
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(condition), 60)

    def uri(self, path):
        return (self.folder / path).as_uri()

    def codes(self, path):
        return [it.code for it in self.diagnostics.get(self.uri(path), ())]

    async def until_codes(self, path, *codes):
        await self.until(lambda: self.codes(path) == list(codes))

    def open(self, path, text=None):
        text = (self.folder / path).read_text(encoding="utf-8") if text is None else text
        self.texts[path] = text
        self.text_document_did_open(
            lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(self.uri(path), "x", 1, text))
        )

    def change(self, path, text):
        self.texts[path] = text
        self.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(2, self.uri(path)),
                [lsp.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def save(self, path):
        (self.folder / path).write_text(self.texts[path], encoding="utf-8")
        self.text_document_did_save(lsp.DidSaveTextDocumentParams(self.document(path)))

    def document(self, path):
        return lsp.TextDocumentIdentifier(self.uri(path))

    async def fix(self, path):
        """Apply the first fix of the first problem as an editor does, in units of UTF-16."""
        (diagnostic, *_) = self.diagnostics[self.uri(path)]
        actions = await self.text_document_code_action_async(
            lsp.CodeActionParams(
                self.document(path), diagnostic.range, lsp.CodeActionContext([diagnostic])
            )
        )
        ((uri, (edit,)),) = actions[0].edit.changes.items()
        assert uri == self.uri(path)
        lines = self.texts[path].split("\n")
        units = lines[edit.range.start.line].encode("utf-16-le")
        start, end = (2 * it.character for it in (edit.range.start, edit.range.end))
        new = units[:start] + edit.new_text.encode("utf-16-le") + units[end:]
        lines[edit.range.start.line] = new.decode("utf-16-le")
        self.change(path, "\n".join(lines))
        return actions[0].title


@asynccontextmanager
async def serving(folder, *arguments):
    """A client of the real command; at the end, the server has ended without a complaint."""
    client = Client(folder)
    command = ["-c", "from mkdocs_plantrace.cli import main; main()", "lsp", *arguments]
    await client.start_io(sys.executable, *command, cwd=folder)
    try:
        await client.initialize_async(
            lsp.InitializeParams(
                lsp.ClientCapabilities(),
                workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), "project")],
            )
        )
        client.initialized(lsp.InitializedParams())
        yield client
        await client.shutdown_async(None)
        client.exit(None)
        assert await asyncio.wait_for(client._server.wait(), 60) == 0  # noqa: SLF001
        assert (await client._server.stderr.read()).decode() == ""  # noqa: SLF001
    finally:
        if client._server.returncode is None:  # noqa: SLF001
            client._server.kill()  # noqa: SLF001
        await client.stop()


def test_a_session_with_two_files(record):
    """Open, break, see, fix, see it gone; another file follows; nothing is written."""

    async def scenario():
        async with serving(record.root) as client:
            await client.until_codes("tasks/T-3/meta.yml", "PT110")
            client.open(META)
            client.open(LOG_2)
            text = client.texts[META].replace("Title of", "'🚆 é' # Title of")
            client.change(META, text.replace("- T-1", "- T1 # 🚆"))
            await client.until_codes(META, "PT110")
            assert await client.fix(META) == "Change to 'T-1'"
            await client.until_codes(META)
            assert "- T-1 # 🚆" in client.texts[META]

            client.change(LOG_2, client.texts[LOG_2].replace("Done.", "🚆🚆 [🚆](PLN.md)."))
            await client.until_codes(LOG_2, "PT108")
            assert await client.fix(LOG_2) == "Change to 'PLAN.md'"
            await client.until_codes(LOG_2)
            assert "🚆🚆 [🚆](PLAN.md)." in client.texts[LOG_2]

            # A plan that another unsaved file does not name any more is an orphan.
            client.change(META, client.texts[META].replace("T-2/PLAN.md", "T-1/PLAN.md"))
            await client.until_codes("docs/plans/T-2/PLAN.md", "PT112")
            client.text_document_did_close(lsp.DidCloseTextDocumentParams(client.document(META)))
            await client.until_codes("docs/plans/T-2/PLAN.md")

            position = lsp.TextDocumentPositionParams(client.document(LOG_2), lsp.Position(0, 10))
            where = {"text_document": position.text_document, "position": position.position}
            (found,) = await client.text_document_definition_async(lsp.DefinitionParams(**where))
            assert found.uri == client.uri(META)
            found = await client.text_document_references_async(
                lsp.ReferenceParams(**where, context=lsp.ReferenceContext(True))
            )
            assert {it.uri for it in found} >= {client.uri(META), client.uri(PLAN)}
            hover = await client.text_document_hover_async(lsp.HoverParams(**where))
            assert "**T-2**: Title of T-2" in hover.contents.value
            client.change(LOG_2, "🚆 see T-\n")
            found = await client.text_document_completion_async(
                lsp.CompletionParams(client.document(LOG_2), lsp.Position(0, 9))
            )
            assert [it.label for it in found.items] == ["T-1", "T-2", "T-3"]
            span = found.items[0].text_edit.range
            assert (span.start.character, span.end.character) == (7, 9)
            client.open("docs/plans/T-1/EXEC_LOG.md")
            (top,) = await client.text_document_document_symbol_async(
                lsp.DocumentSymbolParams(client.document("docs/plans/T-1/EXEC_LOG.md"))
            )
            assert [it.name for it in top.children] == ["Connection refused", "Final summary"]
            found = await client.workspace_symbol_async(lsp.WorkspaceSymbolParams("t-1"))
            assert "T-1 Title of T-1" in [it.name for it in found]

    before = tree(record.root)
    asyncio.run(scenario())
    assert tree(record.root) == before


def test_no_file_ends_the_server(record):
    async def scenario():
        async with serving(record.root) as client:
            await client.until_codes("tasks/T-3/meta.yml", "PT110")
            for path in (META, LOG_2, "mkdocs.yml"):
                client.open(path)
            for text in ("\0", "{" * 3000, "- [](", "\ud83d", "&a [*a]", "🚆\u2028\x0b\r\r\n", ""):
                for path in (META, LOG_2, "mkdocs.yml"):
                    client.change(path, text)
            client.open("../outside.yml", "x: [")
            client.change("../outside.yml", "x: ]")
            untitled = lsp.TextDocumentItem("untitled:Untitled-1", "yaml", 1, "x: [")
            client.text_document_did_open(lsp.DidOpenTextDocumentParams(untitled))
            params = lsp.HoverParams(lsp.TextDocumentIdentifier(untitled.uri), lsp.Position(9, 99))
            assert await client.text_document_hover_async(params) is None
            params = lsp.CompletionParams(client.document(META), lsp.Position(9, 99))
            await client.text_document_completion_async(params)
            await client.until_codes(META, "PT001")
            assert client.diagnostics[client.uri("mkdocs.yml")]

            (record.root / "tasks").rename(record.root / "work")
            for path in (META, LOG_2, "mkdocs.yml"):
                client.text_document_did_close(
                    lsp.DidCloseTextDocumentParams(client.document(path))
                )
            change = lsp.FileEvent(client.uri("tasks"), lsp.FileChangeType.Deleted)
            client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([change]))
            await client.until_codes("mkdocs.yml", "PT010")
            await client.until_codes(META)
            (record.root / "work").rename(record.root / "tasks")
            client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([change]))
            await client.until_codes("mkdocs.yml")
            assert client.messages == []

    asyncio.run(scenario())


def test_without_a_configuration_the_client_is_told_once(tmp_path):
    async def scenario():
        async with serving(tmp_path) as client:
            await client.until(lambda: client.messages)
            client.open("a.md", "# A\n")
            client.change("a.md", "# B\n")
            client.text_document_did_save(lsp.DidSaveTextDocumentParams(client.document("a.md")))
            (tmp_path / "docs").mkdir()
            (tmp_path / "mkdocs.yml").write_text("plugins: [plantrace]\n")
            change = lsp.FileEvent(client.uri("mkdocs.yml"), lsp.FileChangeType.Created)
            client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([change]))
            await client.until_codes("mkdocs.yml", "PT010")
            (message,) = client.messages
            assert "there is no 'mkdocs.yml'" in message

    asyncio.run(scenario())


def test_the_extra_is_named_where_it_is_missing(project):
    project.configure()
    code = "import sys; sys.modules['pygls'] = None; from mkdocs_plantrace.cli import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", code, "lsp"],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "pip install 'mkdocs-plantrace[lsp]'" in ended.stderr
    assert "Traceback" not in ended.stderr


async def replay(client, command):
    """What an editor shows for a line of the session in the guide."""
    name, path, words = re.fullmatch(r"(\w+) ([^:]+)(?:: (.*))?", command).groups()
    if path not in client.texts:
        client.open(path)
    text = client.texts[path]
    if name == "fix":
        return [await client.fix(path)]
    if name == "edit":
        old, new = words.split(" -> ")
        assert old in text
        client.change(path, text.replace(old, new, 1))
        # Requests are answered in order, so what was found at once is there before the answer.
        await client.workspace_symbol_async(lsp.WorkspaceSymbolParams("-"))
        return [
            f"{it.range.start.line + 1}:{it.range.start.character + 1} "
            f"{it.severity.name.lower()} {it.code}: {it.message}"
            for it in client.diagnostics.get(client.uri(path), ())
        ] or ["no problems"]
    start = text.index(words.replace("|", "")) + words.index("|")
    before = text[:start]
    position = lsp.Position(before.count("\n"), len(before.rpartition("\n")[2]))
    where = {"text_document": client.document(path), "position": position}
    if name == "complete":
        found = await client.text_document_completion_async(lsp.CompletionParams(**where))
        return [f"{it.label}  {it.detail or ''}".rstrip() for it in found.items]
    if name == "hover":
        found = await client.text_document_hover_async(lsp.HoverParams(**where))
        return [line for line in found.contents.value.split("\n") if line]
    request = {
        "definition": lambda: client.text_document_definition_async(lsp.DefinitionParams(**where)),
        "references": lambda: client.text_document_references_async(
            lsp.ReferenceParams(**where, context=lsp.ReferenceContext(False))
        ),
    }[name]
    root = client.folder.as_uri()
    return [
        f"{it.uri.removeprefix(root).lstrip('/')}:{it.range.start.line + 1}"
        for it in await request()
    ]


def test_the_session_of_the_guide():
    (block,) = re.findall(r"(?ms)^```text\n(> .*?)^```$", GUIDE.read_text(encoding="utf-8"))
    steps = [step.strip() for step in re.split(r"(?m)^> ", block)[1:]]
    assert len(steps) >= 6

    async def scenario():
        async with serving(REPOSITORY / "example_site", "-f", "../mkdocs.yml") as client:
            # The first check has no problems to report.
            while not await client.workspace_symbol_async(  # noqa: ASYNC110
                lsp.WorkspaceSymbolParams("")
            ):
                await asyncio.sleep(0.05)
            commands = [step.partition("\n")[0] for step in steps]
            return ["\n".join([command, *await replay(client, command)]) for command in commands]

    assert asyncio.run(scenario()) == steps
