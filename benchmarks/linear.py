"""Whether every reader takes time in proportion: `python -m benchmarks.linear --examples 500`.

No count shows quadratic time inside of `re`, so that this compares times in one process. It ends
with exit code 1 if a longer text takes much longer than in proportion.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mkdocs_plantrace.config.layouts import load_preset
from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.config.vocabulary import LOG_LABELS
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.command_output import find_error_line, read_output
from mkdocs_plantrace.editing.entry_writer import LogText, NewEntry
from mkdocs_plantrace.editing.markdown_excerpt import adapt_excerpt
from mkdocs_plantrace.editing.secret_mask import mask, mask_command
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.parsing.markdown.scanner import scan_page
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds
from mkdocs_plantrace.parsing.metadata.layout_file import parse_layout_file
from mkdocs_plantrace.parsing.metadata.task_file import MAX_BYTES, MetadataFile, parse_metadata
from mkdocs_plantrace.project.file_tree import Tree
from mkdocs_plantrace.project.layout_files import match_sources
from mkdocs_plantrace.trace.error_groups import summarize, summarize_plain, wording
from mkdocs_plantrace.trace.error_lookup import first_paragraph, plain_words
from mkdocs_plantrace.trace.search.bm25 import Indexed, Passage, SearchIndex
from mkdocs_plantrace.trace.search.terms import terms
from mkdocs_plantrace.utils.did_you_mean import find_closest, format_suggestion
from mkdocs_plantrace.utils.error_normalization import normalize_error

_IDS = TaskIds(["TSK-1", "7"])


def scan_log(text: str) -> None:
    scan_page("x.md", text, _IDS, DocumentKind.LOG, LOG_LABELS, with_sections=True)


def scan_troubleshooting(text: str) -> None:
    scan_page("x.md", text, _IDS, DocumentKind.TROUBLESHOOTING)


def read_metadata(text: str) -> None:
    parse_metadata("x.yml", f"task_id: T\n{text[: MAX_BYTES - 100]}", Settings())


def read_backlog(text: str) -> MetadataFile:
    return _read_in_layout("backlog", "backlog/tasks/task-7.md", text)


def read_spec(text: str) -> MetadataFile:
    return _read_in_layout("spec-kit", "specs/001-login/spec.md", text)


def _read_in_layout(layout: str, path: str, text: str) -> MetadataFile:
    settings = Settings(layout=(load_preset(layout),))
    files = Tree(root=Path(), files=frozenset({path}), folders=frozenset())
    return parse_layout_file(match_sources(settings, [path])[path], text, settings, files)


def name_error(text: str) -> None:
    for read in (summarize, summarize_plain, wording, first_paragraph, plain_words):
        read(text)


def copy(text: str) -> None:
    adapt_excerpt(text, lambda _: None)
    adapt_excerpt(text, lambda link: link)


def search(text: str) -> None:
    index = SearchIndex(
        Indexed([Passage("a.md", 1, 2, "a", text), Passage("b.md", 1, 2, "b", "x")])
    )
    index.search("deadlock detected in worker")
    index.search(text)


def append(text: str) -> None:
    with suppress(UnwritableFileError):  # such as a log that is a comment to its end
        log = LogText("x.md", text.encode(), LOG_LABELS)
        log.append_entry(NewEntry(date="2026-01-01", error="x"))


def log_output(text: str) -> None:
    find_error_line(read_output(text.encode()))
    mask(text)
    mask_command(["mysql", "-p", text])


def suggest(text: str) -> None:
    find_closest(text, [f"{text}a", "b"])
    format_suggestion(f"{text}\u0430", f"{text}a")


READERS: dict[str, Callable[[str], object]] = {
    read.__name__: read
    for read in (
        *(scan_log, scan_troubleshooting, read_metadata, name_error, copy, search, append),
        *(read_backlog, read_spec, log_output, mask, suggest, normalize_error, terms),
    )
}
TABLE = "| a | Error |\n|---|---|\n| {} | x |\n"
_TOKENS = (
    *"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~aA09\n\t ",
    *("![", "](", "[a](", "<!--", "-->", "```", "~~~", "`a`", "\n\n", "> ", "- ", "1. ", "# "),
    *("| ", "{{", "- Error: ", "Fix: ", "abc ", "0x", "\r", "12:30", "2026-01-01", "\u00a0"),
    *("\u0301", "a:", "? ", "é", "中", "𝔘", "<a>", "<pre>", "</pre>", "&amp;", "TSK-1", "a/"),
    *("a.md", "../", "**", "__", "[^1]", "[x]: y\n", "http://", "\\(", "$$", "!!! ", "=== "),
    *("::: ", "---\n", "===\n", "{#a}", '<a id="', "TODO", "Plan: ", "<fill in>", "\x1b[", "\x08"),
    *("&a ", "*a ", "password=", "Bearer ", "a: |\n", "**Error:** ", "…", "“", "/home/x"),
    *("exit code ", "Summary", "at line 3 ", "Status: ", "- [ ] ", "## Status\n", "FR-1", "@a"),
)
_CONTEXTS = (
    *("{}", "```\n{}\n```\n", "- x {}\n", "# {}\n\ntext\n", "# Log\n\n- Error: {}\n- Fix: x\n"),
    *(TABLE, "notes: {}\n", "notes: '{}'\n", "notes: [{}]\n"),
    *("---\nid: T\nnotes: {}\n---\n", "# A\n\n- [ ] {}\n", "# A\n\n**Status**: {}\n"),
)
_SLOW_ONCE = [
    *("password", "password: ", "'password', ", "_token_", "-u a -p ", "://a:", "Aa0", "key: "),
    *("-----BEGIN RSA PRIVATE KEY-----\n", "-----END PRIVATE KEY-----\n", "A" * 64 + "\n"),
    *("password:\n  ", "kind: Secret\ndata:\n", "<password>", "name: password\n", "mysql -p"),
    *("password for 'x' ", "insert into a (password ", "a  b  c\n", "cookie: a", "//hooks/"),
    *("set password ", "\\'", '"', "  ", "-"),
]
"""Parts of secrets that were slow once, or that many expressions begin with."""
_SMALL = 8_000
_MOST_OF_SMALL = 0.01
_FACTOR, _TOO_LONG = 4, 10
_MASK_SIZES, _TOO_LONG_FOR_MASK = (1_500, 24_000), 40


def find_disproportionate(name: str, short: str, long: str, most: float) -> str | None:
    """The reader and the start of the text, if the longer one takes more than so many times."""
    read = READERS[name]
    seconds = _measure(read, long)
    if seconds <= most * _MOST_OF_SMALL:
        return None
    at_best = max(_MOST_OF_SMALL, *(_measure(read, short) for _ in "123"))
    if min(seconds, _measure(read, long)) <= most * at_best:
        return None
    return f"{name}: {at_best:.2f} s and {seconds:.2f} s for {short[:60]!r}"


def _measure(read: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    read(text)
    return time.process_time() - start


def _repeat(part: str, length: int) -> str:
    return part * (length // len(part))


def _draw(choice: random.Random) -> tuple[str, str]:
    """A text of tokens, together again and again or one after the other, short and long."""
    tokens = [choice.choice(_TOKENS) for _ in range(choice.randint(1, 4))]
    parts = ["".join(tokens)] if choice.random() < 1 / 2 else tokens
    context = choice.choice(_CONTEXTS)

    def fill(length: int) -> str:
        words = "".join(_repeat(part, length // len(parts)) for part in parts)
        return context.replace("{}", words)

    return fill(_SMALL), fill(_FACTOR * _SMALL)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=0, help="random texts for each reader")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    choice = random.Random(options.seed)
    short, long = _MASK_SIZES
    found = [
        find_disproportionate("mask", _repeat(it, short), _repeat(it, long), _TOO_LONG_FOR_MASK)
        for it in _SLOW_ONCE
    ]
    found += [
        find_disproportionate(name, *_draw(choice), _TOO_LONG)
        for name in READERS
        for _ in range(options.examples)
    ]
    faults = list(filter(None, found))
    print(f"{len(found)} texts, {len(faults)} take longer than in proportion")
    print("".join(f"{fault}\n" for fault in faults), end="")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
