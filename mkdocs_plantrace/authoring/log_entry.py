"""Adds an entry to an execution log, or an outcome to one, and touches nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mkdocs_plantrace.authoring.edits import Edit
from mkdocs_plantrace.authoring.files import UnwritableFileError
from mkdocs_plantrace.authoring.quoting import code
from mkdocs_plantrace.errors import telling_line, wording
from mkdocs_plantrace.folding import fold
from mkdocs_plantrace.model import LogEntry
from mkdocs_plantrace.reading.log_entries import is_placeholder, read_log, split_signature
from mkdocs_plantrace.reading.page import parse

_LABELS = {
    "error": "Error",
    "signature": "Signature",
    "cause": "Root cause",
    "fix": "Fix applied",
    "outcome": "Outcome",
}
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_LINE_END = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile(
    r"\x1b(?:\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\[[0-?]*[ -/]*[@-~]?|[ -/]*[0-~]?)"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]"
)
"""Colours of a terminal, and what no page should hold."""
_LIST_ITEM = re.compile(r"[ ]{0,8}(?:[-*+]|\d{1,4}[.)])[ ]+(?![#>`~])\S")
_MARKUP = re.compile(
    r"[ ]*(?:#|>|`{3}|~{3}|[-=_*]{2,}|[*+-](?:[ ]|$)|!!!|\?\?\?|\||\d+[.)][ ]|:|\[)"
)
_INNER_MARKUP = re.compile(r"<[A-Za-z/!?]|\\$|\{[%{!]|--8<--")
_SUMMARY = re.compile(r"(?i)(?:\d+[.)]?\s+)?(?:final\s+)?(?:summary|conclusion)s?\W*")
_LONGEST_TITLE = 72
_GUESSES = (
    *((True, ()), (False, ()), (False, ("error",)), (False, ("cause",)), (False, ("fix",))),
    (False, tuple(_LABELS)),
)
"""Ways to write an entry: whether with words in its heading, and what as a block of code. The
first that is read back as it was meant is taken."""
_FENCE = re.compile(r"`{3,}|~{3,}")
_CHAPTER = 2
_COMMAND_FIELD = "- Command: "
_PROMPT = "$ "


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What an entry is to tell; `date` is ISO 8601.

    Of a command, `command` is its line, `circumstances` are labels and values such as the exit
    code, and `output` are its last lines. The error is then words of that output.
    """

    date: str
    error: str
    cause: str | None = None
    fix: str | None = None
    outcome: str | None = None
    signature: str | None = None
    command: str | None = None
    circumstances: tuple[tuple[str, str], ...] = ()
    output: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One field as it is to be written; `name` is empty for what is no field to the reader."""

    name: str
    lines: tuple[str, ...]
    value: str | None = None


def read_entries(path: str, content: bytes, labels: Mapping[str, str]) -> tuple[LogEntry, ...]:
    """What a log tells, as the check reads it. Raises UnwritableFileError if it is no text."""
    text = "\n".join(line.rstrip("\r\n") for line in _lines(path, content))
    return read_log(path, parse(text), labels).entries


def append_entry(
    path: str, before: bytes, happening: Happening, labels: Mapping[str, str]
) -> tuple[Edit, int]:
    """The edit that adds an entry, and the line at which the entry begins.

    It goes before a summary that ends the log, or to the end. Raises UnwritableFileError if the
    log would not be read as it was and the new entry besides.
    """
    lines = _lines(path, before)
    place = _place(lines)
    known = read_entries(path, before, labels)
    told = _cleaned(happening)
    for has_title, as_code in _GUESSES:
        parts = _parts(told, as_code)
        written = _written(happening, parts, has_title=has_title)
        after, start = _inserted(lines, place, written)
        edit = Edit(path=path, before=before, after=_encoded(after, before))
        span = range(start, start + len(written) + 1)
        if _is_told(read_entries(path, edit.after, labels), known, parts, span):
            return edit, start
    reason = "would not be read as it is, or would change what the log tells already"
    raise UnwritableFileError(f"the entry {reason}: '{path}' stays as it was")


def add_outcome(
    path: str, before: bytes, entry: LogEntry, outcome: str, labels: Mapping[str, str]
) -> Edit:
    """The edit that ends an open entry of this log. Raises UnwritableFileError."""
    lines = _lines(path, before)
    known = read_entries(path, before, labels)
    last = entry.location.end_line
    bare = lines[last - 1].strip()
    gap = [""] if bare.startswith(("```", "~~~")) else []
    after, _ = _inserted(lines, last, [*gap, f"- {_LABELS['outcome']}: {outcome}"], is_tight=True)
    edit = Edit(path=path, before=before, after=_encoded(after, before))
    now = read_entries(path, edit.after, labels)
    position = known.index(entry)
    others = [i for i in range(len(known)) if i != position]
    is_kept = len(now) == len(known) and all(_facts(now[i]) == _facts(known[i]) for i in others)
    if not is_kept or now[position].outcome != outcome:
        raise UnwritableFileError(f"'{path}' cannot take an outcome for line {last}")
    return edit


def is_same_error(entry: LogEntry, error: str) -> bool:
    """Whether an entry tells of the error that these words do, but for what differs by run."""
    return bool(entry.error) and _folded(entry.error or "") == _folded(error)


def command_line(command: str) -> str:
    """The line of an entry that names the command which failed."""
    return f"{_COMMAND_FIELD}{code(_one_line(command))}"


def find_of_command(
    path: str, content: bytes, command: str, labels: Mapping[str, str]
) -> LogEntry | None:
    """The newest entry that was written for this very command."""
    wanted = command_line(command), _PROMPT + _one_line(command)
    lines = [line.strip() for line in _lines(path, content)]
    for entry in reversed(read_entries(path, content, labels)):
        if _tells_command(lines[entry.location.line - 1 : entry.location.end_line], *wanted):
            return entry
    return None


def _tells_command(lines: Iterable[str], field: str, prompt: str) -> bool:
    """Whether the field says it, or without one the first line of code: the rest is output."""
    fence = ""
    first_in_code: list[str] = []
    is_first = False
    for line in lines:
        if fence:
            first_in_code += [line] if is_first else []
            is_first = False
            fence = "" if line == fence else fence
        elif opened := _FENCE.match(line):
            fence, is_first = opened[0], True
        elif line.startswith(_COMMAND_FIELD):
            return line == field
    return prompt in first_in_code


def _one_line(command: str) -> str:
    return " ".join(_clean(command).split())


def is_open(entry: LogEntry) -> bool:
    """Whether nothing says yet how it ended."""
    return entry.outcome is None and not entry.is_fixed


def _folded(error: str) -> str:
    return fold(wording(error))


def _lines(path: str, content: bytes) -> list[str]:
    """The lines with their ends, without a byte order mark."""
    try:
        return _LINES.findall(content.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise UnwritableFileError(f"'{path}' is not UTF-8") from error


def _encoded(text: str, before: bytes) -> bytes:
    mark = "\ufeff".encode()
    return (mark if before.startswith(mark) else b"") + text.encode()


def _place(lines: Sequence[str]) -> int:
    """How many lines stay before the entry."""
    text = "\n".join(line.rstrip("\r\n") for line in lines)
    headings = [heading for heading in parse(text).headings if heading.level <= _CHAPTER]
    last = headings[-1] if headings else None
    if last and last.level == _CHAPTER and _SUMMARY.fullmatch(last.text.strip()):
        return last.line - 1
    return len(lines)


def _inserted(
    lines: Sequence[str], place: int, written: Sequence[str], *, is_tight: bool = False
) -> tuple[str, int]:
    """The text with lines put in, in its own line ends, and the line where they begin.

    Blank lines part them from what is there; if they are tight, only from what is no list.
    """
    above, below = "".join(lines[:place]), "".join(lines[place:])
    ends = _LINE_END.findall(above) or _LINE_END.findall(below) or ["\n"]
    end = ends[-1]
    lead = end if above and not above.endswith(("\r", "\n")) else ""
    if place and lines[place - 1].strip() and not is_tight:
        lead += end
    trail = end if below or not above or above.endswith(("\r", "\n")) else ""
    if below and lines[place].strip() and not (is_tight and _LIST_ITEM.match(lines[place])):
        trail += end
    start = place + 1 + (1 if lead and place and lines[place - 1].strip() and not is_tight else 0)
    return above + lead + end.join(written) + trail + below, start


def _clean(value: str) -> str:
    text = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).expandtabs(4)
    text = text.encode("utf-8", "replace").decode()
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n").rstrip()


def _cleaned(happening: Happening) -> dict[str, str]:
    values = {name: _clean(getattr(happening, name) or "") for name in _LABELS}
    told = {name: value for name, value in values.items() if value.strip()}
    if is_placeholder(told.get("error", "")):
        raise UnwritableFileError(
            f"'{happening.error}' tells of no error: it is empty or reads like a placeholder"
        )
    if "signature" in told and split_signature(told["signature"]) != (told["signature"], ""):
        raise UnwritableFileError(f"'{told['signature']}' cannot be a signature")
    told["command"] = _one_line(happening.command or "")
    told["output"] = "\n".join(map(_clean, happening.output))
    told["circumstances"] = "\n".join(f"- {label}: {it}" for label, it in happening.circumstances)
    return told


def _parts(told: Mapping[str, str], as_code: Sequence[str]) -> tuple[_Part, ...]:
    """The fields in the order in which they are written."""
    is_run = bool(told["command"])
    is_quoted = "error" in as_code
    parts = []
    if is_run and not is_quoted:
        around = [command_line(told["command"]), *told["circumstances"].split("\n")]
        parts.append(_Part(name="", lines=tuple(filter(None, around))))
    for name, label in _LABELS.items():
        if name not in told:
            continue
        value = code(told[name]) if is_run and name == "error" and not is_quoted else told[name]
        is_word = name == "signature" or (is_run and name == "error")
        below = list(
            _value(value, is_code=name in as_code and name != "signature", is_word=is_word)
        )
        lines = [f"- {label}: {below[0]}".rstrip(), *below[1:]]
        shown = _shown(told, is_code=is_quoted) if is_run and name == "error" else ""
        lines += ["", *_fenced(shown)] if shown else []
        expected = "\n".join([below[0], *lines[1:]])
        parts.append(_Part(name=name, lines=tuple(lines), value=expected))
    return tuple(parts)


def _shown(told: Mapping[str, str], *, is_code: bool) -> str:
    """What stands in the block below the error of a command."""
    if not is_code:
        return told["output"]
    parts = (_PROMPT + told["command"], told["circumstances"], told["output"])
    return "\n".join(filter(None, parts))


def _value(value: str, *, is_code: bool, is_word: bool) -> Iterator[str]:
    """The lines of a value; the first stands behind the label, the others below it."""
    lines = value.split("\n")
    if is_code or (len(lines) > 1 and not all(map(_is_plain, lines))):
        yield ""
        yield ""
        yield from _fenced(value)
    elif is_word:
        yield value
    elif len(lines) == 1:
        yield value if _is_prose(value) and _LIST_ITEM.match(value) is None else code(value)
    elif _LIST_ITEM.match(lines[0]):
        yield ""
        yield ""
        yield from (f"    {line}".rstrip() for line in lines)
    else:
        yield lines[0]
        yield from (f"    {line}".rstrip() for line in lines[1:])


def _is_plain(line: str) -> bool:
    return not line or _is_prose(line) or bool(_LIST_ITEM.match(line) and not _is_odd(line))


def _is_prose(line: str) -> bool:
    """Whether a line can stand in a list without being more than words."""
    return not (_MARKUP.match(line) or _is_odd(line) or line.startswith("    "))


def _is_odd(line: str) -> bool:
    return line.count("`") % 2 == 1 or _INNER_MARKUP.search(line) is not None


def _fenced(text: str) -> list[str]:
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return [f"{fence}text", *text.split("\n"), fence]


def _written(happening: Happening, parts: Sequence[_Part], *, has_title: bool) -> list[str]:
    title = telling_line(_clean(happening.error), _LONGEST_TITLE) if has_title else ""
    words = re.sub(r"[\\`*_\[\]<>#{}|~$]", "", title).replace(":", "").strip(" .-–—")
    lines = [f"### {happening.date}" + (f" — {words}" if words else ""), ""]
    for part in parts:
        if lines[-1].startswith("```"):
            lines.append("")
        lines += part.lines
    return lines


def _is_told(
    now: Sequence[LogEntry], known: Sequence[LogEntry], parts: Sequence[_Part], span: range
) -> bool:
    """Whether the log tells all that it told, and one entry more, which is the one wanted."""
    new = [entry for entry in now if entry.location.line in span]
    others = [_facts(entry) for entry in now if entry.location.line not in span]
    if len(new) != 1 or others != [_facts(entry) for entry in known]:
        return False
    wanted = {part.name: part.value for part in parts if part.name}
    return all(
        _words(getattr(new[0], name)) == (_words(wanted.get(name)) if _counts(name, wanted) else "")
        for name in _LABELS
    )


def _counts(name: str, wanted: Mapping[str, str | None]) -> bool:
    return not is_placeholder(wanted.get(name) or "")


def _words(text: str | None) -> str:
    """A text but for its blanks; those of code are not told apart either."""
    return " ".join((text or "").split())


def _facts(entry: LogEntry) -> tuple[str | bool | None, ...]:
    return entry.error, entry.cause, entry.fix, entry.signature, entry.outcome, entry.is_fixed
