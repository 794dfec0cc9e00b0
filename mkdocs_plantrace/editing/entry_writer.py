"""Add an entry to a log, or an outcome to an entry, and change nothing else."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.command_output import remove_controls
from mkdocs_plantrace.editing.edits import Edit, decode
from mkdocs_plantrace.editing.markdown_excerpt import format_block, format_code, format_literal
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.parsing.logs.parser import read_log
from mkdocs_plantrace.parsing.logs.tokenizer import read_fields
from mkdocs_plantrace.parsing.logs.values import is_placeholder, split_signature
from mkdocs_plantrace.parsing.markdown.blocks import BlockKind
from mkdocs_plantrace.parsing.markdown.page import parse_page
from mkdocs_plantrace.parsing.metadata.text_outline import TextOutline
from mkdocs_plantrace.trace.error_groups import summarize_plain, wording
from mkdocs_plantrace.utils.error_normalization import normalize_error
from mkdocs_plantrace.utils.lazy_property import cached_property

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
"""Syntax that is not plain text in an item of a list."""
_SUMMARY = re.compile(r"(?i)(?:\d+[.)]?\s+)?(?:final\s+)?(?:summary|conclusion)s?\W*")
_MAX_TITLE_LENGTH = 72
_SECTION_LEVEL, _ENTRY_LEVEL, _LOWEST_LEVEL = 2, 3, 6
_CLOSING_COMMENT = re.compile(r"(?i)<!--(?:\s*/.*|.*\bend)\s*-->")
"""A comment that ends a section for the tool that wrote it: `<!-- SECTION:NOTES:END -->`."""
_COMMAND_LABEL = "- Command: "


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """The values of an entry to write; `date` is ISO 8601.

    The entry of a command has its command line, details such as the exit code (labels and values)
    and its last lines of output. The error is then a line of that output.
    """

    date: str
    error: str
    cause: str | None = None
    fix: str | None = None
    outcome: str | None = None
    signature: str | None = None
    command: str | None = None
    details: tuple[tuple[str, str], ...] = ()
    output: tuple[str, ...] = ()


@dataclass(frozen=True)
class LogText:
    """A log with the file that it is in, or the sections of the file that are one.

    Everything raises UnwritableFileError if the file is not UTF-8.
    """

    path: str
    content: bytes
    labels: Mapping[str, str]
    sections: tuple[str, ...] = ()

    @cached_property
    def entries(self) -> tuple[LogEntry, ...]:
        """The entries as the check reads them."""
        page = parse_page(_join_lines(self._lines), self.path)
        return read_log(page, self.labels, self.sections).entries

    @cached_property
    def _lines(self) -> list[str]:
        """The lines with their line ends, which may be of any kind."""
        return _LINES.findall(decode(self.path, self.content)[0])

    def append_entry(self, new: NewEntry) -> tuple[Edit, int]:
        """Return the edit that adds an entry, and the line at which the entry begins.

        The entry goes to the end, or before a summary that ends the log; where only sections are
        the log, to the end of the first. Raises UnwritableFileError if the parser would not read
        all other entries as before and the new one as it is.
        """
        position, level = self._find_place()
        known = list(map(_get_values, self.entries))
        for written, fields in _draft_entries(new, self.labels, level):
            after, start = self._insert(position, written)
            span = range(start, start + len(written) + 1)
            inside = [entry for entry in after.entries if entry.location.line in span]
            others = [_get_values(it) for it in after.entries if it.location.line not in span]
            if others == known and len(inside) == 1 and _has_values(inside[0], fields):
                return self._make_edit(after), start
        reason = "would not be read as written, or would change another entry of the log"
        raise UnwritableFileError(f"the entry {reason}: '{self.path}' was not changed")

    def append_section(self, section: Sequence[str]) -> Edit | None:
        """Return the edit that adds a section without an entry, where a new entry would go.

        None if the parser would not read all entries as before.
        """
        after, _ = self._insert(self._find_place()[0], section)
        known, now = (list(map(_get_values, log.entries)) for log in (self, after))
        return self._make_edit(after) if now == known else None

    def add_outcome(self, entry: LogEntry, outcome: str) -> Edit:
        """Add an outcome to an open entry. Raises UnwritableFileError."""
        last = entry.location.end_line
        gap = [""] if self._lines[last - 1].strip().startswith(("```", "~~~")) else []
        lines = [*gap, f"- {_LABELS['outcome']}: {outcome}"]
        after, _ = self._insert(last, lines, is_tight=True)
        known, now = self.entries, after.entries
        are_others_equal = len(now) == len(known) and all(
            old == entry or _get_values(new) == _get_values(old)
            for new, old in zip(now, known, strict=True)
        )
        if not are_others_equal or now[known.index(entry)].outcome != outcome:
            raise UnwritableFileError(f"'{self.path}': no outcome can be added at line {last}")
        return self._make_edit(after)

    def find_command_entry(self, command: str) -> LogEntry | None:
        """Return the newest entry of this command."""
        lines = [line.strip() for line in self._lines]
        for entry in reversed(self.entries):
            own = lines[entry.location.line - 1 : entry.location.end_line]
            field = next((line for line in own if line.startswith(_COMMAND_LABEL)), "")
            if field == _format_command(command):
                return entry
        return None

    def _make_edit(self, after: "LogText") -> Edit:
        return Edit(path=self.path, before=self.content, after=after.content)

    def _find_place(self) -> tuple[int, int]:
        """Return the number of lines before a new entry, and the level of its heading."""
        lines = self._lines
        outline = TextOutline("".join(lines)) if self.sections else None
        section = outline.find_section(self.sections[0]) if outline else None
        if section is None:
            headings = parse_page(_join_lines(lines)).headings
            last = next((it for it in reversed(headings) if it.level <= _SECTION_LEVEL), None)
            if last and last.level == _SECTION_LEVEL and _SUMMARY.fullmatch(last.text.strip()):
                return last.line - 1, _ENTRY_LEVEL
            return len(lines), _ENTRY_LEVEL
        position = bisect_right(list(accumulate(map(len, lines))), section.end)
        end = position - 1
        while not lines[end].strip():  # its heading is not blank
            end -= 1
        if _CLOSING_COMMENT.fullmatch(lines[end].strip()):
            position = end
        return position, min(max(_ENTRY_LEVEL, section.level + 1), _LOWEST_LEVEL)

    def _insert(
        self, position: int, new: Sequence[str], *, is_tight: bool = False
    ) -> tuple["LogText", int]:
        """Return the log with new lines, and the line where they begin.

        Blank lines separate them from other text, or only from text that is no list (`is_tight`).
        """
        lines = self._lines
        above, below = "".join(lines[:position]), "".join(lines[position:])
        end = (_LINE_END.findall(above) or _LINE_END.findall(below) or ["\n"])[-1]
        gap = [""] if position and lines[position - 1].strip() and not is_tight else []
        next_line = lines[position].strip() if below else ""
        is_separated = next_line and not (is_tight and _LIST_ITEM.match(lines[position]))
        lead = end if above and not above.endswith(("\r", "\n")) else ""
        text = end.join([*gap, *new, *([""] if is_separated else [])])
        changed = f"{above}{lead}{text}{'' if lead else end}{below}"
        encoding = decode(self.path, self.content)[1]
        return replace(self, content=changed.encode(encoding)), position + 1 + len(gap)


def is_same_error(entry: LogEntry, error: str) -> bool:
    """Whether an entry has this error, apart from what differs between two runs."""
    own, other = (normalize_error(wording(text)) for text in (entry.error or "", error))
    return bool(entry.error) and own == other


def is_open(entry: LogEntry) -> bool:
    return entry.outcome is None and not entry.is_fixed


def _format_command(command: str) -> str:
    return f"{_COMMAND_LABEL}{format_code(' '.join(_clean(command).split()))}"


def _join_lines(lines: Sequence[str]) -> str:
    return "\n".join(line.rstrip("\r\n") for line in lines)


def _clean(value: str) -> str:
    text = remove_controls(value.replace("\r\n", "\n").replace("\r", "\n")).expandtabs(4)
    text = text.encode("utf-8", "replace").decode()
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def _clean_values(new: NewEntry) -> dict[str, str]:
    """Return the values by field. Raises UnwritableFileError for an invalid one."""
    values = {name: _clean(getattr(new, name) or "") for name in _LABELS}
    values = {name: value for name, value in values.items() if value.strip()}
    if is_placeholder(values.get("error", "")):
        raise UnwritableFileError(f"'{new.error}' is empty or a placeholder, not an error")
    if "signature" in values and split_signature(values["signature"]) != (values["signature"], ""):
        raise UnwritableFileError(f"'{values['signature']}' cannot be a signature")
    return values


def _draft_entries(
    new: NewEntry, labels: Mapping[str, str], level: int
) -> Iterator[tuple[list[str], dict[str, list[str]]]]:
    """Yield the lines of an entry and of its fields, in increasingly safe forms."""
    values = _clean_values(new)
    title = summarize_plain(values["error"], _MAX_TITLE_LENGTH)
    date = f"{'#' * level} {new.date}"
    details = [f"- {label}: {value}" for label, value in new.details]
    if new.command:
        details.insert(0, _format_command(new.command))
    titled = [f"{date} — {form}" for form in (format_literal(title), format_code(title))]
    headings = [heading for heading in (*titled, date) if not _has_value(heading, labels)]
    for first, as_block in (*((one, False) for one in headings), (date, True)):
        fields = _format_fields(new, values, labels, as_block=as_block)
        lines = [first, "", *details]
        for field in fields.values():
            lines += ["", *field] if lines[-1].startswith("```") else field
        yield lines, fields


def _has_value(heading: str, labels: Mapping[str, str]) -> bool:
    """Whether a heading is read as a label such as `Error:` with its value."""
    fields, _ = read_fields(parse_page(heading), labels)
    return bool(fields)


def _format_fields(
    new: NewEntry, values: Mapping[str, str], labels: Mapping[str, str], *, as_block: bool
) -> dict[str, list[str]]:
    """Return the lines of each field, in the order of the entry."""
    fields = {}
    for name, label in _LABELS.items():
        if name not in values:
            continue
        is_output = name == "error" and new.command is not None
        is_literal = is_output or (name == "error" and not _is_plain(values[name]))
        forms = list(_format_field(f"- {label}:", values[name], is_literal=is_literal))
        safe = (form for form in forms[:-1] if _is_read_back(form, values[name], labels))
        is_block = as_block and name != "signature"
        fields[name] = forms[-1] if is_block else next(safe, forms[-1])
        if is_output and new.output:
            fields[name] += ["", *format_block("\n".join(map(_clean, new.output)))]
    return fields


def _is_plain(error: str) -> bool:
    """Whether an error on one line is rendered as it is."""
    return "\n" in error or format_literal(error) == error


def _format_field(label: str, value: str, *, is_literal: bool) -> Iterator[list[str]]:
    """Yield the forms of a field: as text (unless literal), as code, as a block."""
    first, *others = value.split("\n")
    below = [f"    {line}".rstrip() for line in others]
    is_list = others and _LIST_ITEM.match(first)
    if not is_literal:
        yield [label, "", f"    {first}", *below] if is_list else [f"{label} {first}", *below]
    if not others:
        yield [f"{label} {format_code(value)}"]
    yield [label, "", *format_block(value)]


def _is_read_back(lines: Sequence[str], value: str, labels: Mapping[str, str]) -> bool:
    """Whether the parser reads a field as its value, as text or as code."""
    page = parse_page("\n".join(lines))
    fields, _ = read_fields(page, labels)
    if len(fields) != 1 or any(block.kind is not BlockKind.TEXT for block in page.blocks):
        return False
    is_text = not (_MARKUP.search(value) or value.count("`") % 2)
    return fields[0].value == format_code(value) or (is_text and fields[0].value == value)


def _has_values(entry: LogEntry, fields: Mapping[str, Sequence[str]]) -> bool:
    """Whether an entry has exactly these values, apart from white space."""
    for name, label in _LABELS.items():
        value = "\n".join(fields.get(name, ())).removeprefix(f"- {label}:")
        expected = "" if is_placeholder(value.strip()) else value
        if (getattr(entry, name) or "").split() != expected.split():
            return False
    return True


def _get_values(entry: LogEntry) -> tuple[str | bool | None, ...]:
    return entry.error, entry.cause, entry.fix, entry.signature, entry.outcome, entry.is_fixed
