"""The server of `plantrace mcp`: tools, resources and a prompt."""

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.server.mcpserver.resources import ResourceSecurity
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS, Completion, CompletionArgument, ToolAnnotations

from mkdocs_plantrace import __version__
from mkdocs_plantrace.cli.console import COMMAND_ERRORS
from mkdocs_plantrace.cli.servers.agent_tools import AgentTools, TaskId
from mkdocs_plantrace.utils.text_file import UnreadableFileError

_MOST_COMPLETIONS = 100
"""What the protocol allows."""
_INSTRUCTIONS = """\
The record of this project: tasks, their implementation plans, and execution logs with the errors
that were seen and what fixed them.
Before you work on a task, call before_you_start. When a command fails, call find_error with its
output before you try a fix. After you edit plans, logs or metadata, call check.
Paths in answers are relative to the root of the project; a number after a path is a line."""
_DOCUMENT = "A plan, log, troubleshooting page or decision record, by its path from the root."
_PROMPT = """\
I am about to work on this task:

{briefing}

Read the plan and the files under "Must read". Name the known errors that concern this work, and how
each was fixed. Name what is missing before the work can start."""

P = ParamSpec("P")


def make_server(config_file: Path | None, *, allow_writing: bool) -> MCPServer:
    """Return a server for the project of a configuration, or of the current folder."""
    tools = AgentTools(config_file)
    server = MCPServer(
        "plantrace", version=__version__, instructions=_INSTRUCTIONS, log_level="WARNING"
    )
    reading = tools.find_error, tools.before_you_start, tools.next_tasks, tools.show, tools.check
    for tool in reading:
        _add_tool(server, tool, ToolAnnotations(read_only_hint=True, open_world_hint=False))
    if allow_writing:
        hints = ToolAnnotations(destructive_hint=False, open_world_hint=False)
        _add_tool(server, tools.log_error, hints)
    _add_resources(server, tools)
    _add_prompt(server, tools)
    return server


def _add_tool(server: MCPServer, tool: Callable[..., str], hints: ToolAnnotations) -> None:
    server.add_tool(
        _convert_errors(tool, ToolError),
        description=inspect.getdoc(tool),
        annotations=hints,
        structured_output=False,
    )


def _add_resources(server: MCPServer, tools: AgentTools) -> None:
    # Ids may contain `/`. Ids and paths are looked up in the record, so they lead to no other file.
    security = ResourceSecurity(exempt_params={"task", "path"})
    for name, parameter, read, description, kind in (
        ("task", "task", tools.show, "A task and everything linked to it.", "text/plain"),
        ("plan", "task", tools.read_plan, "The plan of a task.", "text/markdown"),
        ("log", "task", tools.read_log, "The execution log of a task.", "text/markdown"),
        ("document", "path", tools.read_document, _DOCUMENT, "text/markdown"),
    ):
        add = server.resource(
            f"plantrace://{name}/{{+{parameter}}}",
            name=name,
            description=description,
            mime_type=kind,
            security=security,
        )
        add(_convert_errors(read, ResourceNotFoundError))


def _add_prompt(server: MCPServer, tools: AgentTools) -> None:
    """Add the prompt, and completion of ids for it and for the resources."""
    brief = _convert_errors(
        tools.before_you_start, lambda text: MCPError(code=INVALID_PARAMS, message=text)
    )

    @server.prompt(title="Before you start")
    def before_you_start(task: TaskId) -> str:
        """What to know before you work on a task: documents, open dependencies, known errors."""
        return _PROMPT.format(briefing=brief(task))

    async def complete_task(
        _ref: object, argument: CompletionArgument, _context: object
    ) -> Completion:
        try:
            found = tools.find_ids(argument.value)
        except COMMAND_ERRORS:
            found = []
        most = found[:_MOST_COMPLETIONS]
        return Completion(values=most, total=len(found), has_more=len(found) > len(most))

    register: Callable[[object], object] = server.completion()  # type: ignore[no-untyped-call]
    register(complete_task)


def _convert_errors(
    function: Callable[P, str], make_error: Callable[[str], Exception]
) -> Callable[P, str]:
    """Report an error of a command as one of the protocol, whose text the agent reads."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> str:
        try:
            return function(*args, **kwargs)
        except (*COMMAND_ERRORS, UnreadableFileError) as error:
            raise make_error(str(error)) from error

    return call
