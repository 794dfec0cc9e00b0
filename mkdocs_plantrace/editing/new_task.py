"""Thinks out the files of a new task: metadata, plan and log."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import resources

from mkdocs_plantrace.config.fields import FIELDS, KNOWN_FIELDS, Shape
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, inside_root
from mkdocs_plantrace.editing.edits import Edit
from mkdocs_plantrace.editing.task_location import Layout, find_template, refuse_id
from mkdocs_plantrace.parsing.yaml.yaml_edits import as_scalar, fill_mapping
from mkdocs_plantrace.parsing.yaml.yaml_nodes import UnreadableError, read
from mkdocs_plantrace.reports import metadata_schema
from mkdocs_plantrace.reports.text_report import visible
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.globs import fixed_folder
from mkdocs_plantrace.utils.text_file import UnreadableFileError, read_text

_PLACEHOLDER = re.compile(r"<([A-Za-z][\w /-]{0,40})>|\{\{ ?([A-Za-z][\w-]{0,40}) ?\}\}")
_SAMPLE_ID = re.compile(r"\b[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-X{2,}\b")
_HEAD = re.compile(r"(---[ \t]*\r?\n)(.*?)(^(?:---|\.\.\.)[ \t]*\r?\n)", re.DOTALL | re.MULTILINE)
_SCHEMA_LINE = "yaml-language-server:"
SCHEMA_FILE = "plantrace.schema.json"
_LARGEST_TEMPLATE = 1024 * 1024
_LISTS = [f for f in KNOWN_FIELDS if f.name and f.shape in (Shape.LIST, Shape.EVIDENCE)]
_DATES = frozenset({"date", "yyyymmdd", "today"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """What is to be known of a task before there is one; `date` is ISO."""

    id: str
    title: str
    phase: str
    status: str
    date: str


def draft_task(trace: Trace, task: NewTask, shared: tuple[str, str] | None) -> list[Edit]:
    """The files to write, the metadata first.

    `shared` are the plan and log of another task that this one joins. Raises UnwritableFileError
    for an id that is taken or cannot be one, and where there is no place.
    """
    _refuse_clash(trace, task.id)
    layout = Layout(trace, task.phase)
    plan, log = shared or layout.documents(task.id, task.title)
    path = layout.metadata(task.id)
    fields = {**asdict(task), "plan": plan, "log": log}
    values = _values(fields)
    folder = fixed_folder(trace.settings.tasks[0])
    schema = trace.settings.schema or posixpath.join(folder, SCHEMA_FILE)
    edits = [_new(path, _metadata(trace, path, fields, values, schema))]
    if not shared:
        for glob, page in ((trace.settings.plans[0], plan), (trace.settings.logs[0], log)):
            edits.append(_new(page, _document(trace, glob, page, values, is_log=page == log)))
    if not trace.resolver.tree.has_file(schema) and not trace.settings.schema:
        edits.append(_new(schema, metadata_schema.render(trace.settings)))
    return edits


def built_in(name: str) -> str:
    """A template that comes with plantrace: `meta.yml`, `PLAN.md` or `EXEC_LOG.md`."""
    folder = resources.files("mkdocs_plantrace.editing") / "templates"
    return (folder / name).read_text(encoding="utf-8")


def _new(path: str, text: str) -> Edit:
    return Edit(path=path, before=None, after=text.encode())


def _refuse_clash(trace: Trace, task: str) -> None:
    if reason := refuse_id(task):
        raise UnwritableFileError(f"the id '{visible(task)}' {reason}")
    folded = {other.casefold(): other for other in trace.task_index.by_id}
    if other := folded.get(task.casefold()):
        only = "" if other == task else f", and '{task}' differs from it only in case"
        path = trace.task_index.by_id[other].path
        raise UnwritableFileError(f"there is a task '{other}' already{only}: '{path}'")


def _values(fields: Mapping[str, str]) -> dict[str, str]:
    """What placeholders stand for, by their folded names."""
    link = posixpath.relpath(fields["plan"], posixpath.dirname(fields["log"]) or ".")
    names = (
        ("task id ticket taskid", fields["id"]),
        ("title name tasktitle", fields["title"]),
        ("phase", fields["phase"]),
        ("status", fields["status"]),
        ("date today yyyymmdd", fields["date"]),
        ("plan planpath", fields["plan"]),
        ("log logpath", fields["log"]),
        ("planlink", link),
    )
    return {name: value for words, value in names for name in words.split()}


def _folded(placeholder: re.Match[str]) -> str:
    return re.sub(r"[\W_]", "", placeholder[1] or placeholder[2]).lower()


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(_folded(found), found[0]), text)


def _document(
    trace: Trace, glob: str, path: str, values: Mapping[str, str], *, is_log: bool
) -> str:
    template = find_template(trace, [glob], path, below=trace.resolver.docs_dir)
    if template is None:
        return _fill(built_in("EXEC_LOG.md" if is_log else "PLAN.md"), values)
    text = _read(trace, template)
    start, own = re.split(r"\W", values["id"], maxsplit=1)[0] + "-", values["id"]
    text = _SAMPLE_ID.sub(lambda id_: own if id_[0].startswith(start) else id_[0], text)
    head, body = _split_head(text, values)
    return head + (_fill_log(body, values) if is_log else _fill(body, values))


def _split_head(text: str, values: Mapping[str, str]) -> tuple[str, str]:
    """The front matter with its values filled in, quoted where need be, and the rest."""
    found = _HEAD.match(text)
    if found is None:
        return "", text
    try:
        filled = fill_mapping(found[2], {}, (), lambda value: _fill(value, values))
    except UnreadableError:
        return "", text
    return found[1] + filled + found[3], text[found.end() :]


def _fill_log(text: str, values: Mapping[str, str]) -> str:
    """A log in which only the first date is known: the others are those of entries to come."""
    dates = (found.end() for found in _PLACEHOLDER.finditer(text) if _folded(found) in _DATES)
    end = next(dates, len(text))
    others = {name: value for name, value in values.items() if name not in _DATES}
    return _fill(text[:end], values) + _fill(text[end:], others)


def _read(trace: Trace, path: str) -> str:
    try:
        return read_text(inside_root(trace.resolver.tree.root, path), limit=_LARGEST_TEMPLATE)
    except UnreadableFileError as error:
        raise UnwritableFileError(f"the template '{path}' {error.reason}") from error


def _metadata(
    trace: Trace, path: str, fields: Mapping[str, str], values: Mapping[str, str], schema: str
) -> str:
    settings = trace.settings
    template = find_template(trace, settings.tasks, path)
    text = _read(trace, template) if template else metadata_template(settings)
    keys = {settings.fields[name]: value for name, value in fields.items() if name != "date"}
    lists = {settings.fields.get(field.name, field.key) for field in _LISTS}
    try:
        filled = fill_mapping(text, keys, lists, lambda value: _fill(value, values))
        read(filled)
    except UnreadableError as error:
        reason = f"the template '{template}' cannot be filled in: {error.reason}"
        raise UnwritableFileError(reason) from error
    if _SCHEMA_LINE in filled:
        return filled
    link = posixpath.relpath(schema, posixpath.dirname(path) or ".")
    end = "\r\n" if "\r\n" in filled else "\n"
    return f"# {_SCHEMA_LINE} $schema={link}{end}{filled}"


def metadata_template(settings: Settings) -> str:
    """The built-in template of metadata with the keys that the project uses."""
    renamed = {FIELDS[name]: key for name, key in settings.fields.items() if name in FIELDS}

    return re.sub(
        r"(?m)^\w+(?=:)",
        lambda key: as_scalar(renamed.get(key[0], key[0])),
        built_in("meta.yml"),
    )
