"""The fields of one mapping: typed access that reports wrong types."""

import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.model.location import Location, Text
from mkdocs_plantrace.model.problem import Problem, create_problem
from mkdocs_plantrace.model.rule import Rule
from mkdocs_plantrace.model.task import FieldValue, Items, Mapping, Promise
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.metadata.metadata_rules import WRONG_TYPE
from mkdocs_plantrace.parsing.yaml import yaml_nodes

_LONGEST_TARGET = 200
_NOTHING = frozenset({"none", "n/a", "nothing", "-"})
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt\s].*)?", re.DOTALL)
"""A day, perhaps with a time."""
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class FieldReader:
    """Reads the fields of one mapping by their names in the settings.

    `problems` grows as fields are read; they get the `task_id` that is set at that time.
    """

    def __init__(self, path: str, places: LineIndex, settings: Settings, root: MappingNode) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.places = places
        self.settings = settings
        self.root = root
        self.nodes = {
            key.value: (key, value)
            for key, value in reversed(yaml_nodes.entries(root))
            if isinstance(key, ScalarNode)
        }
        self.task_id: str | None = None
        self.misread: dict[str, Node] = {}

    def key(self, name: str) -> str:
        return self.settings.fields.get(name, name)

    def present(self, name: str) -> Node | None:
        """Return the value of a field, None if it is absent or empty."""
        pair = self.nodes.get(self.key(name))
        return None if pair is None or yaml_nodes.is_empty(pair[1]) else pair[1]

    def locate(self, node: Node) -> Location:
        """Return the location of a node; a block ends with its last line."""
        return self.places.at(node.start_mark.index, node.end_mark.index)

    def report(
        self, rule: Rule, node: Node, message: str, hint: str | None = None, target: str = ""
    ) -> None:
        """Add a problem at a node; `target` is part of its fingerprint.

        The target of a wrong type includes the value, so that another value is another problem.
        """
        if rule is WRONG_TYPE:
            value = node.value[:_LONGEST_TARGET] if isinstance(node, ScalarNode) else ""
            target = f"{message} {value}".rstrip()
        self.report_at(rule, self.locate(node), message, hint, target)

    def report_at(
        self, rule: Rule, where: Location, message: str, hint: str | None = None, target: str = ""
    ) -> None:
        self.problems.append(
            create_problem(rule, where, message, hint=hint, task=self.task_id, target=target)
        )

    def scalar(self, name: str) -> ScalarNode | None:
        """Read a single value; lists and mappings are reported and count as absent.

        A value with a custom tag is reported and read as text.
        """
        node = self.present(name)
        if node is None:
            return None
        if not isinstance(node, ScalarNode) or yaml_nodes.has_custom_tag(node):
            self.report_type(self.key(name), node, "text")
        return node if isinstance(node, ScalarNode) else None

    def words(self, name: str) -> str:
        """Read a text with normalized white space, '' if it is absent."""
        node = self.scalar(name)
        return clean_text(" ".join(node.value.split())) if node else ""

    def read_path(self, name: str) -> Text | None:
        """Read a path as in the file; a list with one entry is accepted.

        Anything else is reported, and added to `misread`.
        """
        node = self.scalar(name)
        written = self.present(name)
        if node is None and written is not None:
            node = _only_entry(written)
            if node is None:
                self.misread[name] = written
        return self._text(node) if node else None

    def _text(self, node: ScalarNode) -> Text:
        return Text(value=node.value.strip(), location=self.locate(node))

    def read_flag(self, name: str) -> bool:
        """Read true or false; anything else is reported and false."""
        node = self.scalar(name)
        if node is None:
            return False
        if not node.tag.endswith(":bool"):
            self.report_type(self.key(name), node, "true or false")
            return False
        return bool(node.value.lower() in ("true", "yes", "on"))

    def read_date(self, name: str) -> str:
        """Read a day, ISO 8601; a time after it is left out. Anything else is reported and ''."""
        node = self.scalar(name)
        if node is None:
            return ""
        text = node.value.strip()
        day = _DAY.fullmatch(text)
        with suppress(ValueError):  # such as 2026-02-30
            if day:
                return date.fromisoformat(day[1]).isoformat()
        message = f"{self.key(name)} {clean_text(text)!r} is not a date"
        self.report(WRONG_TYPE, node, message, "write year, month and day, as 2026-03-05")
        return ""

    def read_list(self, name: str) -> tuple[Text, ...]:
        """Read a list; words in nested lists or in one text are reported and used."""
        node = self.present(name)
        if node is None:
            return ()
        key = self.key(name)
        if isinstance(node, ScalarNode):
            if node.value.strip().lower() in _NOTHING:
                self.report_type(key, node, "a list", "write an empty list: []")
                return ()
            entries = tuple(self._split(node))
            hint = f"write [{', '.join(entry.value for entry in entries)}]"
            self.report_type(key, node, "a list", hint)
            return entries
        if not isinstance(node, SequenceNode):
            self.report_type(key, node, "a list")
            return ()
        return tuple(self._items(key, node))

    def report_type(self, key: str, node: Node, expected: str, hint: str | None = None) -> None:
        message = f"{key} holds {yaml_nodes.describe(node)}, not {expected}"
        self.report(WRONG_TYPE, node, message, hint)

    def _split(self, node: ScalarNode) -> Iterator[Text]:
        """The entries of a list written as text, all with the location of the whole value."""
        for word in re.split(r"[,\s]+", node.value.strip()):
            if word:
                yield Text(value=word, location=self.locate(node))

    def _items(self, key: str, node: SequenceNode) -> Iterator[Text]:
        for item in node.value:
            if isinstance(item, SequenceNode):
                message = f"an entry of {key} is a list, not text"
                self.report(WRONG_TYPE, item, message, "write its entries one by one")
                yield from self._items(key, item)
            elif isinstance(item, MappingNode) or yaml_nodes.has_custom_tag(item):
                message = f"an entry of {key} is {yaml_nodes.describe(item)}, not text"
                self.report(WRONG_TYPE, item, message)
            elif item.value.strip():
                yield self._text(item)

    def read_evidence(self) -> tuple[Promise, ...]:
        """The entries of `evidence`: paths, or mappings with `path` and `must_include`."""
        node = self.present("evidence")
        if not isinstance(node, SequenceNode):
            return tuple(Promise(path=text) for text in self.read_list("evidence"))
        return tuple(
            promise for item in node.value for promise in self._promises(self.key("evidence"), item)
        )

    def _promises(self, key: str, item: Node) -> Iterator[Promise]:
        pairs = yaml_nodes.entries(item) if isinstance(item, MappingNode) else ()
        entries = {name.value: value for name, value in pairs if isinstance(name, ScalarNode)}
        path = entries.get("path")
        if isinstance(path, ScalarNode) and path.value.strip():
            wanted = entries.get("must_include")
            yield Promise(path=self._text(path), must_include=tuple(self._wanted(wanted)))
        elif isinstance(item, ScalarNode) and item.value.lstrip().startswith("{"):
            message = f"an entry of {key} is a mapping written as text"
            self.report(WRONG_TYPE, item, message, "remove the quotes around it")
        else:
            single = SequenceNode(item.tag, [item], item.start_mark, item.end_mark)
            yield from (Promise(path=text) for text in self._items(key, single))

    def _wanted(self, node: Node | None) -> Iterator[Text]:
        if node is None or yaml_nodes.is_null(node):
            return
        if isinstance(node, SequenceNode):
            yield from self._items("must_include", node)
            return
        self.report_type("must_include", node, "a list")
        if isinstance(node, ScalarNode):
            yield from self._split(node)


def _only_entry(node: Node) -> ScalarNode | None:
    entry = node.value[0] if isinstance(node, SequenceNode) and len(node.value) == 1 else None
    is_path = isinstance(entry, ScalarNode) and yaml_nodes.is_text(entry) and entry.value.strip()
    return entry if is_path else None


def display_value(node: Node) -> FieldValue:
    """Convert a node for display: text as in the file, null as ''."""
    if isinstance(node, SequenceNode):
        return Items(tuple([display_value(item) for item in node.value]))
    if isinstance(node, MappingNode):
        pairs = yaml_nodes.entries(node)
        return Mapping(tuple([(_show_key(key), display_value(item)) for key, item in pairs]))
    return "" if yaml_nodes.is_null(node) else clean_text(node.value)


def clean_text(text: str) -> str:
    """Replace the control characters and surrogates that YAML escapes can produce."""
    return text if text.isprintable() else _UNPRINTABLE.sub("\ufffd", text)


def _show_key(node: Node) -> str:
    return sys.intern(_flat(display_value(node)))


def _flat(value: FieldValue) -> str:
    """A key that is itself a list or a mapping, as one line of text."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_flat(item)}" for key, item in value.entries)
    return ", ".join(_flat(item) for item in value.values)
