"""Metadata files to tasks, with a problem for every error in them."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from mkdocs_plantrace.config.fields import KNOWN_FIELDS, Shape
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule
from mkdocs_plantrace.model.task import FieldValue, Status, Task
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.metadata.field_reader import FieldReader, clean_text, display_value
from mkdocs_plantrace.parsing.metadata.json_schema import MetadataSchema
from mkdocs_plantrace.parsing.metadata.keys import (
    find_duplicate_keys,
    find_odd_keys,
    find_stray_tabs,
)
from mkdocs_plantrace.parsing.metadata.metadata_rules import (
    INVALID_YAML,
    MISSING_FIELD,
    SCHEMA,
    UNKNOWN_STATUS,
    WRONG_TYPE,
)
from mkdocs_plantrace.parsing.yaml import yaml_nodes
from mkdocs_plantrace.utils.did_you_mean import find_closest, format_suggestion
from mkdocs_plantrace.utils.text_file import UnreadableFileError, read_text

MAX_BYTES = 256 * 1024
_REQUIRED = tuple(field.name for field in KNOWN_FIELDS if field.is_required)
_PLAIN_LISTS = tuple(f.key for f in KNOWN_FIELDS if not f.name and f.shape is Shape.LIST)
_SHOWN = ("evidence", "must_read", "blocked_reason", "blocked_since")
"""Fields that rules read and that the page of a task shows as well."""
_FIRST = tuple(f.name or f.key for f in KNOWN_FIELDS if not f.name or f.name in _SHOWN)
_EXPONENT = re.compile(r"[-+]?\d+[eE][-+]?\d+")
"""A number in YAML 1.2, but text in YAML 1.1 and PyYAML."""
_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]*")


class MetadataFile(Struct, frozen=True, kw_only=True, gc=False):
    """The result of one metadata file; `task` is None without an id.

    `words` are then the words of its text. The missing task may refer to anything that they name,
    so no rule reports that nothing refers to it. Of a task, they are the words of invalid paths,
    and the ids of tasks that have no file yet.
    """

    path: str
    task: Task | None
    problems: tuple[Problem, ...]
    words: frozenset[str] = frozenset()


def read_metadata(
    root: Path | str,
    path: str,
    settings: Settings,
    schema: MetadataSchema | None = None,
) -> MetadataFile:
    """Read the metadata file at a root-relative path; never raises for its content.

    Raises UnusableFileError for a `schema` that refers to another file.
    """
    try:
        text = read_text(os.path.join(root, path), limit=MAX_BYTES)
    except UnreadableFileError as error:
        where = Location(path=path, line=error.line, end_line=error.line)
        return make_unreadable(path, "", where, error.reason)
    return parse_metadata(path, text, settings, schema)


def parse_metadata(
    path: str,
    text: str,
    settings: Settings,
    schema: MetadataSchema | None = None,
) -> MetadataFile:
    """Like `read_metadata`, for a text."""
    places = LineIndex(path, text)
    try:
        root = yaml_nodes.require_mapping(yaml_nodes.read(text))
    except yaml_nodes.UnreadableError as error:
        where = places.at(error.offset, error.offset)
        return make_unreadable(path, text, where, error.reason)
    reader = TaskReader(path, places, settings, root)
    task = reader.task()
    find_odd_keys(reader, schema.declared if schema else frozenset())
    find_stray_tabs(reader, text)
    if schema and settings.severity_of(SCHEMA):
        for node, message, target in schema.violations(root):
            reader.report(SCHEMA, node, message, target=target)
    if task:
        invalid = yaml_nodes.walk_nodes(*reader.misread.values())
        words = frozenset(node.value.strip() for node in invalid if isinstance(node, ScalarNode))
    else:
        words = _words(text)
    return MetadataFile(path=path, task=task, problems=tuple(reader.problems), words=words)


def parse_status(path: str, text: str, settings: Settings) -> tuple[str, Status] | None:
    """Parse only the id and the status of a task; None if it cannot be read."""
    try:
        root = yaml_nodes.require_mapping(yaml_nodes.read(text))
    except yaml_nodes.UnreadableError:
        return None
    return TaskReader(path, LineIndex(path, text), settings, root).read_status()


def create_unreadable(
    path: str, rule: Rule, message: str, where: Location | None = None, hint: str | None = None
) -> MetadataFile:
    """The result of a metadata file that cannot be read, with the problem."""
    problem = create_problem(rule, where or Location(path=path), message, hint=hint)
    return MetadataFile(path=path, task=None, problems=(problem,), words=_ids_from_folders(path))


def make_unreadable(path: str, text: str, where: Location, reason: str) -> MetadataFile:
    """The result of a file whose text cannot be used; its words may name anything."""
    is_about_file = reason.startswith(("is ", "holds ", "cannot "))
    message = f"this metadata file {reason}" if is_about_file else reason
    hint = "indent with spaces" if "\\t" in reason or " tab " in reason else None
    file = create_unreadable(path, INVALID_YAML, message, where, hint)
    return replace(file, words=file.words | _words(text))


def _ids_from_folders(path: str) -> frozenset[str]:
    """The ids that the task of a file may have according to its folders."""
    folders = path.split("/")[:-1]
    return frozenset("/".join(folders[start:]) for start in range(len(folders)))


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\s'\",\[\]{}]+", text))


class TaskReader(FieldReader):
    """Reads a task; `required` are the fields that must be there."""

    required: tuple[str, ...] = _REQUIRED

    def task(self) -> Task | None:
        """Read all fields; None without an id."""
        self.task_id = self._read_id()
        find_duplicate_keys(self)
        self._find_missing()
        task = Task(
            id=self.task_id or "",
            id_location=self.locate(self.present("id") or self.root),
            title=self.words("title"),
            phase=self.words("phase"),
            owners=self._read_owners(),
            status=self._read_status(),
            path=self.path,
            plan=self.read_path("plan"),
            log=self.read_path("log"),
            depends_on=self.read_list("depends_on"),
            blocks=self.read_list("blocks"),
            troubleshooting=self.read_list("troubleshooting"),
            decisions=self.read_list("decisions"),
            must_read=self.read_list("must_read"),
            evidence=self.read_evidence(),
            archived=self.read_flag("archived"),
            blocked_reason=self.words("blocked_reason"),
            blocked_since=self.read_date("blocked_since"),
            misread=frozenset(self.misread),
            empty_fields=tuple(
                (name, self.locate(key))
                for name, (key, value) in self.nodes.items()
                if yaml_nodes.is_empty(value)
            ),
            fields=tuple(self._shown()),
        )
        return task if self.task_id else None

    def read_status(self) -> tuple[str, Status] | None:
        """Read the id and the status alone; None without an id."""
        task_id = self._read_id()
        return (task_id, self._read_status()) if task_id else None

    def _read_id(self) -> str | None:
        node = self.present("id")
        if node is None:
            return None
        key = self.key("id")
        if not isinstance(node, ScalarNode) or yaml_nodes.has_custom_tag(node):
            self.report_type(key, node, "text")
            return clean_text(node.value.strip()) if isinstance(node, ScalarNode) else None
        text = clean_text(node.value.strip())
        if yaml_nodes.is_text(node):
            other = "a number" if node.style is None and _EXPONENT.fullmatch(text) else None
        else:
            is_number = node.tag.endswith(":int") and _WHOLE_NUMBER.fullmatch(text)
            other = None if is_number else yaml_nodes.describe(node)
        if other:
            message = f"YAML reads {key} '{text}' as {other}, not as text"
            self.report(WRONG_TYPE, node, message, f"write '{text}' in quotes")
        return text

    def _find_missing(self) -> None:
        for name in self.required:
            if self.present(name) is not None:
                continue
            key = self.key(name)
            known = self.settings.fields.values()
            others = [key for key in self.nodes if key not in known]
            close = find_closest(key, others)
            hint = f"should {close!r} be {key!r}?" if close else None
            start = self.root.value[0][0] if self.root.value else self.root
            where = self.nodes[key][0] if key in self.nodes else start
            fact = "is empty" if key in self.nodes else "is missing"
            self.report(MISSING_FIELD, where, f"field {key!r} {fact}", hint, key)

    def _read_owners(self) -> tuple[str, ...]:
        if isinstance(self.present("owner"), SequenceNode):
            return tuple(
                clean_text(" ".join(name.value.split())) for name in self.read_list("owner")
            )
        owner = self.words("owner")
        return (owner,) if owner else ()

    def _read_status(self) -> Status:
        node = self.scalar("status")
        if node is None:
            return Status(text="", kind=None)
        text = clean_text(" ".join(node.value.split()))
        kind = self.settings.statuses.get(normalize_status(text))
        if kind is None:
            known = sorted(self.settings.statuses)
            hint = format_suggestion(find_closest(normalize_status(text), known))
            hint = hint or f"expected one of {', '.join(known)}"
            message = f"unknown status {text!r}"
            self.report(UNKNOWN_STATUS, node, message, hint, text)
        return Status(text=text, kind=kind)

    def _shown(self) -> Iterator[tuple[str, FieldValue]]:
        """The fields for the page of the task, with what is wrong in them."""
        for name in _PLAIN_LISTS:
            node = self.present(name)
            if isinstance(node, ScalarNode):
                self.report_type(name, node, "a list", "write it as an entry, after '- '")
            elif isinstance(node, MappingNode):
                self.report_type(name, node, "a list")
        fields = self.settings.fields.items()
        shown_elsewhere = {key for name, key in fields if name not in _SHOWN}
        entries = yaml_nodes.entries(self.root)
        written = (key.value for key, _ in entries if isinstance(key, ScalarNode))
        for key in dict.fromkeys([*map(self.key, _FIRST), *written]):
            if key in self.nodes and key not in shown_elsewhere:
                node = self.nodes[key][1]
                if yaml_nodes.has_custom_tag(node) and key not in _PLAIN_LISTS:
                    self.report_type(key, node, "text")
                yield sys.intern(key), display_value(node)
