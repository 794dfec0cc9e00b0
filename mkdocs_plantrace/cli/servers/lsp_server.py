"""The server of `plantrace lsp`: requests of the protocol, and when what is checked."""

import asyncio
import gc
import logging
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path
from pygls.workspace import ServerTextPosition

from mkdocs_plantrace import __version__
from mkdocs_plantrace.cli.servers import editor_answers as answers
from mkdocs_plantrace.cli.servers.editor_project import EditorProject, Finding
from mkdocs_plantrace.cli.servers.lsp_values import make_diagnostic, make_range, nest_symbols
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.parsing.line_index import split_lines

_SWITCH_INTERVAL = 0.0002
"""Seconds after which a thread lets another one run."""
_PAUSE = 0.3
"""Seconds without a keystroke after which everything is checked."""
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
"""What no file can contain, but JSON can."""


class Server(LanguageServer):
    """Knows the files that are open, and what was published for each file."""

    def __init__(self, config_file: Path | None) -> None:
        # With whole texts, line ends that only Python knows cannot shift a change.
        super().__init__("plantrace", __version__, lsp.TextDocumentSyncKind.Full)
        self.project = EditorProject(Path.cwd(), config_file)
        self._config_file = config_file
        self._uris: dict[str, str] = {}
        self._findings: dict[str, tuple[Finding, ...]] = {}
        self._published: dict[str, list[lsp.Diagnostic]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._check: asyncio.Future[None] | None = None
        self._shown: tuple[str, ...] = ()

    def open_folder(self, folder: str | None) -> None:
        if folder and os.path.isdir(folder):
            self.project = EditorProject(Path(folder), self._config_file)
        self._check_soon(0)

    def open_file(self, params: lsp.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        if path := to_fs_path(document.uri):
            self._uris[path] = document.uri
            if os.path.exists(path) and self.project.read_text(path) != document.text:
                self._change_text(path, document.text)

    def change_file(self, params: lsp.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        if path := to_fs_path(uri):
            self._change_text(path, self.workspace.get_text_document(uri).source)

    def _change_text(self, path: str, text: str) -> None:
        """Check a file at once, and everything soon."""
        self.project.unsaved[path] = _HALF_CHARACTER.sub("\ufffd", text)
        found = self.project.check_edit(path)
        if found is not None:
            self._publish(path, found)
        self._check_soon(_PAUSE)

    def save_file(
        self, params: lsp.DidSaveTextDocumentParams | lsp.DidCloseTextDocumentParams
    ) -> None:
        if path := to_fs_path(params.text_document.uri):
            self.project.unsaved.pop(path, None)
            if isinstance(params, lsp.DidCloseTextDocumentParams):
                self._uris.pop(path, None)
            self._check_soon(0)

    def notice_changes(self, params: lsp.DidChangeWatchedFilesParams) -> None:
        """Check soon if one of the changed files may belong to the project."""
        checked = self.project.checked
        changed = (to_fs_path(change.uri) for change in params.changes)
        paths = [self.project.locate(path) for path in changed if path]
        if checked is None or any(
            path is not None and not checked.files.tree.is_avoided(path) for path in paths
        ):
            self._check_soon(_PAUSE)

    def _check_soon(self, pause: float) -> None:
        """Check everything after a pause, unless there is another reason meanwhile."""
        self.stop_waiting()
        self._timer = asyncio.get_running_loop().call_later(pause, self._start_check)

    def stop_waiting(self, *_params: object) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None

    async def finish_checks(self) -> None:
        """Wait until everything is checked with the texts as they are now."""
        while self._timer or (self._check and not self._check.done()):
            if self._check and not self._check.done():
                await asyncio.wait([self._check])
            else:
                self.stop_waiting()
                self._start_check()

    def _start_check(self) -> None:
        self._timer = None
        if self._check and not self._check.done():
            self._check_soon(_PAUSE)
        else:
            self._check = asyncio.ensure_future(self._check_everything())
            self._check.add_done_callback(self._report_failure)

    def _report_failure(self, check: "asyncio.Future[None]") -> None:
        if not check.cancelled() and (error := check.exception()):
            message = f"plantrace could not check: {error!r}"
            self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, message))

    async def _check_everything(self) -> None:
        unsaved = dict(self.project.unsaved)
        faults = await asyncio.to_thread(self.project.check, unsaved)
        if self.project.checked and not gc.get_freeze_count():
            gc.freeze()  # or else each collection looks at the whole record, which takes 0.2 s
        problems = self.project.find_problems()
        for path in sorted(self._published.keys() | problems.keys()):
            if self.project.unsaved.get(path) == unsaved.get(path):
                self._publish(path, problems.get(path, ()))
        if faults != self._shown and faults and self.project.configuration is None:
            text = "\n".join(faults)
            self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, text))
        self._shown = faults

    def _publish(self, path: str, findings: Sequence[Finding]) -> None:
        """Send the problems of a file if they differ from those sent before."""
        self._findings[path] = tuple(findings)
        lines = split_lines(self.project.read_text(path)) if findings else []
        diagnostics = [
            make_diagnostic(self.workspace.position_codec, lines, finding) for finding in findings
        ]
        if diagnostics != self._published.get(path, []):
            self._published[path] = diagnostics
            uri = self._uri_of(path)
            self.text_document_publish_diagnostics(
                lsp.PublishDiagnosticsParams(uri=uri, diagnostics=diagnostics)
            )

    def _uri_of(self, path: str) -> str:
        return self._uris.get(path) or from_fs_path(path) or ""

    def find_location(self, location: Location) -> lsp.Location:
        """Convert a location relative to the root."""
        root = self.project.checked.project.place.root if self.project.checked else Path()
        path = os.path.normpath(root / location.path)
        lines = split_lines(self.project.read_text(path))
        codec = self.workspace.position_codec
        return lsp.Location(self._uri_of(path), make_range(codec, lines, location))

    def find_cursor(
        self, document: lsp.TextDocumentIdentifier, position: lsp.Position
    ) -> answers.Cursor | None:
        """The place of a request; None outside the project, or before the first check."""
        path = to_fs_path(document.uri)
        relative = self.project.locate(path) if path else None
        if path is None or relative is None or self.project.checked is None:
            return None
        text = self.project.read_text(path)
        codec = self.workspace.position_codec
        place: ServerTextPosition = codec.position_from_client_units(split_lines(text), position)
        return answers.Cursor(self.project.checked, relative, text, place.line + 1, place.character)

    def find_range_before(
        self, cursor: answers.Cursor, start: int, position: lsp.Position
    ) -> lsp.Range:
        """The range from a column of the line up to the cursor."""
        units = self.workspace.position_codec.client_num_units(cursor.here[:start])
        return lsp.Range(lsp.Position(position.line, units), position)

    def find_fixes(self, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        """The fixes of the problems that overlap a range."""
        uri, wanted = params.text_document.uri, params.range
        path = to_fs_path(uri) or ""
        text = self.project.read_text(path)
        lines = split_lines(text)
        codec = self.workspace.position_codec
        found: list[lsp.CodeAction] = []
        for finding in self._findings.get(path, ()):
            fix = finding.problem and answers.find_fix(finding.problem, text)
            where = make_range(codec, lines, finding.location)
            if fix and where.start <= wanted.end and wanted.start <= where.end:
                edit = lsp.TextEdit(make_range(codec, lines, fix.location), fix.text)
                found.append(
                    lsp.CodeAction(
                        title=fix.title,
                        kind=lsp.CodeActionKind.QuickFix,
                        diagnostics=[make_diagnostic(codec, lines, finding)],
                        is_preferred=True,
                        edit=lsp.WorkspaceEdit(changes={uri: [edit]}),
                    )
                )
        return found

    def find_symbols(self, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        path = to_fs_path(params.text_document.uri)
        relative = self.project.locate(path) if path else None
        if path is None or relative is None:
            return []
        text = self.project.read_text(path)
        symbols = answers.find_symbols(relative, text, self.project.checked)
        return nest_symbols(self.workspace.position_codec, split_lines(text), symbols)


def make_server(config_file: Path | None) -> Server:
    """Return a server for a configuration, or for the one of the folder that a client opens."""
    # A client shows messages; standard error is for nobody.
    logger = logging.getLogger("pygls")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    # A keystroke must not wait for the thread that checks everything, at each file it looks at.
    sys.setswitchinterval(_SWITCH_INTERVAL)
    server = Server(config_file)
    for name, answer, options in _FEATURES:
        server.feature(name, options)(partial(answer, server))
    return server


def _initialized(server: Server, _params: lsp.InitializedParams) -> None:
    folders = list(server.workspace.folders)
    server.open_folder(to_fs_path(folders[0]) if folders else server.workspace.root_path)
    workspace = server.client_capabilities.workspace
    watching = workspace and workspace.did_change_watched_files
    if watching and watching.dynamic_registration:
        everything = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher("**/*")])
        method = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
        server.client_register_capability(
            lsp.RegistrationParams([lsp.Registration("files", method, everything)])
        )


