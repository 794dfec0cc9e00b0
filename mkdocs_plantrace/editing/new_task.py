"""Draft the files of a new task: metadata, plan and log."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import resources

from mkdocs_plantrace.config.fields import FIELDS, KNOWN_FIELDS, Shape
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError, resolve_in_root
from mkdocs_plantrace.editing.edits import Edit
from mkdocs_plantrace.editing.task_location import FolderLayout, find_id_fault, find_template
from mkdocs_plantrace.parsing.yaml.yaml_edits import as_scalar, fill_mapping
from mkdocs_plantrace.parsing.yaml.yaml_nodes import UnreadableError, read
from mkdocs_plantrace.reports import metadata_schema
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.globs import find_base_folder
from mkdocs_plantrace.utils.terminal import visible
from mkdocs_plantrace.utils.text_file import UnreadableFileError, read_text

_PLACEHOLDER = re.compile(r"<([A-Za-z][\w /-]{0,40})>|\{\{ ?([A-Za-z][\w-]{0,40}) ?\}\}")
_SAMPLE_ID = re.compile(r"\b[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-X{2,}\b")
_HEAD = re.compile(r"(---[ \t]*\r?\n)(.*?)(^(?:---|\.\.\.)[ \t]*\r?\n)", re.DOTALL | re.MULTILINE)
_SCHEMA_LINE = "yaml-language-server:"
SCHEMA_FILE = "plantrace.schema.json"
_MAX_TEMPLATE_BYTES = 1024 * 1024
_LISTS = [f for f in KNOWN_FIELDS if f.name and f.shape in (Shape.LIST, Shape.EVIDENCE)]
_DATES = frozenset({"date", "yyyymmdd", "today"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """The values of a task to create; `date` is ISO 8601."""

    id: str
    title: str
    phase: str
    status: str
    date: str


def draft_task(trace: Trace, task: NewTask, shared: tuple[str, str] | None) -> list[Edit]:
    """Return the files to write, the metadata first: the others may exist as they are here.

    `shared` are the plan and log of another task. Raises UnwritableFileError for an id that is
    used or invalid, and if no path matches the options.
    """
    _check_id(trace, task.id)
    layout = FolderLayout(trace, task.phase)
    plan, log = shared or layout.find_document_paths(task.id, task.title)
    path = layout.find_metadata_path(task.id, None if shared else plan)
    fields = {**asdict(task), "plan": plan, "log": log}
    values = _map_placeholders(fields)
    folder = find_base_folder(trace.settings.tasks[0])
    schema = trace.settings.schema or posixpath.join(folder, SCHEMA_FILE)
    metadata = _draft_metadata(trace, path, fields, values, schema)
    edits = [Edit(path=path, before=None, after=metadata.encode())]
    if not shared:
        for glob, page in ((trace.settings.plans[0], plan), (trace.settings.logs[0], log)):
            edits.append(
                _draft_file(page, _draft_document(trace, glob, page, values, is_log=page == log))
            )
    if not trace.resolver.tree.exists(schema) and not trace.settings.schema:
        edits.append(_draft_file(schema, metadata_schema.render(trace.settings)))
    return edits


def read_built_in(name: str) -> str:
    """Return a template of plantrace, such as `meta.yml` or `PLAN.md`."""
    folder = resources.files("mkdocs_plantrace.editing") / "templates"
    return (folder / name).read_text(encoding="utf-8")


def _draft_file(path: str, text: str) -> Edit:
    return Edit(path=path, before=None, after=text.encode(), may_exist=True)


def _check_id(trace: Trace, task: str) -> None:
    if reason := find_id_fault(task):
        raise UnwritableFileError(f"the id '{visible(task)}' {reason}")
    folded = {other.casefold(): other for other in trace.task_index.by_id}
    if other := folded.get(task.casefold()):
        only = "" if other == task else f", and '{task}' differs from it only in case"
        path = trace.task_index.by_id[other].path
        raise UnwritableFileError(f"task '{other}' already exists{only}: '{path}'")


def _map_placeholders(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the values of placeholders by their normalized names."""
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


def _normalize(placeholder: re.Match[str]) -> str:
    return re.sub(r"[\W_]", "", placeholder[1] or placeholder[2]).lower()


def _fill(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(_normalize(found), found[0]), text)


def _draft_document(
    trace: Trace, glob: str, path: str, values: Mapping[str, str], *, is_log: bool
) -> str:
    template = find_template(trace, [glob], path, below=trace.resolver.docs_dir)
    if template is None:
        return _fill(read_built_in("EXEC_LOG.md" if is_log else "PLAN.md"), values)
    text = _read_template(trace, template)
    start, own = re.split(r"\W", values["id"], maxsplit=1)[0] + "-", values["id"]
    text = _SAMPLE_ID.sub(lambda id_: own if id_[0].startswith(start) else id_[0], text)
    head, body = _split_head(text, values)
    return head + (_fill_log(body, values) if is_log else _fill(body, values))


def _split_head(text: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Return the front matter, filled in and quoted if necessary, and the rest."""
    found = _HEAD.match(text)
    if found is None:
        return "", text
    try:
        filled = fill_mapping(found[2], {}, (), lambda value: _fill(value, values))
    except UnreadableError:
        return "", text
    return found[1] + filled + found[3], text[found.end() :]


def _fill_log(text: str, values: Mapping[str, str]) -> str:
    """Fill in a log, but only its first date: the others are those of later entries."""
    dates = (found.end() for found in _PLACEHOLDER.finditer(text) if _normalize(found) in _DATES)
    end = next(dates, len(text))
    others = {name: value for name, value in values.items() if name not in _DATES}
    return _fill(text[:end], values) + _fill(text[end:], others)


def _read_template(trace: Trace, path: str) -> str:
    try:
        return read_text(resolve_in_root(trace.resolver.tree.root, path), limit=_MAX_TEMPLATE_BYTES)
    except UnreadableFileError as error:
        raise UnwritableFileError(f"the template '{path}' {error.reason}") from error


def _draft_metadata(
    trace: Trace, path: str, fields: Mapping[str, str], values: Mapping[str, str], schema: str
) -> str:
    settings = trace.settings
    template = find_template(trace, settings.tasks, path)
    text = _read_template(trace, template) if template else render_metadata_template(settings)
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


def render_metadata_template(settings: Settings) -> str:
    """Return the built-in template of metadata with the keys of the project."""
    renamed = {FIELDS[name]: key for name, key in settings.fields.items() if name in FIELDS}
    return re.sub(
        r"(?m)^\w+(?=:)",
        lambda key: as_scalar(renamed.get(key[0], key[0])),
        read_built_in("meta.yml"),
    )
