"""Adds an entry to an execution log, or an outcome to one, and touches nothing else."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.command_output import without_controls
from mkdocs_plantrace.editing.edits import Edit, decoded
from mkdocs_plantrace.editing.markdown_excerpt import code
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.parsing.logs.labels import labels_of
from mkdocs_plantrace.parsing.logs.parser import is_placeholder, read_log, split_signature
from mkdocs_plantrace.parsing.logs.tokenizer import read_fields
from mkdocs_plantrace.parsing.markdown.blocks import BlockKind
from mkdocs_plantrace.parsing.markdown.page import parse
from mkdocs_plantrace.trace.error_groups import telling_line, wording
from mkdocs_plantrace.utils.normalization import fold

_LABELS = {
    "error": "Error",
    "signature": "Signature",
    "cause": "Root cause",
    "fix": "Fix applied",
    "outcome": "Outcome",
}
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_LINE_END = re.compile(r"\r\n|\r|\n")
_LIST_ITEM = re.compile(r"[ ]{0,8}(?:[-*+]|\d{1,4}[.)])[ ]+\S")
_MARKUP = re.compile(r"<[A-Za-z/!?]|\\$|\{[%{!]|--8<--", re.MULTILINE)
"""What would be more than words in a line of a list."""
_SUMMARY = re.compile(r"(?i)(?:\d+[.)]?\s+)?(?:final\s+)?(?:summary|conclusion)s?\W*")
_LONGEST_TITLE = 72
_CHAPTER = 2
_COMMAND_FIELD = "- Command: "


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


def read_entries(path: str, content: bytes, labels: Mapping[str, str]) -> tuple[LogEntry, ...]:
    """What a log tells, as the check reads it. Raises UnwritableFileError if it is no text."""
    return read_log(parse(_bare(_lines(path, content)), path), labels).entries


def append_entry(
    path: str, before: bytes, happening: Happening, labels: Mapping[str, str]
) -> tuple[Edit, int]:
    """The edit that adds an entry, and the line at which the entry begins.

    It goes before a summary that ends the log, or to the end. Raises UnwritableFileError if the
    log would not be read as it was and the new entry besides.
    """
    lines = _lines(path, before)
    place = _place(lines)
    known = list(map(_facts, read_entries(path, before, labels)))
    told = _cleaned(happening)
    title = telling_line(told["error"], _LONGEST_TITLE)
    title = re.sub(r"[\\`*_\[\]<>#{}|~$:]", "", title).strip(" .-–—")
    heading = f"### {happening.date}"
    around = [f"- {label}: {value}" for label, value in happening.circumstances]
    if happening.command:
        around.insert(0, _command_line(happening.command))
    for first, as_block in ((f"{heading} — {title}", False), (heading, False), (heading, True)):
        fields = _fields(happening, told, labels, as_block=as_block)
        written = [first if title else heading, "", *around]
        for field in fields.values():
            written += ["", *field] if written[-1].startswith("```") else field
        after, start = _inserted(lines, place, written)
        edit = _edit(path, before, after)
        span = range(start, start + len(written) + 1)
        entries = read_entries(path, edit.after, labels)
        new = [entry for entry in entries if entry.location.line in span]
        others = [_facts(entry) for entry in entries if entry.location.line not in span]
        if others == known and len(new) == 1 and _is_told(new[0], fields):
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
    gap = [""] if lines[last - 1].strip().startswith(("```", "~~~")) else []
    after, _ = _inserted(lines, last, [*gap, f"- {_LABELS['outcome']}: {outcome}"], is_tight=True)
    edit = _edit(path, before, after)
    now = read_entries(path, edit.after, labels)
    position = known.index(entry)
    is_kept = len(now) == len(known) and all(
        _facts(new) == _facts(old) or old == entry for new, old in zip(now, known, strict=True)
    )
    if not is_kept or now[position].outcome != outcome:
        raise UnwritableFileError(f"'{path}' cannot take an outcome for line {last}")
    return edit


def is_same_error(entry: LogEntry, error: str) -> bool:
    """Whether an entry is about the same error as these words, but for what differs by run."""
    return bool(entry.error) and fold(wording(entry.error or "")) == fold(wording(error))


def find_of_command(
    path: str, content: bytes, command: str, labels: Mapping[str, str]
) -> LogEntry | None:
    """The newest entry that was written for this very command."""
    lines = [line.strip() for line in _lines(path, content)]
    for entry in reversed(read_entries(path, content, labels)):
        own = lines[entry.location.line - 1 : entry.location.end_line]
        field = next((line for line in own if line.startswith(_COMMAND_FIELD)), "")
        if field == _command_line(command):
            return entry
    return None


def is_open(entry: LogEntry) -> bool:
    """Whether nothing says yet how it ended."""
    return entry.outcome is None and not entry.is_fixed


def _command_line(command: str) -> str:
    return f"{_COMMAND_FIELD}{code(' '.join(_clean(command).split()))}"


def _lines(path: str, content: bytes) -> list[str]:
    """The lines with their ends."""
    return _LINES.findall(decoded(path, content)[0])


def _bare(lines: Iterable[str]) -> str:
    return "\n".join(line.rstrip("\r\n") for line in lines)


def _edit(path: str, before: bytes, text: str) -> Edit:
    return Edit(path=path, before=before, after=text.encode(decoded(path, before)[1]))


def _place(lines: Sequence[str]) -> int:
    """How many lines stay before the entry."""
    headings = parse(_bare(lines)).headings
    last = next((heading for heading in reversed(headings) if heading.level <= _CHAPTER), None)
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
    end = (_LINE_END.findall(above) or _LINE_END.findall(below) or ["\n"])[-1]
    gap = [""] if place and lines[place - 1].strip() and not is_tight else []
    follows = lines[place].strip() if below else ""
    is_parted = follows and not (is_tight and _LIST_ITEM.match(lines[place]))
    lead = end if above and not above.endswith(("\r", "\n")) else ""
    text = end.join([*gap, *written, *([""] if is_parted else [])])
    return f"{above}{lead}{text}{'' if lead else end}{below}", place + 1 + len(gap)


def _clean(value: str) -> str:
    text = without_controls(value.replace("\r\n", "\n").replace("\r", "\n")).expandtabs(4)
    text = text.encode("utf-8", "replace").decode()
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def _cleaned(happening: Happening) -> dict[str, str]:
    """The values of the fields. Raises UnwritableFileError where one is none."""
    values = {name: _clean(getattr(happening, name) or "") for name in _LABELS}
    told = {name: value for name, value in values.items() if value.strip()}
    if is_placeholder(told.get("error", "")):
        raise UnwritableFileError(
            f"'{happening.error}' tells of no error: it is empty or reads like a placeholder"
        )
    if "signature" in told and split_signature(told["signature"]) != (told["signature"], ""):
        raise UnwritableFileError(f"'{told['signature']}' cannot be a signature")
    return told


def _fields(
    happening: Happening, told: Mapping[str, str], labels: Mapping[str, str], *, as_block: bool
) -> dict[str, list[str]]:
    """The lines of each field, in the order in which they are written."""
    fields = {}
    for name, label in _LABELS.items():
        if name not in told:
            continue
        is_seen = name == "error" and happening.command is not None
        forms = list(_forms(f"- {label}:", told[name], is_seen=is_seen))
        fits = (form for form in forms[:-1] if _reads_back(form, told[name], labels))
        is_block = as_block and name != "signature"
        fields[name] = forms[-1] if is_block else next(fits, forms[-1])
        if is_seen and happening.output:
            fields[name] += ["", *_block("\n".join(map(_clean, happening.output)))]
    return fields


def _forms(label: str, value: str, *, is_seen: bool) -> Iterator[list[str]]:
    """Ways to write a field: as words, as code, which is best for what was seen, as a block."""
    first, *others = value.split("\n")
    below = [f"    {line}".rstrip() for line in others]
    is_list = others and _LIST_ITEM.match(first)
    if not is_seen:
        yield [label, "", f"    {first}", *below] if is_list else [f"{label} {first}", *below]
    if not others:
        yield [f"{label} {code(value)}"]
    yield [label, "", *_block(value)]


def _reads_back(lines: Sequence[str], value: str, labels: Mapping[str, str]) -> bool:
    """Whether a field is read as its value, or that as code, and shown as such."""
    page = parse("\n".join(lines))
    fields, _ = read_fields(page, labels_of(tuple(labels.items())))
    if len(fields) != 1 or any(block.kind is not BlockKind.TEXT for block in page.blocks):
        return False
    is_text = not (_MARKUP.search(value) or value.count("`") % 2)
    return fields[0].value == code(value) or (is_text and fields[0].value == value)


def _block(text: str) -> list[str]:
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return [f"{fence}text", *text.split("\n"), fence]


def _is_told(entry: LogEntry, fields: Mapping[str, Sequence[str]]) -> bool:
    """Whether an entry has all that was written, but for blanks, and nothing else."""
    for name, label in _LABELS.items():
        value = "\n".join(fields.get(name, ())).removeprefix(f"- {label}:")
        wanted = "" if is_placeholder(value.strip()) else value
        if (getattr(entry, name) or "").split() != wanted.split():
            return False
    return True


def _facts(entry: LogEntry) -> tuple[str | bool | None, ...]:
    return entry.error, entry.cause, entry.fix, entry.signature, entry.outcome, entry.is_fixed