def _definition(server: Server, params: lsp.DefinitionParams) -> list[lsp.Location]:
    cursor = server.find_cursor(params.text_document, params.position)
    found = answers.find_definition(cursor) if cursor else ()
    return [server.find_location(location) for location in found]


async def _references(server: Server, params: lsp.ReferenceParams) -> list[lsp.Location]:
    await server.finish_checks()  # a reference can be in any file
    cursor = server.find_cursor(params.text_document, params.position)
    found = answers.find_references(cursor) if cursor else []
    if cursor and params.context.include_declaration:
        found = [*answers.find_definition(cursor), *found]
    return [server.find_location(location) for location in found]


def _hover(server: Server, params: lsp.HoverParams) -> lsp.Hover | None:
    cursor = server.find_cursor(params.text_document, params.position)
    text = answers.describe(cursor) if cursor else None
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text)) if text else None


def _complete(server: Server, params: lsp.CompletionParams) -> lsp.CompletionList:
    cursor = server.find_cursor(params.text_document, params.position)
    found = answers.complete(cursor) if cursor else []
    items = [
        lsp.CompletionItem(
            label=it.label,
            detail=it.detail or None,
            filter_text=it.label,
            sort_text=f"{number:04}",
            text_edit=lsp.TextEdit(
                server.find_range_before(cursor, it.start, params.position), it.insert
            ),
        )
        for number, it in enumerate(found)
        if cursor
    ]
    return lsp.CompletionList(is_incomplete=len(items) == answers.MOST_ANSWERS, items=items)


