"""Groups log entries about the same error, with the last fix that worked."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from mkdocs_plantrace.model.log_entry import LogEntry, Signature
from mkdocs_plantrace.parsing.logs.fields import unwrap_code
from mkdocs_plantrace.parsing.markdown.page import split_code, strip_code
from mkdocs_plantrace.utils.error_normalization import normalize_error
from mkdocs_plantrace.utils.order import group_values

_LONGEST_HEADLINE = 120
_NO_WORDS = re.compile(
    r"\s*+(?:`{3,}|~{3,}|[-=*_|\s]*$|<!--|\$ |Traceback \(most recent|File \"|#+\s*$)"
)
_TRACEBACK = re.compile(r"^[ \t]*+Traceback \(most recent", re.MULTILINE)
_LONGEST_READ = 20_000
"""Characters of a text in which its first words are searched."""
_RAISED = re.compile(r"[A-Za-z_][\w.]*(?::\s|$)")
_NO_TITLE = re.compile(r"(?:(?:bash|sh|python3?) )?\S*/\S*(?<!:)(?: (?:-\S*|\S*[/=]\S*))*")
"""A path, or a command with options only."""
_LEAD = re.compile(r"\s*(?:[-*+>]\s+|#{1,6}\s+|\d+[.)]\s+|\|\s*)+")
_MARKUP = re.compile(
    r"\*\*|__|`+|!?\[([^\[\]]*+)\]\((?:[^()]|\([^()]*+\))*+\)"
    r"|(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?!\w)"
)


class ErrorState(Enum):
    """Whether the newest entry has a fix that worked, or is an observation, which needs none."""

    OPEN = "open"
    FIXED = "fixed"
    NOTED = "noted"


class ErrorStanding(Enum):
    """The state of an error in more detail, as pages and reports name it."""

    OPEN = "open"
    REOPENED = "open again"
    FIXED = "fixed"
    RESOLVED = "resolved, fix not recorded"
    NOTED = "noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedError:
    """An error with all its entries, those without a date first, then oldest first.

    `key` is the signature, or else the normalized text. `error` is the text of the newest entry.
    `page` is the root-relative path of its troubleshooting page. `fixed_by` is the newest entry
    with a fix that worked. `former_names` are the aliases of the signature and the signatures
    that it supersedes.
    """

    key: str
    signature: str | None
    error: str
    entries: tuple[LogEntry, ...]
    tasks: tuple[str, ...]
    state: ErrorState
    fixed_by: LogEntry | None
    page: str | None
    registered: Signature | None
    former_names: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        return self.state is ErrorState.OPEN

    @property
    def standing(self) -> ErrorStanding:
        if self.is_open:
            has_fix = any(entry.is_fixed for entry in self.entries)
            return ErrorStanding.REOPENED if has_fix else ErrorStanding.OPEN
        if self.state is ErrorState.FIXED:
            return ErrorStanding.FIXED if self.fixed_by else ErrorStanding.RESOLVED
        return ErrorStanding.NOTED

    @property
    def count(self) -> int:
        return len(self.entries)

    @property
    def by_use(self) -> tuple[LogEntry, ...]:
        """The entries: the one with the last fix that worked, then the others, newest first."""
        first = self.fixed_by or self.entries[-1]
        return (first, *(entry for entry in reversed(self.entries) if entry is not first))

    @property
    def first_seen(self) -> str | None:
        return min((entry.date for entry in self.entries if entry.date), default=None)

    @property
    def last_seen(self) -> str | None:
        return max((entry.date for entry in self.entries if entry.date), default=None)


def headline(entry: LogEntry) -> str:
    """The title of an entry: its error, or else the heading above it, its cause or its fix."""
    return entry.error or entry.title or entry.cause or entry.fix or entry.signature or ""


def summarize(text: str, longest: int = _LONGEST_HEADLINE) -> str:
    """The title of an error on one line, without markup and of limited length.

    It is the first paragraph that is more than a path or a command, the first line with words of
    a code block, or the exception of a traceback. A text that is inline code has no markup inside.
    """
    plain = unwrap_code(text)
    if plain != text:
        return summarize_plain(plain, longest)
    return _summarize(text, longest, without_markup)


def summarize_plain(text: str, longest: int = _LONGEST_HEADLINE) -> str:
    """The title of an error whose text is no Markdown."""
    return _summarize(text, longest, lambda line: " ".join(line.split()))


def _summarize(text: str, longest: int, clean: Callable[[str], str]) -> str:
    lines = reversed(text.splitlines()) if _TRACEBACK.search(text) else ()
    raised = next(filter(_RAISED.match, lines), "")
    words = clean(raised) or _first_words(text, clean) or " ".join(text.split())
    return shorten(words or "?", longest)


def _first_words(text: str, clean: Callable[[str], str]) -> str:
    found: list[str] = []
    bare = ""
    for line, is_code in split_code(text[:_LONGEST_READ]):
        is_open = bool(found) and found[-1].endswith(":")
        words = "" if _NO_WORDS.match(line) else clean(line)
        if not words:
            if found and not is_open:
                break
            continue
        if not found and _NO_TITLE.fullmatch(words):
            bare = bare or words
            continue
        if found and not is_open and (is_code or _LEAD.match(line)):
            break
        found.append(words)
        if is_open:
            break
    return " ".join(found) or bare


def shorten(words: str, longest: int) -> str:
    """Cut words to so many characters, after a whole word if possible."""
    if len(words) <= longest:
        return words
    start = words[: longest - 2]
    return f"{start.rpartition(' ')[0] or start} …"


def without_markup(line: str) -> str:
    lead = _LEAD.match(line)
    return " ".join(_MARKUP.sub(r"\1\2", line[lead.end() :] if lead else line).strip(" |").split())


def group_errors(
    entries: Iterable[LogEntry],
    registry: Mapping[str, Signature],
    page_of: Callable[[str, tuple[LogEntry, ...]], str | None],
) -> tuple[RecordedError, ...]:
    """Group entries by signature or normalized text; most frequent first, then newest, then by key.

    `registry` has the signatures by their names and aliases. `page_of` returns the
    troubleshooting page for a key and its entries.
    """
    names = find_current_names(registry)
    former = group_values((now, name) for name, now in names.items())
    errors = []
    for key, found in group_values((_key(entry, names), entry) for entry in entries).items():
        entries = tuple(sorted(found, key=_order))
        newest = entries[-1]
        fixes = (entry for entry in reversed(entries) if entry.is_fixed and entry.fix)
        error = RecordedError(
            key=key,
            signature=key if any(entry.signature for entry in entries) else None,
            error=headline(newest),
            entries=entries,
            tasks=tuple(dict.fromkeys(task for entry in entries for task in entry.tasks)),
            state=find_state(newest),
            fixed_by=next(fixes, None),
            page=page_of(key, entries),
            registered=registry.get(key),
            former_names=tuple(name for name in former.get(key, ()) if name != key),
        )
        errors.append(error)
    in_order = sorted(errors, key=lambda error: error.key)
    return tuple(sorted(in_order, key=lambda it: (it.count, it.last_seen or ""), reverse=True))


def find_state(newest: LogEntry) -> ErrorState:
    if newest.is_fixed:
        return ErrorState.FIXED
    return ErrorState.NOTED if newest.is_observation else ErrorState.OPEN


def _key(entry: LogEntry, names: Mapping[str, str]) -> str:
    if entry.signature:
        return names.get(entry.signature, entry.signature)
    return normalize_error(wording(headline(entry)))


def wording(text: str) -> str:
    """The words of an error without quoted output; only the output if there are none."""
    words = strip_code(text)
    return words if words.strip() else text


def find_current_names(registry: Mapping[str, Signature]) -> dict[str, str]:
    """The current name for each name and alias: aliases and successors are followed.

    Unknown successors are ignored; what leads into a cycle keeps its own name.
    """
    ends: dict[str, str | None] = {}  # None for a name that leads into a cycle
    for signature in registry.values():
        name, way = signature.name, list[str]()
        while name not in ends:
            ends[name] = None
            way.append(name)
            successor = registry[name].superseded_by
            if successor is None or successor.value not in registry:
                ends[name] = name
            else:
                name = registry[successor.value].name
        ends.update(dict.fromkeys(way, ends[name]))
    return {name: ends[signature.name] or signature.name for name, signature in registry.items()}


def _order(entry: LogEntry) -> tuple[str, str, int]:
    return entry.date or "", entry.location.path, entry.location.line
