"""`plantrace mcp`: what an agent is told, and that nothing is written unless allowed."""

from __future__ import annotations

import asyncio
import gc
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import metadata, traced
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError
from mcp.types import PromptReference, ResourceTemplateReference
from test_cli import plantrace
from test_edits import tree

from mkdocs_plantrace.cli.servers.mcp_server import make_server

REPOSITORY = Path(__file__).parent.parent
GUIDE = REPOSITORY / "example_site/docs/guide/agents.md"
READING = ["before_you_start", "check", "find_error", "next_tasks", "show"]
ENTRY = """# T-1: log

Plan: PLAN.md

## Connection refused

- Error: `ConnectionRefusedError: port 5432`
- Root cause: the database was not up
- Fix applied: wait for `pg_isready` before the migration
- Outcome: 20 runs passed

## Final summary

Done.
"""


def talk(project, scenario, *, allow_writing=False):
    """The result of a scenario with a client, in this process."""
    configuration = project if isinstance(project, Path) else project.root / "mkdocs.yml"
    server = make_server(configuration, allow_writing=allow_writing)

    async def run():
        async with Client(server) as client:
            return await scenario(client)

    return asyncio.run(run())


def start(folder, *arguments):
    """A client of the real command."""
    code = "from mkdocs_plantrace.cli import main; main()"
    command = ["-c", code, "mcp", *arguments]
    return Client(StdioServerParameters(command=sys.executable, args=command, cwd=folder))


async def ask(client, tool, **arguments):
    answer = await client.call_tool(tool, arguments)
    (content,) = answer.content
    assert not answer.is_error, content.text
    return content.text


async def refuse(client, tool, **arguments):
    answer = await client.call_tool(tool, arguments)
    (content,) = answer.content
    assert answer.is_error, content.text
    return content.text


def answer(project, tool, **arguments):
    return talk(project, lambda client: ask(client, tool, **arguments))


def refusal(project, tool, **arguments):
    return talk(project, lambda client: refuse(client, tool, **arguments))


@pytest.fixture
def record(project):
    """T-1 is completed, with an error; T-2 touches the same file; T-3 depends on T-2."""
    touches = {"touches": ["src/database.py"]}
    project.write(traced("T-1", status="completed", **touches))
    project.write(traced("T-2", status="planned", depends_on=["T-1"], **touches))
    project.write({"docs/plans/T-1/EXEC_LOG.md": ENTRY})
    project.write({"tasks/T-3/meta.yml": metadata("T-3", depends_on=["T-2", "T-9"])})
    project.configure()
    return project


def test_the_command_answers_over_standard_input_and_output(record):
    async def scenario():
        async with start(record.root) as client:
            tools = (await client.list_tools()).tools
            assert sorted(tool.name for tool in tools) == READING
            assert all(tool.annotations.read_only_hint for tool in tools)
            assert all(tool.description and "\n  " not in tool.description for tool in tools)
            assert "pg_isready" in await ask(client, "find_error", text="connection refused 5432")
            assert "Unknown tool" in await refuse(client, "log_error", task="T-1", error="x")

    before = tree(record.root)
    asyncio.run(scenario())
    assert tree(record.root) == before


def test_before_a_task_starts_its_dependencies_and_the_errors_of_its_files_are_known(record):
    text = answer(record, "before_you_start", task="T-2")
    assert re.search(r"Plan +docs/plans/T-2/PLAN\.md\n", text)
    assert re.search(r"Depends on +all done\n", text)
    assert "T-1 touches src/database.py" in text
    assert "fix: wait for `pg_isready` before the migration" in text
    assert "logged in docs/plans/T-1/EXEC_LOG.md:7" in text

    text = answer(record, "before_you_start", task="T-3")
    assert re.search(r"Depends on +T-2  planned  .*\n +T-9  \(no such task\)", text)
    assert "PT110 unknown-task" in text


def test_next_show_and_check(record):
    assert re.search(r"^T-2 ", answer(record, "next_tasks"), re.MULTILINE)
    assert "the phases are 0" in refusal(record, "next_tasks", phase="7")
    assert "T-1  completed" in answer(record, "show", task="T-2")

    text = answer(record, "check")
    assert "tasks/T-3/meta.yml" in text
    assert "T-9" in text
    assert text.endswith("1 error, 0 warnings in 3 tasks and 4 documents")
    assert answer(record, "check", paths=["tasks/T-1"]).startswith("0 errors, 0 warnings")