def _workspace_symbols(
    server: Server, params: lsp.WorkspaceSymbolParams
) -> list[lsp.WorkspaceSymbol]:
    checked = server.project.checked
    found = answers.search_symbols(checked, params.query) if checked else ()
    return [
        lsp.WorkspaceSymbol(
            server.find_location(it.location),
            it.name,
            lsp.SymbolKind.String,
            container_name=it.detail,
        )
        for it in found
    ]


_FEATURES: tuple[tuple[str, Callable[..., Any], Any], ...] = (
    (lsp.INITIALIZED, _initialized, None),
    (lsp.SHUTDOWN, Server.stop_waiting, None),
    (lsp.EXIT, Server.stop_waiting, None),
    (lsp.TEXT_DOCUMENT_DID_OPEN, Server.open_file, None),
    (lsp.TEXT_DOCUMENT_DID_CHANGE, Server.change_file, None),
    (lsp.TEXT_DOCUMENT_DID_SAVE, Server.save_file, None),
    (lsp.TEXT_DOCUMENT_DID_CLOSE, Server.save_file, None),
    (lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, Server.notice_changes, None),
    (lsp.TEXT_DOCUMENT_DEFINITION, _definition, None),
    (lsp.TEXT_DOCUMENT_REFERENCES, _references, None),
    (lsp.TEXT_DOCUMENT_HOVER, _hover, None),
    (
        lsp.TEXT_DOCUMENT_COMPLETION,
        _complete,
        lsp.CompletionOptions(trigger_characters=["/", "(", "#", "[", " ", "-"]),
    ),
    (
        lsp.TEXT_DOCUMENT_CODE_ACTION,
        Server.find_fixes,
        lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix]),
    ),
    (lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL, Server.find_symbols, None),
    (lsp.WORKSPACE_SYMBOL, _workspace_symbols, None),
)
