"""Searches the documents of a trace and its errors."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from posixpath import dirname
from typing import Any

from mkdocs_plantrace.model.document import Document, DocumentKind, PageSection
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.project.cache import file_state
from mkdocs_plantrace.project.file_tree import Tree
from mkdocs_plantrace.trace.error_groups import RecordedError, find_state, headline
from mkdocs_plantrace.trace.search.bm25 import Indexed, Passage, SearchIndex
from mkdocs_plantrace.trace.search.store import Found, Store
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.order import group_values
from mkdocs_plantrace.utils.paths import MARKDOWN_SUFFIXES

_SEARCHED = (*MARKDOWN_SUFFIXES, ".yml", ".yaml")
_RECORDS = (DocumentKind.PLAN, DocumentKind.LOG)
_MOST_HITS = 1000
"""More than an answer has, since several hits may be one error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledError:
    """The fields of a log entry, or of the last fixed entry of the error if this has no fix.

    `state` is the value of an ErrorState.
    """

    key: str
    title: str
    signature: str | None
    error: str | None
    cause: str | None
    fix: str | None
    outcome: str | None
    state: str
    count: int
    tasks: tuple[str, ...]
    page: str | None
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A section that matches, with the numbers of the matching lines.

    `tasks` are the tasks of its document, `labelled` is the error of the section, if it has one.
    An answer of `list_errors` has only these two. Scores compare within one search.
    """

    score: float
    passage: Passage | None = None
    lines: tuple[int, ...] = ()
    heading: str = ""
    tasks: tuple[str, ...]
    labelled: LabelledError | None


def list_errors(trace: Trace, limit: int) -> tuple[Answer, ...]:
    return tuple(
        Answer(
            score=float(error.count),
            tasks=error.tasks,
            labelled=labelled_error(error, error.by_use[0]),
        )
        for error in trace.errors.all[:limit]
    )


def search_trace(trace: Trace, store: Store, text: str, limit: int) -> tuple[Answer, ...]:
    """Search all documents, and cache the index."""
    sections = list(searched_sections(trace))
    passages = [passage for passage, _, _ in sections]
    indexed = Indexed(passages)
    shown = [_to_json(trace, *section) for section in sections]
    store.write(indexed, shown)
    found = (
        Found(hit, passages[hit.passages[0]], shown[hit.passages[0]])
        for hit in SearchIndex(indexed).search(text, _MOST_HITS)
    )
    return _answers(found)[:limit]


def search_store(store: Store, text: str, limit: int) -> tuple[Answer, ...] | None:
    """Search the cached index; None if there is no valid one."""
    found = store.search(text, _MOST_HITS)
    return None if found is None else _answers(found)[:limit]


def store_of(tree: Tree, context: object) -> Store:
    """The cached index for the current files; `context` is what else answers depend on."""
    paths = [path for path in sorted(tree.files) if path.lower().endswith(_SEARCHED)]
    states = [(path, file_state(f"{tree.root}/{path}")) for path in paths]
    digest = hashlib.sha256(repr((context, states)).encode(errors="surrogatepass"))
    return Store(os.fspath(tree.root), digest.hexdigest())


def searched_sections(trace: Trace) -> Iterator[tuple[Passage, PageSection, tuple[LogEntry, ...]]]:
    """The sections of all documents without unfilled lines, with the log entries in each."""
    entries = group_values((entry.location.path, entry) for entry in trace.errors.entries)
    pages = trace.documents.values()
    folders = Counter((dirname(page.path), page.kind) for page in pages)
    records = {page.path: _record_of(trace, page, folders) for page in pages}
    of_errors = {
        records[page.path]
        for page in pages
        if (log := page.scan.log) and (log.entries or log.signature)
    }
    for document in pages:
        record = records[document.path]
        unfilled = {line.location.line for line in trace.find_unfilled(document)}
        for number, section in enumerate(document.scan.sections):
            text = _blank_out(section, unfilled)
            if number and section.text.strip() and not text.strip():
                continue
            labelled = tuple(
                entry
                for entry in entries.get(document.path, ())
                if entry.location.line <= section.end_line
                and section.line - 1 <= entry.location.end_line
            )
            errors = [trace.errors.by_entry[entry] for entry in labelled]
            names = dict.fromkeys(
                name for error in errors for name in (error.signature, *error.former_names)
            )
            titles = [document.title] if number == 0 else []
            headings = dict.fromkeys([*titles, *section.headings, *filter(None, names)])
            passage = Passage(
                path=document.path,
                line=section.line,
                end_line=section.end_line,
                heading=" > ".join(headings),
                text=text,
                record=record,
                is_entry=record in of_errors,
            )
            yield passage, section, labelled


def _blank_out(section: PageSection, unfilled: Container[int]) -> str:
    """The text of a section without the lines with these numbers, which stay as empty lines."""
    lines = enumerate(section.text.split("\n"), section.line)
    return "\n".join("" if number in unfilled else line for number, line in lines)


def _record_of(
    trace: Trace, document: Document, folders: Mapping[tuple[str, DocumentKind], int]
) -> str:
    """The unit of answers: a folder with one plan or log, the documents of a task, or a page."""
    folder = dirname(document.path)
    counts = [folders.get((folder, kind), 0) for kind in _RECORDS]
    if any(counts) and max(counts) == 1:
        return folder
    if document.kind not in _RECORDS:
        return document.path
    tasks = trace.document_index.find_tasks(document)
    return next((task.path for task in tasks if not task.archived), document.path)


def labelled_error(error: RecordedError, entry: LogEntry) -> LabelledError:
    best = entry if entry.fix or error.fixed_by is None else error.fixed_by
    of_entry = ("error", "cause", "fix", "outcome")
    of_error = ("key", "signature", "count", "tasks", "page")
    return LabelledError(
        title=headline(best),
        path=best.location.path,
        line=best.location.line,
        state=find_state(best).value,
        **{name: getattr(best, name) for name in of_entry},
        **{name: getattr(error, name) for name in of_error},
    )


def _to_json(
    trace: Trace, passage: Passage, section: PageSection, entries: Iterable[LogEntry]
) -> str:
    document = trace.documents[passage.path]
    labelled = [
        {
            "line": entry.location.line,
            "end_line": entry.location.end_line,
            "error": asdict(labelled_error(trace.errors.by_entry[entry], entry)),
        }
        for entry in entries
    ]
    tasks = [task.id for task in trace.document_index.find_related_tasks(document)]
    shown = {"heading": heading_of(document, section), "tasks": tasks, "labelled": labelled}
    return json.dumps(shown, ensure_ascii=False)


def heading_of(document: Document, section: PageSection) -> str:
    return " > ".join(section.headings) or document.title


def _answers(found: Iterable[Found]) -> tuple[Answer, ...]:
    """An answer for each hit, but only one for each error."""
    answers: dict[str, Answer] = {}
    for hit, passage, shown in found:
        values = json.loads(shown)
        labelled = _choose(values["labelled"], hit.lines)
        answer = Answer(
            score=hit.score,
            passage=passage,
            lines=hit.lines,
            heading=values["heading"],
            tasks=tuple(values["tasks"]),
            labelled=labelled,
        )
        answers.setdefault(labelled.key if labelled else f"{passage.path}:{passage.line}", answer)
    return tuple(answers.values())


def _choose(entries: list[dict[str, Any]], lines: Sequence[int]) -> LabelledError | None:
    """The first entry with a matching line, or the first of all if no line matches."""
    within = (e for e in entries if any(e["line"] <= n <= e["end_line"] for n in lines))
    chosen = next(within, entries[0] if entries and not lines else None)
    if chosen is None:
        return None
    values = chosen["error"]
    return LabelledError(**{**values, "tasks": tuple(values["tasks"])})
