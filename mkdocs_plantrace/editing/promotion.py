"""Drafts the curated page of an error from the log entries that met it."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.markdown_excerpt import code, plain, take_over
from mkdocs_plantrace.model.log_entry import LogEntry
from mkdocs_plantrace.project.path_resolver import Fault
from mkdocs_plantrace.trace.error_groups import RecordedError, headline, telling_line, wording
from mkdocs_plantrace.trace.error_lookup import first_paragraph, plain_words
from mkdocs_plantrace.trace.trace import Trace
from mkdocs_plantrace.utils.globs import fill_in, fixed_folder, is_template, is_wild, matcher
from mkdocs_plantrace.utils.normalization import fold
from mkdocs_plantrace.utils.order import id_order

_LONGEST_TITLE = 80
_LONGEST_NAME = 60
_BLOCK = re.compile(r"[ ]{0,3}(?:[-*+>|#]|\d+[.)]|```|~~~|\t| {4})")


def draft_page(trace: Trace, error: RecordedError) -> tuple[str, str]:
    """The path of the page of an error, and its text. Raises UnwritableFileError."""
    path = _place(trace, error)
    return path, "\n\n".join(_Page(trace, error, path).blocks()) + "\n"


def _place(trace: Trace, error: RecordedError) -> str:
    """Where the page belongs: at the path of the registry, or where the option says."""
    docs_dir = trace.resolver.docs_dir
    playbook = error.registered.playbook if error.registered else None
    promised = trace.resolver.playbook(playbook.value) if playbook else None
    if promised and promised.path and promised.fault is Fault.MISSING:
        inside = f"{promised.path}/".startswith(f"{docs_dir}/" if docs_dir else "")
        if inside and promised.path.endswith(".md"):
            return promised.path
    return posixpath.join(docs_dir, _uri(trace, _file_name(error)))


def _file_name(error: RecordedError) -> str:
    words = plain_words(error.key if error.signature else telling_line(error.error))
    if len(words) > _LONGEST_NAME:
        words = words[:_LONGEST_NAME].rpartition("-")[0] or words[:_LONGEST_NAME]
    return f"error-{words}" if words in ("", "index", "readme") else words


def _uri(trace: Trace, name: str) -> str:
    """The address below docs_dir, in the first folder of the option `troubleshooting`."""
    glob = trace.settings.troubleshooting[0]
    fits = matcher([glob])
    last = posixpath.basename(glob)
    file = fill_in(last, name) if last != "**" else f"{name}.md"
    file = file if file.endswith(".md") else f"{name}.md"
    for folder in _folders(trace, glob):
        if fits(uri := posixpath.join(folder, file)):
            return uri
    raise UnwritableFileError(
        f"option 'troubleshooting': no folder for a new page '{file}' that '{glob}' matches"
    )


def _folders(trace: Trace, glob: str) -> Iterator[str]:
    """Folders below docs_dir for a new page: the one that the glob names, or the nearest there."""
    docs_dir = trace.resolver.docs_dir
    fixed = fixed_folder(glob)
    inner = [part for part in glob[len(fixed) :].split("/")[:-1] if part]
    named = [part for part in inner if not is_wild(part)]
    if named:
        prefix = f"{docs_dir}/" if docs_dir else ""
        below = (f[len(prefix) :] for f in trace.resolver.tree.folders if f.startswith(prefix))
        named_so = (folder for folder in below if posixpath.basename(folder) == named[-1])
        there = [folder for folder in named_so if not is_template(f"{folder}/")]
        yield from sorted(there, key=lambda folder: (folder.count("/"), folder))
    yield posixpath.join(fixed, *named)


class _Page:
    """Writes one page; links are relative to it."""

    def __init__(self, trace: Trace, error: RecordedError, path: str) -> None:
        self._trace = trace
        self._error = error
        self._folder = posixpath.dirname(path)

    def blocks(self) -> Iterator[str]:
        error, registered = self._error, self._error.registered
        times = "1 log entry" if error.count == 1 else f"{error.count} log entries"
        yield f"# {self._title()}"
        yield f"<!-- Drafted by `plantrace promote` from {times}. Keep what helps the next one. -->"
        yield f"Signature: {code(error.key)}" if error.signature else f"Error: {self._name()}"
        if registered and registered.owner:
            yield f"Owner: {plain(registered.owner)}"
        if error.tasks:
            yield f"Tasks: {', '.join(map(plain, sorted(error.tasks, key=id_order)))}"
        if error.first_seen == error.last_seen and error.first_seen:
            yield f"Seen: {error.first_seen}"
        elif error.first_seen:
            yield f"Seen: first {error.first_seen}, last {error.last_seen}"
        if registered and registered.description.rstrip(".") not in ("", self._title()):
            yield self._quote(registered.description, registered.location.path)
        yield "## Symptoms"
        yield from self._symptoms()
        yield "## Causes"
        yield from [*self._causes()] or ["Nobody has told a cause yet."]
        yield "## Fixes that worked"
        fixes = self._told((e.fix, e) for e in error.entries if e.fix and e.is_fixed)
        yield from [*fixes] or ["Nobody has told a fix that worked yet."]
        yield "## Where it was seen"
        yield "\n".join(dict.fromkeys(self._seen(entry) for entry in reversed(error.entries)))

    def _title(self) -> str:
        registered = self._error.registered
        description = registered.description if registered else ""
        sentence = description.partition(". ")[0].rstrip(".")
        if not 0 < len(sentence) <= _LONGEST_TITLE:
            if self._error.signature and len(self._wordings()) > 1:
                return code(self._error.key)
            sentence = telling_line(self._error.error, _LONGEST_TITLE)
        is_plain = plain(sentence) == sentence and "#" not in sentence and "_" not in sentence
        return sentence if is_plain else code(sentence)

    def _name(self) -> str:
        """The text by which the trace knows the page again, whatever folding makes of it."""
        for words in (first_paragraph(self._error.error), wording(self._error.error)):
            bare = " ".join(words.split()).strip("`*_ ")
            if "`" not in bare and fold(bare) == self._error.key:
                return code(bare)
        return code(self._error.key)

    def _wordings(self) -> tuple[LogEntry, ...]:
        """The newest entry of each wording of the error, whatever output stands below it."""
        found: dict[str, LogEntry] = {}
        for entry in reversed(self._error.entries):
            found.setdefault(fold(first_paragraph(headline(entry))), entry)
        return tuple(found.values())

    def _symptoms(self) -> Iterator[str]:
        for entry in self._wordings():
            quoted = self._quote(headline(entry), entry.location.path)
            yield f"- {quoted}" if _is_line(quoted) else quoted

    def _causes(self) -> Iterator[str]:
        registered = self._error.registered
        if registered and registered.causes:
            path = registered.location.path
            yield "\n".join(f"- {self._quote(cause, path)}" for cause in registered.causes)
        yield from self._told((e.cause, e) for e in self._error.entries if e.cause)

    def _told(self, told: Iterable[tuple[str, LogEntry]]) -> Iterator[str]:
        """What entries tell, each text once, the newest first, with the place it comes from."""
        by_text: dict[str, tuple[str, LogEntry]] = {}
        for text, entry in reversed([*told]):
            by_text.setdefault(fold(text), (text, entry))
        for text, entry in by_text.values():
            quoted, source = self._quote(text, entry.location.path), self._source(entry)
            if _is_line(quoted):
                yield f"- {quoted} ({source})"
            else:
                yield f"{source[:1].upper()}{source[1:]}:"
                yield quoted

    def _source(self, entry: LogEntry) -> str:
        return ", ".join([*map(plain, entry.tasks), self._link(entry)])

    def _seen(self, entry: LogEntry) -> str:
        date = f"{entry.date}, " if entry.date else ""
        outcome = self._quote(entry.outcome or "", entry.location.path)
        end = f": {outcome}" if outcome and _is_line(outcome) else ""
        return f"- {date}{self._source(entry)}{end}"

    def _link(self, entry: LogEntry) -> str:
        path = entry.location.path
        if not self._trace.resolver.is_public(path):
            return code(f"{path}:{entry.location.line}")
        anchor = f"#{entry.anchor}" if entry.anchor else ""
        kind = self._trace.documents[path].kind.value
        return f"[{kind}]({self._relative(path)}{quote(anchor, safe='#')})"

    def _relative(self, path: str) -> str:
        return quote(posixpath.relpath(path, self._folder or "."))

    def _quote(self, text: str, source: str) -> str:
        """Markdown of another page, with its links made relative to this one."""
        resolver = self._trace.resolver

        def rebase(written: str) -> str | None:
            if written.startswith("#"):
                return f"{self._relative(source)}{written}"
            resolved = resolver.page_link(written, source)
            if resolved is None:
                return written
            if resolved.fault or not resolved.path or not resolver.is_reachable(resolved.path):
                return None
            _, mark, anchor = written.partition("#")
            return f"{self._relative(resolved.path)}{mark}{anchor}"

        return take_over(text, rebase)


def _is_line(text: str) -> bool:
    """Whether a text can stand in a line of a list."""
    return "\n" not in text and not _BLOCK.match(text)
