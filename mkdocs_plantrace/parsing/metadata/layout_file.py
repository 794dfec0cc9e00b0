"""The file of a task in a layout, with the files beside it, to a task."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache

from msgspec import structs
from yaml.nodes import MappingNode, ScalarNode

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.config.vocabulary import normalize_status
from mkdocs_plantrace.model.location import Location, Text
from mkdocs_plantrace.model.problem import Problem
from mkdocs_plantrace.model.task import FOLDER, LOG, StatedStatus, Status, StatusKind, Task
from mkdocs_plantrace.parsing.line_index import LineIndex
from mkdocs_plantrace.parsing.metadata.layout_fields import (
    add_absent,
    add_labels,
    find_keys,
    make_mapping,
    make_scalar,
    read_data,
    read_front_matter,
    read_status_words,
    read_statuses,
)
from mkdocs_plantrace.parsing.metadata.layout_source import LayoutSource, TaskFiles
from mkdocs_plantrace.parsing.metadata.metadata_rules import UNKNOWN_STATUS
from mkdocs_plantrace.parsing.metadata.task_file import (
    MAX_BYTES,
    MetadataFile,
    TaskReader,
    make_unreadable,
)
from mkdocs_plantrace.parsing.metadata.text_outline import Boxes, TextOutline, find_boxes
from mkdocs_plantrace.parsing.yaml import yaml_nodes
from mkdocs_plantrace.utils.globs import compile_globs
from mkdocs_plantrace.utils.lazy_property import cached_property
from mkdocs_plantrace.utils.text_file import UnreadableFileError

_MAX_TEXT_BYTES = 2 * 1024 * 1024
_BOXES = "the boxes"


def read_layout_file(source: LayoutSource, settings: Settings, files: TaskFiles) -> MetadataFile:
    """Read the file of a task; never raises for its content.

    A Markdown file without an id is no task, unless it has front matter.
    """
    try:
        text = _read_source(source, files)
    except UnreadableFileError as error:
        where = Location(path=source.path, line=error.line, end_line=error.line)
        return make_unreadable(source.path, "", where, error.reason)
    return parse_layout_file(source, text, settings, files)


def parse_layout_file(
    source: LayoutSource, text: str, settings: Settings, files: TaskFiles
) -> MetadataFile:
    """Like `read_layout_file`, for a text."""
    return _Source(source, text, settings, files).read()


def read_layout_status(
    source: LayoutSource, settings: Settings, files: TaskFiles
) -> tuple[str, Status] | None:
    """Read only the id and the status of a task; None if it cannot be read."""
    try:
        text = _read_source(source, files)
        return _Source(source, text, settings, files).read_status()
    except (UnreadableFileError, yaml_nodes.UnreadableError):
        return None


def _read_source(source: LayoutSource, files: TaskFiles) -> str:
    limit = _MAX_TEXT_BYTES if source.is_markdown else MAX_BYTES
    return files.read_text(source.path, limit=limit)


class _Source:
    """One file of a task while it is read."""

    def __init__(
        self, source: LayoutSource, text: str, settings: Settings, files: TaskFiles
    ) -> None:
        self._source = source
        self._layout = source.layout
        self._text = text
        self._settings = settings.within(source.layout)
        self._files = files
        self._places = LineIndex(source.path, text)
        self._read_text = cache(self._read_other)
        self._other_outline = cache(lambda path: TextOutline(self._read_text(path)))
        for place in self._layout.status_words:
            path, _, key = place.partition("#")
            words = read_status_words(self._read_text(path), key)
            statuses = {**words, **self._settings.statuses}
            self._settings = replace(self._settings, statuses=statuses)

    def read(self) -> MetadataFile:
        """Read the task, with all problems."""
        path, problem = self._source.path, None
        try:
            root = self._read_root()
        except yaml_nodes.UnreadableError as error:
            where = self._places.at(error.offset, error.offset)
            unreadable = make_unreadable(path, self._text, where, error.reason)
            if not self._source.is_markdown or self._source.fill_value("id") is None:
                return unreadable
            root, problem = make_mapping(), unreadable.problems[0]
            add_labels(root, self._outline, self._settings)
        if root is None:
            return MetadataFile(path=path, task=None, problems=())
        self._complete(root)
        reader = TaskReader(path, self._places, self._settings, root)
        reader.required = ("id",)
        task = reader.task()
        problems = (
            *map(self._place_problem, reader.problems),
            *([structs.replace(problem, task=task.id)] if problem and task else ()),
        )
        return MetadataFile(
            path=path,
            task=self._extend(task) if task else None,
            problems=problems,
            words=frozenset(self._find_unwritten(task)) if task else frozenset(),
        )

    def read_status(self) -> tuple[str, Status] | None:
        """Read the id and the status alone. Raises UnreadableError."""
        root = self._read_root()
        if root is None:
            return None
        first = next(self._find_statuses(root), None)
        derived = {"id": self._source.fill_value("id"), "status": first and first.status.text}
        add_absent(root, self._layout.fields, derived)
        return TaskReader(self._source.path, self._places, self._settings, root).read_status()

    def _place_problem(self, problem: Problem) -> Problem:
        """Put the problem of a status where the status is."""
        if problem.rule is UNKNOWN_STATUS and self._stated:
            return structs.replace(problem, location=self._stated[0].location)
        return problem

    @cached_property
    def _outline(self) -> TextOutline:
        return TextOutline(self._text if self._source.is_markdown else "")

    def _read_root(self) -> MappingNode | None:
        """The fields in the file; None for a Markdown file that is no task."""
        if not self._source.is_markdown:
            return read_data(self._text, is_json=self._source.path.endswith(".json"))
        root = read_front_matter(self._text[: self._outline.front])
        has_fields = bool(root.value)
        add_labels(root, self._outline, self._settings)
        keys = find_keys(root)
        is_named = self._layout.fields["id"] in keys or self._source.fill_value("id") is not None
        return root if is_named or has_fields else None

    def _complete(self, root: MappingNode) -> None:
        """Add the fields that are not in the file, from its path and the files beside it."""
        self._stated = list(self._find_statuses(root))
        self._log_sections, log = self._find_log()
        derived = {
            "id": self._source.fill_value("id"),
            "title": self._find_title(),
            "phase": self._source.fill_value("phase"),
            "owner": self._source.fill_value("owner"),
            "status": self._stated[0].status.text if self._stated else None,
            "plan": next(self._existing(self._layout.plan), None),
            "log": log,
        }
        add_absent(root, self._layout.fields, derived)
        if date := self._source.groups.get("date"):
            root.value.append((make_scalar("date"), make_scalar(date)))

    def _find_title(self) -> str:
        title = heading.text if (heading := self._outline.title) else ""
        if not title and (tag := self._layout.title_tag):
            title = self._outline.first_sentence(tag)
        title = title or _humanize(self._source.fill_value("title") or "")
        for prefix in self._layout.title_prefixes:
            title = title.removeprefix(prefix).lstrip()
        return title

    def _existing(self, places: Iterable[str]) -> Iterator[str]:
        """The paths of the places that exist: files, and sections of files."""
        for place in places:
            path, section = self._source.resolve(place)
            outline = self._read_outline(path) if section else None
            is_file = path == self._source.path or self._files.has_file(path)
            if outline.find_section(section) if outline else is_file and not section:
                yield path

    def _find_log(self) -> tuple[tuple[str, ...], str | None]:
        """The sections of the log, none for a whole file, and its path."""
        path = next(self._existing(self._layout.log), None)
        places = map(self._source.resolve, self._layout.log)
        named = [section for place, section in places if place == path]
        outline = self._read_outline(path) if path and all(named) else None
        return tuple(it for it in named if it and outline and outline.find_section(it)), path

    def _find_statuses(self, root: MappingNode) -> Iterator[StatedStatus]:
        """All statuses, the one that counts first."""
        key = self._layout.fields["status"]
        for node, value in root.value:
            has_text = isinstance(value, ScalarNode) and not yaml_nodes.is_empty(value)
            if node.value == key and has_text:
                text = " ".join(value.value.split())
                where = self._places.at(value.start_mark.index, value.end_mark.index)
                yield self._state(text, "the file", where)
                break
        yield from self._statuses_in_files(root)
        start = self._places.at(0, 0)
        if word := self._source.fill_value("status"):
            yield self._state(word, "the path", start)
        for pattern, word in self._layout.status_by_path:
            if pattern.match(self._source.path) is not None:
                yield self._state(word, FOLDER, start)
                break
        if word := self._layout.status_with_log:
            has_log = any(self._existing(self._layout.log))
            yield self._state(word if has_log else "planned", LOG, start)
        if boxes := self._boxes.all:
            done = sum(box.is_done for box in boxes)
            is_begun = any(box.is_begun for box in boxes)
            kinds = StatusKind.ACTIVE if is_begun else StatusKind.PLANNED
            kind = StatusKind.COMPLETED if done == len(boxes) else kinds
            yield self._state(kind.value, _BOXES, start)

    def _statuses_in_files(self, root: MappingNode) -> Iterator[StatedStatus]:
        """The status of the id in the first status file that exists."""
        key = self._layout.fields["id"]
        written = (value.value for node, value in root.value if node.value == key)
        task_id = next(filter(None, (self._source.fill_value("id"), *written)), "")
        if found := self._listed_statuses.get(str(task_id)):
            yield self._state(found.value, f"'{found.location.path}'", found.location)

    @cached_property
    def _listed_statuses(self) -> Mapping[str, Text]:
        """The statuses by id in the first status file that exists."""
        path = next(filter(self._files.has_file, self._layout.status_files), None)
        key = self._layout.status_key
        return read_statuses(path, self._read_text(path), key) if path else {}

    def _find_unwritten(self, task: Task) -> Iterator[str]:
        """The dependencies on tasks that have no file yet, only a status in a status file."""
        listed = self._listed_statuses
        for text in (*task.depends_on, *task.blocks):
            start = f"{text.value}-" if self._layout.short_ids and "-" in text.value else None
            known = (it == text.value or (start and it.startswith(start)) for it in listed)
            if any(known):
                yield text.value

    def _state(self, word: str, place: str, where: Location) -> StatedStatus:
        kind = self._settings.statuses.get(normalize_status(word))
        return StatedStatus(Status(text=word, kind=kind), place, where)

    @cached_property
    def _boxes(self) -> Boxes:
        """The boxes of the first place that has any."""
        for place in self._layout.boxes:
            path, name = self._source.resolve(place)
            outline = self._read_outline(path)
            if outline and (boxes := find_boxes(path, outline, name)):
                return boxes
        return Boxes([], self._places, "")

    def _extend(self, task: Task) -> Task:
        """Add what only layouts have."""
        folder = posixpath.dirname(self._source.path)
        is_document = compile_globs(self._layout.documents)
        own = {text.value for text in (task.plan, task.log) if text}
        listed = self._files.below(folder) if self._layout.documents else ()
        named = [
            path
            for path in listed
            if is_document(path.removeprefix(f"{folder}/"))
            and not self._source.is_of_other_task(path)
        ]
        if self._source.is_markdown and task.path not in named:
            named.insert(0, task.path)
        where = self._places.at(0, 0)
        return structs.replace(
            task,
            title=_humanize(task.id) if task.title in ("", task.id) else task.title,
            layout=self._layout.name,
            archived=task.archived or compile_globs(self._layout.archived)(task.path),
            status_location=self._stated[0].location if self._stated else None,
            other_statuses=tuple(it for it in self._stated[1:] if it.place != _BOXES),
            progress=self._boxes.make_progress(),
            documents=tuple(Text(value=path, location=where) for path in named if path not in own),
            phase_title=_find_phase_title(self._source, self._files, task.phase),
            log_sections=self._log_sections,
            uncited=tuple(self._find_uncited()),
        )

    def _find_uncited(self) -> Iterator[Text]:
        """The requirements in the plans that the text with the boxes does not name."""
        paths = (self._source.resolve(place)[0] for place in self._layout.plan)
        plans = ((path, self._read_text(path)) for path in paths)
        prefixes = self._layout.requirements
        return self._boxes.find_uncited(prefixes, plans) if prefixes else iter(())

    def _read_outline(self, path: str) -> TextOutline | None:
        if path == self._source.path:
            return self._outline
        return self._other_outline(path) if self._files.has_file(path) else None

    def _read_other(self, path: str) -> str:
        """The text of a file beside the task's; '' if there is none that can be read."""
        if path == self._source.path:
            return self._text
        if not self._files.has_file(path):
            return ""
        try:
            return self._files.read_text(path, limit=_MAX_TEXT_BYTES)
        except UnreadableFileError:
            return ""


def _find_phase_title(source: LayoutSource, files: TaskFiles, phase: str) -> str:
    """The title of a phase by the path of the task, or by the name of a file of the phase."""
    if title := source.groups.get("phase_title"):
        return _humanize(title)
    for pattern in source.layout.phases if phase else ():
        for path in files.below(pattern.base_folder):
            groups = pattern.match(path)
            if groups and groups.get("phase") == phase:
                return _humanize(groups.get("phase_title", ""))
    return ""


def _humanize(slug: str) -> str:
    """A slug as words: `add-login` becomes `Add login`."""
    words = re.sub(r"[-_\s]+", " ", slug).strip()
    return words[:1].upper() + words[1:]
