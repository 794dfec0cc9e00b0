"""What an editor asks about a place in a file: definition, references, hover, completion, fixes.

Places in the file that is edited come from its text, which may be newer than the last check.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from posixpath import dirname, relpath
from typing import NamedTuple

from mkdocs_plantrace.checks.live_project import CheckedProject
from mkdocs_plantrace.checks.plan_rules import MISSING
from mkdocs_plantrace.config.fields import KNOWN_FIELDS
from mkdocs_plantrace.config.vocabulary import LOG_FIELDS, normalize_status
from mkdocs_plantrace.model.document import Document, DocumentKind
from mkdocs_plantrace.model.link import Node, NodeKind
from mkdocs_plantrace.model.location import Location
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.task import Task
from mkdocs_plantrace.parsing.line_index import split_lines
from mkdocs_plantrace.parsing.markdown.page import parse_page
from mkdocs_plantrace.parsing.yaml.yaml_edits import as_scalar
from mkdocs_plantrace.project.loader import find_default_sources
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.did_you_mean import parse_suggestion
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.order import id_order
from mkdocs_plantrace.utils.paths import MARKDOWN_SUFFIXES
from mkdocs_plantrace.utils.text_file import UnreadableFileError

MOST_ANSWERS = 200
_WORD = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s'\",\[\](){}<>`|]+")
_WORD_BEFORE = re.compile(r"[^\s'\",\[\](){}<>`|:]*$")
_KEY = re.compile(r"([A-Za-z_][\w-]*)\s*:(?:\s|$)")
_KEY_BEFORE = re.compile(r"[A-Za-z_]\w*$|$")
_LINK_BEFORE = re.compile(r"\]\(<?([^)\s>]*)$|^\s*(?:[-*]\s+)?\**Plan:\**\s+(\S*)$")
_LABEL_BEFORE = re.compile(r"\s*[-*+]\s+\**(\w[\w ]*)?$")
_ID_BEFORE = re.compile(r"(?<![\w./-])\w[\w./-]+$")
_UPWARDS = re.compile(r"^(?:\.\.?/)+")
_RENAME = re.compile(r"should '(\w+)' be '(\w+)'\?")
_ADDITION = re.compile(r"add a line '(.+)'")
_PAGES = ("plan", "log", "troubleshooting", "decisions")
_FILES = ("evidence", "must_read", "touches")


class Suggestion(NamedTuple):
    """A text to put in place of the one from the column `start` up to the cursor."""

    label: str
    detail: str
    start: int
    insert: str


class Symbol(NamedTuple):
    name: str
    detail: str
    location: Location
    level: int = 1


class Fix(NamedTuple):
    title: str
    location: Location
    text: str


@dataclass(frozen=True)
class Cursor:
    """A place in the text of a file: `line` counts from 1, `column` the characters before it."""

    checked: CheckedProject
    path: str
    text: str
    line: int
    column: int

    @property
    def trace(self) -> Trace:
        return self.checked.result.trace

    @cached_property
    def lines(self) -> list[str]:
        return split_lines(self.text)

    @property
    def here(self) -> str:
        return self.lines[self.line - 1] if self.line <= len(self.lines) else ""

    @property
    def before(self) -> str:
        return self.here[: self.column]

    @cached_property
    def is_metadata(self) -> bool:
        return bool(find_default_sources(self.trace.settings, [self.path]))

    def find_word(self) -> str:
        """The word or the quoted text at the cursor, '' without one."""
        words = _WORD.finditer(self.here)
        found = (it.group() for it in words if it.start() <= self.column <= it.end())
        return next(found, "").strip("'\"")

    def find_key(self) -> str | None:
        """The key of metadata in whose value the cursor is."""
        keys = map(_KEY.match, (self.before, *reversed(self.lines[: self.line - 1])))
        return next((key[1] for key in keys if key), None)

    def find_field(self) -> str | None:
        """The name of the field in whose value the cursor is."""
        key = self.find_key()
        fields = self.trace.settings.fields.items()
        return next((name for name, it in fields if it == key), key)


class Target(NamedTuple):
    """What a word names: a task, a document, or another file; perhaps a heading."""

    node: Node | None
    path: str
    anchor: str = ""


def find_target(cursor: Cursor) -> Target | None:
    trace, word = cursor.trace, cursor.find_word()
    mentions = trace.task_index.ids.mentions(cursor.here)
    here = (task for start, end, task in mentions if start <= cursor.column <= end)
    task = trace.task_index.find(word) or trace.task_index.find(next(here, ""))
    if task:
        return Target(Node(NodeKind.TASK, task.id), task.path)
    path, _, anchor = word.partition("#")
    if cursor.is_metadata:
        resolved = trace.resolver.metadata_path(path) if path else None
    elif word.startswith("#"):
        return _aim(trace, cursor.path, anchor)
    elif "." in path or "/" in path:
        if node := trace.links.find_node(path, cursor.path):
            return Target(node, _path_of(trace, node), anchor)
        resolved = trace.resolver.page_link(word, cursor.path)
    else:
        return None
    is_there = resolved and resolved.path and resolved.path in trace.resolver.tree.files
    return _aim(trace, resolved.path or "", anchor) if resolved and is_there else None


def _aim(trace: Trace, path: str, anchor: str = "") -> Target:
    task = trace.task_index.by_path.get(path)
    if task and path not in trace.documents:
        return Target(Node(NodeKind.TASK, task.id), path)
    node = Node(NodeKind.DOCUMENT, path) if path in trace.documents else None
    return Target(node, path, anchor)


def _path_of(trace: Trace, node: Node) -> str:
    return trace.task_index.by_id[node.key].path if node.kind is NodeKind.TASK else node.key


def find_definition(cursor: Cursor) -> list[Location]:
    """The id in the metadata of a task (of all with this id), a heading, or the start of a file."""
    target = find_target(cursor)
    if target is None:
        return []
    if target.node and target.node.kind is NodeKind.TASK:
        return [it.id_location for it in cursor.trace.tasks if it.id == target.node.key]
    if target.anchor and target.node:
        try:
            page = parse_page(cursor.checked.project.read_page(target.path), target.path)
        except UnreadableFileError:
            return []
        headings = (it for it in page.headings if it.anchor == target.anchor)
        found = [page.places.at(heading.start, heading.end) for heading in headings]
        return found[:1] or [Location(target.path)]
    return [Location(target.path)]


def find_references(cursor: Cursor) -> list[Location]:
    """The places that refer to what is at the cursor, or else to the page itself."""
    trace, target = cursor.trace, find_target(cursor)
    node = target.node if target else _aim(trace, cursor.path).node
    links = trace.links.incoming.get(node, ()) if node else ()
    return sorted({link.location for link in links})


def describe(cursor: Cursor) -> str | None:
    """Describe a task, a document, a field or a status in Markdown."""
    trace, target = cursor.trace, find_target(cursor)
    if target and target.node and target.node.kind is NodeKind.TASK:
        return _describe_task(trace, trace.task_index.by_id[target.node.key])
    if target and target.node:
        return _describe_document(trace, trace.documents[target.node.key])
    if not cursor.is_metadata or target:
        return None
    word, settings = cursor.find_word().removesuffix(":"), trace.settings
    for field in KNOWN_FIELDS:
        key = settings.fields[field.name] if field.name else field.key
        if word == key and cursor.here.startswith(key):
            return f"**{key}**: {field.text}"
    kind = settings.statuses.get(normalize_status(word))
    is_status = kind and cursor.find_field() == "status"
    return f"**{word}** means {kind.value}" if kind and is_status else None


def _describe_task(trace: Trace, task: Task) -> str:
    phase = f"phase {task.phase}" if task.phase else ""
    state = [task.status.text or "no status", phase, task.owner]
    waits = [
        f"{it} ({trace.task_index.by_id[it].status.text})"
        for it in trace.graph.dependencies.get(task.id, ())
    ]
    lines = [f"**{task.id}**: {task.title}", " · ".join(filter(None, state))]
    documents = (("plan", task.plan), ("log", task.log))
    lines += [f"{name}: `{text.value}`" for name, text in documents if text]
    lines += [f"depends on {', '.join(waits)}"] if waits else []
    return "\n\n".join(lines)


def _describe_document(trace: Trace, document: Document) -> str:
    ids = [task.id for task in trace.document_index.find_related_tasks(document)]
    kind = document.kind.value
    tasks = f"{kind} of {', '.join(ids[:10])}" if ids else kind
    return f"**{document.title}**\n\n{tasks}\n\n`{document.path}`"


def complete(cursor: Cursor) -> list[Suggestion]:
    """Suggest what can stand at the cursor and begins like the text before it."""
    found = _complete_metadata(cursor) if cursor.is_metadata else _complete_page(cursor)
    return list(islice(found, MOST_ANSWERS))


def _complete_metadata(cursor: Cursor) -> Iterator[Suggestion]:
    trace, settings = cursor.trace, cursor.trace.settings
    if _KEY_BEFORE.fullmatch(cursor.before):
        written = {key[1] for key in map(_KEY.match, cursor.lines) if key}
        known = [(settings.fields.get(it.name, it.key), it.text) for it in KNOWN_FIELDS]
        absent = [(key, text) for key, text in known if key not in written]
        yield from _suggest(cursor, cursor.before, absent, end=": ")
        return
    values = _list_values(trace, cursor.find_field())
    word = _WORD_BEFORE.findall(cursor.before)[0]
    is_quoted = cursor.before.removesuffix(word).endswith(("'", '"'))
    for it in _suggest(cursor, word, values):
        yield it if is_quoted else it._replace(insert=as_scalar(it.insert))


def _list_values(trace: Trace, field: str | None) -> Iterable[tuple[str, str]]:
    """What the value of a field may be, each with a description."""
    if field == "status":
        return [(word, kind.value) for word, kind in trace.settings.statuses.items()]
    if field == "phase":
        return [(phase.name, phase.title) for phase in trace.task_index.phases]
    if field == "owner":
        return [(owner, "") for owner in sorted(trace.task_index.owners) if owner]
    if field in ("depends_on", "blocks"):
        return _list_ids(trace)
    suffixes = MARKDOWN_SUFFIXES if field in _PAGES else ("",)
    is_path = field in (*_PAGES, *_FILES)
    return [(it, "") for it in _list_files(trace) if is_path and it.lower().endswith(suffixes)]


def _list_ids(trace: Trace) -> list[tuple[str, str]]:
    tasks = sorted(trace.task_index.by_id.values(), key=lambda task: id_order(task.id))
    return [(task.id, f"{task.title} ({task.status.text or 'no status'})") for task in tasks]


def _list_files(trace: Trace) -> list[str]:
    tree, is_template = trace.resolver.tree, trace.resolver.is_template
    return [path for path in sorted(tree.files) if not is_template(path)]


def _complete_page(cursor: Cursor) -> Iterator[Suggestion]:
    if link := _LINK_BEFORE.search(cursor.before):
        yield from _complete_link(cursor, link[1] or link[2] or "")
        return
    document = cursor.trace.documents.get(cursor.path)
    label = _LABEL_BEFORE.fullmatch(cursor.before)
    if label and document and document.kind is DocumentKind.LOG:
        order = list(LOG_FIELDS)
        labels = cursor.trace.settings.log_fields.items()
        ordered = sorted(labels, key=lambda it: order.index(it[1]) if it[1] in order else 0)
        capital = [(word[:1].upper() + word[1:], field) for word, field in ordered]
        yield from _suggest(cursor, label[1] or "", capital, end=": ")
    if word := _ID_BEFORE.search(cursor.before):
        yield from _suggest(cursor, word.group(), _list_ids(cursor.trace))


def _complete_link(cursor: Cursor, written: str) -> Iterator[Suggestion]:
    trace, folder = cursor.trace, dirname(cursor.path)
    path, has_anchor, _ = written.partition("#")
    if has_anchor:
        target = trace.links.find_node(path, cursor.path) if path else _aim(trace, cursor.path).node
        page = trace.documents.get(target.key) if target else None
        anchors = page.scan.anchors if page else ()
        yield from _suggest(cursor, written, [(f"{path}#{anchor}", "") for anchor in anchors])
        return
    words = _UPWARDS.sub("", written)
    found = [it for it in _list_files(trace) if words in it and trace.resolver.is_reachable(it)]
    found.sort(key=lambda it: (dirname(it) != folder, not it.lower().endswith(MARKDOWN_SUFFIXES)))
    for file in found:
        link = relpath(file, folder or ".").replace(" ", "%20")
        yield Suggestion(link, file, cursor.column - len(written), link)


def _suggest(
    cursor: Cursor, written: str, values: Iterable[tuple[str, str]], end: str = ""
) -> Iterator[Suggestion]:
    """Suggest values that begin with a text in any case; of paths, those that contain it."""
    start, wanted = cursor.column - len(written), written.casefold()
    for value, detail in values:
        at = value.casefold().find(wanted)
        if at == 0 or (at > 0 and "/" in value):
            yield Suggestion(value, detail, start, value + end)


def find_symbols(path: str, text: str, checked: CheckedProject | None) -> list[Symbol]:
    """The headings of a page, or the keys of a metadata file."""
    if path.lower().endswith(MARKDOWN_SUFFIXES):
        page = parse_page(text, path)
        return [
            Symbol(it.text or it.anchor, "", page.places.at(it.start, it.end), it.level)
            for it in page.headings
        ]
    lines = split_lines(text)
    if checked is None or not find_default_sources(checked.files.settings, [path]):
        return []
    return [
        Symbol(key[1], line[key.end() :].strip(), Location(path, n, 1, n, len(key[1]) + 1))
        for n, line in enumerate(lines, 1)
        if (key := _KEY.match(line))
    ]


def search_symbols(checked: CheckedProject, query: str) -> list[Symbol]:
    """The tasks and documents with all words of a query in id and title."""
    trace, words = checked.result.trace, query.casefold().split()
    tasks = (Symbol(f"{task.id} {task.title}", "task", task.id_location) for task in trace.tasks)
    documents = (
        Symbol(document.title, document.kind.value, document.title_location)
        for document in trace.documents.values()
    )
    found = (it for it in chain(tasks, documents) if all(w in it.name.casefold() for w in words))
    return list(islice(found, MOST_ANSWERS))


def find_fix(problem: Problem, text: str) -> Fix | None:
    """Do what a hint suggests, if the text is still the one with the problem."""
    lines, place, hint = split_lines(text), problem.location, problem.hint or ""
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    if rename := _RENAME.fullmatch(hint):
        starts = (n for n, it in enumerate(lines, 1) if it.startswith(f"{rename[1]}:"))
        where = [Location(place.path, n, 1, n, len(rename[1]) + 1) for n in starts]
        return Fix(f"Change to '{rename[2]}'", where[0], rename[2]) if len(where) == 1 else None
    addition = _ADDITION.fullmatch(hint)
    if addition and line.startswith("# ") and addition[1] not in lines:
        end = Location(place.path, place.line, len(line) + 1, place.line, len(line) + 1)
        return Fix(f"Add '{addition[1]}'", end, f"\n\n{addition[1]}")
    name = parse_suggestion(hint)
    has_changed = re.match(r"\w", line[place.end_column - 1 :])
    if not name or has_changed or problem.rule in MISSING.values() or place.end_line != place.line:
        return None
    written = line[place.column - 1 : place.end_column - 1]
    new = _rewrite(written, problem.target, name, place.path)
    return Fix(f"Change to '{name}'", place, new) if new else None


def _rewrite(written: str, value: str, name: str, path: str) -> str | None:
    """Write a name like the value before it; None if that is not what is written."""
    if path.lower().endswith(MARKDOWN_SUFFIXES):
        anchor = "" if "#" in name else "".join(value.partition("#")[1:])
        return name.replace(" ", "%20") + anchor if written == value else None
    quote = written[:1] if written[:1] in ("'", '"') else ""
    is_same = written == f"{quote}{value}{quote}"
    return as_scalar(name, quote or None) if is_same else None