def test_a_long_report_is_cut(project):
    tasks = {f"tasks/T-{n}/meta.yml": metadata(f"T-{n}", depends_on=["X"]) for n in range(40)}
    project.write(tasks)
    project.configure()
    text = answer(project, "check")
    assert text.count("PT110") == 30
    assert "and 10 more; limit the report by paths" in text


@pytest.mark.parametrize(
    ("tool", "arguments", "reason"),
    [
        ("show", {"task": "T-O1"}, "no task 'T-O1'"),
        ("show", {"id": "T-1"}, "Field required"),
        ("show", {"task": 1}, "valid string"),
        ("find_error", {"text": "x", "limit": 0}, "greater than or equal to 1"),
        ("check", {"paths": ["no/such"]}, "no file or folder"),
        ("check", {"paths": ["/etc"]}, "is not inside the project root"),
        ("before_you_start", {"task": "../../etc/passwd"}, "no task '../../etc/passwd'"),
        ("read", {}, "Unknown tool: read"),
    ],
)
def test_wrong_arguments_get_a_reason(record, tool, arguments, reason):
    text = refusal(record, tool, **arguments)
    assert reason in text
    assert "Traceback" not in text


def test_the_record_may_change_and_break_while_the_server_runs(record):
    async def scenario(client):
        assert "planned" in await ask(client, "show", task="T-2")
        record.write({"tasks/T-2/meta.yml": metadata("T-2", status="in_progress")})
        assert "in_progress" in await ask(client, "show", task="T-2")

        record.write({"docs/plans/T-1/EXEC_LOG.md": ENTRY.replace("pg_isready", "nc -z")})
        assert "nc -z" in await ask(client, "find_error", text="connection refused 5432")

        record.write({"tasks/T-4/meta.yml": metadata("T-4")})
        assert "T-4" in await ask(client, "next_tasks")

        record.write({"tasks/T-4/meta.yml": "task_id: [\n"})
        assert "some metadata cannot be read" in await refuse(client, "show", task="T-4")
        assert "PT001" in await ask(client, "check")
        (record.root / "tasks/T-4/meta.yml").unlink()
        assert "PT001" not in await ask(client, "check")

        configuration = (record.root / "mkdocs.yml").read_text()
        record.write({"mkdocs.yml": "plugins: [plantrace: {phase: 1}]\n"})
        assert "option 'phase'" in await refuse(client, "check")
        record.write({"mkdocs.yml": configuration})
        assert "1 error" not in await ask(client, "check", paths=["tasks/T-1"])

    talk(record, scenario)


def test_nothing_is_read_again_unless_it_has_changed(record, monkeypatch):
    read = []
    scan = "mkdocs_plantrace.project.document_loader.scan_page"
    module, _, name = scan.rpartition(".")
    original = getattr(sys.modules[module], name)

    def note(path, *args, **options):
        read.append(path)
        return original(path, *args, **options)

    monkeypatch.setattr(scan, note)

    async def scenario(client):
        await ask(client, "show", task="T-1")
        first = len(read)
        await ask(client, "check")
        await ask(client, "before_you_start", task="T-2")
        assert len(read) == first > 0
        record.write({"docs/plans/T-1/EXEC_LOG.md": f"{ENTRY}\nMore.\n"})
        await ask(client, "check")
        assert read[first:] == ["docs/plans/T-1/EXEC_LOG.md"]

    talk(record, scenario)


def test_a_thousand_calls_leave_nothing_behind(record):
    async def scenario(client):
        async def call(times):
            for number in range(times):
                await ask(client, READING[number % 2], **[{"task": "T-2"}, {}][number % 2])
            gc.collect()
            return len(gc.get_objects())

        await call(20)
        before = await call(20)
        assert await call(1000) < before + 500

    talk(record, scenario)


def test_an_entry_is_the_one_that_the_command_writes(record):
    fields = {"error": "disk full", "cause": "old *logs*", "fix": "rotate", "outcome": "ok"}

    async def scenario(client):
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert sorted(tools) == sorted([*READING, "log_error"])
        assert not tools["log_error"].annotations.read_only_hint
        before = (record.root / "docs/plans/T-1/EXEC_LOG.md").read_bytes()
        text = await ask(client, "log_error", task="T-1", **fields)
        assert re.fullmatch(r"log entry added: docs/plans/T-1/EXEC_LOG\.md:\d+", text)
        written = (record.root / "docs/plans/T-1/EXEC_LOG.md").read_bytes()
        (record.root / "docs/plans/T-1/EXEC_LOG.md").write_bytes(before)
        options = [word for name, value in fields.items() for word in (f"--{name}", value)]
        assert plantrace("log", "T-1", *options, cwd=record.root).returncode == 0
        assert (record.root / "docs/plans/T-1/EXEC_LOG.md").read_bytes() == written
        assert "rotate" in await ask(client, "find_error", text="disk full")
        assert "has no log" in await refuse(client, "log_error", task="T-3", error="x")
        assert "at least 1 character" in await refuse(client, "log_error", task="T-1", error="")

    talk(record, scenario, allow_writing=True)


