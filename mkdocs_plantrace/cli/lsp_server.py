"""The server of `plantrace lsp`: requests of the protocol, and when what is checked."""

import asyncio
import logging
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path
from pygls.workspace import ServerTextPosition

from mkdocs_plantrace import __version__
from mkdocs_plantrace.cli import editor_answers as answers
from mkdocs_plantrace.cli.editor_project import EditorProject, Finding
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.rule import Severity
from mkdocs_plantrace.parsing.line_index import split_lines

_PAUSE = 0.3
"""Seconds without a keystroke after which everything is checked."""
_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
}
_TRIGGERS = ["/", "(", "#", "[", " ", "-"]


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
        self._is_checking = False
        self._shown: tuple[str, ...] = ()

    def open_folder(self, folder: str | None) -> None:
        if folder and os.path.isdir(folder):
            self.project = EditorProject(Path(folder), self._config_file)
        self.check_soon(0)

    def open_file(self, uri: str, text: str) -> None:
        if path := to_fs_path(uri):
            self._uris[path] = uri
            if os.path.exists(path) and self.project.read_text(path) != text:
                self.change_file(uri, text)

    def change_file(self, uri: str, text: str) -> None:
        """Check a file at once, and everything soon."""
        path = to_fs_path(uri)
        if path is None:
            return
        self.project.unsaved[path] = text
        found = self.project.check_edit(path)
        if found is not None:
            self._publish(path, found)
        self.check_soon(_PAUSE)

    def save_file(self, uri: str, *, is_closed: bool = False) -> None:
        path = to_fs_path(uri)
        if path is None:
            return
        self.project.unsaved.pop(path, None)
        if is_closed:
            self._uris.pop(path, None)
        self.check_soon(0)

    def notice_changes(self, uris: Iterable[str]) -> None:
        """Check soon if one of the changed files may belong to the project."""
        checked = self.project.checked
        paths = [self.project.locate(path) for path in map(to_fs_path, uris) if path]
        if checked is None or any(
            path is not None and not checked.files.tree.is_avoided(path) for path in paths
        ):
            self.check_soon(_PAUSE)

    def check_soon(self, pause: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(pause, self._start_check)

    def _start_check(self) -> None:
        if self._is_checking:
            self.check_soon(_PAUSE)
        else:
            self._is_checking = True
            self._task = asyncio.ensure_future(self._check())

    async def _check(self) -> None:
        unsaved = dict(self.project.unsaved)
        try:
            faults = await asyncio.to_thread(self.project.check, unsaved)
        finally:
            self._is_checking = False
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
        diagnostics = [self._make_diagnostic(lines, finding) for finding in findings]
        if diagnostics != self._published.get(path, []):
            self._published[path] = diagnostics
            uri = self._uri_of(path)
            self.text_document_publish_diagnostics(
                lsp.PublishDiagnosticsParams(uri=uri, diagnostics=diagnostics)
            )

    def _make_diagnostic(self, lines: list[str], finding: Finding) -> lsp.Diagnostic:
        return lsp.Diagnostic(
            range=self._to_range(lines, finding.location),
            message=finding.message,
            severity=_SEVERITIES[finding.severity],
            code=finding.code,
            source="plantrace",
        )

    def _uri_of(self, path: str) -> str:
        return self._uris.get(path) or from_fs_path(path) or ""

    def _to_range(self, lines: list[str], location: Location) -> lsp.Range:
        """Convert columns that count characters to the units of the client."""

        def convert(line: int, column: int) -> lsp.Position:
            here = lines[line - 1] if line <= len(lines) else ""
            units = self.workspace.position_codec.client_num_units(here[: column - 1])
            return lsp.Position(line - 1, units)

        return lsp.Range(
            convert(location.line, location.column),
            convert(location.end_line, location.end_column),
        )

    def find_location(self, location: Location) -> lsp.Location:
        """Convert a location relative to the root."""
        root = self.project.checked.project.place.root if self.project.checked else Path()
        path = os.path.normpath(root / location.path)
        lines = split_lines(self.project.read_text(path))
        return lsp.Location(self._uri_of(path), self._to_range(lines, location))

    def find_cursor(
        self, document: lsp.TextDocumentIdentifier, position: lsp.Position
    ) -> answers.Cursor | None:
        """The place of a request; None outside the project, or before the first check."""
        path = to_fs_path(document.uri)
        relative = self.project.locate(path) if path else None
        if path is None or relative is None or self.project.checked is None:
            return None
        text = self.workspace.get_text_document(document.uri).source
        codec = self.workspace.position_codec
        place: ServerTextPosition = codec.position_from_client_units(split_lines(text), position)
        return answers.Cursor(self.project.checked, relative, text, place.line + 1, place.character)

    def find_fixes(self, uri: str, wanted: lsp.Range) -> list[lsp.CodeAction]:
        """The fixes of the problems that overlap a range."""
        path = to_fs_path(uri) or ""
        text = self.project.read_text(path)
        lines = split_lines(text)
        found: list[lsp.CodeAction] = []
        for finding in self._findings.get(path, ()):
            fix = finding.problem and answers.find_fix(finding.problem, text)
            where = self._to_range(lines, finding.location)
            if fix and where.start <= wanted.end and wanted.start <= where.end:
                edit = lsp.TextEdit(self._to_range(lines, fix.location), fix.text)
                found.append(
                    lsp.CodeAction(
                        title=fix.title,
                        kind=lsp.CodeActionKind.QuickFix,
                        diagnostics=[self._make_diagnostic(lines, finding)],
                        is_preferred=True,
                        edit=lsp.WorkspaceEdit(changes={uri: [edit]}),
                    )
                )
        return found

    def find_symbols(self, uri: str) -> list[lsp.DocumentSymbol]:
        path = to_fs_path(uri)
        relative = self.project.locate(path) if path else None
        if relative is None:
            return []
        text = self.workspace.get_text_document(uri).source
        return self._nest(
            split_lines(text), answers.find_symbols(relative, text, self.project.checked)
        )

    def _nest(self, lines: list[str], symbols: list[answers.Symbol]) -> list[lsp.DocumentSymbol]:
        """Put each symbol below the one before it of a lower level."""
        top: list[lsp.DocumentSymbol] = []
        open_levels: list[tuple[int, lsp.DocumentSymbol]] = []
        for symbol in symbols:
            name = self._to_range(lines, symbol.location)
            made = lsp.DocumentSymbol(
                symbol.name, lsp.SymbolKind.String, name, name, symbol.detail, children=[]
            )
            while open_levels and open_levels[-1][0] >= symbol.level:
                open_levels.pop()
            for _, above in open_levels:
                above.range = lsp.Range(above.range.start, name.end)
            below = open_levels[-1][1].children if open_levels else top
            (below if below is not None else top).append(made)
            open_levels.append((symbol.level, made))
        return top
