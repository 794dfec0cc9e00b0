"""The parser of logs: fields that belong together become entries.

    log    = { entry | other field }
    entry  = fields of one group with an error, a cause or a fix

A group is a section, what is below a bold line with a number, the items of a list, a run of lines,
or a row of a table. Within it

- an error begins an entry, unless the one before has none yet; another label for an error, or the
  same one in a list, continues it; a status before it, below the same heading, is its outcome;
- a cause, a fix, an outcome or a context belongs to the entry before it, below the same heading or
  as a heading at the same level; a second one continues the first, or begins the next entry if
  this one is complete; in a list of records each item is an entry;
- evidence is a cause below an observation, and nothing elsewhere;
- `Fix 2` belongs to `Error 2`, and numbered lists of the same length below two labels are paired;
- labels such as `finding` and `reason` are also used for other things: alone they do not make an
  entry, nor do the labels of runbooks, `diagnosis` and `mitigation`, together.

Fields in the head of a page apply to its entries: the signature, and for entries without a dated
heading the final status and the command that reproduces the error.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mkdocs_plantrace.config.vocabulary import RUNBOOK_LABELS, WEAK_LABELS
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.log_entry import LogEntry, LogRecord
from mkdocs_plantrace.parsing.logs.fields import Field, Section, find_date, split_items
from mkdocs_plantrace.parsing.logs.tokenizer import read_fields
from mkdocs_plantrace.parsing.logs.values import (
    is_open_outcome,
    is_placeholder,
    says_state,
    split_signature,
)
from mkdocs_plantrace.parsing.markdown.page import Page
from mkdocs_plantrace.parsing.metadata.text_outline import TextOutline

_PARTS = frozenset({"error", "cause", "fix"})
_CHAPTER, _PAIR = 2, 2
_MOST_COMPARED, _MOST_FIELDS = 50, 100
_OF_ALL = frozenset({"final status", "repro command"})
"""Fields in the head of a page that apply to all entries without a dated heading."""
_NOTHING = re.compile(r"[\s*_+=|:>#~.\[\]-]*")
_TEMPLATE = re.compile(r"(?i)(?:(?:bug|entry|error|issue|log|record)[ ]+)?(?:format|template)")
"""A heading above the form of an entry."""
_HTML_SUMMARY = re.compile(r"(?i)<h[2-6]\b[^<>]*>[^<>]*\b(?:summary|lessons? learn|final outcome)")


@dataclass(slots=True)
class _Group:
    level: int
    fields: list[Field] = field(default_factory=list)

    def named(self, name: str) -> list[Field]:
        return [found for found in self.fields if found.name == name]

    def has(self, *names: str) -> bool:
        return any(found.name in names for found in self.fields)


def read_log(page: Page, labels: Mapping[str, str], within: tuple[str, ...] = ()) -> LogRecord:
    """Read the entries of a log; `labels` maps normalized labels to names of fields.

    Where only the sections `within` a page are its log, only their entries are read. Entries
    without any other date get the date in the folder of the page.
    """
    fields, sections = read_fields(page, labels)
    head = _Head(fields, sections)
    entries = (
        entry
        for group in _groups(head.others, sections)
        if _is_entry(group, has_signature=head.signature is not None)
        for entry in _entries(page.places.path, group, sections, head)
    )
    return LogRecord(
        entries=tuple(sorted(_select(page, entries, within), key=lambda entry: entry.location)),
        signature=head.signature,
        tasks=head.tasks,
        has_summary=any(_is_summary(found, sections) for found in fields)
        or any(_HTML_SUMMARY.search(html) for html in page.raw),
    )


def _select(page: Page, entries: Iterable[LogEntry], names: tuple[str, ...]) -> Iterable[LogEntry]:
    """The entries in the sections with these names; all if there are none."""
    if not names:
        return entries
    sections = filter(None, map(TextOutline(page.text).find_section, names))
    lines = [(page.places.line(it.start), page.places.line(it.end - 1)) for it in sections]
    return (
        entry
        for entry in entries
        if any(first <= entry.location.line <= last for first, last in lines)
    )


def _is_summary(found: Field, sections: list[Section]) -> bool:
    """Whether a field is a summary, or part of one, and has any text."""
    is_its = found.name == "summary" or sections[found.section].name == "summary"
    return is_its and _NOTHING.fullmatch(found.value) is None


class _Head:
    """What the fields before the first section and entry of a page say of all its entries.

    `others` are the fields that make entries.
    """

    def __init__(self, fields: list[Field], sections: list[Section]) -> None:
        self.others: list[Field] = []
        self.signature: str | None = None
        tasks: list[str] = []
        own: list[Field] = []
        is_head = True
        for found in fields:
            is_head = is_head and found.name not in _PARTS and sections[found.section].level <= 1
            if found.name == "task":
                tasks += (word.strip("`*_.,;()[]\"'") for word in found.value.split())
            elif found.name == "signature" and (is_head or found.level == _CHAPTER):
                name, _ = split_signature(found.value)
                self.signature = self.signature or name
            elif not is_head and found.name != "summary":
                self.others.append(found)
                continue
            own.append(found)
        self.tasks = tuple(tasks)
        self.values = {
            found.name: found.value
            for found in reversed(own)
            if found.label in _OF_ALL and not is_placeholder(found.value)
        }


def _groups(fields: Iterable[Field], sections: list[Section]) -> list[_Group]:
    groups: list[_Group] = []
    for found in fields:
        is_repeated = (
            sections[found.section].name == "summary"
            and groups
            and sections[groups[0].fields[0].section].name != "summary"
        )
        is_template = _TEMPLATE.fullmatch(sections[found.section].text)
        if is_repeated or is_template or is_placeholder(found.value):
            continue
        group = _numbered(groups, found) or (groups[-1] if groups else None)
        if group and not _joins(group, found, sections):
            group = None
        if found.label == "evidence" and not (group and _is_observation(group.fields)):
            continue
        if group is None:
            if groups and found.name == "error" and _is_title(groups[-1], found, sections):
                groups.pop()
            group = _Group(found.level or sections[found.section].level)
            groups.append(group)
        group.fields.append(found)
    return groups


def _is_title(group: _Group, error: Field, sections: list[Section]) -> bool:
    """Whether a group is only the heading of the section of an error: `Fix 1: the counter`."""
    first = group.fields[0]
    return (
        len(group.fields) == 1
        and first.name == "fix"
        and first.level > 0
        and first.line == first.end_line
        and sections[first.section] in _enclosing(error, sections)
    )


def _numbered(groups: list[_Group], found: Field) -> _Group | None:
    """Find the error with the same number as a cause or a fix."""
    if found.number is None or found.name == "error":
        return None
    for group in groups[-_MOST_COMPARED:]:
        same = any(error.number == found.number for error in group.named("error"))
        if same and not group.has(found.name):
            return group
    return None


def _joins(group: _Group, found: Field, sections: list[Section]) -> bool:
    last = group.fields[-1]
    if found.row is not None or last.row is not None:
        return found.row == last.row
    has_only_result = group.has("outcome") and not group.has(*_PARTS)
    is_apart = (
        found.title != last.title
        or len(group.fields) == _MOST_FIELDS
        or (has_only_result and not _is_within(group.fields[0], found, sections))
        or _is_next_record(group, found)
    )
    if is_apart or _is_next_item(group, found) or not _is_near(group, found, sections):
        return False
    if found.name == "error":
        return _joins_error(group, found, sections)
    if found.name == "signature" and found.depth and group.has("fix"):
        return False
    is_of_item = bool(found.inside) and found.inside == last.inside
    is_next_cause = found.name == "cause" and group.has("fix") and not is_of_item
    if not group.has(found.name):
        return not is_next_cause or _is_beside(group.named("fix")[-1], found)
    same = group.named(found.name)[-1]
    return not is_next_cause and (_is_beside(same, found) or bool(found.level))


def _joins_error(group: _Group, found: Field, sections: list[Section]) -> bool:
    """Whether an error continues the one before, or is the first of its group."""
    last = group.fields[-1]
    if last.name == "error" and last.level and found.level and found.number is None:
        around = (last.section, sections[last.section].parent)
        return sections[found.section].parent in around and found.label != last.label
    named = group.named("error")
    is_titled = bool(named) and named[-1].level > 0 and not group.has("cause", "fix")
    is_list = found.depth == last.depth or (found.depth > 0 and found.label != last.label)
    is_next = found.number is not None or (found.label == last.label and not found.depth)
    is_more = (is_titled or (last.name == "error" and is_list)) and not is_next
    is_first = not group.has("error", "fix") and (
        not group.has("outcome") or _is_about_to_fail(group, found, sections)
    )
    if found.section != last.section:
        return is_first and not group.has(*_PARTS) and _is_within(last, found, sections)
    return is_first or is_more


def _is_about_to_fail(group: _Group, error: Field, sections: list[Section]) -> bool:
    """Whether the outcomes of a group, statuses or failed attempts, are those of the error."""
    first = group.fields[0]
    if first.inside and error.inside[: len(first.inside)] == first.inside:
        return True
    if group.has("cause") or not _is_within(first, error, sections):
        return False
    outcomes = group.named("outcome")
    return all("status" in each.label or is_open_outcome(each.value) for each in outcomes)


def _is_next_item(group: _Group, found: Field) -> bool:
    """Whether an entry that began in a list item has a field of the next one.

    That is an item that has several fields, or an item below another one.
    """
    same = group.named(found.name)
    before, after = same[-1].inside if same else (), found.inside
    if len(before) != len(after) or before == after:
        return False
    first = next((other.inside for other in group.fields if other.name in _PARTS), before)
    is_record = first == before and sum(other.inside == before for other in group.fields) > 1
    return is_record or (first[:-1] == before[:-1] != after[:-1])


def _is_next_record(group: _Group, found: Field) -> bool:
    """Whether an entry with fields in a list item and below it has a field of the next item."""
    depth = len(found.inside)
    records = {other.inside for other in group.fields if len(other.inside) == depth > 0}
    return len(group.fields[-1].inside) > depth and bool(records) and found.inside not in records


def _is_within(before: Field, after: Field, sections: list[Section]) -> bool:
    """Whether a field is beside another one, or is a heading of a section below it."""
    is_below = after.level > 0 and sections[after.section].parent == before.section
    return _is_beside(before, after) or (is_below and before.moment == after.moment)


def _is_beside(before: Field, after: Field) -> bool:
    """Whether there is neither a heading nor a time between two fields."""
    return before.section == after.section and before.moment == after.moment


def _is_near(group: _Group, found: Field, sections: list[Section]) -> bool:
    """Whether no heading between a group and a field separates them."""
    between = sections[group.fields[-1].section + 1 : found.section + 1]
    is_of_headings = bool(group.fields[0].level)
    for section in between:
        if section.level > group.level or (section.name and section.level == group.level):
            continue
        if section.level < group.level or section.date or not is_of_headings:
            return False
    return True


def _is_entry(group: _Group, *, has_signature: bool) -> bool:
    if group.fields[0].row is not None and not _is_recorded_row(group):
        return False
    strong = {found.name for found in group.fields if found.label not in WEAK_LABELS}
    if strong.intersection(_PARTS):
        return True
    labelled = {found.name for found in group.fields if found.label not in RUNBOOK_LABELS}
    weak = labelled.intersection(_PARTS)
    return len(weak) > 1 or ("fix" in weak and has_signature)


def _is_recorded_row(group: _Group) -> bool:
    """Whether a row has a cause, a fix, or an outcome that says whether the error is fixed."""
    outcomes = (found.value for found in group.named("outcome"))
    return group.has("cause", "fix") or any(map(says_state, outcomes))


def _entries(path: str, group: _Group, sections: list[Section], head: _Head) -> Iterator[LogEntry]:
    """The entry of a group, or several if its numbered lists are paired."""
    errors = group.named("error")
    count = len(split_items(errors[0].value)) if len(errors) == 1 else 0
    lists = [split_items(found.value) for found in group.fields] if count > 1 else []
    if sum(len(items) == count for items in lists) < _PAIR:
        yield _entry(path, group.fields, sections, head)
        return
    for index in range(count):
        fields = [
            found._replace(value=items[index]) if len(items) == count else found
            for found, items in zip(group.fields, lists, strict=True)
        ]
        yield _entry(path, fields, sections, head)


def _is_observation(fields: Iterable[Field]) -> bool:
    return any(found.label == "observation" for found in fields)


def _entry(path: str, fields: list[Field], sections: list[Section], head: _Head) -> LogEntry:
    texts: dict[str, str] = {}
    signature = None
    for found in fields:
        if found.name == "signature":
            signature = signature or split_signature(found.value)[0]
        elif found.name in texts:
            texts[found.name] += f"\n\n{found.value}"
        else:
            texts[found.name] = found.value
    first = fields[0]
    section_date = _date(first, sections)
    of_all = head.values if section_date is None else {}
    outcome = texts.get("outcome") or of_all.get("outcome")
    last = next((f.value for f in reversed(fields) if f.name == "outcome"), outcome)
    is_open = last is not None and is_open_outcome(last)
    return LogEntry(
        location=Location(
            path=path,
            line=min(found.line for found in fields),
            end_line=max(found.end_line for found in fields),
        ),
        title=_title(first, sections),
        error=texts.get("error"),
        context=texts.get("context") or of_all.get("context"),
        cause=texts.get("cause"),
        fix=texts.get("fix"),
        outcome=outcome,
        signature=signature or head.signature,
        date=first.date or section_date or find_date(posixpath.dirname(path)),
        anchor=sections[first.section].anchor,
        is_fixed=not is_open and ("fix" in texts or outcome is not None),
        is_observation=outcome is None and "fix" not in texts and _is_observation(fields),
    )


def _title(first: Field, sections: list[Section]) -> str:
    """The nearest title above that is not a label; '' for the title of the page."""
    if first.title:
        return first.title
    for section in _enclosing(first, sections):
        if not section.name or "(" in section.text:
            return section.text if section.level > 1 else ""
    return ""


def _date(first: Field, sections: list[Section]) -> str | None:
    """The date of the nearest enclosing heading with one."""
    return next((found.date for found in _enclosing(first, sections) if found.date), None)


def _enclosing(first: Field, sections: list[Section]) -> Iterator[Section]:
    """The sections around a field, the innermost first."""
    index: int | None = first.section
    while index is not None:
        yield sections[index]
        index = sections[index].parent
