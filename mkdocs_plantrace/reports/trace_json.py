"""The whole trace as JSON, as `schemas/export.schema.json` describes it."""

from collections.abc import Iterable, Iterator

from mkdocs_plantrace.model.document import Document
from mkdocs_plantrace.model.link import Link, Node, NodeKind
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.model.task import FieldValue, Items, Mapping, Task
from mkdocs_plantrace.parsing.logs.fields import unwrap_code
from mkdocs_plantrace.reports.json_text import Json, stream_json
from mkdocs_plantrace.trace.error_groups import RecordedError
from mkdocs_plantrace.trace.link_index import PathReference
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.order import id_order


def render(trace: Trace) -> Iterator[str]:
    """The parts of the text, sorted, without ordinary pages that only link to each other."""
    pages = trace.document_index.ordinary_pages
    ordinary = {Node(NodeKind.DOCUMENT, path) for path in pages}
    links = [it for it in trace.links.all if not ordinary.issuperset((it.source, it.target))]
    ends = {end for link in links for end in (link.source, link.target)}
    own = trace.documents.keys() - (pages - {end.key for end in ends & ordinary})
    paths = _paths(trace.links.path_references)
    return stream_json(
        {
            "tasks": (_task(task, paths.get(task.path, {})) for task in trace.tasks),
            "documents": (
                _document(trace, page) for page in trace.documents.values() if page.path in own
            ),
            "links": map(_link, sorted(links, key=_link_order)),
            "entries": map(_entry, trace.errors.entries),
            "errors": map(_error, sorted(trace.errors.all, key=lambda error: error.key)),
        }
    )


def _paths(references: Iterable[PathReference]) -> dict[str, dict[str, list[str]]]:
    """For each metadata file and field the paths, root-relative, or as written if outside."""
    found: dict[str, dict[str, list[str]]] = {}
    for reference in references:
        path = reference.resolved.path or reference.text.value
        found.setdefault(reference.task.path, {}).setdefault(reference.field, []).append(path)
    return found


def _task(task: Task, paths: dict[str, list[str]]) -> Json:
    return {
        "id": task.id,
        "title": task.title or None,
        "status": task.status.text or None,
        "status_kind": task.status.kind.value if task.status.kind else None,
        "phase": task.phase or None,
        "owner": task.owner or None,
        "layout": task.layout,
        "boxes": {"done": task.progress.done, "total": task.progress.total}
        if task.progress
        else None,
        "path": task.path,
        "archived": task.archived,
        **{name: next(iter(paths.get(name, ())), None) for name in ("plan", "log")},
        "depends_on": [text.value for text in task.depends_on],
        "blocks": [text.value for text in task.blocks],
        **{name: [*paths.get(name, ())] for name in ("troubleshooting", "decisions", "evidence")},
        "fields": {name: _field(value) for name, value in task.fields},
    }


def _field(value: FieldValue) -> Json:
    if isinstance(value, Mapping):
        return {name: _field(entry) for name, entry in value.entries}
    if isinstance(value, Items):
        return [_field(entry) for entry in value.values]
    return value


def _document(trace: Trace, document: Document) -> Json:
    return {
        "path": document.path,
        "kind": document.kind.value,
        "title": document.title,
        "uri": document.uri,
        "published": trace.resolver.is_public(document.path),
    }


def _entry(entry: LogEntry) -> Json:
    where = entry.location
    fields = ("error", "context", "cause", "fix", "outcome", "signature", "date")
    return {
        "path": where.path,
        "line": where.line,
        "end_line": where.end_line,
        **{name: _plain(getattr(entry, name)) for name in fields},
        "tasks": list(entry.tasks),
    }


def _plain(value: str | None) -> str | None:
    return unwrap_code(value) if value else value


def _error(error: RecordedError) -> Json:
    places = (entry.location for entry in error.entries)
    tasks: list[Json] = [*sorted(error.tasks, key=id_order)]
    return {
        "key": error.key,
        "signature": error.signature,
        "error": _plain(error.error),
        "count": error.count,
        "state": error.state.value,
        "tasks": tasks,
        "entries": [{"path": place.path, "line": place.line} for place in places],
        "page": error.page,
    }


def _link(link: Link) -> Json:
    return {
        "kind": link.kind.value,
        "source_kind": link.source.kind.value,
        "source": link.source.key,
        "target_kind": link.target.kind.value,
        "target": link.target.key,
    }


def _link_order(link: Link) -> tuple[str, str, str, str, str]:
    source, target = link.source, link.target
    return source.kind.value, source.key, link.kind.value, target.kind.value, target.key
