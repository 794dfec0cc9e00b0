"""Takes the telling lines out of what a command has printed, without its secrets."""

import re

from mkdocs_plantrace.editing.secret_mask import mask

_MOST_LINES, _LONGEST_LINE = 40, 240
_MOST_LOOKED_AT, _LONGEST_LOOKED_AT = 200, 4000
_LONGEST_ERROR = 200
_ESCAPES = re.compile(
    r"\x1b(?:[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~]?)"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_BACKSPACE = re.compile(r"[^\x08\n]\x08")
_BROKEN = re.compile("\ufffd{2,}")
_TELLING = (
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
"""What says what went wrong, the plainest first; the last line that does so counts."""
_WRAPPER = re.compile(
    r"(?:g?make(?:\[\d+\])?: \*\*\*|npm (?:ERR!|error)|error Command failed|\W*$|=+ .* =+$"
    r"|(?:ERROR: )?(?:script|job) .{0,40}(?:exit|fail))",
    re.IGNORECASE,
)
"""Lines by which tools only say that something below them has failed."""


def read_output(output: bytes) -> tuple[str, ...]:
    """The last lines as people saw them, without colours, progress and secrets, each cut."""
    text = output.decode("utf-8", "replace").replace("\r\n", "\n")
    rows = _ESCAPES.sub("", text[-_MOST_LOOKED_AT * _LONGEST_LOOKED_AT :]).split("\n")
    seen = "\n".join(_as_seen(row)[:_LONGEST_LOOKED_AT] for row in rows[-_MOST_LOOKED_AT:])
    lines = re.sub(r"\n{3,}", "\n\n", mask(seen).strip("\n")).split("\n")
    cut = (
        f"{line[: _LONGEST_LINE - 2]} …" if len(line) > _LONGEST_LINE else line for line in lines
    )
    return tuple(cut)[-_MOST_LINES:] if any(lines) else ()


def without_controls(text: str) -> str:
    """A text without the colours of a terminal, and what no page should hold."""
    return _CONTROL.sub("", _ESCAPES.sub("", text))


def telling_line_of(lines: tuple[str, ...]) -> str | None:
    """The line that says what went wrong; the last one if none does, None if there is none."""
    bare = [line.strip() for line in lines if line.strip()]
    told = [line for line in bare if not _WRAPPER.match(line)]
    for pattern in _TELLING:
        for line in reversed(told):
            if pattern.match(line):
                return re.sub(r"^E\s{2,}", "", line)[:_LONGEST_ERROR]
    return next((line[:_LONGEST_ERROR] for line in reversed(told or bare)), None)


def _as_seen(row: str) -> str:
    """What a terminal shows in the end of a line that was written over again and again."""
    parts = [part for part in row.split("\r") if part.strip()]
    line = parts[-1] if parts else ""
    while "\x08" in line and (shorter := _BACKSPACE.sub("", line, count=1000)) != line:
        line = shorter
    return _BROKEN.sub("\ufffd", _CONTROL.sub("", line)).expandtabs(4).rstrip()
