"""Draft the troubleshooting page of an error from its log entries."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.markdown_excerpt import adapt_excerpt, escape, format_code
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.project.path_resolver import Fault
from mkdocs_plantrace.trace.error_groups import RecordedError, headline, summarize, wording
from mkdocs_plantrace.trace.error_lookup import first_paragraph, plain_words
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.error_normalization import normalize_error
from mkdocs_plantrace.utils.globs import (
    compile_globs,
    fill_star,
    find_base_folder,
    has_wildcard,
    is_template,
)
from mkdocs_plantrace.utils.order import id_order

_MAX_TITLE_LENGTH = 80
_MAX_NAME_LENGTH = 60
_BLOCK = re.compile(r"[ ]{0,3}(?:[-*+>|#]|\d+[.)]|```|~~~|\t| {4})")


def draft_page(trace: Trace, error: RecordedError) -> tuple[str, str]:
    """Return the path and the text of a page. Raises UnwritableFileError."""
    path = _find_path(trace, error)
    return path, "\n\n".join(_Page(trace, error, path).render_blocks()) + "\n"


def _find_path(trace: Trace, error: RecordedError) -> str:
    """Return the path in the registry, or else one that matches the option."""
    docs_dir = trace.resolver.docs_dir
    playbook = error.registered.playbook if error.registered else None
    promised = trace.resolver.playbook(playbook.value) if playbook else None
    if promised and promised.path and promised.fault is Fault.MISSING:
        inside = f"{promised.path}/".startswith(f"{docs_dir}/" if docs_dir else "")
        if inside and promised.path.endswith(".md"):
            return promised.path
    return posixpath.join(docs_dir, _find_uri(trace, _make_file_name(error)))


def _make_file_name(error: RecordedError) -> str:
    words = plain_words(error.key if error.signature else summarize(error.error))
    if len(words) > _MAX_NAME_LENGTH:
        words = words[:_MAX_NAME_LENGTH].rpartition("-")[0] or words[:_MAX_NAME_LENGTH]
    return f"error-{words}" if words in ("", "index", "readme") else words


def _find_uri(trace: Trace, name: str) -> str:
    """Return a path below docs_dir that matches the first glob of `troubleshooting`."""
    glob = trace.settings.troubleshooting[0]
    fits = compile_globs([glob])
    last = posixpath.basename(glob)
    file = fill_star(last, name) if last != "**" else f"{name}.md"
    file = file if file.endswith(".md") else f"{name}.md"
    for folder in _find_folders(trace, glob):
        if fits(uri := posixpath.join(folder, file)):
            return uri
    raise UnwritableFileError(
        f"option 'troubleshooting': no path for a new page '{file}' matches '{glob}'"
    )


def _find_folders(trace: Trace, glob: str) -> Iterator[str]:
    """Yield folders below docs_dir with the name in the glob, the nearest first."""
    docs_dir = trace.resolver.docs_dir
    fixed = find_base_folder(glob)
    inner = [part for part in glob[len(fixed) :].split("/")[:-1] if part]
    named = [part for part in inner if not has_wildcard(part)]
    if named:
        prefix = f"{docs_dir}/" if docs_dir else ""
        below = (f[len(prefix) :] for f in trace.resolver.tree.folders if f.startswith(prefix))
        same_name = (folder for folder in below if posixpath.basename(folder) == named[-1])
        existing = [folder for folder in same_name if not is_template(f"{folder}/")]
        yield from sorted(existing, key=lambda folder: (folder.count("/"), folder))
    yield posixpath.join(fixed, *named)


class _Page:
    """The Markdown of one page; its links are relative to the page."""

    def __init__(self, trace: Trace, error: RecordedError, path: str) -> None:
        self._trace = trace
        self._error = error
        self._folder = posixpath.dirname(path)

    def render_blocks(self) -> Iterator[str]:
        error, registered = self._error, self._error.registered
        times = "1 log entry" if error.count == 1 else f"{error.count} log entries"
        yield f"# {self._make_title()}"
        yield f"<!-- Drafted by `plantrace promote` from {times}. Keep what helps next time. -->"
        yield (
            f"Signature: {format_code(error.key)}"
            if error.signature
            else f"Error: {self._find_name()}"
        )
        if registered and registered.owner:
            yield f"Owner: {escape(registered.owner)}"
        if error.tasks:
            yield f"Tasks: {', '.join(map(escape, sorted(error.tasks, key=id_order)))}"
        if error.first_seen == error.last_seen and error.first_seen:
            yield f"Seen: {error.first_seen}"
        elif error.first_seen:
            yield f"Seen: first {error.first_seen}, last {error.last_seen}"
        if registered and registered.description.rstrip(".") not in ("", self._make_title()):
            yield self._quote(registered.description, registered.location.path)
        yield "## Symptoms"
        yield from self._list_symptoms()
        yield "## Causes"
        yield from [*self._list_causes()] or ["No cause recorded."]
        yield "## Fixes that worked"
        fixes = self._list_texts((e.fix, e) for e in error.entries if e.fix and e.is_fixed)
        yield from [*fixes] or ["No fix that worked is recorded."]
        yield "## Where it was seen"
        yield "\n".join(
            dict.fromkeys(self._format_occurrence(entry) for entry in reversed(error.entries))
        )

    def _make_title(self) -> str:
        registered = self._error.registered
        description = registered.description if registered else ""
        sentence = description.partition(". ")[0].rstrip(".")
        if not 0 < len(sentence) <= _MAX_TITLE_LENGTH:
            if self._error.signature and len(self._find_wordings()) > 1:
                return format_code(self._error.key)
            sentence = summarize(self._error.error, _MAX_TITLE_LENGTH)
        is_plain = escape(sentence) == sentence and "#" not in sentence and "_" not in sentence
        return sentence if is_plain else format_code(sentence)

    def _find_name(self) -> str:
        """Return a text that identifies the error of the page after normalization."""
        for words in (first_paragraph(self._error.error), wording(self._error.error)):
            bare = " ".join(words.split()).strip("`*_ ")
            if "`" not in bare and normalize_error(bare) == self._error.key:
                return format_code(bare)
        return format_code(self._error.key)

    def _find_wordings(self) -> tuple[LogEntry, ...]:
        """Return the newest entry of each wording of the error, without its output."""
        found: dict[str, LogEntry] = {}
        for entry in reversed(self._error.entries):
            found.setdefault(normalize_error(first_paragraph(headline(entry))), entry)
        return tuple(found.values())

    def _list_symptoms(self) -> Iterator[str]:
        for entry in self._find_wordings():
            quoted = self._quote(headline(entry), entry.location.path)
            yield f"- {quoted}" if _is_list_item(quoted) else quoted

    def _list_causes(self) -> Iterator[str]:
        registered = self._error.registered
        if registered and registered.causes:
            path = registered.location.path
            yield "\n".join(f"- {self._quote(cause, path)}" for cause in registered.causes)
        yield from self._list_texts((e.cause, e) for e in self._error.entries if e.cause)

    def _list_texts(self, texts: Iterable[tuple[str, LogEntry]]) -> Iterator[str]:
        """Yield each text once, with its source, the newest first."""
        by_text: dict[str, tuple[str, LogEntry]] = {}
        for text, entry in reversed([*texts]):
            by_text.setdefault(normalize_error(text), (text, entry))
        for text, entry in by_text.values():
            quoted, source = self._quote(text, entry.location.path), self._format_source(entry)
            if _is_list_item(quoted):
                yield f"- {quoted} ({source})"
            else:
                yield f"{source[:1].upper()}{source[1:]}:"
                yield quoted

    def _format_source(self, entry: LogEntry) -> str:
        return ", ".join([*map(escape, entry.tasks), self._format_link(entry)])

    def _format_occurrence(self, entry: LogEntry) -> str:
        date = f"{entry.date}, " if entry.date else ""
        outcome = self._quote(entry.outcome or "", entry.location.path)
        end = f": {outcome}" if outcome and _is_list_item(outcome) else ""
        return f"- {date}{self._format_source(entry)}{end}"

    def _format_link(self, entry: LogEntry) -> str:
        path = entry.location.path
        if not self._trace.resolver.is_public(path):
            return format_code(f"{path}:{entry.location.line}")
        anchor = f"#{entry.anchor}" if entry.anchor else ""
        kind = self._trace.documents[path].kind.value
        return f"[{kind}]({self._make_relative(path)}{quote(anchor, safe='#')})"

    def _make_relative(self, path: str) -> str:
        return quote(posixpath.relpath(path, self._folder or "."))

    def _quote(self, text: str, source: str) -> str:
        """Return Markdown of another page with links relative to this page."""
        resolver = self._trace.resolver

        def rebase(link: str) -> str | None:
            if link.startswith("#"):
                return f"{self._make_relative(source)}{link}"
            resolved = resolver.page_link(link, source)
            if resolved is None:
                return link
            if resolved.fault or not resolved.path or not resolver.is_reachable(resolved.path):
                return None
            _, mark, anchor = link.partition("#")
            return f"{self._make_relative(resolved.path)}{mark}{anchor}"

        return adapt_excerpt(text, rebase)


def _is_list_item(text: str) -> bool:
    return "\n" not in text and not _BLOCK.match(text)
