"""Every reader needs linear time, whatever is repeated in a text."""

import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mkdocs_plantrace.config.settings import Settings
from mkdocs_plantrace.config.vocabulary import LOG_LABELS
from mkdocs_plantrace.editing.atomic_file import UnwritableFileError
from mkdocs_plantrace.editing.command_output import find_error_line, read_output
from mkdocs_plantrace.editing.entry_writer import NewEntry, append_entry
from mkdocs_plantrace.editing.markdown_excerpt import adapt_excerpt
from mkdocs_plantrace.editing.secret_mask import mask, mask_command
from mkdocs_plantrace.model.document import DocumentKind
from mkdocs_plantrace.parsing.markdown.scanner import scan_page
from mkdocs_plantrace.parsing.markdown.task_ids import TaskIds
from mkdocs_plantrace.parsing.metadata.task_file import MAX_BYTES, parse_metadata
from mkdocs_plantrace.site.text_wrap import shorten, wrap
from mkdocs_plantrace.trace.error_groups import summarize, summarize_plain, wording
from mkdocs_plantrace.trace.error_lookup import first_paragraph, plain_words
from mkdocs_plantrace.trace.search.bm25 import Indexed, Passage, SearchIndex
from mkdocs_plantrace.trace.search.terms import terms
from mkdocs_plantrace.utils.did_you_mean import find_closest, format_suggestion
from mkdocs_plantrace.utils.error_normalization import normalize_error

IDS = TaskIds(["TSK-1", "7"])
LONG = 1_000_000


def scan_log(text):
    scan_page("x.md", text, IDS, DocumentKind.LOG, LOG_LABELS, with_sections=True)


def scan_troubleshooting(text):
    scan_page("x.md", text, IDS, DocumentKind.TROUBLESHOOTING)


def read_metadata(text):
    parse_metadata("x.yml", f"task_id: T\n{text[: MAX_BYTES - 100]}", Settings())


def name_error(text):
    for read in (summarize, summarize_plain, wording, first_paragraph, plain_words):
        read(text)


def copy(text):
    adapt_excerpt(text, lambda _: None)
    adapt_excerpt(text, lambda link: link)


def search(text):
    index = SearchIndex(
        Indexed([Passage("a.md", 1, 2, "a", text), Passage("b.md", 1, 2, "b", "x")])
    )
    index.search("deadlock detected in worker")
    index.search(text)


def append(text):
    with suppress(UnwritableFileError):  # such as a log that is a comment to its end
        append_entry("x.md", text.encode(), NewEntry(date="2026-01-01", error="x"), LOG_LABELS)


def log_output(text):
    find_error_line(read_output(text.encode()))
    mask(text)
    mask_command(["mysql", "-p", text])


def suggest(text):
    find_closest(text, [f"{text}a", "b"])
    format_suggestion(f"{text}\u0430", f"{text}a")


def draw(text):
    wrap(text, 20, 3)
    shorten(text, 20)


READERS = {
    read.__name__: read
    for read in (scan_log, scan_troubleshooting, read_metadata, name_error, copy, search, append)
    + (log_output, suggest, draw, normalize_error, terms)
}
TABLE = "| a | Error |\n|---|---|\n| {} | x |\n"
HOSTILE = {
    "a cell that ends in signs": (scan_log, TABLE.format(f"x{'@' * LONG}y")),
    "lines of comments": (scan_log, "<!--\n" * (LONG // 5)),
    "a loose destination": (scan_log, f"[a](x{' ' * LONG}y z)"),
    "brackets in an error": (name_error, "[" * LONG),
    "links in an error": (name_error, "[a](" * (LONG // 4)),
    "spaces in an error": (name_error, f"{' ' * LONG}x"),
    "blank lines in an error": (name_error, f"{chr(10) * LONG}x"),
    "underlines": (copy, "=== \n" * (LONG // 10)),
    "links": (copy, "[a](b) " * (LONG // 50)),
    "spaces in a heading": (copy, f"# a{' #' * (LONG // 2)}a"),
    "a word": (search, f"error {'a' * LONG}"),
    "a word of two letters": (suggest, "ab" * (LONG // 2)),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("bounded")
def test_a_megabyte_of_anything_is_read_in_linear_time(name):
    read, text = HOSTILE[name]

    read(text)


TOKENS = st.sampled_from(
    [*"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~aA09\n\t ", "![", "](", "[a](", "<!--", "-->", "```"]
    + ["~~~", "`a`", "\n\n", "> ", "- ", "1. ", "# ", "| ", "{{", "- Error: ", "Fix: ", "abc "]
    + ["0x", "\r", "12:30", "2026-01-01", "\u00a0", "\u0301", "a:", "? ", "é", "中", "𝔘", "<a>"]
    + ["<pre>", "</pre>", "&amp;", "TSK-1", "a/", "a.md", "../", "**", "__", "[^1]", "[x]: y\n"]
    + ["http://", "\\(", "$$", "!!! ", "=== ", "::: ", "---\n", "===\n", "{#a}", '<a id="', "TODO"]
    + ["Plan: ", "<fill in>", "\x1b[", "\x08", "&a ", "*a ", "password=", "Bearer ", "a: |\n"]
    + ["**Error:** ", "…", "“", "/home/x", "exit code ", "Summary", "at line 3 "]
)
CONTEXTS = st.sampled_from(
    [
        "{}",
        "```\n{}\n```\n",
        "- x {}\n",
        TABLE,
        "# Log\n\n- Error: {}\n- Fix: x\n",
        "# {}\n\ntext\n",
    ]
    + ["notes: {}\n", "notes: '{}'\n", "notes: [{}]\n"]
)
SMALL = 8_000


def repeat(tokens, length, *, is_nested):
    """Repeat the tokens together, or each alone, one after another."""
    if is_nested:
        return "".join(token * (length // len(tokens) // len(token)) for token in tokens)
    together = "".join(tokens)
    return together * (length // len(together))


def measure(read, text):
    start = time.process_time()
    read(text)
    return time.process_time() - start


@pytest.mark.skipif(
    settings().max_examples < 1000, reason="it measures, which only the profile `nightly` does"
)
@pytest.mark.parametrize("name", READERS)
@settings(max_examples=500, suppress_health_check=list(HealthCheck))
@given(st.lists(TOKENS, min_size=1, max_size=4), CONTEXTS, st.booleans())
def test_anything_that_is_repeated_is_read_in_linear_time(name, tokens, context, is_nested):
    """No count shows quadratic time inside of `re`, so that this measures: 4 would be linear."""
    read = READERS[name]
    short, long = (
        context.replace("{}", repeat(tokens, length, is_nested=is_nested))
        for length in (SMALL, 4 * SMALL)
    )

    if measure(read, long) > 0.5:
        assert min(measure(read, long) for _ in "12") < 10 * max(0.01, measure(read, short))