def test_resources_and_the_prompt(project):
    project.write(traced("area/T-1", status="active"))
    project.write({"tasks/T-2/meta.yml": metadata("T-2")})
    project.configure()

    async def scenario(client):
        templates = (await client.list_resource_templates()).resource_templates
        assert [it.uri_template for it in templates] == [
            *(f"plantrace://{name}/{{+task}}" for name in ("task", "plan", "log")),
            "plantrace://document/{+path}",
        ]

        async def read(name, task):
            (content,) = (await client.read_resource(f"plantrace://{name}/{task}")).contents
            return content.text

        assert (await read("task", "area/T-1")).startswith("area/T-1  ")
        for name, file in (("plan", "PLAN.md"), ("log", "EXEC_LOG.md")):
            path = project.root / "docs/plans/area/T-1" / file
            assert await read(name, "area/T-1") == path.read_text()
        plan = "docs/plans/area/T-1/PLAN.md"
        assert await read("document", plan) == await read("plan", "area/T-1")
        for name, key, reason in (
            ("plan", "T-2", "no such document"),
            ("plan", "../../mkdocs.yml", "no task"),
            ("document", "mkdocs.yml", "no such document"),
            ("document", "../secret.md", "no such document"),
        ):
            with pytest.raises(MCPError, match=reason):
                await read(name, key)

        prompt = await client.get_prompt("before_you_start", {"task": "T-2"})
        assert "tasks/T-2/meta.yml" in prompt.messages[0].content.text
        with pytest.raises(MCPError, match="no task 'X'"):
            await client.get_prompt("before_you_start", {"task": "X"})

        argument = {"name": "task", "value": "T"}
        for reference in (
            PromptReference(name="before_you_start"),
            ResourceTemplateReference(uri=templates[0].uri_template),
        ):
            found = await client.complete(reference, argument)
            assert found.completion.values == ["T-2"]

    talk(project, scenario)


def test_a_recognized_layout_needs_no_configuration(tmp_path, monkeypatch):
    change = tmp_path / "openspec/changes/add-search"
    change.mkdir(parents=True)
    (change / "proposal.md").write_text("# Add search\n\n## Why\n\nPeople ask.\n")
    (change / "tasks.md").write_text("- [ ] 1.1 Index\n")
    monkeypatch.chdir(tmp_path)

    async def scenario():
        async with Client(make_server(None, allow_writing=False)) as client:
            return await ask(client, "show", task="add-search")

    assert "openspec/changes/add-search" in asyncio.run(scenario())


def test_the_extra_is_named_where_it_is_missing(project):
    project.configure()
    code = "import sys; sys.modules['mcp'] = None; from mkdocs_plantrace.cli import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", code, "mcp"],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "pip install 'mkdocs-plantrace[mcp]'" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_first_answer_is_that_of_the_command(monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    queries = ["deadlock detected", "Permission denied EXEC", "certificate verify failed"]

    async def scenario(client):
        return [await ask(client, "find_error", text=query, limit=1) for query in queries]

    for query, text in zip(queries, talk(REPOSITORY / "mkdocs.yml", scenario), strict=True):
        assert text == plantrace("errors", "--limit", "1", query, cwd=REPOSITORY).stdout
        assert text.startswith("1. ")


def test_the_session_of_the_guide():
    blocks = re.findall(r"(?ms)^````text\n(> .*?)^````$", GUIDE.read_text(encoding="utf-8"))
    calls = [call for block in blocks for call in re.split(r"(?m)^> ", block)[1:]]
    assert len(calls) >= 4

    async def scenario(client):
        for call in calls:
            head, _, expected = call.partition("\n")
            tool, _, arguments = head.partition(" ")
            text = await ask(client, tool, **json.loads(arguments or "{}"))
            assert [it.rstrip() for it in text.strip().splitlines()] == [
                it.rstrip() for it in expected.strip().splitlines()
            ], head

    talk(REPOSITORY / "mkdocs.yml", scenario)
