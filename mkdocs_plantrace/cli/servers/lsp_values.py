"""Findings and answers as values of the protocol, with columns in the units of the client."""

from lsprotocol import types as lsp
from pygls.workspace import PositionCodec

from mkdocs_plantrace.cli.servers import editor_answers as answers
from mkdocs_plantrace.cli.servers.editor_project import Finding
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.rule import Severity

_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
}


def make_diagnostic(codec: PositionCodec, lines: list[str], finding: Finding) -> lsp.Diagnostic:
    return lsp.Diagnostic(
        range=make_range(codec, lines, finding.location),
        message=finding.message,
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        source="plantrace",
    )


def make_range(codec: PositionCodec, lines: list[str], location: Location) -> lsp.Range:
    """Convert columns that count characters."""

    def convert(line: int, column: int) -> lsp.Position:
        here = lines[line - 1] if line <= len(lines) else ""
        return lsp.Position(line - 1, codec.client_num_units(here[: column - 1]))

    return lsp.Range(
        convert(location.line, location.column),
        convert(location.end_line, location.end_column),
    )


def nest_symbols(
    codec: PositionCodec, lines: list[str], symbols: list[answers.Symbol]
) -> list[lsp.DocumentSymbol]:
    """Put each symbol into the last one before it that has a lower level."""
    top: list[lsp.DocumentSymbol] = []
    around: list[tuple[int, lsp.DocumentSymbol, list[lsp.DocumentSymbol]]] = []
    for symbol in symbols:
        name, inner = make_range(codec, lines, symbol.location), list[lsp.DocumentSymbol]()
        made = lsp.DocumentSymbol(
            symbol.name, lsp.SymbolKind.String, name, name, symbol.detail, children=inner
        )
        while around and around[-1][0] >= symbol.level:
            around.pop()
        for _, outer, _ in around:
            outer.range = lsp.Range(outer.range.start, name.end)
        (around[-1][2] if around else top).append(made)
        around.append((symbol.level, made, inner))
    return top
