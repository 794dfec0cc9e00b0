"""Metadata files to tasks, and a problem for everything in them that is not what it should be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mkdocs_plantrace import rules
from mkdocs_plantrace.model import FieldValue, Location, Mapping, Status, Task, Text
from mkdocs_plantrace.problems import Problem
from mkdocs_plantrace.reading import yaml_nodes
from mkdocs_plantrace.reading.places import Places
from mkdocs_plantrace.reading.source import UnreadableFileError, read_text
from mkdocs_plantrace.rules import Rule, Severity
from mkdocs_plantrace.settings import Settings, fold_status

MAX_BYTES = 256 * 1024
_REQUIRED = ("id", "title", "status", "phase")
_LISTS = ("depends_on", "blocks", "troubleshooting", "decisions", "evidence", "must_read")
_PLAIN_LISTS = (
    *("work", "acceptance_criteria", "failure_modes", "touches", "invariants", "verification"),
)
_FIRST = (
    *("priority", "intent", "work", "acceptance_criteria", "failure_modes", "touches"),
    *("invariants", "verification", "evidence", "must_read", "notes"),
)
_NOTHING = frozenset({"none", "n/a", "nothing", "-"})
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_EXPONENT = re.compile(r"[-+]?\d+[eE][-+]?\d+")
"""A number to YAML 1.2, though PyYAML, which speaks YAML 1.1, takes it for text."""
_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataFile:
    """What one metadata file gave: a task, or None when it has no id or cannot be read.

    `words` are then the words of its text, as far as it has one: whatever they name may well
    be named by the task that is missing, so nobody should complain that nothing names it.
    """

    path: str
    task: Task | None
    problems: tuple[Problem, ...]
    words: frozenset[str] = frozenset()


def read_metadata(root: Path, path: str, settings: Settings) -> MetadataFile:
    """Read the metadata file at `path`, relative to `root`; never raises for what is in it."""
    try:
        text = read_text(root / path, limit=MAX_BYTES)
    except UnreadableFileError as error:
        where = Location(path=path, line=error.line, end_line=error.line)
        return _unreadable(path, "", where, error.reason)
    return parse_metadata(path, text, settings)


def parse_metadata(path: str, text: str, settings: Settings) -> MetadataFile:
    """Like `read_metadata`, for a text already read."""
    places = Places(path, text)
    try:
        root = yaml_nodes.compose(text)
        if root is not None:
            yaml_nodes.refuse_bombs(root)
    except yaml_nodes.UnreadableError as error:
        where = places.at(error.offset, error.offset)
        return _unreadable(path, text, where, error.reason)
    if not isinstance(root, MappingNode):
        found = "is empty" if root is None else f"holds {yaml_nodes.describe(root)}, not a mapping"
        return _unreadable(path, text, places.at(0, 0), found)
    reader = _Reader(path, places, settings, root)
    task = reader.task()
    words = frozenset() if task else _words(text)
    return MetadataFile(path=path, task=task, problems=tuple(reader.problems), words=words)


def refused_metadata(path: str, rule: Rule, message: str) -> MetadataFile:
    """A metadata file that was not read, with the reason at its start."""
    problem = Problem(
        rule=rule,
        severity=rule.default or Severity.ERROR,
        location=Location(path=path),
        message=message,
    )
    return MetadataFile(path=path, task=None, problems=(problem,), words=_folders_of(path))


def _unreadable(path: str, text: str, where: Location, reason: str) -> MetadataFile:
    problem = Problem(
        rule=rules.INVALID_YAML,
        severity=Severity.ERROR,
        location=where,
        message=f"this metadata file {reason}"
        if reason.startswith(("is ", "holds ", "cannot "))
        else reason,
        target="",
    )
    words = _words(text) | _folders_of(path)
    return MetadataFile(path=path, task=None, problems=(problem,), words=words)


def _folders_of(path: str) -> frozenset[str]:
    """The ids that the task of a file may have, judging by the folders it lies in."""
    folders = path.split("/")[:-1]
    return frozenset("/".join(folders[start:]) for start in range(len(folders)))


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\s'\",\[\]{}]+", text))


class _Reader:
    """Reads one mapping; `problems` grows as fields are read."""

    def __init__(self, path: str, places: Places, settings: Settings, root: MappingNode) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._places = places
        self._settings = settings
        self._root = root
        self._nodes = {
            key.value: (key, value)
            for key, value in reversed(yaml_nodes.entries(root))
            if isinstance(key, ScalarNode)
        }
        self._id: str | None = None

    def task(self) -> Task | None:
        self._id = self._read_id()
        self._find_duplicate_keys(self._root)
        self._find_missing()
        title, phase, owner = (self._words(name) for name in ("title", "phase", "owner"))
        status = self._read_status()
        plan, log = self._read_path("plan"), self._read_path("log")
        lists = {name: self._read_list(name) for name in _LISTS}
        archived = self._read_flag("archived")
        fields = tuple(self._display())
        if not self._id:
            return None
        return Task(
            id=self._id,
            id_location=self._locate(self._value("id")),
            title=title,
            status=status,
            phase=phase,
            owner=owner,
            path=self.path,
            plan=plan,
            log=log,
            archived=archived,
            empty_fields=tuple(
                (name, self._locate(key))
                for name, (key, value) in self._nodes.items()
                if isinstance(value, ScalarNode) and not value.value.strip()
            ),
            fields=fields,
            **lists,
        )

    def _key(self, name: str) -> str:
        return self._settings.fields.get(name, name)

    def _value(self, name: str) -> Node:
        return self._nodes[self._key(name)][1]

    def _present(self, name: str) -> Node | None:
        """The value of a field, None if the field is absent or empty."""
        pair = self._nodes.get(self._key(name))
        if pair is None or yaml_nodes.is_null(pair[1]):
            return None
        node: Node = pair[1]
        if isinstance(node, ScalarNode) and not node.value.strip():
            return None
        return node

    def _locate(self, node: Node) -> Location:
        end: int = node.end_mark.index
        if isinstance(node, ScalarNode) and node.style is None:
            end = max(node.start_mark.index, end)
        return self._places.at(node.start_mark.index, end)

    def _report(
        self, rule: Rule, node: Node, message: str, hint: str | None = None, target: str = ""
    ) -> None:
        where = self._locate(node)
        self.problems.append(
            Problem(
                rule=rule,
                severity=rule.default or Severity.ERROR,
                location=where,
                message=message,
                hint=hint,
                task=self._id,
                target=target,
            )
        )

    def _read_id(self) -> str | None:
        node = self._present("id")
        if node is None:
            return None
        key = self._key("id")
        if not isinstance(node, ScalarNode) or yaml_nodes.is_foreign(node):
            message = f"{key} holds {yaml_nodes.describe(node)}, not text"
            self._report(rules.WRONG_TYPE, node, message, None, key)
            return _clean(node.value.strip()) if isinstance(node, ScalarNode) else None
        text = _clean(node.value.strip())
        if yaml_nodes.is_text(node):
            other = "a number" if node.style is None and _EXPONENT.fullmatch(text) else None
        else:
            is_number = node.tag.endswith(":int") and _WHOLE_NUMBER.fullmatch(text)
            other = None if is_number else yaml_nodes.describe(node)
        if other:
            message = f"{key} '{text}' is {other} to YAML, not this text"
            self._report(rules.WRONG_TYPE, node, message, f"write '{text}' in quotes", key)
        return text

    def _find_duplicate_keys(self, node: Node) -> None:
        stack = [node]
        seen_nodes: set[int] = set()
        while stack:
            current = stack.pop()
            if id(current) in seen_nodes:  # an alias: reported where it was written
                continue
            seen_nodes.add(id(current))
            stack.extend(yaml_nodes.children(current))
            if isinstance(current, MappingNode):
                self._find_duplicates_in(current)

    def _find_duplicates_in(self, mapping: MappingNode) -> None:
        first: dict[str, Node] = {}
        for key, _ in mapping.value:
            if not isinstance(key, ScalarNode):
                continue
            earlier = first.setdefault(key.value, key)
            if earlier is not key:
                line = self._locate(earlier).line
                message = f"key {key.value!r} was already written in line {line}"
                self._report(rules.DUPLICATE_KEY, key, message, None, key.value)

    def _find_missing(self) -> None:
        known = {self._key(name) for name in self._settings.fields}
        others = [key for key in self._nodes if key not in known]
        for name in _REQUIRED:
            if self._present(name) is not None:
                continue
            key = self._key(name)
            close = difflib.get_close_matches(key, others, n=1, cutoff=0.75)
            hint = f"is {close[0]!r} meant to be {key!r}?" if close else None
            where = self._nodes[key][0] if key in self._nodes else self._start()
            fact = "is empty" if key in self._nodes else "is missing"
            self._report(rules.MISSING_FIELD, where, f"field {key!r} {fact}", hint, key)

    def _start(self) -> Node:
        """The first key, which stands for the file as a whole; the mapping if it is empty."""
        return self._root.value[0][0] if self._root.value else self._root

    def _scalar(self, name: str) -> ScalarNode | None:
        """A field that must be one value; lists and mappings are reported and count as absent.

        A value with a tag of its own is reported and counts as its text.
        """
        node = self._present(name)
        if node is None:
            return None
        if not isinstance(node, ScalarNode) or yaml_nodes.is_foreign(node):
            key = self._key(name)
            message = f"{key} holds {yaml_nodes.describe(node)}, not text"
            self._report(rules.WRONG_TYPE, node, message, None, key)
        return node if isinstance(node, ScalarNode) else None

    def _words(self, name: str) -> str:
        """The text of a field with white space folded, '' if it has none."""
        node = self._scalar(name)
        return _clean(" ".join(node.value.split())) if node else ""

    def _read_status(self) -> Status:
        node = self._scalar("status")
        if node is None:
            return Status(text="", kind=None)
        text = _clean(" ".join(node.value.split()))
        kind = self._settings.statuses.get(fold_status(text))
        if kind is None:
            known = sorted(self._settings.statuses)
            close = difflib.get_close_matches(fold_status(text), known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
            message = f"no kind of status claims {text!r}"
            self._report(rules.UNKNOWN_STATUS, node, message, hint, text)
        return Status(text=text, kind=kind)

    def _read_path(self, name: str) -> Text | None:
        node = self._scalar(name)
        return self._text(node) if node else None

    def _text(self, node: ScalarNode) -> Text:
        return Text(value=node.value.strip(), location=self._locate(node))

    def _read_flag(self, name: str) -> bool:
        node = self._scalar(name)
        if node is None:
            return False
        if not node.tag.endswith(":bool"):
            key = self._key(name)
            message = f"{key} holds {yaml_nodes.describe(node)}, not true or false"
            self._report(rules.WRONG_TYPE, node, message, None, key)
            return False
        return bool(node.value.lower() in ("true", "yes", "on"))

    def _read_list(self, name: str) -> tuple[Text, ...]:
        node = self._present(name)
        if node is None:
            return ()
        key = self._key(name)
        if isinstance(node, ScalarNode):
            if node.value.strip().lower() in _NOTHING:
                self._report_text_for_list(key, node, "write an empty list: []")
                return ()
            entries = tuple(self._split(node))
            hint = f"write [{', '.join(entry.value for entry in entries)}]"
            self._report_text_for_list(key, node, hint)
            return entries
        if not isinstance(node, SequenceNode):
            message = f"{key} holds {yaml_nodes.describe(node)}, not a list"
            self._report(rules.WRONG_TYPE, node, message, None, key)
            return ()
        return tuple(self._items(key, node))

    def _report_text_for_list(self, key: str, node: ScalarNode, hint: str) -> None:
        message = f"{key} holds {yaml_nodes.describe(node)}, not a list"
        self._report(rules.WRONG_TYPE, node, message, hint, key)

    def _split(self, node: ScalarNode) -> Iterator[Text]:
        """The entries of a list written as text: the places are those of the whole value."""
        for word in re.split(r"[,\s]+", node.value.strip()):
            if word:
                yield Text(value=word, location=self._locate(node))

    def _items(self, key: str, node: SequenceNode) -> Iterator[Text]:
        for item in node.value:
            if isinstance(item, SequenceNode):
                message = f"an entry of {key} is a list, not text"
                self._report(rules.WRONG_TYPE, item, message, "write its entries one by one", key)
                yield from self._items(key, item)
            elif isinstance(item, MappingNode):
                yield from self._mapped_item(key, item)
            elif yaml_nodes.is_foreign(item):
                message = f"an entry of {key} is {yaml_nodes.describe(item)}, not text"
                self._report(rules.WRONG_TYPE, item, message, None, key)
            elif item.value.strip():
                yield self._text(item)

    def _mapped_item(self, key: str, item: MappingNode) -> Iterator[Text]:
        """An entry of `evidence` may be a mapping with a `path`; no other entry may."""
        paths = [
            value
            for name, value in yaml_nodes.entries(item)
            if name.value == "path" and isinstance(value, ScalarNode)
        ]
        if key == self._key("evidence") and paths:
            yield self._text(paths[0])
            return
        message = f"an entry of {key} is a mapping, not text"
        self._report(rules.WRONG_TYPE, item, message, None, key)

    def _display(self) -> Iterator[tuple[str, FieldValue]]:
        for name in _PLAIN_LISTS:
            node = self._present(name)
            if isinstance(node, ScalarNode):
                self._report_text_for_list(name, node, "write it as an entry, after '- '")
            elif isinstance(node, MappingNode):
                self._report(
                    rules.WRONG_TYPE, node, f"{name} holds a mapping, not a list", None, name
                )
        shown_elsewhere = {
            self._key(name)
            for name in self._settings.fields
            if name not in ("evidence", "must_read")
        }
        first = [self._key(name) for name in _FIRST]
        rest = [
            key.value
            for key, _ in yaml_nodes.entries(self._root)
            if isinstance(key, ScalarNode) and key.value not in first
        ]
        for key in dict.fromkeys([*first, *rest]):
            if key in self._nodes and key not in shown_elsewhere:
                self._report_foreign(key)
                yield key, _value(self._nodes[key][1])

    def _report_foreign(self, key: str) -> None:
        node = self._nodes[key][1]
        if yaml_nodes.is_foreign(node) and key not in _PLAIN_LISTS:
            message = f"{key} holds {yaml_nodes.describe(node)}, not text"
            self._report(rules.WRONG_TYPE, node, message, None, key)


def _value(node: Node) -> FieldValue:
    if isinstance(node, SequenceNode):
        return tuple(_value(item) for item in node.value)
    if isinstance(node, MappingNode):
        pairs = yaml_nodes.entries(node)
        return Mapping(entries=tuple((_flat(_value(key)), _value(item)) for key, item in pairs))
    return "" if yaml_nodes.is_null(node) else _clean(node.value)


def _clean(text: str) -> str:
    """Text without the control characters and half characters that YAML escapes can make."""
    return _UNPRINTABLE.sub("\ufffd", text)


def _flat(value: FieldValue) -> str:
    """A key that is itself a list or a mapping, as one line of text."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_flat(item)}" for key, item in value.entries)
    return ", ".join(_flat(item) for item in value)
