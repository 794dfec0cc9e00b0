"""Read the output of a command: its last lines, and the line with the error."""

import re

from mkdocs_plantrace.editing.secret_mask import mask

_MAX_LINES, _MAX_LINE_LENGTH = 40, 240
_MAX_LINES_READ, _MAX_LENGTH_READ = 120, 1000
_MAX_ERROR_LENGTH = 200
_ESCAPES = re.compile(
    r"\x1b(?:[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~]?)"
)
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_BACKSPACE = re.compile(r"[^\x08\n]\x08")
_UNDECODABLE = re.compile("\ufffd{2,}")
_ERRORS = (
    re.compile(
        r"(?:E\s+)?(?:[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Failure)\b(?:: .+|$))"
        r"|(?:Caused by|Uncaught|Unhandled|Exception in thread|thread '.*' panicked|panic):? .+"
    ),
    re.compile(
        r"(?i)(?:\S{1,200}\s*[:|]\s*){0,3}(?:fatal(?: error)?|error(?:\[\w+\])?)\b\s*[:!]\s*\S.*"
    ),
    re.compile(
        r"FAILED \S.*|(?:--- )?FAIL:? \S.*|.*(?:command not found|[Pp]ermission denied).*"
        r"|.*\b(?:[Nn]o such file|[Cc]annot|[Cc]ould not|[Uu]nable to|[Ff]ailed to)\b.*"
    ),
)
"""Lines with an error, the most specific first; the last line that matches is used."""
_WRAPPER = re.compile(
    r"(?:g?make(?:\[\d+\])?: \*\*\*|npm (?:ERR!|error)|error Command failed|\W*$|=+ .* =+$"
    r"|(?:ERROR: )?(?:script|job) .{0,40}(?:exit|fail))",
    re.IGNORECASE,
)
"""Lines in which a tool only reports that another command has failed."""


def read_output(output: bytes) -> tuple[str, ...]:
    """Return the last lines as a terminal shows them, without colors and secrets."""
    text = output.decode("utf-8", "replace").replace("\r\n", "\n")
    rows = _ESCAPES.sub("", text).split("\n")[-_MAX_LINES_READ:]
    shown = "\n".join(_render_row(row)[:_MAX_LENGTH_READ] for row in rows)
    masked = mask(shown).expandtabs(4).strip("\n")
    lines = re.sub(r"\n{3,}", "\n\n", masked).split("\n")
    if not any(lines):
        return ()
    limit = _MAX_LINE_LENGTH
    return tuple(
        f"{line[: limit - 2]} …" if len(line) > limit else line for line in lines[-_MAX_LINES:]
    )


def remove_controls(text: str) -> str:
    """Remove the escape sequences of a terminal and all control characters but tabs."""
    return _CONTROL.sub("", _ESCAPES.sub("", text))


def find_error_line(lines: tuple[str, ...]) -> str | None:
    """Return the line with the error, or the last line; None without lines."""
    stripped = [line.strip() for line in lines if line.strip()]
    candidates = [line for line in stripped if not _WRAPPER.match(line)]
    for pattern in _ERRORS:
        for line in reversed(candidates):
            if pattern.match(line):
                return re.sub(r"^E\s{2,}", "", line)[:_MAX_ERROR_LENGTH]
    return next((line[:_MAX_ERROR_LENGTH] for line in reversed(candidates or stripped)), None)


def _render_row(row: str) -> str:
    """Return what a terminal shows after carriage returns and backspaces."""
    parts = [part for part in row.split("\r") if part.strip()]
    line = parts[-1] if parts else ""
    while "\x08" in line and (shorter := _BACKSPACE.sub("", line, count=1000)) != line:
        line = shorter
    return _UNDECODABLE.sub("\ufffd", _CONTROL.sub("", line)).rstrip()
